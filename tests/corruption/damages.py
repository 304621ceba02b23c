"""Each way in which a ledger is damaged here: a byte, a cell, a row, a word of the schema.

What a program does that goes past every guard: no trigger, no type and no constraint is in its way,
and all of them stand again afterwards.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

MIGRATIONS = "_sqlite_migrations"


@dataclass(frozen=True)
class Damage:
    """What is done to a ledger's file; `do` raises `sqlite3.Error` where it cannot be done."""

    name: str
    do: Callable[[Path], None]


@contextmanager
def past_every_guard(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for which no table has a guard, a type or a constraint of its own."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        tables = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '')"
            " WHERE type = 'table'"
        )
        db.execute("PRAGMA writable_schema = RESET")
        db.execute("PRAGMA ignore_check_constraints = ON")
        yield db
        for _, sql in guards:
            db.execute(sql)
        db.execute("PRAGMA writable_schema = ON")
        written = [(sql, name) for name, sql in tables]
        db.executemany("UPDATE sqlite_schema SET sql = ? WHERE name = ?", written)
        db.execute("PRAGMA writable_schema = OFF")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def statement(name: str, *changes: str) -> Damage:
    """Damage that a statement of SQL does to rows."""

    def do(path: Path) -> None:
        with past_every_guard(path) as db:
            for change in changes:
                db.execute(change)

    return Damage(name, do)


def bytes_of(size: int, dice: random.Random) -> Iterator[Damage]:
    """One byte of the file, anywhere: one bit of it, or several."""
    while True:
        at, by = dice.randrange(size), dice.choice((1 << dice.randrange(8), dice.randrange(1, 256)))
        yield Damage(f"byte {at} ^ {by:#04x}", partial(_flip, at=at, by=by))


def _flip(path: Path, at: int, by: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        (old,) = file.read(1)
        file.seek(at)
        file.write(bytes([old ^ by]))


def cells_of(path: Path, dice: random.Random) -> Iterator[Damage]:
    """Every kind of change to every column of every table, then to rows, each in some row."""
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        tables = [name for (name,) in found]
        columns = {t: [row[1] for row in db.execute(f"PRAGMA table_info({t})")] for t in tables}
    for table in tables:
        for column in columns[table]:
            for kind, change in _CELLS.items():
                if (table, column) != (MIGRATIONS, "applied_at"):  # read by nobody
                    yield _cell(table, column, kind, change, dice.random())
        for kind, row_change in _ROWS.items():
            yield _row(table, columns[table], kind, row_change, dice.random())


def _cell(table: str, column: str, kind: str, change: "_Change", chance: float) -> Damage:
    def do(path: Path) -> None:
        with past_every_guard(path) as db:
            rows = [row for (row,) in db.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
            change(db, table, column, rows, random.Random(chance))

    return Damage(f"{table}.{column}: {kind} ({chance:.6f})", do)


def _row(table: str, columns: list[str], kind: str, change: "_RowChange", chance: float) -> Damage:
    def do(path: Path) -> None:
        with past_every_guard(path) as db:
            rows = [row for (row,) in db.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
            change(db, table, columns, random.Random(chance).choice(rows))

    return Damage(f"{table}: {kind} ({chance:.6f})", do)


_Change = Callable[[sqlite3.Connection, str, str, list[int], random.Random], None]
_RowChange = Callable[[sqlite3.Connection, str, list[str], int], None]


def _value(db: sqlite3.Connection, table: str, column: str, row: int) -> object:
    found = db.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", (row,)).fetchone()
    return None if found is None else found[0]


def _put(db: sqlite3.Connection, table: str, column: str, row: int, value: object) -> None:
    db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, row))


def _other_type(
    db: sqlite3.Connection, table: str, column: str, rows: list[int], dice: random.Random
) -> None:
    row = dice.choice(rows)
    value = _value(db, table, column, row)
    others: list[object] = [5, 1.5, "text", b"\xff\xfe"]
    if isinstance(value, str):
        others += [value.encode(), len(value)]
    elif isinstance(value, int):
        others += [f"{value}x", value + 0.5, str(value).encode()]
    _put(db, table, column, row, dice.choice([o for o in others if type(o) is not type(value)]))


def _nothing(
    db: sqlite3.Connection, table: str, column: str, rows: list[int], dice: random.Random
) -> None:
    _put(db, table, column, dice.choice(rows), None)


def _off_by_one(
    db: sqlite3.Connection, table: str, column: str, rows: list[int], dice: random.Random
) -> None:
    row = rows[-1] if column == _BY_ROWID.get(table) else dice.choice(rows)
    value = _value(db, table, column, row)
    if isinstance(value, str) and value:
        at = dice.randrange(len(value))
        digits = [n for n, char in enumerate(value) if char.isdigit()]
        if digits and dice.random() < 0.7:
            at = dice.choice(digits)
        value = value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    elif isinstance(value, int):
        value += 1 if row == rows[-1] else dice.choice((1, -1))
    _put(db, table, column, row, value)


def _swapped(
    db: sqlite3.Connection, table: str, column: str, rows: list[int], dice: random.Random
) -> None:
    """With a row that has another value: of those that can be swapped, any."""
    dice.shuffle(rows)
    one = rows[0]
    first = _value(db, table, column, one)
    others = [row for row in rows if _value(db, table, column, row) != first]
    for other in others[:_TRIED]:
        db.execute("SAVEPOINT before")
        try:
            _swap(db, table, column, one, other)
        except sqlite3.IntegrityError:
            db.execute("ROLLBACK TO before")
            db.execute("RELEASE before")
            continue
        db.execute("RELEASE before")
        return
    raise sqlite3.IntegrityError("no two can be swapped")


_TRIED = 30


def _swap(db: sqlite3.Connection, table: str, column: str, one: int, other: int) -> None:
    """A third value stands in between, for what is unique."""
    if column == _BY_ROWID.get(table):
        for old, new in ((one, -1), (other, one), (-1, other)):
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (new, old))
        return
    first, second = (_value(db, table, column, row) for row in (one, other))
    _put(db, table, column, one, f"{first}-")
    _put(db, table, column, other, first)
    _put(db, table, column, one, second)


_BY_ROWID = {
    "branches": "id",
    "accounts": "id",
    "acts": "id",
    "acts_seal": "id",
    "commit_log": "id",
    MIGRATIONS: "id",
    "balances": "account_id",
    "places": "branch_id",
    "seals": "branch_id",
}
"""Columns that are the number of their row."""

_CELLS: dict[str, _Change] = {
    "other type": _other_type,
    "nothing": _nothing,
    "off by one": _off_by_one,
    "swapped": _swapped,
}


def _gone(db: sqlite3.Connection, table: str, columns: list[str], row: int) -> None:
    db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))


def _twice(db: sqlite3.Connection, table: str, columns: list[str], row: int) -> None:
    """A copy under the next free number, or under another key where one is needed."""
    values = list(db.execute(f"SELECT * FROM {table} WHERE rowid = ?", (row,)).fetchone())
    marks = ", ".join("?" * len(columns))
    for at, value in enumerate(values):
        with suppress(sqlite3.Error):
            values[at] = value + 1000 if isinstance(value, int) else f"{value}0"
            db.execute(f"INSERT INTO {table} VALUES ({marks})", values)
            return
        if table not in _BY_ROWID:
            values[at] = value
    db.execute(f"INSERT INTO {table} VALUES ({marks})", values)


_ROWS: dict[str, _RowChange] = {"row gone": _gone, "row twice": _twice}
