"""Between the desk and a ledger that may fail: every write goes through here."""

from __future__ import annotations

from collections.abc import Callable

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import Event
from ledger.books.file.errors import LedgerDamaged, LedgerInUse
from tui.runtime.conductor import Conductor


class LedgerGuard:
    """A ledger that cannot be written stops the clock and every write after it."""

    def __init__(self, conductor: Conductor, on_stop: Callable[[BaseException], None]) -> None:
        """`on_stop` reports the file and the reason; it is called once the clock has stopped."""
        self._conductor = conductor
        self._on_stop = on_stop
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
        return events


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
