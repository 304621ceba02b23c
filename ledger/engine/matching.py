"""How an order whose price trades becomes a fill: its price, and whether it can be paid for."""

from decimal import Decimal

from ledger.account.event_terms import CallMetBy, CancelReason
from ledger.account.events import kinds as e
from ledger.account.risk.requirement import mode_of
from ledger.account.state import MAIN, Order, OrderType
from ledger.engine.calls.ladder import meet
from ledger.engine.decision.draft import Draft
from ledger.engine.orders import protection
from ledger.engine.orders.venue_state import fillable, half_spread
from ledger.engine.trades.fills import close_part, fill, parts_of, slipped
from ledger.engine.trades.fitting import unfit
from ledger.engine.trades.settlement import Deal
from ledger.frozen import replace
from ledger.money import ZERO

_STOP_LIMIT = OrderType.STOP_LIMIT  # a global is read faster than a member


def act(draft: Draft, order: Order, checked: Decimal | None = None) -> None:
    """Let an order act whose price trades: it fills, or a stop-limit starts to rest at its
    limit."""
    if order.order_type is _STOP_LIMIT and not order.triggered:
        _trigger(draft, order)
        if not order.within_limit(draft.market.last[order.symbol]):
            return
    execute(draft, order, checked)


def _trigger(draft: Draft, order: Order) -> None:
    assert order.limit is not None, "a stop-limit has its limit"
    price = draft.market.last[order.symbol]
    draft.record(
        e.OrderTriggered(
            at=draft.market.time,
            order=order.id,
            symbol=order.symbol,
            side=order.side,
            order_type=order.order_type,
            cause=order.cause,
            price=price,
            limit=order.limit,
            rests=not order.within_limit(price),
        )
    )


def execute(draft: Draft, order: Order, checked: Decimal | None = None) -> None:
    """Fill an order at its symbol's present price, or cancel it if money is missing.

    A limit is reached only at its price or better; a stop becomes a market order and slips. What
    was `checked` at this very price and moment is not checked again.
    """
    price, slippage = fill_price(draft, order)
    whole, part = order.quantity, fillable(draft, order)
    if part != whole:
        order = replace(order, quantity=part)
    deal = Deal(part, price, slippage)
    closing, opening = parts_of(draft, order)
    hindered = opening and (price != checked or part != whole)
    reason = _hindered(draft, order, deal, closing, opening) if hindered else None
    if reason is not None:
        protection.cancel(draft, order, reason)
        return
    held = draft.account.position(order.symbol)
    fill(draft, order, deal, closing, opening)
    rest = draft.account.orders.get(order.id)
    if order.quantity < whole and rest is not None:
        protection.cancel(draft, rest, CancelReason.FILLED_IN_PART)
    if closing and held is not None:  # what it frees may go back to the wallet
        meet(draft, CallMetBy.SALE, held.pocket, MAIN)


def _hindered(
    draft: Draft, order: Order, deal: Deal, closing: Decimal, opening: Decimal
) -> str | None:
    """Why the opening part of an order cannot be carried once its closing part is done: rules,
    prices and positions may have changed since it was accepted."""
    held = draft.account.position(order.symbol)
    if held is not None and not closing:
        there = mode_of(draft.account, held.pocket)
        if there is not order.mode:
            return f"{order.symbol} is held with {there} margin already"
    trial = draft
    if closing:
        trial = draft.copy()
        close_part(trial, order, deal.of(closing))
    return unfit(trial, order, opening, deal.price)


def fill_price(draft: Draft, order: Order) -> tuple[Decimal, Decimal]:
    """The price after slippage, on the tick and inside the bar's range, and the slippage in it.

    An order sent by its trigger slips, and one that takes liquidity pays half of a wide spread;
    neither goes beyond the order's limit.
    """
    rate = draft.account.rulebook.stop_slippage if order.awaits_trigger() else ZERO
    if not order.makes_market():
        rate += half_spread(draft)
    base = draft.market.last[order.symbol]
    if rate == 0:
        return base, ZERO
    price, slippage = slipped(draft, order.symbol, order.side, rate)
    if order.limit is not None and not order.within_limit(price):
        return order.limit, abs(base - order.limit)
    return price, slippage
