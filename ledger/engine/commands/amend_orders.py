"""Amend a resting order: checked like a new one, recorded in one event."""

from typing import Any

from ledger.account.commands import AmendOrder, PlaceOrder
from ledger.account.state import Cause, Order, OrderType
from ledger.engine.commands import move_stops
from ledger.engine.commands.place_orders import check, largest_of, mode_requested, try_here
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


def amend(draft: Draft, command: AmendOrder) -> None:
    """Give a resting order the new terms, or refuse them all."""
    check_open(draft)
    order = draft.account.orders.get(command.id)
    if order is None:
        raise Refusal(f"there is no open order {command.id}")
    if not command.remove_stop and all(getattr(command, key) is None for key in _TERMS):
        raise Refusal("change at least one term of the order")
    if order.cause is not Cause.TRADER and (
        command.remove_stop or any(getattr(command, key) is not None for key in _BROUGHT)
    ):
        raise Refusal(
            f"{order.id} protects a position and cannot have a stop or targets of its own"
        )
    if order.cause is Cause.STOP_LOSS:
        _amend_stop(draft, order, command)
    elif order.cause is Cause.TAKE_PROFIT:
        _amend_target(draft, order, command)
    else:
        _amend_own(draft, order, command)


def _amend_own(draft: Draft, order: Order, command: AmendOrder) -> None:
    """Amend an order of the trader's own, which may open, enlarge or reduce."""
    terms = _terms(order, command)
    instrument = listed(draft, order.symbol)
    check_order(draft, order.symbol, draft.account.seq)
    retrailed = terms.get("trail") is not None or terms.get("trail_fraction") is not None
    anew = _as_new(replace(order, **terms), retrailed)
    check_type(anew, instrument)
    mode_requested(draft, anew)
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


def _terms(order: Order, command: AmendOrder) -> dict[str, Any]:
    """The terms that the command changes, without those that stay the same."""
    terms: dict[str, Any] = {
        key: getattr(command, key) for key in _TERMS if getattr(command, key) is not None
    }
    own_trail = order.order_type is OrderType.TRAILING
    if not terms.keys().isdisjoint(_TRAILS) or (command.remove_stop and not own_trail):
        terms = {**dict.fromkeys(_TRAILS), **terms}
    if command.remove_stop:
        terms = {"stop_loss": None, **terms}
    terms = {key: value for key, value in terms.items() if value != getattr(order, key)}
    if not terms:
        raise Refusal(f"{order.id} has these terms already")
    if order.triggered and "trigger" in terms:
        raise Refusal(f"{order.id} has been triggered: it now rests at its limit")
    if order.order_type is OrderType.TRAILING and "trigger" in terms:
        raise Refusal("a trailing order's trigger follows the price: amend its trail")
    return terms


def _as_new(order: Order, retrailed: bool) -> PlaceOrder:
    """The command that would place this order as it is now.

    A stop-limit that has triggered is a limit order; a trailing order that keeps its trail is a
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


def _amend_stop(draft: Draft, stop: Order, command: AmendOrder) -> None:
    """Amend a position's stop, which always covers the whole position."""
    if command.quantity is not None or command.limit is not None:
        raise Refusal("a stop always covers its whole position: amend its trigger or its trail")
    position = held_in(draft, stop.symbol)
    trail = trail_of(command)
    if (command.trigger is None) is (trail is None):
        raise Refusal("give the stop either a trigger or a trail")
    unchanged = stop.order_type is OrderType.STOP and stop.trigger == command.trigger
    if unchanged or (trail is not None and trail == trail_of(stop)):
        raise Refusal(f"{stop.id} has these terms already")
    if trail is not None:
        protection.let_trail(draft, stop, trail, move_stops.first_of(draft, position, trail))
    elif command.trigger is not None:
        move_stops.check_level(draft, position, "stop", command.trigger, Cause.STOP_LOSS)
        protection.set_stop(draft, position, command.trigger)


def _amend_target(draft: Draft, target: Order, command: AmendOrder) -> None:
    """Amend one target of a position; the others stay."""
    if command.trigger is not None or trail_of(command) is not None:
        raise Refusal("a target has no trigger and no trail: amend its limit or its quantity")
    position = held_in(draft, target.symbol)
    if command.limit is not None:
        move_stops.check_level(draft, position, "target", command.limit, Cause.TAKE_PROFIT)
    move_stops.amend_target(draft, position, target, command.limit, quantity=command.quantity)
