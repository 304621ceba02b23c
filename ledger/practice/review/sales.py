"""Which positions were sold on each day, and which were kept: the disposition is counted on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ledger.account.events import kinds as e
from ledger.account.risk.requirement import entry_price
from ledger.account.state import Account
from ledger.practice.review.equity import Days
from ledger.practice.sessions.timeline import Timeline
from ledger.reports.performance.disposition import Kept, SaleDay


@dataclass(slots=True)
class _Day:
    """The sales of a day so far: gains by symbol, and what was held before the first."""

    gains: dict[str, float] = field(default_factory=dict)
    held: dict[str, tuple[float, bool]] = field(default_factory=dict)
    """By symbol the average price, and whether it is a long."""


class Sales:
    """Counts the fills of the trader's own orders that close something. A forced sale is nobody's
    choice."""

    def __init__(self, timeline: Timeline, days: Days) -> None:
        self._timeline, self._days = timeline, days
        self._sold: dict[int, _Day] = {}

    def take(self, event: e.Event, before: Account, step: int) -> None:
        """One event, with the account just before it."""
        if not isinstance(event, e.OrderFilled):
            return
        held = before.position(event.symbol)
        if held is None or not held.quantity or held.side is event.side:
            return
        day = self._sold.get(self._days.of(step))
        if day is None:
            day = self._sold[self._days.of(step)] = _Day(held=_averages(before))
        average = entry_price(before, held)
        gain = float((event.price - average) * held.side.sign)
        day.gains[event.symbol] = day.gains.get(event.symbol, 0.0) + gain * float(event.quantity)

    def days(self, until: int, first: int | None, last: int | None) -> Iterator[SaleDay]:
        """The days from one to another, both included; of bars after the step `until`, where the
        clock stands, nothing is known."""
        for number, day in self._sold.items():
            if (first is None or number >= first) and (last is None or number <= last):
                kept = (
                    self._kept(symbol, number, until, *held)
                    for symbol, held in day.held.items()
                    if symbol not in day.gains
                )
                yield SaleDay(
                    sold=tuple(day.gains.values()),
                    kept=tuple(each for each in kept if each is not None),
                )

    def _kept(self, symbol: str, day: int, until: int, average: float, long: bool) -> Kept | None:
        steps, timeline = self._days.steps(day), self._timeline
        since, last = timeline.times[steps.start], min(steps.stop - 1, until)
        reached = timeline.extremes(symbol, since, timeline.closes(last))
        if reached is None:
            return None
        return Kept(average, float(reached[0]), float(reached[1]), long)


def _averages(account: Account) -> dict[str, tuple[float, bool]]:
    return {
        held.symbol: (float(entry_price(account, held)), held.quantity > 0)
        for held in account.positions()
        if held.quantity
    }
