"""The checks that an order must pass to be accepted; every refusal gives its reason."""

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


def check_type(command: PlaceOrder, instrument: Instrument) -> None:
    """Raises `Refusal` unless an order has all the prices of its type and no others, on the
    tick."""
    for name in ("limit", "trigger"):
        price = getattr(command, name)
        if price is None and name in PRICES_OF[command.order_type]:
            raise Refusal(f"a {_shown(command.order_type)} order needs a {name}")
        if price is None:
            continue
        if name not in PRICES_OF[command.order_type]:
            raise Refusal(f"a {_shown(command.order_type)} order takes no {name}")
        _check_step(name, price, instrument)
    trail = trail_of(command)
    if trail is None and command.order_type is OrderType.TRAILING:
        raise Refusal("a trailing order needs a trail or a trail_fraction")
    if trail is not None:
        check_trail(trail, instrument)
    if command.reduce_only and (
        command.stop_loss is not None or command.targets or stop_trail(command)
    ):
        raise Refusal("a reduce-only order cannot have a stop or a target")


def check_trail(trail: Trail, instrument: Instrument) -> None:
    """Raises `Refusal` unless a trail is a distance on the tick or a fraction of the price."""
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


def reference_price(draft: Draft, command: PlaceOrder, instrument: Instrument) -> Decimal:
    """The price by which an order is sized and checked: that at which it fills, now or at its
    level.

    Where several are possible, the one that costs most. Between two bars the next price is unknown:
    there it is the order's own level, even if that is passed.
    """
    if command.symbol in draft.market.trading or command.order_type is OrderType.TRAILING:
        return entries(draft, command, instrument)[1]
    if command.limit is not None and command.trigger is not None:
        return command.limit if command.side is Side.BUY else max(command.limit, command.trigger)
    return command.limit or command.trigger or draft.market.last[command.symbol]


def entries(draft: Draft, command: PlaceOrder, instrument: Instrument) -> tuple[Decimal, Decimal]:
    """The lowest and the highest price at which an order would fill in the present market.

    An order whose level is passed fills at the market. A stop-limit fills between its trigger and
    its limit; where the limit is the better of them it waits there.
    """
    last, sign = draft.market.last[command.symbol], command.side.sign
    trail = trail_of(command)
    if command.order_type is OrderType.TRAILING and trail is not None:
        begins = behind(instrument, command.side, last, trail)
        return begins, begins
    price = last
    if command.trigger is not None and (last - command.trigger) * sign < 0:
        price = command.trigger
    if command.limit is None or (price == last and (last - command.limit) * sign <= 0):
        return price, price
    if (price - command.limit) * sign > 0 or command.trigger is None:
        return command.limit, command.limit
    return min(price, command.limit), max(price, command.limit)


def crosses(draft: Draft, command: PlaceOrder) -> bool:
    """Whether a limit is beyond the present price, so that the order takes liquidity.

    At that very price it joins the orders that rest there and makes liquidity.
    """
    if command.order_type is not OrderType.LIMIT or command.limit is None:
        return False
    beyond = (command.limit - draft.market.last[command.symbol]) * command.side.sign > 0
    return beyond and command.symbol in draft.market.trading


def check_sized_once(command: PlaceOrder) -> None:
    """Raises `Refusal` unless the size of an order is given in exactly one way."""
    sizes = (command.quantity, command.notional, command.risk, command.buying_power)
    if sum(size is not None for size in sizes) != 1:
        raise Refusal("give exactly one of quantity, notional, risk and buying_power")


def quantity_of(
    draft: Draft, command: PlaceOrder, instrument: Instrument, reference: Decimal
) -> Decimal:
    """The size of an order in whole lots, no smaller in value than an order has to be."""
    check_sized_once(command)
    unit = abs(instrument.notional(ONE, reference))
    if not unit:
        raise Refusal(f"an order cannot be sized at a price of {plain(reference)}")
    if command.quantity is not None:
        quantity = command.quantity
    elif command.notional is not None:
        quantity = floor_to(command.notional / unit, instrument.lot)
    else:
        risk = command.risk or ZERO
        quantity = floor_to(risk / loss_per_unit(draft, command), instrument.lot)
        quantity += _closed_first(draft, command) if quantity else ZERO
    if quantity <= 0:
        raise WrongSize(f"smaller than one lot of {plain(instrument.lot)}")
    if not fits(quantity, instrument.lot):
        raise WrongSize(f"quantity must be a multiple of the lot {plain(instrument.lot)}")
    if quantity >= LARGEST_QUANTITY or quantity * unit >= LARGEST:
        counted = "contracts" if instrument.inverse else "units"
        raise WrongSize(f"larger than this ledger can hold ({plain(LARGEST_QUANTITY)} {counted})")
    least = _least_of(draft, command, instrument, quantity)
    if quantity * unit < least:
        raise WrongSize(
            f"worth less than the minimum order of {plain(least)} "
            f"{instrument.currency}: at least {plain(ceil_to(least / unit, instrument.lot))}"
        )
    return trim(quantity)


def least_worth(instrument: Instrument) -> Decimal:
    """The least value of an order: below one unit of money it would cost nothing."""
    return max(instrument.min_notional, atom(instrument.currency))


def _least_of(
    draft: Draft, command: PlaceOrder, instrument: Instrument, quantity: Decimal
) -> Decimal:
    """The least value for this order: less if it only reduces, any if it closes everything."""
    if not command.reduce_only:
        return least_worth(instrument)
    held = draft.account.position(command.symbol)
    whole = held is not None and quantity == abs(held.quantity)
    return ZERO if whole else atom(instrument.currency)


def check_worth(draft: Draft, symbol: str, opening: Decimal, price: Decimal) -> None:
    """Raises `Refusal` unless the opening part of an order, or what of it fills, is worth a unit of
    money."""
    instrument = draft.account.instruments[symbol]
    if opening and abs(instrument.notional(opening, price)) < atom(instrument.currency):
        raise Refusal(
            f"the opening part, {plain(trim(opening))}, is worth less than "
            f"{plain(atom(instrument.currency))} {instrument.currency}"
        )


def _closed_first(draft: Draft, command: PlaceOrder) -> Decimal:
    """What an order would close before it opens anything: that part risks nothing."""
    held = draft.account.position(command.symbol)
    return ZERO if held is None or held.side is command.side else abs(held.quantity)


def loss_per_unit(draft: Draft, command: PlaceOrder) -> Decimal:
    """What one unit loses at the first stop, both fees included: the R0 of one unit.

    From the price at which the order would fill now.
    """
    instrument = draft.account.instruments[command.symbol]
    _, reference = entries(draft, command, instrument)
    stop = first_stop(command, instrument, reference)
    if stop is None:
        raise Refusal("sizing by risk needs a stop")
    book = draft.account.rulebook
    makes = command.order_type is OrderType.LIMIT and not crosses(draft, command)
    enter = book.maker_fee if makes else book.taker_fee
    lent = instrument.lent_to(command.side is Side.SELL)
    enter += sum(book.opening_fees(lent).values(), ZERO)
    fees = instrument.notional(ONE, reference) * enter
    fees += instrument.notional(ONE, stop) * book.taker_fee
    loss = abs(instrument.gain(ONE, reference, stop)) + fees
    if loss == 0:
        raise Refusal("the stop is at the entry price, so there is no risk to size by")
    return loss


def check_prices(draft: Draft, command: PlaceOrder, instrument: Instrument) -> None:
    """Raises `Refusal` unless stop and targets are on the tick and on their side of every price at
    which the order would fill now."""
    long = command.side is Side.BUY
    if command.stop_loss is not None:
        _check_step("stop", command.stop_loss, instrument)
    for target in command.targets:
        _check_step("target", target.price, instrument)
    low, high = entries(draft, command, instrument)
    near, far = (low, high) if long else (high, low)
    first = first_stop(command, instrument, near)
    if trail_of(command) is not None and min(near, near if first is None else first) <= 0:
        raise Refusal("the trail must be smaller than the price it follows")
    below, above = ("below", "above") if long else ("above", "below")
    if command.stop_loss is not None and (command.stop_loss - near) * command.side.sign >= 0:
        raise Refusal(f"the stop of this order must be {below} {plain(near)}")
    for target in command.targets:
        if (target.price - far) * command.side.sign <= 0:
            raise Refusal(f"the target of this order must be {above} {plain(far)}")
    if not all(sound(t.fraction) and 0 < t.fraction <= 1 for t in command.targets):
        raise Refusal("a target's fraction must be above zero and at most 1")
    if sum((target.fraction for target in command.targets), ZERO) > 1:
        raise Refusal("the targets' fractions add up to more than the whole position")


def check_leverage(draft: Draft, order: Order) -> None:
    """Raises `Refusal` unless the rule book offers this leverage."""
    book = draft.account.rulebook
    most = book.most_leverage(order.mode)
    if order.leverage < ONE or order.leverage > most:
        raise Refusal(
            f"leverage {plain(order.leverage)} is not allowed: {book.id} lends up to {plain(most)}x"
        )


def check_short(draft: Draft, order: Order) -> None:
    """Raises `Refusal` for a short whose leverage borrows nothing to sell."""
    lent = not draft.account.instruments[order.symbol].paid_in_full
    short = order.side is Side.SELL and lent
    if short and not draft.account.rulebook.lends_short(order.leverage):
        raise Refusal("leverage 1 borrows nothing to sell short; allowed: more than 1")


def tier_refusal(draft: Draft, order: Order, opening: Decimal, reference: Decimal) -> str | None:
    """Why the tier of the position's notional does not offer this leverage; `None` if it does."""
    book = draft.account.rulebook
    instrument = draft.account.instruments[order.symbol]
    held = draft.account.position(order.symbol)
    size = opening + (abs(held.quantity) if held and held.side is order.side else ZERO)
    notional = abs(instrument.notional(size, reference))
    allowed = book.most_at(instrument, size, reference)
    if allowed is None or order.leverage <= allowed:
        return None
    return (
        f"a position of {plain(trim(notional))} {instrument.currency} may have at most "
        f"{plain(allowed)}x"
    )


def check_targets(draft: Draft, order: Order, opening: Decimal) -> None:
    """Raises `Refusal` unless each target takes at least a lot of the position to come."""
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
