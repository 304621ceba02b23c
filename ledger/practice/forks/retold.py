"""From the events of a command back to the command: the record has events, not commands.

Law: given again to the same account, it leads to the same events.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from ledger.account import commands as c
from ledger.account.event_terms import Amended, Answer, CancelReason, Term
from ledger.account.events import kinds as e
from ledger.account.state import Account, Cause, OrderType
from ledger.engine.commands.place_orders import OUR_NAMES
from ledger.frozen import event_from

Events = Sequence[e.Event]

_BESIDE = (e.InterestAccrued, e.InterestCapitalized, e.FeeCharged)
"""What may come before the event that states the command."""


def retold(account: Account, events: Events) -> c.TraderCommand | None:
    """The command that led an account to these events; `None` for one that was refused."""
    stated = [event for event in events if not isinstance(event, _BESIDE)]
    if not stated:
        return None
    teller = _TELLERS.get(type(stated[0]))
    return None if teller is None else teller(account, stated)


def _loan(account: Account, events: Events) -> c.TraderCommand:
    """A loan is also drawn automatically, for a withdrawal."""
    drawn, out = events[0], _first(events, e.Withdrawn)
    assert isinstance(drawn, e.LoanDrawn)
    return c.Borrow(amount=drawn.amount) if out is None else c.Withdraw(amount=out.amount)


def _answer(account: Account, events: Events) -> c.TraderCommand:
    event = events[0]
    assert isinstance(event, e.CallAnswered)
    sales = [x for x in events if isinstance(x, e.OrderPlaced) and x.cause is Cause.TRADER]
    if event.answer is Answer.SELL and len(sales) > 1:  # a sale that cures, of both sides
        return c.AnswerCall(answer=event.answer)
    return c.AnswerCall(
        answer=event.answer, amount=event.amount, symbol=event.symbol, quantity=event.quantity
    )


def _incident(account: Account, events: Events) -> c.TraderCommand:
    event = events[0]
    assert isinstance(event, e.IncidentStarted)
    figure = next(iter(event.rules.values()), None)
    return c.StartIncident(
        kind=event.kind,
        lasts=0 if event.until is None else event.until - event.at,
        symbol=event.symbol,
        share=event.share,
        seconds=event.seconds,
        seed=event.seed,
        figure=None if figure is None else Decimal(figure),
        **({} if event.stops is None else {"stops": event.stops}),
    )


def _order(account: Account, events: Events) -> c.TraderCommand:
    """An order of the trader's own, or one of a position's protection."""
    placed = _first(events, e.OrderPlaced)
    assert placed is not None, "an order is placed after its plan"
    if placed.cause is Cause.STOP_LOSS:
        return _stop_placed(placed)
    if placed.cause is Cause.TAKE_PROFIT:
        return _target_placed(account, placed)
    plan = events[0] if isinstance(events[0], e.PlanRecorded) else None
    trailing = placed.order_type is OrderType.TRAILING
    return c.PlaceOrder(
        symbol=placed.symbol,
        side=placed.side,
        quantity=placed.quantity,
        order_type=placed.order_type,
        limit=placed.limit,
        trigger=None if trailing else placed.trigger,
        trail=placed.trail,
        leverage=placed.leverage,
        mode=placed.mode,
        stop_loss=placed.stop_loss,
        targets=placed.targets,
        reduce_only=placed.reduce_only,
        oco=placed.oco,
        good_for=placed.good_for,
        id=None if OUR_NAMES.fullmatch(placed.order) else placed.order,
        reason=placed.reason,
        tags=() if plan is None else plan.tags,
        answer_to_call="" if plan is None else plan.answer_to_call,
        trail_fraction=placed.trail_fraction,
        confidence=None if plan is None else plan.confidence,
    )


def _stop_placed(placed: e.OrderPlaced) -> c.TraderCommand:
    if placed.order_type is OrderType.TRAILING:
        return c.MoveStop(
            symbol=placed.symbol, trail=placed.trail, trail_fraction=placed.trail_fraction
        )
    return c.MoveStop(symbol=placed.symbol, price=placed.trigger)


def _target_placed(account: Account, placed: e.OrderPlaced) -> c.TraderCommand:
    held = account.position(placed.symbol)
    assert held is not None, "a target is of a position"
    size = abs(held.quantity)
    share = placed.quantity if placed.unrounded is None else placed.unrounded
    fraction = None if share == size else share / size
    return c.MoveTarget(symbol=placed.symbol, price=placed.limit, fraction=fraction)


def _amended(account: Account, events: Events) -> c.TraderCommand | None:
    event = events[0]
    assert isinstance(event, e.OrderAmended)
    if event.what is Amended.TERMS:
        return _terms(account, event)
    if event.cause is Cause.STOP_LOSS:
        return c.MoveStop(symbol=event.symbol, price=event.now)
    if event.what is Amended.PRICE:
        return c.MoveTarget(symbol=event.symbol, price=event.now)
    return None


def _terms(account: Account, event: e.OrderAmended) -> c.TraderCommand:
    now = {change.what: change.now for change in event.changes}
    if event.cause is Cause.TAKE_PROFIT:
        return _target_amended(account, event, now)
    trails = {key: now.get(key) for key in (Term.TRAIL, Term.TRAIL_FRACTION)}
    own = event.order_type is OrderType.TRAILING
    gone = Term.STOP_LOSS in now and now[Term.STOP_LOSS] is None
    untrailed = any(key in now for key in trails) and not any(trails.values()) and not own
    return c.AmendOrder(
        id=event.order,
        quantity=now.get(Term.QUANTITY),
        limit=now.get(Term.LIMIT),
        trigger=None if own else now.get(Term.TRIGGER),
        trail=trails[Term.TRAIL],
        trail_fraction=trails[Term.TRAIL_FRACTION],
        stop_loss=now.get(Term.STOP_LOSS),
        targets=event.targets,
        remove_stop=gone or (untrailed and Term.STOP_LOSS not in now),
    )


def _target_amended(
    account: Account, event: e.OrderAmended, now: dict[Term, Decimal | None]
) -> c.TraderCommand:
    """By a fraction of the position, or by a quantity of its own."""
    limit, held = now.get(Term.LIMIT), account.position(event.symbol)
    assert held is not None, "a target is of a position"
    if event.unrounded is None or event.unrounded == now.get(Term.QUANTITY):
        return c.AmendOrder(id=event.order, limit=limit, quantity=now.get(Term.QUANTITY))
    fraction = event.unrounded / abs(held.quantity)
    return c.MoveTarget(symbol=event.symbol, id=event.order, price=limit, fraction=fraction)


def _cancelled(account: Account, events: Events) -> c.TraderCommand | None:
    event = events[0]
    assert isinstance(event, e.OrderCancelled)
    same = [x for x in events if isinstance(x, e.OrderCancelled) and x.reason == event.reason]
    if event.reason == CancelReason.STOP_REMOVED:
        return c.RemoveStop(symbol=event.symbol)
    if event.reason == CancelReason.TARGET_REMOVED:
        whole = len(same) == len(_targets(account, event.symbol))
        return c.RemoveTarget(symbol=event.symbol, id=None if whole else event.order)
    if event.reason == CancelReason.TRAILING_STOP:
        placed = _first(events, e.OrderPlaced)
        return None if placed is None else _stop_placed(placed)
    if event.reason == CancelReason.ONE_TARGET:
        moved = _first(events, e.OrderAmended)
        first = _targets(account, event.symbol)[0]
        stays = moved is None or moved.what is not Amended.PRICE
        return c.MoveTarget(
            symbol=event.symbol, price=first.limit if stays or moved is None else moved.now
        )
    return c.CancelOrder(id=event.order) if event.reason == CancelReason.CANCELLED else None


def _targets(account: Account, symbol: str) -> list[Any]:
    return [
        order
        for order in account.orders.values()
        if order.symbol == symbol and order.cause is Cause.TAKE_PROFIT
    ]


def _first(events: Events, kind: type[Any]) -> Any:
    return next((event for event in events if isinstance(event, kind)), None)


def _amount(command: Callable[..., c.TraderCommand]) -> Callable[[Account, Any], c.TraderCommand]:
    return lambda _account, events: command(amount=events[0].amount)


def _margin(command: Callable[..., c.TraderCommand]) -> Callable[[Account, Any], c.TraderCommand]:
    return lambda _account, events: command(symbol=events[0].symbol, amount=events[0].amount)


def _noted(account: Account, events: Any) -> c.TraderCommand:
    return event_from(c.AddNote, events[0])


def _planned(account: Account, events: Any) -> c.TraderCommand:
    return event_from(c.PlanSession, events[0])


def _rules(account: Account, events: Any) -> c.TraderCommand:
    return c.ChangeRules(rules=events[0].rules, cause=events[0].cause, source=events[0].source)


def _revealed(account: Account, events: Any) -> c.TraderCommand:
    return event_from(c.Reveal, events[0])


def _reviewed(account: Account, events: Any) -> c.TraderCommand:
    return event_from(c.ReviewFinding, events[0])


def _ruled(account: Account, events: Any) -> c.TraderCommand:
    return event_from(c.CreateRule, events[0])


def _picked(account: Account, events: Any) -> c.TraderCommand:
    return event_from(c.PickLots, events[0])


_TELLERS: dict[type[e.Event], Callable[[Account, Any], c.TraderCommand | None]] = {
    e.Deposited: _amount(c.Deposit),
    e.Withdrawn: _amount(c.Withdraw),
    e.Swept: _amount(c.Sweep),
    e.LoanDrawn: _loan,
    e.LoanRepaid: _amount(c.Repay),
    e.MarginAdded: _margin(c.AddMargin),
    e.MarginRemoved: _margin(c.RemoveMargin),
    e.CallAnswered: _answer,
    e.NoteAdded: _noted,
    e.SessionPlanned: _planned,
    e.FindingReviewed: _reviewed,
    e.RuleCreated: _ruled,
    e.LotsPicked: _picked,
    e.Revealed: _revealed,
    e.RulesChanged: _rules,
    e.IncidentStarted: _incident,
    e.PlanRecorded: _order,
    e.OrderPlaced: _order,
    e.OrderAmended: _amended,
    e.OrderCancelled: _cancelled,
}
