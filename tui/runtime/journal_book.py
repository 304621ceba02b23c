"""The journal of one account, as a screen needs it: read, written into, and its prices.

A ledger has one writer. If the account is on the desk its session writes; otherwise it is opened
for the note alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.account.commands import AddNote, PickLots
from ledger.books.file.errors import LedgerError
from ledger.practice.journal.elsewhere import entries_elsewhere
from ledger.practice.journal.saved_filters import READY, read_filters, save_filter
from ledger.practice.review.journal import Journal, JournalReader, Progress
from ledger.refused import Refused

if TYPE_CHECKING:
    from ledger.practice.sessions.session import Place
    from ledger.practice.sessions.timeline import Timeline
    from ledger.reports.discipline.managed import Managed

Then = Callable[[str], None]
"""Told what went wrong; an empty text if nothing did."""
Said = AddNote | PickLots
Pen = Callable[[Said, Then], None]


@dataclass(frozen=True, slots=True)
class Clock:
    """The tapes of an account, and how far its clock has come."""

    timeline: Timeline
    place: Place

    @property
    def now(self) -> int:
        """The market time that it has come to."""
        from ledger.practice.sessions.timeline import Phase

        if self.place.index < 0:
            return self.timeline.start
        if self.place.phase is Phase.OPEN:
            return self.timeline.times[self.place.index]
        return self.timeline.closes(self.place.index)


class JournalBook:
    """`pen` writes a note from the screen's thread; without one, writing is done in a thread, after
    whoever else has the ledger open in this program has `let_go`. A `reader` that is kept while an
    account is open reads only what has come since the page was open last."""

    def __init__(
        self,
        ledger: Path,
        account: str | None,
        filters: Path,
        *,
        clock: Clock | None = None,
        pen: Pen | None = None,
        let_go: Callable[[], None] = lambda: None,
        forks: bool = False,
        reader: JournalReader | None = None,
    ) -> None:
        self.ledger = ledger
        self.account = account
        self.pen = pen
        self.forks = forks
        """Whether a decision can be tried again from here: the account is on the desk."""
        self._let_go = let_go
        self.filters_file = filters
        self.saved: dict[str, str] = {}
        self._clock = clock
        self._reader = reader or JournalReader(ledger)
        self.wrong = ""
        """Why the trades made elsewhere cannot be read, if that is so."""

    @property
    def filters(self) -> dict[str, str]:
        """Every named filter: those that are always there, then the person's own."""
        return READY | self.saved

    def read(self, progress: Progress = lambda _done, _total: None) -> Journal:
        """The journal as it is on disk now: only what has come since it was read last is read.

        Raises `Refused` or a `LedgerError`.
        """
        found = self._reader.read(self.account, progress)
        self.account = found.account
        try:
            foreign, self.wrong = entries_elsewhere(self.ledger), ""
        except LedgerError as fault:
            foreign, self.wrong = [], str(fault)
        return replace(found, entries=(*found.entries, *foreign))

    def read_on(self) -> None:
        """Read what a list that was kept has left unread: in a thread."""
        with suppress(Refused, LedgerError):
            self._reader.read_on()

    def read_filters(self) -> str:
        """Read the saved filters again; what is wrong with them, if anything."""
        self.saved, wrong = read_filters(self.filters_file)
        return wrong

    def save_filter(self, name: str, text: str) -> str:
        """Save or remove one. Returns what went wrong, if anything."""
        try:
            save_filter(self.filters_file, name, text)
        except Refused as fault:
            return str(fault)
        return self.read_filters()

    def write(self, command: Said) -> str:
        """Write without a pen: in a thread. Returns what went wrong, if anything."""
        from ledger.practice.journal.write_notes import write

        self._let_go()
        try:
            write(self.ledger, self.account, lambda _: command)
        except (Refused, LedgerError) as fault:
            return str(fault)
        return ""

    def passive(self, number: int) -> Managed | None:
        """A trade beside the same one set and forgotten; `None` for one without R. It is run again:
        in a thread. Raises `Refused` or a `LedgerError`."""
        from ledger.practice.review.set_and_forget import managed_in  # it loads the engine

        made = managed_in(self.ledger, self.account, lambda trade: trade.number == number)
        return made[0] if made else None

    def clock(self) -> Clock:
        """The prices, read once. Raises `Refused` (a tape is gone) or a `LedgerError`."""
        if self._clock is None:
            from ledger.practice.journal.prices import clock_of

            self._clock = Clock(*clock_of(self.ledger, self.account))
        return self._clock
