"""The bar interval, and where bars are missing, from the distances between a table's times."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import pairwise
from operator import sub

from ledger.market.csv_import.doubts.sessions_seen import Sessions
from ledger.market.csv_import.report import FaultKind, Faults
from ledger.market.csv_import.rows import Bars
from ledger.refused import Refused
from ledger.times import DAY, HOUR, iso

WEEK = 7 * DAY
_LONGEST_SHIFT = HOUR
"""A clock change brings bars this much closer together."""
_USUAL = frozenset(
    (
        60,
        180,
        300,
        600,
        900,
        1800,
        HOUR,
        2 * HOUR,
        4 * HOUR,
        6 * HOUR,
        8 * HOUR,
        12 * HOUR,
        DAY,
        WEEK,
    )
)
_RUN = 3
_MANY = 0.2
_SHORTEST_WEEK = 4 * DAY
"""The least distance of two weekly bars: a week may end early before a holiday."""
_HOLIDAYS = 2
"""Weekdays in a row that count as closed rather than missing."""
_NAMES = ((WEEK, "w"), (DAY, "d"), (HOUR, "h"), (60, "m"), (1, "s"))
_UNFILLED = "left as a gap: no order fills there"


def interval_name(seconds: int) -> str:
    """`3600` as `1h`."""
    for unit, letter in _NAMES:
        if seconds % unit == 0:
            return f"{seconds // unit}{letter}"
    return f"{seconds}s"


def interval_of(times: array[int], name: str) -> int:
    """The most common distance in seconds between two bars, the smallest of several. Times are in
    order.

    If that is not a usual interval but a multiple of one in the table (Friday to Monday, again and
    again, in a short table), it is that one. Raises `Refused` for fewer than two bars, and for bars
    longer than a week.
    """
    steps = Counter(map(sub, times[1:], times))
    del steps[0]
    if not steps:
        raise Refused(f"{name}: at least two bars at different times are needed")
    most = max(steps.values())
    interval: int = min(step for step, count in steps.items() if count == most)
    if interval not in _USUAL:
        parts = [step for step in steps if step in _USUAL and interval % step == 0]
        interval = max(parts, default=interval)
    if interval > WEEK:
        raise Refused(
            f"{name}: each bar lasts {interval // DAY} days; allowed: up to a week, since margin "
            "is checked at every bar"
        )
    return interval


def check_one_interval(bars: Bars, interval: int, name: str) -> None:
    """Raises `Refused` if a part of the table has another interval."""
    short = total = run = 0
    runs: Counter[int] = Counter()
    where: dict[int, int] = {}
    before = 0
    for index, (earlier, later) in enumerate(pairwise(bars.times), start=1):
        step = later - earlier
        total += 1
        short += step < interval - (_LONGEST_SHIFT if interval > HOUR else 0)
        run = run + 1 if step == before else 1
        before = step
        if step != interval and step in _USUAL and run >= _RUN:
            runs[step] += _RUN if run == _RUN else 1
            where.setdefault(step, bars.lines[index - run + 1])
    for step, count in runs.items():
        if count >= _MANY * total:
            raise Refused(
                f"{name}:{where[step]}: bars of {interval_name(step)} here, of "
                f"{interval_name(interval)} elsewhere; use one interval in a file"
            )
    if short > 1 and short >= _MANY * total:
        raise Refused(
            f"{name}: {short} of {total} bars begin before the previous one has ended (a bar lasts "
            f"{interval_name(interval)}); use one interval in a file"
        )


def report_spacing(bars: Bars, interval: int, faults: Faults, *, continuous: bool) -> None:
    """Report every place where bars overlap or are missing."""
    times = bars.times
    sessions = None if continuous or interval >= DAY else Sessions(times, interval)
    if sessions is not None:
        _report_days_among_shorter(bars, interval, faults)
    for index, (earlier, later) in enumerate(pairwise(times), start=1):
        step = later - earlier
        if step == interval:
            continue
        line = bars.lines[index]
        if step < interval:
            if not (interval == WEEK and step >= _SHORTEST_WEEK) and (
                interval - step > _LONGEST_SHIFT or interval <= HOUR
            ):
                what = f"{iso(later)} is only {interval_name(step)} after the previous bar"
                faults.note(FaultKind.OVERLAP, line, what, "kept")
        elif sessions is not None:
            _report_missed(sessions, earlier, later, line, faults)
        elif continuous or interval >= WEEK:
            if interval < WEEK or step > interval + 3 * DAY:
                _report_gap(interval, earlier, later, line, faults)
        else:
            _report_weekdays(earlier, later, "bars are", line, faults)


def _report_gap(interval: int, earlier: int, later: int, line: int, faults: Faults) -> None:
    shift = _LONGEST_SHIFT if interval > HOUR else 0
    _report_missing((later - earlier - 1 - shift) // interval, earlier, later, line, faults)


def _report_missing(missing: int, earlier: int, later: int, line: int, faults: Faults) -> None:
    if not missing:  # a clock change
        return
    bars = "1 bar is" if missing == 1 else f"{missing} bars are"
    what = f"{bars} missing between {iso(earlier)} and {iso(later)}"
    faults.note(FaultKind.GAP, line, what, _UNFILLED)


def _weekdays_between(earlier: int, later: int) -> int:
    """Weekdays strictly between the days of two times."""
    days = range(earlier // DAY + 1, later // DAY)
    whole, rest = divmod(len(days), 7)
    return 5 * whole + sum((day + 3) % 7 < 5 for day in days[len(days) - rest :])


def _report_weekdays(earlier: int, later: int, unit: str, line: int, faults: Faults) -> None:
    missing = _weekdays_between(earlier, later)
    if missing > _HOLIDAYS:
        what = f"{missing} {unit} missing between {iso(earlier)} and {iso(later)}"
        faults.note(FaultKind.GAP, line, what, _UNFILLED)
    elif missing:
        days = "a weekday" if missing == 1 else f"{missing} weekdays"
        what = f"no bar on {days} before {iso(later)[:10]}"
        faults.note(FaultKind.CLOSED, line, what, "taken as a closed market")


def _report_missed(sessions: Sessions, earlier: int, later: int, line: int, faults: Faults) -> None:
    """Report bars missing between two in a market with sessions, and weekdays without any."""
    missing = sessions.missing_between(earlier, later)
    holiday = _weekdays_between(earlier, later)
    beside_a_holiday = holiday or sessions.follows_a_holiday(earlier)
    if missing and beside_a_holiday and earlier // DAY != later // DAY:
        bars = "1 bar" if missing == 1 else f"{missing} bars"
        what = f"{bars} fewer than usual next to {iso(earlier)[:10]}"
        faults.note(FaultKind.CLOSED, line, what, "taken as a short day next to a holiday")
    else:
        _report_missing(missing, earlier, later, line, faults)
    if holiday:
        _report_weekdays(earlier, later, "trading days are", line, faults)


def _report_days_among_shorter(bars: Bars, interval: int, faults: Faults) -> None:
    """Report runs of days with a single bar: these are daily bars among shorter ones."""
    times, start = bars.times, 0
    for index in range(1, len(times) + 1):
        if index < len(times) and times[index] - times[index - 1] >= DAY - _LONGEST_SHIFT:
            continue
        if index - start > _RUN:
            alone = range(start + (start > 0), index - (index < len(times)))
            lines = sorted(bars.lines[at] for at in (alone[0], alone[-1]))
            what = (
                f"lines {lines[0]} to {lines[1]} have one bar a day, the others last "
                f"{interval_name(interval)}: bars of another interval"
            )
            faults.note(FaultKind.MIXED, lines[0], what, "kept")
        start = index
