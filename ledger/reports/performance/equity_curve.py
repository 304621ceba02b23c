"""Equity over time, cut at every deposit and withdrawal, and the return that is left.

The return is time-weighted (GIPS; Bacon, Practical Portfolio Performance Measurement, 2nd ed.,
section 2.5): growth = the product of equity before a flow / equity after the last one. Money paid
in is no gain. The series ends where equity is zero or below.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ledger.times import DAY, Time


@dataclass(frozen=True, slots=True)
class Stretch:
    """Equity from just after one flow to just before the next, at each moment it was marked.

    `days` numbers the trading day of each moment, counted from 1970.
    """

    times: "array[int]" = field(default_factory=lambda: array("q"))
    equity: "array[float]" = field(default_factory=lambda: array("d"))
    days: "array[int]" = field(default_factory=lambda: array("q"))

    def mark(self, time: Time, equity: float, day: int) -> None:
        """Add a moment."""
        self.times.append(time)
        self.equity.append(equity)
        self.days.append(day)

    def part(self, first: int, end: int) -> "Stretch":
        """The moments from one index up to another."""
        cut = slice(first, end)
        return Stretch(self.times[cut], self.equity[cut], self.days[cut])


@dataclass(frozen=True, slots=True)
class DayResult:
    """One day: its return as a fraction, its gain in money, and equity at its end, without what was
    paid in or out."""

    day: int
    return_: float
    gain: float
    equity: float

    @property
    def began(self) -> Time:
        """Midnight of its date."""
        return self.day * DAY


@dataclass(frozen=True, slots=True)
class Growth:
    """What one unit of money has become at each moment; it begins at one.

    `ruined` is the time at which equity was zero or below; the series ends there, at zero.
    """

    times: "array[int]"
    index: "array[float]"
    ruined: Time | None

    @property
    def total(self) -> float:
        """The time-weighted return as a fraction."""
        return self.index[-1] - 1 if self.index else 0.0

    @property
    def span(self) -> int:
        """Seconds from the first moment to the last."""
        return self.times[-1] - self.times[0] if self.times else 0


@dataclass(frozen=True, slots=True)
class EquityCurve:
    """The stretches between flows, in order."""

    stretches: tuple[Stretch, ...] = ()

    def between(self, first: int | None, last: int | None) -> "EquityCurve":
        """The days from one to another, both included, and the last moment before them as the level
        from which they are measured."""
        kept = []
        for stretch in self.stretches:
            days = stretch.days
            begin = 0 if first is None else bisect_left(days, first)
            end = len(days) if last is None else bisect_right(days, last)
            if begin < end:
                kept.append(stretch.part(max(begin - 1, 0), end))
        return EquityCurve(tuple(kept))

    def growth(self) -> Growth:
        """The series that deposits and withdrawals do not move."""
        times, index = array("q"), array("d")
        level = 1.0
        for stretch in self._invested():
            base = stretch.equity[0]
            for time, equity in zip(stretch.times, stretch.equity, strict=True):
                times.append(time)
                index.append(level * max(equity, 0.0) / base)
                if equity <= 0:
                    return Growth(times, index, time)
            level = index[-1]
        return Growth(times, index, None)

    def days(self) -> list[DayResult]:
        """Each trading day up to the ruin, if there was one. The first moment of a stretch is only
        the level from which the next is measured."""
        results: list[DayResult] = []
        level = before = 1.0
        gain, last = 0.0, None
        for day, return_, change, equity, ruined in self._moves():
            if last is not None and day != last[0]:
                results.append(DayResult(last[0], level / before - 1, gain, last[1]))
                before, gain = level, 0.0
            level *= 1 + return_
            gain += change
            last = day, equity
            if ruined:
                break
        if last is not None and before > 0:
            results.append(DayResult(last[0], level / before - 1, gain, last[1]))
        return results

    def _moves(self) -> Iterator[tuple[int, float, float, float, bool]]:
        """Day, return, gain and equity from each moment to the next of its stretch."""
        for stretch in self._invested():
            before = stretch.equity[0]
            for day, equity in zip(stretch.days[1:], stretch.equity[1:], strict=True):
                return_ = max(equity, 0.0) / before - 1
                yield day, return_, equity - before, equity, equity <= 0
                if equity <= 0:
                    return
                before = equity

    def _invested(self) -> Iterator[Stretch]:
        """Those that begin with something: after everything was withdrawn nothing grows."""
        return (each for each in self.stretches if each.equity and each.equity[0] > 0)


def time_weighted(pairs: Iterable[tuple[float, float]]) -> float:
    """The return over stretches given by equity after one flow and equity before the next."""
    growth = 1.0
    for begin, end in pairs:
        if begin <= 0:
            continue
        growth *= max(end, 0.0) / begin
        if end <= 0:
            break
    return growth - 1
