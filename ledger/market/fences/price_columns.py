"""Tapes side by side on one clock: the bars of each symbol by the number of the clock's step.

A tape that has a bar at every step is taken as it is. Where it has holes, its bars are spread over
the steps: a hole is no bar at all, or carries the last price on, as needed. A bar of several steps
stays at its open until the step with which it ends.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ledger.market.fences.blocks import Blocks, Whole
from ledger.market.fences.moments import marks_within
from ledger.market.tapes.tape import Tape

NOWHERE = 1 << 62
"""The low of a hole: no price is below it, and none above its negative, a hole's high."""


@dataclass(frozen=True, slots=True)
class Column:
    """Lows and highs by step, in whole numbers of `unit`; `whole` if there is no hole."""

    unit: Decimal
    blocks: Blocks
    whole: bool


class _Row(NamedTuple):
    """A bar over the steps `first` to `last`, in whole numbers of the column's unit."""

    first: int
    last: int
    open: int
    low: int
    high: int
    close: int


def column(tape: Tape, times: Whole, mark: Tape | None = None, *, carry: bool = False) -> Column:
    """The range of a symbol's bars; with a mark tape, the mark's bars where both have some.

    `times` are those of the steps, every one of the tape's among them. A hole has no range; with
    `carry` it is the last close, and before the first bar that bar's low.
    """
    source = tape if mark is None else mark
    if source.interval == tape.interval and _has_all(source, times) and _has_all(tape, times):
        first = bisect_left(source.times, times[0])
        lows, highs = (
            row if len(row) == len(times) else row[first : first + len(times)]
            for row in (source.lows, source.highs)
        )
        return Column(source.step, Blocks(lows, highs), whole=True)
    unit = min(tape.step, source.step)
    lows, highs = (array("q", [n]) * len(times) for n in (NOWHERE, -NOWHERE))
    until, standing = 0, 0
    for row in _rows(tape, mark, times, unit):
        if carry:
            _fill(lows, highs, until, row.first, standing if until else row.low)
        _fill(lows, highs, row.first, row.last, row.open)
        lows[row.last], highs[row.last] = row.low, row.high
        until, standing = row.last + 1, row.close
    if carry:
        _fill(lows, highs, until, len(times), standing)
    return Column(unit, Blocks(lows, highs), whole=False)


def _has_all(tape: Tape, times: Whole) -> bool:
    first = bisect_left(tape.times, times[0])
    return tape.times[first : first + len(times)] == times


def _fill(lows: Whole, highs: Whole, since: int, until: int, price: int) -> None:
    if since < until:
        lows[since:until] = highs[since:until] = array("q", [price]) * (until - since)


def _rows(tape: Tape, mark: Tape | None, times: Whole, unit: Decimal) -> Iterator[_Row]:
    """Each bar between the first time and the last."""
    step = 0
    for number in range(tape.find(times[0]), tape.find(times[-1] + 1)):
        step = bisect_left(times, tape.times[number], step)
        last = bisect_left(times, tape.end_of(number), step) - 1
        judging = () if mark is None else marks_within(mark, tape, number)
        if mark is None or not judging:
            yield _Row(step, last, *_reached(tape, range(number, number + 1), unit))
            continue
        row = _Row(step, last, *_reached(mark, judging, unit))
        if mark.times[judging[0]] > tape.times[number]:  # judged by its open until then
            opened = tape.opens[number] * int(tape.step / unit)
            low, high = min(opened, row.low), max(opened, row.high)
            row = _Row(step, last, opened, low, high, row.close)
        yield row


def _reached(tape: Tape, part: range, unit: Decimal) -> tuple[int, int, int, int]:
    """Open, low, high and close of some bars together."""
    scale, span = int(tape.step / unit), slice(part.start, part.stop)
    return (
        tape.opens[part.start] * scale,
        min(tape.lows[span]) * scale,
        max(tape.highs[span]) * scale,
        tape.closes[part.stop - 1] * scale,
    )
