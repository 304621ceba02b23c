"""What wishes would do, before they are sent: the execution on scratch paper, read as two views.

An order that would rest is shown as if it were filled at its level, a market order between two
bars as if at the last price; `assumed` says so.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.account.commands import AnswerCall, ClosePosition, PlaceOrder, TraderCommand
from ledger.account.events import (
    ActionRefused,
    Event,
    FeeCharged,
    LoanDrawn,
    OrderAmended,
    OrderFilled,
    OrderPlaced,
    OrderRefused,
    PlanRecorded,
)
from ledger.account.state import OrderType
from ledger.engine.decide import Decision, decide
from ledger.money import ZERO
from ledger.practice.session import Session
from ledger.practice.view import DeskView, view

_TRADES = (PlaceOrder, ClosePosition, AnswerCall)


@dataclass(frozen=True, slots=True)
class Preview:
    """`refused` is the reason, with `largest` that would pass; else `after` is what would be."""

    events: tuple[Event, ...]
    before: DeskView
    after: DeskView
    refused: str | None
    largest: Decimal | None
    assumed: Decimal | None
    """The price at which an order that rests is taken as filled."""
    quantity: Decimal | None
    """What the first order trades."""
    fee: Decimal
    drawn: Decimal
    risk: Decimal | None
    realized: Decimal
    widened_r: Decimal | None
    """R given away by moving a stop."""


def preview(session: Session, *commands: TraderCommand) -> Preview:
    """Ask the engine what wishes, one after the other, would lead to now. Changes nothing."""
    before = view(session.account, session.market)
    decision, assumed = Decision((), session.account, session.market), None
    for command in commands:
        step, level = _try(decision, command)
        assumed = level if level is not None else assumed
        decision = Decision(decision.events + step.events, step.account, step.market)
        if _refusal(step.events):
            break
    return _preview(before, decision, assumed)


def _try(so_far: Decision, command: TraderCommand) -> tuple[Decision, Decimal | None]:
    """Decide it; and where it only placed an order, once more where that order trades."""
    decision = decide(so_far.account, so_far.market, command)
    placed = next((e for e in decision.events if isinstance(e, OrderPlaced)), None)
    filled = any(isinstance(e, OrderFilled) for e in decision.events)
    if placed is None or filled or not isinstance(command, _TRADES):
        return decision, None
    market = so_far.market
    level = placed.limit or placed.trigger or market.last[placed.symbol]
    if isinstance(command, PlaceOrder):
        command = _there(command, placed)
    there = replace(market, trading=market.trading | {placed.symbol})
    if level != market.last[placed.symbol]:
        there = replace(
            there,
            last={**market.last, placed.symbol: level},
            mark={**market.mark, placed.symbol: level},
        )
    return decide(so_far.account, there, command), level


def _there(wish: PlaceOrder, placed: OrderPlaced) -> PlaceOrder:
    """The order as it is once the market has come to its level.

    Placed anew there a trailing order would begin behind that price, and a stop-limit whose limit
    is the better price would still wait for its trigger.
    """
    if wish.order_type is OrderType.TRAILING:
        return replace(wish, order_type=OrderType.STOP, trigger=placed.trigger, trail=None)
    if wish.limit is not None and wish.trigger is not None:
        better = (wish.trigger - wish.limit) * wish.side.sign > 0
        return replace(wish, order_type=OrderType.LIMIT, trigger=None) if better else wish
    return wish


def _refusal(events: tuple[Event, ...]) -> OrderRefused | ActionRefused | None:
    return next((e for e in events if isinstance(e, OrderRefused | ActionRefused)), None)


def _preview(before: DeskView, decision: Decision, assumed: Decimal | None) -> Preview:
    events = decision.events
    refused = _refusal(events)
    plan = next((e for e in events if isinstance(e, PlanRecorded)), None)
    fills = [e for e in events if isinstance(e, OrderFilled)]
    moved = [e.widened_r for e in events if isinstance(e, OrderAmended) and e.widened_r]
    return Preview(
        events=events,
        before=before,
        after=view(decision.account, decision.market),
        refused=refused.reason if refused else None,
        largest=refused.largest if refused else None,
        assumed=assumed,
        quantity=fills[0].quantity if fills else None,
        fee=sum((e.amount for e in events if isinstance(e, FeeCharged)), ZERO),
        drawn=sum((e.amount for e in events if isinstance(e, LoanDrawn)), ZERO),
        risk=plan.risk if plan else None,
        realized=sum((e.realized_pnl for e in fills), ZERO),
        widened_r=moved[0] if moved else None,
    )
