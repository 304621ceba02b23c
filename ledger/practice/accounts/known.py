"""What a new account has to fit in with: the names that are taken, and the purses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ledger.books.file.errors import LedgerError
from ledger.money import ZERO
from ledger.practice.accounts.overview import accounts
from ledger.practice.accounts.purse import purses
from ledger.practice.funds import Funds
from ledger.practice.words.wording import number_of


@dataclass(frozen=True, slots=True)
class Known:
    """`purses` are by currency, as far as they were set."""

    taken: tuple[str, ...] = ()
    purses: Mapping[str, Funds] = field(default_factory=dict)

    def after(self, currency: str, purse: Decimal, deposit: Decimal) -> tuple[Decimal, Decimal]:
        """What a first deposit leaves in the purse, below zero where it holds too little, and the
        share of what one practises with that is then in accounts; `purse` is what it is set to if
        it never was."""
        funds = self.purses.get(currency, Funds(purse))
        left = funds.left - deposit
        return left, Funds(max(left, ZERO), funds.elsewhere).at_risk(deposit)


def known(ledger: Path | None) -> Known:
    """Of a ledger; what is wrong with one is reported when an account of it is opened."""
    try:
        if ledger is None:
            return Known()
        rows = accounts(ledger)
        held = {row.currency: row.left for row in purses(ledger)}
    except LedgerError:
        return Known()
    elsewhere = dict.fromkeys(held, ZERO)
    for row in rows:
        if row.funded and row.currency in held:
            elsewhere[row.currency] += max(number_of(row.equity) or ZERO, ZERO)
    funds = {currency: Funds(left, elsewhere[currency]) for currency, left in held.items()}
    return Known(tuple(row.account for row in rows), funds)
