"""The record of an account, read from the ledger as it stands: events as they come, never all."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.books.acts import names
from ledger.books.branches import last_seq, lineage
from ledger.books.file.damage import MISFITS, ledger_errors
from ledger.books.file.errors import LedgerUnusable
from ledger.market.instrument import Kind
from ledger.practice.sessions.ledger_reader import account_in
from ledger.practice.words.narration import narrate
from ledger.practice.words.wording import number_of
from ledger.reports.exports.record import BookAccount, Entry, Record, summed

Progress = Callable[[int, int], object]
"""Told how many of how many events are done."""

_NOTE = "note_added"


class RecordReader:
    """One account's record, and its events in order. Made by `record_in`."""

    def __init__(self, path: Path, db: sqlite3.Connection, branch_id: int, name: str) -> None:
        self._path = path
        self._db = db
        self._branch_id = branch_id
        self._places: dict[tuple[str, str], int] = {}
        with ledger_errors(path):
            self._line = lineage(db, branch_id)
            accounts = tuple(self._accounts())
            self._places = {(each.name, each.asset): at for at, each in enumerate(accounts)}
            opened, first = self._opening()
            self.record = self._record(name, accounts, opened, first)
        self._contracts = {
            symbol
            for symbol, each in _listed(opened).items()
            if each.get("kind") == Kind.INVERSE.value
        }

    def entries(self, progress: Progress, *, told: bool = False) -> Iterator[Entry]:
        """Every event; `told`, also those that moved nothing have their sentence.

        Raises `LedgerUnusable` where legs and balances differ.
        """
        sums = [0] * len(self.record.accounts)
        with ledger_errors(self._path):
            for entry in self._all(told):
                for at, atoms in entry.moves:
                    sums[at] += atoms
                progress(entry.seq, self.record.events)
                yield entry
        for account, held in zip(self.record.accounts, sums, strict=True):
            if account.closing != held:
                raise self.damaged(f"the balance of {account.name} is not the sum of its legs")

    def _record(
        self, name: str, accounts: tuple[BookAccount, ...], opened: dict[str, Any], first: str
    ) -> Record:
        last = last_seq(self._db, self._branch_id)
        time, hash_ = next(
            self._db.execute(
                "SELECT time, hash FROM events WHERE branch_id = ? AND seq = ?", (source, last)
            ).fetchone()
            for source, upto in self._line
            if last <= upto
        )
        title, parent, fork_seq = self._db.execute(
            "SELECT title, parent_id, fork_seq FROM branches WHERE id = ?", (self._branch_id,)
        ).fetchone()
        multipliers = {
            symbol: factor
            for symbol, each in _listed(opened).items()
            if (factor := number_of(each.get("multiplier"))) is not None
        }
        return Record(
            account=name,
            title=str(title),
            venue=str(opened.get("venue", "")),
            currency=str(opened.get("currency", "")),
            first=first,
            last=time,
            events=last,
            hash=hash_,
            forked=None if parent is None else (names(self._db)[parent], int(fork_seq)),
            accounts=accounts,
            multipliers=multipliers,
        )

    def _accounts(self) -> Iterator[BookAccount]:
        rows = self._db.execute(
            "SELECT a.name, a.class, a.asset, a.per_unit, b.amount FROM accounts a"
            " JOIN balances b ON b.account_id = a.id WHERE a.branch_id = ? ORDER BY a.id",
            (self._branch_id,),
        )
        for name, kind, asset, per_unit, held in rows:
            yield BookAccount(name, kind, asset, len(str(per_unit)) - 1, held)

    def _opening(self) -> tuple[dict[str, Any], str]:
        row = self._db.execute(
            "SELECT body, time FROM events WHERE branch_id = ? AND seq = 1", (self._line[0][0],)
        ).fetchone()
        if row is None:
            raise LedgerUnusable(self._path, "this account has no event yet")
        return self._body(1, row[0]), str(row[1])

    def _all(self, told: bool) -> Iterator[Entry]:
        since = 0
        for source, upto in self._line:
            yield from self._own(source, since, upto, told)
            since = upto

    def _own(self, source: int, since: int, upto: int, told: bool) -> Iterator[Entry]:
        """What was written in one branch of the line."""
        legs_of = self._legs(source, since, upto)
        rows = self._db.execute(
            "SELECT seq, time, type, hash, n_legs, body FROM events"
            " WHERE branch_id = ? AND seq > ? AND seq <= ? ORDER BY seq",
            (source, since, upto),
        )
        for seq, time, kind, hash_, claimed, body in rows:
            moves = legs_of(seq)
            if len(moves) != claimed:
                raise self.damaged(f"event {seq} has not as many legs as it claims")
            wire = self._body(seq, body) if told or moves or kind == _NOTE else {}
            says = narrate(wire, self.record.currency, self._contracts) if wire else ""
            note = str(wire.get("text", "")) if kind == _NOTE else None
            yield Entry(seq, time, kind, says, hash_, summed(moves), note, wire)

    def _legs(
        self, source: int, since: int, upto: int
    ) -> Callable[[int], list[tuple[int, int, int]]]:
        """A function that returns the legs of each event: call it in order."""
        at = {
            id_: self._places.get((name, asset))
            for id_, name, asset in self._db.execute(
                "SELECT id, name, asset FROM accounts WHERE branch_id = ?", (source,)
            )
        }
        rows = self._db.execute(
            "SELECT event_seq, debit_id, credit_id, amount FROM legs"
            " WHERE branch_id = ? AND event_seq > ? AND event_seq <= ? ORDER BY event_seq, n",
            (source, since, upto),
        )
        ahead = next(rows, None)

        def legs_of(seq: int) -> list[tuple[int, int, int]]:
            nonlocal ahead
            found = []
            while ahead is not None and ahead[0] <= seq:
                of, debit, credit, atoms = ahead
                from_, to = at.get(credit), at.get(debit)
                if of != seq or from_ is None or to is None:
                    raise self.damaged(f"a leg of event {of} has no event or no account")
                found.append((to, from_, atoms))
                ahead = next(rows, None)
            return found

        return legs_of

    def _body(self, seq: int, body: str) -> dict[str, Any]:
        try:
            event = json.loads(body)
        except MISFITS:
            event = None
        if not isinstance(event, dict):
            raise self.damaged(f"event {seq} cannot be read")
        return event

    def damaged(self, what: str) -> LedgerUnusable:
        """What is wrong with the record, to be raised."""
        return LedgerUnusable(self._path, f"{what}; run `tightrope doctor` for details")


def _listed(opened: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the account trades, as its opening has it."""
    listed = opened.get("instruments")
    items = listed.items() if isinstance(listed, dict) else ()
    return {symbol: each for symbol, each in items if isinstance(each, dict)}


@contextmanager
def record_in(path: Path, account: str | None) -> Iterator[RecordReader]:
    """An account by its name, or the one used last, as it stands now: what is committed meanwhile
    is left out. Raises `Refused` if there is none."""
    with account_in(path, account) as (db, branch_id, name):
        with ledger_errors(path):
            db.execute("BEGIN")
        yield RecordReader(path, db, branch_id, name)
