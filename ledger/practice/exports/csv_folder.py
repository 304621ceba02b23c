"""Tables as a folder of CSV files."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from ledger.reports.exports.tables import TABLES, Column, Holds, Row
from ledger.text import spreadsheet_text


def write_csv(folder: Path, rows: Iterable[Row]) -> None:
    """A file for each table, with its heads in the first line. Numbers are exact, in plain
    decimals."""
    with ExitStack() as files:
        writers = {}
        for name, columns in TABLES.items():
            file = (folder / f"{name}.csv").open("x", encoding="utf-8", newline="")
            writers[name] = csv.writer(files.enter_context(file), lineterminator="\n")
            writers[name].writerow([column.head for column in columns])
        for name, cells in rows:
            writers[name].writerow(
                [_cell(text, column) for text, column in zip(cells, TABLES[name], strict=True)]
            )


def _cell(text: str, column: Column) -> str:
    return spreadsheet_text(text, len(text)) if column.holds is Holds.TEXT else text
