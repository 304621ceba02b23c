"""The ledger's file: branches, their events with legs, and the clock's place in each. Only grows.

Nothing is on record before its transaction is committed. Every method is safe to call from any
thread; writing belongs to one thread at a time (`writer.py`).
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

from ledger import __version__
from ledger.account.events.kinds import Event
from ledger.books import snapshots
from ledger.books.acts import last_used
from ledger.books.batch import Batch, Record
from ledger.books.branches import (
    BranchInfo,
    Fork,
    free_name,
    insert_branch,
    last_own,
    last_seq,
    lineage,
    list_branches,
    page_of,
)
from ledger.books.entries import QUANTITY, TRADE, Leg, head_of
from ledger.books.file.backup import copy_to, rescued
from ledger.books.file.connect import connect_to_ours, connect_writer
from ledger.books.file.damage import MISFITS, cause, unreadable
from ledger.books.file.errors import EntryRefused, LedgerBusy, LedgerGone, LedgerUnusable
from ledger.books.file.lock import WriterLock, identity_of
from ledger.books.wire import seals
from ledger.books.wire.chain import EventRow, LegRow, event_hash, legs_of_row
from ledger.books.wire.codec import BODY_VERSION, BadWire, compact, from_wire, to_wire
from ledger.money import plain, scale_of

__all__ = ["Batch", "BranchInfo", "Fork", "Ledger", "Record"]

_HELD_BY_OTHERS = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_LARGEST_ATOMS = 2**63 - 1
_UNIT_SCALE = 8
"""Decimals of quantities, for every instrument."""


class Ledger:
    """An open ledger. `open` it, `close` it; or use it as a context."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: WriterLock | None) -> None:
        self.path = path
        self.read_only = lock is None
        self._db = connection
        self._lock = lock
        self._turn = threading.RLock()
        self._file = identity_of(path)
        self._accounts: dict[tuple[int, str, str], int] = {}
        self._snapped: dict[int, int] = {}

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False) -> "Ledger":
        """The ledger at a path; made if it is missing, unless it is only to be read.

        Raises `LedgerInUse`, `LedgerTooNew` or `LedgerUnusable`.
        """
        path = Path(path).absolute()
        if read_only:
            return cls(path, connect_to_ours(path), None)
        return cls(path, *connect_writer(path))

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave one file behind (no -wal) and let another process write. May be called twice."""
        with self._turn:
            try:
                if not self.read_only and self._lock is not None:
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error:
                pass  # closed already, or in use by a reader: the -wal stays and loses nothing
            finally:
                self._db.close()
                if self._lock is not None:
                    self._lock.release()

    def branches(self) -> list[BranchInfo]:
        """Every run and what-if line, in the order of creation."""
        with self._turn:
            return list_branches(self._db)

    def branch(self, branch_id: int) -> BranchInfo:
        """One branch. Raises `EntryRefused` if there is none of this number."""
        for branch in self.branches():
            if branch.id == branch_id:
                return branch
        raise EntryRefused(f"there is no branch {branch_id}")

    def last_used(self) -> str | None:
        """The name of the branch that was switched or written to last; `None` where none is."""
        with self._turn:
            return last_used(self._db)

    def free_name(self, name: str) -> str:
        """The name that a new branch would get."""
        with self._turn:
            return free_name(self._db, name)

    def new_branch(
        self,
        name: str,
        seed: int,
        title: str,
        setup: dict[str, Any],
        fork: Fork | None = None,
    ) -> int:
        """A new run, or a what-if line; `name` gets -2, -3 … if it is taken. Returns its number."""
        with self.together() as db:
            return insert_branch(db, name, seed, title, setup, fork)

    def put_rulebook(self, hash_: str, body: str) -> None:
        """Store a rule book's JSON under its hash; storing the same one again changes nothing."""
        with self.together() as db:
            stored = db.execute("SELECT body FROM rulebooks WHERE hash = ?", (hash_,)).fetchone()
            if stored is None:
                db.execute("INSERT INTO rulebooks (hash, body) VALUES (?, ?)", (hash_, body))
            elif stored[0] != body:
                raise EntryRefused(f"another rule book is stored under {hash_}")

    def rulebook(self, hash_: str) -> str:
        """The JSON of a rule book. Raises `KeyError` for an unknown hash."""
        with self._turn:
            row = self._db.execute("SELECT body FROM rulebooks WHERE hash = ?", (hash_,)).fetchone()
        if row is None:
            raise KeyError(hash_)
        return str(row[0])

    def last_seq(self, branch_id: int) -> int:
        """The number of the branch's last event, 0 before the first."""
        with self._turn:
            return last_seq(self._db, branch_id)

    def place(self, branch_id: int) -> dict[str, Any] | None:
        """The clock's place in the last batch that gave one."""
        with self._turn:
            row = self._db.execute(
                "SELECT body FROM places WHERE branch_id = ?", (branch_id,)
            ).fetchone()
        place: dict[str, Any] | None = json.loads(row[0]) if row else None
        return place

    @contextmanager
    def looking(self) -> Iterator[sqlite3.Connection]:
        """The connection for one read, during which nothing is written through it."""
        with self._turn:
            yield self._db

    def events(self, branch_id: int, since: int = 0, *passing: str) -> Iterator[tuple[int, Event]]:
        """Number and event in order after `since`, inherited ones first, as `page_of` has them."""
        with self.looking() as db:
            sources = lineage(db, branch_id)
        for source, upto in sources:
            while page := self._page(source, since, upto, frozenset(passing)):
                for seq, version, body in page:
                    if seq <= since:  # a damaged index would give pages for ever
                        raise LedgerUnusable(self.path, f"event {seq} follows event {since}")
                    try:
                        yield seq, from_wire(json.loads(body), version)
                    except BadWire as fault:
                        raise LedgerUnusable(self.path, f"event {seq}: {fault}") from fault
                    since = seq

    def _page(self, *wanted: Any) -> list[tuple[int, int, str]]:
        with self._turn:
            return page_of(self._db, *wanted)

    def checkpoint(self) -> None:
        """Move what is committed from the log into the file, as far as readers allow."""
        with self._turn, suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def backup(self, path: Path | str) -> None:
        """A consistent copy of what is committed, while writing goes on."""
        copy_to(self.path, Path(path).absolute())

    def append(self, branch_id: int, batch: Batch) -> int:
        """Store a batch in one transaction. Returns the branch's last number, now on disk.

        What is already stored under the same key with the same content is skipped. Raises
        `EntryRefused` for anything that breaks a rule of the ledger: then nothing is stored.
        """
        with self.together() as db:
            if batch.beside is not None:
                self.append(*batch.beside)
            last, records = last_seq(db, branch_id), list(batch.records)
            for record in records:
                if record.seq <= last:
                    self._compare(branch_id, record)
            fresh = [record for record in records if record.seq > last]
            if fresh:
                self._insert(branch_id, fresh)
                last = fresh[-1].seq
            if fresh or batch.place is not None:
                place = batch.place() if callable(batch.place) else batch.place
                seals.keep_place(db, branch_id, place)
            self._snapshot(branch_id, batch, last)
        return last

    def _snapshot(self, branch_id: int, batch: Batch, last: int) -> None:
        """Store the whole account if enough has happened since the last snapshot."""
        if batch.snapshot is None:
            return
        if branch_id not in self._snapped:
            self._snapped[branch_id] = snapshots.last_kept(self._db, branch_id)
        least = snapshots.AT_CLOSE if batch.closing else snapshots.EVERY
        if last - self._snapped[branch_id] >= least and last == last_own(self._db, branch_id):
            snapshots.keep(self._db, branch_id, last, batch.snapshot())
            self._snapped[branch_id] = last

    def _insert(self, branch_id: int, records: list[Record]) -> None:
        name, prev_hash = self._tip(branch_id)
        for record in records:
            row = _row(record, name)
            legs = [leg_row(leg) for leg in record.legs]
            for n, leg in enumerate(legs, start=1):
                debit = self._account(branch_id, leg[0], leg[2])
                credit = self._account(branch_id, leg[1], leg[2])
                self._db.execute(
                    "INSERT INTO legs (branch_id, event_seq, n, debit_id, credit_id, amount)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (branch_id, row.seq, n, debit, credit, leg[3]),
                )
            hash_ = event_hash(prev_hash, row, legs)
            self._db.execute(
                "INSERT INTO events (branch_id, seq, time, type, account, idem_key, version,"
                " n_legs, body, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(branch_id, row.seq, row.time, row.type, row.account, row.idem_key),
                    *(row.version, len(legs), row.body, prev_hash, hash_),
                ),
            )
            prev_hash = hash_
        self._db.execute(
            "INSERT INTO commit_log (branch_id, first_seq, last_seq, version) VALUES (?, ?, ?, ?)",
            (branch_id, records[0].seq, records[-1].seq, __version__),
        )

    def _tip(self, branch_id: int) -> tuple[str, str]:
        """The branch's name, and the hash on which its next event builds."""
        name, hash_ = self._db.execute(
            "SELECT name, coalesce((SELECT hash FROM events WHERE branch_id = b.id"
            " ORDER BY seq DESC LIMIT 1), genesis) FROM branches b WHERE id = ?",
            (branch_id,),
        ).fetchone()
        return name, hash_

    def _compare(self, branch_id: int, record: Record) -> None:
        """Raises `EntryRefused` if a key comes twice with different content."""
        name, _ = self._tip(branch_id)
        stored = self._db.execute(
            "SELECT seq, time, type, account, idem_key, version, body FROM events"
            " WHERE branch_id = ? AND idem_key = ?",
            (branch_id, record.idem_key),
        ).fetchone()
        legs = legs_of_row(self._db, branch_id, record.seq)
        if stored != astuple(_row(record, name)) or legs != [leg_row(leg) for leg in record.legs]:
            raise EntryRefused(
                f"event {record.seq} is already stored, with different content or another key"
            )

    def _account(self, branch_id: int, name: str, asset: str) -> int:
        """The number of a book account, opened at its first leg."""
        key = (branch_id, name, asset)
        number = self._accounts.get(key)
        if number is None:
            row = self._db.execute(
                "SELECT id FROM accounts WHERE (branch_id, name, asset) = (?, ?, ?)", key
            ).fetchone()
            number = self._accounts[key] = int(row[0]) if row else self._open_account(*key)
        return number

    def _open_account(self, branch_id: int, name: str, asset: str) -> int:
        head = head_of(name)
        cursor = self._db.execute(
            "INSERT INTO accounts (branch_id, portfolio, name, class, asset, per_unit)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (branch_id, head.portfolio, name, head.kind, asset, per_unit(name, asset)),
        )
        return int(cursor.lastrowid or 0)

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk when this ends, or none of it ever is."""
        with self._turn:
            if self._db.in_transaction:  # inside a wider one, which ends it
                yield self._db
                return
            if self.read_only:
                raise LedgerUnusable(self.path, "it was opened read-only")
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except BaseException as fault:
                self._undo()
                if isinstance(fault, sqlite3.IntegrityError):
                    raise EntryRefused(f"the ledger refuses the entry: {fault}") from fault
                if getattr(fault, "sqlite_errorcode", 0) & 0xFF in _HELD_BY_OTHERS:
                    raise LedgerBusy(self.path) from fault
                if isinstance(fault, sqlite3.Error):
                    raise LedgerUnusable(self.path, cause(fault)) from fault
                if isinstance(fault, MISFITS):
                    raise unreadable(self.path, fault) from fault
                raise
            if identity_of(self.path) != self._file:
                raise LedgerGone(self.path, rescued(self._db, self.path))

    def _undo(self) -> None:
        self._accounts.clear()  # some may have been opened in what is now rolled back
        self._snapped.clear()
        if self._db.in_transaction:
            self._db.rollback()


def per_unit(name: str, asset: str) -> int:
    """Atoms in one whole of what an account holds: money by its asset, units always 8 decimals."""
    units = name.startswith((QUANTITY, TRADE))
    return int(10 ** (_UNIT_SCALE if units else scale_of(asset)))


def _row(record: Record, account: str) -> EventRow:
    wire = to_wire(record.event, record.seq, account)
    time, kind = str(wire["time"]), str(wire["type"])
    return EventRow(record.seq, time, kind, account, record.idem_key, BODY_VERSION, compact(wire))


def leg_row(leg: Leg) -> LegRow:
    """A leg in atoms. Raises `EntryRefused` for an amount finer than its asset, or too large for a
    row."""
    atoms = leg.amount * per_unit(leg.debit, leg.asset)
    if atoms != int(atoms) or not 0 < atoms <= _LARGEST_ATOMS:
        raise EntryRefused(f"{plain(leg.amount)} {leg.asset} is not an amount the ledger can hold")
    return leg.debit, leg.credit, leg.asset, int(atoms)
