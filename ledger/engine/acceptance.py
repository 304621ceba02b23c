"""What a wish for an order must be to be accepted; every refusal has its reason."""

from decimal import Decimal

from ledger.account.commands import PlaceOrder
from ledger.account.state import Order, OrderType
from ledger.engine.draft import Draft
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
    sound,
    trim,
)


class Refusal(Exception):
    """Why a wish is not granted, and the largest quantity that would be, where there is one."""

    def __init__(self, reason: str, largest: Decimal | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.largest = largest


def listed(draft: Draft, symbol: str) -> Instrument:
    """The instrument of a symbol that has traded. Raises `Refusal`."""
    instrument = draft.account.instruments.get(symbol)
    if instrument is None:
        known = ", ".join(draft.account.instruments)
        raise Refusal(f"{symbol} is not listed here; listed: {known}")
    if symbol not in draft.market.last:
        raise Refusal(f"{symbol} has not traded yet")
    return instrument


def reference_price(draft: Draft, wish: PlaceOrder) -> Decimal:
    """The price an order is sized and checked by: its own level, or the market."""
    level = {OrderType.LIMIT: wish.limit, OrderType.STOP: wish.trigger}.get(wish.order_type)
    if level is None and wish.order_type is not OrderType.MARKET:
        raise Refusal(f"a {wish.order_type} order needs its price")
    return draft.market.last[wish.symbol] if level is None else level


def quantity_of(
    draft: Draft, wish: PlaceOrder, instrument: Instrument, reference: Decimal
) -> Decimal:
    """The size of a wish in whole lots; what only reduces may be smaller than the least order."""
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
        quantity = floor_to(given[0] / loss_per_unit(draft, wish, reference), instrument.lot)
    if quantity <= 0:
        raise Refusal(f"smaller than one lot of {plain(instrument.lot)}")
    if not fits(quantity, instrument.lot):
        raise Refusal(f"quantity must be a multiple of the lot {plain(instrument.lot)}")
    if quantity >= LARGEST_QUANTITY or quantity * unit >= LARGEST:
        raise Refusal(f"larger than this ledger can hold ({plain(LARGEST_QUANTITY)} units)")
    if quantity * unit < instrument.min_notional and not wish.reduce_only:
        least = ceil_to(instrument.min_notional / unit, instrument.lot)
        raise Refusal(
            f"worth less than the least order of {plain(instrument.min_notional)} "
            f"{instrument.currency}: at least {plain(least)}"
        )
    return trim(quantity)


def loss_per_unit(draft: Draft, wish: PlaceOrder, reference: Decimal) -> Decimal:
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


def check_prices(wish: PlaceOrder, instrument: Instrument, reference: Decimal) -> None:
    """Prices on the tick, of the order's type, and on the side that they are meant for."""
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


def check_leverage(draft: Draft, order: Order) -> None:
    """Leverage that the rule book lends."""
    book = draft.account.rulebook
    if order.leverage < ONE or order.leverage > book.max_leverage:
        raise Refusal(
            f"leverage {plain(order.leverage)} is not allowed: {book.id} lends up to "
            f"{plain(book.max_leverage)}x"
        )


def check_tier(draft: Draft, order: Order, opening: Decimal, reference: Decimal) -> None:
    """Leverage that the tier of the position's notional allows."""
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
