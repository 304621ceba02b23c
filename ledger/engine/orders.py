"""Orders are accepted, refused with the reason, moved and taken back."""

import re
from dataclasses import replace
from decimal import Decimal

from ledger.account import events as e
from ledger.account.commands import CancelOrder, ClosePosition, PlaceOrder
from ledger.account.state import Cause, Order, OrderType, Position, Side
from ledger.engine import protection
from ledger.engine.capacity import largest, refusal
from ledger.engine.draft import Draft
from ledger.engine.matching import execute
from ledger.engine.trading import mode_of, parts_of
from ledger.market.instrument import Instrument
from ledger.money import (
    LARGEST,
    LARGEST_QUANTITY,
    ONE,
    ZERO,
    ceil_to,
    fits,
    floor_to,
    plain,
    settle,
    sound,
    trim,
)

OUR_NAMES = re.compile(r"o\d+")
"""Orders without a name of the trader's are counted: o1, o2, …"""


class Refusal(Exception):
    """Why a wish is not granted, and the largest quantity that would be, where there is one."""

    def __init__(self, reason: str, largest: Decimal | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.largest = largest


def place(draft: Draft, wish: PlaceOrder) -> None:
    """Accept an order and fill it at once if its price trades now, or refuse it on record."""
    name = wish.id or f"o{draft.account.orders_made + 1}"
    quantity = wish.quantity or ZERO
    try:
        instrument = _listed(draft, wish.symbol)
        reference = _reference(draft, wish)
        _check_prices(wish, instrument, reference)
        quantity = _quantity(draft, wish, instrument, reference)
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
    if order.symbol in draft.market.trading and _trades_now(draft, order):
        execute(draft, draft.account.orders[order.id])


def _trades_now(draft: Draft, order: Order) -> bool:
    if order.level is None:
        return True
    price = draft.market.last[order.symbol]
    rises = (order.side is Side.BUY) is (order.order_type is OrderType.STOP)
    return price >= order.level if rises else price <= order.level


def _listed(draft: Draft, symbol: str) -> Instrument:
    instrument = draft.account.instruments.get(symbol)
    if instrument is None:
        listed = ", ".join(draft.account.instruments)
        raise Refusal(f"{symbol} is not listed here; listed: {listed}")
    if symbol not in draft.market.last:
        raise Refusal(f"{symbol} has not traded yet")
    return instrument


def _reference(draft: Draft, wish: PlaceOrder) -> Decimal:
    """The price an order is sized and checked by: its own level, or the market."""
    level = {OrderType.LIMIT: wish.limit, OrderType.STOP: wish.trigger}.get(wish.order_type)
    if level is None and wish.order_type is not OrderType.MARKET:
        raise Refusal(f"a {wish.order_type} order needs its price")
    return draft.market.last[wish.symbol] if level is None else level


def _quantity(
    draft: Draft, wish: PlaceOrder, instrument: Instrument, reference: Decimal
) -> Decimal:
    given = [x for x in (wish.quantity, wish.notional, wish.risk) if x is not None]
    if len(given) != 1:
        raise Refusal("give exactly one of quantity, notional and risk")
    unit = abs(instrument.notional(ONE, reference))
    if not unit:
        raise Refusal(f"nothing is sized at a price of {plain(reference)}")
    if wish.quantity is not None:
        quantity = wish.quantity
    elif wish.notional is not None:
        quantity = floor_to(wish.notional / unit, instrument.lot)
    else:
        quantity = floor_to(given[0] / _loss_per_unit(draft, wish, reference), instrument.lot)
    if quantity <= 0:
        raise Refusal(f"smaller than one lot of {plain(instrument.lot)}")
    if not fits(quantity, instrument.lot):
        raise Refusal(f"quantity must be a multiple of the lot {plain(instrument.lot)}")
    if quantity >= LARGEST_QUANTITY or quantity * unit >= LARGEST:
        raise Refusal(f"larger than this ledger can hold ({plain(LARGEST_QUANTITY)} units)")
    if quantity * unit < instrument.min_notional:
        least = ceil_to(instrument.min_notional / unit, instrument.lot)
        raise Refusal(
            f"worth less than the least order of {plain(instrument.min_notional)} "
            f"{instrument.currency}: at least {plain(least)}"
        )
    return trim(quantity)


def _loss_per_unit(draft: Draft, wish: PlaceOrder, reference: Decimal) -> Decimal:
    """What one unit loses at the stop, both fees included: the R0 of one unit."""
    if wish.stop_loss is None:
        raise Refusal("a size by risk needs a stop")
    instrument = draft.account.instruments[wish.symbol]
    book = draft.account.rulebook
    enter = book.maker_fee if wish.order_type is OrderType.LIMIT else book.taker_fee
    fees = reference * enter + wish.stop_loss * book.taker_fee
    loss = (abs(reference - wish.stop_loss) + fees) * instrument.multiplier
    if loss == 0:
        raise Refusal("the stop is at the price: there is no risk to size by")
    return loss


def _order(draft: Draft, wish: PlaceOrder, name: str, quantity: Decimal) -> Order:
    account = draft.account
    if name in account.orders:
        raise Refusal(f"an order {name} rests already")
    if wish.id is not None and OUR_NAMES.fullmatch(wish.id):
        raise Refusal(f"{name} is a name that orders are given here; choose another")
    held = account.position(wish.symbol)
    mode = wish.mode or (mode_of(held.pocket) if held else account.mode)
    if mode not in account.rulebook.modes:
        allowed = ", ".join(account.rulebook.modes)
        raise Refusal(f"{account.rulebook.id} has no {mode} margin; it has {allowed}")
    if held is not None and held.quantity and mode_of(held.pocket) is not mode:
        raise Refusal(f"{wish.symbol} is held with {mode_of(held.pocket)} margin already")
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
    _check_leverage(draft, order)
    closing, opening = parts_of(draft, order)
    if order.reduce_only and closing < order.quantity:
        raise Refusal(f"only {plain(closing)} can be reduced", closing or None)
    if not opening:
        return
    _check_tier(draft, order, opening, reference)
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


def _check_prices(wish: PlaceOrder, instrument: Instrument, reference: Decimal) -> None:
    sign = wish.side.sign
    prices = [("limit", wish.limit), ("trigger", wish.trigger), ("stop", wish.stop_loss)]
    prices += [("target", target.price) for target in wish.targets]
    for name, price in prices:
        if price is not None and (not fits(price, instrument.tick) or price <= 0):
            raise Refusal(f"{name} must be a positive multiple of {plain(instrument.tick)}")
    if wish.limit is not None and wish.order_type is not OrderType.LIMIT:
        raise Refusal(f"a {wish.order_type} order has no limit")
    if wish.trigger is not None and wish.order_type is not OrderType.STOP:
        raise Refusal(f"a {wish.order_type} order has no trigger")
    if wish.stop_loss is not None and (wish.stop_loss - reference) * sign >= 0:
        where = "below" if sign > 0 else "above"
        raise Refusal(f"the stop of this order must be {where} {plain(reference)}")
    for target in wish.targets:
        if (target.price - reference) * sign <= 0:
            where = "above" if sign > 0 else "below"
            raise Refusal(f"the target of this order must be {where} {plain(reference)}")
    if not all(sound(t.fraction) and 0 < t.fraction <= 1 for t in wish.targets):
        raise Refusal("a target's fraction must be above zero and at most 1")
    if sum((target.fraction for target in wish.targets), ZERO) > 1:
        raise Refusal("the targets' fractions add up to more than the whole position")


def _check_leverage(draft: Draft, order: Order) -> None:
    book = draft.account.rulebook
    if order.leverage < ONE or order.leverage > book.max_leverage:
        raise Refusal(
            f"leverage {plain(order.leverage)} is not allowed: {book.id} lends up to "
            f"{plain(book.max_leverage)}x"
        )


def _check_tier(draft: Draft, order: Order, opening: Decimal, reference: Decimal) -> None:
    book = draft.account.rulebook
    instrument = draft.account.instruments[order.symbol]
    held = draft.account.position(order.symbol)
    size = opening + (abs(held.quantity) if held and held.side is order.side else ZERO)
    notional = abs(instrument.notional(size, reference))
    allowed = book.schedule(book.upkeep.schedule).max_leverage(notional)
    if allowed is not None and order.leverage > allowed:
        raise Refusal(
            f"a position of {plain(trim(notional))} {instrument.currency} may have at most "
            f"{plain(allowed)}x"
        )


def _record_plan(draft: Draft, wish: PlaceOrder, order: Order, reference: Decimal) -> None:
    if not (wish.stop_loss or wish.targets or wish.reason or wish.answer_to_call):
        return
    risk = None
    if wish.stop_loss is not None:
        risk = settle(
            _loss_per_unit(draft, wish, reference) * order.quantity, draft.account.currency
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
