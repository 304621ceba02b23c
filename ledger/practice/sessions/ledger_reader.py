"""A ledger read while another process may be writing it: what is committed, as it was recorded.

Nothing is replayed here, so nothing that decides or folds is loaded: a line for a script or a
screen reader has to come at once. Every writer leaves a statement with the place of its clock.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import chain
from pathlib import Path
from typing import Any

from ledger.books.acts import last_used, names
from ledger.books.branches import last_seq, lineage
from ledger.books.file.connect import connect_to_ours
from ledger.books.file.damage import MISFITS, ledger_errors
from ledger.books.file.errors import LedgerUnusable
from ledger.refused import Refused, nearest
from ledger.text import clean

Wire = dict[str, Any]


class Reading:
    """One account of a ledger, read only. Made by `reading`."""

    def __init__(self, path: Path, db: sqlite3.Connection, branch_id: int, name: str) -> None:
        self.path = path
        self.name = name
        self._db = db
        self._branch_id = branch_id

    def statement(self) -> Wire:
        """The account as its last batch left it: the line of `interface.md`."""
        with ledger_errors(self.path):
            row = self._db.execute(
                "SELECT body FROM places WHERE branch_id = ?", (self._branch_id,)
            ).fetchone()
        try:
            statement = json.loads(row[0])["statement"]
            if isinstance(statement, dict) and statement["type"] == "statement":
                return {**statement, "account": self.name}  # its present name
        except MISFITS:
            pass
        raise LedgerUnusable(self.path, f"{self.name} has no statement yet")

    def fork(self) -> tuple[str, int] | None:
        """The account that a fork left and the last event that both have; `None` for no fork."""
        with ledger_errors(self.path):
            parent, seq = self._db.execute(
                "SELECT parent_id, fork_seq FROM branches WHERE id = ?", (self._branch_id,)
            ).fetchone()
            return None if parent is None else (clean(names(self._db)[parent], 60), int(seq))

    def forks(self) -> dict[int, list[str]]:
        """What lines leave this one, by the number of the event that each begins with instead."""
        with ledger_errors(self.path):
            called, found = names(self._db), dict[int, list[str]]()
            for source, upto in lineage(self._db, self._branch_id):
                rows = self._db.execute(
                    "SELECT id, fork_seq FROM branches WHERE parent_id = ? AND fork_seq < ?"
                    " AND id <> ? ORDER BY id",
                    (source, upto, self._branch_id),
                )
                for id_, seq in rows:
                    found.setdefault(seq + 1, []).append(clean(called[id_], 60))
            return found

    def currency(self) -> str:
        """The account's currency, as its opening states it."""
        opened = next(iter(self.page(1, ("account_opened",))), {})
        return clean(str(opened.get("currency", "")), 10)

    def hides(self) -> bool:
        """Whether it is blind and still hides what its prices are."""
        opened = next(iter(self.page(1, ("account_opened",))), {})
        if opened.get("blind") is not True or self.page(1, ("revealed",)):
            return False
        with ledger_errors(self.path):
            (body,) = self._db.execute(
                "SELECT body FROM places WHERE branch_id = ?", (self._branch_id,)
            ).fetchone()
        return not json.loads(body).get("ended")

    def last_seq(self) -> int:
        """The number of the last event, 0 before the first."""
        with ledger_errors(self.path):
            return last_seq(self._db, self._branch_id)

    def events(
        self, since: int = 0, kinds: Sequence[str] = (), *, before: int | None = None
    ) -> Iterator[Wire]:
        """Every event of these kinds after `since`, and `before` a number, in order."""
        with ledger_errors(self.path):
            for source, upto in lineage(self._db, self._branch_id):
                last = upto if before is None else min(upto, before - 1)
                for seq, body in self._all((source, since, last), kinds):
                    yield self._event(seq, body)

    def page(
        self,
        size: int,
        kinds: Sequence[str] = (),
        *,
        after: int = 0,
        before: int | None = None,
        oldest: bool = False,
    ) -> list[Wire]:
        """At most `size` events of these kinds, numbered above `after` and below `before`, in
        order: the newest of them, or the `oldest`. The cost of a page does not depend on its place
        in the record."""
        with ledger_errors(self.path):
            sources = lineage(self._db, self._branch_id)
            rows: list[tuple[int, str]] = []
            for source, upto in sources if oldest else reversed(sources):
                span = (source, after, upto if before is None else min(upto, before - 1))
                rows += self._nearest(span, kinds, size - len(rows), oldest=oldest)
                if len(rows) >= size:
                    break
            return [self._event(seq, body) for seq, body in sorted(rows)]

    def _all(self, span: tuple[int, int, int], kinds: Sequence[str]) -> Iterable[tuple[int, str]]:
        """The events of one branch of the line, as they are read: a million bodies are never held
        at once."""
        return merge(*(self._of_kind(span, kind, "ASC", -1) for kind in kinds or (None,)))

    def _nearest(
        self, span: tuple[int, int, int], kinds: Sequence[str], size: int, *, oldest: bool
    ) -> list[tuple[int, str]]:
        """The events at one end of one branch of the line."""
        order = "ASC" if oldest else "DESC"
        rows = chain(*(self._of_kind(span, kind, order, size) for kind in kinds or (None,)))
        return sorted(rows, reverse=not oldest)[:size]

    def _of_kind(
        self, span: tuple[int, int, int], kind: str | None, order: str, most: int
    ) -> Iterator[tuple[int, str]]:
        """Each kind separately, so that the index leads to it however rare it is."""
        return self._db.execute(
            "SELECT seq, body FROM events WHERE branch_id = ? AND seq > ? AND seq <= ?"
            f"{'' if kind is None else ' AND type = ?'} ORDER BY seq {order} LIMIT ?",
            (*span, *(() if kind is None else (kind,)), most),
        )

    def _event(self, seq: int, body: str) -> Wire:
        try:
            event = json.loads(body)
        except MISFITS:
            event = None
        if not isinstance(event, dict) or not isinstance(seq, int):
            raise LedgerUnusable(self.path, f"event {seq} is damaged")
        return {**event, "seq": seq}  # its true number, whatever a forged body says

    def version(self) -> tuple[int, ...]:
        """A value that differs from the last one if something was committed since."""
        with ledger_errors(self.path):
            return tuple(self._db.execute("PRAGMA data_version").fetchone())


@contextmanager
def reading(path: Path, account: str | None) -> Iterator[Reading]:
    """An account by its name, or the one used last. Raises `Refused` if there is none."""
    with account_in(path, account) as (db, branch_id, name):
        yield Reading(path, db, branch_id, name)


@contextmanager
def account_in(path: Path, account: str | None) -> Iterator[tuple[sqlite3.Connection, int, str]]:
    """The same as a connection that cannot write, the number of its branch, and its name."""
    db = connect_to_ours(path.absolute())
    try:
        with ledger_errors(path):
            known = {name: id_ for id_, name in names(db).items()}
            name = (last_used(db) or "") if account is None else account
        if name not in known:
            missing = f'no account is called "{clean(account, 60)}"' if account else "no account"
            raise Refused(f"{path}: {missing} in this ledger; {nearest(name, list(known))}")
        yield db, known[name], clean(name, 60)
    finally:
        db.close()
