"""The session a bar belongs to: the trading day of its instrument's market.

Stocks have the days of New York. Currencies, and what trades like them around the clock, change the
day at 17:00 New York, and the week begins on Sunday evening, which belongs to Monday. Coins have
the days of UTC. Deadlines of calls, day orders and what is judged at a close go by sessions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ledger.times import DAY, HOUR, Time

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EVENING = 7 * HOUR
"""From 17:00, when the day of currencies changes, to midnight."""
_STRETCH = 64 * 24
_SUNDAY = 6
"""Weekday number, Monday being 0; 1 January 1970 was a Thursday."""
_AROUND_THE_CLOCK = 20
"""Hours of the day with trades: the longest session of a stock has sixteen, plus one for summer
time."""


class Trades(StrEnum):
    """The kind of market that an instrument trades in."""

    STOCKS = "stocks"
    CURRENCIES = "currencies"
    COINS = "coins"

    @property
    def days(self) -> str:
        """Whose days its sessions are, in words."""
        return _DAYS[self]


_DAYS = {
    Trades.STOCKS: "days of New York",
    Trades.CURRENCIES: "from 17:00 New York to 17:00",
    Trades.COINS: "days of UTC",
}


def session_day(trades: Trades, time: Time, interval: int) -> int:
    """The day, counted from 1970, of the session of a bar of `interval` seconds.

    A bar of a day or longer belongs to the day of its middle, however its day is written.
    """
    if interval >= DAY:
        time += interval // 2
    if trades is Trades.COINS:
        return time // DAY
    local = time + _new_york(time // HOUR)
    if trades is Trades.STOCKS:
        return local // DAY
    day = (local + _EVENING) // DAY
    weekday = (day + 3) % 7
    return day if weekday < 5 else day + 7 - weekday


def day_after(trades: Trades, time: Time) -> Time:
    """The first moment after the day of a time, weekends not joined to a Monday."""
    if trades is Trades.COINS:
        return (time // DAY + 1) * DAY
    early = _EVENING if trades is Trades.CURRENCIES else 0
    local = ((time + _new_york(time // HOUR) + early) // DAY + 1) * DAY - early
    near = local - _new_york(local // HOUR)  # within hours, on the same side of a clock change
    return local - _new_york(near // HOUR)


def weekday_of(time: Time) -> int:
    """The weekday in New York of a time, Monday being 0."""
    return ((time + _new_york(time // HOUR)) // DAY + 3) % 7


def likely_market(times: Sequence[Time], *, continuous: bool) -> Trades:
    """The market that a tape's times suggest: coins if it never closes, currencies if it opens on
    Sunday in New York or has no night."""
    if continuous:
        return Trades.COINS
    if any(((time - 5 * HOUR) // DAY + 3) % 7 == _SUNDAY for time in times):
        return Trades.CURRENCIES
    hours = {time % DAY // HOUR for time in times}
    return Trades.CURRENCIES if len(hours) >= _AROUND_THE_CLOCK else Trades.STOCKS


def _new_york(hour: int) -> int:
    """Seconds east of UTC in an hour since 1970; clocks change on the hour."""
    before, change, after = _offsets(hour // _STRETCH)
    return before if hour < change else after


@lru_cache(1 << 12)
def _offsets(stretch: int) -> tuple[int, int, int]:
    """The offset at the beginning of a stretch of hours, the hour from which on it differs, and the
    other offset. There is one change at most: more than a hundred days lie between two."""
    first, end = stretch * _STRETCH, (stretch + 1) * _STRETCH
    before, after = _offset(first), _offset(end)
    if before == after:
        return before, end, after
    change = bisect_left(range(end), True, first, key=lambda hour: _offset(hour) == after)
    return before, change, after


def _offset(hour: int) -> int:
    offset = datetime.fromtimestamp(hour * HOUR, _zone()).utcoffset()
    assert offset is not None, "a zone has an offset"
    return round(offset.total_seconds())


@cache
def _zone() -> ZoneInfo:
    from zoneinfo import ZoneInfo  # here: a market of coins needs none

    return ZoneInfo("America/New_York")
