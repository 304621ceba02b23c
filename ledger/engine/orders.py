"""Orders are accepted, refused with the reason, moved and taken back."""

import re
from dataclasses import replace
from decimal import Decimal

from ledger.account import events as e
from ledger.account.commands import CancelOrder, ClosePosition, PlaceOrder
from ledger.account.demand import mode_of
from ledger.account.state import MAIN, Cause, Order, OrderType, Position
from ledger.engine import protection
from ledger.engine.acceptance import (
    Refusal,
    check_leverage,
    check_prices,
    check_tier,
    listed,
    loss_per_unit,
    quantity_of,
    reference_price,
)
from ledger.engine.capacity import largest, refusal
from ledger.engine.draft import Draft
from ledger.engine.matching import execute
from ledger.engine.trading import parts_of
from ledger.market.rulebook import Mode
from ledger.money import ZERO, fits, floor_to, plain, settle

OUR_NAMES = re.compile(r"#\d+")
"""What orders are called that the trader gave no name (`Account.next_order`)."""


def place(draft: Draft, wish: PlaceOrder) -> None:
    """Accept an order and fill it at once if its price trades now, or refuse it on record."""
    name = wish.id or draft.account.next_order
    quantity = wish.quantity or ZERO
    try:
        instrument = listed(draft, wish.symbol)
        reference = reference_price(draft, wish)
        check_prices(wish, instrument, reference)
        quantity = quantity_of(draft, wish, instrument, reference)
        order = _order(draft, wish, name, quantity)
        _check(draft, order, reference)
    except Refusal as refused:
        draft.record(
            e.OrderRefused(
                at=draft.market.time,
                order=name,
                symbol=wish.symbol,
                side=wish.side,
                order_type=wish.order_type,
                quantity=quantity,
                reason=refused.reason,
                largest=refused.largest,
            )
        )
        return
    _record_plan(draft, wish, order, reference)
    put(draft, order, wish.reason)


def put(draft: Draft, order: Order, reason: str) -> None:
    """Place an accepted order; it fills here and now if its price already trades."""
    draft.record(
        e.OrderPlaced(
            at=draft.market.time,
            order=order.id,
            symbol=order.symbol,
            side=order.side,
            order_type=order.order_type,
            quantity=order.quantity,
            limit=order.limit,
            trigger=order.trigger,
            leverage=order.leverage,
            mode=order.mode,
            reduce_only=order.reduce_only,
            cause=order.cause,
            stop_loss=order.stop_loss,
            targets=order.targets,
            reason=reason,
        )
    )
    market = draft.market
    if order.symbol in market.trading and order.trades_at(market.last[order.symbol]):
        execute(draft, draft.account.orders[order.id])


def _order(draft: Draft, wish: PlaceOrder, name: str, quantity: Decimal) -> Order:
    account = draft.account
    if name in account.orders:
        raise Refusal(f"an order {name} rests already")
    if wish.id is not None and OUR_NAMES.fullmatch(wish.id):
        raise Refusal(f"{name} is a name that orders are given here; choose another")
    held = account.position(wish.symbol)
    mode = wish.mode or (mode_of(account, held.pocket) if held else account.mode)
    if mode not in account.rulebook.modes:
        allowed = ", ".join(account.rulebook.modes)
        raise Refusal(f"{account.rulebook.id} has no {mode} margin; it has {allowed}")
    if held is not None and held.quantity and mode_of(account, held.pocket) is not mode:
        there = mode_of(account, held.pocket)
        raise Refusal(f"{wish.symbol} is held with {there} margin already")
    if mode is not Mode.ISOLATED and mode is not mode_of(account, MAIN):
        raise Refusal(
            f"this account's wallet stands in {mode_of(account, MAIN)} margin, not {mode}"
        )
    default = held.leverage if held is not None else account.rulebook.default_leverage
    return Order(
        id=name,
        symbol=wish.symbol,
        side=wish.side,
        quantity=quantity,
        order_type=wish.order_type,
        limit=wish.limit,
        trigger=wish.trigger,
        leverage=default if wish.leverage is None else wish.leverage,
        mode=mode,
        reduce_only=wish.reduce_only,
        stop_loss=wish.stop_loss,
        targets=wish.targets,
        placed_at=draft.market.time,
    )


def _check(draft: Draft, order: Order, reference: Decimal) -> None:
    check_leverage(draft, order)
    closing, opening = parts_of(draft, order)
    if order.reduce_only and closing < order.quantity:
        raise Refusal(f"only {plain(closing)} can be reduced", closing or None)
    if not opening:
        return
    check_tier(draft, order, opening, reference)
    trial = draft
    if closing:
        trial = _after_closing(draft, order, closing)
    reason = refusal(trial, order, opening, reference)
    if reason is not None:
        raise Refusal(reason, (closing + largest(trial, order, reference)) or None)


def _after_closing(draft: Draft, order: Order, closing: Decimal) -> Draft:
    """What would be there once the part that closes is done: the same fill, on scratch paper."""
    trial = draft.copy()
    market = replace(draft.market, trading=draft.market.trading | {order.symbol})
    trial.market = market
    closes = replace(order, quantity=closing, reduce_only=True, limit=None, trigger=None)
    put(trial, replace(closes, order_type=OrderType.MARKET), "")
    return trial


def _record_plan(draft: Draft, wish: PlaceOrder, order: Order, reference: Decimal) -> None:
    if not (wish.stop_loss or wish.targets or wish.reason or wish.answer_to_call):
        return
    risk = None
    if wish.stop_loss is not None:
        risk = settle(
            loss_per_unit(draft, wish, reference) * order.quantity, draft.account.currency
        )
    draft.record(
        e.PlanRecorded(
            at=draft.market.time,
            symbol=order.symbol,
            stop=wish.stop_loss,
            target=wish.targets[0].price if wish.targets else None,
            risk=risk,
            reason=wish.reason,
            answer_to_call=wish.answer_to_call,
            tags=wish.tags,
        )
    )


def held(draft: Draft, symbol: str) -> Position:
    """The open position in a symbol. Raises `Refusal` when there is none."""
    position = draft.account.position(symbol)
    if position is None or not position.quantity:
        raise Refusal(f"there is no open position in {symbol}")
    return position


def close(draft: Draft, wish: ClosePosition) -> None:
    """Close all or part of a position at the market."""
    position = held(draft, wish.symbol)
    size = abs(position.quantity)
    if wish.quantity is not None:
        quantity = wish.quantity
    elif wish.fraction == 1:
        quantity = size
    else:
        quantity = floor_to(size * wish.fraction, draft.account.instruments[wish.symbol].lot)
    place(
        draft,
        PlaceOrder(
            symbol=wish.symbol,
            side=position.side.opposite,
            quantity=quantity,
            reduce_only=True,
        ),
    )


def cancel(draft: Draft, wish: CancelOrder) -> None:
    """Take a resting order back."""
    order = draft.account.orders.get(wish.id)
    if order is None:
        raise Refusal(f"no order {wish.id} rests")
    protection.cancel(draft, order, "cancelled by the trader")


def move_stop(draft: Draft, symbol: str, price: Decimal) -> None:
    """Set or move the stop of an open position."""
    position = held(draft, symbol)
    _check_level(draft, position, "stop", price, Cause.STOP_LOSS)
    protection.set_stop(draft, position, price)


def remove_stop(draft: Draft, symbol: str) -> None:
    """Take the stop of an open position away."""
    held(draft, symbol)
    stops = protection.orders_for(draft, symbol, Cause.STOP_LOSS)
    if not stops:
        raise Refusal(f"{symbol} has no stop")
    for stop in stops:
        protection.cancel(draft, stop, "stop removed by the trader")


def move_target(draft: Draft, symbol: str, price: Decimal) -> None:
    """Set or move the target of an open position."""
    position = held(draft, symbol)
    _check_level(draft, position, "target", price, Cause.TAKE_PROFIT)
    protection.move_target(draft, position, price)


def _check_level(draft: Draft, position: Position, name: str, price: Decimal, cause: Cause) -> None:
    tick = draft.account.instruments[position.symbol].tick
    if not fits(price, tick) or price <= 0:
        raise Refusal(f"the {name} must be a positive multiple of the tick {plain(tick)}")
    last = draft.market.last[position.symbol]
    below = (position.quantity > 0) is (cause is Cause.STOP_LOSS)
    if price >= last if below else price <= last:
        where = "below" if below else "above"
        raise Refusal(f"the {name} must be {where} the last price {plain(last)}")
