"""The purse, seen and set: what a person has for practice outside the accounts."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.books import purse as books
from ledger.books.acts import names
from ledger.books.file.connect import connect_to_ours
from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.money import LARGEST, atom, plain
from ledger.practice.accounts.overview import accounts
from ledger.practice.library.venue_shelf import venue_shelf
from ledger.refused import Refused
from ledger.text import clean

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurseRow:
    """`left` is outside the accounts; `paid_in` is what each account took in since the purse was
    `set_to` its amount, less what it paid out, by what the account is called."""

    currency: str
    set_to: Decimal
    left: Decimal
    paid_in: dict[str, Decimal]

    def wire(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "currency": self.currency,
            "set_to": plain(self.set_to),
            "left": plain(self.left),
            "paid_in": {name: plain(amount) for name, amount in self.paid_in.items()},
        }


def purses(path: Path) -> list[PurseRow]:
    """Every purse that was set, by currency; none where there is no ledger yet.

    Raises a `LedgerError` where the file cannot be read.
    """
    if not path.exists():
        return []
    db = connect_to_ours(path.absolute())
    try:
        with ledger_errors(path):
            called = names(db)
            return [
                PurseRow(
                    currency=each.currency,
                    set_to=each.set_to,
                    left=each.left,
                    paid_in={called[branch]: amount for branch, amount in each.paid_in.items()},
                )
                for each in books.purses(db)
            ]
    finally:
        db.close()


def set_purse(path: Path, text: str, currency: str | None) -> PurseRow:
    """From here on the purse holds this much, whatever it held.

    Without a currency it is the only one there is. Raises `Refused`, and as `Ledger.open`.
    """
    currency = _known(path, currency)
    typed = typed_amount(text, "AMOUNT")
    if typed % atom(currency):
        raise Refused(f"AMOUNT: the smallest amount of {currency} is {plain(atom(currency))}")
    with Ledger.open(path) as ledger, ledger_errors(path), ledger.together() as db:
        books.set_purse(db, currency, typed)
    return next(row for row in purses(path) if row.currency == currency)


def typed_amount(text: str, name: str) -> Decimal:
    """An amount as it is typed. Raises `Refused`, by the `name` of what it was typed for."""
    if not _AMOUNT.fullmatch(text) or Decimal(text) >= LARGEST:
        raise Refused(f"{name}: {clean(text, 40)!r} is not an amount; write it like 10000.50")
    return Decimal(text)


def _known(path: Path, currency: str | None) -> str:
    """A currency that some rule book has."""
    there_are = {page.rulebook.currency for page in venue_shelf().pages}
    if currency is None:
        used = {row.currency for row in purses(path)}
        used |= {row.currency for row in accounts(path) if row.currency is not None}
        if len(used) != 1:
            among = ", ".join(sorted(used or there_are))
            raise Refused(f"--currency: name the currency of the purse; allowed: {among}")
        return used.pop()
    if currency not in there_are:
        allowed = ", ".join(sorted(there_are))
        raise Refused(f"--currency: no rule book has {clean(currency, 40)!r}; allowed: {allowed}")
    return currency
