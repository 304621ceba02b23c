"""What happens next: `decide(account, market, command) -> events`, the one door of the engine.

The screen, the command line, the preview of a ticket and the headless run all come through here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_type_hints

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.engine.bars.bar import close_bar, open_bar, settle_here, wait
from ledger.engine.commands import (
    amend_orders,
    cash,
    change_rules,
    incidents,
    move_stops,
    place_orders,
    plan_session,
)
from ledger.engine.commands.answer_call import answer
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.frozen import event_from, scratch
from ledger.market.quote import Market
from ledger.money import LARGEST, plain, sound


@scratch
@dataclass(frozen=True)
class Decision:
    """The events that a command leads to, and the account and market after them."""

    events: tuple[e.Event, ...]
    account: Account
    market: Market


def decide(account: Account, market: Market, command: c.Command) -> Decision:
    """Answer a command with its events. A refused command changes nothing and is recorded."""
    draft = Draft(account, market)
    clock = _CLOCK.get(type(command))
    if clock is not None:
        clock(draft, command)
        return _decided(draft)
    try:
        _check_numbers(command)
        _ACTIONS[type(command)](draft, command)
        settle_here(draft)
    except Refusal as refused:
        draft = Draft(account, market)
        draft.record(
            e.ActionRefused(
                at=market.time,
                action=c.word_of(command),
                reason=refused.reason,
                symbol=getattr(command, "symbol", None),
                largest=refused.largest,
            )
        )
    return _decided(draft)


def _decided(draft: Draft) -> Decision:
    return Decision(tuple(draft.events), draft.account, draft.market)


def _check_numbers(command: c.Command) -> None:
    """Raises `Refusal` for a figure of a command that is not a number, or too large for a
    ledger."""
    kind: type = type(command)
    for key in _figures(kind):
        value = getattr(command, key)
        if value is not None and not sound(value):
            raise Refusal(f"{key} must be a number below {plain(LARGEST)}")


@lru_cache(64)
def _figures(kind: type) -> tuple[str, ...]:
    """The fields of a command that hold a number, or `None`."""
    figures = (Decimal, Decimal | None)
    return tuple(key for key, hint in get_type_hints(kind).items() if hint in figures)


def _note(draft: Draft, command: c.AddNote) -> None:
    """A note refers to what is on record already."""
    for number in (command.trade, command.revises):
        if number is not None and not 0 < number <= draft.account.seq:
            raise Refusal(f"there is no event {number} that a note could refer to")
    draft.record(event_from(e.NoteAdded, command, at=draft.market.time))


def _review(draft: Draft, command: c.ReviewFinding) -> None:
    draft.record(event_from(e.FindingReviewed, command, at=draft.market.time))


def _rule(draft: Draft, command: c.CreateRule) -> None:
    draft.record(event_from(e.RuleCreated, command, at=draft.market.time))


def _pick(draft: Draft, command: c.PickLots) -> None:
    """Lots are named by what is on record already."""
    for number in (command.sale, *map(int, command.lots)):
        if not 0 < number <= draft.account.seq:
            raise Refusal(f"there is no event {number} that bought or sold anything")
    draft.record(event_from(e.LotsPicked, command, at=draft.market.time))


def _reveal(draft: Draft, command: c.Reveal) -> None:
    draft.record(
        e.Revealed(
            at=draft.market.time,
            symbols=command.symbols,
            tapes=command.tapes,
            factor=command.factor,
            true_time=command.true_time,
        )
    )


_ACTIONS: dict[type[c.Command], Callable[[Draft, Any], None]] = {
    c.Deposit: lambda draft, command: cash.deposit(draft, command.amount),
    c.Withdraw: lambda draft, command: cash.withdraw(draft, command.amount),
    c.Borrow: lambda draft, command: cash.borrow(draft, command.amount),
    c.Repay: lambda draft, command: cash.repay_loan(draft, command.amount),
    c.Sweep: lambda draft, command: cash.sweep(draft, command.amount),
    c.AddMargin: lambda draft, command: cash.add_margin(draft, command.symbol, command.amount),
    c.RemoveMargin: lambda draft, command: cash.remove_margin(
        draft, command.symbol, command.amount
    ),
    c.PlaceOrder: place_orders.place,
    c.ClosePosition: place_orders.close,
    c.AmendOrder: amend_orders.amend,
    c.CancelOrder: place_orders.cancel,
    c.MoveStop: move_stops.move_stop,
    c.RemoveStop: lambda draft, command: move_stops.remove_stop(draft, command.symbol),
    c.MoveTarget: move_stops.move_target,
    c.RemoveTarget: move_stops.remove_target,
    c.AnswerCall: answer,
    c.AddNote: _note,
    c.PlanSession: plan_session.plan_session,
    c.Reveal: _reveal,
    c.ReviewFinding: _review,
    c.CreateRule: _rule,
    c.PickLots: _pick,
    c.ChangeRules: change_rules.change,
    c.StartIncident: incidents.start,
}

_CLOCK: dict[type[c.Command], Callable[[Draft, Any], None]] = {
    c.OpenBar: lambda draft, command: open_bar(draft, command.step),
    c.CloseBar: lambda draft, command: close_bar(draft, command.step),
    c.Wait: lambda draft, command: wait(draft, command.until),
}
