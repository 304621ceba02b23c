"""Trailing stops: a trigger that follows the best price at a distance and never goes back."""

from collections.abc import Collection
from decimal import Decimal

from ledger.account import events as e
from ledger.account.commands import PlaceOrder
from ledger.account.state import Order, OrderType, Side
from ledger.engine.draft import Draft
from ledger.market.instrument import Instrument
from ledger.money import ceil_to, floor_to


def behind(instrument: Instrument, side: Side, price: Decimal, trail: Decimal) -> Decimal:
    """Where a trailing order of a side triggers while this is the best price, on the tick.

    Rounded away from the price, so that it is never nearer than the trail.
    """
    if side is Side.SELL:
        return floor_to(price - trail, instrument.tick)
    return ceil_to(price + trail, instrument.tick)


def nearer(side: Side, one: Decimal, other: Decimal) -> Decimal:
    """Of two triggers of a stop of this side the one that the price meets first."""
    return max(one, other) if side is Side.SELL else min(one, other)


def stop_trail(order: Order | PlaceOrder) -> Decimal | None:
    """The distance of the stop that an order brings; a trailing order's trail is its own."""
    return None if order.trail is None or order.order_type is OrderType.TRAILING else order.trail


def first_stop(order: Order | PlaceOrder, instrument: Instrument, entry: Decimal) -> Decimal | None:
    """Where the stop that an order brings stands when it fills at `entry`; `None` without one.

    A stop that trails begins at its distance from the entry, or at `stop_loss` where that is
    nearer.
    """
    trail = stop_trail(order)
    if trail is None:
        return order.stop_loss
    leaving = order.side.opposite
    trailed = behind(instrument, leaving, entry, trail)
    return trailed if order.stop_loss is None else nearer(leaving, trailed, order.stop_loss)


def follows_from(instrument: Instrument, order: Order) -> Decimal:
    """The price from which on a trailing order's trigger moves: better than its best by a tick."""
    assert order.trail is not None, "a trailing order has its distance"
    assert order.trigger is not None, "a trailing order has its trigger"
    if order.side is Side.SELL:
        return floor_to(order.trigger, instrument.tick) + instrument.tick + order.trail
    return ceil_to(order.trigger, instrument.tick) - instrument.tick - order.trail


def follow(draft: Draft, known: Collection[str] | None = None) -> None:
    """Let trailing orders follow the price that their symbol stands at, each on record.

    Called where a straight way of prices ends: on the way toward the better price a trigger is
    not met, on the way back it stands where the better price left it. Where the `known` orders
    are named, the others wait: what came to life inside a bar follows from the bar's close on,
    since nobody can tell whether the bar's best price came after it.
    """
    for order in list(draft.account.orders.values()):
        if order.trail is None or order.order_type is not OrderType.TRAILING:
            continue
        if order.symbol not in draft.market.trading:
            continue
        if known is not None and order.id not in known:
            continue
        assert order.trigger is not None, "a trailing order has its trigger"
        instrument = draft.account.instruments[order.symbol]
        here = behind(instrument, order.side, draft.market.last[order.symbol], order.trail)
        now = nearer(order.side, order.trigger, here)
        if now != order.trigger:
            draft.record(
                e.OrderAmended(
                    at=draft.market.time,
                    order=order.id,
                    symbol=order.symbol,
                    side=order.side,
                    order_type=order.order_type,
                    cause=order.cause,
                    what="trail",
                    was=order.trigger,
                    now=now,
                    reason="followed the price",
                )
            )
