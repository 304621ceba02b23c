"""When the bars of a synthetic tape open, and the fraction of a year that each of them covers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ledger.market.tapes.recipe import Hours
from ledger.times import DAY, Time

_MONDAY = 4
"""The remainder by seven of a Monday, in days counted from Thursday, 1 January 1970."""
YEAR_DAYS = 365


def openings(start: Time, bars: int, interval: int, hours: Hours | None) -> list[Time]:
    """Opening times of the bars; with hours, from the first session that opens at or after
    `start`."""
    if hours is None:
        return list(range(start, start + bars * interval, interval))
    return list(islice(_in_sessions(start, interval, hours), bars))


def _in_sessions(start: Time, interval: int, hours: Hours) -> Iterator[Time]:
    for midnight in weekdays(start - hours.opens):
        yield from range(midnight + hours.opens, midnight + hours.closes, interval)


def weekdays(start: Time) -> Iterator[Time]:
    """Midnights of the days from Monday to Friday, the first at or after `start`."""
    day = -(-start // DAY)
    while True:
        if (day - _MONDAY) % 7 < 5:
            yield day * DAY
        day += 1


def share_of_year(interval: int, hours: Hours | None) -> float:
    """A bar's fraction of a trading year: 365 days, or five sevenths of them within the hours."""
    if hours is None:
        return interval / (YEAR_DAYS * DAY)
    return interval * 7 / (5 * YEAR_DAYS * (hours.closes - hours.opens))
