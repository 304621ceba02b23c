"""The fold: what an account is after one more event. Nothing else changes an account.

`apply` never decides: every number it needs is in the event. It is total over events, pure, and the
same for live play, resumed ledgers and replay.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from ledger.account.event_terms import Amended, Bearer
from ledger.account.events import kinds as e
from ledger.account.fold.corporate import fold_dividend, fold_order_adjusted, fold_split
from ledger.account.fold.orders import fold_terms, with_shares
from ledger.account.fold.plans import fold_plan
from ledger.account.fold.rules import fold_rules
from ledger.account.fold.trades import (
    fold_course,
    fold_fill,
    fold_leverage,
    fold_margin_move,
    fold_position_closed,
    fold_risk,
    with_pocket,
)
from ledger.account.incident import Incident, IncidentKind
from ledger.account.state import MAIN, Account, Call, Cause, Order, OrderType, Pocket, Totals
from ledger.frozen import event_from, finish, replace
from ledger.money import ZERO

K = TypeVar("K")
V = TypeVar("V")
Pockets = Mapping[str, Pocket]
_TAKE_PROFIT = Cause.TAKE_PROFIT  # a global is read faster than a member


def apply(account: Account, event: e.Event) -> Account:
    """The account after the event; `seq` and `time` move on with every event."""
    seq, time = account.seq + 1, max(account.time, event.at)
    fold = _FOLDS.get(type(event))
    folded = account if fold is None else fold(account, event)
    change = replace if folded is account else finish
    return change(folded, seq=seq, time=time)


def _put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    left = {**mapping}
    left.pop(key, None)
    return left


def _with_pocket(account: Account, pocket: Pocket) -> Account:
    return replace(account, pockets=_put(account.pockets, pocket.name, pocket))


def _cash(pockets: Pockets, name: str, change: Decimal) -> Pockets:
    pocket = pockets[name]
    return _put(pockets, name, replace(pocket, cash=pocket.cash + change))


def _total(account: Account, **changes: Decimal) -> Totals:
    totals = account.totals
    grown = {name: getattr(totals, name) + change for name, change in changes.items()}
    return replace(totals, **grown)


def _deposited(account: Account, event: e.Deposited) -> Account:
    pockets = _cash(account.pockets, MAIN, event.amount)
    return replace(account, pockets=pockets, totals=_total(account, deposited=event.amount))


def _withdrawn(account: Account, event: e.Withdrawn) -> Account:
    pockets = _cash(account.pockets, MAIN, -event.amount)
    return replace(account, pockets=pockets, totals=_total(account, withdrawn=event.amount))


def _swept(account: Account, event: e.Swept) -> Account:
    pockets = _cash(account.pockets, MAIN, -event.amount)
    return replace(account, pockets=pockets, savings=account.savings + event.amount)


def _loan_drawn(account: Account, event: e.LoanDrawn) -> Account:
    pocket = account.pockets[event.pocket]
    fresh = pocket.loan.principal == 0
    loan = replace(
        pocket.loan,
        principal=event.principal,
        accrued_to=event.at if fresh else pocket.loan.accrued_to,
    )
    return _with_pocket(account, replace(pocket, cash=pocket.cash + event.amount, loan=loan))


def _loan_repaid(account: Account, event: e.LoanRepaid) -> Account:
    pocket = account.pockets[event.pocket]
    loan = replace(
        pocket.loan,
        principal=event.principal,
        accrued=pocket.loan.accrued - event.interest_part,
        capitalized=pocket.loan.capitalized - event.capitalized_part,
    )
    paid = replace(pocket, cash=pocket.cash - event.amount, loan=loan)
    return replace(
        account,
        pockets=with_pocket(account.pockets, paid),
        totals=_total(account, interest_paid=event.interest_part + event.capitalized_part),
    )


def _interest_accrued(account: Account, event: e.InterestAccrued) -> Account:
    pocket = account.pockets[event.pocket]
    loan = replace(
        pocket.loan,
        accrued=pocket.loan.accrued + event.amount,
        carried=event.carried,
        accrued_to=event.to if event.to > event.from_ else pocket.loan.accrued_to,
    )
    shares = _by_cost(pocket, event.amount) if event.borne_by is None else event.borne_by
    positions = {
        symbol: replace(position, carry=position.carry + shares[symbol])
        if symbol in shares
        else position
        for symbol, position in pocket.positions.items()
    }
    pocket = replace(pocket, loan=loan, positions=positions)
    return replace(
        account,
        pockets=_put(account.pockets, pocket.name, pocket),
        totals=_total(account, interest=event.amount),
    )


def _by_cost(pocket: Pocket, amount: Decimal) -> Mapping[str, Decimal]:
    """Interest that no event assigned to a trade: the longs', by cost."""
    costs = {s: abs(p.basis) for s, p in pocket.positions.items() if p.quantity > 0}
    whole = sum(costs.values(), ZERO)
    return {symbol: amount * cost / whole for symbol, cost in costs.items()} if whole else {}


def _interest_capitalized(account: Account, event: e.InterestCapitalized) -> Account:
    pocket = account.pockets[event.pocket]
    loan = replace(
        pocket.loan,
        principal=event.principal,
        accrued=pocket.loan.accrued - event.amount,
        capitalized=event.capitalized,
    )
    return _with_pocket(account, replace(pocket, loan=loan))


def _on_position(pockets: Pockets, name: str, symbol: str | None, **changes: Decimal) -> Pockets:
    pocket = pockets[name]
    if symbol is None or symbol not in pocket.positions:
        return pockets
    position = pocket.positions[symbol]
    grown = {field: getattr(position, field) + change for field, change in changes.items()}
    changed: Any = replace(position, **grown)
    return _put(pockets, name, replace(pocket, positions=_put(pocket.positions, symbol, changed)))


def _fee_charged(account: Account, event: e.FeeCharged) -> Account:
    pockets = _on_position(account.pockets, event.position, event.symbol, fees=event.amount)
    return replace(
        account,
        pockets=_cash(pockets, event.pocket, -event.amount),
        totals=_total(account, fees_paid=event.amount),
    )


def _funding_paid(account: Account, event: e.FundingPaid) -> Account:
    pockets = _on_position(account.pockets, event.pocket, event.symbol, carry=event.amount)
    return replace(
        account,
        pockets=_cash(pockets, event.pocket, -event.amount),
        totals=_total(account, funding_paid=event.amount),
    )


def _order_placed(account: Account, event: e.OrderPlaced) -> Account:
    order = event_from(Order, event, id=event.order, placed_at=event.at, triggered=False)
    return replace(
        account,
        orders=_put(account.orders, order.id, order),
        orders_made=account.orders_made + 1,
    )


def _order_amended(account: Account, event: e.OrderAmended) -> Account:
    order = account.orders[event.order]
    if event.what is Amended.TERMS:
        order = fold_terms(order, event)
    elif event.what is Amended.QUANTITY:
        share = order.unrounded if event.unrounded is None else event.unrounded
        order = replace(order, quantity=event.now, unrounded=share)
    elif event.what is Amended.PRICE and order.order_type is OrderType.TRAILING:
        still = replace(order, order_type=OrderType.STOP, trail=None, trail_fraction=None)
        order = replace(still, trigger=event.now)
    elif order.trigger is not None:
        order = replace(order, trigger=event.now)
    else:
        order = replace(order, limit=event.now)
    return replace(account, orders=_put(account.orders, order.id, order))


def _order_triggered(account: Account, event: e.OrderTriggered) -> Account:
    order = replace(account.orders[event.order], triggered=event.rests)
    return replace(account, orders=_put(account.orders, order.id, order))


def _order_cancelled(account: Account, event: e.OrderCancelled) -> Account:
    return replace(account, orders=_without(account.orders, event.order))


def _order_refused(account: Account, event: e.OrderRefused) -> Account:
    return replace(account, orders_made=account.orders_made + 1)


def _order_filled(account: Account, event: e.OrderFilled) -> Account:
    order = account.orders[event.order]
    left = order.quantity - event.quantity
    orders: Mapping[str, Order] = (
        _put(account.orders, order.id, replace(order, quantity=left))
        if left > 0
        else _without(account.orders, order.id)
    )
    if order.cause is not _TAKE_PROFIT:
        orders = with_shares(account, event, orders)
    filled = account.ocos_filled
    if order.oco or account.linked(order):
        filled |= {order.oco or order.id}
    traded = fold_fill(account, event, event.leverage)
    return finish(traded, orders=orders, ocos_filled=filled)


def _forced(account: Account, event: e.Fill) -> Account:
    traded = fold_fill(account, event, None)
    return finish(traded, orders=with_shares(account, event, account.orders))


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
    return replace(account, calls=_put(account.calls, event.pocket, call))


def _call_met(account: Account, event: e.MarginCallMet) -> Account:
    return replace(account, calls=_without(account.calls, event.pocket))


def _call_expired(account: Account, event: e.MarginCallExpired) -> Account:
    call = replace(account.calls[event.pocket], expired=True)
    return replace(account, calls=_put(account.calls, event.pocket, call))


def _call_answered(account: Account, event: e.CallAnswered) -> Account:
    call = replace(account.calls[event.pocket], answer=event.answer)
    return replace(account, calls=_put(account.calls, event.pocket, call))


def _deficit(account: Account, event: e.DeficitRecorded) -> Account:
    if event.absorbed_by is Bearer.TRADER:
        return account  # the remaining loan is the debt
    pockets = _on_position(account.pockets, event.pocket, event.symbol, absorbed=event.amount)
    pockets = _cash(pockets, event.pocket, event.amount)
    totals = _total(account, absorbed=event.amount, interest_absorbed=event.interest)
    return replace(account, pockets=pockets, totals=totals)


def _incident_started(account: Account, event: e.IncidentStarted) -> Account:
    if event.kind is IncidentKind.DELISTING and event.symbol is not None:
        return replace(account, delisted=account.delisted | {event.symbol})
    if event.until is None:
        return account
    incident = Incident(
        kind=event.kind,
        since=event.at,
        until=event.until,
        share=event.share,
        seconds=event.seconds,
        seed=event.seed,
    )
    return replace(account, incidents=(*account.incidents, incident))


def _incident_ended(account: Account, event: e.IncidentEnded) -> Account:
    first = min((x for x in account.incidents if x.kind is event.kind), key=lambda x: x.until)
    return replace(account, incidents=tuple(x for x in account.incidents if x is not first))


_FOLDS: dict[type[e.Event], Callable[[Account, Any], Account]] = {
    e.Deposited: _deposited,
    e.Withdrawn: _withdrawn,
    e.Swept: _swept,
    e.LoanDrawn: _loan_drawn,
    e.LoanRepaid: _loan_repaid,
    e.InterestAccrued: _interest_accrued,
    e.InterestCapitalized: _interest_capitalized,
    e.FeeCharged: _fee_charged,
    e.FundingPaid: _funding_paid,
    e.DividendPaid: fold_dividend,
    e.Split: fold_split,
    e.OrderAdjusted: fold_order_adjusted,
    e.CashInLieu: _forced,
    e.MarginAdded: fold_margin_move,
    e.MarginRemoved: fold_margin_move,
    e.OrderPlaced: _order_placed,
    e.OrderAmended: _order_amended,
    e.OrderTriggered: _order_triggered,
    e.OrderCancelled: _order_cancelled,
    e.OrderRefused: _order_refused,
    e.OrderFilled: _order_filled,
    e.ForceSold: _forced,
    e.Liquidated: _forced,
    e.OptionSettled: _forced,
    e.VenueClosed: _forced,
    e.IncidentStarted: _incident_started,
    e.IncidentEnded: _incident_ended,
    e.PositionOpened: fold_risk,
    e.PositionChanged: fold_course,
    e.LeverageChanged: fold_leverage,
    e.PositionClosed: fold_position_closed,
    e.MarginWarned: _warned,
    e.MarginWarningCleared: _warning_cleared,
    e.MarginCallIssued: _call_issued,
    e.MarginCallMet: _call_met,
    e.MarginCallExpired: _call_expired,
    e.CallAnswered: _call_answered,
    e.DeficitRecorded: _deficit,
    e.RulesChanged: fold_rules,
    e.SessionPlanned: fold_plan,
}
"""Events missing here record something (an order's plan, a note) without changing the account."""
