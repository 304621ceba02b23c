"""Futures of a price, drawn by seed: stretches of a tape anew, or a fitted jump-diffusion.

Floats: these are guesses for statistics and pictures, and nothing of them is ever posted. A step
is one bar as ratios to the close before it; a future is a list of numbers of steps, so that a
path costs a few passes in C. Steps shorter than an hour are joined to hours, which is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, chain
from math import exp, log, sqrt
from operator import mul
from random import Random
from statistics import fmean

from ledger.market.tape import Tape
from ledger.market.times import DAY, HOUR, Time

POOL = 20_000
"""Steps of a fitted model that futures are drawn from."""
JUMP = 4.0
"""A move of so many standard deviations is a jump and no diffusion."""
_NEAR, _LEAST = 1_500, 30
"""So many bars ahead are drawn as they are; fewer in the past are no sample."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a future is made of, as ratios to the close before; `seconds` is a step's length.

    `block` is the mean number of neighbours that stay together, above 1.
    """

    seconds: int
    block: float
    opens: list[float]
    highs: list[float]
    lows: list[float]
    closes: list[float]

    def __len__(self) -> int:
        return len(self.closes)


@dataclass(frozen=True, slots=True)
class Path:
    """One future, from the first bar after now."""

    opens: list[float]
    highs: list[float]
    lows: list[float]
    closes: list[float]


def steps_of(
    tape: Tape, block: float = 24.0, until: Time | None = None, days: float | None = None
) -> Steps:
    """The steps of a recorded tape, for a stationary bootstrap with this mean block.

    Only bars that have ended at `until` are looked at. Bars of less than an hour are joined to
    hours, unless `days` ahead are so near that they take few of them. Source: Politis and Romano
    1994. Raises `ValueError` for too few bars, or prices that are not above zero.
    """
    count = len(tape) if until is None else tape.find(until - tape.interval + 1)
    near = days is not None and days * DAY <= _NEAR * tape.interval
    seconds = tape.interval if near else max(tape.interval, HOUR)
    bars = _joined(tape, count, seconds)
    if len(bars) < _LEAST:
        raise ValueError(
            f"{len(bars)} bars of {seconds // 60} minutes have ended; at least {_LEAST} are needed"
        )
    if any(low <= 0 for _, _, low, _ in bars):
        raise ValueError("it has prices at or below zero")
    before = [bar[3] for bar in bars[:-1]]
    columns = [
        [bar[which] / close for bar, close in zip(bars[1:], before, strict=True)]
        for which in range(4)
    ]
    return Steps(seconds, block, *columns)


def untrended(steps: Steps) -> Steps:
    """The same steps around a median that stays where it is: as wild as they were, going nowhere.

    A fortnight's trend is no forecast, and a plan should not look good because of it.
    """
    level = exp(-fmean(map(log, steps.closes)))
    columns = (steps.opens, steps.highs, steps.lows, steps.closes)
    return Steps(steps.seconds, steps.block, *([level * x for x in column] for column in columns))


def _joined(tape: Tape, count: int, seconds: int) -> list[tuple[float, float, float, float]]:
    """The first bars of a tape, those together that begin in the same stretch of time."""
    scale = float(tape.step)
    found: list[tuple[float, float, float, float]] = []
    slot = None
    for index, time in enumerate(tape.times[:count]):
        prices = (tape.opens[index], tape.highs[index], tape.lows[index], tape.closes[index])
        first, high, low, last = (price * scale for price in prices)
        if time // seconds == slot:
            start, top, bottom, _ = found[-1]
            found[-1] = (start, max(top, high), min(bottom, low), last)
        else:
            found.append((first, high, low, last))
            slot = time // seconds
    return found


def fitted(steps: Steps, seed: int) -> Steps:
    """A jump-diffusion (Merton 1976) fitted to the steps, as a pool of independent steps.

    Moves beyond four standard deviations are the jumps; the rest is the diffusion. Inside a step
    the extremes are those of a Brownian bridge of its volatility. Neighbours in the pool have
    nothing to do with each other, so that drawing them together is only quicker.
    """
    moves = [log(close) for close in steps.closes]
    drift, sigma = _diffusion(moves)
    jumps = [move for move in moves if abs(move - drift) > JUMP * sigma]
    rate = len(jumps) / len(moves)
    mean, spread = _moments(jumps) if jumps else (0.0, 0.0)
    chance = Random(seed)
    columns: tuple[list[float], ...] = ([], [], [], [])
    for _ in range(POOL):
        move = chance.gauss(drift, sigma)
        if chance.random() < rate:
            move += chance.gauss(mean, spread)
        top = _bridge(move, sigma, chance.random())
        bottom = -_bridge(-move, sigma, chance.random())
        for column, level in zip(columns, (0.0, top, bottom, move), strict=True):
            column.append(exp(level))
    return Steps(steps.seconds, 64.0, *columns)


def _diffusion(moves: list[float]) -> tuple[float, float]:
    """Mean and deviation without the jumps: taken twice, as the first is of jumps and all."""
    centre, spread = _moments(moves)
    for _ in range(2):
        calm = [move for move in moves if abs(move - centre) <= JUMP * spread]
        centre, spread = _moments(calm)
    return centre, spread


def _moments(values: list[float]) -> tuple[float, float]:
    centre = fmean(values)
    return centre, sqrt(fmean([(value - centre) ** 2 for value in values]))


def _bridge(move: float, sigma: float, u: float) -> float:
    """Highest point of a Brownian bridge from 0 to `move`: Beskos and others 2006, exactly."""
    return (move + sqrt(move * move - 2 * sigma * sigma * log(1 - u))) / 2


def futures(steps: Steps, price: float, bars: int, seed: int, numbers: range) -> Iterator[Path]:
    """The futures of these numbers: number n is the same whoever draws it, and in any order."""
    for number in numbers:
        chance = Random(seed * 1_000_003 + number)
        yield path(steps, price, _drawn(steps, bars, chance))


def _drawn(steps: Steps, bars: int, chance: Random) -> list[int]:
    """Numbers of steps. The last is followed by the first, so that each is drawn equally often."""
    count = len(steps)
    stay = log(1 - 1 / steps.block)
    found: list[range] = []
    left = bars
    while left > 0:
        start = int(chance.random() * count)
        length = min(1 + int(log(1 - chance.random()) / stay), left, count)
        over = max(start + length - count, 0)
        found += range(start, start + length - over), range(over)
        left -= length
    return list(chain.from_iterable(found))


def path(steps: Steps, price: float, drawn: list[int]) -> Path:
    """The prices of a future that takes these steps, one after the other."""
    closes = list(accumulate(map(steps.closes.__getitem__, drawn), mul, initial=price))
    return Path(
        list(map(mul, closes, map(steps.opens.__getitem__, drawn))),
        list(map(mul, closes, map(steps.highs.__getitem__, drawn))),
        list(map(mul, closes, map(steps.lows.__getitem__, drawn))),
        closes[1:],
    )


def bars_in(steps: Steps, days: float) -> int:
    """How many steps a time has, at the length that a step has."""
    return max(round(days * DAY / steps.seconds), 1)
