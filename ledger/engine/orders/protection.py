"""Stops and targets: placed with the entry, moved on record, shrunk with the position."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ledger.account.event_terms import Amended, AmendReason, CancelReason, Term
from ledger.account.events import kinds as e
from ledger.account.risk.requirement import mode_of
from ledger.account.state import Cause, GoodFor, Order, OrderType, Position, Target
from ledger.engine.decision.draft import Draft
from ledger.engine.orders.trailing import Trail, first_stop, nearer, stop_trail
from ledger.frozen import event_from, replace
from ledger.market.instrument import Instrument
from ledger.market.quote import Step
from ledger.money import DUST, ZERO, floor_to, ratio

_STOP_LOSS, _TAKE_PROFIT = Cause.STOP_LOSS, Cause.TAKE_PROFIT  # globals are read faster


def orders_for(draft: Draft, symbol: str, cause: Cause) -> list[Order]:
    """The resting protective orders of a position, oldest first."""
    return [o for o in draft.account.orders.values() if o.symbol == symbol and o.cause is cause]


def cancel(draft: Draft, order: Order, reason: str) -> None:
    """Cancel an order, on record, and the orders that are tied to it.

    Does nothing if it has ended meanwhile, along with another that it was tied to.
    """
    if order.id in draft.account.orders:
        linked = draft.account.linked(order)
        _end(draft, order, reason)
        for other in linked:
            _end(draft, other, CancelReason.ONE_CANCELS_OTHER)


def cancel_linked(draft: Draft, filled: Order) -> None:
    """Cancel the rest of a one-cancels-other group when one of its orders fills, even in part."""
    for other in draft.account.linked(filled):
        _end(draft, other, CancelReason.ONE_CANCELS_OTHER)


def _end(draft: Draft, order: Order, reason: str) -> None:
    at = draft.market.time
    draft.record(event_from(e.OrderCancelled, order, at=at, order=order.id, reason=reason))


def end_session(draft: Draft, step: Step) -> None:
    """End day orders with the session they were placed in, or for."""
    for order in list(draft.account.orders.values()):
        if order.good_for is GoodFor.DAY and step.ends_session((order.symbol,)):
            cancel(draft, order, CancelReason.DAY_OVER)


def cancel_all(draft: Draft, symbol: str) -> None:
    """End a closed position's stop, its targets and every other reducing order."""
    for order in list(draft.account.orders.values()):
        if order.symbol == symbol and order.reduce_only:
            cancel(draft, order, CancelReason.POSITION_CLOSED)


def attach(draft: Draft, entry: Order, price: Decimal) -> None:
    """Activate the stop and targets of an entry filled at `price`.

    A later entry's replace the earlier. Protection stays until cancelled, a day order's too.
    """
    position = draft.account.position(entry.symbol)
    if position is None:
        return
    stop = first_stop(entry, draft.account.instruments[entry.symbol], price)
    trail = stop_trail(entry)
    if stop is not None and trail is None:
        set_stop(draft, position, stop)
    elif stop is not None and trail is not None:
        set_trail(draft, position, trail, stop)
    if entry.targets:
        for old in orders_for(draft, entry.symbol, _TAKE_PROFIT):
            cancel(draft, old, CancelReason.LATER_TARGETS)
        place_targets(draft, position, entry.targets)
    if len(position.lots) > 1:  # an earlier entry's targets cover less than is held now
        resize(draft, entry.symbol)


def set_stop(draft: Draft, position: Position, price: Decimal) -> None:
    """Place the position's one stop, or move it; a move away is recorded in R.

    A trailing stop stops trailing, even if it is given the price that it has.
    """
    stops = orders_for(draft, position.symbol, _STOP_LOSS)
    if not stops:
        _place(draft, position, OrderType.STOP, abs(position.quantity), price, _STOP_LOSS)
        return
    stop = stops[0]
    assert stop.trigger is not None, "a stop has its trigger"
    if stop.trigger != price or stop.order_type is OrderType.TRAILING:
        instrument = draft.account.instruments[position.symbol]
        away = widened(instrument, position, stop.trigger, price)
        _amend(draft, stop, Amended.PRICE, stop.trigger, price, away)


def set_trail(draft: Draft, position: Position, trail: Trail, first: Decimal) -> None:
    """Let the position's one stop trail, from `first`, or from its present level if that is nearer.

    So making a stop trail never moves it away.
    """
    leaving = position.side.opposite
    for stop in orders_for(draft, position.symbol, _STOP_LOSS):
        assert stop.trigger is not None, "a stop has its trigger"
        first = nearer(leaving, first, stop.trigger)
        cancel(draft, stop, CancelReason.TRAILING_STOP)
    _place(
        draft,
        position,
        OrderType.TRAILING,
        abs(position.quantity),
        first,
        _STOP_LOSS,
        trail=trail,
    )


def widened(
    instrument: Instrument, position: Position, was: Decimal, now: Decimal
) -> Decimal | None:
    """R given away by moving a stop: side x (was - now) x quantity / R0, if it moves away.

    Source: `metrics.md`, discipline. `None` for a tightened stop or a trade without R.
    """
    away = instrument.gain(position.quantity, now, was)
    return ratio(away / position.risk) if away > 0 and position.risk else None


def place_targets(draft: Draft, position: Position, targets: tuple[Target, ...]) -> None:
    """Place one resting order for each target; fractions are of the position, rounded down to the
    lot.

    Where the fractions add up to the whole, the last target takes what rounding left.
    """
    lot = draft.account.instruments[position.symbol].lot
    left = abs(position.quantity)
    whole = sum((target.fraction for target in targets), ZERO) == 1
    for index, target in enumerate(targets):
        share = abs(position.quantity) * target.fraction
        size = floor_to(share, lot)
        if whole and index == len(targets) - 1:
            size = left
        if size > 0:
            place_target(draft, position, size, target.price, share)
            left -= size


def place_target(
    draft: Draft, position: Position, size: Decimal, price: Decimal, share: Decimal
) -> None:
    """Place one target, with the `share` from which its size was rounded."""
    _place(draft, position, OrderType.LIMIT, size, price, _TAKE_PROFIT, unrounded=share)


def resize(draft: Draft, symbol: str, was: Decimal | None = None) -> None:
    """Keep protection at the position's size: stops cover all of it, targets no more than it.

    `was` is the size before a close that was no target's: every target keeps its share of the rest.
    What a target took was its own part, and the others keep their sizes.
    """
    position = draft.account.position(symbol)
    if position is None or not position.quantity:
        return
    size = abs(position.quantity)
    for stop in orders_for(draft, symbol, _STOP_LOSS):
        if stop.quantity != size:
            _amend(draft, stop, Amended.QUANTITY, stop.quantity, size)
    targets = orders_for(draft, symbol, _TAKE_PROFIT)
    lot = draft.account.instruments[symbol].lot
    sizes = _fitting(targets, size) if was is None else _shares(targets, size, was, lot)
    for target, fitting in sizes:
        if fitting == 0:
            cancel(draft, target, CancelReason.POSITION_SMALLER)
        elif fitting != target.quantity:
            _amend(draft, target, Amended.QUANTITY, target.quantity, fitting)


def _fitting(targets: list[Order], size: Decimal) -> Iterator[tuple[Order, Decimal]]:
    """As much of each target as is left to take, the oldest first."""
    for target in targets:
        fitting = min(target.quantity, size)
        size -= fitting
        yield target, fitting


def _shares(
    targets: list[Order], size: Decimal, was: Decimal, lot: Decimal
) -> Iterator[tuple[Order, Decimal]]:
    """Each target's share of what is left, rounded down to the lot but to no less than one lot.

    The nearest come first. If they covered the whole position, the farthest takes what rounding
    left; if there are more of them than lots, the farthest are dropped.
    """
    nearest = sorted(targets, key=lambda target: (target.limit or ZERO) * -target.side.sign)
    shares = [t.quantity * size / was if t.unrounded is None else t.unrounded for t in nearest]
    whole = sum((t.quantity for t in nearest), ZERO) >= was and (
        sum(shares, ZERO) + DUST >= size
        or nearest[-1].quantity > _in_lots(shares[-1] * was / size, lot)  # it took the rest
    )
    for target, share in zip(nearest, shares, strict=True):
        rest = whole and target is nearest[-1]
        fitting = size if rest else min(_in_lots(share, lot), size)
        size -= fitting
        yield target, fitting


def _in_lots(share: Decimal, lot: Decimal) -> Decimal:
    return max(floor_to(share + DUST, lot), lot)


def _place(
    draft: Draft,
    position: Position,
    order_type: OrderType,
    quantity: Decimal,
    price: Decimal,
    cause: Cause,
    trail: Trail | None = None,
    unrounded: Decimal | None = None,
) -> None:
    stop = cause is _STOP_LOSS
    draft.record(
        e.OrderPlaced(
            at=draft.market.time,
            order=draft.account.next_order,
            symbol=position.symbol,
            side=position.side.opposite,
            order_type=order_type,
            quantity=quantity,
            limit=None if stop else price,
            trigger=price if stop else None,
            leverage=position.leverage,
            mode=mode_of(draft.account, position.pocket),
            reduce_only=True,
            cause=cause,
            trail=None if trail is None else trail.distance,
            trail_fraction=None if trail is None else trail.fraction,
            unrounded=unrounded,
        )
    )


_WHY_AMENDED = {Amended.PRICE: AmendReason.MOVED, Amended.QUANTITY: AmendReason.RESIZED}


def _amend(
    draft: Draft,
    order: Order,
    what: Amended,
    was: Decimal,
    now: Decimal,
    widened_r: Decimal | None = None,
    share: Decimal | None = None,
) -> None:
    draft.record(
        e.OrderAmended(
            at=draft.market.time,
            order=order.id,
            symbol=order.symbol,
            side=order.side,
            order_type=order.order_type,
            cause=order.cause,
            what=what,
            was=was,
            now=now,
            widened_r=widened_r,
            reason=_WHY_AMENDED[what],
            unrounded=share,
        )
    )


def amend(
    draft: Draft,
    order: Order,
    terms: Mapping[str, Any],
    *,
    order_type: OrderType | None = None,
    crossed: bool = False,
    widened_r: Decimal | None = None,
    share: Decimal | None = None,
) -> None:
    """Put an order on other terms, by their keys, in one event; unchanged terms are left out.

    `share` is what a target's new size was rounded from; if that is another one, the size is
    stated though it stays.
    """
    now = replace(order, **terms)
    changes = tuple(
        e.Change(Term(key), getattr(order, key), value)
        for key, value in terms.items()
        if value != getattr(order, key) or (key == "quantity" and share not in (None, order.share))
        if key != "targets"
    )
    waits = order.level is not None and now.level is not None
    draft.record(
        e.OrderAmended(
            at=draft.market.time,
            order=order.id,
            symbol=order.symbol,
            side=order.side,
            order_type=order_type or order.order_type,
            cause=order.cause,
            what=Amended.TERMS,
            was=order.level if waits and order.level is not None else order.quantity,
            now=now.level if waits and now.level is not None else now.quantity,
            widened_r=widened_r,
            reason=AmendReason.AMENDED,
            changes=changes,
            crossed=crossed,
            unrounded=share,
            targets=terms.get("targets"),
            targets_were=order.targets if "targets" in terms else (),
        )
    )


def let_trail(draft: Draft, stop: Order, trail: Trail, first: Decimal) -> None:
    """Let an existing stop trail under its own name: from `first`, or from its present level if
    that is nearer."""
    assert stop.trigger is not None, "a stop has its trigger"
    terms = {
        "trigger": nearer(stop.side, first, stop.trigger),
        "trail": trail.distance,
        "trail_fraction": trail.fraction,
    }
    amend(draft, stop, terms, order_type=OrderType.TRAILING)


def move_target(draft: Draft, position: Position, price: Decimal) -> None:
    """Set the position's one target; several become this one, for the whole position."""
    targets = orders_for(draft, position.symbol, _TAKE_PROFIT)
    for other in targets[1:]:
        cancel(draft, other, CancelReason.ONE_TARGET)
    size = abs(position.quantity)
    if not targets:
        place_target(draft, position, size, price, size)
        return
    first = targets[0]
    assert first.limit is not None, "a target has its limit"
    if first.limit != price:
        _amend(draft, first, Amended.PRICE, first.limit, price)
    if len(targets) > 1 and first.quantity != size:
        _amend(draft, first, Amended.QUANTITY, first.quantity, size, share=size)
