"""The four pictures of a review: equity with drawdown, results in R, the calendar, excursions."""

from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from ledger.reports.performance.distribution import Bin, Excursion
from ledger.reports.performance.drawdown import drawdowns
from ledger.reports.performance.equity_curve import DayResult, Growth
from ledger.reports.performance.groups import WEEKDAYS
from ledger.reports.performance.results import Verdict
from ledger.reports.pictures.axes import Frame, padded, rules, ticks
from ledger.reports.pictures.svg import Drawing, Point
from ledger.times import DAY, iso

_WIDTH = 900
_LEFT, _RIGHT, _TOP = 70, 24, 56
_CELL = 16
_NOTHING = "Nothing to show in this time"
_MOST_POINTS = 1_600
"""About two points for each column of the picture: more cannot be seen."""
_INKS = {Verdict.WON: "up", Verdict.LOST: "down", Verdict.SCRATCH: "dim"}


def _titled(width: int, height: int, title: str, under: str) -> Drawing:
    drawing = Drawing(width, height, title)
    drawing.text((_LEFT, 26), title, "text", "title")
    drawing.text((_LEFT, 44), under, "dim")
    return drawing


def _empty(title: str) -> Drawing:
    return _titled(_WIDTH, 120, title, _NOTHING)


def equity(growth: Growth, title: str) -> Drawing:
    """The growth of one unit of money above, how far it stood below its peak beneath."""
    if len(growth.times) < 2:
        return _empty(title)
    ends = "" if growth.ruined is None else ", ends in ruin"
    under = f"Growth of 1, deposits and withdrawals left out: {growth.total:+.2%}{ends}"
    drawing = _titled(_WIDTH, 440, title, under)
    falls = array("d", (-each for each in drawdowns(growth.index)))
    seen = _seen(growth.times, growth.index, falls)
    x, wide = (growth.times[0], growth.times[-1]), _WIDTH - _LEFT - _RIGHT
    upper = Frame(_LEFT, _TOP + 8, wide, 230, x, padded(min(growth.index), max(growth.index)))
    lower = Frame(_LEFT, 324, wide, 80, x, (min(min(falls), -0.001), 0.0))
    rules(drawing, upper, lambda value: f"{value:.4g}")
    level = upper.down(1.0)
    drawing.line((upper.left, level), (upper.right, level), "dim", dashed=True)
    drawing.path((upper.place(time, index) for time, index, _ in seen), "line")
    drawing.text((_LEFT, 316), "Drawdown", "dim")
    rules(drawing, lower, lambda value: f"{value:.3g}" if value else "0", most=2)
    under_water = [lower.place(time, fall) for time, _, fall in seen]
    edge = [(lower.right, lower.top), (lower.left, lower.top)]
    drawing.area([*under_water, *edge], "down", opacity=0.35)
    drawing.path(under_water, "down", width=1)
    _dates(drawing, lower)
    return drawing


def _seen(
    times: Sequence[int], index: Sequence[float], falls: Sequence[float]
) -> list[tuple[int, float, float]]:
    """Of many points the last, the highest and the lowest of each stretch of time, in order."""
    rows = list(zip(times, index, falls, strict=True))
    size = -(-len(rows) // (_MOST_POINTS // 3))
    if size <= 3:
        return rows
    kept = [rows[0]]
    for first in range(0, len(rows), size):
        part = rows[first : first + size]
        numbers = {len(part) - 1}
        numbers |= {choose(range(len(part)), key=lambda n: part[n][1]) for choose in (min, max)}
        kept += [part[n] for n in sorted(numbers)]
    return kept


def _dates(drawing: Drawing, frame: Frame) -> None:
    first, last = frame.x
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        moment = iso(round(first + (last - first) * share))
        words = moment[:10] if last - first > 4 * DAY else moment[5:16].replace("T", " ")
        align = {0.0: (), 1.0: ("right",)}.get(share, ("middle",))
        at = frame.left + frame.width * share
        drawing.text((at, frame.bottom + 18), words, "dim", *align)


def r_histogram(bins: Sequence[Bin], title: str) -> Drawing:
    """How many trades ended in each half of an R."""
    if not bins:
        return _empty(title)
    many = sum(each.n for each in bins)
    drawing = _titled(_WIDTH, 320, title, f"Trades by their result in R, N = {many}")
    most = max(each.n for each in bins)
    frame = Frame(_LEFT, _TOP + 8, _WIDTH - _LEFT - _RIGHT, 210, (0, len(bins)), (0, most * 1.08))
    rules(drawing, frame, lambda value: f"{value:.0f}" if value == int(value) else "", most=4)
    wide = frame.width / len(bins)
    every = max(round(60 / wide), 1)
    for number, each in enumerate(bins):
        won, lost = (each.high is None or each.high > 0.5), (each.low is None or each.low < -0.5)
        x, y = frame.place(number, each.n)
        gap = min(wide * 0.1, 3)
        size = (min(wide - 2 * gap, 80), frame.bottom - y)
        ink, tip = ("down" if lost else "up" if won else "dim"), f"{each.label}: {each.n}"
        drawing.rect((x + (wide - size[0]) / 2, y), size, ink, opacity=0.8, tip=tip)
        if number % every == 0:
            drawing.text((x + wide / 2, frame.bottom + 16), _middle(each), "dim", "middle")
    drawing.line((frame.left, frame.bottom), (frame.right, frame.bottom), "dim")
    drawing.text(
        (frame.left + frame.width / 2, frame.bottom + 36), "R, to the nearest half", "dim", "middle"
    )
    return drawing


def _middle(each: Bin) -> str:
    if each.low is None or each.high is None:
        return "less" if each.low is None else "more"
    return f"{(each.low + each.high) / 2:g}"


def calendar(days: Sequence[DayResult], title: str, money: Callable[[float], str]) -> Drawing:
    """Each day as a cell, a column for each week; the fuller, the larger the day's return."""
    if not days:
        return _empty(title)
    years = [(year, list(of)) for year, of in groupby(days, lambda each: _date(each)[:4])]
    height = _TOP + len(years) * (7 * _CELL + 34) + 6
    up, down = sum(each.gain > 0 for each in days), sum(each.gain < 0 for each in days)
    drawing = _titled(
        *(_LEFT + 54 * _CELL + _RIGHT, height, title),
        f"Result of each trading day: {up} up, {down} down, {len(days)} in all; "
        "a minus marks a loss",
    )
    largest = max(abs(each.return_) for each in days) or 1.0
    for number, (year, of) in enumerate(years):
        _year(drawing, year, of, (_TOP + 16 + number * (7 * _CELL + 34), largest), money)
    return drawing


def _date(each: DayResult) -> str:
    return iso(each.began)[:10]


def _year(
    drawing: Drawing,
    year: str,
    days: Sequence[DayResult],
    scale: tuple[float, float],
    money: Callable[[float], str],
) -> None:
    """The cells of one year, from `scale[0]` down; the largest return of all has the full ink."""
    top, largest = scale
    first = days[0].day - int(_of_year(days[0]))
    before = (first + 3) % 7  # weekday of 1 January; 1 January 1970 was a Thursday
    drawing.text((_LEFT - 26, top - 4), year, "text", "right")
    for weekday in (0, 2, 4):
        drawing.text((_LEFT - 8, top + weekday * _CELL + 12), WEEKDAYS[weekday], "dim", "right")
    months: set[str] = set()
    for each in days:
        place = each.day - first + before
        x, y = _LEFT + place // 7 * _CELL, top + place % 7 * _CELL
        month = _date(each)[5:7]
        if month not in months:
            months.add(month)
            drawing.text((x, top - 4), _MONTHS[int(month) - 1], "dim", "small")
        size = (_CELL - 2, _CELL - 2)
        tip = f"{_date(each)}: {money(each.gain)} ({each.return_:+.2%})"
        if each.gain:
            strength = 0.2 + 0.8 * min(abs(each.return_) / largest, 1.0)
            ink = "up" if each.gain > 0 else "down"
            drawing.rect((x, y), size, ink, opacity=strength, tip=tip)
            if each.gain < 0:  # not by colour alone
                drawing.line((x + 4, y + 7), (x + 10, y + 7), "text")
        else:
            drawing.rect((x, y), size, "rule", opacity=0.6, tip=tip)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _of_year(each: DayResult) -> int:
    """Days since 1 January."""
    return datetime.fromtimestamp(each.began, UTC).timetuple().tm_yday - 1


def scatter(points: Sequence[Excursion], title: str) -> Drawing:
    """Each trade by how far it went against the trader, and how far for: winners are full, losers
    rings, scratches small."""
    if not points:
        return _empty(title)
    drawing = _titled(
        *(_WIDTH, 460, title),
        f"Each trade by its worst and best moment, N = {len(points)}: "
        "winners full, losers rings, scratches small",
    )
    right = max(1.2, *(each.mae_r for each in points)) * 1.05
    top = max(1.2, *(each.mfe_r for each in points)) * 1.05
    frame = Frame(_LEFT, _TOP + 24, _WIDTH - _LEFT - _RIGHT, 320, (0.0, right), (0.0, top))
    rules(drawing, frame, lambda value: f"{value:g}")
    for value in ticks(0.0, right, 8):
        drawing.text((frame.across(value), frame.bottom + 18), f"{value:g}", "dim", "middle")
    stop = frame.across(1.0)
    drawing.line((stop, frame.top), (stop, frame.bottom), "dim", dashed=True)
    drawing.text((stop + 4, frame.top + 12), "the first stop", "dim", "small")
    for each in points:
        _excursion(drawing, frame.place(each.mae_r, each.mfe_r), each)
    drawing.line((frame.left, frame.bottom), (frame.right, frame.bottom), "dim")
    middle = (frame.left + frame.width / 2, frame.bottom + 40)
    drawing.text(middle, "against you, in R (MAE)", "dim", "middle")
    drawing.text((frame.left, frame.top - 4), "your way, in R (MFE)", "dim")
    return drawing


def _excursion(drawing: Drawing, at: Point, each: Excursion) -> None:
    tip = f"trade {each.number}: {each.r:+.2f} R"
    if each.verdict is Verdict.LOST:
        drawing.ring(at, 4, _INKS[each.verdict], tip=tip)
    else:
        small = each.verdict is Verdict.SCRATCH
        drawing.dot(at, 2 if small else 4.5, _INKS[each.verdict], tip=tip)
