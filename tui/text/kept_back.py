"""What of a trade is kept from the trader: the entry and the result of one that is open."""

from __future__ import annotations

from decimal import Decimal

from ledger.practice.review.entry import Entry
from ledger.practice.review.entry_words import size
from ledger.reports.trades.trade import Trade
from tui.text import display
from tui.text import format as fmt


def is_blind(trade: Trade | Entry) -> bool:
    """Whether its entry and its result are hidden."""
    return trade.is_open and display.hides_entry()


def entry_of(trade: Trade | Entry, price: Decimal | None) -> str:
    """The price of getting in."""
    return display.HIDDEN if is_blind(trade) else size(price)


def result_of(trade: Trade, amount: Decimal) -> str:
    """A result in money, with its sign."""
    return display.HIDDEN if is_blind(trade) else fmt.signed_money(amount, trade.currency)


def r0_of(trade: Trade, amount: Decimal) -> str:
    """The planned risk, which gives the entry away beside the stop."""
    return (
        display.HIDDEN
        if is_blind(trade)
        else f"{fmt.money(amount, trade.currency, exact=True)} {trade.currency}"
    )
