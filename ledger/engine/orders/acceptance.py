"""What a wish for an order must be to be accepted; every refusal has its reason."""

from decimal import Decimal

from ledger.account.commands import PlaceOrder
from ledger.account.state import PRICES_OF, Order, OrderType, Position, Side
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal, WrongSize
from ledger.engine.orders.trailing import Trail, behind, first_stop, stop_trail, trail_of
from ledger.market.instrument import Instrument
from ledger.money import (
    LARGEST,
    LARGEST_QUANTITY,
    ONE,
    ZERO,
    atom,
    ceil_to,
    fits,
    floor_to,
    plain,
    sound,
    trim,
)


def listed(draft: Draft, symbol: str) -> Instrument:
    """The instrument of a symbol that has traded. Raises `Refusal`."""
    instrument = draft.account.instruments.get(symbol)
    if instrument is None:
        known = ", ".join(draft.account.instruments)
        raise Refusal(f"{symbol} is not listed here; listed: {known}")
    if symbol not in draft.market.last:
        raise Refusal(f"{symbol} has not traded yet")
    return instrument


def check_type(wish: PlaceOrder, instrument: Instrument) -> None:
    """The prices that an order's type has, all of them and no others, each on the tick."""
    for name in ("limit", "trigger"):
        price = getattr(wish, name)
        if price is None and name in PRICES_OF[wish.order_type]:
            raise Refusal(f"a {_shown(wish.order_type)} order needs a {name}")
        if price is None:
            continue
        if name not in PRICES_OF[wish.order_type]:
            raise Refusal(f"a {_shown(wish.order_type)} order takes no {name}")
        _check_step(name, price, instrument)
    trail = trail_of(wish)
    if trail is None and wish.order_type is OrderType.TRAILING:
        raise Refusal("a trailing order needs a trail or a trail_fraction")
    if trail is not None:
        check_trail(trail, instrument)
    if wish.reduce_only and (wish.stop_loss is not None or wish.targets or stop_trail(wish)):
        raise Refusal("a reduce-only order cannot have a stop or a target")


def check_trail(trail: Trail, instrument: Instrument) -> None:
    """A distance on the tick, or a fraction of the price. Raises `Refusal`."""
    if trail.distance is not None and trail.fraction is not None:
        raise Refusal("give either trail (a distance) or trail_fraction (a fraction of the price)")
    if trail.distance is not None:
        _check_step("trail", trail.distance, instrument)
    elif trail.fraction is not None and not 0 < trail.fraction < 1:
        raise Refusal("trail_fraction must be above 0 and below 1")


def _shown(order_type: OrderType) -> str:
    return order_type.replace("_", "-")


def _check_step(name: str, price: Decimal, instrument: Instrument) -> None:
    if not fits(price, instrument.tick) or price <= 0:
        raise Refusal(f"{name} must be a positive multiple of the tick {plain(instrument.tick)}")


def reference_price(draft: Draft, wish: PlaceOrder, instrument: Instrument) -> Decimal:
    """The price an order is sized and checked by: that at which it fills, or would at its level.

    Where several are possible the one that asks for the most money. Between two bars nobody
    knows the next price: there it is the order's own level, even where that is passed.
    """
    if wish.symbol in draft.market.trading or wish.order_type is OrderType.TRAILING:
        return entries(draft, wish, instrument)[1]
    if wish.limit is not None and wish.trigger is not None:
        return wish.limit if wish.side is Side.BUY else max(wish.limit, wish.trigger)
    return wish.limit or wish.trigger or draft.market.last[wish.symbol]


def entries(draft: Draft, wish: PlaceOrder, instrument: Instrument) -> tuple[Decimal, Decimal]:
    """The lowest and the highest price at which an order would fill as the market stands.

    What its level has passed already fills at the market. A stop-limit fills between its trigger
    and its limit; where the limit is the better of them it waits there.
    """
    last, sign = draft.market.last[wish.symbol], wish.side.sign
    trail = trail_of(wish)
    if wish.order_type is OrderType.TRAILING and trail is not None:
        begins = behind(instrument, wish.side, last, trail)
        return begins, begins
    price = last
    if wish.trigger is not None and (last - wish.trigger) * sign < 0:
        price = wish.trigger
    if wish.limit is None or (price == last and (last - wish.limit) * sign <= 0):
        return price, price
    if (price - wish.limit) * sign > 0 or wish.trigger is None:
        return wish.limit, wish.limit
    return min(price, wish.limit), max(price, wish.limit)


def crosses(draft: Draft, wish: PlaceOrder) -> bool:
    """Whether a limit is beyond the price that trades now, so that the order takes it.

    At the very price it joins those that rest there, and makes the market.
    """
    if wish.order_type is not OrderType.LIMIT or wish.limit is None:
        return False
    beyond = (wish.limit - draft.market.last[wish.symbol]) * wish.side.sign > 0
    return beyond and wish.symbol in draft.market.trading


def quantity_of(
    draft: Draft, wish: PlaceOrder, instrument: Instrument, reference: Decimal
) -> Decimal:
    """The size of a wish in whole lots, worth as much as an order has to be."""
    given = [x for x in (wish.quantity, wish.notional, wish.risk) if x is not None]
    if len(given) != 1:
        raise Refusal("give exactly one of quantity, notional and risk")
    unit = abs(instrument.notional(ONE, reference))
    if not unit:
        raise Refusal(f"an order cannot be sized at a price of {plain(reference)}")
    if wish.quantity is not None:
        quantity = wish.quantity
    elif wish.notional is not None:
        quantity = floor_to(wish.notional / unit, instrument.lot)
    else:
        quantity = floor_to(given[0] / loss_per_unit(draft, wish), instrument.lot)
        quantity += _closed_first(draft, wish) if quantity else ZERO
    if quantity <= 0:
        raise WrongSize(f"smaller than one lot of {plain(instrument.lot)}")
    if not fits(quantity, instrument.lot):
        raise WrongSize(f"quantity must be a multiple of the lot {plain(instrument.lot)}")
    if quantity >= LARGEST_QUANTITY or quantity * unit >= LARGEST:
        counted = "contracts" if instrument.inverse else "units"
        raise WrongSize(f"larger than this ledger can hold ({plain(LARGEST_QUANTITY)} {counted})")
    least = _least_of(draft, wish, instrument, quantity)
    if quantity * unit < least:
        raise WrongSize(
            f"worth less than the minimum order of {plain(least)} "
            f"{instrument.currency}: at least {plain(ceil_to(least / unit, instrument.lot))}"
        )
    return trim(quantity)


def least_worth(instrument: Instrument) -> Decimal:
    """What an order must be worth at least: less than one unit of money would cost nothing."""
    return max(instrument.min_notional, atom(instrument.currency))


def _least_of(draft: Draft, wish: PlaceOrder, instrument: Instrument, quantity: Decimal) -> Decimal:
    """The same for a wish: what only reduces may be smaller, what closes all as small as it is."""
    if not wish.reduce_only:
        return least_worth(instrument)
    held = draft.account.position(wish.symbol)
    whole = held is not None and quantity == abs(held.quantity)
    return ZERO if whole else atom(instrument.currency)


def check_worth(draft: Draft, symbol: str, opening: Decimal, price: Decimal) -> None:
    """The part of an order that opens, or of it what somebody takes, is worth a unit of money."""
    instrument = draft.account.instruments[symbol]
    if opening and abs(instrument.notional(opening, price)) < atom(instrument.currency):
        raise Refusal(
            f"the opening part, {plain(trim(opening))}, is worth less than "
            f"{plain(atom(instrument.currency))} {instrument.currency}"
        )


def _closed_first(draft: Draft, wish: PlaceOrder) -> Decimal:
    """What an order would close before it opens anything: that part risks nothing."""
    held = draft.account.position(wish.symbol)
    return ZERO if held is None or held.side is wish.side else abs(held.quantity)


def loss_per_unit(draft: Draft, wish: PlaceOrder) -> Decimal:
    """What one unit loses at the first stop, both fees included: the R0 of one unit.

    From the price at which the order would fill now.
    """
    instrument = draft.account.instruments[wish.symbol]
    _, reference = entries(draft, wish, instrument)
    stop = first_stop(wish, instrument, reference)
    if stop is None:
        raise Refusal("sizing by risk needs a stop")
    book = draft.account.rulebook
    makes = wish.order_type is OrderType.LIMIT and not crosses(draft, wish)
    enter = book.maker_fee if makes else book.taker_fee
    lent = instrument.lent_to(wish.side is Side.SELL)
    enter += sum(book.opening_fees(lent).values(), ZERO)
    fees = instrument.notional(ONE, reference) * enter
    fees += instrument.notional(ONE, stop) * book.taker_fee
    loss = abs(instrument.gain(ONE, reference, stop)) + fees
    if loss == 0:
        raise Refusal("the stop is at the entry price, so there is no risk to size by")
    return loss


def check_prices(draft: Draft, wish: PlaceOrder, instrument: Instrument) -> None:
    """Stop and targets on the tick, and on the side that they are meant for of every price at
    which the order would fill now."""
    long = wish.side is Side.BUY
    if wish.stop_loss is not None:
        _check_step("stop", wish.stop_loss, instrument)
    for target in wish.targets:
        _check_step("target", target.price, instrument)
    low, high = entries(draft, wish, instrument)
    near, far = (low, high) if long else (high, low)
    first = first_stop(wish, instrument, near)
    if trail_of(wish) is not None and min(near, near if first is None else first) <= 0:
        raise Refusal("the trail must be smaller than the price it follows")
    below, above = ("below", "above") if long else ("above", "below")
    if wish.stop_loss is not None and (wish.stop_loss - near) * wish.side.sign >= 0:
        raise Refusal(f"the stop of this order must be {below} {plain(near)}")
    for target in wish.targets:
        if (target.price - far) * wish.side.sign <= 0:
            raise Refusal(f"the target of this order must be {above} {plain(far)}")
    if not all(sound(t.fraction) and 0 < t.fraction <= 1 for t in wish.targets):
        raise Refusal("a target's fraction must be above zero and at most 1")
    if sum((target.fraction for target in wish.targets), ZERO) > 1:
        raise Refusal("the targets' fractions add up to more than the whole position")


def check_leverage(draft: Draft, order: Order) -> None:
    """Leverage that the rule book lends."""
    book = draft.account.rulebook
    most = book.most_leverage(order.mode)
    if order.leverage < ONE or order.leverage > most:
        raise Refusal(
            f"leverage {plain(order.leverage)} is not allowed: {book.id} lends up to {plain(most)}x"
        )


def check_short(draft: Draft, order: Order) -> None:
    """Raises `Refusal` for a short whose leverage lends nothing to sell."""
    lent = not draft.account.instruments[order.symbol].paid_in_full
    short = order.side is Side.SELL and lent
    if short and not draft.account.rulebook.lends_short(order.leverage):
        raise Refusal("leverage 1 borrows nothing to sell short; allowed: more than 1")


def tier_refusal(draft: Draft, order: Order, opening: Decimal, reference: Decimal) -> str | None:
    """Why the tier of the position's notional does not lend this leverage; `None` if it does."""
    book = draft.account.rulebook
    instrument = draft.account.instruments[order.symbol]
    held = draft.account.position(order.symbol)
    size = opening + (abs(held.quantity) if held and held.side is order.side else ZERO)
    notional = abs(instrument.notional(size, reference))
    allowed = book.schedule(book.call_level.schedule).max_leverage(notional)
    if allowed is None or order.leverage <= allowed:
        return None
    return (
        f"a position of {plain(trim(notional))} {instrument.currency} may have at most "
        f"{plain(allowed)}x"
    )


def check_targets(draft: Draft, order: Order, opening: Decimal) -> None:
    """Each target takes a lot at least of the position that there will be."""
    lot = draft.account.instruments[order.symbol].lot
    held = draft.account.position(order.symbol)
    size = opening + (abs(held.quantity) if held and held.side is order.side else ZERO)
    for target in order.targets:
        if size * target.fraction < lot:
            least = ceil_to(lot / target.fraction, lot)
            raise Refusal(
                f"the target at {plain(target.price)} would take less than one lot of "
                f"{plain(lot)}: the position must be at least {plain(least)}"
            )


def held_in(draft: Draft, symbol: str) -> Position:
    """The open position in a symbol. Raises `Refusal` when there is none."""
    position = draft.account.position(symbol)
    if position is None or not position.quantity:
        raise Refusal(f"there is no open position in {symbol}")
    return position
