"""Bars put in order, each time once, each bar possible; every change is reported."""

from __future__ import annotations

from array import array
from itertools import pairwise
from operator import gt, lt

from ledger.market.csv_import.report import FaultKind, Faults
from ledger.market.csv_import.rows import Bars
from ledger.times import DAY, iso

_LEFT_OUT = "left out"
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_A_WEEK = 5
"""Trading days in a week."""


def written(value: int, scale: int) -> str:
    """A whole number of `scale` decimals in plain notation, without trailing zeros."""
    if not scale:
        return str(value)
    digits = str(abs(value)).zfill(scale + 1)
    text = f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def in_order(bars: Bars, faults: Faults) -> tuple[Bars, bool]:
    """The bars, oldest first, and whether the file had them newest first."""
    times = bars.times
    falling = sum(map(gt, times, times[1:]))
    newest_first = falling > sum(map(lt, times, times[1:]))
    order = list(range(len(bars)))
    if newest_first:
        order.reverse()
    if all(times[a] <= times[b] for a, b in pairwise(order)):
        return (bars.pick(order) if newest_first else bars), newest_first
    reached = times[order[0]]
    for index in order:
        if times[index] < reached:
            what = (
                f"{iso(times[index])} comes {'before' if newest_first else 'after'} {iso(reached)}"
            )
            faults.note(FaultKind.ORDER, bars.lines[index], what, "moved into order")
        reached = max(reached, times[index])
    order.sort(key=lambda index: (times[index], bars.lines[index]))
    return bars.pick(order), newest_first


def dated(bars: Bars, faults: Faults) -> Bars:
    """Bars of a day or longer, each at 00:00 UTC on its written date.

    If they are stamped the evening before (midnight in Shanghai is 16:00 UTC), on the next date.
    """
    shifted = _are_from_sunday_to_thursday(bars.local)
    late = shifted and min(time % DAY for time in bars.local) >= DAY // 2
    if shifted and not late:
        what = "bars on Sundays, none on Fridays: dated a day early, or a Sunday-to-Thursday market"
        faults.note(FaultKind.MOVED, min(bars.lines), what, "kept")
    days = array("q", [(local // DAY + late) * DAY for local in bars.local])
    if late:
        for line in sorted(bars.lines):
            what = "bars on Sundays, none on Fridays, all stamped in the evening"
            faults.note(FaultKind.MOVED, line, what, "dated the next day")
    moved = bars.pick(list(range(len(bars))))
    moved.times = days
    order = sorted(range(len(days)), key=lambda index: (days[index], bars.lines[index]))
    return moved.pick(order)


def _are_from_sunday_to_thursday(local: array[int]) -> bool:
    """Whether bars run from Sunday to Thursday: the market's week, or stamps the evening before."""
    weekdays = {(time // DAY + 3) % 7 for time in local}
    return (
        len(local) >= _A_WEEK and _SUNDAY in weekdays and weekdays.isdisjoint((_FRIDAY, _SATURDAY))
    )


def begun(bars: Bars, interval: int, faults: Faults, *, are_ends: bool) -> Bars:
    """The bars stamped with their open, where the file stamps their close.

    It does so if its header says so, or if all stamps are the last second of a minute.
    """
    last_second = all(time % 60 == 59 for time in bars.times)
    if not last_second and not are_ends:
        return bars
    shift = interval - 1 if last_second else interval
    moved = bars.pick(list(range(len(bars))))
    moved.times = array("q", [time - shift for time in bars.times])
    moved.local = array("q", [time - shift for time in bars.local])
    what = "stamped with the end of the bar"
    for line in sorted(bars.lines):
        faults.note(FaultKind.MOVED, line, what, f"moved {shift} seconds back to its open")
    return moved


def once_each(bars: Bars, faults: Faults) -> Bars:
    """The bars with one at each time.

    Of several, the one with possible prices is kept, then that with the most volume, then the
    first line.
    """
    times, count = bars.times, len(bars)
    if all(map(lt, times, times[1:])):
        return bars
    keep, start = [], 0
    while start < count:
        end = start + 1
        while end < count and times[end] == times[start]:
            end += 1
        group = sorted(range(start, end), key=lambda index: _worth(bars, index))
        keep.append(group[0])
        for index in group[1:]:
            _report_twin(bars, group[0], index, times[start], faults)
        start = end
    return bars.pick(keep)


def _worth(bars: Bars, index: int) -> tuple[bool, int, int]:
    """The rank of a bar among those of the same time: the smallest is kept."""
    return not _fits(bars, index), -bars.volumes[index], bars.lines[index]


def _fits(bars: Bars, index: int) -> bool:
    """Whether a bar's open and close lie within its high and low, above zero."""
    opened, high, low, close = bars.prices[4 * index : 4 * index + 4]
    return 0 < low <= min(opened, close) <= max(opened, close) <= high


def _report_twin(bars: Bars, first: int, index: int, time: int, faults: Faults) -> None:
    prices = bars.prices
    same = (
        prices[4 * first : 4 * first + 4] == prices[4 * index : 4 * index + 4]
        and bars.volumes[first] == bars.volumes[index]
    )
    where = f"line {bars.lines[first]}"
    if same:
        what, done = f"repeats {where}", _LEFT_OUT
        faults.note(FaultKind.DUPLICATE, bars.lines[index], what, done)
    else:
        why = ""
        if _fits(bars, first) and not _fits(bars, index):
            why = ": only its prices are possible"
        elif bars.volumes[first] > bars.volumes[index]:
            why = ": it has more volume"
        what = f"a different bar for {iso(time)} than {where}"
        done = f"{_LEFT_OUT}, {where} is kept{why}"
        faults.note(FaultKind.CONFLICT, bars.lines[index], what, done)


def possible(bars: Bars, faults: Faults) -> Bars:
    """The bars with low <= open, close <= high, and prices that may have been traded."""
    keep = [index for index in range(len(bars)) if _is_possible(bars, index, faults)]
    return bars if len(keep) == len(bars) else bars.pick(keep)


def _is_possible(bars: Bars, index: int, faults: Faults) -> bool:
    opened, high, low, close = bars.prices[4 * index : 4 * index + 4]
    line, scale = bars.lines[index], bars.scale
    if min(opened, high, low, close) <= 0 and not _below_zero(bars, index, faults):
        return False
    if high < low:
        what = f"the high {written(high, scale)} is below the low {written(low, scale)}"
        if not high <= min(opened, close) <= max(opened, close) <= low:
            faults.note(FaultKind.SWAPPED, line, what, _LEFT_OUT)
            return False
        high, low = low, high
        faults.note(FaultKind.SWAPPED, line, what, "swapped")
    top, bottom = max(opened, high, close), min(opened, low, close)
    if top > high:
        what = (
            f"the {'open' if opened == top else 'close'} is above the high {written(high, scale)}"
        )
        faults.note(FaultKind.OUTSIDE, line, what, f"high raised to {written(top, scale)}")
    if bottom < low:
        what = (
            f"the {'open' if opened == bottom else 'close'} is below the low {written(low, scale)}"
        )
        faults.note(FaultKind.OUTSIDE, line, what, f"low lowered to {written(bottom, scale)}")
    bars.prices[4 * index + 1], bars.prices[4 * index + 2] = top, bottom
    return True


def _below_zero(bars: Bars, index: int, faults: Faults) -> bool:
    """Report a price that is not above zero; return whether the bar is kept.

    Oil traded below zero in April 2020. A bar is kept if it moved and a bar beside it moved below
    zero too, or if it fell through zero to two or more prices. A single such price often stands
    for a missing value, as -1 and 0 do.
    """
    four = bars.prices[4 * index : 4 * index + 4]
    lowest = min(four)
    fell_through = max(four) > 0 and len({price for price in four if price < 0}) > 1
    beside = [
        bars.prices[4 * at : 4 * at + 4] for at in (index - 1, index + 1) if 0 <= at < len(bars)
    ]
    name = ("open", "high", "low", "close")[four.index(lowest)]
    believed = max(four) > lowest and any(min(other) < min(0, max(other)) for other in beside)
    done = _LEFT_OUT
    if believed:
        done = "kept: the bar beside it is below zero too"
    elif fell_through:
        done = "kept: it has more than one price below zero"
    what = f"the {name} is {written(lowest, bars.scale)}"
    faults.note(FaultKind.NOT_POSITIVE, bars.lines[index], what, done)
    return believed or fell_through
