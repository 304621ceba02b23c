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

Events = Sequence[e.Event]

_BESIDE = (e.InterestAccrued, e.InterestCapitalized, e.FeeCharged)
"""What may come before the event that states the command."""


def retold(account: Account, events: Events) -> c.TraderCommand | None:
    """The command that led an account to these events; `None` for one that was refused."""
    stated = [event for event in events if not isinstance(event, _BESIDE)]
    if not stated:
        return None
    tell = _TELLERS.get(type(stated[0]))
    return None if tell is None else tell(account, stated)


def _loan(account: Account, events: Events) -> c.TraderCommand:
    """A loan is also drawn automatically, for a withdrawal."""
    drawn, out = events[0], _first(events, e.Withdrawn)
    assert isinstance(drawn, e.LoanDrawn)
    return c.Borrow(amount=drawn.amount) if out is None else c.Withdraw(amount=out.amount)


def _answer(account: Account, events: Events) -> c.TraderCommand:
    said = events[0]
    assert isinstance(said, e.CallAnswered)
    sales = [x for x in events if isinstance(x, e.OrderPlaced) and x.cause is Cause.TRADER]
    if said.answer is Answer.SELL and len(sales) > 1:  # a sale that cures, of both sides
        return c.AnswerCall(answer=said.answer)
    return c.AnswerCall(
        answer=said.answer, amount=said.amount, symbol=said.symbol, quantity=said.quantity
    )


def _incident(account: Account, events: Events) -> c.TraderCommand:
    said = events[0]
    assert isinstance(said, e.IncidentStarted)
    figure = next(iter(said.rules.values()), None)
    return c.StartIncident(
        kind=said.kind,
        lasts=0 if said.until is None else said.until - said.at,
        symbol=said.symbol,
        share=said.share,
        seconds=said.seconds,
        seed=said.seed,
        figure=None if figure is None else Decimal(figure),
        **({} if said.stops is None else {"stops": said.stops}),
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
    said = events[0]
    assert isinstance(said, e.OrderAmended)
    if said.what is Amended.TERMS:
        return _terms(account, said)
    if said.cause is Cause.STOP_LOSS:
        return c.MoveStop(symbol=said.symbol, price=said.now)
    if said.what is Amended.PRICE:
        return c.MoveTarget(symbol=said.symbol, price=said.now)
    return None


def _terms(account: Account, said: e.OrderAmended) -> c.TraderCommand:
    now = {change.what: change.now for change in said.changes}
    if said.cause is Cause.TAKE_PROFIT:
        return _target_amended(account, said, now)
    trails = {key: now.get(key) for key in (Term.TRAIL, Term.TRAIL_FRACTION)}
    own = said.order_type is OrderType.TRAILING
    gone = Term.STOP_LOSS in now and now[Term.STOP_LOSS] is None
    untrailed = any(key in now for key in trails) and not any(trails.values()) and not own
    return c.AmendOrder(
        id=said.order,
        quantity=now.get(Term.QUANTITY),
        limit=now.get(Term.LIMIT),
        trigger=None if own else now.get(Term.TRIGGER),
        trail=trails[Term.TRAIL],
        trail_fraction=trails[Term.TRAIL_FRACTION],
        stop_loss=now.get(Term.STOP_LOSS),
        targets=said.targets,
        remove_stop=gone or (untrailed and Term.STOP_LOSS not in now),
    )


def _target_amended(
    account: Account, said: e.OrderAmended, now: dict[Term, Decimal | None]
) -> c.TraderCommand:
    """By a fraction of the position, or by a quantity of its own."""
    limit, held = now.get(Term.LIMIT), account.position(said.symbol)
    assert held is not None, "a target is of a position"
    if said.unrounded is None or said.unrounded == now.get(Term.QUANTITY):
        return c.AmendOrder(id=said.order, limit=limit, quantity=now.get(Term.QUANTITY))
    fraction = said.unrounded / abs(held.quantity)
    return c.MoveTarget(symbol=said.symbol, id=said.order, price=limit, fraction=fraction)


def _cancelled(account: Account, events: Events) -> c.TraderCommand | None:
    said = events[0]
    assert isinstance(said, e.OrderCancelled)
    same = [x for x in events if isinstance(x, e.OrderCancelled) and x.reason == said.reason]
    if said.reason == CancelReason.STOP_REMOVED:
        return c.RemoveStop(symbol=said.symbol)
    if said.reason == CancelReason.TARGET_REMOVED:
        whole = len(same) == len(_targets(account, said.symbol))
        return c.RemoveTarget(symbol=said.symbol, id=None if whole else said.order)
    if said.reason == CancelReason.TRAILING_STOP:
        placed = _first(events, e.OrderPlaced)
        return None if placed is None else _stop_placed(placed)
    if said.reason == CancelReason.ONE_TARGET:
        moved = _first(events, e.OrderAmended)
        first = _targets(account, said.symbol)[0]
        stays = moved is None or moved.what is not Amended.PRICE
        return c.MoveTarget(
            symbol=said.symbol, price=first.limit if stays or moved is None else moved.now
        )
    return c.CancelOrder(id=said.order) if said.reason == CancelReason.CANCELLED else None


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
    return c.AddNote(text=events[0].text, tags=events[0].tags, symbol=events[0].symbol)


def _rules(account: Account, events: Any) -> c.TraderCommand:
    return c.ChangeRules(rules=events[0].rules, cause=events[0].cause, source=events[0].source)


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
    e.RulesChanged: _rules,
    e.IncidentStarted: _incident,
    e.PlanRecorded: _order,
    e.OrderPlaced: _order,
    e.OrderAmended: _amended,
    e.OrderCancelled: _cancelled,
}
