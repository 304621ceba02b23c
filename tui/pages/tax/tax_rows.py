"""The rows of a tax year in a list, and what is said of the selected one or of the forms."""

from __future__ import annotations

from ledger.practice.tax.explain import explain, what
from ledger.practice.tax.tax_view import TaxView
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.years import TaxYear
from tui.pages.tax.tax_lines import cells, held, tables
from tui.text import format as fmt
from tui.widgets.lines import Line
from tui.widgets.row import Column, Row

_WIDE = 112
_COLUMNS = (
    Column("No", 5, "right"),
    Column("What", 17),
    Column("Acquired", 10),
    Column("Sold", 10),
    Column("Proceeds", 12, "right"),
    Column("Basis", 12, "right"),
    Column("", 1),
    Column("Waits", 12, "right"),
    Column("Gain", 12, "right"),
    Column("", 7),
)
_NARROW = (0, 1, 3, 4, 5, 6, 8)


def columns(width: int) -> tuple[Column, ...]:
    """What fits; the rest is said of the selected row."""
    return _COLUMNS if width >= _WIDE else tuple(_COLUMNS[place] for place in _NARROW)


def row_of(number: int, row: Disposal, width: int) -> Row:
    """A disposal in a line; `number` tells it from others of the same sale."""
    texts = cells(row)
    places = range(len(_COLUMNS)) if width >= _WIDE else _NARROW
    inks = {0: "dim", 6: "warned", 7: "warned", 8: "up" if row.gain > 0 else "down", 9: "called"}
    return str(number), tuple(
        (fmt.plain(texts[place], 40), inks.get(place, "")) for place in places
    )


def about(row: Disposal) -> list[Line]:
    """The lots and the arithmetic of a row."""
    first, *rest = explain(row)
    return [[(f" {first}", "strong")], *([(f" {line}", "")] for line in rest)]


FORMS = (Column("", 48), Column("Amount", 16, "right"))


def forms(view: TaxView, year: TaxYear) -> list[Row]:
    """What the forms make of a year, and what is held at the end, under `FORMS`."""
    left = held(view)
    rows: list[Row] = []
    for table in (*tables(view, year), *([left] if left else [])):
        if table.sums:
            rows.append((f"{len(rows)}", ((table.title, "strong"), ("", ""))))
            for label, figure in table.sums:
                cells_ = (fmt.plain(f"  {label}", 60), ""), (figure, "")
                rows.append((f"{len(rows)}", cells_))
    return rows


def copied(row: Disposal) -> str:
    """A row and its arithmetic as text."""
    return "\n".join([what(row), *explain(row)])
