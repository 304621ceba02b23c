"""Tables as a workbook of Excel. Law: no text is ever a formula or a link."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from ledger.refused import Refused
from ledger.reports.exports.tables import TABLES, Column, Holds, Row
from ledger.text import clean

_ROWS = 1_048_576
"""Of one sheet; a longer table goes on in another."""
_LONGEST = 32_767
"""Characters of a cell."""
_LITERAL = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_excel(file: Path, rows: Iterable[Row]) -> None:
    """A sheet for each table. Beside a number, which Excel keeps to 15 digits, stands the exact one
    as text. Raises `Refused` if XlsxWriter is not installed."""
    book = _library().Workbook(str(file), _LITERAL)
    try:
        sheets = {name: _Sheets(book, name, columns) for name, columns in TABLES.items()}
        for name, cells in rows:
            sheets[name].add(cells)
    finally:
        book.close()


def _library() -> Any:
    try:
        return import_module("xlsxwriter")
    except ImportError:
        raise Refused(
            "xlsx: needs XlsxWriter: pip install 'tightrope[excel]', or export csv"
        ) from None


class _Sheets:
    """The sheets of one table."""

    def __init__(self, book: Any, name: str, columns: tuple[Column, ...]) -> None:
        self._book, self._name, self._columns = book, name, columns
        self._count = 0
        self._begin()

    def _begin(self) -> None:
        self._count += 1
        title = self._name if self._count == 1 else f"{self._name} {self._count}"
        self._sheet = self._book.add_worksheet(title)
        self._sheet.freeze_panes(1, 0)
        for place, head in enumerate(self._heads()):
            self._sheet.write_string(0, place, head)
        self._at = 1

    def _heads(self) -> Iterator[str]:
        for column in self._columns:
            yield column.head
            if column.holds is Holds.EXACT:
                yield f"{column.head}_exact"

    def add(self, cells: Iterable[str]) -> None:
        if self._at == _ROWS:
            self._begin()
        place = 0
        for text, column in zip(cells, self._columns, strict=True):
            if column.holds is Holds.TEXT:
                self._sheet.write_string(self._at, place, clean(text, _LONGEST))
            elif text:
                self._sheet.write_number(self._at, place, float(text))
            if column.holds is Holds.EXACT:
                place += 1
                self._sheet.write_string(self._at, place, text)
            place += 1
        self._at += 1
