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
    yield from _opening(record, chart)
    for entry in entries:
        if entry.note is not None:
            yield from note(entry, chart)
        if entry.moves:
            yield ""
            yield from head(entry)
            for at, atoms in entry.moves:
                symbol = chart.holds[at]
                yield f"  {chart.names[at]}  {amount(atoms, symbol.places)} {symbol.written}"
    yield from _closing(record, chart)


def options(record: Record, chart: Chart) -> Iterator[str]:
    """What the file says of itself, and that nothing in it may differ by anything."""
    yield from (f"; {line}" for line in heading(record, "bean-check FILE"))
    yield f'option "title" {quoted(record.account)}'
    yield 'option "tolerance_multiplier" "0"'
    yield from (
        f'option "operating_currency" "{symbol.written}"'
        for symbol in chart.symbols
        if symbol.asset == record.currency and not symbol.units
    )
    yield ""


def commodity(day: str, symbol: Symbol) -> Iterator[str]:
    """The directive, with the name that the asset has in our books."""
    yield f"{day} commodity {symbol.written}"
    yield f"  symbol: {quoted(symbol.asset)}"


def note(entry: Entry, chart: Chart) -> Iterator[str]:
    """What the trader wrote, beside the first account."""
    yield ""
    if not chart.names:  # a note belongs to an account
        yield f"; {entry.date} note {clean(entry.says, len(entry.says))}"
        return
    yield f"{entry.date} note {chart.names[0]} {quoted(entry.note or '')}"
    yield from _told(entry)


def head(entry: Entry) -> Iterator[str]:
    """The first lines of a transaction."""
    yield f"{entry.date} * {quoted(entry.says)}"
    yield from _told(entry)


def after(record: Record) -> date:
    """The day whose beginning is the end of the record: beancount checks a balance at the start."""
    return date.fromisoformat(record.last[:10]) + timedelta(days=1)


def quoted(text: str) -> str:
    """A string, on one line."""
    return '"' + clean(text, len(text)).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _opening(record: Record, chart: Chart) -> Iterator[str]:
    yield from options(record, chart)
    day = record.first[:10]
    for symbol in chart.symbols:
        yield from commodity(day, symbol)
    yield ""
    for name, symbol in zip(chart.names, chart.holds, strict=True):
        yield f"{day} open {name} {symbol.written}"


def _closing(record: Record, chart: Chart) -> Iterator[str]:
    """What each account must hold."""
    day = after(record)
    yield from [""] if record.accounts else []
    for account, name, symbol in zip(record.accounts, chart.names, chart.holds, strict=True):
        closed = amount(account.closing, symbol.places)
        yield f"{day} balance {name}  {closed} ~ 0 {symbol.written}"


def _told(entry: Entry) -> Iterator[str]:
    yield f"  seq: {entry.seq}"
    yield f'  time: "{entry.time}"'
    yield f'  type: "{entry.kind}"'
    yield f'  hash: "{entry.hash}"'
