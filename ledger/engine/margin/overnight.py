"""The night: what a contract pays or receives that is held over the cut-off of a day.

The cut-off is 17:00 New York, where the day of currencies ends. Source: IG, overnight funding.
"""

from collections.abc import Iterator
from functools import partial

from ledger.account.events import kinds as e
from ledger.account.state import Account, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.carry_fees import Due, Turn
from ledger.market.rules.carry import Overnight
from ledger.market.tapes.sessions import Trades, day_after, weekday_of
from ledger.money import settle, trim
from ledger.times import Time


def nights_due(draft: Draft, since: Time, until: Time) -> Iterator[Due]:
    """The charges with since < time <= until of what is held now."""
    if not draft.account.rulebook.overnight:
        return
    for position in draft.account.positions():
        terms = terms_of(draft.account, position)
        if terms is None:
            continue
        at, nights = _charged_after(terms, since)
        while at <= until:
            pay = partial(_charge, draft, position.symbol, terms, at, nights)
            yield Due(at, Turn.OVERNIGHT, pay)
            at, nights = _charged_after(terms, at)


def next_night(account: Account, since: Time) -> Time | None:
    """The next cut-off at which something is charged, at the mark of that moment."""
    if not account.rulebook.overnight:
        return None
    held = (terms_of(account, position) for position in account.positions())
    times = (_charged_after(terms, since)[0] for terms in held if terms is not None)
    return min(times, default=None)


def terms_of(account: Account, position: Position) -> Overnight | None:
    """What a position pays for the night; nothing for what was paid in full."""
    instrument = account.instruments[position.symbol]
    if instrument.owned or not position.quantity:
        return None
    return account.rulebook.overnight_of(instrument.asset)


def _charged_after(terms: Overnight, since: Time) -> tuple[Time, int]:
    """The first cut-off after a time that charges, and for how many nights."""
    at = day_after(Trades.CURRENCIES, since)
    while not (nights := terms.weekend.nights(weekday_of(at))):
        at = day_after(Trades.CURRENCIES, at)
    return at, nights


def _charge(draft: Draft, symbol: str, terms: Overnight, at: Time, nights: int) -> None:
    """Take or pay the night of a position. One that was opened on the cut-off does not pay, one
    that is closed on it does, as with funding."""
    position = draft.account.position(symbol)
    if position is None or not position.quantity:
        return
    price = draft.market.mark[symbol]
    value = draft.account.instruments[symbol].notional(position.quantity, price)
    amount = settle(terms.charge(value, nights), draft.account.currency)
    if not amount:
        return
    draft.record(
        e.OvernightCharged(
            at=at,
            pocket=position.pocket,
            symbol=symbol,
            amount=amount,
            rate=trim(terms.rate(short=value < 0)),
            nights=nights,
            price=price,
            judged_by=draft.judged_by(symbol),
        )
    )
