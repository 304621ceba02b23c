"""`tapes import`: told, kept, listed, rehearsed with, found again by its account; or refused."""

import gzip
import hashlib
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.market.tapes.tape_file import HEADER
from ledger.practice.library.own_tapes import own_tapes, tapes_folder
from ledger.practice.sessions.open_session import resume
from ledger.refused import Refused
from tests.cli.driving import (
    ROOT,
    contents,
    exact,
    figure,
    of,
    rehearsed,
    rows,
    tightrope,
    without_rights,
)

TABLES = ROOT / "tests" / "data" / "imports"
HOURS = TABLES / "BTCUSDT-1h-2020-03.csv"
NULLS = TABLES / "yahoo-null-row.csv"
ID = "btcusdt-1h-2020-03"

REHEARSAL = """
venue = "binance-usdm"
[[tape]]
symbol = "BTC"
source = "{source}"
[[do]]
at = 2020-03-12T09:00:00Z
deposit = "10000"
[[do]]
at = 2020-03-12T09:00:00Z
buy = {{ symbol = "BTC", quantity = "0.1", leverage = 2 }}
[[do]]
at = 2020-03-12T15:00:00Z
close = {{ symbol = "BTC" }}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    return folder


def rehearsal(tmp_path: Path, source: object, name: str = "r.toml") -> Path:
    path = tmp_path / name
    path.write_text(REHEARSAL.format(source=source), "utf-8")
    return path


def kept(folder: Path) -> set[str]:
    """The files that an import left in the data folder."""
    return set(contents(folder)) if folder.exists() else set()


def told_and_refused(*arguments: object) -> list[str]:
    ended = tightrope("tapes", "import", *arguments)
    assert (ended.status, ended.out) == (2, ""), ended
    return ended.err.splitlines()


def test_what_was_understood_is_told_line_by_line() -> None:
    lines = tightrope("tapes", "import", HOURS).lines
    assert [" ".join(line.split()) for line in lines] == [
        "file BTCUSDT-1h-2020-03.csv",
        "read as Binance klines (binance), comma, UTF-8",
        "columns time = open_time, open = open, high = high, low = low, close = close, "
        "volume = volume",
        "ignored close_time, quote_volume, count, taker_buy_volume, taker_buy_quote_volume, ignore",
        "heading line 1",
        "symbol BTCUSDT (from the file's name)",
        "interval 1h, a market that never closes",
        "market coins: sessions are days of UTC (judged from the bars)",
        "time zone UTC (Unix time in milliseconds)",
        "bars 8 of 8 rows",
        "first 2020-03-12T08:00:00Z",
        "last 2020-03-12T15:00:00Z",
        "tick 0.01",
        "faults none",
        "",
        f"imported as {ID}",
    ]


def test_each_fault_is_told_with_its_line() -> None:
    lines = tightrope("tapes", "import", NULLS).lines
    assert "  empty         line 5: no prices: left out" in lines
    assert any(line.startswith("  closed        line 7: no bar on a weekday") for line in lines)
    assert lines[-1] == "imported as yahoo-null-row"


def test_many_faults_are_counted_and_json_has_them_all(tmp_path: Path) -> None:
    gaps = [f"{1_584_000_000 + 7_200 * n},10,11,9,10,5" for n in range(40)]
    gaps += [f"{1_584_000_000 + 7_200 * n + 3_600},10,11,9,10,5" for n in range(0, 40, 2)]
    path = tmp_path / "kraken.csv"
    path.write_text("\n".join(f"{row},7" for row in sorted(gaps)), "utf-8")
    lines = tightrope("tapes", "import", path, "--dry-run").lines
    assert "faults      19" in lines
    assert "  gap           and 9 more; --json lists all" in lines
    report = exact(tightrope("tapes", "import", path, "--dry-run", "--json").out)
    assert len(report["faults"]) == 19


def test_the_report_in_json_has_no_float() -> None:
    report = exact(tightrope("tapes", "import", NULLS, "--json", "--symbol", "TSLA").out)
    assert report["id"] == "yahoo-null-row"
    assert report["imported"] is True
    assert report["sha256"] == hashlib.sha256(NULLS.read_bytes()).hexdigest()
    assert (report["dialect"], report["symbol"], report["interval"]) == ("yahoo", "TSLA", "1d")
    assert (report["rows"], report["bars"], report["tick"]) == (8, 7, "0.000001")
    assert (report["first"], report["last"]) == ("2010-06-29T00:00:00Z", "2010-07-08T00:00:00Z")
    assert report["columns"]["close"] == "Close"
    assert report["left_aside"] == ["Adj Close"]
    assert report["faults"][0] == {
        "kind": "empty",
        "line": 5,
        "last_line": 5,
        "what": "no prices",
        "done": "left out",
        "note": False,
    }


def test_whose_days_are_sessions_is_told_kept_and_may_be_said() -> None:
    lines = [" ".join(line.split()) for line in tightrope("tapes", "import", NULLS).lines]
    assert "market stocks: sessions are days of New York (judged from the bars)" in lines
    said = exact(tightrope("tapes", "import", NULLS, "--market", "currencies", "--json").out)
    assert (said["market"], said["market_from"]) == ("currencies", "from --market")
    assert said["id"] == "yahoo-null-row-2", "the other one stays as it is"
    assert {tape.market for tape in own_tapes()[0]} == {"stocks", "currencies"}
    listed = {tape["id"]: tape["market"] for tape in exact(tightrope("tapes", "--json").out)}
    assert listed["yahoo-null-row-2"] == "currencies"
    assert listed["spy-us-1h-1998-2021"] == "stocks"
    again = tightrope("tapes", "import", NULLS, "--market", "coins", "--id", "yahoo-null-row")
    assert again.status == 2
    assert "csv as a tape of stocks" in again.err


def test_a_page_of_an_older_version_says_no_market_and_is_written_anew(tmp_path: Path) -> None:
    tightrope("tapes", "import", HOURS)
    path = tapes_folder() / f"{ID}.json"
    page = json.loads(path.read_text("utf-8"))
    assert page.pop("market") == "coins"
    path.write_text(json.dumps(page), "utf-8")
    events, _ = rehearsed(rehearsal(tmp_path, ID))
    assert len(of(events, "order_filled")) == 2
    assert tightrope("tapes", "import", HOURS).lines[-1] == f"imported as {ID}"
    assert json.loads(path.read_text("utf-8"))["market"] == "coins"


def test_an_imported_tape_is_listed_as_yours_with_where_it_is_from() -> None:
    tightrope("tapes", "import", NULLS, "--id", "tesla")
    listed = exact(tightrope("tapes", "--json").out)
    (tape,) = [tape for tape in listed if tape["own"]]
    assert tape["id"] == "tesla"
    assert (tape["bars"], tape["interval"], tape["calendar"]) == (7, "1d", "session")
    assert (
        tape["sha256"] == hashlib.sha256((tapes_folder() / "tesla.csv.gz").read_bytes()).hexdigest()
    )
    assert tape["imported"]["file"] == "yahoo-null-row.csv"
    assert tape["imported"]["sha256"] == hashlib.sha256(NULLS.read_bytes()).hexdigest()
    assert tape["imported"]["dialect"] == "yahoo"
    assert [fault["kind"] for fault in tape["imported"]["faults"]] == ["empty", "closed"]
    assert set(tape) == set(listed[0])
    (line,) = [line for line in tightrope("tapes").lines if line.startswith("tesla ")]
    assert "yours: yahoo-null-row.csv, Yahoo Finance" in line


def test_a_rehearsal_names_an_imported_tape_by_its_id(tmp_path: Path) -> None:
    """Bought at the open of 09:00, 7,382.85, sold at that of 15:00, 6,087.15: 0.1 of each."""
    tightrope("tapes", "import", HOURS)
    events, statement = rehearsed(rehearsal(tmp_path, ID))
    bought, sold = of(events, "order_filled")
    assert (bought["price"], sold["price"]) == ("7382.85", "6087.15")
    (closed,) = of(events, "position_closed")
    assert figure(closed["realized_pnl"]) == (figure("6087.15") - figure("7382.85")) / 10
    assert statement["open_orders"] == []


def test_the_same_account_comes_of_the_id_and_of_the_table_itself(tmp_path: Path) -> None:
    tightrope("tapes", "import", HOURS)
    (tmp_path / HOURS.name).write_bytes(HOURS.read_bytes())
    by_id, ended = rehearsed(rehearsal(tmp_path, ID))
    by_path, also = rehearsed(rehearsal(tmp_path, HOURS.name, "r2.toml"))
    assert [event["type"] for event in by_id] == [event["type"] for event in by_path]
    assert ended["equity"] == also["equity"]


@pytest.mark.parametrize("source", [ID, HOURS.name])
def test_an_account_is_found_again_with_its_tape(tmp_path: Path, source: str) -> None:
    tightrope("tapes", "import", HOURS)
    (tmp_path / HOURS.name).write_bytes(HOURS.read_bytes())
    ledger = tmp_path / "l.db"
    assert tightrope("rehearse", rehearsal(tmp_path, source), "--ledger", ledger).status == 0
    with closing(resume(ledger)) as session:
        assert len(session.timeline) == 8
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
    assert rows(ledger, "SELECT count(*) FROM events WHERE type = 'order_filled'") == [(2,)]


def test_an_account_finds_its_tape_by_its_hash_under_another_name(tmp_path: Path) -> None:
    tightrope("tapes", "import", HOURS)
    ledger = tmp_path / "l.db"
    tightrope("rehearse", rehearsal(tmp_path, ID), "--ledger", ledger)
    for suffix in (".csv.gz", ".json"):
        (tapes_folder() / f"{ID}{suffix}").rename(tapes_folder() / f"other{suffix}")
    with closing(resume(ledger)) as session:
        assert len(session.timeline) == 8
    for path in tapes_folder().iterdir():
        path.unlink()
    with pytest.raises(Refused, match="the imported tape is gone"):
        resume(ledger)


def test_a_dry_run_tells_and_keeps_nothing(home: Path) -> None:
    ended = tightrope("tapes", "import", HOURS, "--dry-run")
    assert ended.lines[-1] == f"nothing was stored (--dry-run); it would be imported as {ID}"
    assert (
        exact(tightrope("tapes", "import", HOURS, "--dry-run", "--json").out)["imported"] is False
    )
    assert kept(home) == set()


def test_a_strict_import_refuses_a_fault_and_leaves_nothing(home: Path) -> None:
    (line,) = told_and_refused(NULLS, "--strict")
    assert line == "tightrope: yahoo-null-row.csv:5: no prices"
    assert kept(home) == set()
    assert tightrope("tapes", "import", HOURS, "--strict").status == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01", "not a text file"),
        (
            b"Date,Open,High,Low,Close\n05/02/2024,1,1,1,1\n06/02/2024,1,1,1,1\n",
            "--dates day-first",
        ),
        (b"Date,Open,High,Low,Close\n2024-01-01,1,1,1,1\n", "at least two bars"),
    ],
)
def test_a_refused_file_leaves_nothing(
    home: Path, tmp_path: Path, text: bytes, reason: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text)
    assert reason in told_and_refused(path)[0]
    assert kept(home) == set()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["no-such-file.csv"], "there is no such file"),
        ([""], "not a path"),
        (["a\0b.csv"], "not a path"),
        ([TABLES], "this is a folder"),
        ([HOURS, "--id", "Has Blanks"], "small letters, digits"),
        ([HOURS, "--id", "../escape"], "small letters, digits"),
        ([HOURS, "--id", "xbtusd-bitmex-1m-2020-03"], "a shipped tape is called"),
        ([HOURS, "--symbol", "\x1b[31m"], "--symbol"),
        ([HOURS, "--symbol", "S" * 25], "--symbol"),
        ([HOURS, "--dates", "french"], "--dates"),
        ([TABLES / "EURUSD_H1.csv", "--zone", "Nowhere/At-All"], "time zone"),
    ],
)
def test_what_does_not_fit_is_refused(home: Path, arguments: list[object], reason: str) -> None:
    assert reason in told_and_refused(*arguments)[-1]
    assert kept(home) == set()


def test_the_same_file_again_changes_nothing_and_another_one_has_another_name(
    home: Path, tmp_path: Path
) -> None:
    tightrope("tapes", "import", HOURS)
    before = contents(home)
    assert tightrope("tapes", "import", HOURS).lines[-1] == f"already imported as {ID}"
    other = tmp_path / HOURS.name
    other.write_bytes(HOURS.read_bytes()[:-150])
    dry = tightrope("tapes", "import", HOURS, "--dry-run").lines[-1]
    assert dry == f"nothing was stored (--dry-run); it is already imported as {ID}"
    for dry_run in ([], ["--dry-run"]):
        (line,) = told_and_refused(other, "--id", ID, *dry_run)
        assert f"{ID} was already imported from BTCUSDT-1h-2020-03.csv; choose another" in line
    assert contents(home) == before
    assert tightrope("tapes", "import", other).lines[-1] == f"imported as {ID}-2"


def test_a_shipped_tape_s_own_file_gets_a_name_beside_it() -> None:
    shipped = "wti-nymex-1d-2019-2020"
    ended = tightrope("tapes", "import", ROOT / "assets" / "tapes" / f"{shipped}.csv.gz")
    assert ended.lines[-1] == f"imported as {shipped}-2"
    tapes = {tape["id"]: tape for tape in exact(tightrope("tapes", "--json").out)}
    for key in ("bars", "interval", "first", "last", "calendar"):
        assert tapes[shipped][key] == tapes[f"{shipped}-2"][key]


def test_a_data_folder_that_cannot_be_written_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tightrope("tapes", "import", HOURS, "--dry-run")  # loads what is needed while we may
    with without_rights() as folder:
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setenv("XDG_DATA_HOME", str(folder))
        assert "the tape cannot be saved" in told_and_refused(HOURS)[0]
        assert contents(folder) == {}


def test_a_damaged_page_or_tape_is_told_and_keeps_no_other_away(tmp_path: Path) -> None:
    tightrope("tapes", "import", HOURS)
    tightrope("tapes", "import", NULLS)
    for text in ("{", "[]", "{}", json.dumps({"version": 1}), '{"version": 1e999}'):
        (tapes_folder() / "broken.json").write_text(text, "utf-8")
        ended = tightrope("tapes", "--json")
        assert ended.err == (
            "tightrope: broken.json: the page of this tape is damaged; run: tightrope tapes remove "
            "broken, then import its file again\n"
        )
        assert [tape["id"] for tape in exact(ended.out) if tape["own"]] == [ID, "yahoo-null-row"]
    (tapes_folder() / f"{ID}.csv.gz").write_bytes(gzip.compress(HEADER.encode()))
    ended = tightrope("rehearse", rehearsal(tmp_path, ID))
    assert (ended.status, "has changed since it was imported" in ended.err) == (2, True)


def test_a_page_that_somebody_wrote_cannot_make_a_screen_lie() -> None:
    tightrope("tapes", "import", HOURS)
    path = tapes_folder() / f"{ID}.json"
    page = json.loads(path.read_text("utf-8"))
    page["original"] = "\x1b]0;PWNED\x07\u202e[bold]x"
    path.write_text(json.dumps(page), "utf-8")
    (tape,) = own_tapes()[0]
    assert tape.original == "]0;PWNED[bold]x"


def test_a_name_that_is_nearly_right_is_answered_with_that_of_the_import(tmp_path: Path) -> None:
    tightrope("tapes", "import", HOURS)
    ended = tightrope("rehearse", rehearsal(tmp_path, "btcusdt-1h-2020-3"))
    assert f"nearest: {ID}" in ended.err


def test_neither_the_desk_nor_a_rehearsal_loads_what_imports() -> None:
    rooms = ", ".join(
        (
            "tui.app",
            "tui.runtime.opener",
            "tui.cli.library.tapes",
            "ledger.practice.rehearsals.rehearsal",
        )
    )
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, {rooms}; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "ledger.practice.library.own_tapes" in loaded
    assert not [name for name in loaded if name.startswith("ledger.market.csv_import")]
