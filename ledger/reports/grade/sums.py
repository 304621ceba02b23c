"""Sums of money in a sentence of the grade."""

from decimal import Decimal

from ledger.money import scale_of, settle

_COINS = 8


def sum_said(amount: Decimal, currency: str) -> str:
    """`1,000.00`; a coin's with all its decimals, since a hundredth of one is much."""
    if scale_of(currency) < _COINS:
        return f"{amount:,.2f}"
    return f"{settle(amount, currency):,}"
