"""Ways to the journal and the review: from the desk, whose session writes into them; from the first
screen and the list of accounts, where the account is opened for what is written alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import ActionRefused, Event
from ledger.practice.journal.saved_filters import filters_file
from tui.runtime.journal_book import Clock, JournalBook, Then
from tui.runtime.opened import Opened
from tui.screens.records.journal import JournalScreen

if TYPE_CHECKING:
    from ledger.practice.review.journal import JournalReader
    from tui.screens.records.review import ReviewScreen

_STOPPED = "The ledger cannot be written: the desk says why."


class Guard(Protocol):
    """What is needed of the desk's guard."""

    def send(self, command: TraderCommand) -> tuple[Event, ...]: ...


class Side(Protocol):
    """What is needed of the side of the desk."""

    def when_stored(self, act: Callable[[], None]) -> object: ...


def journal_on_desk(
    opened: Opened,
    guard: Guard,
    side: Side,
    *,
    forks: bool,
    ascii_only: bool,
    typed: str = "",
    reader: JournalReader | None = None,
) -> JournalScreen | None:
    """The journal of the account on the desk; `None` for one that is in memory only."""
    if opened.ledger is None:
        return None
    pen = _pen(guard, side)
    session = opened.session
    clock = Clock(session.timeline, session.place)
    name = session.account.name
    book = JournalBook(
        opened.ledger, name, filters_file(), clock=clock, pen=pen, forks=forks, reader=reader
    )
    return JournalScreen(book, typed=typed, ascii_only=ascii_only)


def _pen(guard: Guard, side: Side) -> Callable[[TraderCommand, Then], None]:
    """Writes through the session on the desk."""

    def pen(command: TraderCommand, then: Then) -> None:
        events = guard.send(command)
        refused = next((x.reason for x in events if isinstance(x, ActionRefused)), "")
        if refused or not events:
            then(refused or _STOPPED)
        else:
            side.when_stored(lambda: then(""))

    return pen


def review_on_desk(
    opened: Opened, guard: Guard, side: Side, *, ascii_only: bool
) -> ReviewScreen | None:
    """The review of the account on the desk; `None` for one that is in memory only."""
    from tui.runtime.review_book import ReviewBook  # it loads the reports
    from tui.screens.records.review import ReviewScreen

    if opened.ledger is None:
        return None
    book = ReviewBook(opened.ledger, opened.session.account.name, pen=_pen(guard, side))
    return ReviewScreen(
        book,
        lambda typed: journal_on_desk(
            opened, guard, side, forks=False, typed=typed, ascii_only=ascii_only
        ),
        ascii_only=ascii_only,
    )


def review_of_file(ledger: Path, account: str | None, *, ascii_only: bool) -> ReviewScreen:
    """The review of an account, or of the one used last, that is not on the desk."""
    from tui.runtime.review_book import ReviewBook  # it loads the reports
    from tui.screens.records.review import ReviewScreen

    book = ReviewBook(ledger, account)
    return ReviewScreen(
        book,
        lambda typed: journal_of_file(ledger, book.account, typed=typed, ascii_only=ascii_only),
        ascii_only=ascii_only,
    )


def journal_of_file(
    ledger: Path,
    account: str | None,
    *,
    let_go: Callable[[], None] = lambda: None,
    ascii_only: bool,
    typed: str = "",
) -> JournalScreen:
    """The journal of an account, or of the one used last, that is not on the desk."""
    book = JournalBook(ledger, account, filters_file(), let_go=let_go)
    return JournalScreen(book, typed=typed, ascii_only=ascii_only)
