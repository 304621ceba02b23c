"""What everybody plays: a year of minutes, 5x long with a stop and a target, again and again.

The prices are made here, from a seed, by the standard library alone: whole ticks, the same for
everybody. A bar opens where the last one closed, so that a peer who decides at a close and one who
decides at the next open see the same price, and place the same stop and target.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from math import exp
from random import Random

YEAR_OF_MINUTES = 525_600
START = 1_672_531_200
"""2023-01-01T00:00:00Z; the year has 365 days."""
MINUTE, HOUR = 60, 3_600
TICKS = 1_000
"""Ticks in one unit of money: prices have three decimals."""

FIRST_PRICE = 100 * TICKS
YEARLY_VOLATILITY = 0.55
"""Of bitcoin in a middling year."""
SHAPES = 1 << 15
"""Minutes drawn in full, second by second as it were; a walk chooses among them."""
MOMENTS = 12
"""Moves within a minute."""
SHARED = 0.5
"""How often an instrument's minute has the shape of everybody's: the correlation of returns."""
CALMING, STIRRING = 0.98, 0.08
"""The logarithm of volatility from hour to hour: what stays of it, and what is added at random."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The minutes of one instrument; prices in whole ticks, times in seconds UTC."""

    symbol: str
    times: array[int] = field(repr=False)
    opens: array[int] = field(repr=False)
    highs: array[int] = field(repr=False)
    lows: array[int] = field(repr=False)
    closes: array[int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.times)

    def first(self, count: int) -> Bars:
        """Only the first bars."""
        cut = (self.times, self.opens, self.highs, self.lows, self.closes)
        return Bars(self.symbol, *(column[:count] for column in cut))


class Carry(StrEnum):
    """What holding the position costs every hour."""

    NONE = "none"
    """Nothing: what all peers can play."""
    FUNDING = "funding"
    """A perpetual's flat funding rate on its notional, from the isolated position's own margin."""
    LOAN = "loan"
    """Interest on the money borrowed for it, added to what is owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The trader's plan over some bars. Money in whole units, rates as parts of ten thousand.

    At every entry `stake` times `leverage` is bought, in whole units of the instrument, at the
    open of a bar; `pause` bars after the bar of an exit the next entry follows.
    """

    bars: Bars
    stake: int = 2_000
    leverage: int = 5
    stop: int = 500
    """Below the entry, in parts of ten thousand."""
    target: int = 1_000
    """Above the entry, in parts of ten thousand."""
    pause: int = 1_000
    fee: int = 5
    """Of every fill, in parts of ten thousand."""
    first: int = 2
    """Bar of the first entry: by then who decides at closes, and wants a bar before, is ready."""
    wallet: int = 1_000_000
    maintenance: int = 50
    """Of the notional, in parts of ten thousand: below it the position is liquidated."""
    carry: Carry = Carry.NONE
    yearly_rate: float = 0.1
    """What `carry` costs in a year of 365 days."""

    def quantity(self, entry: int) -> int:
        """Whole units bought at a price in ticks."""
        return self.stake * self.leverage * TICKS // entry

    def stop_of(self, entry: int) -> int:
        """The stop, in ticks, rounded away from the entry."""
        return entry * (10_000 - self.stop) // 10_000

    def target_of(self, entry: int) -> int:
        """The target, in ticks, rounded away from the entry."""
        return -(-entry * (10_000 + self.target) // 10_000)


class Exit(StrEnum):
    """How a trade ended."""

    STOP = "stop"
    TARGET = "target"
    LIQUIDATION = "liquidation"


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade that was closed: bars by number, prices in ticks."""

    entered: int
    left: int
    entry: int
    exit: int
    why: Exit


def common(bars: int = YEAR_OF_MINUTES, **plan: object) -> Workload:
    """The workload that all peers can do."""
    (walk,) = walks(1, bars)
    return Workload(bars=walk, **plan)


def walks(count: int, bars: int, seed: int = 3) -> list[Bars]:
    """Some instruments side by side: correlated random walks whose volatility comes in spells."""
    shapes = _shapes(seed)
    chance = Random(f"{seed}:shared")
    shared = [int(chance.random() * SHAPES) for _ in range(bars)]
    spells = list(_spells(chance, bars // 60 + 1))
    times = array("q", range(START, START + MINUTE * bars, MINUTE))
    return [_walk(number, times, shapes, shared, spells, seed) for number in range(count)]


@cache
def _shapes(seed: int) -> list[tuple[float, float, float]]:
    """Each with its mirror, or chance among a few would be a trend over a year."""
    chance = Random(f"{seed}:shapes")
    drawn = [_shape(chance) for _ in range(SHAPES // 2)]
    return [*drawn, *((-level, -low, -high) for level, high, low in drawn)]


def _shape(chance: Random) -> tuple[float, float, float]:
    """How far one minute goes, at most up and at most down, in its own standard deviations."""
    level = high = low = 0.0
    for _ in range(MOMENTS):
        level += chance.gauss(0, MOMENTS**-0.5)
        high, low = max(high, level), min(low, level)
    return level, high, low


def _spells(chance: Random, hours: int) -> Iterator[float]:
    """Volatility of a minute, hour by hour."""
    usual = YEARLY_VOLATILITY / YEAR_OF_MINUTES**0.5
    log = 0.0
    for _ in range(hours):
        log = CALMING * log + chance.gauss(0, STIRRING)
        yield usual * exp(log)


def _walk(
    number: int,
    times: array[int],
    shapes: list[tuple[float, float, float]],
    shared: list[int],
    spells: list[float],
    seed: int,
) -> Bars:
    chance = Random(f"{seed}:{number}").random
    opens, highs, lows, closes = (array("q", bytes(8 * len(times))) for _ in range(4))
    price = FIRST_PRICE
    for bar, common_shape in enumerate(shared):
        drawn = chance()
        own = drawn >= SHARED
        shape = int((drawn - SHARED) / (1 - SHARED) * SHAPES) if own else common_shape
        move, up, down = shapes[shape]
        scale = price * spells[bar // 60]
        opens[bar] = price
        highs[bar] = price + round(scale * up)
        lows[bar] = price + round(scale * down)
        price += round(scale * move)
        closes[bar] = price
    return Bars(f"COIN{number + 1:02}", times, opens, highs, lows, closes)
