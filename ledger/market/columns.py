"""Tapes side by side on one clock: the bars of each symbol by the number of the clock's step.

A tape that has a bar at every step is taken as it is. Where it has holes, its bars are spread over
the steps: a hole is no bar at all, or the last price carried on, as the question wants it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ledger.market.blocks import Blocks, Whole
from ledger.market.tape import Tape

NOWHERE = 1 << 62
"""The low of a hole: no price is below it, and none above its negative, a hole's high."""


@dataclass(frozen=True, slots=True)
class Column:
    """Lows and highs by step, in whole numbers of `unit`; `whole` where there is no hole."""

    unit: Decimal
    blocks: Blocks
    whole: bool


def column(tape: Tape, times: Whole, mark: Tape | None = None, *, carry: bool = False) -> Column:
    """What a symbol's bars reach; with a mark tape its bar counts where both have one.

    `times` are those of the steps, every one of the tape's among them. In a hole there is nothing;
    where prices are carried, it is the last close, and before the first bar that bar's low.
    """
    source = tape if mark is None else mark
    if _has_all(source, times) and _has_all(tape, times):
        first = bisect_left(source.times, times[0])
        lows, highs = (
            row if len(row) == len(times) else row[first : first + len(times)]
            for row in (source.lows, source.highs)
        )
        return Column(source.step, Blocks(lows, highs), whole=True)
    unit = min(tape.step, source.step)
    lows, highs = (array("q", [n]) * len(times) for n in (NOWHERE, -NOWHERE))
    until, standing = 0, 0
    for step, low, high, close in _rows(tape, mark, times, unit):
        if carry:
            _fill(lows, highs, until, step, standing if until else low)
        lows[step], highs[step] = low, high
        until, standing = step + 1, close
    if carry:
        _fill(lows, highs, until, len(times), standing)
    return Column(unit, Blocks(lows, highs), whole=False)


def _has_all(tape: Tape, times: Whole) -> bool:
    first = bisect_left(tape.times, times[0])
    return tape.times[first : first + len(times)] == times


def _fill(lows: Whole, highs: Whole, since: int, until: int, price: int) -> None:
    lows[since:until] = highs[since:until] = array("q", [price]) * (until - since)


def _rows(
    tape: Tape, mark: Tape | None, times: Whole, unit: Decimal
) -> Iterator[tuple[int, int, int, int]]:
    """Step, low, high and close of each bar between the first time and the last."""
    marked = {} if mark is None else {time: number for number, time in enumerate(mark.times)}
    step = 0
    for number in range(tape.find(times[0]), tape.find(times[-1] + 1)):
        time = tape.times[number]
        step = bisect_left(times, time, step)
        source, at = tape, number
        if mark is not None and time in marked:
            source, at = mark, marked[time]
        scale = int(source.step / unit)
        yield (
            step,
            source.lows[at] * scale,
            source.highs[at] * scale,
            source.closes[at] * scale,
        )
