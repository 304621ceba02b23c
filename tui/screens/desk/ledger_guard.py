"""Between the desk and a ledger that may fail: every write goes through here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import Event
from ledger.books.file.errors import LedgerDamaged, LedgerInUse
from tui.runtime.conductor import Conductor
from tui.screens.card import Card, paragraphs
from tui.text import format as fmt


class LedgerGuard:
    """A ledger that cannot be written stops the clock and every write after it."""

    def __init__(self, conductor: Conductor, on_stop: Callable[[BaseException], None]) -> None:
        """`on_stop` reports the file and the reason; it is called once the clock has stopped."""
        self._conductor = conductor
        self._on_stop = on_stop
        self.after_send: Callable[[TraderCommand, tuple[Event, ...]], None] = lambda *_: None
        self.stopped = False

    def run(self, act: Callable[[], object]) -> None:
        """Do it; a failure of the ledger ends here, any other is raised."""
        try:
            act()
        except Exception as fault:
            if self._conductor.session.failure is None:
                raise
            self.stopped = True
            self._conductor.pace.stop()
            self._on_stop(fault)

    def send(self, command: TraderCommand) -> tuple[Event, ...]:
        """Send a trader's command; returns no events if the ledger cannot be written."""
        events: tuple[Event, ...] = ()

        def act() -> None:
            nonlocal events
            events = self._conductor.send(command)

        self.run(act)
        self.after_send(command, events)
        return events


def stopped(fault: BaseException, ledger: Path | None, *, ascii_only: bool) -> tuple[str, Card]:
    """What the desk says when the ledger cannot be written: one line, and a card."""
    words = fmt.clean(str(fault) or type(fault).__name__, 400)
    where = f"{ledger}: " if ledger is not None else ""
    text = words if where.rstrip(": ") in words else f"{where}{words}"
    title, advice = why_not(fault)
    saved = "What you see has been saved. Nothing after it was recorded."
    body = [("The clock has stopped", text, saved, advice)]
    return f"{title}: {text}", Card(title, paragraphs(body), ascii_only=ascii_only)


def why_not(fault: BaseException) -> tuple[str, str]:
    """Why the desk cannot write, and what to do about it."""
    if isinstance(fault, LedgerInUse):
        return "Read only", "Close the other Tightrope, then start again to trade here."
    if isinstance(fault, LedgerDamaged):
        return "Read only", "You can look at everything. L shows the ledger, event by event."
    return (
        "The ledger cannot be written",
        "Free up disk space or restore the file, then start again.",
    )
