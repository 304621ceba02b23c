"""The books' accounts and assets under names that beancount, hledger and ledger all accept.

Accounts are `Assets:First-call:Cash`, assets capital letters and digits; the file says which asset
each symbol stands for. Law: two accounts never get one name, two assets neither, and no account is
another's parent, whose balance would include it.
"""

import re
from dataclasses import dataclass

from ledger.books.entries import FEES, TRADE
from ledger.reports.exports.record import BookAccount, Record
from ledger.text import clean

_ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
    "units": "Assets",
}
_WORDS = {
    "position": "Cost",
    "loan_principal": "Loan",
    "accrued_interest": "Interest-due",
    "realized_pnl": "Realized",
    "qty": "Units",
    "trade": "Trading",
}
"""First words of accounts that are called otherwise in other programs."""

_WITH_POCKETS = frozenset({"loan_principal", "accrued_interest"})
_LONGEST = 24
"""Letters of a commodity: more than beancount 2 takes."""
_WORDS_OF_BEANCOUNT = frozenset({"TRUE", "FALSE", "NULL"})


@dataclass(frozen=True, slots=True)
class Symbol:
    """An asset as written in a file, and as the books have it."""

    written: str
    asset: str
    places: int
    units: bool
    """Whether it is an instrument, and not money."""

    @property
    def quoted(self) -> str:
        """As hledger and ledger want it, which read digits and dashes as part of the amount."""
        return self.written if self.written.isalpha() else f'"{self.written}"'


@dataclass(frozen=True, slots=True)
class Chart:
    """Names and symbols of the accounts, in the order of `Record.accounts`; `book` is the part of
    each name that is the account's own."""

    book: str
    names: tuple[str, ...]
    holds: tuple[Symbol, ...]

    @property
    def symbols(self) -> list[Symbol]:
        """Each once."""
        return list(dict.fromkeys(self.holds))


def chart_of(record: Record) -> Chart:
    """The chart of a record."""
    book = _component(record.account)
    names: list[str] = []
    symbols: dict[tuple[str, bool], Symbol] = {}
    for account in record.accounts:
        names.append(_free(_name(account, book), names))
        key = account.asset, account.counts_units
        if key not in symbols:
            written = _symbol(account.asset, {symbol.written for symbol in symbols.values()})
            symbols[key] = Symbol(written, account.asset, account.places, account.counts_units)
    holds = tuple(symbols[each.asset, each.counts_units] for each in record.accounts)
    return Chart(book, tuple(names), holds)


def _name(account: BookAccount, book: str) -> str:
    first, _, rest = account.name.partition(":")
    root = "Equity" if account.name.startswith(TRADE) else _ROOTS.get(account.kind, "Equity")
    if account.name.startswith(FEES):
        parts = ["Fees", account.name.removeprefix(FEES)]
    elif first == account.kind:  # `equity:opening` stands under Equity already
        parts = [rest]
    else:
        parts = [_WORDS.get(first, first), *([rest] if rest else [])]
        if first in _WITH_POCKETS and not rest:
            parts.append("Main")
    return ":".join((root, book, *map(_component, parts)))


def _component(text: str) -> str:
    """A part of an account's name: letters, digits and dashes, the first a capital or a digit."""
    kept = re.sub("[^A-Za-z0-9]+", "-", clean(text, 60)).strip("-")
    return kept[:1].upper() + kept[1:] if kept else "X"


def _free(name: str, taken: list[str]) -> str:
    """The name, or with a number, so that it is nobody's and nobody's parent or child."""
    root, book, first, *rest = name.split(":")
    below = any(name.startswith(f"{other}:") for other in taken)
    free, number = name, 1
    while any(
        free == other or other.startswith(f"{free}:") or free.startswith(f"{other}:")
        for other in taken
    ):
        number += 1
        numbered = (root, book, f"{first}-{number}", *rest)
        free = ":".join(numbered) if below else f"{name}-{number}"
    return free


def _symbol(asset: str, taken: set[str]) -> str:
    plain = re.sub("[^A-Z0-9._-]+", "-", clean(asset, 60).upper())
    plain = plain.strip("-._")[:_LONGEST].rstrip("-._") or "X"
    if not plain[0].isalpha() or plain in _WORDS_OF_BEANCOUNT:
        plain = f"X{plain}"[:_LONGEST].rstrip("-._")
    free, number = plain, 1
    while free in taken:
        number += 1
        end = f"-{number}"
        free = plain[: _LONGEST - len(end)].rstrip("-._") + end
    return free
