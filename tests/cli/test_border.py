"""No text of anybody's reaches the terminal as more than characters: each command, each way in."""

import itertools
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.books.file import schema
from tests.cli.driving import FIRST_CALL, JOURNEY, installed, tightrope
from tests.hostile import (
    CORPUS,
    STORABLE,
    batches,
    drawn,
    in_names,
    in_toml,
    on_a_terminal,
    rewritten,
    spoken,
)
from tests.terminal import Terminal
from tui.cli.options.exports import FORMATS

OWN = "error of Tightrope's own"


def heard(*arguments: object, statuses: tuple[int, ...] = (0, 1, 2, 3, 4)) -> bytes:
    """A command's bytes, none of them hostile."""
    status, raw = on_a_terminal(*arguments)
    assert status in statuses, raw
    assert OWN.encode() not in raw, raw
    assert spoken(raw) == [], arguments
    return raw


def test_there_are_two_hundred_of_them_and_the_judge_hears_each() -> None:
    assert len(CORPUS) >= 200
    shown = (*"[%{\\$`='.é漢x-",)
    deaf = [t for t in STORABLE if not spoken(t.encode()) and not t.startswith(shown)]
    assert [t for t in deaf if t != "a\nb" and t != "a\rb" and "Z" not in t] == []


NEW = ("new", "--venue", "us-reg-t", "--start", "2024-01-01", "--deposit", "100")
PLACES = {
    "an option's value": lambda text: ("status", f"--account={text}"),
    "an unknown option": lambda text: ("status", f"--{text}"),
    "an unknown command": lambda text: (text,),
    "a ledger": lambda text: ("status", f"--ledger={text}"),
    "a ledger for doctor": lambda text: ("doctor", f"--ledger={text}"),
    "a kind": lambda text: ("ledger", f"--kind={text}"),
    "a number": lambda text: ("ledger", f"--limit={text}"),
    "a rehearsal": lambda text: ("rehearse", f"/nowhere/{text}.toml"),
    "a scenario": lambda text: ("play", "--headless", f"x{text}"),
    "a rule book": lambda text: ("venues", f"x{text}"),
    "a rule book's file": lambda text: ("venues", f"./{text}.toml"),
    "a table": lambda text: ("tapes", "import", "--dry-run", f"./{text}.csv"),
    "a tape": lambda text: ("tapes", "remove", f"x{text}"),
    "a lesson": lambda text: ("course", f"x{text}"),
    "a chapter": lambda text: ("guide", f"x{text}"),
    "a backup": lambda text: ("backup", f"/nowhere/{text}/copy"),
    "a calculator's venue": lambda text: (
        *("calc", "liquidation", f"--venue={text}", "--mode", "isolated", "--side", "long"),
        *("--entry", "1", "--quantity", "1", "--leverage", "2"),
    ),
    "a calculator's figure": lambda text: (
        *("calc", "call", "--value", f"1{text}", "--loan", "1", "--maintenance", "0.3"),
    ),
    "odds of a tape": lambda text: ("odds", f"--tape={text}"),
    "a rehearsal to play": lambda text: ("play", f"./{text}.toml"),
    "a new account": lambda text: (*NEW, "--tape", "ACME=x", f"{text}"),
    "a new account's tape": lambda text: (*NEW, "mine", f"--tape={text}"),
    "a new account's rule": lambda text: (*NEW, "mine", "--tape", "ACME=x", f"--set={text}"),
    "an account to rename": lambda text: ("rename", f"x{text}", "other"),
    "an account's new name": lambda text: ("rename", "other", f"x{text}"),
    "an account to archive": lambda text: ("archive", f"x{text}"),
    "an account to go on with": lambda text: ("switch", f"x{text}"),
    "an account to reset": lambda text: ("reset", f"x{text}"),
    "a plan": lambda text: ("plan", f"--preset={text}"),
    "a limit of a plan": lambda text: ("plan", f"--set=max_trades=1{text}"),
    "a purse": lambda text: ("purse", "set", f"1{text}"),
    "a fork's name": lambda text: ("fork", "--at", "3", f"--as={text}"),
    "a decision": lambda text: ("fork", f"--at=3{text}"),
    "accounts to compare": lambda text: ("compare", f"x{text}", f"y{text}"),
    "trades from elsewhere": lambda text: ("journal", "import", f"./{text}.csv"),
    "a column of trades": lambda text: ("journal", "import", "x.csv", f"--map={text}"),
    "a trade to note": lambda text: ("note", f"1{text}", "so"),
    "a note's number": lambda text: ("note", "1", "so", f"--revise={text}"),
    "a trade to tag": lambda text: ("tag", f"x{text}", f"y{text}"),
    "a twin": lambda text: (*NEW, "a", "--tape", "A=aapl-us-1h-2008", f"--twin={text}"),
    "an account with a twin": lambda text: ("twin", f"x{text}"),
    "a filter of the journal": lambda text: ("journal", f"tag:x{text}", f"x{text}:y", f"r<{text}"),
    "a filter of passive trades": lambda text: ("passive", f"x{text}:y"),
    "a finding": lambda text: ("discipline", f"--contest=x{text}"),
    "a day of discipline": lambda text: ("discipline", f"--from=2020-01-0{text}"),
    "a week": lambda text: ("review", f"--week=2020-01-0{text}"),
    "a rule of one's own": lambda text: ("review", f"--rule=no_widening={text}"),
    "a trade": lambda text: ("trade", f"1{text}"),
    "an account to report on": lambda text: ("report", f"--account=x{text}"),
    "a report's first day": lambda text: ("report", f"--from=2024-01-01{text}"),
    "a tax year": lambda text: ("tax", f"2024{text}"),
    "tax rules": lambda text: ("tax", f"--rules=x{text}"),
    "tax rules in a file": lambda text: ("tax", f"--rules=./{text}.toml"),
    "a class of assets": lambda text: ("tax", f"--class={text}=security"),
    "a lot to pick": lambda text: ("tax", f"--pick=1=2:3{text}"),
    "an export's form": lambda text: ("export", f"x{text}", "/nowhere/books"),
    "an export's path": lambda text: ("export", "ledger", f"/nowhere/{text}"),
    "a report's pictures": lambda text: ("report", f"--pictures=/nowhere/{text}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_arguments(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for text in batches():
        heard(*PLACES[place](text.replace("\0", "")), statuses=(1, 2))


def test_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("status", "doctor"):
        for text in batches():
            name = text.encode("utf-8", "replace").decode()[:200]
            monkeypatch.setenv("TIGHTROPE_LEDGER", name)
            heard(command, statuses=(2,))


REHEARSAL = FIRST_CALL.read_text().replace('"acme.csv"', f'"{JOURNEY / "acme.csv"}"')


def rehearsals() -> dict[str, str]:
    """A file for each place of a rehearsal in which a text, or a key, may stand."""
    many = [in_toml(text) for text in STORABLE]
    text = in_toml(" ".join(STORABLE)[:400])
    told = in_toml(" ".join(STORABLE)[:400][::-1])
    notes = "\n".join(
        f"[[do]]\nat = 2024-01-02T00:00:00Z\nnote = {{ text = {one}, tags = [{one}] }}"
        for one in many
    )
    values = "\n".join(f"[[do]]\nat = {one}\nbuy = {one}\nsell = [{one}]" for one in many)
    orders = "\n".join(
        f"[[do]]\nat = 2024-01-02T00:00:00Z\n"
        f"buy = {{ symbol = 'ACME', quantity = '1', reason = {one}, tags = [{one}], id = {one} }}"
        for one in many
    )
    return {
        "keys": "\n".join(f"{one} = 1" for one in many) + "\n" + REHEARSAL,
        "keys of an action": REHEARSAL + "\n[[do]]\n" + "\n".join(f"{one} = 1" for one in many),
        "rules": REHEARSAL.replace("[rules]", "[rules]\n" + "\n".join(f"{x} = {x}" for x in many)),
        "notes": REHEARSAL + notes,
        "orders": REHEARSAL + orders,
        "values": REHEARSAL + values,
        "title": REHEARSAL.replace('"First call"', text),
        "venue": REHEARSAL.replace('"us-reg-t"', text),
        "mode": REHEARSAL.replace('"cross"', text),
        "symbol": REHEARSAL.replace('"ACME"', in_toml("A\x1b]0;31337\x07")),
        "source": REHEARSAL.replace(f'"{JOURNEY / "acme.csv"}"', told),
        "no TOML": REHEARSAL + "\n".join(f"= {text}" for text in STORABLE),
    }


@pytest.mark.parametrize("place", rehearsals())
def test_rehearsals(place: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile.toml"
    file.write_text(rehearsals()[place], "utf-8", newline="")
    for options in ((), ("--json",), ("--ledger", tmp_path / "kept.db")):
        heard("rehearse", file, *options)
    if (tmp_path / "kept.db").exists():
        for command in ("status", "ledger", "orders", "positions", "report"):
            heard(command, "--ledger", tmp_path / "kept.db", statuses=(0,))


def test_rule_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tightrope("venues", "us-reg-t", "--toml").out
    many = [in_toml(text) for text in STORABLE]
    text = in_toml(" ".join(STORABLE)[:400])
    keys = "\n".join(f"{one} = {one}" for one in many)
    lines = shipped.split("\n")
    books = {
        "keys": keys + "\n" + shipped,
        "tail": shipped + "\n" + keys,
        "raw": shipped + "\n# " + " ".join(text.replace("\n", "") for text in STORABLE),
        **{
            f"value-{at}": "\n".join(
                [*lines[:at], f"{line.partition('=')[0]}= {text}", *lines[at + 1 :]]
            )
            for at, line in enumerate(lines)
            if '= "' in line
        },
    }
    folder = tmp_path / "tightrope" / "venues"
    folder.mkdir(parents=True)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    file = tmp_path / "book.toml"
    for book in books.values():
        file.write_text(book, "utf-8", newline="")
        heard("venues", file)
    heard("venues", file, "--json")
    for name in ("keys", "raw"):
        file.write_text(books[name], "utf-8", newline="")
        heard("venues", file, "--toml", statuses=(0,))
    for path in in_names(folder, ".toml"):
        path.write_text(shipped)
    heard("venues", statuses=(0,))
    heard("venues", "--json", statuses=(0,))
    heard("venues", "nobody")


def tables(text: str, rows: str) -> tuple[str, ...]:
    """Price tables with a text in the heading, in a row, and as their symbol."""
    symbol = text.replace("\n", "")
    dated = (row.rpartition(",")[0] for row in rows.split("\n") if row)
    return (
        f"time,open,high,low,close,volume,{text}\n{rows}",
        f"{text},open,high,low,close\n{rows}",
        f"time,open,high,low,close,volume\n{text}\n{rows}{text},1,1,1,1,1\n",
        "symbol,time,open,high,low,close\n" + "".join(f"{symbol},{row}\n" for row in dated),
    )


def test_tapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    rows = (JOURNEY / "acme.csv").read_text().split("\n", 1)[1]
    table = tmp_path / "table.csv"
    for text in batches(STORABLE):
        for at, written in enumerate(tables(text, rows)):
            table.write_text(written, "utf-8", newline="")
            heard("tapes", "import", "--dry-run", table, *(["--json"] if at == 0 else []))
    named = tmp_path / "files"
    named.mkdir()
    for path in in_names(named, ".csv")[::10]:
        path.write_text("time,open,high,low,close,volume\n" + rows)
        heard("tapes", "import", path, statuses=(0, 2))
    folder = tmp_path / "tightrope" / "tapes"
    for path in in_names(folder, ".json"):
        path.write_text("{}")
    texts = itertools.cycle(STORABLE)
    for page in (path for path in folder.glob("*.json") if path.with_suffix(".csv.gz").exists()):
        value = json.loads(page.read_text())
        for key in ("original", "title", "zone", "dialect", "symbol"):
            value[key] += next(texts)
        page.write_text(json.dumps(value))
    heard("tapes", statuses=(0,))
    heard("tapes", "--json", statuses=(0,))


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    """A ledger whose every name and body somebody else wrote; its tables are ours."""
    path = tmp_path / "stranger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    texts = itertools.cycle(STORABLE)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        assert {name for name, _ in guards} == set(schema.GUARDS)
        for seq, body in db.execute("SELECT seq, body FROM events").fetchall():
            written = rewritten(body, texts)
            db.execute("UPDATE events SET body = ? WHERE seq = ?", (written, seq))
        ((body,),) = db.execute("SELECT body FROM places").fetchall()
        db.execute("UPDATE places SET body = ?", (_statement(body, texts),))
        names = (" ".join(STORABLE), "".join(STORABLE))
        db.execute("UPDATE branches SET name = ?, title = ?", names)
        db.execute("UPDATE accounts SET name = name || ?", (next(texts),))
        for _, sql in guards:
            db.execute(sql)
    return path


def _statement(body: str, texts: "itertools.cycle[str]") -> str:
    value = json.loads(body)
    value["statement"] = json.loads(rewritten(json.dumps(value["statement"]), texts))
    return json.dumps(value)


def test_a_strangers_ledger(strangers: Path) -> None:
    for command in (
        *(("export", form, strangers.with_suffix(f".{form}")) for form in FORMATS),
        *(("status",), ("positions",), ("orders",), ("ledger",), ("watch", "--once"), ("play",)),
        *(("doctor",), ("doctor", "--deep"), ("doctor", "--json"), ("status", "--account", "x")),
        *(("accounts",), ("accounts", "--json"), ("fork",), ("fork", "--at", "3"), ("purse",)),
        *(("plan",), ("plan", "--json")),
        *(("archive", "x"), ("rename", "x", "y"), ("compare", "x", "y"), ("reset", "x")),
        *(("twin",), ("twin", "x", "--json"), ("reveal",), ("reveal", "x", "--json"), ("next",)),
        *(("journal",), ("journal", "--json"), ("journal", "--csv"), ("journal", "long")),
        *(("passive",), ("passive", "--json"), ("discipline",), ("discipline", "--json")),
        *(("trade", "1"), ("trade", "1", "--json"), ("rehearse", FIRST_CALL)),
        *(("tax",), ("tax", "--json"), ("tax", "2024", "--explain")),
        *(("report",), ("report", "--json"), ("report", "--account", "x")),
    ):
        heard(*command, "--ledger", strangers)


def test_the_desk_on_a_strangers_ledger_ends_in_one_clean_line(strangers: Path) -> None:
    with Terminal([installed(), "--ledger", strangers], width=200) as terminal:
        assert terminal.wait_end() in (1, 2)
        after = bytes(terminal.raw).rpartition(b"\x1b[?1049l")[2]
    assert b"tightrope: " in after
    assert drawn(after) == []
