"""The lowest and highest price of a column of bars, by blocks of bars and blocks of blocks.

So the next bar beyond a price is found without examining every bar. Prices are whole numbers in
arrays: `min` and `max` over a slice run in C.
"""

from __future__ import annotations

from array import array
from typing import TypeAlias

FAN = 16
"""Bars in a block, and blocks in the next larger one."""

Whole: TypeAlias = "array[int]"
"""Prices or times as whole numbers."""


class Blocks:
    """The lows and highs of bars, by number, and of ever larger blocks of them.

    `levels[0]` are the bars themselves; entry k of `levels[n]` covers the bars from k x FAN^n up to
    the next entry's. A hole, where there is no bar, has a low above every high.
    """

    __slots__ = ("levels",)

    def __init__(self, lows: Whole, highs: Whole) -> None:
        self.levels: list[tuple[Whole, Whole]] = [(lows, highs)]
        while len(lows) > FAN:
            starts = range(0, len(lows), FAN)
            lows = array("q", [min(lows[at : at + FAN]) for at in starts])
            highs = array("q", [max(highs[at : at + FAN]) for at in starts])
            self.levels.append((lows, highs))

    def __len__(self) -> int:
        return len(self.levels[0][0])

    def first_outside(self, since: int, until: int, least: int, most: int) -> int:
        """The first bar with since <= number < until that goes below `least` or above `most`.

        `until` if there is none.
        """
        return self._first(0, since, until, least, most)

    def _first(self, level: int, since: int, until: int, least: int, most: int) -> int:
        lows, highs = self.levels[level]
        if until - since <= 2 * FAN or level + 1 == len(self.levels):
            return _scan(lows, highs, since, until, least, most)
        first, last = -(-since // FAN), until // FAN
        first_hit = _scan(lows, highs, since, first * FAN, least, most)
        if first_hit < first * FAN:
            return first_hit
        block = self._first(level + 1, first, last, least, most)
        if block < last:
            return _outside(lows, highs, block * FAN, block * FAN + FAN, least, most)
        return _scan(lows, highs, last * FAN, until, least, most)


def _scan(lows: Whole, highs: Whole, since: int, until: int, least: int, most: int) -> int:
    if since >= until:
        return until
    if min(lows[since:until]) >= least and max(highs[since:until]) <= most:
        return until
    return _outside(lows, highs, since, until, least, most)


def _outside(lows: Whole, highs: Whole, since: int, until: int, least: int, most: int) -> int:
    """The first bar outside, or `until`."""
    for number in range(since, until):
        if lows[number] < least or highs[number] > most:
            return number
    return until
