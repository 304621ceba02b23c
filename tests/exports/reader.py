"""A reader of the plain-text books of our own, for where the programs are not installed.

It takes what it finds literally: anything that is not a directive, a comment, a tag or a posting of
the forms below is a fault, and so is a transaction that does not sum to zero, a balance that is not
as asserted, and an account or commodity that was not opened.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from tests.exports.ours import Balances, Months, cumulated

_NUMBER = r"(-?\d+\.\d+)"
_ACCOUNT = r"((?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*)+)"
_SYMBOL = "([A-Z]|[A-Z][A-Z0-9._-]*[A-Z0-9])"
_QUOTED = f'"?{_SYMBOL}"?'
_STRING = r'"(?:[^"\\]|\\["\\])*"'

BEANCOUNT = {
    "option": rf"option {_STRING} {_STRING}",
    "commodity": rf"\d{{4}}-\d\d-\d\d commodity {_SYMBOL}",
    "open": rf"\d{{4}}-\d\d-\d\d open {_ACCOUNT} {_SYMBOL}",
    "note": rf"\d{{4}}-\d\d-\d\d note {_ACCOUNT} {_STRING}",
    "head": rf"(\d{{4}}-\d\d-\d\d) \* {_STRING}",
    "tag": rf"  [a-z]+: (?:\d+|{_STRING})",
    "posting": rf"  {_ACCOUNT}  {_NUMBER} {_SYMBOL}",
    "closing": rf"\d{{4}}-\d\d-\d\d balance {_ACCOUNT}  {_NUMBER} ~ 0 {_SYMBOL}",
}
LOTS = BEANCOUNT | {
    "open": BEANCOUNT["open"] + '(?: "STRICT")?',
    "lot": rf"  {_ACCOUNT}  {_NUMBER} {_SYMBOL} "
    rf'{{(\d+(?:\.\d+)?) {_SYMBOL}, \d{{4}}-\d\d-\d\d, "(L[\d-]+)"}}',
    "posting": rf"  {_ACCOUNT}  (-?\d+(?:\.\d+)?) {_SYMBOL}",
    "closing": BEANCOUNT["closing"].replace(_NUMBER, r"(-?\d+(?:\.\d+)?)"),
}
HLEDGER = {
    "commodity": rf"commodity 0\.0+ {_QUOTED}  ; symbol: [^;]*",
    "open": rf"account {_ACCOUNT}()",
    "head": r"(\d{4}-\d\d-\d\d) \* \((?:\d+|end)\) [^;]+",
    "tag": r"    ; [a-z]+: [^;]+",
    "posting": rf"    {_ACCOUNT}  {_NUMBER} {_QUOTED}",
    "closing": rf"    {_ACCOUNT}  0\.0+ {_QUOTED} = {_NUMBER} {_QUOTED}",
}
LEDGER = HLEDGER | {
    "declared": r"tag [a-z]+",
    "commodity": rf"commodity {_QUOTED}",
    "about": r"    note symbol: .*",
    "format": rf"    format 0\.0+ {_QUOTED}",
}
FORMS = {"beancount": BEANCOUNT, "beancount-lots": LOTS, "hledger": HLEDGER, "ledger": LEDGER}


class Faulty(Exception):
    """A line that is not as it must be."""


@dataclass
class _Books:
    opened: set[str] = field(default_factory=set)
    symbols: set[str] = field(default_factory=set)
    held: Balances = field(default_factory=lambda: defaultdict(Decimal))
    flows: dict[str, Balances] = field(default_factory=lambda: defaultdict(dict))
    month: str = ""
    open: dict[str, Decimal] = field(default_factory=dict)
    """What the transaction so far comes to, by commodity."""

    lots: dict[tuple[str, str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """Units by account, label and price."""

    def post(self, account: str, number: str, symbol: str, *cost: str) -> None:
        """A posting; a lot's `cost` is its price, in what, and its label."""
        if account not in self.opened or symbol not in self.symbols:
            raise Faulty(f"{account} {symbol} is not declared")
        amount, month = Decimal(number), self.flows[self.month]
        weight, of = (amount * Decimal(cost[0]), cost[1]) if cost else (amount, symbol)
        self.open[of] = self.open.get(of, Decimal(0)) + weight
        if cost:
            lot = account, cost[2], cost[0]
            before, self.lots[lot] = self.lots[lot], self.lots[lot] + amount
            if before * self.lots[lot] < 0:
                raise Faulty(f"more of {lot} is sold than there is")
        self.held[account, symbol] += amount
        month[account, symbol] = month.get((account, symbol), Decimal(0)) + amount

    def finish(self) -> None:
        if any(self.open.values()):
            raise Faulty(f"a transaction comes to {self.open}")
        self.open.clear()


def read(text: str, form: str) -> Months:
    """The balances at the end of each month. Raises `Faulty`."""
    books = _Books()
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            _take(books, line, FORMS[form])
        except Faulty as fault:
            raise Faulty(f"line {number}: {fault}") from None
    books.finish()
    return cumulated(books.flows)


def _take(books: _Books, line: str, forms: dict[str, str]) -> None:
    if not line or line.startswith(";"):
        books.finish()
        return
    for kind, form in forms.items():
        found = re.fullmatch(form, line)
        if found:
            _understood(books, kind, found.groups())
            return
    raise Faulty(f"cannot be read: {line}")


def _understood(books: _Books, kind: str, found: tuple[str, ...]) -> None:
    if kind == "commodity":
        books.symbols.add(found[0])
    elif kind == "open":
        books.opened.add(found[0])
    elif kind == "head":
        books.finish()
        books.month = found[0][:7]
    elif kind in ("posting", "lot"):
        books.post(*found)
    elif kind == "closing":
        account, *_, closed, symbol = found
        if books.held[account, symbol] != Decimal(closed):
            raise Faulty(f"{account} holds {books.held[account, symbol]}, not {closed}")
