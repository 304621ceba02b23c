"""Ways to the journal: from the desk, whose session writes its notes; from the first screen and the
list of accounts, where the account is opened for a note alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from ledger.account.commands import AddNote, TraderCommand
from ledger.account.events.kinds import ActionRefused, Event
from ledger.practice.journal.saved_filters import filters_file
from tui.runtime.journal_book import Clock, JournalBook, Then
from tui.runtime.opened import Opened
from tui.screens.records.journal import JournalScreen

_STOPPED = "The ledger cannot be written: the desk says why."


class Guard(Protocol):
    """What is needed of the desk's guard."""

    def send(self, command: TraderCommand) -> tuple[Event, ...]: ...


class Side(Protocol):
    """What is needed of the side of the desk."""

    def when_stored(self, act: Callable[[], None]) -> object: ...


def journal_on_desk(
    opened: Opened, guard: Guard, side: Side, *, forks: bool, ascii_only: bool
) -> JournalScreen | None:
    """The journal of the account on the desk; `None` for one that is in memory only."""
    if opened.ledger is None:
        return None

    def pen(command: AddNote, then: Then) -> None:
        events = guard.send(command)
        refused = next((x.reason for x in events if isinstance(x, ActionRefused)), "")
        if refused or not events:
            then(refused or _STOPPED)
        else:
            side.when_stored(lambda: then(""))

    session = opened.session
    clock = Clock(session.timeline, session.place)
    name = session.account.name
    book = JournalBook(opened.ledger, name, filters_file(), clock=clock, pen=pen, forks=forks)
    return JournalScreen(book, ascii_only=ascii_only)


def journal_of_file(
    ledger: Path,
    account: str | None,
    *,
    let_go: Callable[[], None] = lambda: None,
    ascii_only: bool,
) -> JournalScreen:
    """The journal of an account, or of the one used last, that is not on the desk."""
    book = JournalBook(ledger, account, filters_file(), let_go=let_go)
    return JournalScreen(book, ascii_only=ascii_only)
