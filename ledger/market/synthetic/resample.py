"""A recorded tape in a new order: the stationary bootstrap of Politis and Romano (1994).

Each new bar is a recorded one, relative to the close before it, so its gap, its wicks and its
volume are real. Consecutive bars stay together in blocks of geometric length. A market with
sessions is cut between days and its nights keep their gaps: there a whole day is drawn at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from ledger.market.synthetic.calendar import openings, weekdays
from ledger.market.synthetic.chance import die
from ledger.market.synthetic.paths import Columns, TooHigh, ticks
from ledger.market.tapes.recipe import Recipe, Resample
from ledger.market.tapes.tape import Tape
from ledger.times import DAY, Time

LEAST_UNITS = 2
"""The fewest bars, or days, that can be drawn from."""


@dataclass(slots=True)
class Drawn:
    """The bars of the recorded tape in their new order, and when each is to open."""

    indexes: list[int] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)


def units(tape: Tape, resample: Resample) -> Sequence[range]:
    """What is drawn at a time: single bars, or days. The first has no close before it and is left
    out."""
    low, high = resample.span(tape.times)
    if tape.continuous:
        return [range(bar, bar + 1) for bar in range(low + 1, high)]
    times = tape.times
    cuts = [bar for bar in range(low + 1, high) if times[bar] // DAY != times[bar - 1] // DAY]
    return [range(a, b) for a, b in pairwise([*cuts, high])]


def least_price(tape: Tape, resample: Resample) -> int:
    """The lowest price drawn from, in the tape's steps: a ratio needs one above zero."""
    low, high = resample.span(tape.times)
    return min(tape.lows[low:high], default=0)


def draw(recipe: Recipe, tape: Tape) -> Drawn:
    """As many bars as the recipe has."""
    assert recipe.resample is not None
    pool = units(tape, recipe.resample)
    order = _stationary(recipe, recipe.resample, len(pool))
    if tape.continuous:
        times = openings(recipe.start, recipe.bars, recipe.interval, None)
        return Drawn([pool[unit].start for unit in islice(order, recipe.bars)], times)
    drawn = Drawn()
    for midnight, unit in zip(weekdays(recipe.start), order, strict=False):
        drawn.indexes += pool[unit]
        drawn.times += [midnight + tape.times[bar] % DAY for bar in pool[unit]]
        if len(drawn.times) >= recipe.bars:
            break
    return Drawn(drawn.indexes[: recipe.bars], drawn.times[: recipe.bars])


def _stationary(recipe: Recipe, resample: Resample, count: int) -> Iterator[int]:
    """Numbers below `count`: each the one after the last, or with probability 1/block any."""
    where = recipe.group or recipe.symbol
    roll = die(recipe.seed, "blocks of group" if recipe.group else "blocks", where)
    leap = 1.0 / float(resample.block)
    place = int(roll() * count)
    while True:
        yield place
        place = int(roll() * count) if roll() < leap else (place + 1) % count


def rebuild(recipe: Recipe, tape: Tape, drawn: Drawn, most: int) -> Columns:
    """The drawn bars chained together. Raises `TooHigh` if a price reaches `most` ticks."""
    opens, highs, lows, closes = [], [], [], []
    first = drawn.indexes[0]
    before = int(recipe.start_price / recipe.tick) * tape.closes[first - 1] / tape.opens[first]
    for number, bar in enumerate(drawn.indexes):
        scale = before / tape.closes[bar - 1]
        before = scale * tape.closes[bar]
        high = scale * tape.highs[bar]
        if high >= most:
            raise TooHigh(number)
        opens.append(ticks(scale * tape.opens[bar]))
        highs.append(ticks(high))
        lows.append(ticks(scale * tape.lows[bar]))
        closes.append(ticks(before))
    return Columns(drawn.times, opens, highs, lows, closes)
