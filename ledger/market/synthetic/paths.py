"""Random price paths: geometric Brownian motion, with jumps, with regimes, with overnight gaps.

The logarithm of the price moves by `(drift - volatility²/2) t + volatility B(t)`, plus what a jump
or a night adds; each of these has an expected factor of 1, so that only `drift` moves the mean.
Inside a bar the path is a Brownian bridge, whose extremes are drawn from their own distribution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, sqrt

from ledger.market.synthetic.calendar import openings, share_of_year
from ledger.market.synthetic.chance import Die, die, exp, log, normal
from ledger.market.tapes.recipe import Recipe
from ledger.times import DAY, Time

Jump = tuple[float, float]
"""The fraction of the bar before it, and the jump in the logarithm of the price."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A path in whole ticks."""

    times: list[Time]
    opens: list[int]
    highs: list[int]
    lows: list[int]
    closes: list[int]


class TooHigh(Exception):
    """The path exceeds what a tape can hold; the argument is the bar's number, from 0."""


@dataclass(frozen=True, slots=True)
class _Forces:
    """What moves the path at each bar: standard normal shocks, mean and deviation of a regime."""

    shocks: list[float]
    panics: list[bool]
    drifts: tuple[float, float]
    deviations: tuple[float, float]
    jumps: Mapping[int, list[Jump]]
    gaps: Mapping[int, float]


def walk(recipe: Recipe, most: int) -> Columns:
    """The path of a recipe, never below one tick. Raises `TooHigh` if it reaches `most` ticks."""
    times = openings(recipe.start, recipe.bars, recipe.interval, recipe.hours)
    start = int(recipe.start_price / recipe.tick)
    return _walked(times, start, most, _forces(recipe, times), recipe)


def _walked(times: list[Time], start: int, most: int, forces: _Forces, recipe: Recipe) -> Columns:
    opens, highs, lows, closes = [], [], [], []
    wick = die(recipe.seed, "wicks", recipe.symbol)
    inside = die(recipe.seed, "inside jumps", recipe.symbol)
    highest = log(float(most))
    drifts, deviations, jumps, gaps = forces.drifts, forces.deviations, forces.jumps, forces.gaps
    x, last = log(float(start)), start
    for bar, (shock, panic) in enumerate(zip(forces.shocks, forces.panics, strict=True)):
        if bar in gaps:
            x += gaps[bar]
            last = ticks(exp(x)) if x < highest else most
        deviation = deviations[panic]
        move = drifts[panic] + deviation * shock
        variance = -2.0 * deviation * deviation
        if bar in jumps:
            move, up, down = _pieces(move, variance, jumps[bar], inside)
        else:  # the extremes of a bridge, inlined from `_extremes` for speed
            square = move * move
            up = (move + sqrt(square + variance * log(1.0 - wick()))) * 0.5
            down = (move - sqrt(square + variance * log(1.0 - wick()))) * 0.5
        if last >= most or x + up >= highest:
            raise TooHigh(bar)
        close = ticks(exp(x + move))
        opens.append(last)
        highs.append(max(ticks(exp(x + up)), last, close))
        lows.append(min(ticks(exp(x + down)), last, close))
        closes.append(close)
        x, last = x + move, close
    return Columns(times, opens, highs, lows, closes)


def ticks(price: float) -> int:
    """A price in ticks, rounded to the nearest; at least one."""
    return floor(price + 0.5) or 1


def _extremes(move: float, variance: float, wick: Die) -> tuple[float, float]:
    """Highest and lowest point of a Brownian bridge from 0 to `move`.

    P(highest > m) = exp(-2 m (m - move) / deviation²), solved for m; `variance` is -2 deviation².
    Each has its exact distribution. Given the move they are drawn independently, which makes the
    mean of the squared range 2.7% larger than that of a path (4 ln 2 deviation², Parkinson 1980).
    """
    square = move * move
    up = sqrt(square + variance * log(1.0 - wick()))
    down = sqrt(square + variance * log(1.0 - wick()))
    return (move + up) * 0.5, (move - down) * 0.5


def _pieces(
    move: float, variance: float, jumps: list[Jump], inside: Die
) -> tuple[float, float, float]:
    """A bar with jumps: its bridge cut where they come. Returns its move, highest and lowest
    point."""
    x = jumped = since = highest = lowest = 0.0
    for until, jump in [*jumps, (1.0, 0.0)]:
        part = (until - since) / (1.0 - since)
        spread = sqrt(-0.5 * variance * (until - since) * (1.0 - part))
        y = x + (move - x) * part + spread * normal(inside())
        up, down = _extremes(y - x, variance * (until - since), inside)
        highest, lowest = max(highest, jumped + x + up), min(lowest, jumped + x + down)
        jumped += jump
        highest, lowest = max(highest, jumped + y), min(lowest, jumped + y)
        x, since = y, until
    return jumped + x, highest, lowest


def _forces(recipe: Recipe, times: list[Time]) -> _Forces:
    year = share_of_year(recipe.interval, recipe.hours)
    calm, drift = float(recipe.volatility), float(recipe.drift)
    panic, panic_drift = calm, drift
    if recipe.panic is not None:
        panic, panic_drift = float(recipe.panic.volatility), float(recipe.panic.drift)
    less = _jump_drift(recipe)
    root = sqrt(year)
    return _Forces(
        shocks=_shocks(recipe, "moves", len(times)),
        panics=_panics(recipe, len(times)),
        drifts=(
            (drift - less - calm * calm / 2.0) * year,
            (panic_drift - less - panic * panic / 2.0) * year,
        ),
        deviations=(calm * root, panic * root),
        jumps=_jumps(recipe, len(times), year),
        gaps=_gaps(recipe, times),
    )


def _shocks(recipe: Recipe, purpose: str, count: int) -> list[float]:
    """Standard normal numbers: partly the group's, partly the tape's own."""
    roll = die(recipe.seed, purpose, recipe.symbol)
    own = [normal(roll()) for _ in range(count)]
    shared = float(recipe.correlation)
    if not shared:
        return own
    roll = die(recipe.seed, f"{purpose} of group", recipe.group)
    part = sqrt(abs(shared)) if shared > 0 else -sqrt(abs(shared))
    rest = sqrt(1.0 - abs(shared))
    return [part * normal(roll()) + rest * each for each in own]


def _panics(recipe: Recipe, count: int) -> list[bool]:
    """Which bars are in panic: a Markov chain that begins in calm."""
    if recipe.panic is None:
        return [False] * count
    enter = recipe.interval / recipe.panic.calm_seconds
    leave = recipe.interval / recipe.panic.panic_seconds
    where = recipe.group or recipe.symbol
    roll = die(recipe.seed, "regimes of group" if recipe.group else "regimes", where)
    panics, panic = [], False
    for _ in range(count):
        panics.append(panic)
        u = roll()
        panic = u >= leave if panic else u < enter
    return panics


def _jump_drift(recipe: Recipe) -> float:
    """What jumps add to the mean growth of a year, rate x (E[e^jump] - 1), which is subtracted."""
    if recipe.jumps is None:
        return 0.0
    mean, deviation = float(recipe.jumps.mean), float(recipe.jumps.deviation)
    return float(recipe.jumps.rate) * (exp(mean + deviation * deviation / 2.0) - 1.0)


def _jumps(recipe: Recipe, count: int, year: float) -> dict[int, list[Jump]]:
    """The jumps of each bar that has any, in their order: a Poisson process of the tape's own."""
    jumps: dict[int, list[Jump]] = {}
    if recipe.jumps is None or not recipe.jumps.rate:
        return jumps
    every = 1.0 / (float(recipe.jumps.rate) * year)
    mean, deviation = float(recipe.jumps.mean), float(recipe.jumps.deviation)
    arrive = die(recipe.seed, "jumps", recipe.symbol)
    size = die(recipe.seed, "jump sizes", recipe.symbol)
    time = -every * log(1.0 - arrive())
    while time < count:
        bar = floor(time)
        jumps.setdefault(bar, []).append((time - bar, mean + deviation * normal(size())))
        time -= every * log(1.0 - arrive())
    return jumps


def _gaps(recipe: Recipe, times: list[Time]) -> dict[int, float]:
    """The move of the logarithm of the price over each night, by the first bar after it."""
    deviation = float(recipe.gap_deviation)
    if not deviation:
        return {}
    firsts = [bar for bar in range(1, len(times)) if times[bar] // DAY != times[bar - 1] // DAY]
    shocks = _shocks(recipe, "gaps", len(firsts))
    mean = -deviation * deviation / 2.0
    return {bar: mean + deviation * shock for bar, shock in zip(firsts, shocks, strict=True)}
