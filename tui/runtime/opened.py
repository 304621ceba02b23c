"""A session that is open, and the file in which it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.practice.sessions.ledger_reader import Wire, reading
from ledger.practice.sessions.session import Session

if TYPE_CHECKING:
    from ledger.practice.views.twin_view import Past


@dataclass(frozen=True, slots=True)
class Opened:
    """A session for the desk, and its ledger; `None` for one in memory."""

    session: Session
    ledger: Path | None = None
    past: tuple[Wire, ...] = ()
    """The latest events of an earlier sitting, oldest first."""
    missing: str = ""
    """Why what its rehearsal file had in store will not happen; empty if nothing is missing."""

    def forks(self) -> dict[int, list[str]]:
        """The lines that leave this account, by the event that each begins with instead.

        Raises as `recorded` does.
        """
        if self.ledger is None:
            return {}
        with reading(self.ledger, self.session.account.name) as kept:
            return kept.forks()

    def pasts(self) -> tuple[Past, Past]:
        """What was closed and refused in the account and in its twin.

        Raises as `recorded` does.
        """
        from ledger.practice.views.twin_view import Past, past_of  # for the few that have one

        twin = self.session.twin
        if self.ledger is None or twin is None:
            return Past(), Past()
        found = []
        for session in (self.session, twin.session):
            with reading(self.ledger, session.account.name) as account:
                found.append(past_of(account))
        return found[0], found[1]

    def recorded(
        self,
        size: int,
        kinds: tuple[str, ...] = (),
        *,
        after: int = 0,
        before: int | None = None,
        oldest: bool = False,
    ) -> list[Wire]:
        """A page of the record, as `Reading.page` returns it; empty without a ledger.

        Raises `Refused` or a `LedgerError`: the file may be gone, or damaged.
        """
        if self.ledger is None:
            return []
        with reading(self.ledger, self.session.account.name) as account:
            return account.page(size, kinds, after=after, before=before, oldest=oldest)
