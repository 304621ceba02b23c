"""The second form for beancount: each fill of something owned is a lot at its own price.

A lot is `{100.05 USD, 2024-01-02, "L12"}`, its label the number of the event that bought it, and is
sold first in, first out, as in our books. A price has all the decimals that it was filled at, so
what a lot is worth may differ from what was paid, which is rounded: the rest is posted to
`Equity:…:Rounding`. All other accounts are those of the first form, and so are contracts, which
cost nothing. Averages and total costs are not offered: beancount takes neither exactly.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ledger.account.event_terms import MAIN
from ledger.books.entries import POSITION, QUANTITY, TRADE
from ledger.money import ZERO, plain, trim
from ledger.reports.exports.beancount import after, commodity, head, note, options
from ledger.reports.exports.chart import Chart, Symbol, chart_of
from ledger.reports.exports.lot_queue import Lot, LotQueues
from ledger.reports.exports.lot_queue import NotInLots as NotInLots
from ledger.reports.exports.record import Entry, Record, amount


def beancount_lots(record: Record, entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of the file. Raises `NotInLots`."""
    books = _Books(record, chart_of(record))
    yield from books.opening()
    for entry in entries:
        if entry.note is not None:
            yield from note(entry, books.chart)
        yield from books.transaction(entry)
    yield from books.closing()


class _Books:
    """The accounts with what they hold while the record goes by."""

    def __init__(self, record: Record, chart: Chart) -> None:
        self.record, self.chart = record, chart
        names = [account.name for account in record.accounts]
        self._owned = {name.removeprefix(POSITION) for name in names if name.startswith(POSITION)}
        self._costs = {at for at, name in enumerate(names) if name.startswith(POSITION)}
        self._units = {
            at: name.removeprefix(QUANTITY)
            for at, name in enumerate(names)
            if name.startswith(QUANTITY) and name.removeprefix(QUANTITY) in self._owned
        }
        self._left_out = self._costs | {
            at for at, name in enumerate(names) if name.removeprefix(TRADE) in self._owned
        }
        self._money = next((chart.holds[at] for at in self._costs), None)
        self._queues = LotQueues(record.multipliers)
        self._held: dict[str, tuple[Symbol, Decimal]] = {}
        """What stands in each account of lots."""
        self._rounded = ZERO

    def opening(self) -> Iterator[str]:
        """What stands above the first transaction."""
        yield from options(self.record, self.chart)
        day = self.record.first[:10]
        for symbol in self.chart.symbols:
            yield from commodity(day, symbol)
        yield ""
        for at, (name, symbol) in enumerate(zip(self.chart.names, self.chart.holds, strict=True)):
            if at not in self._left_out | self._units.keys():
                yield f"{day} open {name} {symbol.written}"
        if self._money is not None:
            yield f"{day} open {self._rounding} {self._money.written}"

    @property
    def _rounding(self) -> str:
        return f"Equity:{self.chart.book}:Rounding"

    def transaction(self, entry: Entry) -> Iterator[str]:
        """An event, and before it the account of lots that it is the first to need."""
        postings, left = [], ZERO
        for at, atoms in entry.moves:
            symbol = self.chart.holds[at]
            if at in self._units:
                account = self._account(at, entry)
                if account not in self._held:
                    yield f'{self.record.first[:10]} open {account} {symbol.written} "STRICT"'
                for part in self._queues.take(entry, self._units[at], atoms):
                    postings.append(self._posting(account, symbol, part))
                    held = self._held.get(account, (symbol, ZERO))[1]
                    self._held[account] = symbol, held + part.quantity
                    left += part.worth
            elif at not in self._left_out:
                postings.append(
                    f"  {self.chart.names[at]}  {amount(atoms, symbol.places)} {symbol.written}"
                )
                left += Decimal(atoms).scaleb(-symbol.places) if symbol == self._money else ZERO
        if postings:
            yield from ("", *head(entry), *postings)
        if left and self._money is not None:
            self._rounded -= left
            yield f"  {self._rounding}  {plain(trim(-left))} {self._money.written}"

    def closing(self) -> Iterator[str]:
        """What each account must hold. Raises `NotInLots` where the lots are not the units."""
        day, accounts = after(self.record), self.record.accounts
        yield ""
        for at, (name, symbol) in enumerate(zip(self.chart.names, self.chart.holds, strict=True)):
            if at not in self._left_out | self._units.keys():
                closed = amount(accounts[at].closing, symbol.places)
                yield f"{day} balance {name}  {closed} ~ 0 {symbol.written}"
        for account, (symbol, held) in self._held.items():
            yield f"{day} balance {account}  {held:.8f} ~ 0 {symbol.written}"
        if self._money is not None:
            rounded = plain(trim(self._rounded))
            yield f"{day} balance {self._rounding}  {rounded} ~ 0 {self._money.written}"
        for at, symbol_held in self._units.items():
            held = sum((h for s, h in self._held.values() if s == self.chart.holds[at]), ZERO)
            if held.scaleb(accounts[at].places) != accounts[at].closing:
                raise NotInLots(f"{symbol_held} is held otherwise than its lots say")

    def _account(self, at: int, entry: Entry) -> str:
        """Lots of an isolated position stand apart: beside those of the wallet, which may be of the
        other side, they would be taken for a sale."""
        name = self.chart.names[at]
        walled = entry.wire.get("pocket", MAIN) != MAIN
        return name.replace(":Units:", ":Units-isolated:", 1) if walled else name

    def _posting(self, account: str, symbol: Symbol, part: Lot) -> str:
        assert self._money is not None, "a lot has a cost"
        cost = f'{{{plain(part.price)} {self._money.written}, {part.day}, "{part.label}"}}'
        return f"  {account}  {part.quantity:.8f} {symbol.written} {cost}"
