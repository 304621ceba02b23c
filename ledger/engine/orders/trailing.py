"""Trailing stops: a trigger that follows the best price and never goes back.

It follows at a distance in price, or at a fraction of that price.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.commands import AmendOrder, MoveStop, PlaceOrder
from ledger.account.event_terms import Amended, AmendReason
from ledger.account.events import kinds as e
from ledger.account.state import Order, OrderType, Side
from ledger.engine.decision.draft import Draft
from ledger.frozen import scratch
from ledger.market.instrument import Instrument
from ledger.money import ONE, ceil_to, floor_to


@scratch
@dataclass(frozen=True)
class Trail:
    """How far a trigger is behind the best price: a distance, or a fraction of that price."""

    distance: Decimal | None = None
    fraction: Decimal | None = None

    def below(self, price: Decimal) -> Decimal:
        """The trigger of a sale while this is the highest price, before rounding to the tick."""
        if self.fraction is not None:
            return price * (ONE - self.fraction)
        assert self.distance is not None, "a trail has a distance or a fraction"
        return price - self.distance

    def above(self, price: Decimal) -> Decimal:
        """The trigger of a purchase while this is the lowest price, before rounding to the tick."""
        if self.fraction is not None:
            return price * (ONE + self.fraction)
        assert self.distance is not None, "a trail has a distance or a fraction"
        return price + self.distance


def trail_of(order: Order | PlaceOrder | MoveStop | AmendOrder) -> Trail | None:
    """The trail of the order itself or of the stop that it brings, if given."""
    if order.trail is None and order.trail_fraction is None:
        return None
    return Trail(order.trail, order.trail_fraction)


def behind(instrument: Instrument, side: Side, price: Decimal, trail: Trail) -> Decimal:
    """The trigger of a trailing order while this is the best price, on the tick.

    Rounded away from the price, so that it is never nearer than the trail.
    """
    if side is Side.SELL:
        return floor_to(trail.below(price), instrument.tick)
    return ceil_to(trail.above(price), instrument.tick)


def nearer(side: Side, one: Decimal, other: Decimal) -> Decimal:
    """The one of two triggers of a stop on this side that the price reaches first."""
    return max(one, other) if side is Side.SELL else min(one, other)


def stop_trail(order: Order | PlaceOrder) -> Trail | None:
    """The trail of the stop that an order brings; a trailing order's is its own."""
    return None if order.order_type is OrderType.TRAILING else trail_of(order)


def first_stop(order: Order | PlaceOrder, instrument: Instrument, entry: Decimal) -> Decimal | None:
    """The first level of the stop that an order brings when it fills at `entry`; `None` without
    one.

    A trailing stop begins at its distance from the entry, or at `stop_loss` if that is nearer.
    """
    trail = stop_trail(order)
    if trail is None:
        return order.stop_loss
    leaving = order.side.opposite
    trailed = behind(instrument, leaving, entry, trail)
    return trailed if order.stop_loss is None else nearer(leaving, trailed, order.stop_loss)


def follows_from(instrument: Instrument, order: Order) -> Decimal:
    """The price from which a trailing order's trigger moves: better than its best by a tick, or by
    what moves a fraction of it by one tick."""
    trail = trail_of(order)
    assert trail is not None, "a trailing order has its trail"
    assert order.trigger is not None, "a trailing order has its trigger"
    selling = order.side is Side.SELL
    to_tick, step = (floor_to, instrument.tick) if selling else (ceil_to, -instrument.tick)
    next_trigger = to_tick(order.trigger, instrument.tick) + step
    if trail.fraction is not None:
        return next_trigger / (ONE - trail.fraction if selling else ONE + trail.fraction)
    assert trail.distance is not None, "a trail has a distance or a fraction"
    return next_trigger + trail.distance if selling else next_trigger - trail.distance


def follow(draft: Draft, known: Collection[str] | None = None) -> None:
    """Let trailing orders follow the price of their symbol, each on record.

    Called where a straight move of prices ends: on the way to the better price a trigger is not
    reached, and on the way back it is where the better price left it. If `known` orders are given,
    the others wait: what came to life inside a bar follows from the bar's close on, since the bar's
    best price may have come before it.
    """
    for order in list(draft.account.orders.values()):
        if order.order_type is not OrderType.TRAILING:
            continue
        if order.symbol not in draft.market.trading:
            continue
        if known is not None and order.id not in known:
            continue
        trail = trail_of(order)
        assert trail is not None, "a trailing order has its trail"
        assert order.trigger is not None, "a trailing order has its trigger"
        instrument = draft.account.instruments[order.symbol]
        here = behind(instrument, order.side, draft.market.last[order.symbol], trail)
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
                    what=Amended.TRAIL,
                    was=order.trigger,
                    now=now,
                    reason=AmendReason.TRAILED,
                )
            )
