"""Ledgers for tests: a life written into a file, and a plain connection to look behind it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ledger.books.store import Batch, Fork, Ledger
from ledger.books.wire.codec import canonical, encode, rules_hash
from tests.books.lives import Life


def keep(ledger: Ledger, life: Life, name: str = "test", size: int = 7) -> int:
    """Write a life in batches of `size`; the number of its branch."""
    book = life.rulebook
    ledger.put_rulebook(rules_hash(book), canonical(encode(book)))
    branch = ledger.new_branch(name, 7, "A life", {"tapes": ["none"]})
    records = life.records()
    for first in range(0, len(records), size):
        batch = records[first : first + size]
        ledger.append(branch, Batch(batch, {"seq": batch[-1].seq}))
    return branch


def shelf(folder: Path, *lives: Life) -> Path:
    """A closed ledger with these lives in it."""
    path = folder / "ledger.db"
    with Ledger.open(path) as ledger:
        for life in lives:
            keep(ledger, life)
    return path


def fork_of(ledger: Ledger, branch: int, seq: int) -> int:
    return ledger.new_branch("what-if", 7, "What if", {}, Fork(branch, seq))


@contextmanager
def plainly(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection like that of any other program: no foreign keys, no recursive triggers."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


@contextmanager
def guarded(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection with the store's own settings."""
    with plainly(path) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA recursive_triggers = ON")
        db.execute("PRAGMA trusted_schema = OFF")
        yield db


@contextmanager
def unguarded(path: Path, table: str) -> Iterator[sqlite3.Connection]:
    """A connection for which a table has no guards; they stand again afterwards."""
    with plainly(path) as db:
        guards = db.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        yield db
        for _, sql in guards:
            db.execute(sql)
