"""An account in another program's form, written to a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.money import ZERO, plain
from ledger.practice.accounts.purse import PurseRow, purses
from ledger.practice.exports.csv_folder import write_csv
from ledger.practice.exports.excel import write_excel
from ledger.practice.exports.json_file import json_lines
from ledger.practice.exports.read_record import Progress, record_in
from ledger.practice.exports.whole_file import new_file, new_folder, write_lines
from ledger.practice.review.entry_words import exact_cells
from ledger.practice.review.journal import entry_wire, journal
from ledger.reports.exports.beancount import beancount
from ledger.reports.exports.heading import heading
from ledger.reports.exports.hledger import hledger, ledger_cli
from ledger.reports.exports.html_page import Page, Sheet, html_page
from ledger.reports.exports.lots import NotInLots, beancount_lots
from ledger.reports.exports.record import Entry, Record, amount
from ledger.reports.exports.tables import Row, rows

Writer = Callable[[Record, Iterable[Entry]], Iterator[str]]

LOTS = "beancount-lots"
"""The second form of `beancount`."""

_Write = Callable[[Path, Iterable[Row]], None]

BOOKS: Mapping[str, Writer] = {
    "beancount": beancount,
    LOTS: beancount_lots,
    "hledger": hledger,
    "ledger": ledger_cli,
}
"""Forms of plain-text accounting."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and how much of it."""

    path: Path
    account: str
    events: int
    entries: int
    """Events that moved something."""
    moves: int


def export_books(
    ledger: Path, account: str | None, form: str, target: Path, progress: Progress
) -> Exported:
    """Write an account, or the one used last, as `form`. Raises `Refused`."""
    with record_in(ledger, account) as reader:
        count = _Count()
        entries = count.over(reader.entries(progress))
        try:
            write_lines(target, BOOKS[form](reader.record, entries))
        except NotInLots as fault:
            raise reader.damaged(str(fault)) from None
        return count.exported(target, reader.record)


def export_tables(
    ledger: Path, account: str | None, form: str, target: Path, progress: Progress
) -> Exported:
    """The same as tables: `csv`, `xlsx` or `json`."""
    trades = journal(ledger, account).entries
    held = purses(ledger)
    with record_in(ledger, account) as reader:
        count, record = _Count(), reader.record
        entries = count.over(reader.entries(progress, told=True))
        if form == "json":
            told = [entry_wire(trade) for trade in trades]
            write_lines(target, json_lines(record, entries, told, [each.wire() for each in held]))
        else:
            cells = rows(record, entries, map(exact_cells, trades), _purse_rows(held))
            place, write = _TABLES[form]
            with place(target) as part:
                write(part, cells)
        return count.exported(target, record)


def export_page(
    ledger: Path, account: str | None, target: Path, page: Page, *, money: bool
) -> Exported:
    """The same as one page of HTML, with what each account of the books holds at its end."""
    with record_in(ledger, account) as reader:
        record, count = reader.record, _Count()
        for _ in count.over(reader.entries(lambda *_: None)):
            pass  # the balances are those of the legs, or this refuses
        held = [
            (each.name, each.asset, amount(each.closing, each.places)) for each in record.accounts
        ]
        books = Sheet("Books", ("account", "asset", "debit less credit"), tuple(held),
                      money=frozenset({2}), right=frozenset({2}))  # fmt: skip
        whole = replace(
            page,
            about=(*page.about, *heading(record)[2:]),
            sheets=(*page.sheets, books),
        )
        write_lines(target, html_page(whole, money=money))
        return count.exported(target, record)


_TABLES: Mapping[str, tuple[Callable[[Path], AbstractContextManager[Path]], _Write]] = {
    "csv": (new_folder, write_csv),
    "xlsx": (new_file, write_excel),
}
"""Where each form is put together, and by what."""


def _purse_rows(held: Iterable[PurseRow]) -> Iterator[tuple[str, ...]]:
    """A row for each account that the purse paid into, or one where it paid into none."""
    for each in held:
        for name, paid in each.paid_in.items() or [("", ZERO)]:
            yield each.currency, name, plain(each.set_to), plain(each.left), plain(paid)


class _Count:
    """Counts what goes by."""

    def __init__(self) -> None:
        self.entries = self.moves = 0

    def over(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self.entries += bool(entry.moves)
            self.moves += len(entry.moves)
            yield entry

    def exported(self, target: Path, record: Record) -> Exported:
        return Exported(target, record.account, record.events, self.entries, self.moves)
