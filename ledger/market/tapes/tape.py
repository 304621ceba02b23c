"""Recorded prices: many bars in little memory, quick to load and quick to query.

Prices are whole numbers of the tape's own step, in arrays: the garbage collector would walk a list
of a hundred thousand Python integers again and again. A bar becomes decimals when it is read. The
file format is `time,open,high,low,close,volume`, times in UTC as `2020-03-12T10:00:00Z`, plain or
gzipped; a funding tape has `time,funding_rate`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.market.corporate import CorporateAction
from ledger.market.quote import Bar
from ledger.market.tapes.origin import Derived
from ledger.market.tapes.recipe import Recipe
from ledger.market.tapes.sessions import Trades, day_after, session_day
from ledger.times import Time


def place_of(time: Time, times: array[int], interval: int) -> int:
    """Index of the first of the times at or after one; their number if there is none.

    Without a search where they follow each other at the interval.
    """
    if times:
        guess = (time - times[0]) // interval
        if 0 <= guess < len(times) and times[guess] == time:
            return guess
    return bisect_left(times, time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """The bars of one symbol in time order, each `interval` seconds long.

    `source` is a tape's id or file; prices are whole numbers of `step`, volumes of `volume_step`;
    `continuous` tells a market that never closes from one with sessions, and `market` whose days
    these are; `holes` counts moments without a trade, which were dropped: nothing can fill there. A
    synthetic tape has its `recipe`, and a bootstrap the tape that it was `lent_by`; a `derived` one
    how it was computed from another. `actions` are the dividends and splits that its prices show.
    Times may stand `shift` seconds after the true ones, by which its market's clocks go.
    """

    symbol: str
    source: str
    interval: int
    continuous: bool
    step: Decimal
    volume_step: Decimal
    sha256: str
    holes: int
    times: array[int] = field(repr=False)
    opens: array[int] = field(repr=False)
    highs: array[int] = field(repr=False)
    lows: array[int] = field(repr=False)
    closes: array[int] = field(repr=False)
    volumes: Sequence[int] = field(repr=False)
    recipe: Recipe | None = None
    lent_by: Tape | None = field(default=None, repr=False)
    derived: Derived | None = None
    market: Trades = Trades.COINS
    actions: tuple[CorporateAction, ...] = ()
    shift: int = 0

    @property
    def synthetic(self) -> str:
        """The label of prices that nobody recorded; empty for prices that traded somewhere."""
        if self.derived is not None:
            return self.derived.label
        return "" if self.recipe is None else self.recipe.label

    @property
    def recorded(self) -> Tape | None:
        """The tape that is on file: itself, or the one whose prices it resamples or derives
        from."""
        return self if self.recipe is None and self.derived is None else self.lent_by

    def __len__(self) -> int:
        return len(self.times)

    def bar(self, index: int) -> Bar:
        """The bar at an index. Raises `IndexError` beyond the tape."""
        step = self.step
        return Bar(
            self.times[index],
            step * self.opens[index],
            step * self.highs[index],
            step * self.lows[index],
            step * self.closes[index],
            self.volume_step * self.volumes[index],
        )

    def price(self, index: int, *, opening: bool) -> Decimal:
        """The opening price of the bar at an index, or its closing price."""
        return self.step * (self.opens if opening else self.closes)[index]

    def find(self, time: Time) -> int:
        """Index of the first bar that opens at or after a time; the length if there is none."""
        return place_of(time, self.times, self.interval)

    def at(self, time: Time) -> int | None:
        """Index of the bar that opens at a time; `None` in a hole."""
        index = place_of(time, self.times, self.interval)
        return index if index < len(self.times) and self.times[index] == time else None

    def end_of(self, index: int) -> Time:
        """The end of the bar at an index: after its interval, but not after the next has begun."""
        end = self.times[index] + self.interval
        return min(end, self.times[index + 1]) if index + 1 < len(self.times) else end

    def session_day(self, time: Time) -> int:
        """The day, counted from 1970, of the session of a bar that opens at a time."""
        return session_day(self.market, time - self.shift, self.interval)

    def day_after(self, time: Time) -> Time:
        """The first moment after the day of a time, weekends not joined to a Monday."""
        return day_after(self.market, time - self.shift) + self.shift

    def part(self, since: Time, until: Time) -> range:
        """The indices of the bars with since <= time < until."""
        return range(self.find(since), self.find(until))

    @property
    def scale(self) -> int:
        """Decimals of a price."""
        return -self.step.adjusted()

    @property
    def volume_scale(self) -> int:
        """Decimals of a volume."""
        return -self.volume_step.adjusted()

    @property
    def first(self) -> Time:
        """When the first bar opens."""
        return self.times[0]

    @property
    def end(self) -> Time:
        """When the last bar ends."""
        return self.times[-1] + self.interval

    def extremes(self, since: Time, until: Time) -> tuple[Decimal, Decimal] | None:
        """Lowest low and highest high of the bars with since <= time < until."""
        low, high = self.find(since), self.find(until)
        if low >= high:
            return None
        return (
            self.step * min(self.lows[low:high]),
            self.step * max(self.highs[low:high]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingTape:
    """The rates that longs paid to shorts at each stamp, as fractions of the notional."""

    symbol: str
    source: str
    step: Decimal
    sha256: str
    times: array[int] = field(repr=False)
    rates: array[int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.times)

    def next_after(self, time: Time) -> Time | None:
        """The first stamp after a time; `None` after the last."""
        index = bisect_right(self.times, time)
        return self.times[index] if index < len(self.times) else None

    def last_until(self, time: Time) -> Decimal | None:
        """The rate of the last stamp at or before a time; `None` before the first."""
        index = bisect_right(self.times, time)
        return self.step * self.rates[index - 1] if index else None

    def stamps(self, since: Time, until: Time) -> tuple[tuple[Time, Decimal], ...]:
        """Time and rate of the stamps with since <= time < until, oldest first."""
        low, high = bisect_left(self.times, since), bisect_left(self.times, until)
        return tuple(
            (self.times[index], self.step * self.rates[index]) for index in range(low, high)
        )
