"""Writers that do it wrong, each in one way. A proof that lets one through proves nothing."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

from ledger.books.file import schema
from ledger.books.file.errors import LedgerError
from ledger.books.file.folders import make_folder
from ledger.books.store import Batch
from ledger.books.wire.codec import compact, to_wire
from ledger.books.writer import Keeper, Ticket, Writer
from ledger.practice.sessions.session import Session
from tests.books.lives import first_call
from tests.power.actors import Desk
from tests.power.stories import LEDGER, Promise, Story

KILLS, CUTS, FAULTS = "kills", "cuts", "faults"


class Meddling:
    """A writer with something between it and the session."""

    def __init__(self, keeper: Keeper, promise: Promise) -> None:
        self.inner = keeper
        self.promise = promise

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
        return self.inner.submit(batch, then)


def last_of(batch: Batch) -> int:
    return max((record.seq for record in batch.records), default=0)


class Hasty(Desk):
    """Promises before it commits."""

    name = "hasty"
    caught_by = (KILLS, CUTS, FAULTS)

    class Keeper(Meddling):
        def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
            self.promise(last_of(batch))
            return super().submit(batch, then)

    def spoil(self, session: Session, promise: Promise) -> None:
        session._keeper = self.Keeper(session._keeper, promise)


class Lazy(Desk):
    """Promises each batch, commits every fourth."""

    name = "lazy"
    caught_by = (KILLS, CUTS)

    class Keeper(Meddling):
        waiting: tuple[Batch, ...] = ()

        def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
            self.waiting += (batch,)
            if len(self.waiting) == 4 or batch.closing:
                return self.let_go()
            self.promise(last_of(batch))
            ticket: Ticket = Ticket()
            ticket.set_result(self.inner.committed_seq)
            return ticket

        def let_go(self) -> Ticket:
            *first, last = self.waiting
            self.waiting = ()
            for batch in first:
                self.inner.submit(batch)
            return self.inner.submit(last)

    def spoil(self, session: Session, promise: Promise) -> None:
        session._keeper = self.Keeper(session._keeper, promise)


class Deaf(Desk):
    """Promises whatever the books say of a failure."""

    name = "deaf"
    caught_by = (FAULTS,)

    class Keeper(Meddling):
        failure = None

        def submit(self, batch: Batch, then: Callable[[], None] | None = None) -> Ticket:
            with suppress(LedgerError):
                self.inner.submit(batch).result()
            self.promise(last_of(batch))
            ticket: Ticket = Ticket()
            ticket.set_result(last_of(batch))
            return ticket

        def flush(self) -> None:
            """Hears nothing."""

    def spoil(self, session: Session, promise: Promise) -> None:
        session._keeper = self.Keeper(session._keeper, promise)


class Reworded(Desk):
    """Has a word of its own in every statement that the writer sends to SQLite."""

    class Connection:
        def __init__(self, db: sqlite3.Connection, told: Callable[..., Any]) -> None:
            self._db = db
            self._told = told

        def __getattr__(self, name: str) -> Any:
            return getattr(self._db, name)

        def execute(self, sql: str, *values: Any) -> Any:
            return self._told(self._db, sql, *values)

    def spoil(self, session: Session, promise: Promise) -> None:
        assert isinstance(session._keeper, Writer)
        session._keeper.flush()
        ledger = session._keeper._ledger
        self.prepare(ledger._db)
        ledger._db = self.Connection(ledger._db, self.told)  # type: ignore[assignment]

    def prepare(self, db: sqlite3.Connection) -> None:
        """Before the first statement."""

    def told(self, db: sqlite3.Connection, sql: str, *values: Any) -> Any:
        return db.execute(sql, *values)


class Careless(Reworded):
    """No transaction, each statement its own commit (foreign keys off, or all fails)."""

    name = "careless"
    caught_by = (KILLS, CUTS, FAULTS)

    def prepare(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA foreign_keys = OFF")

    def told(self, db: sqlite3.Connection, sql: str, *values: Any) -> Any:
        return db.execute("SELECT 1" if sql in ("BEGIN IMMEDIATE", "COMMIT") else sql, *values)


class Interrupted(Reworded):
    """Something commits in the middle of a batch, as `executescript` does."""

    name = "interrupted"
    caught_by = (KILLS, CUTS, FAULTS)

    def told(self, db: sqlite3.Connection, sql: str, *values: Any) -> Any:
        done = db.execute(sql, *values)
        if sql.startswith("INSERT INTO events"):
            db.execute("COMMIT")
            db.execute("BEGIN IMMEDIATE")
        return done


class Journalless(Reworded):
    """Writes pages in place, with nothing to go back to."""

    name = "journalless"
    caught_by = (KILLS, CUTS, FAULTS)

    def prepare(self, db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA journal_mode = OFF")


class Unsynced(Reworded):
    """`synchronous` off: the disk is never asked."""

    name = "unsynced"
    caught_by = (CUTS,)
    level = "OFF"

    def prepare(self, db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA synchronous = {self.level}")


class Trusting(Unsynced):
    """`synchronous = NORMAL`, which asks the disk at a checkpoint alone."""

    name = "trusting"
    level = "NORMAL"


class Unnamed(Desk):
    """Puts a ledger on disk in a folder whose own name is not."""

    name = "unnamed"
    caught_by = (CUTS,)

    def act(self, folder: Path, story: Story, chance: Random, promise: Promise) -> None:
        (folder / LEDGER).parent.mkdir(mode=0o700, exist_ok=True)
        super().act(folder, story, chance, promise)


class Bare(Desk):
    """Fills a new ledger under its own name, table by table."""

    name = "bare"
    caught_by = (KILLS, CUTS, FAULTS)

    def act(self, folder: Path, story: Story, chance: Random, promise: Promise) -> None:
        path = folder / LEDGER
        if not path.exists():
            make_folder(path.parent)
            with closing(sqlite3.connect(path, isolation_level=None)) as db:
                for sql in schema.expected(schema.VERSION).values():
                    db.execute(sql)
                db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {schema.VERSION}")
            path.chmod(0o600)
        super().act(folder, story, chance, promise)


class JsonFile(Desk):
    """No ledger at all: the events so far as one JSON file."""

    def act(self, folder: Path, story: Story, chance: Random, promise: Promise) -> None:
        path, kept = folder / "events.json", []
        for record in first_call().records():
            kept.append(to_wire(record.event, record.seq, "test"))
            self.put(path, "[" + ",".join(map(compact, kept)) + "]")
            promise(record.seq)

    def put(self, path: Path, text: str) -> None:
        raise NotImplementedError

    def last(self, story: Story) -> int:
        return len(first_call().events)

    def left(
        self,
        folder: Path,
        story: Story,
        promised: int,
        chance: Random,
        *,
        on: bool = True,
        killed: bool = True,
    ) -> list[str]:
        path = folder / "events.json"
        try:
            kept = json.loads(path.read_text())[-1]["seq"] if path.exists() else 0
        except ValueError as fault:
            return [f"the file cannot be read: {fault}"]
        return [f"{promised} was promised, {kept} is kept"] if kept < promised else []


class Rewriting(JsonFile):
    """Writes the file anew in its place."""

    name = "rewriting"
    caught_by = (KILLS, CUTS, FAULTS)

    def put(self, path: Path, text: str) -> None:
        path.write_text(text)


class Renaming(JsonFile):
    """Writes beside it and renames before the disk has it."""

    name = "renaming"
    caught_by = (CUTS,)

    def put(self, path: Path, text: str) -> None:
        beside = path.with_suffix(".new")
        beside.write_text(text)
        beside.rename(path)
        handle = os.open(path.parent, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


CANARIES: dict[str, Desk] = {
    made.name: made
    for made in (
        *(Hasty(), Lazy(), Deaf(), Careless(), Interrupted(), Journalless(), Unsynced()),
        *(Trusting(), Unnamed(), Bare(), Rewriting(), Renaming()),
    )
}
CAUGHT_BY = {
    proof: tuple(canary.name for canary in CANARIES.values() if proof in canary.caught_by)
    for proof in (KILLS, CUTS, FAULTS)
}
"""Whom each proof has to catch."""
ACTORS: dict[str, Desk] = {Desk.name: Desk(), **CANARIES}
