"""The fold: what an account is after one more event. Nothing else changes an account.

`apply` never decides: every number it needs is in the event. It is total over events, pure, and the
same for live play, resumed ledgers and replay.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ledger.account.event_terms import Amended, Bearer
from ledger.account.events import kinds as e
from ledger.account.fold.carry import (
    fold_capitalized,
    fold_credit,
    fold_funding,
    fold_interest,
    fold_overnight,
)
from ledger.account.fold.changes import cash, on_position, put, put_pocket, total, without
from ledger.account.fold.corporate import fold_dividend, fold_order_adjusted, fold_split
from ledger.account.fold.day import DAY_FOLDS, remembered
from ledger.account.fold.ladder import LADDER_FOLDS
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
from ledger.account.state import MAIN, Account, Cause, Order, OrderType, Pocket
from ledger.frozen import event_from, finish, replace

K = TypeVar("K")
V = TypeVar("V")
Pockets = Mapping[str, Pocket]
_TAKE_PROFIT = Cause.TAKE_PROFIT  # a global is read faster than a member


def apply(account: Account, event: e.Event) -> Account:
    """The account after the event; `seq` and `time` move on with every event."""
    seq, time = account.seq + 1, max(account.time, event.at)
    fold = _FOLDS.get(type(event))
    folded = account if fold is None else fold(account, event)
    if account.rulebook.close_test is not None:
        folded = remembered(account, folded, event)
    change = replace if folded is account else finish
    return change(folded, seq=seq, time=time)


def _deposited(account: Account, event: e.Deposited) -> Account:
    pockets = cash(account.pockets, MAIN, event.amount)
    return replace(account, pockets=pockets, totals=total(account, deposited=event.amount))


def _withdrawn(account: Account, event: e.Withdrawn) -> Account:
    pockets = cash(account.pockets, MAIN, -event.amount)
    return replace(account, pockets=pockets, totals=total(account, withdrawn=event.amount))


def _swept(account: Account, event: e.Swept) -> Account:
    pockets = cash(account.pockets, MAIN, -event.amount)
    return replace(account, pockets=pockets, savings=account.savings + event.amount)


def _loan_drawn(account: Account, event: e.LoanDrawn) -> Account:
    pocket = account.pockets[event.pocket]
    fresh = pocket.loan.principal == 0
    loan = replace(
        pocket.loan,
        principal=event.principal,
        accrued_to=event.at if fresh else pocket.loan.accrued_to,
    )
    return put_pocket(account, replace(pocket, cash=pocket.cash + event.amount, loan=loan))


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
        totals=total(account, interest_paid=event.interest_part + event.capitalized_part),
    )


def _fee_charged(account: Account, event: e.FeeCharged) -> Account:
    pockets = on_position(account.pockets, event.position, event.symbol, fees=event.amount)
    return replace(
        account,
        pockets=cash(pockets, event.pocket, -event.amount),
        totals=total(account, fees_paid=event.amount),
    )


def _order_placed(account: Account, event: e.OrderPlaced) -> Account:
    order = event_from(Order, event, id=event.order, placed_at=event.at, triggered=False)
    return replace(
        account,
        orders=put(account.orders, order.id, order),
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
    return replace(account, orders=put(account.orders, order.id, order))


def _order_triggered(account: Account, event: e.OrderTriggered) -> Account:
    order = replace(account.orders[event.order], triggered=event.rests)
    return replace(account, orders=put(account.orders, order.id, order))


def _order_cancelled(account: Account, event: e.OrderCancelled) -> Account:
    return replace(account, orders=without(account.orders, event.order))


def _order_refused(account: Account, event: e.OrderRefused) -> Account:
    return replace(account, orders_made=account.orders_made + 1)


def _order_filled(account: Account, event: e.OrderFilled) -> Account:
    order = account.orders[event.order]
    left = order.quantity - event.quantity
    orders: Mapping[str, Order] = (
        put(account.orders, order.id, replace(order, quantity=left))
        if left > 0
        else without(account.orders, order.id)
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


def _deficit(account: Account, event: e.DeficitRecorded) -> Account:
    if event.absorbed_by is Bearer.TRADER:
        return account  # the remaining loan is the debt
    pockets = on_position(account.pockets, event.pocket, event.symbol, absorbed=event.amount)
    pockets = cash(pockets, event.pocket, event.amount)
    totals = total(account, absorbed=event.amount, interest_absorbed=event.interest)
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
    e.InterestAccrued: fold_interest,
    e.InterestCapitalized: fold_capitalized,
    e.FeeCharged: _fee_charged,
    e.FundingPaid: fold_funding,
    e.OvernightCharged: fold_overnight,
    e.CreditInterestPaid: fold_credit,
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
    e.DeficitRecorded: _deficit,
    e.RulesChanged: fold_rules,
    e.SessionPlanned: fold_plan,
    **LADDER_FOLDS,
    **DAY_FOLDS,
}
"""Events missing here record something (an order's plan, a note) without changing the account."""
