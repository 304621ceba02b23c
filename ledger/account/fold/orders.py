"""The fold of changes to resting orders: new terms, and targets that keep a share."""

from collections.abc import Mapping
from typing import Any

from ledger.account.event_terms import Term
from ledger.account.events import kinds as e
from ledger.account.state import Account, Order
from ledger.frozen import replace


def fold_terms(order: Order, event: e.OrderAmended) -> Order:
    """The order on its new terms, as if sent at this moment."""
    terms: dict[str, Any] = {change.what: change.now for change in event.changes}
    if Term.QUANTITY in terms:
        terms["unrounded"] = event.unrounded
    if event.targets is not None:
        terms["targets"] = event.targets
    return replace(
        order, order_type=event.order_type, crossed=event.crossed, placed_at=event.at, **terms
    )


def with_shares(
    account: Account, event: e.Fill, orders: Mapping[str, Order]
) -> Mapping[str, Order]:
    """The orders after part of a position was closed by anything but a target: its targets keep
    their shares of what is left."""
    held = account.position(event.symbol)
    if held is None or not held.quantity or held.side is event.side:
        return orders
    size = abs(held.quantity)
    left = size - event.quantity
    changed = {
        order.id: replace(order, unrounded=order.unrounded * left / size)
        for order in orders.values()
        if order.symbol == event.symbol and order.unrounded is not None
    }
    return {**orders, **changed} if changed else orders
