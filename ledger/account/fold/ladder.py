"""The fold of the margin ladder: warnings and calls."""

from collections.abc import Callable
from typing import Any

from ledger.account.events import kinds as e
from ledger.account.state import Account, Call
from ledger.frozen import replace


def _warned(account: Account, event: e.MarginWarned) -> Account:
    return replace(account, warned=account.warned | {event.pocket})


def _warning_cleared(account: Account, event: e.MarginWarningCleared) -> Account:
    return replace(account, warned=account.warned - {event.pocket})


def _call_issued(account: Account, event: e.MarginCallIssued) -> Account:
    call = Call(
        seq=account.seq + 1,
        pocket=event.pocket,
        level=event.level,
        issued_at=event.at,
        shortfall=event.shortfall,
        due=event.due,
    )
    return replace(account, calls={**account.calls, event.pocket: call})


def _call_met(account: Account, event: e.MarginCallMet) -> Account:
    left = {name: call for name, call in account.calls.items() if name != event.pocket}
    return replace(account, calls=left)


def _call_expired(account: Account, event: e.MarginCallExpired) -> Account:
    call = replace(account.calls[event.pocket], expired=True)
    return replace(account, calls={**account.calls, event.pocket: call})


def _call_answered(account: Account, event: e.CallAnswered) -> Account:
    call = replace(account.calls[event.pocket], answer=event.answer)
    return replace(account, calls={**account.calls, event.pocket: call})


LADDER_FOLDS: dict[type[e.Event], Callable[[Account, Any], Account]] = {
    e.MarginWarned: _warned,
    e.MarginWarningCleared: _warning_cleared,
    e.MarginCallIssued: _call_issued,
    e.MarginCallMet: _call_met,
    e.MarginCallExpired: _call_expired,
    e.CallAnswered: _call_answered,
}
