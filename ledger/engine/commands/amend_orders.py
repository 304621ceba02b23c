"""A resting order on other terms: tested like a new one, told in one event."""

from typing import Any

from ledger.account.commands import AmendOrder, PlaceOrder
from ledger.account.state import Cause, Order, OrderType
from ledger.engine.commands import move_stops
from ledger.engine.commands.place_orders import check, largest_of, mode_wished, try_here
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal, WrongSize
from ledger.engine.orders import protection
from ledger.engine.orders.acceptance import (
    check_prices,
    check_type,
    crosses,
    held_in,
    listed,
    quantity_of,
    reference_price,
)
from ledger.engine.orders.trailing import trail_of
from ledger.engine.orders.venue_state import check_open, check_order
from ledger.frozen import replace

_TRAILS = ("trail", "trail_fraction")
_BROUGHT = ("stop_loss", "targets")
_TERMS = ("quantity", "limit", "trigger", *_TRAILS, *_BROUGHT)


def amend(draft: Draft, wish: AmendOrder) -> None:
    """Give a resting order the terms that are wished, or refuse them all."""
    check_open(draft)
    order = draft.account.orders.get(wish.id)
    if order is None:
        raise Refusal(f"there is no open order {wish.id}")
    if not wish.remove_stop and all(getattr(wish, key) is None for key in _TERMS):
        raise Refusal("change at least one term of the order")
    if order.cause is not Cause.TRADER and (
        wish.remove_stop or any(getattr(wish, key) is not None for key in _BROUGHT)
    ):
        raise Refusal(
            f"{order.id} protects a position and cannot have a stop or targets of its own"
        )
    if order.cause is Cause.STOP_LOSS:
        _amend_stop(draft, order, wish)
    elif order.cause is Cause.TAKE_PROFIT:
        _amend_target(draft, order, wish)
    else:
        _amend_own(draft, order, wish)


def _amend_own(draft: Draft, order: Order, wish: AmendOrder) -> None:
    """An order of the trader's, which may open, enlarge or reduce."""
    terms = _terms(order, wish)
    instrument = listed(draft, order.symbol)
    check_order(draft, order.symbol, draft.account.seq)
    retrailed = terms.get("trail") is not None or terms.get("trail_fraction") is not None
    anew = _as_new(replace(order, **terms), retrailed)
    check_type(anew, instrument)
    mode_wished(draft, anew)
    reference = reference_price(draft, anew, instrument)
    check_prices(draft, anew, instrument)
    try:
        quantity_of(draft, anew, instrument, reference)
    except WrongSize as refused:
        raise Refusal(refused.reason, largest_of(draft, anew)) from None
    if anew.order_type is OrderType.TRAILING:
        terms["trigger"] = reference
    crossed = crosses(draft, anew)
    check(draft, replace(order, crossed=crossed, **terms), reference)
    protection.amend(draft, order, terms, crossed=crossed)
    try_here(draft, order.id, checked=reference)


def _terms(order: Order, wish: AmendOrder) -> dict[str, Any]:
    """What the wish makes of the order's terms, where that is something else."""
    given: dict[str, Any] = {
        key: getattr(wish, key) for key in _TERMS if getattr(wish, key) is not None
    }
    own_trail = order.order_type is OrderType.TRAILING
    if not given.keys().isdisjoint(_TRAILS) or (wish.remove_stop and not own_trail):
        given = {**dict.fromkeys(_TRAILS), **given}
    if wish.remove_stop:
        given = {"stop_loss": None, **given}
    terms = {key: value for key, value in given.items() if value != getattr(order, key)}
    if not terms:
        raise Refusal(f"{order.id} has these terms already")
    if order.triggered and "trigger" in terms:
        raise Refusal(f"{order.id} has been triggered: it now rests at its limit")
    if order.order_type is OrderType.TRAILING and "trigger" in terms:
        raise Refusal("a trailing order's trigger follows the price: amend its trail")
    return terms


def _as_new(order: Order, retrailed: bool) -> PlaceOrder:
    """The wish that would place this order where it stands.

    A stop-limit that has triggered is a limit order, and a trailing order that keeps its trail a
    stop at its trigger.
    """
    kind = OrderType.LIMIT if order.triggered else order.order_type
    own = kind is OrderType.TRAILING
    if own and not retrailed:
        order, kind, own = replace(order, trail=None, trail_fraction=None), OrderType.STOP, False
    return PlaceOrder(
        symbol=order.symbol,
        side=order.side,
        quantity=order.quantity,
        order_type=kind,
        limit=order.limit,
        trigger=None if own or order.triggered else order.trigger,
        trail=order.trail,
        trail_fraction=order.trail_fraction,
        leverage=order.leverage,
        mode=order.mode,
        stop_loss=order.stop_loss,
        targets=order.targets,
        reduce_only=order.reduce_only,
        good_for=order.good_for,
    )


def _amend_stop(draft: Draft, stop: Order, wish: AmendOrder) -> None:
    """The stop of a position, which covers all of it at any time."""
    if wish.quantity is not None or wish.limit is not None:
        raise Refusal("a stop always covers its whole position: amend its trigger or its trail")
    position = held_in(draft, stop.symbol)
    trail = trail_of(wish)
    if (wish.trigger is None) is (trail is None):
        raise Refusal("give the stop either a trigger or a trail")
    stands = stop.order_type is OrderType.STOP and stop.trigger == wish.trigger
    if stands or (trail is not None and trail == trail_of(stop)):
        raise Refusal(f"{stop.id} has these terms already")
    if trail is not None:
        protection.let_trail(draft, stop, trail, move_stops.first_of(draft, position, trail))
    elif wish.trigger is not None:
        move_stops.check_level(draft, position, "stop", wish.trigger, Cause.STOP_LOSS)
        protection.set_stop(draft, position, wish.trigger)


def _amend_target(draft: Draft, target: Order, wish: AmendOrder) -> None:
    """One target of a position; the others stay."""
    if wish.trigger is not None or trail_of(wish) is not None:
        raise Refusal("a target has no trigger and no trail: amend its limit or its quantity")
    position = held_in(draft, target.symbol)
    if wish.limit is not None:
        move_stops.check_level(draft, position, "target", wish.limit, Cause.TAKE_PROFIT)
    move_stops.amend_target(draft, position, target, wish.limit, quantity=wish.quantity)
