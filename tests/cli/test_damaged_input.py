"""Whatever is wrong with a file or a ledger: a sentence, a promised status, nothing changed.

`HYPOTHESIS_PROFILE=long pytest tests/cli/test_damaged_input.py` goes on for fifty times as long,
with other damage each time.
"""

import contextlib
import itertools
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.driving import FIRST_CALL, JOURNEY, contents, tightrope
from tests.hostile import STORABLE
from tests.laws import LONG

OWN = "error of Tightrope's own"
TRIES = 50 if LONG else 1
SEED = random.randrange(2**32) if LONG else 14

REHEARSAL = FIRST_CALL.read_text().replace('"acme.csv"', f'"{JOURNEY / "acme.csv"}"')
TAPE = (JOURNEY / "acme.csv").read_text()

NUMBERS = (
    *(
        "0",
        "-0",
        "-1",
        "0.9999999999999",
        "1.0000000000001",
        "1e400",
        "1E-400",
        "nan",
        "inf",
        "-inf",
    ),
    *('"NaN"', '"Infinity"', '"1e9"', '"0x10"', "9" * 19, "9" * 5000, "0." + "0" * 300 + "1"),
    *("999999999999", "0.00000001", "true", '""', "[]", "{}", "[[]]", '"x"', "2024-01-01"),
    *("1979-05-27T07:32:00Z", "9999-12-31T23:59:59Z", '"９"', '"1_000"', "1_000", '"+5"', '" 5"'),
    *(f'"{"x" * 3000}"', "{ symbol = [] }", '[{ price = "1" }]', "0001-01-01"),
)
CELLS: tuple[object, ...] = (
    *(None, 0, 1, -1, 2**62, -(2**62), 1.5, float("inf"), "", "x", "[]", "{}", "null", "1", "nan"),
    *(
        "[" * 100_000,
        '{"a":' * 50_000,
        "1" * 5000,
        b"\xff\xfe",
        b"\xed\xa0\x80",
        "2024-01-01T00:00:00Z",
    ),
    *(
        '{"statement": {"type": "statement"}}',
        '{"statement": {"type": "statement", "positions": 5}}',
    ),
    *('{"type": []}', '"\\ud800"', "9999-99-99", "\0", *STORABLE[:3]),
)


def checked(*arguments: object, statuses: tuple[int, ...] = (0, 1, 2, 3)) -> None:
    ended = tightrope(*arguments)
    told = f"{arguments} ended with {ended.status}: {ended.err[-600:]}"
    assert OWN not in ended.err, told
    assert ended.status in statuses, told
    assert all(line.startswith("tightrope: ") for line in ended.err.splitlines()), told
    assert ended.err or ended.status in (0, 3), told


def fill(text: str, dice: random.Random) -> str:
    """One line less, twice, cut, with another value or another character."""
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    match dice.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, dice.choice(lines))
        case 2:
            lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]
        case 3:
            place = dice.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:place] + dice.choice(STORABLE) + lines[at][place:]
        case _:
            keyed = [n for n, line in enumerate(lines) if "=" in line] or [at]
            at = dice.choice(keyed)
            head, sign, tail = lines[at].partition("=") if dice.random() < 0.7 else (
                lines[at].rpartition("=")
            )  # fmt: skip
            lines[at] = head + sign + " " + dice.choice(NUMBERS) + " }" * tail.count("}")
    return "\n".join(lines)


def worn(text: str, dice: random.Random) -> str:
    for _ in range(dice.randint(1, 3)):
        text = fill(text, dice)
    return text


def test_rehearsals(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    file, ledger = tmp_path / "r.toml", tmp_path / "l.db"
    for _ in range(120 * TRIES):
        file.write_text(worn(REHEARSAL, dice), "utf-8", newline="")
        checked("rehearse", file, *dice.choice([(), ("--json",)]))
    checked("rehearse", FIRST_CALL, "--ledger", ledger, statuses=(0,))
    before = contents(tmp_path)
    file.write_text("a = " + "[" * 50_000)
    checked("rehearse", file, "--ledger", ledger, statuses=(2,))
    file.write_text("a" + ".a" * 100_000 + " = 1")
    checked("rehearse", file, "--ledger", ledger, statuses=(2,))
    file.unlink()
    before.pop("r.toml")
    assert contents(tmp_path) == before


def test_rule_books(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    file, rehearsal = tmp_path / "venue.toml", tmp_path / "r.toml"
    rehearsal.write_text(REHEARSAL.replace('"us-reg-t"', '"venue.toml"'))
    books = [tightrope("venues", name, "--toml").out for name in ("us-reg-t", "binance-usdm")]
    for turn in range(60 * TRIES):
        file.write_text(worn(books[turn % 2], dice), "utf-8", newline="")
        checked("venues", file)
        checked("venues", file, "us-reg-t", "--json")
        checked("rehearse", rehearsal)
        checked(
            *("calc", "liquidation", "--venue", file, "--mode", "isolated", "--side", "long"),
            *("--entry", "100", "--quantity", "1", "--leverage", "10"),
        )


def test_tapes(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    file, rehearsal = tmp_path / "t.csv", tmp_path / "r.toml"
    rehearsal.write_text(FIRST_CALL.read_text().replace('"acme.csv"', '"t.csv"'))
    for _ in range(60 * TRIES):
        data = bytearray(worn(TAPE.replace(",", ",", 1), dice).encode())
        for _ in range(dice.randrange(3)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        file.write_bytes(bytes(data))
        checked("rehearse", rehearsal)
        checked("tapes", "import", "--dry-run", file)
        checked("odds", "--tape", file, "--side", "long", "--leverage", "3")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "l.db"
    checked("rehearse", FIRST_CALL, "--ledger", path, statuses=(0,))
    return path


READERS: tuple[tuple[str, ...], ...] = (
    *(("status",), ("positions",), ("orders",), ("ledger",), ("ledger", "--limit", "5")),
    *(("ledger", "--kind", "FILL"), ("watch", "--once"), ("play",), ("doctor",)),
    *(("doctor", "--deep"), ("status", "--account", "first-call")),
)


def looked_at(ledger: Path, dice: random.Random) -> None:
    """A few of the commands that read, and one that would write: none changes a damaged file."""
    before = ledger.read_bytes()
    for command in dice.sample(READERS, 3):
        checked(*command, "--ledger", ledger)
        assert ledger.read_bytes() == before, command
    checked("backup", ledger.with_name("copy.db"), "--ledger", ledger)
    ledger.with_name("copy.db").unlink(missing_ok=True)
    checked("rehearse", FIRST_CALL, "--ledger", ledger)
    with contextlib.suppress(FileNotFoundError):
        checked(*dice.choice(READERS), "--ledger", ledger)


def test_bytes_of_a_ledger(kept: Path, tmp_path: Path) -> None:
    dice = random.Random(SEED)
    ledger = tmp_path / "l.db"
    whole = kept.read_bytes()
    for _ in range(25 * TRIES):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 1, 1, 20))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del data[dice.randrange(len(data)) :]
        for beside in tmp_path.glob("l.db-*"):
            beside.unlink()
        ledger.write_bytes(bytes(data))
        looked_at(ledger, dice)


def cells(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )]  # fmt: skip
        return [(t, row[1]) for t in tables for row in db.execute(f"PRAGMA table_info({t})")]


_LOOSE = "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = ?"
_ONE = "rowid = (SELECT max(rowid) / 2 + 1 FROM {})"


def rewrite(path: Path, change: str, *values: object) -> None:
    """A change to the cells alone, past every guard and type: what a stranger's program can do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        kinds = dict(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"))
        tables = dict(db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
        for name in kinds:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("PRAGMA writable_schema = ON")
        for name in tables:
            db.execute(
                "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = ?", (name,)
            )
        db.execute("PRAGMA writable_schema = RESET")
        db.execute("PRAGMA ignore_check_constraints = ON")
        with contextlib.suppress(sqlite3.Error):
            db.execute(change, values)
        for sql in kinds.values():
            db.execute(sql)
        db.execute("PRAGMA writable_schema = ON")
        for name, sql in tables.items():
            db.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))
        db.execute("PRAGMA writable_schema = OFF")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_cells_of_a_ledger(kept: Path, tmp_path: Path) -> None:
    dice = random.Random(SEED)
    ledger = tmp_path / "l.db"
    every = cells(kept)
    for turn in range(len(every) * TRIES):
        table, column = every[turn % len(every)]
        value = dice.choice(CELLS)
        shutil.copy(kept, ledger)
        rewrite(ledger, f"UPDATE {table} SET {column} = ? WHERE {_ONE.format(table)}", value)
        looked_at(ledger, dice)


def leaves(value: object, new: object, at: Iterator[int], wanted: int) -> object:
    """The same JSON with another leaf at one place."""
    if isinstance(value, dict):
        return {key: leaves(item, new, at, wanted) for key, item in value.items()}
    if isinstance(value, list) and value:
        return [leaves(item, new, at, wanted) for item in value]
    return new if next(at) == wanted else value


def test_values_inside_the_bodies_of_a_ledger(kept: Path, tmp_path: Path) -> None:
    """A list where a symbol is expected, a table where a number is, in each statement or event."""
    dice = random.Random(SEED)
    ledger = tmp_path / "l.db"
    news = (None, 5, -1, 1.5, True, [], {}, [[1]], {"a": []}, "", "x", "NaN", "1e999", "\ud800")
    for turn in range(60 * TRIES):
        table, column = (("events", "body"), ("places", "body"), ("branches", "setup"))[turn % 3]
        shutil.copy(kept, ledger)
        with closing(sqlite3.connect(ledger)) as db:
            rows = db.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
        row, body = dice.choice(rows)
        wanted = dice.randrange(body.count(":"))
        new = json.dumps(leaves(json.loads(body), dice.choice(news), itertools.count(), wanted))
        rewrite(ledger, f"UPDATE {table} SET {column} = ? WHERE rowid = ?", new, row)
        looked_at(ledger, dice)


def test_what_is_no_file(tmp_path: Path) -> None:
    fifo, folder, closed = tmp_path / "fifo", tmp_path / "folder", tmp_path / "closed"
    os.mkfifo(fifo)
    folder.mkdir()
    closed.mkdir()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    odd = (fifo, folder, Path("/dev/zero"), Path("/dev/null"), loop, loop / "x", tmp_path / "none")
    for path in (*odd, Path("/proc/self/mem"), FIRST_CALL / "x", Path("x" * 5000)):
        for command in READERS:
            checked(*command, "--ledger", path)
        checked("rehearse", path, statuses=(2,))
        checked("rehearse", FIRST_CALL, "--ledger", path / "l.db" if path == FIRST_CALL else path)
        checked("venues", f"{path}/../{path.name}.toml", statuses=(2,))
        checked("tapes", "import", "--dry-run", path, statuses=(2,))
        checked("odds", "--tape", path / "x.csv", "--side", "long", statuses=(2,))
        checked("backup", path, "--ledger", path, statuses=(2,))
    assert not list(folder.iterdir())


def test_a_cell_of_a_hundred_megabytes(kept: Path, tmp_path: Path) -> None:
    """It is not loaded: SQLite itself refuses what is larger than any ledger of ours has."""
    ledger = tmp_path / "l.db"
    shutil.copy(kept, ledger)
    rewrite(ledger, "UPDATE places SET body = zeroblob(?)", 100_000_000)
    checked("status", "--ledger", ledger, statuses=(2,))
    checked("rehearse", FIRST_CALL, "--ledger", ledger)
    checked("play", "--ledger", ledger)
