"""Random futures of a price, drawn by seed: resampled stretches of a tape, or a fitted
jump-diffusion.

Floats: these are guesses for statistics and pictures, and none of them is ever posted. A step is
one bar as ratios to the close before it; a future is a row of stretches of steps, so that a path
costs a few passes in C. Steps shorter than an hour are joined to hours, which the answer states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import exp, log, sqrt
from operator import mul, truediv
from random import Random
from statistics import fmean

from ledger.market.corporate import splits_of
from ledger.market.tapes.sessions import session_day
from ledger.market.tapes.tape import Tape
from ledger.times import DAY, HOUR, Time

POOL = 20_000
"""Steps of a fitted model from which futures are drawn."""
JUMP = 4.0
"""A move of this many standard deviations or more is a jump, not diffusion."""
MOST_STEPS = 100_000
"""The most steps of one future: eleven years of hours."""
_NEAR, _LEAST = 1_500, 30
"""Up to the first many bars ahead are drawn bar by bar; fewer past bars than the second are not a
sample."""
_WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a future is made of, as ratios to the close before; `seconds` is a step's length.

    `block` is the mean number of neighbours that stay together. `pace` is the calendar time of a
    step in seconds, longer than the step where the market closes; `ends` marks the steps with which
    a session, a day of the market, ends.
    """

    seconds: int
    pace: float
    block: float
    opens: list[float]
    highs: list[float]
    lows: list[float]
    closes: list[float]
    ends: list[bool]

    def __len__(self) -> int:
        return len(self.closes)


@dataclass(frozen=True, slots=True)
class Path:
    """One future, from the first bar after now."""

    opens: list[float]
    highs: list[float]
    lows: list[float]
    closes: list[float]
    ends: list[bool]


@dataclass(frozen=True, slots=True)
class _Bars:
    """Recorded bars in steps of the tape's price, and the day of each."""

    times: list[Time]
    opens: list[float]
    highs: list[float]
    lows: list[float]
    closes: list[float]


def steps_of(
    tape: Tape, block: float = 24.0, until: Time | None = None, days: float | None = None
) -> Steps:
    """The steps of a recorded tape, for a stationary bootstrap with this mean block.

    Only bars that have ended at `until` count. Bars shorter than an hour are joined to hours,
    unless `days` ahead is so short that few are needed. Source: Politis and Romano 1994. Raises
    `ValueError` for too few bars, or prices that are not above zero.
    """
    count = len(tape) if until is None else tape.find(until - tape.interval + 1)
    near = days is not None and days * DAY <= _NEAR * tape.interval
    seconds = tape.interval if near else max(tape.interval, HOUR)
    bars = _joined(tape, count, seconds)
    if len(bars.times) < _LEAST:
        raise ValueError(
            f"only {len(bars.times)} bars of {_length(seconds)} have ended; "
            f"at least {_LEAST} are needed"
        )
    if min(bars.lows) <= 0:
        raise ValueError("some prices are at or below zero")
    return Steps(
        seconds=seconds,
        pace=float(seconds) if tape.continuous else _pace(bars.times),
        block=block,
        opens=list(map(truediv, bars.opens[1:], bars.closes)),
        highs=list(map(truediv, bars.highs[1:], bars.closes)),
        lows=list(map(truediv, bars.lows[1:], bars.closes)),
        closes=list(map(truediv, bars.closes[1:], bars.closes)),
        ends=_session_ends(bars.times, tape, seconds)[1:],
    )


def _joined(tape: Tape, count: int, seconds: int) -> _Bars:
    """The first bars of a tape, joined if they begin in the same stretch of time."""
    times = tape.times[:count].tolist()
    prices = (tape.opens, tape.highs, tape.lows, tape.closes)
    columns: list[list[float]] = [[*column[:count]] for column in prices]
    for time, by in splits_of(
        tape
    ):  # prices before a split are adjusted for it: a split is not a move
        before = min(tape.find(time), count)
        for column in columns:
            column[:before] = [price * by.old / by.new for price in column[:before]]
    if seconds <= tape.interval:
        return _Bars(times, *columns)
    opens, highs, lows, closes = columns
    slots = [time // seconds for time in times]
    cuts = [0, *(at for at in range(1, count) if slots[at] != slots[at - 1]), count]
    spans = [slice(a, b) for a, b in pairwise(cuts) if a < b]
    return _Bars(
        [times[span.start] for span in spans],
        [opens[span.start] for span in spans],
        [max(highs[span]) for span in spans],
        [min(lows[span]) for span in spans],
        [closes[span.stop - 1] for span in spans],
    )


def _pace(times: list[Time]) -> float:
    """The calendar time of a bar of a market with sessions, in seconds: counted over the tape's
    whole weeks; a shorter tape counts as one week."""
    weeks = max((times[-1] - times[0]) // _WEEK, 1)
    within = sum(time < times[0] + weeks * _WEEK for time in times)
    return weeks * _WEEK / within


def _session_ends(times: list[Time], tape: Tape, seconds: int) -> list[bool]:
    """Whether each bar is the last of its day; the tape's last one is."""
    days = [session_day(tape.market, time - tape.shift, seconds) for time in times]
    return [*(a != b for a, b in pairwise(days)), True]


def untrended(steps: Steps) -> Steps:
    """The same steps around a constant median: the same volatility, no drift.

    A fortnight's trend is not a forecast, and a plan should not look good because of it.
    """
    level = exp(-fmean(map(log, steps.closes)))
    return replace(
        steps,
        opens=[level * ratio for ratio in steps.opens],
        highs=[level * ratio for ratio in steps.highs],
        lows=[level * ratio for ratio in steps.lows],
        closes=[level * ratio for ratio in steps.closes],
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """A jump-diffusion of the logarithm, per step: the probability of a jump, and its size."""

    drift: float
    sigma: float
    rate: float
    mean: float
    spread: float


def fitted(steps: Steps, seed: int) -> Steps:
    """A jump-diffusion (Merton 1976) fitted to the steps, as a pool of independent steps.

    Moves beyond four standard deviations are diffusion and a jump; the rest is diffusion alone.
    Inside a step the extremes are those of a Brownian bridge of its volatility. Neighbours in the
    pool are independent; drawing them together is only faster. The pool's mean is set exactly to
    that of the steps: left to chance it would be a trend over many steps ahead.
    """
    moves = [log(close) for close in steps.closes]
    fit = _fit(moves)
    chance = Random(seed)
    pool = [_move(fit, chance) for _ in range(POOL)]
    less = fmean(pool) - fmean(moves)
    pool = [move - less for move in pool]
    session = max(round(len(steps) / max(sum(steps.ends), 1)), 1)
    return replace(
        steps,
        block=64.0,
        opens=[1.0] * POOL,
        highs=[exp(_bridge(move, fit.sigma, chance.random())) for move in pool],
        lows=[exp(-_bridge(-move, fit.sigma, chance.random())) for move in pool],
        closes=[exp(move) for move in pool],
        ends=[number % session == session - 1 for number in range(POOL)],
    )


def _fit(moves: list[float]) -> _Fit:
    """Moments of the calm moves, and of the excess of the others.

    Which moves are calm is decided in three rounds, since the first spread includes the jumps.
    """
    calm, jumps = moves, list[float]()
    drift, sigma = _moments(calm)
    for _ in range(3):
        near = JUMP * sigma
        calm = [move for move in moves if abs(move - drift) <= near]
        jumps = [move for move in moves if abs(move - drift) > near]
        drift, sigma = _moments(calm)
    if not jumps:
        return _Fit(drift, sigma, 0.0, 0.0, 0.0)
    centre, spread = _moments(jumps)
    beyond = sqrt(max(spread * spread - sigma * sigma, 0.0))
    return _Fit(drift, sigma, len(jumps) / len(moves), centre - drift, beyond)


def _move(fit: _Fit, chance: Random) -> float:
    move = chance.gauss(fit.drift, fit.sigma)
    return move + chance.gauss(fit.mean, fit.spread) if chance.random() < fit.rate else move


def _moments(values: list[float]) -> tuple[float, float]:
    centre = fmean(values)
    return centre, sqrt(fmean([(value - centre) ** 2 for value in values]))


def _bridge(move: float, sigma: float, u: float) -> float:
    """Highest point of a Brownian bridge from 0 to `move`: Beskos and others 2006, exact."""
    return (move + sqrt(move * move - 2 * sigma * sigma * log(1 - u))) / 2


def futures(steps: Steps, price: float, bars: int, seed: int, numbers: range) -> Iterator[Path]:
    """The futures with these numbers: number n is the same wherever and in whatever order it is
    drawn."""
    for number in numbers:
        chance = Random(seed * 1_000_003 + number)
        yield path(steps, price, _drawn(steps, bars, chance))


def _drawn(steps: Steps, bars: int, chance: Random) -> list[range]:
    """Stretches of steps, each from a random step on, with geometric lengths.

    The last step is followed by the first, so that each is drawn equally often.
    """
    count = len(steps)
    stay = log(1 - 1 / steps.block) if steps.block > 1 else 0.0
    stretches: list[range] = []
    left = bars
    while left > 0:
        start = int(chance.random() * count)
        more = int(log(1 - chance.random()) / stay) if stay else 0
        length = min(1 + more, left, count)
        over = max(start + length - count, 0)
        stretches.append(range(start, start + length - over))
        if over:
            stretches.append(range(over))
        left -= length
    return stretches


def path(steps: Steps, price: float, drawn: list[range]) -> Path:
    """The prices of a future made of these stretches of steps, one after the other."""
    opens, highs, lows, closes = list[float](), list[float](), list[float](), list[float]()
    ends = list[bool]()
    for each in drawn:
        low, high = each.start, each.stop
        opens += steps.opens[low:high]
        highs += steps.highs[low:high]
        lows += steps.lows[low:high]
        closes += steps.closes[low:high]
        ends += steps.ends[low:high]
    before = list(accumulate(closes, mul, initial=price))
    return Path(
        list(map(mul, before, opens)),
        list(map(mul, before, highs)),
        list(map(mul, before, lows)),
        before[1:],
        ends,
    )


def bars_in(steps: Steps, days: float) -> int:
    """The number of steps in a time, at the pace of the market. Raises `ValueError` if it is
    shorter than half a step, or too long to be drawn."""
    least, most = steps.pace / 2 / DAY, MOST_STEPS * steps.pace / DAY
    if not least <= days <= most:
        raise ValueError(
            f"days: {days:,.6g} is too {'few' if days < least else 'many'} for steps of "
            f"{_length(steps.seconds)}; allowed: {least:.2g} to {int(most):,}"
        )
    return max(round(days * DAY / steps.pace), 1)


def _length(seconds: int) -> str:
    """`1 day`, `4 hours`, `30 minutes`."""
    unit, name = next(
        ((u, n) for u, n in ((DAY, "day"), (HOUR, "hour")) if seconds % u == 0), (60, "minute")
    )
    count = seconds // unit
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
