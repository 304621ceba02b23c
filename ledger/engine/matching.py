"""How an order whose price trades becomes a fill: at what price, and whether it can be paid for."""

from decimal import Decimal

from ledger.account.state import Order, OrderType, Side
from ledger.engine import protection
from ledger.engine.capacity import refusal
from ledger.engine.draft import Draft
from ledger.engine.ladder import meet
from ledger.engine.trading import fill, parts_of
from ledger.money import ONE, ZERO, ceil_to, floor_to


def execute(draft: Draft, order: Order) -> None:
    """Fill an order at the price its symbol stands at, or cancel it where money is missing.

    A limit is only reached at its price or better; a stop becomes a market order and slips.
    """
    price, slippage = fill_price(draft, order)
    _, opening = parts_of(draft, order)
    if opening:
        reason = refusal(draft, order, opening, price)
        if reason is not None:
            protection.cancel(draft, order, reason)
            return
    fill(draft, order, price, slippage)
    meet(draft, "sale")


def fill_price(draft: Draft, order: Order) -> tuple[Decimal, Decimal]:
    """The price after slippage, on the tick and inside the bar's range, and the slippage in it."""
    price = draft.market.last[order.symbol]
    rate = draft.account.rulebook.stop_slippage
    if order.order_type is not OrderType.STOP or rate == 0:
        return price, ZERO
    tick = draft.account.instruments[order.symbol].tick
    if order.side is Side.SELL:
        slipped = floor_to(price * (ONE - rate), tick)
    else:
        slipped = ceil_to(price * (ONE + rate), tick)
    bar = draft.market.bars.get(order.symbol)
    if bar is not None:
        slipped = max(min(slipped, bar.high), bar.low)
    return slipped, abs(price - slipped)
