"""A session that is open, and the file that it is kept in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.practice.reading import Wire, reading
from ledger.practice.session import Session


@dataclass(frozen=True, slots=True)
class Opened:
    """A session to put on the desk, and where it is kept; `None` for one in memory."""

    session: Session
    ledger: Path | None = None
    past: tuple[Wire, ...] = ()
    """Newest events of an earlier sitting, oldest first."""

    def recorded(self, kinds: tuple[str, ...] = (), *, last: int) -> list[Wire]:
        """The `last` so many events on record, of these kinds; none where nothing is kept.

        Raises `Refused` or a `LedgerError`: the file may be gone, or damaged.
        """
        if self.ledger is None:
            return []
        with reading(self.ledger, self.session.account.name) as kept:
            return list(kept.events(kinds=kinds, last=last))
