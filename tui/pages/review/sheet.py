"""A page of a review as a table: every row knows the trades that it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ledger.practice.review.weekly.own_rule import condition_words
from ledger.practice.review.weekly.week import WeeklyReview
from ledger.practice.review.weekly.week_words import Line as Said
from ledger.practice.review.weekly.week_words import Page
from ledger.reports.discipline.findings import Finding
from tui.text import format as fmt
from tui.widgets.lines import Line, wrap
from tui.widgets.row import Cell, Column, Row

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row, and what is behind it: trades, the finding that it tells, the rule that it offers (as
    it would be typed), or the day whose week it opens."""

    cells: tuple[Cell, ...]
    trades: tuple[int, ...] = ()
    finding: Finding | None = None
    rule: str | None = None
    week: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its columns and rows, and the picture above them."""

    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    picture: tuple[Line, ...] = ()

    def grid_rows(self) -> list[Row]:
        """The rows for the table, by their places."""
        return [(str(at), row.cells) for at, row in enumerate(self.rows)]


def written(page: Page, width: int) -> Sheet:
    """One of the pages in words; long sentences are wrapped."""
    room = max(width - 4, 20)
    rows = [row for line in page.lines for row in _wrapped(line, room)]
    return Sheet((Column(page.title, room),), tuple(rows))


def _wrapped(line: Said, room: int) -> Iterator[SheetRow]:
    row = partial(SheetRow, trades=line.trades, finding=line.finding)
    inside = line.text.startswith("  ")
    if len(line.text) <= room:
        yield row(((fmt.clean(line.text, _LONGEST), "" if inside else "strong"),))
        return
    indent = "  " if inside else ""
    for at, part in enumerate(wrap(fmt.clean(line.text, _LONGEST), room - 4)):
        yield row(((f"{indent}{'  ' if at else ''}{part}", "" if inside else "strong"),))


def rule_form(review: WeeklyReview, page: Page, width: int) -> Sheet:
    """The last page: how the rule in force was kept, and the rules to choose from."""
    told = written(page, width)
    version = 1 if review.rule is None else review.rule.version + 1
    offered = [
        SheetRow(((f"  {text}", ""),), rule=typed) for typed, text in condition_words().items()
    ]
    return Sheet(
        told.columns,
        (
            *told.rows,
            SheetRow((("", ""),)),
            SheetRow(((f"Rule v{version}, from here on: choose one with Enter", "strong"),)),
            *offered,
            SheetRow((("  In your own words, which nothing tests …", ""),), rule=""),
        ),
    )


def columns_of(titles: Sequence[tuple[str, int]], *, left: int = 1) -> tuple[Column, ...]:
    """Columns of figures after so many of words."""
    return tuple(
        Column(title, width, "left" if at < left else "right")
        for at, (title, width) in enumerate(titles)
    )
