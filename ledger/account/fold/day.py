"""The fold of a trading day: the special memorandum account, and the calls of the day's trades."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ledger.account.day_call import DayCall
from ledger.account.event_terms import DayCallKind
from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.frozen import replace
from ledger.money import ONE, ZERO


def remembered(before: Account, after: Account, event: e.Event) -> Account:
    """The account with what an event does to its memorandum account: money in and out in full, a
    purchase or short sale by its initial margin, a sale or cover back by as much.

    Interest and fees leave it alone (12 CFR 220.5). A written option's margin is the same by day
    and by night.
    """
    match event:
        case e.Deposited() | e.DividendPaid():
            return replace(after, memorandum=after.memorandum + event.amount)
        case e.Withdrawn() | e.Swept():
            return replace(after, memorandum=after.memorandum - event.amount)
        case e.Fill():
            opens = _opens(before, event)
            change = _margin_share(before, event) * abs(event.value)
            return replace(
                after,
                memorandum=after.memorandum + (-change if opens else change),
                traded_today=True,
                opened_today=after.opened_today or opens,
            )
    return after


def _opens(account: Account, event: e.Fill) -> bool:
    pocket = account.pockets.get(event.pocket)
    held = pocket.positions.get(event.symbol) if pocket else None
    signed = event.quantity * event.side.sign
    return held is None or not held.quantity or (held.quantity > 0) == (signed > 0)


def _margin_share(account: Account, event: e.Fill) -> Decimal:
    instrument = account.instruments[event.symbol]
    position = account.position(event.symbol)
    if not instrument.paid_in_full:
        return account.rulebook.initial_margin
    short = position.quantity < 0 if position is not None else event.side.sign < 0
    return ZERO if short else ONE


def _tested(account: Account, event: e.InitialMarginTested) -> Account:
    return replace(account, memorandum=event.memorandum, traded_today=False, opened_today=False)


def _issued(account: Account, event: e.DayCallIssued) -> Account:
    call = DayCall(
        seq=account.seq + 1,
        kind=event.kind,
        amount=event.amount,
        issued_at=event.at,
        due=event.due,
    )
    return replace(account, day_calls=(*account.day_calls, call))


def _met(account: Account, event: e.DayCallMet) -> Account:
    calls = tuple(call for call in account.day_calls if call.seq != event.call)
    frozen = any(call.expired and call.kind is DayCallKind.INTRADAY for call in calls)
    until = account.frozen_until if frozen else None
    return replace(account, day_calls=calls, frozen_until=until)


def _expired(account: Account, event: e.DayCallExpired) -> Account:
    calls = tuple(
        replace(call, expired=True) if call.seq == event.call else call
        for call in account.day_calls
    )
    until = event.frozen_until or account.frozen_until
    return replace(account, day_calls=calls, frozen_until=until)


def _restored(account: Account, event: e.CreditRestored) -> Account:
    calls = tuple(
        call
        for call in account.day_calls
        if not (call.expired and call.kind is DayCallKind.INTRADAY)
    )
    return replace(account, day_calls=calls, frozen_until=None)


DAY_FOLDS: dict[type[e.Event], Callable[[Account, Any], Account]] = {
    e.InitialMarginTested: _tested,
    e.DayCallIssued: _issued,
    e.DayCallMet: _met,
    e.DayCallExpired: _expired,
    e.CreditRestored: _restored,
}
