"""The panels as plain lines: right, quick, and readable while somebody writes."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.books.store import Ledger
from ledger.practice.words.narration import WORDS
from tests.cli.driving import FIRST_CALL, contents, exact, rehearsed, rows, tightrope
from tests.places import ROOT

HEAVY = ("textual", "rich", "pydantic", "sqlite_utils")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shelf") / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


def test_the_status_is_the_last_statement_in_words(ledger: Path) -> None:
    lines = tightrope("status", "--ledger", ledger).lines
    assert lines == [
        "Account             first-call",
        "Time                Sat 13 Jan 2024 00:00 UTC",
        "Equity              2,375.34 USD",
        "Cash                0.00",
        "Market value        7,874.00",
        "Loan                5,496.22",
        "Accrued interest    2.44",
        "Unrealized          -4,826.00",
        "Realized            -2,774.00",
        "Interest paid       22.22",
        "Initial margin      3,937.00",
        "Maintenance margin  2,362.20",
        "Health              equity ratio 30.17% (call 30.00%, liquidation 25.00%)",
        "Position            ACME long 127 at 100, mark 62, -4,826.00, 2x cross",
    ]


def test_positions_and_orders_are_a_line_each(ledger: Path) -> None:
    assert tightrope("positions", "--ledger", ledger).lines == [
        "ACME long 127 at 100, mark 62, -4,826.00, 2x cross"
    ]
    none = tightrope("orders", "--ledger", ledger)
    assert (none.status, none.out, none.err) == (0, "", "tightrope: no resting order\n")


def test_a_resting_stop_is_a_line_of_the_orders(tmp_path: Path) -> None:
    short = tmp_path / "short.toml"
    text = FIRST_CALL.read_text("utf-8").replace("end   = 2024-01-13", "end   = 2024-01-03")
    short.write_text(text.partition("[[do]]\nat = 2024-01-04")[0], "utf-8")
    (tmp_path / "acme.csv").write_bytes((FIRST_CALL.parent / "acme.csv").read_bytes())
    path = tmp_path / "ledger.db"
    assert tightrope("rehearse", short, "--ledger", path).status == 0
    assert tightrope("orders", "--ledger", path).lines == ["#2 sell 200 ACME stop 92 (stop loss)"]


def test_the_log_has_a_line_for_each_event(ledger: Path) -> None:
    events, _ = rehearsed(FIRST_CALL)
    lines = tightrope("ledger", "--ledger", ledger).lines
    assert [line[22:29].strip() for line in lines] == [WORDS[event["type"]] for event in events]
    assert lines[1] == "Mon 1 Jan 2024 00:00  DEPOST Deposited: 10,000.00 USD"


@pytest.mark.parametrize("kind", ["margin_call_issued", "CALL", "call"])
def test_the_log_can_be_asked_for_a_kind_by_type_or_word(kind: str, ledger: Path) -> None:
    lines = tightrope("ledger", "--ledger", ledger, "--kind", kind).lines
    assert [re.findall(r"Margin call \((\w+)\)", line) for line in lines] == [
        ["house"],
        ["exchange"],
    ]


def test_the_log_can_be_asked_for_its_end(ledger: Path) -> None:
    whole = tightrope("ledger", "--ledger", ledger).lines
    assert tightrope("ledger", "--ledger", ledger, "--limit", "3").lines == whole[-3:]
    last = tightrope("ledger", "--ledger", ledger, "--limit", "1", "--kind", "CALL").lines
    assert last == [line for line in whole if " CALL " in line][-1:]


def test_the_log_can_be_asked_for_a_page(ledger: Path) -> None:
    whole = tightrope("ledger", "--ledger", ledger).lines

    def page(*asked: str) -> list[str]:
        return tightrope("ledger", "--ledger", ledger, *asked).lines

    assert page("--after", "0", "--limit", "3") == whole[:3]
    assert page("--after", "3", "--limit", "2") == whole[3:5]
    assert page("--before", "6", "--limit", "2") == whole[3:5]
    assert page("--after", "3", "--before", "6") == whole[3:5]
    assert page("--before", "1") == []
    assert tightrope("ledger", "--ledger", ledger, "--before", "0").status == 2


def test_the_log_has_a_json_line_for_each_event(ledger: Path) -> None:
    events, _ = rehearsed(FIRST_CALL)
    lines = tightrope("ledger", "--ledger", ledger, "--json").lines
    assert [exact(line) for line in lines] == list(events)
    last = tightrope("ledger", "--ledger", ledger, "--json", "--limit", "2", "--before", "5").lines
    assert [exact(line)["seq"] for line in last] == [3, 4]


def test_watch_once_says_where_the_clock_stands(ledger: Path) -> None:
    assert tightrope("watch", "--once", "--ledger", ledger).lines == [
        "Sat 13 Jan 2024 00:00 CLOCK  equity 2,375.34 USD, "
        "equity ratio 30.17% (call 30.00%, liquidation 25.00%)"
    ]


def test_global_options_may_stand_before_the_command(ledger: Path) -> None:
    after = tightrope("status", "--ledger", ledger, "--account", "first-call")
    before = tightrope("--ledger", ledger, "--account", "first-call", "status")
    assert before == after
    assert before.status == 0


def test_the_ledger_may_come_from_the_environment(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in ("HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(home, str(tmp_path))
    named = tightrope("status", "--ledger", ledger)
    assert tightrope("status").status != 0, "there is none where it would lie by itself"
    monkeypatch.setenv("TIGHTROPE_LEDGER", str(ledger))
    assert tightrope("status") == named
    assert named.lines[0] == "Account             first-call"


def test_the_account_written_last_is_the_one_that_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    for name in ("one", "two"):
        tightrope("rehearse", FIRST_CALL, "--ledger", path, "--account", name)
    assert tightrope("status", "--ledger", path).lines[0] == "Account             two"
    named = tightrope("status", "--ledger", path, "--account", "one").lines[0]
    assert named == "Account             one"


def test_reading_leaves_the_ledger_as_it_is_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    tightrope("rehearse", FIRST_CALL, "--ledger", path)
    with Ledger.open(path):
        before = contents(tmp_path)
        for command in ("status", "positions", "orders", "ledger"):
            assert tightrope(command, "--ledger", path).status == 0
        assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--version"], HEAVY),
        (["--help"], HEAVY),
        (["status"], HEAVY),
        (["positions"], HEAVY),
        (["orders"], HEAVY),
        (["ledger"], HEAVY),
        (["watch", "--once"], HEAVY),
        (["venues"], ("textual", "rich", "sqlite_utils")),
        (["tapes"], ("textual", "rich", "sqlite_utils")),
        (["doctor"], ("textual", "rich", "sqlite_utils", "pydantic")),
        (["rehearse", str(FIRST_CALL)], ("textual", "rich", "sqlite_utils")),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_loads_no_more_than_it_needs(
    arguments: list[str], absent: tuple[str, ...], ledger: Path
) -> None:
    code = (
        "import sys; from tui.__main__ import main; status = main(sys.argv[2:]);"
        "loaded = set(sys.argv[1].split()) & set(sys.modules);"
        "sys.exit(f'loaded: {loaded}' if loaded else status)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, " ".join(absent), *arguments],
        cwd=ROOT,
        env={**os.environ, "TIGHTROPE_LEDGER": str(ledger)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_a_forged_ledger_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    """A statement and events as nobody's program wrote them: told as text, or refused."""
    path = tmp_path / "ledger.db"
    tightrope("rehearse", FIRST_CALL, "--ledger", path)
    ((body,),) = rows(path, "SELECT body FROM places")
    evil = "\\u001b]0;PWNED\\u0007"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE places SET body = ?", (body.replace('"ACME"', f'"{evil}"'),))
    for command in ("status", "positions", "watch"):
        ended = tightrope(command, "--ledger", path, *(["--once"] if command == "watch" else []))
        assert ended.status == 0
        assert "\x1b" not in ended.out
    for damage in (
        "",
        "[" * 100_000,
        "[]",
        "{}",
        '{"statement": 7}',
        '{"statement": {"type": "statement"}}',
    ):
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE places SET body = ?", (damage,))
        ended = tightrope("status", "--ledger", path)
        assert ended.status in (0, 2)
        assert "\x1b" not in ended.out + ended.err
