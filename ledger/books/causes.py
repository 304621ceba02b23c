"""What each event of a branch was brought about by: the bar or the command that its key names.

The key is made before writing (`batch.Record`): the cause, and the event's number among those of
that cause. So a command is all events of one cause, in their order.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.books.branches import lineage
from ledger.times import Time, parse_time

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Caused:
    """The number, time and type of an event, and the cause that it shares with its neighbours."""

    seq: int
    time: Time
    type: str
    cause: str


def caused(db: sqlite3.Connection, branch_id: int, after: int = 0) -> Iterator[Caused]:
    """Every event of a branch and of what it was forked from, in order, after a number."""
    for source, upto in lineage(db, branch_id):
        rows = db.execute(
            "SELECT seq, time, type, idem_key FROM events"
            " WHERE branch_id = ? AND seq > ? AND seq <= ? ORDER BY seq",
            (source, after, upto),
        )
        yield from map(_caused, rows)


def caused_before(db: sqlite3.Connection, branch_id: int, seq: int) -> Iterator[Caused]:
    """The same backwards, from the event `seq` on."""
    for source, upto in reversed(lineage(db, branch_id)):
        last = min(upto, seq)
        while True:
            page = db.execute(
                "SELECT seq, time, type, idem_key FROM events"
                " WHERE branch_id = ? AND seq <= ? ORDER BY seq DESC LIMIT ?",
                (source, last, _PAGE),
            ).fetchall()
            yield from map(_caused, page)
            if len(page) < _PAGE:
                break
            last = page[-1][0] - 1


def _caused(row: tuple[int, str, str, str]) -> Caused:
    seq, time, kind, key = row
    return Caused(seq, parse_time(time), kind, key.rpartition(":")[0])
