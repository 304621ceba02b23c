"""Twins and the accounts that lead them: their clocks are stored in one transaction."""

import json
import sqlite3
from collections.abc import Iterator

from ledger.books.acts import archived, names
from ledger.books.twins import twins

_CLOCK = ("index", "phase", "time")
"""What of a place is the clock's."""


def twins_apart(db: sqlite3.Connection) -> Iterator[str]:
    """Each twin whose clock does not stand where its account's does. An archived one is left behind
    on purpose."""
    away, called = archived(db), names(db)
    for twin, lead in twins(db).items():
        if twin not in away and _clock(db, twin) != _clock(db, lead):
            yield (
                f"{called[lead]} was played without its twin {called[twin]}; archive the twin, and "
                "it goes on alone"
            )


def _clock(db: sqlite3.Connection, branch: int) -> list[object] | None:
    row = db.execute("SELECT body FROM places WHERE branch_id = ?", (branch,)).fetchone()
    if row is None:
        return None
    place = json.loads(row[0])
    return [place.get(key) for key in _CLOCK]
