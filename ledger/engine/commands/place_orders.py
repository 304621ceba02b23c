"""Orders accepted, refused with the reason and the largest size that passes, and cancelled."""

import re
from decimal import Decimal

from ledger.account.commands import CancelOrder, ClosePosition, PlaceOrder
from ledger.account.event_terms import CancelReason
from ledger.account.events import kinds as e
from ledger.account.risk.requirement import mode_of
from ledger.account.state import MAIN, Cause, Order, OrderType
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal, WrongSize
from ledger.engine.matching import act
from ledger.engine.orders import protection
from ledger.engine.orders.acceptance import (
    check_leverage,
    check_prices,
    check_sized_once,
    check_targets,
    check_type,
    crosses,
    entries,
    held_in,
    least_worth,
    listed,
    loss_per_unit,
    quantity_of,
    reference_price,
)
from ledger.engine.orders.trailing import first_stop
from ledger.engine.orders.venue_state import arrived, check_open, check_order, filling_whole
from ledger.engine.trades.fills import parts_of
from ledger.engine.trades.fitting import largest, unfit
from ledger.frozen import event_from, replace
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode
from ledger.money import LARGEST_QUANTITY, ONE, ZERO, floor_to, plain, settle

OUR_NAMES = re.compile(r"#\d+")
"""Names of orders to which the trader gave none (`Account.next_order`)."""


def place(draft: Draft, command: PlaceOrder) -> None:
    """Accept an order and fill it at once if its price trades now, or record why it is refused."""
    name = command.id or draft.account.next_order
    quantity = command.quantity or ZERO
    try:
        instrument = listed(draft, command.symbol)
        check_order(draft, command.symbol)
        check_type(command, instrument)
        _check_plan(command)
        reference = reference_price(draft, command, instrument)
        check_prices(draft, command, instrument)
        sized = _in_units(draft, command, instrument)
        quantity = quantity_of(draft, sized, instrument, reference)
        order = _order(draft, command, name, quantity, reference)
        check(draft, order, reference)
    except Refusal as refused:
        largest_fit = (
            largest_of(draft, command) if isinstance(refused, WrongSize) else refused.largest
        )
        draft.record(
            e.OrderRefused(
                at=draft.market.time,
                order=name,
                symbol=command.symbol,
                side=command.side,
                order_type=command.order_type,
                quantity=quantity,
                reason=refused.reason,
                largest=largest_fit,
                limit=command.limit,
                trigger=command.trigger,
            )
        )
        return
    _record_plan(draft, command, order)
    put(draft, order, command.reason, checked=reference)


def _in_units(draft: Draft, command: PlaceOrder, instrument: Instrument) -> PlaceOrder:
    """An order for a fraction of buying power as one for whole lots of the largest that passes.

    Where no size passes it is one lot, whose refusal says why.
    """
    share = command.buying_power
    if share is None:
        return command
    check_sized_once(command)
    if not 0 < share <= 1:
        raise Refusal("buying_power must be above 0 and at most 1")
    most = largest_of(draft, command)
    size = instrument.lot if most is None else floor_to(most * share, instrument.lot)
    return replace(command, buying_power=None, quantity=size)


def put(draft: Draft, order: Order, reason: str, checked: Decimal | None = None) -> None:
    """Place an accepted order; it fills at once if its price already trades.

    `checked` is the price at which the account was found able to carry it.
    """
    at = draft.market.time
    draft.record(event_from(e.OrderPlaced, order, at=at, order=order.id, reason=reason))
    try_here(draft, order.id, checked)


def try_here(draft: Draft, name: str, checked: Decimal | None) -> None:
    """Let an order that was just sent act if its price trades now and it has arrived."""
    order, market = draft.account.orders[name], draft.market
    trades = order.symbol in market.trading and arrived(draft, order)
    if trades and order.trades_at(market.last[order.symbol]):
        act(draft, order, checked)


def _order(
    draft: Draft, command: PlaceOrder, name: str, quantity: Decimal, reference: Decimal
) -> Order:
    account = draft.account
    _check_name(draft, command, name)
    mode = mode_requested(draft, command)
    held = account.position(command.symbol)
    default = (
        held.leverage
        if held is not None
        else account.rulebook.default_for(account.instruments[command.symbol])
    )
    if account.instruments[command.symbol].paid_in_full:
        default = ONE
    trailing = command.order_type is OrderType.TRAILING
    return Order(
        id=name,
        symbol=command.symbol,
        side=command.side,
        quantity=quantity,
        order_type=command.order_type,
        limit=command.limit,
        trigger=reference if trailing else command.trigger,
        leverage=default if command.leverage is None else command.leverage,
        mode=mode,
        reduce_only=command.reduce_only,
        stop_loss=command.stop_loss,
        targets=command.targets,
        placed_at=draft.market.time,
        trail=command.trail,
        trail_fraction=command.trail_fraction,
        oco=_group(draft, command, name),
        good_for=command.good_for,
        crossed=crosses(draft, command),
    )


def _check_name(draft: Draft, command: PlaceOrder, name: str) -> None:
    if name in draft.account.orders:
        raise Refusal(f"there is already an open order {name}")
    if command.id is not None and OUR_NAMES.fullmatch(command.id):
        raise Refusal(f"names such as {name} are given to orders here; choose another")


def mode_requested(draft: Draft, command: PlaceOrder) -> Mode:
    """The margin mode an order asks for, if it can have it. Raises `Refusal`."""
    account = draft.account
    held = account.position(command.symbol)
    mode = command.mode or (mode_of(account, held.pocket) if held else account.mode)
    if mode not in account.rulebook.modes:
        allowed = ", ".join(account.rulebook.modes)
        raise Refusal(f"{account.rulebook.id} has no {mode} margin; it has {allowed}")
    if held is not None and held.quantity and mode_of(account, held.pocket) is not mode:
        there = mode_of(account, held.pocket)
        raise Refusal(f"{command.symbol} is held with {there} margin already")
    if mode is not Mode.ISOLATED and mode is not mode_of(account, MAIN):
        raise Refusal(f"this account's wallet uses {mode_of(account, MAIN)} margin, not {mode}")
    return mode


def _group(draft: Draft, command: PlaceOrder, name: str) -> str | None:
    """The one-cancels-other group of an order: that of the order it names, or the name itself."""
    if command.oco is None:
        return None
    if not command.oco or command.oco == name:
        raise Refusal("oco must name another order, or a group shared by several orders")
    other = draft.account.orders.get(command.oco)
    if other is None and OUR_NAMES.fullmatch(command.oco):
        raise Refusal(f"there is no open order {command.oco} to link to")
    if other is not None and other.cause is not Cause.TRADER:
        raise Refusal(
            f"{other.id} protects a position: it ends with the position, not with an order"
        )
    group = (other.oco or other.id) if other is not None else command.oco
    if group in draft.account.ocos_filled:
        raise Refusal(f"an order of {group} has already filled, which cancels the others")
    return group


def check(draft: Draft, order: Order, reference: Decimal) -> None:
    """Raises `Refusal`, with the largest size that passes, if the account cannot carry an order.

    Closing is always allowed: the check is on the part that opens.
    """
    closing, opening = parts_of(draft, order)
    held = draft.account.position(order.symbol)
    own = held is not None and order.leverage == held.leverage  # it may be above today's maximum
    try:
        check_leverage(draft, order)
    except Refusal as refused:
        if own and not opening and closing == order.quantity:
            return
        raise Refusal(refused.reason, (closing if own else ZERO) or None) from None
    if order.reduce_only and closing < order.quantity:
        raise Refusal(f"only {plain(closing)} can be reduced", closing or None)
    if not opening:
        return
    trial = _after_closing(draft, order, closing) if closing else draft
    reason = _small_target(trial, order, opening) or unfit(trial, order, opening, reference)
    if reason is not None:
        raise Refusal(reason, _most(trial, order, closing, reference))


def _small_target(draft: Draft, order: Order, opening: Decimal) -> str | None:
    try:
        check_targets(draft, order, opening)
    except Refusal as refused:
        return refused.reason
    return None


def _most(trial: Draft, order: Order, closing: Decimal, reference: Decimal) -> Decimal | None:
    """The largest size that passes, its closing part included; `None` if none does."""
    instrument = trial.account.instruments[order.symbol]
    opening = largest(trial, order, reference)
    if opening and _small_target(trial, order, opening):
        opening = ZERO
    most = floor_to(LARGEST_QUANTITY - instrument.lot, instrument.lot)
    size = min(closing + opening, most)
    notional = abs(instrument.notional(size, reference))
    return size if size and notional >= least_worth(instrument) else None


def largest_of(draft: Draft, command: PlaceOrder) -> Decimal | None:
    """The largest size for an order whose own size is not one that an order can have."""
    instrument = draft.account.instruments[command.symbol]
    reference = reference_price(draft, command, instrument)
    held = draft.account.position(command.symbol)
    closing = ZERO
    if held is not None and held.side is not command.side:
        closing = abs(held.quantity)
    if command.reduce_only:
        return closing or None
    try:
        order = _order(
            draft, command, draft.account.next_order, closing or instrument.lot, reference
        )
        if held is None or order.leverage != held.leverage:
            check_leverage(draft, order)
    except Refusal:
        return None
    trial = _after_closing(draft, order, closing) if closing else draft
    return _most(trial, order, closing, reference)


def _after_closing(draft: Draft, order: Order, closing: Decimal) -> Draft:
    """A draft in which the closing part is done: the same fill, at once and in full, however late
    or in how many parts the order itself will fill."""
    trial = draft.copy()
    trial.account = filling_whole(draft.account)
    market = replace(draft.market, trading=draft.market.trading | {order.symbol})
    trial.market = market
    closes = replace(order, quantity=closing, reduce_only=True, limit=None, trigger=None)
    put(trial, replace(closes, order_type=OrderType.MARKET), "")
    return trial


def _record_plan(draft: Draft, command: PlaceOrder, order: Order) -> None:
    """Record the plan of the part that opens: a part that only closes risks nothing."""
    instrument = draft.account.instruments[command.symbol]
    stop = first_stop(command, instrument, entries(draft, command, instrument)[1])
    said = command.reason or command.answer_to_call or command.confidence is not None
    if not (stop or command.targets or said):
        return
    risk, (_, opening) = None, parts_of(draft, order)
    if stop is not None and opening:
        risk = settle(loss_per_unit(draft, command) * opening, draft.account.currency)
    draft.record(
        e.PlanRecorded(
            at=draft.market.time,
            symbol=order.symbol,
            stop=stop,
            target=command.targets[0].price if command.targets else None,
            risk=risk,
            reason=command.reason,
            answer_to_call=command.answer_to_call,
            tags=command.tags,
            confidence=command.confidence,
        )
    )


def _check_plan(command: PlaceOrder) -> None:
    if command.confidence is not None and not 1 <= command.confidence <= 5:
        raise Refusal("confidence is a whole number from 1 to 5")


def close(draft: Draft, command: ClosePosition) -> None:
    """Close all or part of a position at the market."""
    position = held_in(draft, command.symbol)
    size = abs(position.quantity)
    if command.quantity is not None:
        quantity = command.quantity
    elif command.fraction == 1:
        quantity = size
    else:
        quantity = floor_to(size * command.fraction, draft.account.instruments[command.symbol].lot)
    place(
        draft,
        PlaceOrder(
            symbol=command.symbol,
            side=position.side.opposite,
            quantity=quantity,
            reduce_only=True,
        ),
    )


def cancel(draft: Draft, command: CancelOrder) -> None:
    """Cancel a resting order."""
    check_open(draft)
    order = draft.account.orders.get(command.id)
    if order is None:
        raise Refusal(f"there is no open order {command.id}")
    protection.cancel(draft, order, CancelReason.CANCELLED)
