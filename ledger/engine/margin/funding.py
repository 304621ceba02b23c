"""Funding: what longs pay shorts, or shorts longs, at each stamp of a perpetual."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.state import Account, Position
from ledger.engine.decision.draft import Draft
from ledger.market.quote import Step
from ledger.market.tapes.tape import FundingTape
from ledger.money import settle, trim
from ledger.times import DAY, Time

YEAR = 365 * DAY


def stamps(draft: Draft, step: Step, since: Time, until: Time) -> list[tuple[Time, str, Decimal]]:
    """The stamps with since < time <= until of contracts held, oldest first, with their rates.

    A flat (yearly) rate of the rule book replaces the tape's; without either there is no funding.
    """
    terms = draft.account.rulebook.funding
    if terms is None:
        return []
    payments: list[tuple[Time, str, Decimal]] = []
    for position in draft.account.positions():
        symbol = position.symbol
        if draft.account.instruments[symbol].owned:
            continue
        if terms.rate is not None:
            flat = terms.rate * terms.every / YEAR
            first = (since // terms.every + 1) * terms.every
            payments += [(at, symbol, flat) for at in range(first, until + 1, terms.every)]
        else:
            rates = step.funding.get(symbol, ())
            payments += [(at, symbol, rate) for at, rate in rates if since < at <= until]
    return sorted(payments, key=lambda stamp: stamp[0])


def next_stamp(
    account: Account, rates: Mapping[str, FundingTape], since: Time, position: Position
) -> Time | None:
    """A position's first stamp after a time; `None` if none is known."""
    terms, symbol = account.rulebook.funding, position.symbol
    if terms is None or account.instruments[symbol].owned:
        return None
    if terms.rate is not None:
        return (since // terms.every + 1) * terms.every
    tape = rates.get(symbol)
    return None if tape is None else tape.next_after(since)


def pay(draft: Draft, at: Time, symbol: str, rate: Decimal) -> None:
    """One stamp: the contract's value at the mark x rate, paid by longs if that is above zero.

    The value is quantity x mark; of an inverse contract quantity / mark, in coins. Positions held
    over (open, close] pay: one opened on the stamp does not, one closed on it does.
    """
    position = draft.account.position(symbol)
    if position is None or not position.quantity:
        return
    price = draft.market.mark[symbol]
    notional = draft.account.instruments[symbol].notional(position.quantity, price)
    amount = settle(notional * rate, draft.account.currency)
    if amount == 0:
        return
    draft.record(
        e.FundingPaid(
            at=at,
            pocket=position.pocket,
            symbol=symbol,
            amount=amount,
            rate=trim(rate),
            price=price,
            judged_by=draft.judged_by(symbol),
        )
    )
