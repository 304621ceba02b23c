"""Form 8949 as a table in a file, a row for each disposal."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from ledger.money import plain
from ledger.practice.exports.whole_file import write_lines
from ledger.practice.tax.explain import what
from ledger.practice.tax.tax_view import Choices, TaxView, read_tax
from ledger.refused import Refused
from ledger.reports.tax.forms import Form8949Row, form_8949
from ledger.text import spreadsheet_text

HEADS = ("year", "box", "(a) description", "(b) acquired", "(c) sold", "(d) proceeds", "(e) basis",
         "(f) code", "(g) adjustment", "(h) gain", "event", "forced")  # fmt: skip
_LONGEST = 80


def write_form(
    ledger: Path, account: str | None, target: Path, year: int | None
) -> tuple[str, int]:
    """Write the rows of a year, or of all, first lots first sold. Returns the account and how many
    rows. Raises `Refused`, and what `Ledger.open` raises."""
    view = read_tax(ledger, account, Choices())
    rows = list(_rows(view, year))
    if not rows:
        when = "" if year is None else f" in the tax year {year}"
        raise Refused(f"{view.account}: nothing was sold{when}; no file was written")
    write_lines(target, (_line(cells) for cells in [HEADS, *rows]))
    return view.account, len(rows)


def _rows(view: TaxView, year: int | None) -> Iterator[tuple[str, ...]]:
    for each in view.report.years:
        if year in (None, each.number):
            for row in form_8949(each.disposals, each.law):
                yield str(each.number), *_cells(row)


def _cells(row: Form8949Row) -> tuple[str, ...]:
    sold = row.disposal
    return (
        row.box,
        spreadsheet_text(what(sold), _LONGEST),
        str(sold.acquired) if sold.acquired else "VARIOUS",
        str(sold.disposed),
        plain(sold.proceeds),
        plain(sold.basis),
        row.code,
        plain(row.adjustment) if row.code else "",
        plain(row.gain),
        str(sold.seq),
        "yes" if sold.forced else "",
    )


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()
