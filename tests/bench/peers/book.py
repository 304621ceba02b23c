"""What the plain loop keeps of crossed positions, and a bar in which something happens to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil, floor
from operator import mul

from tests.bench.peers.cross import CrossPlan, Event, Happening
from tests.bench.peers.workload import TICKS

NEVER = float("inf")
CLEAR_BAND = 1.01
HAIR = 1e-6
"""Money or ticks by which a sum of floats may miss the level it was solved for."""

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder: reached when equity <= multiple x maintenance margin."""

    what: Happening
    multiple: float


WARNING = Rung(Happening.WARNED, 1 / 0.64)
CALL = Rung(Happening.CALLED, 1 / 0.8)
LIQUIDATION = Rung(Happening.LIQUIDATED, 1.0)


@dataclass(slots=True)
class Book:
    """Cash without what the entries cost, and for each instrument money per tick and its levels.

    Prices and levels of what was sold are negative, so that everything gains upward.
    """

    plan: CrossPlan
    cash: float = 0.0
    sizes: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    targets: list[float] = field(default_factory=list)
    warned: bool = False
    called: bool = False
    events: list[Event] = field(default_factory=list)

    def open(self) -> None:
        """Everything at the first open, with its fee."""
        plan = self.plan
        self.cash = float(plan.wallet)
        for number, bars in enumerate(plan.bars):
            sign, entry = plan.side(number), bars.opens[0]
            size = plan.quantity(number) * plan.entries() / TICKS
            stop, target = plan.stop_of(number), plan.target_of(number)
            self.cash -= size * sign * entry + size * entry * plan.fee / 10_000
            self.sizes.append(size)
            self.stops.append(-NEVER if stop is None else sign * stop)
            self.targets.append(NEVER if target is None else sign * target)

    @property
    def held(self) -> bool:
        """Whether anything is."""
        return any(self.sizes)

    @property
    def alarmed(self) -> bool:
        """Whether a warning or a call stands."""
        return self.warned or self.called

    def pending(self) -> list[Rung]:
        """The rungs that can still be reached, mildest first."""
        mild = [] if self.called else [CALL] if self.warned else [WARNING, CALL]
        return [*mild, LIQUIDATION]

    def relief(self) -> float:
        """The least multiple at which a close ends the warning or the call that stands."""
        return CLEAR_BAND * (CALL if self.called else WARNING).multiple

    def weights(self, multiple: float) -> list[float]:
        """For each instrument what one tick adds to equity less a multiple of the requirement."""
        rate = multiple * self.plan.maintenance / 10_000
        return [
            size * (1 - rate * self.plan.side(number)) for number, size in enumerate(self.sizes)
        ]

    def excess(self, row: Iterable[float], multiple: float) -> float:
        """Equity above a multiple of the requirement."""
        return self.cash + sum(map(mul, self.weights(multiple), row))

    def note(self, bar: int, what: Happening, symbol: str = "") -> None:
        """Write down what happened."""
        self.events.append((bar, what, symbol))


def walk(book: Book, bar: int, points: list[Row]) -> None:
    """One bar: its open, the ways to the adverse extreme, the favourable one and the close."""
    prices: list[float] = list(points[0])
    for end in points:
        _way(book, bar, prices, end)
    _recover(book, bar, prices)


def _way(book: Book, bar: int, prices: list[float], end: Row) -> None:
    """A straight way; orders before rungs, of rungs passed in one gap the gravest."""
    while True:
        met = [*_orders_met(book, prices, end), *_rungs_met(book, prices, end)]
        share, turn, number = min(met, default=(NEVER, 0, 0))
        if share == NEVER:
            break
        _move(prices, end, share, beyond=turn > 0)
        if turn == 0:
            _fill(book, bar, number, prices, share)
        elif number == 0:
            _liquidate(book, bar, prices)
        else:
            rung = (WARNING, CALL)[number - 1]
            book.note(bar, rung.what)
            book.warned |= rung is WARNING
            book.called |= rung is CALL
    prices[:] = end


def _move(prices: list[float], end: Row, share: float, *, beyond: bool) -> None:
    """Stand on whole ticks: for a rung the first beyond it, else the last ones passed."""
    if share == 0:
        return
    for number, (a, b) in enumerate(zip(prices, end, strict=True)):
        exact = a + (b - a) * share
        prices[number] = ceil(exact - HAIR) if b < a and not beyond else floor(exact + HAIR)


def _orders_met(book: Book, start: list[float], end: Row) -> Iterator[tuple[float, int, int]]:
    for number, (a, b) in enumerate(zip(start, end, strict=True)):
        stop, target = book.stops[number], book.targets[number]
        if a <= stop or a >= target:
            yield 0.0, 0, number
        elif b <= stop or b >= target:
            yield ((stop if b <= stop else target) - a) / (b - a), 0, number


def _rungs_met(book: Book, start: list[float], end: Row) -> Iterator[tuple[float, int, int]]:
    """Share of the way, turn, and the rung: 0 liquidation, 1 warning, 2 call."""
    if not book.held:
        return
    for turn, rung in enumerate(reversed(book.pending()), 1):
        here, there = book.excess(start, rung.multiple), book.excess(end, rung.multiple)
        if min(here, there) <= 0:
            share = 0.0 if here <= 0 else here / (here - there)
            yield share, turn, {LIQUIDATION: 0, WARNING: 1, CALL: 2}[rung]


def _fill(book: Book, bar: int, number: int, prices: list[float], share: float) -> None:
    """A stop or a target: at its level on the way, at the price where a gap has passed it."""
    stop, target = book.stops[number], book.targets[number]
    stopped = prices[number] <= (stop + target) / 2 if target < NEVER else True
    level = stop if stopped else target
    if share > 0:
        prices[number] = level
    _close(book, bar, number, prices, Happening.STOPPED if stopped else Happening.TAKEN)


def _liquidate(book: Book, bar: int, prices: list[float]) -> None:
    """Whole positions, largest loser first, until the level is no longer breached."""
    plan = book.plan
    while book.held and book.excess(prices, LIQUIDATION.multiple) <= HAIR:
        gains = [
            size * (price - plan.side(number) * plan.bars[number].opens[0]) if size else NEVER
            for number, (size, price) in enumerate(zip(book.sizes, prices, strict=True))
        ]
        number = gains.index(min(gains))
        _close(book, bar, number, prices, Happening.LIQUIDATED)


def _close(book: Book, bar: int, number: int, prices: list[float], why: Happening) -> None:
    """One position at its price; a call that this cures is met."""
    size, price = book.sizes[number], prices[number]
    book.cash += size * price - size * abs(price) * book.plan.fee / 10_000
    book.sizes[number], book.stops[number], book.targets[number] = 0.0, -NEVER, NEVER
    book.note(bar, why, book.plan.bars[number].symbol)
    if book.called and (not book.held or book.excess(prices, CALL.multiple) > 0):
        book.called = False
        book.note(bar, Happening.MET)


def _recover(book: Book, bar: int, prices: list[float]) -> None:
    """At the close a warning or a call ends above the clear band."""
    if book.warned and book.excess(prices, CLEAR_BAND * WARNING.multiple) >= 0:
        book.warned = False
        book.note(bar, Happening.CLEARED)
    if book.called and book.excess(prices, CLEAR_BAND * CALL.multiple) >= 0:
        book.called = False
        book.note(bar, Happening.MET)
