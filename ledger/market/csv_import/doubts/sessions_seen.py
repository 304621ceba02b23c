"""Which bars a market with sessions usually has, judged from the days around."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import cached_property
from statistics import median

from ledger.times import DAY

_AROUND = 5
"""Days in each window by which a day is judged: itself with those before, and with those after."""
_OFTEN = 0.75
"""The share of the other days that must have a bar at a time for it to be usual there."""
_FEWEST = 3
"""The fewest other days by which to judge."""
_SUNDAY = 6


class Sessions:
    """The times of day at which each day has bars.

    A pause within a day is a break if the days around have no bars then either. The open and close
    of a day are judged by days that also border on a weekend or holiday, since currencies open on
    Sunday night and close on Friday.
    """

    def __init__(self, times: array[int], interval: int) -> None:
        self._interval = interval
        self._clocks: dict[int, set[int]] = {}
        for time in times:
            self._clocks.setdefault(time // DAY, set()).add(time % DAY)
        self._days = sorted(self._clocks)
        usual = median(map(len, self._clocks.values()))
        self._whole = [day for day in self._days if 2 * len(self._clocks[day]) >= usual]
        """Days complete enough to judge the open and close of others."""

    def missing_between(self, earlier: int, later: int) -> int:
        """The number of usual bars missing between two neighbouring ones."""
        first, last = earlier // DAY, later // DAY
        if first == last:
            return self._inside(first, earlier % DAY, later % DAY)
        return self._at_the_end(first, earlier % DAY) + self._at_the_begin(last, later % DAY)

    def follows_a_holiday(self, time: int) -> bool:
        """Whether the weekday before has no bars: Thanksgiving, before a short Friday."""
        before = time // DAY - 1
        return before > self._days[0] and before not in self._clocks and (before + 3) % 7 < 5

    def _inside(self, day: int, before: int, after: int) -> int:
        windows = _windows(self._days, day)
        step = self._interval
        return sum(
            all(self._seen(window, clock) for window in windows)
            for clock in range(before + step, after - step + 1, step)
        )

    def _seen(self, days: list[int], clock: int) -> bool:
        return any(clock in self._clocks[day] for day in days)

    def _at_the_end(self, day: int, after: int) -> int:
        alike = self._followed if day + 1 in self._clocks else self._not_followed
        step = self._interval
        return self._usual(day, alike, range(after + step, DAY, step))

    def _at_the_begin(self, day: int, before: int) -> int:
        alike = self._preceded if day - 1 in self._clocks else self._not_preceded
        step = self._interval
        return self._usual(day, alike, range(before - step, -1, -step))

    def _usual(self, day: int, alike: list[int], clocks: range) -> int:
        if len(alike) <= _FEWEST:
            if self._has_sundays:
                return 0
            alike = self._whole
        windows = [[other for other in window if other != day] for window in _windows(alike, day)]
        if min(map(len, windows)) < _FEWEST:
            return 0
        return sum(all(self._often(window, clock) for window in windows) for clock in clocks)

    def _often(self, days: list[int], clock: int) -> bool:
        return sum(clock in self._clocks[day] for day in days) >= _OFTEN * len(days)

    @cached_property
    def _followed(self) -> list[int]:
        return [day for day in self._whole if day + 1 in self._clocks]

    @cached_property
    def _not_followed(self) -> list[int]:
        return [day for day in self._whole if day + 1 not in self._clocks]

    @cached_property
    def _preceded(self) -> list[int]:
        return [day for day in self._whole if day - 1 in self._clocks]

    @cached_property
    def _not_preceded(self) -> list[int]:
        return [day for day in self._whole if day - 1 not in self._clocks]

    @cached_property
    def _has_sundays(self) -> bool:
        return any((day + 3) % 7 == _SUNDAY for day in self._days)


def _windows(days: list[int], day: int) -> tuple[list[int], list[int]]:
    """A day with those after it, and with those before it: five days each if there are enough."""
    at = bisect_left(days, day)
    forward = max(min(at, len(days) - _AROUND), 0)
    back = min(max(at + 1, _AROUND), len(days))
    return days[forward : forward + _AROUND], days[max(back - _AROUND, 0) : back]
