"""Two accounts side by side, as lines: the table whose rows add up, and a small chart above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ledger.money import settle
from ledger.practice.forks.attribution import NAMES
from ledger.practice.forks.compare import Comparison, Course
from tui.text import format as fmt
from tui.widgets.lines import Line

_INKS = ("strong", "up", "dim")
"""Of what was played, of the fork, and of what hands off would have come to."""
_WORDS = ("played", "this", "")
_LABEL, _FIGURES = 14, 18


def table(comparison: Comparison, width: int) -> list[Line]:
    """Rows that add up to the result, then what the accounts stand at."""
    first, second, money = comparison.first, comparison.second, comparison.currency
    room = min(max((width - _LABEL) // 3, 15), 26)

    def row(label: str, one: Decimal, other: Decimal, ink: str = "") -> Line:
        made, instead = settle(one, money), settle(other, money)
        less = instead - made
        meaning = "up" if less > 0 else "down" if less < 0 else "dim"
        cells = "".join(f"{fmt.money(each, money):>{room}}" for each in (made, instead))
        figure = fmt.signed_money(less, money)
        return [(f" {label:<{_LABEL - 1}}{cells}", ink), (f"{figure:>{room}}", meaning)]

    called = (fmt.shortened(fmt.plain(each.account, 80), room - 2) for each in (first, second))
    names = "".join(f"{name:>{room}}" for name in called)
    return [
        [(f"{'':<{_LABEL}}{names}{'difference':>{room}}", "title")],
        *(
            row(label, getattr(first.rows, name), getattr(second.rows, name))
            for name, label in NAMES.items()
        ),
        row("result", first.result, second.result, "strong"),
        [("", "")],
        row("equity", first.equity, second.equity, "dim"),
        row("paid in", first.paid_in, second.paid_in, "dim"),
    ]


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else name[: width - 1].rstrip("-_ ") + "…"


def chart(course: Course, currency: str, width: int, height: int) -> list[Line]:
    """At most three lines from before the fork to the end, each named at its right; a mark where
    they part. Nothing where there is no way between."""
    plot = width - _FIGURES - 16
    if not course.lines or len(course.times) < 2 or plot < 16 or height < 4:
        return []
    known = [float(point) for line in course.lines for point in line.points if point is not None]
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    cells: list[list[tuple[str, str]]] = [[(" ", "")] * plot for _ in range(height)]

    def row_of(value: Decimal) -> int:
        return round((high - float(value)) / span * (height - 1))

    many = len(course.times) - 1
    forked = round(course.forked / many * (plot - 1))
    for y in range(height):
        cells[y][forked] = ("┊", "dim")
    drawn = [*zip(course.lines, _INKS, strict=False)]
    for line, ink in reversed(drawn):
        columns = [line.points[round(x / (plot - 1) * many)] for x in range(plot)]
        _trace(cells, [None if each is None else row_of(each) for each in columns], ink)
    cells[row_of(Decimal(0))][forked] = ("×", "title")
    ends = _ends(course, currency, row_of, height)
    return [[(" ", ""), *cells[y], ends[y]] for y in range(height)]


def _trace(cells: list[list[tuple[str, str]]], rows: Sequence[int | None], ink: str) -> None:
    """A line of box characters from column to column."""
    before: int | None = None
    for x, y in enumerate(rows):
        if y is None:
            continue
        if before is None or before == y:
            cells[y][x] = ("─", ink)
        else:
            down = y > before
            cells[before][x] = ("╮" if down else "╯", ink)
            cells[y][x] = ("╰" if down else "╭", ink)
            for between in range(min(before, y) + 1, max(before, y)):
                cells[between][x] = ("│", ink)
        before = y


def _ends(
    course: Course, currency: str, row_of: Callable[[Decimal], int], height: int
) -> list[tuple[str, str]]:
    """The name and the last figure of each line, in the row in which it ends or the next free."""
    ends: list[tuple[str, str]] = [("", "")] * height
    for line, word, ink in zip(course.lines, _WORDS, _INKS, strict=False):
        last = line.points[-1]
        if last is None:
            continue
        row = row_of(last)
        free = [y for y in range(height) if not ends[y][0]]
        if not free:
            continue
        y = min(free, key=lambda each: (abs(each - row), each))
        figure = fmt.signed_money(settle(last, currency), currency)
        ends[y] = (f" {_cut(word or line.name, 10):<10} {figure}", ink)
    return ends
