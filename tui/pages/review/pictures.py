"""The pages of figures: calendar, equity with drawdown, excursions, and groups of trades."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ledger.practice.review.review_view import ReviewView
from ledger.practice.review.weekly.span import WEEK, Length, week_with
from ledger.practice.review.weekly.week import WeeklyReview
from ledger.practice.review.weekly.week_words import dated
from ledger.practice.words.formats import day as day_words
from ledger.reports.performance.distribution import Excursion, Heat
from ledger.reports.performance.equity_curve import DayResult
from ledger.reports.performance.groups import WEEKDAYS, By
from ledger.reports.performance.results import Verdict
from ledger.times import DAY
from tui.pages.performance_lines import group_cells
from tui.pages.review.sheet import Sheet, SheetRow, columns_of
from tui.text import format as fmt
from tui.widgets.lines import Line
from tui.widgets.row import Cell

_SHADES, _PLAIN_SHADES = "░▒▓█", ".:+#"
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_DEEP = 3
"""Rows of the picture of the drawdown."""
_TITLES = {
    By.SYMBOL: "By symbol",
    By.TAG: "By tag",
    By.HOUR: "By hour of opening (UTC)",
    By.WEEKDAY: "By weekday of opening",
    By.LEVERAGE: "By leverage",
    By.MODE: "By margin mode",
    By.CONFIDENCE: "By confidence",
}


def _percent(value: float) -> str:
    return fmt.signed_percent(Decimal(str(value)), 2).lstrip("▲▼")


def _meaning(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else "dim"


def calendar(review: WeeklyReview, *, ascii_only: bool) -> Sheet:
    """Each day's return: of a week a day on a line, of more a week on a line as a heat map."""
    days = {each.day: each for each in review.view.figures.days}
    most = max((abs(each.return_) for each in days.values()), default=0.0)
    shades = _PLAIN_SHADES if ascii_only else _SHADES
    if review.span.length is Length.WEEK:
        return _days(review, list(days.values()), most, shades)
    weeks = dict.fromkeys(week_with(day).first or 0 for day in days)
    titles = [("week of", 12), *((name, 8) for name in WEEKDAYS)]
    rows = []
    for monday in weeks:
        cells = [_heat(days.get(monday + at), most, shades) for at in range(WEEK)]
        about = tuple(n for at in range(WEEK) for n in review.closed_on.get(monday + at, ()))
        first = (day_words(monday * DAY, year=True), "")
        rows.append(SheetRow((first, *cells), about, week=monday))
    return Sheet(columns_of(titles), tuple(rows))


def _heat(day: DayResult | None, most: float, shades: str) -> Cell:
    if day is None:
        return "", ""
    return f"{_shade(day.return_, most, shades)}{_percent(day.return_)}", _meaning(day.return_)


def _shade(value: float, most: float, shades: str) -> str:
    if not value or not most:
        return " "
    return shades[min(int(abs(value) / most * len(shades)), len(shades) - 1)]


def _days(review: WeeklyReview, days: Sequence[DayResult], most: float, shades: str) -> Sheet:
    titles = [("day", 17), ("", 22), ("return", 9), ("gain", 14), ("trades closed", 14)]
    rows = []
    for each in days:
        closed, meaning = review.closed_on.get(each.day, ()), _meaning(each.return_)
        bar = shades[-1] * (round(abs(each.return_) / most * 20) if most else 0)
        rows.append(
            SheetRow(
                (
                    (dated(each.day), ""),
                    (bar, meaning),
                    (_percent(each.return_), meaning),
                    (_gain(each.gain, review.view), meaning),
                    (str(len(closed)) if closed else "", ""),
                ),
                closed,
            )
        )
    return Sheet(columns_of(titles, left=2), tuple(rows))


def _gain(amount: float, view: ReviewView) -> str:
    return fmt.money(Decimal(str(round(amount, 8))), view.currency)


def equity(review: WeeklyReview, width: int, height: int, *, ascii_only: bool) -> Sheet:
    """The time-weighted curve, 100 where the span begins, with its drawdown; and day by day."""
    figures = review.view.figures
    index = [value * 100 for value in figures.growth.index]
    rows = []
    for each in figures.days:
        closed, meaning = review.closed_on.get(each.day, ()), _meaning(each.return_)
        rows.append(
            SheetRow(
                (
                    (dated(each.day), ""),
                    (fmt.money(Decimal(str(round(each.equity, 8))), review.view.currency), ""),
                    (_percent(each.return_), meaning),
                    (str(len(closed)) if closed else "", ""),
                ),
                closed,
            )
        )
    titles = [("day", 17), ("equity", 16), ("return", 10), ("trades closed", 14)]
    high = 8 if height >= 34 else 4
    picture = curve(index, max(width - 12, 10), high, ascii_only=ascii_only) if index else ()
    return Sheet(columns_of(titles), tuple(rows), tuple(picture))


def curve(index: Sequence[float], width: int, high: int, *, ascii_only: bool) -> list[Line]:
    """A curve as columns from its least value, and below it how far it is under its highest."""
    points = _sampled(index, min(width, max(len(index), 2)))
    low, top = min(index), max(index)
    spread = top - low or 1.0
    lines: list[Line] = []
    for row in range(high, 0, -1):
        text = "".join(
            _part((value - low) / spread * (high - 0.2) + 0.2 - (row - 1), ascii_only=ascii_only)
            for value in points
        )
        label = f"{top:8.2f}  " if row == high else f"{low:8.2f}  " if row == 1 else " " * 10
        lines.append([(label, "dim"), (text, "")])
    falls = _falls(index)
    deepest = max(falls)
    deep = _sampled(falls, len(points))
    for row in range(_DEEP if deepest else 0):
        text = "".join(
            ("#" if ascii_only else "█") if value / deepest * _DEEP > row + 0.25 else " "
            for value in deep
        )
        label = f"{-deepest:7.2%}  " if row == _DEEP - 1 else " " * 9
        lines.append([(f"{label:>10}" if row < _DEEP - 1 else f" {label}", "dim"), (text, "down")])
    said = f" deepest drawdown {deepest:.2%}" if deepest else " no drawdown"
    return [*lines, [(said, "dim")]]


def _part(filled: float, *, ascii_only: bool) -> str:
    eighths = max(0, min(8, round(filled * 8)))
    return (" " if eighths < 4 else "#") if ascii_only else _EIGHTHS[eighths]


def _sampled(values: Sequence[float], width: int) -> list[float]:
    """As many values as there are columns, the last one last."""
    last = len(values) - 1
    return [values[round(at * last / max(width - 1, 1))] for at in range(width)]


def _falls(index: Sequence[float]) -> list[float]:
    """How far each value is below the highest before it, as a share of that."""
    top, falls = 0.0, []
    for value in index:
        top = max(top, value)
        falls.append((top - value) / top if top else 0.0)
    return falls


def excursions(review: WeeklyReview, width: int, *, ascii_only: bool) -> Sheet:
    """How far each trade went against the trader (MAE) and for him (MFE), in R: winners, then
    losers, then scratches."""
    figures = review.view.figures
    wide = max((width - 38) // 2, 8)
    titles = [("trade", 10), ("R", 7), ("MAE", 7), ("against", wide), ("MFE", 6), ("for", wide)]
    most = max((max(x.mae_r, x.mfe_r) for x in figures.excursions), default=1.0) or 1.0
    rows: list[SheetRow] = []
    for verdict in Verdict:
        points = [each for each in figures.excursions if each.verdict is verdict]
        if points:
            heat = figures.heat.get(verdict)
            about = tuple(each.number for each in points)
            rows.append(SheetRow(((verdict.value, "strong"), *_medians(heat)), about))
        rows += [_excursion(each, most, wide, ascii_only=ascii_only) for each in points]
    columns = columns_of(titles)
    lefts = {"against", "for"}
    columns = tuple(
        type(each)(each.title, each.width, "left") if each.title in lefts else each
        for each in columns
    )
    return Sheet(columns, tuple(rows))


def _medians(heat: Heat | None) -> Iterator[Cell]:
    if heat is None:
        return
    yield "", ""
    yield f"{heat.median_mae_r:.2f}", "strong"
    yield "median", "dim"
    yield f"{heat.median_mfe_r:.2f}", "strong"
    yield "median", "dim"


def _excursion(each: Excursion, most: float, wide: int, *, ascii_only: bool) -> SheetRow:
    full = "#" if ascii_only else "█"

    def bar(value: float) -> str:
        return full * round(value / most * (wide - 1))

    return SheetRow(
        (
            (f"  {each.number}", ""),
            (f"{each.r:.2f}", _meaning(each.r)),
            (f"{each.mae_r:.2f}", ""),
            (bar(each.mae_r), "down"),
            (f"{each.mfe_r:.2f}", ""),
            (bar(each.mfe_r), "up"),
        ),
        (each.number,),
    )


def groups(review: WeeklyReview) -> Sheet:
    """Trades that have something in common; groups of fewer than four are greyed."""
    view = review.view
    titles = [("", 28), ("N", 6), ("won", 6), ("mean R", 9), ("net", 16)]
    rows: list[SheetRow] = []
    for by in By:
        found = view.figures.groups[by]
        if not found:
            continue
        rows.append(SheetRow(((_TITLES[by], "strong"),)))
        for group in found:
            meaning = "dim" if group.few else ""
            n, won, mean, _ = group_cells(group, view.currency)
            cells = (f"  {fmt.plain(group.key, 24)}", n, won, mean, _gain(group.net, view))
            rows.append(SheetRow(tuple((cell, meaning) for cell in cells), group.trades))
    return Sheet(columns_of(titles), tuple(rows))
