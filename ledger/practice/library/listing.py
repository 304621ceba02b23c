"""A tape as an instrument of a rule book's venue, unless the file says otherwise."""

from dataclasses import replace
from decimal import Decimal

from ledger.market.instrument import Instrument, Kind
from ledger.market.rules.rulebook import Rulebook
from ledger.market.tapes.tape import Tape
from ledger.money import DOLLAR_COINS, ONE
from ledger.practice.library.catalog import tape_info

FINEST_LOT = Decimal("0.00000001")
USUAL_LOT = Decimal("0.001")
_DOLLARS = frozenset({"USD", *DOLLAR_COINS})
"""Prices in any of them count as prices in the others."""


def listed(tape: Tape, source: str | None, rulebook: Rulebook) -> Instrument:
    """With the manifest's steps if `source` is in it, else the tape's; the kind is the venue's."""
    info = tape_info(source) if source is not None else None
    if info is None:
        finest = max(min(tape.volume_step, USUAL_LOT), FINEST_LOT)
        return Instrument(
            symbol=tape.symbol,
            kind=rulebook.trades,
            tick=tape.step if tape.recipe is None else tape.recipe.tick,
            lot=finest if rulebook.trades is Kind.LINEAR else ONE,
            currency=rulebook.currency,
        )
    if rulebook.trades is Kind.INVERSE:  # a dollar each, whatever the tape's own contract is
        return Instrument(
            symbol=tape.symbol,
            kind=Kind.INVERSE,
            tick=info.instrument.tick,
            lot=ONE,
            currency=rulebook.currency,
            underlying=info.instrument.underlying,
            asset=info.instrument.asset,
        )
    return replace(
        info.instrument, symbol=tape.symbol, kind=rulebook.trades, currency=rulebook.currency
    )


def wrong_currency(source: str | None, rulebook: Rulebook) -> str:
    """The problem of a tape in another currency than the account's; empty for others."""
    info = tape_info(source) if source is not None else None
    if info is None or rulebook.trades is Kind.INVERSE:
        return ""
    priced = info.instrument.currency
    if priced == rulebook.currency or {priced, rulebook.currency} <= _DOLLARS:
        return ""
    return (
        f"is priced in {priced}, but the account is in {rulebook.currency}: "
        "this version does not convert currencies"
    )
