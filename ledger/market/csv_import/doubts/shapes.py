"""Prices that look wrong but are possible: reported and kept, since crashes look the same."""

from statistics import median

from ledger.market.csv_import.order import written
from ledger.market.csv_import.report import FaultKind, Faults
from ledger.market.csv_import.rows import Bars

_WINDOW = 20
"""A bar's range is judged by this many bars on either side."""
_FAR = 5
"""How many times a bar's usual range a wick must reach beyond its neighbours to be reported."""
_LEAST = 0.02
"""The share of the price that it must reach beyond them."""
_ALWAYS = 0.5
"""The share of the price from which it is reported whatever the usual range."""
_SPLITS = (1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)
_NEAR = 0.05
_LEVEL = 1.5
"""A jump of this ratio is reported even if it matches no usual split."""
_KEPT = "kept"


def report_wicks(bars: Bars, faults: Faults) -> None:
    """Report every high or low far beyond the bars before and after.

    The first and last bar have one neighbour, and must reach twice as far beyond it.
    """
    prices, last = bars.prices, len(bars) - 1
    for index in range(last + 1):
        beside = [at for at in (index - 1, index + 1) if 0 <= at <= last]
        top = max(prices[4 * at + 1] for at in beside)
        bottom = min(prices[4 * at + 2] for at in beside)
        high, low = prices[4 * index + 1], prices[4 * index + 2]
        if high - top > _LEAST * abs(top) and _is_far(high - top, top, bars, index, len(beside)):
            _report_wick("high", high, top, bars, index, faults)
        if bottom - low > _LEAST * abs(bottom) and _is_far(
            bottom - low, bottom, bars, index, len(beside)
        ):
            _report_wick("low", low, bottom, bars, index, faults)


def _is_far(beyond: int, bound: int, bars: Bars, index: int, neighbours: int) -> bool:
    """Whether an extreme lies too far beyond a bound to be chance."""
    return beyond > _ALWAYS * abs(bound) or beyond > _FAR * (3 - neighbours) * _usual_range(
        bars, index
    )


def _report_wick(
    name: str, extreme: int, bound: int, bars: Bars, index: int, faults: Faults
) -> None:
    what = (
        f"no neighbouring bar confirms the {name} {written(extreme, bars.scale)} "
        f"(nearest: {written(bound, bars.scale)})"
    )
    faults.note(FaultKind.WICK, bars.lines[index], what, _KEPT)


def _usual_range(bars: Bars, index: int) -> float:
    """The median range of the bars around one, without it."""
    first, last = max(index - _WINDOW, 0), min(index + _WINDOW + 1, len(bars))
    prices = bars.prices
    return median(
        prices[4 * at + 1] - prices[4 * at + 2] for at in range(first, last) if at != index
    )


def report_jumps(bars: Bars, faults: Faults) -> None:
    """Report every open far from the close before, if the next bars stay at its level."""
    prices = bars.prices
    for index in range(1, len(bars)):
        close, opened = prices[4 * index - 1], prices[4 * index]
        if close <= 0 or opened <= 0 or (10 * opened < 14 * close and 10 * close < 14 * opened):
            continue
        ratio = max(close, opened) / min(close, opened)
        split = next((split for split in _SPLITS if abs(ratio / split - 1) < _NEAR), None)
        if (split is None and ratio < _LEVEL) or not _stays(bars, index):
            continue
        if split is None:
            _report_level(bars, index, ratio, faults)
            continue
        terms = f"{split:g}:1" if split != 1.5 else "3:2"
        if opened > close:
            terms = ":".join(reversed(terms.split(":")))
        faults.note(
            FaultKind.JUMP,
            bars.lines[index],
            f"from {written(close, bars.scale)} to {written(opened, bars.scale)}, which looks like "
            f"an unadjusted {terms} split; a rehearsal can declare it: "
            f'[[tape.action]] with at and split = "{terms}"',
            _KEPT,
        )


def _report_level(bars: Bars, index: int, ratio: float, faults: Faults) -> None:
    close, opened = bars.prices[4 * index - 1], bars.prices[4 * index]
    times = f"{ratio:.4g} times" if opened > close else f"1/{ratio:.4g} of"
    what = (
        f"from {written(close, bars.scale)} to {written(opened, bars.scale)}, {times} "
        f"the previous close: another unit, another instrument, or a split"
    )
    faults.note(FaultKind.JUMP, bars.lines[index], what, _KEPT)


def _stays(bars: Bars, index: int) -> bool:
    """Whether the following bars stay nearer to this open than to the close before."""
    prices = bars.prices
    close, opened = prices[4 * index - 1], prices[4 * index]
    last = min(index + 3, len(bars) - 1)
    return abs(prices[4 * last + 3] - opened) < abs(prices[4 * last + 3] - close)


def report_quiet(bars: Bars, unknown: set[int], faults: Faults) -> None:
    """Report every bar without volume, in a table that has volume elsewhere.

    The lines in `unknown` have none written, which need not mean that nothing traded.
    """
    if not any(bars.volumes):
        return
    for index, volume in enumerate(bars.volumes):
        if not volume:
            line, done = bars.lines[index], "kept, but no order fills there"
            if line in unknown:
                faults.note(FaultKind.UNKNOWN_VOLUME, line, "volume unknown", done)
            else:
                faults.note(FaultKind.NO_VOLUME, line, "no volume", done)
