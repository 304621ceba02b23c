"""A ledger read while another process may be writing it: what is committed, as it is recorded.

Nothing is lived again here, so nothing that decides or folds is loaded: a line for a script or a
screen reader has to come at once. Every writer leaves a statement with the place of its clock.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.books.errors import LedgerUnusable
from ledger.books.opening import cause, connect_reader
from ledger.market.faults import Refused, nearest
from ledger.market.text import clean

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
        rows = self._rows("SELECT body FROM places WHERE branch_id = ?", (self._branch_id,))
        try:
            statement = json.loads(rows[0][0])["statement"]
            if isinstance(statement, dict) and statement["type"] == "statement":
                return statement
        except (IndexError, KeyError, TypeError, ValueError, RecursionError):
            pass
        raise LedgerUnusable(self.path, f"{self.name} has no statement yet")

    def currency(self) -> str:
        """What the account is kept in: its opening says so."""
        opened = next(iter(self.events(kinds=("account_opened",), last=1)), {})
        return clean(str(opened.get("currency", "")), 10)

    def last_seq(self) -> int:
        """The number of the last event, 0 before the first."""
        return int(self._rows(_LAST, (self._branch_id,))[0][0])

    def events(
        self, since: int = 0, kinds: Sequence[str] = (), last: int | None = None
    ) -> Iterator[Wire]:
        """Events after `since` in their order: of these kinds, and the `last` so many of them."""
        among = f" AND type IN ({', '.join('?' * len(kinds))})" if kinds else ""
        rows = self._rows(
            f"SELECT seq, body FROM v_events WHERE branch_id = ? AND seq > ?{among}"
            " ORDER BY seq DESC LIMIT ?",
            (self._branch_id, since, *kinds, -1 if last is None else last),
        )
        for seq, body in reversed(rows):
            try:
                event = json.loads(body)
            except (ValueError, RecursionError):
                event = None
            if not isinstance(event, dict):
                raise LedgerUnusable(self.path, f"event {seq} is damaged")
            yield event

    def version(self) -> tuple[int, ...]:
        """Differs whenever something was committed since it was asked for last."""
        return tuple(self._rows("PRAGMA data_version", ())[0])

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as fault:
            raise LedgerUnusable(self.path, cause(fault)) from fault


_LAST = "SELECT coalesce(max(seq), 0) FROM v_events WHERE branch_id = ?"


@contextmanager
def reading(path: Path, account: str | None) -> Iterator[Reading]:
    """An account by its name, or the one written to last. Raises `Refused` where there is none."""
    db = connect_reader(path.absolute())
    try:
        names = dict(db.execute("SELECT name, id FROM branches ORDER BY id").fetchall())
        name = _last_written(db) if account is None else account
        if name not in names:
            missing = f'no account is called "{clean(account, 60)}"' if account else "no account"
            raise Refused(f"{path}: {missing} in this ledger; {nearest(name, list(names))}")
        yield Reading(path, db, names[name], clean(name, 60))
    except sqlite3.Error as fault:
        raise LedgerUnusable(path, cause(fault)) from fault
    finally:
        db.close()


def _last_written(db: sqlite3.Connection) -> str:
    row = db.execute(
        "SELECT b.name FROM commit_log c JOIN branches b ON b.id = c.branch_id"
        " ORDER BY c.id DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else ""
