"""A history for beancount: `bean-check FILE`.

Our own legs, without prices and costs: beancount multiplies those without rounding, so that totals
of money with finer unit prices would not balance. With a tolerance of zero it finds every amount
that differs; its default passes half of the last digit.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ledger.reports.exports.chart import Chart, Symbol, chart_of
from ledger.reports.exports.heading import heading
from ledger.reports.exports.record import Entry, Record, amount
from ledger.text import clean


def beancount(record: Record, entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of the file."""
    chart = chart_of(record)
    yield from opening(record, chart)
    for entry in entries:
        if entry.note is not None:
            yield from _note(entry, chart)
        if entry.moves:
            yield ""
            yield from _head(entry)
            for at, atoms in entry.moves:
                symbol = chart.holds[at]
                yield f"  {chart.names[at]}  {amount(atoms, symbol.places)} {symbol.written}"
    yield from closing(record, chart)


def opening(record: Record, chart: Chart) -> Iterator[str]:
    """What stands above the first transaction: options, commodities and accounts."""
    yield from (f"; {line}" for line in heading(record, "bean-check FILE"))
    yield f'option "title" {quoted(record.account)}'
    yield 'option "tolerance_multiplier" "0"'
    yield from (
        f'option "operating_currency" "{symbol.written}"'
        for symbol in chart.symbols
        if symbol.asset == record.currency and not symbol.units
    )
    yield ""
    day = record.first[:10]
    for symbol in chart.symbols:
        yield from commodity(day, symbol)
    yield ""
    for name, symbol in zip(chart.names, chart.holds, strict=True):
        yield f"{day} open {name} {symbol.written}"


def commodity(day: str, symbol: Symbol) -> Iterator[str]:
    """The directive, with the name that the asset has in our books."""
    yield f"{day} commodity {symbol.written}"
    yield f"  symbol: {quoted(symbol.asset)}"


def closing(record: Record, chart: Chart) -> Iterator[str]:
    """What each account must hold; beancount checks that at the start of a day."""
    if record.accounts:
        yield ""
    after = date.fromisoformat(record.last[:10]) + timedelta(days=1)
    for account, name, symbol in zip(record.accounts, chart.names, chart.holds, strict=True):
        closed = amount(account.closing, symbol.places)
        yield f"{after} balance {name}  {closed} ~ 0 {symbol.written}"


def quoted(text: str) -> str:
    """A string, on one line."""
    return '"' + clean(text, len(text)).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _head(entry: Entry) -> Iterator[str]:
    yield f"{entry.date} * {quoted(entry.says)}"
    yield from _told(entry)


def _note(entry: Entry, chart: Chart) -> Iterator[str]:
    yield ""
    if not chart.names:  # a note belongs to an account
        yield f"; {entry.date} note {clean(entry.says, len(entry.says))}"
        return
    yield f"{entry.date} note {chart.names[0]} {quoted(entry.note or '')}"
    yield from _told(entry)


def _told(entry: Entry) -> Iterator[str]:
    yield f"  seq: {entry.seq}"
    yield f'  time: "{entry.time}"'
    yield f'  type: "{entry.kind}"'
    yield f'  hash: "{entry.hash}"'
