"""Orders are accepted, refused with the reason and the largest size that passes, and taken back."""

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
from ledger.frozen import replace, told_by
from ledger.market.rules.rulebook import Mode
from ledger.money import LARGEST_QUANTITY, ONE, ZERO, floor_to, plain, settle

OUR_NAMES = re.compile(r"#\d+")
"""What orders are called that the trader gave no name (`Account.next_order`)."""


def place(draft: Draft, wish: PlaceOrder) -> None:
    """Accept an order and fill it at once if its price trades now, or refuse it on record."""
    name = wish.id or draft.account.next_order
    quantity = wish.quantity or ZERO
    try:
        instrument = listed(draft, wish.symbol)
        check_order(draft, wish.symbol)
        check_type(wish, instrument)
        reference = reference_price(draft, wish, instrument)
        check_prices(draft, wish, instrument)
        quantity = quantity_of(draft, wish, instrument, reference)
        order = _order(draft, wish, name, quantity, reference)
        check(draft, order, reference)
    except Refusal as refused:
        largest_fit = largest_of(draft, wish) if isinstance(refused, WrongSize) else refused.largest
        draft.record(
            e.OrderRefused(
                at=draft.market.time,
                order=name,
                symbol=wish.symbol,
                side=wish.side,
                order_type=wish.order_type,
                quantity=quantity,
                reason=refused.reason,
                largest=largest_fit,
                limit=wish.limit,
                trigger=wish.trigger,
            )
        )
        return
    _record_plan(draft, wish, order)
    put(draft, order, wish.reason, checked=reference)


def put(draft: Draft, order: Order, reason: str, checked: Decimal | None = None) -> None:
    """Place an accepted order; it fills here and now if its price already trades.

    `checked` is the price at which it was found that the account can carry it.
    """
    at = draft.market.time
    draft.record(told_by(e.OrderPlaced, order, at=at, order=order.id, reason=reason))
    try_here(draft, order.id, checked)


def try_here(draft: Draft, name: str, checked: Decimal | None) -> None:
    """Let an order that was just sent act if its price trades now and it has arrived."""
    order, market = draft.account.orders[name], draft.market
    trades = order.symbol in market.trading and arrived(draft, order)
    if trades and order.trades_at(market.last[order.symbol]):
        act(draft, order, checked)


def _order(
    draft: Draft, wish: PlaceOrder, name: str, quantity: Decimal, reference: Decimal
) -> Order:
    account = draft.account
    _check_name(draft, wish, name)
    mode = mode_wished(draft, wish)
    held = account.position(wish.symbol)
    default = held.leverage if held is not None else account.rulebook.default_leverage
    if account.instruments[wish.symbol].paid_in_full:
        default = ONE
    trailing = wish.order_type is OrderType.TRAILING
    return Order(
        id=name,
        symbol=wish.symbol,
        side=wish.side,
        quantity=quantity,
        order_type=wish.order_type,
        limit=wish.limit,
        trigger=reference if trailing else wish.trigger,
        leverage=default if wish.leverage is None else wish.leverage,
        mode=mode,
        reduce_only=wish.reduce_only,
        stop_loss=wish.stop_loss,
        targets=wish.targets,
        placed_at=draft.market.time,
        trail=wish.trail,
        trail_fraction=wish.trail_fraction,
        oco=_group(draft, wish, name),
        good_for=wish.good_for,
        crossed=crosses(draft, wish),
    )


def _check_name(draft: Draft, wish: PlaceOrder, name: str) -> None:
    if name in draft.account.orders:
        raise Refusal(f"there is already an open order {name}")
    if wish.id is not None and OUR_NAMES.fullmatch(wish.id):
        raise Refusal(f"names such as {name} are given to orders here; choose another")


def mode_wished(draft: Draft, wish: PlaceOrder) -> Mode:
    """The margin mode of a wish, where it can have it. Raises `Refusal`."""
    account = draft.account
    held = account.position(wish.symbol)
    mode = wish.mode or (mode_of(account, held.pocket) if held else account.mode)
    if mode not in account.rulebook.modes:
        allowed = ", ".join(account.rulebook.modes)
        raise Refusal(f"{account.rulebook.id} has no {mode} margin; it has {allowed}")
    if held is not None and held.quantity and mode_of(account, held.pocket) is not mode:
        there = mode_of(account, held.pocket)
        raise Refusal(f"{wish.symbol} is held with {there} margin already")
    if mode is not Mode.ISOLATED and mode is not mode_of(account, MAIN):
        raise Refusal(f"this account's wallet uses {mode_of(account, MAIN)} margin, not {mode}")
    return mode


def _group(draft: Draft, wish: PlaceOrder, name: str) -> str | None:
    """The one-cancels-other group of a wish: that of the order it names, or the name itself."""
    if wish.oco is None:
        return None
    if not wish.oco or wish.oco == name:
        raise Refusal("oco must name another order, or a group shared by several orders")
    other = draft.account.orders.get(wish.oco)
    if other is None and OUR_NAMES.fullmatch(wish.oco):
        raise Refusal(f"there is no open order {wish.oco} to link to")
    if other is not None and other.cause is not Cause.TRADER:
        raise Refusal(
            f"{other.id} protects a position: it ends with the position, not with an order"
        )
    group = (other.oco or other.id) if other is not None else wish.oco
    if group in draft.account.ocos_filled:
        raise Refusal(f"an order of {group} has already filled, which cancels the others")
    return group


def check(draft: Draft, order: Order, reference: Decimal) -> None:
    """Whether the account can carry an order. Raises `Refusal`, with the largest that passes.

    Closing is always allowed: what is asked here is asked of the part that opens.
    """
    closing, opening = parts_of(draft, order)
    held = draft.account.position(order.symbol)
    own = held is not None and order.leverage == held.leverage  # it may be more than is lent now
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
    """The largest size that passes, its closing part included; `None` where none does."""
    instrument = trial.account.instruments[order.symbol]
    opening = largest(trial, order, reference)
    if opening and _small_target(trial, order, opening):
        opening = ZERO
    most = floor_to(LARGEST_QUANTITY - instrument.lot, instrument.lot)
    size = min(closing + opening, most)
    worth = abs(instrument.notional(size, reference))
    return size if size and worth >= least_worth(instrument) else None


def largest_of(draft: Draft, wish: PlaceOrder) -> Decimal | None:
    """The largest size for a wish whose size is none that an order can have."""
    instrument = draft.account.instruments[wish.symbol]
    reference = reference_price(draft, wish, instrument)
    held = draft.account.position(wish.symbol)
    closing = ZERO
    if held is not None and held.side is not wish.side:
        closing = abs(held.quantity)
    if wish.reduce_only:
        return closing or None
    try:
        order = _order(draft, wish, draft.account.next_order, closing or instrument.lot, reference)
        if held is None or order.leverage != held.leverage:
            check_leverage(draft, order)
    except Refusal:
        return None
    trial = _after_closing(draft, order, closing) if closing else draft
    return _most(trial, order, closing, reference)


def _after_closing(draft: Draft, order: Order, closing: Decimal) -> Draft:
    """What would be there once the part that closes is done: the same fill, on scratch paper, at
    once and whole, however late or in how many parts the order itself will fill."""
    trial = draft.copy()
    trial.account = filling_whole(draft.account)
    market = replace(draft.market, trading=draft.market.trading | {order.symbol})
    trial.market = market
    closes = replace(order, quantity=closing, reduce_only=True, limit=None, trigger=None)
    put(trial, replace(closes, order_type=OrderType.MARKET), "")
    return trial


def _record_plan(draft: Draft, wish: PlaceOrder, order: Order) -> None:
    """What is planned of the part that opens: what only closes puts nothing at stake."""
    instrument = draft.account.instruments[wish.symbol]
    stop = first_stop(wish, instrument, entries(draft, wish, instrument)[1])
    if not (stop or wish.targets or wish.reason or wish.answer_to_call):
        return
    risk, (_, opening) = None, parts_of(draft, order)
    if stop is not None and opening:
        risk = settle(loss_per_unit(draft, wish) * opening, draft.account.currency)
    draft.record(
        e.PlanRecorded(
            at=draft.market.time,
            symbol=order.symbol,
            stop=stop,
            target=wish.targets[0].price if wish.targets else None,
            risk=risk,
            reason=wish.reason,
            answer_to_call=wish.answer_to_call,
            tags=wish.tags,
        )
    )


def close(draft: Draft, wish: ClosePosition) -> None:
    """Close all or part of a position at the market."""
    position = held_in(draft, wish.symbol)
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
    check_open(draft)
    order = draft.account.orders.get(wish.id)
    if order is None:
        raise Refusal(f"there is no open order {wish.id}")
    protection.cancel(draft, order, CancelReason.CANCELLED)
