"""What commands would do: executed without being recorded, and shown as two views.

An order that would rest is shown as filled at its level, a market order between two bars as filled
at the last price; `assumed` says so.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.account.commands import (
    AmendOrder,
    AnswerCall,
    ClosePosition,
    PlaceOrder,
    TraderCommand,
)
from ledger.account.event_terms import Amended
from ledger.account.events.kinds import (
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
from ledger.account.state import Cause, Order
from ledger.engine.bars.bar import settle_here
from ledger.engine.decide import Decision
from ledger.engine.decision.draft import Draft
from ledger.market.quote import Market
from ledger.money import ZERO
from ledger.practice.funds import Funds, decide_within
from ledger.practice.sessions.session import Session
from ledger.practice.views.desk_view import DeskView, view

_TRADES = (PlaceOrder, AmendOrder, ClosePosition, AnswerCall)


@dataclass(frozen=True, slots=True)
class Preview:
    """`refused` is the reason, with the `largest` that would pass; else `after` is the result."""

    events: tuple[Event, ...]
    before: DeskView
    after: DeskView
    refused: str | None
    largest: Decimal | None
    assumed: Decimal | None
    """The price at which a resting order is taken to fill."""
    quantity: Decimal | None
    """The size of the first order."""
    fee: Decimal
    drawn: Decimal
    risk: Decimal | None
    realized: Decimal
    widened_r: Decimal | None
    """R added to the risk by moving a stop away."""
    funds: Funds | None
    """The purse after it, for an account that is funded from one."""


def preview(session: Session, *commands: TraderCommand) -> Preview:
    """Ask the engine what these commands, in order, would lead to now. Changes nothing."""
    before = view(session.account, session.market)
    decision, assumed = Decision((), session.account, session.market), None
    for command in commands:
        funds = session.funds and session.funds.after(decision.events)
        step, level = tried(decision, command, funds)
        assumed = level if level is not None else assumed
        decision = Decision(decision.events + step.events, step.account, step.market)
        if _refusal(step.events):
            break
    funds = session.funds and session.funds.after(decision.events)
    return _preview(before, decision, assumed, funds)


def tried(
    so_far: Decision, command: TraderCommand, funds: Funds | None = None
) -> tuple[Decision, Decimal | None]:
    """Decide it; if it only placed an order, move the market to where that trades.

    Returns the decision and the price assumed, `None` if none had to be.
    """
    decision = decide_within(funds, so_far.account, so_far.market, command)
    placed = next((name for e in decision.events if (name := _sent(e)) is not None), None)
    filled = any(isinstance(e, OrderFilled) for e in decision.events)
    if placed is None or filled or not isinstance(command, _TRADES):
        return decision, None
    return _met(decision, placed)


def _sent(event: Event) -> str | None:
    """The order placed, or amended by the trader."""
    if isinstance(event, OrderPlaced):
        return event.order
    if isinstance(event, OrderAmended) and event.what is Amended.TERMS:
        return event.order if event.cause is Cause.TRADER else None
    return None


def _met(decision: Decision, placed: str) -> tuple[Decision, Decimal | None]:
    """The resting order and what it does at its price; a stop-limit acts twice."""
    draft = Draft(decision.account, decision.market)
    level = None
    for _ in range(2):
        order = draft.account.orders.get(placed)
        if order is None:
            break
        level = _reached(order, draft.market.last[order.symbol])
        draft.market = _at(draft.market, order.symbol, level)
        settle_here(draft)
    if not any(isinstance(e, OrderFilled) for e in draft.events):
        return decision, None
    events = decision.events + tuple(draft.events)
    return Decision(events, draft.account, draft.market), level


def _reached(order: Order, last: Decimal) -> Decimal:
    """The price an order is shown filled at: its level, or the limit of a stop-limit."""
    if order.level is None:
        return last
    worst = order.awaits_trigger() and order.limit is not None and order.trades_at(order.limit)
    return order.limit if worst and order.limit is not None else order.level


def _at(market: Market, symbol: str, price: Decimal) -> Market:
    """The market with a symbol trading at a price; unchanged if it is there already."""
    market = replace(market, trading=market.trading | {symbol})
    if price == market.last[symbol]:
        return market
    last, mark = {**market.last, symbol: price}, {**market.mark, symbol: price}
    return replace(market, last=last, mark=mark)


def _refusal(events: tuple[Event, ...]) -> OrderRefused | ActionRefused | None:
    return next((e for e in events if isinstance(e, OrderRefused | ActionRefused)), None)


def _preview(
    before: DeskView, decision: Decision, assumed: Decimal | None, funds: Funds | None
) -> Preview:
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
        funds=funds,
    )
