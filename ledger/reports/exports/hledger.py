"""A history for hledger and ledger, whose files differ in a few directives.

Our own legs, without prices. The last transaction moves nothing and asserts what each account must
hold, so both programs compare every balance themselves.
"""

import re
from collections.abc import Iterable, Iterator

from ledger.reports.exports.chart import Chart, Symbol, chart_of
from ledger.reports.exports.heading import heading
from ledger.reports.exports.record import Entry, Record, amount
from ledger.text import clean

_TAGS = ("seq", "time", "type", "hash")


def hledger(record: Record, entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of hledger's journal: `hledger -f FILE check -s`."""
    chart = chart_of(record)
    yield from (f"; {line}" for line in heading(record, "hledger -f FILE check -s"))
    yield ""
    for symbol in chart.symbols:
        yield f"commodity {amount(0, symbol.places)} {symbol.quoted}  ; {_called(symbol)}"
    yield from _accounts(chart)
    yield from _transactions(record, chart, entries)


def ledger_cli(record: Record, entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of ledger's: `ledger -f FILE --pedantic balance`."""
    chart = chart_of(record)
    yield from (f"; {line}" for line in heading(record, "ledger -f FILE --pedantic balance"))
    yield ""
    yield from (f"tag {name}" for name in _TAGS)
    for symbol in chart.symbols:
        yield f"commodity {symbol.quoted}"
        yield f"    note {_called(symbol)}"
        yield f"    format {amount(0, symbol.places)} {symbol.quoted}"
    yield from _accounts(chart)
    yield from _transactions(record, chart, entries)


def harmless(text: str) -> str:
    """A text on one line in which neither program finds a comment, a date, or a second payee."""
    plain = clean(text, len(text)).translate(_READ_AS_MORE)
    return re.sub(" +", " ", plain).strip()


_READ_AS_MORE = str.maketrans({";": ",", "|": "/", "[": "(", "]": ")"})


def _called(symbol: Symbol) -> str:
    return f"symbol: {harmless(symbol.asset)}"


def _accounts(chart: Chart) -> Iterator[str]:
    yield ""
    yield from (f"account {name}" for name in chart.names)


def _transactions(record: Record, chart: Chart, entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.note is not None:
            yield ""
            yield f"; {entry.date} note {entry.seq}: {harmless(entry.note)}"
        if entry.moves:
            yield ""
            yield f"{entry.date} * ({entry.seq}) {harmless(entry.says)}"
            for tag, told in zip(
                _TAGS, (entry.seq, entry.time, entry.kind, entry.hash), strict=True
            ):
                yield f"    ; {tag}: {told}"
            for at, atoms in entry.moves:
                symbol = chart.holds[at]
                yield f"    {chart.names[at]}  {amount(atoms, symbol.places)} {symbol.quoted}"
    if record.accounts:
        yield ""
        yield f"{record.last[:10]} * (end) What each account holds"
    for account, name, symbol in zip(record.accounts, chart.names, chart.holds, strict=True):
        none, closed = (amount(atoms, symbol.places) for atoms in (0, account.closing))
        yield f"    {name}  {none} {symbol.quoted} = {closed} {symbol.quoted}"
