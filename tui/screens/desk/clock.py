"""The clock of the desk: what its keys do, and the frame that moves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from ledger.account.events.kinds import Event
from ledger.market.instrument import in_contracts
from tui.runtime.conductor import Conductor
from tui.screens.desk.ledger_guard import LedgerGuard
from tui.screens.desk.news import news_of
from tui.screens.desk.picture import Picture
from tui.text.sizes import is_too_small

_RUNNING = "running; the clock stops at a margin call"
_HURRYING = "running to the next fill, warning, call or funding"


class DeskClock:
    """Each frame either moves the clock or draws, so that no key waits for more than one of
    them."""

    def __init__(
        self,
        conductor: Conductor,
        guard: LedgerGuard,
        picture: Picture,
        held: Callable[[], bool],
        greeting: Callable[[], str],
    ) -> None:
        """The clock waits while a ticket has `held` it; `greeting` is shown when it has stopped."""
        self._conductor = conductor
        self._guard = guard
        self._picture = picture
        self._held = held
        self._greeting = greeting
        self._held_up = False
        self._going = self._news = ""
        self._frame_at = perf_counter()

    def frame(self) -> None:
        """Move the clock by the time that has passed, or draw what it led to."""
        now = perf_counter()
        seconds, self._frame_at = now - self._frame_at, now
        if self._guard.stopped:
            return
        conductor, picture = self._conductor, self._picture
        if conductor.session.held_up is not self._held_up:
            self._held_up = not self._held_up
            picture.show_status()
        self._wait_for_room()
        running = conductor.pace.running
        if running and conductor.gives_way():
            conductor.pace.elapse(seconds)
            return
        if running and picture.is_due(now):
            conductor.pace.elapse(seconds)
            picture.catch_up()
            return
        self._guard.run(lambda: conductor.tick(seconds))
        if not running:
            picture.catch_up()
        if running and not conductor.pace.running:
            picture.show_status()
            if picture.notice_text == self._going:
                picture.notice(self._greeting())

    def report(self, events: Sequence[Event], offer: str = "") -> None:
        """Report what these events brought, why the clock stopped, if it did so by itself, and
        what is offered after it."""
        account = self._conductor.session.account
        contracts = in_contracts(account.instruments)
        message = news_of(events, self._conductor.stopped_for, account.currency, contracts)
        if message is not None:
            text, meaning = message
            self._news = text + offer
            self._picture.notice(self._news, meaning)

    def own(self, text: str, meaning: str) -> None:
        """Say what the trader did: unlike what the clock brought, it makes way at the next step."""
        self._news = ""
        self._picture.notice(text, meaning)

    def stop_at_fills(self) -> None:
        """Toggle whether a running clock stops at each fill."""
        stops = self._conductor.stops_at_fills = not self._conductor.stops_at_fills
        words = "stops at every fill" if stops else "runs on after a fill"
        self._picture.notice(f"The clock {words}. f changes it.")

    def _wait_for_room(self) -> None:
        """Pause below the least size, where nothing can be seen."""
        if self._conductor.pace.running and is_too_small(self._picture.status.screen.size):
            self.halt()
            self._picture.notice("The clock stopped: the terminal had become too small.", "warned")

    def halt(self) -> None:
        """Stop the clock, and show where it stopped."""
        self._conductor.pace.stop()
        self._picture.catch_up()

    def run_or_pause(self) -> None:
        """Run until something must be seen, or pause."""
        if self._conductor.pace.running:
            self.halt()
            self._picture.show_status()
            self._picture.notice(self._greeting())
        else:
            self._go(hurry=False)

    def run_to_next_event(self) -> None:
        """Run until something happens."""
        self._go(hurry=True)

    def _go(self, *, hurry: bool) -> None:
        if self._may_go():
            self._conductor.run(hurry=hurry)
            self.going(_HURRYING if hurry else _RUNNING)
            self._picture.notice(self._going)
            self._picture.show_status()

    def going(self, text: str) -> None:
        """Show a text while the clock runs; the greeting replaces it once it stops."""
        self._going = text

    def _may_go(self) -> bool:
        if self._held():
            self._picture.notice("The clock waits for the ticket: Esc closes it.")
        elif is_too_small(self._picture.status.screen.size):
            return False  # the one visible line says so
        elif self._conductor.session.ended:
            self._picture.notice("The tape has ended.", "warned")
        elif not self._guard.stopped:
            return True
        return False

    def step(self) -> None:
        """Play one bar. What was said of a key makes way; what the clock brought stays."""
        if self._may_go():
            if self._picture.notice_text != self._news:
                self._picture.notice(self._greeting())
            self._guard.run(self._conductor.step)

    def change_speed(self, steps: int) -> None:
        """Go faster or slower, and say how fast: a narrow status line has no room for it."""
        pace = self._conductor.pace
        before = pace.index
        pace.change(steps)
        self._picture.show_status()
        text = f"Speed: {pace.speed:g} {'bar' if pace.speed == 1 else 'bars'} a second"
        if pace.index == before:
            text += f", the {'fastest' if steps > 0 else 'slowest'} there is"
        self.going(text)
        self._picture.notice(text)
