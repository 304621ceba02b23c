"""The clock of the desk goes over quiet bars at once, and tells and stops as it does bar by bar."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.carry import Interest, Rollover
from ledger.practice.sessions.session import Place, Session, stops_the_clock
from ledger.practice.sessions.timeline import Phase
from tests.laws import tried
from tests.laws.skipping.passages import journey, meant, session_of
from tests.practice.sessions.test_skip import session as lent
from tests.tui.worlds import black_thursday
from tests.worlds import D, broker
from tui.runtime.conductor import EVERY_DAY, Conductor, Snapshot
from tui.runtime.pace import SPEEDS

Told = Sequence[tuple[int, e.Event]]


class Desk:
    """A conductor without a screen: everything is published at once, and frames cost no time."""

    def __init__(self, session: Session) -> None:
        self.told: list[tuple[int, e.Event]] = []
        self.places: list[int] = []
        self.on_its_way: list[Snapshot] | None = None
        """Where what is published is kept from the screen for a while."""
        self.conductor = Conductor(session, self._published, now=lambda: 0.0)
        self.conductor.step()

    def _published(self, snapshot: Snapshot) -> None:
        if self.on_its_way is None:
            self.take(snapshot)
        else:
            self.on_its_way.append(snapshot)

    def take(self, snapshot: Snapshot) -> None:
        """Show it."""
        self.told += snapshot.news
        self.places.append(snapshot.place.index)
        self.conductor.published(snapshot)

    def frames(self, most: int = 10_000) -> int:
        """Frames until the clock stands."""
        for frame in range(most):
            if not self.conductor.pace.running:
                return frame
            self.conductor.tick(1 / 15)
        raise AssertionError("the clock never stood")

    def stops(
        self, go: Callable[[], object], awaited: Callable[[Told], bool]
    ) -> list[tuple[int, int]]:
        """Play to the end of the tape: at which bars the clock stood for something awaited, and
        how much was told until then."""
        found, told = [], len(self.told)
        while not self.conductor.session.ended:
            go()
            if awaited(self.told[told:]):
                found.append((self.places[-1], len(self.told)))
            told = len(self.told)
        return found

    def run(self) -> None:
        """At the highest speed, until the clock stands."""
        self.conductor.pace.index = len(SPEEDS) - 1
        self.conductor.run()
        self.frames()

    def hurry(self) -> None:
        """To the next event."""
        self.conductor.run(hurry=True)
        self.frames()


def thursday() -> Desk:
    """1.36 bitcoin bought with 10x on the morning of Black Thursday."""
    desk = Desk(black_thursday())
    desk.conductor.send(Deposit(amount=D(3000)))
    order = {"symbol": "XBTUSD", "side": Side.BUY, "quantity": D("1.36"), "leverage": D(10)}
    desk.conductor.send(PlaceOrder(**order))  # type: ignore[arg-type]
    return desk


def drawn(seed: int) -> Desk:
    """Any book, tapes and incidents; what the trader wants at the first open, and no more."""
    one = journey(seed)
    session, _ = session_of(one)
    desk = Desk(session)
    for wished in one.wishes[0, Phase.OPEN]:
        desk.conductor.send(meant(one, session, wished))
    return desk


def must_be_seen(news: Told) -> bool:
    return stops_the_clock(event for _, event in news)


def is_an_event(news: Told) -> bool:
    return not all(isinstance(event, EVERY_DAY) for _, event in news)


def same(one: Desk, other: Desk) -> None:
    assert one.told == other.told
    assert one.conductor.session.account == other.conductor.session.account
    assert one.conductor.session.market == other.conductor.session.market


def test_at_the_highest_speed_it_tells_and_stops_as_bar_by_bar() -> None:
    quick, slow = thursday(), thursday()
    stops = quick.stops(quick.run, must_be_seen)
    assert stops
    assert stops == slow.stops(slow.conductor.step, must_be_seen)
    same(quick, slow)
    assert len(quick.places) < len(slow.places) / 10


@tried(25)
@given(seed=st.integers(0, 2**48))
def test_it_does_so_in_every_world(seed: int) -> None:
    quick, slow = drawn(seed), drawn(seed)
    assert quick.stops(quick.run, must_be_seen) == slow.stops(slow.conductor.step, must_be_seen)
    same(quick, slow)


@tried(25)
@given(seed=st.integers(0, 2**48))
def test_to_the_next_event_it_stops_at_each_as_bar_by_bar(seed: int) -> None:
    quick, slow = drawn(seed), drawn(seed)
    assert quick.stops(quick.hurry, is_an_event) == slow.stops(slow.conductor.step, is_an_event)
    same(quick, slow)


def test_it_goes_to_the_next_event_in_one_frame() -> None:
    """What was bought at nine is warned, called and gone in the bar of 10:38, 98 bars later."""
    desk = thursday()
    desk.conductor.run(hurry=True)
    assert desk.frames() == 1
    assert desk.conductor.session.place == Place(98, Phase.CLOSED)
    assert any(isinstance(event, e.MarginWarned) for _, event in desk.told)


def test_a_fee_of_holding_that_the_loan_pays_is_nothing_to_stop_for() -> None:
    """100 shares at 100 with 5,000 of one's own: no cash is left for 0.20 a minute."""
    rollover = Rollover(fee=D("0.00002"), every=60)
    session = lent(broker(rollover=rollover, interest=Interest()), [100] * 1000)
    session.send(PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), leverage=D(2)))
    desk = Desk(session)
    desk.hurry()
    assert session.ended
    drawn = [event.amount for _, event in desk.told if isinstance(event, e.LoanDrawn)]
    assert drawn == [D("0.20")] * 1000


@pytest.mark.parametrize("bars", [1, 7, 40])
def test_it_goes_no_further_than_the_bar_it_is_sent_to(bars: int) -> None:
    desk = thursday()
    session = desk.conductor.session
    until = session.timeline.times[bars]
    desk.conductor.run(hurry=True, until=until)
    desk.frames()
    assert (session.place.index, session.market.time) == (bars, until)


def test_a_slow_clock_does_only_the_bars_that_are_due() -> None:
    """At ten bars a second a frame of a fifteenth of a second is two thirds of a bar."""
    desk = thursday()
    desk.conductor.pace.index = SPEEDS.index(10.0)
    desk.conductor.run()
    begun = desk.conductor.session.place.index
    for _ in range(15):
        desk.conductor.tick(1 / 15)
    assert desk.conductor.session.place.index - begun in (10, 11)


def test_a_key_pressed_before_a_liquidation_is_shown_does_not_start_the_clock_again() -> None:
    desk = thursday()
    desk.on_its_way = on_its_way = []
    desk.conductor.run(hurry=True)
    desk.conductor.tick(1 / 15)
    assert any(must_be_seen(snapshot.news) for snapshot in on_its_way)
    desk.conductor.run(hurry=True)
    desk.conductor.step()
    desk.conductor.run()
    for snapshot in on_its_way:
        desk.take(snapshot)
    assert not desk.conductor.pace.running
    assert desk.conductor.session.place == Place(98, Phase.CLOSED)


def test_the_frame_after_a_key_is_the_keys_and_never_two_in_a_row() -> None:
    conductor = thursday().conductor
    assert not conductor.gives_way()
    conductor.key_pressed()
    assert conductor.gives_way()
    conductor.key_pressed()
    assert not conductor.gives_way(), "a key that is held down does not stop the clock"
    assert conductor.gives_way()
    assert not conductor.gives_way()
