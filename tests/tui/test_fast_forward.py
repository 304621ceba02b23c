"""The clock of the desk goes over quiet bars at once, and tells and stops as it does bar by bar."""

from collections.abc import Callable

import pytest

from ledger.account import events as e
from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.state import Side
from ledger.practice.session import STOPS_THE_CLOCK, Place
from ledger.practice.timeline import Phase
from tests.tui.worlds import black_thursday
from tests.worlds import D
from tui.conductor import Conductor, Snapshot
from tui.pace import SPEEDS


class Desk:
    """A conductor without a screen: everything is published at once, and frames cost no time."""

    def __init__(self) -> None:
        self.told: list[tuple[int, e.Event]] = []
        self.places: list[int] = []
        self.conductor = Conductor(black_thursday(), self._publish, now=lambda: 0.0)
        self.conductor.step()
        self.conductor.send(Deposit(amount=D(3000)))
        order = {"symbol": "XBTUSD", "side": Side.BUY, "quantity": D("1.36"), "leverage": D(10)}
        self.conductor.send(PlaceOrder(**order))  # type: ignore[arg-type]

    def _publish(self, snapshot: Snapshot) -> None:
        self.told += snapshot.news
        self.places.append(snapshot.place.index)
        self.conductor.published()

    def frames(self, most: int = 10_000) -> int:
        """Frames until the clock stands."""
        for frame in range(most):
            if not self.conductor.pace.running:
                return frame
            self.conductor.tick(1 / 15)
        raise AssertionError("the clock never stood")

    def stops(self, go: Callable[[], object]) -> list[tuple[int, int]]:
        """Play to the end of the tape: at which bars the clock stood for something that has to be
        seen, and how much was told until then."""
        found, told = [], len(self.told)
        while not self.conductor.session.ended:
            go()
            if any(isinstance(event, STOPS_THE_CLOCK) for _, event in self.told[told:]):
                found.append((self.places[-1], len(self.told)))
            told = len(self.told)
        return found

    def run(self) -> None:
        """At the highest speed, until the clock stands."""
        self.conductor.pace.index = len(SPEEDS) - 1
        self.conductor.run()
        self.frames()


def test_at_the_highest_speed_it_tells_and_stops_as_bar_by_bar() -> None:
    quick, slow = Desk(), Desk()
    stops = quick.stops(quick.run)
    assert stops
    assert stops == slow.stops(slow.conductor.step)
    assert quick.told == slow.told
    assert quick.conductor.session.account == slow.conductor.session.account
    assert len(quick.places) < len(slow.places) / 10


def test_it_goes_to_the_next_event_in_one_frame() -> None:
    """What was bought at nine is warned, called and gone in the bar of 10:38, 98 bars later."""
    desk = Desk()
    desk.conductor.run(hurry=True)
    assert desk.frames() == 1
    assert desk.conductor.session.place == Place(98, Phase.CLOSED)
    assert any(isinstance(event, e.MarginWarned) for _, event in desk.told)


@pytest.mark.parametrize("bars", [1, 7, 40])
def test_it_goes_no_further_than_the_bar_it_is_sent_to(bars: int) -> None:
    desk = Desk()
    session = desk.conductor.session
    until = session.timeline.times[bars]
    desk.conductor.run(hurry=True, until=until)
    desk.frames()
    assert (session.place.index, session.market.time) == (bars, until)


def test_a_slow_clock_does_only_the_bars_that_are_due() -> None:
    """At ten bars a second a frame of a fifteenth of a second is two thirds of a bar."""
    desk = Desk()
    desk.conductor.pace.index = SPEEDS.index(10.0)
    desk.conductor.run()
    begun = desk.conductor.session.place.index
    for _ in range(15):
        desk.conductor.tick(1 / 15)
    assert desk.conductor.session.place.index - begun in (10, 11)
