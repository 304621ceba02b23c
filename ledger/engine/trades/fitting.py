"""Whether the opening part of an order fits an account, and the largest size that does.

Checked when an order is sent and again when it fills, so that what is accepted is filled and what
is filled survives: no trade is made that would be closed out at the price it was made at.
"""

from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.risk.margin import breached, equity, required_equity
from ledger.account.state import MAIN, Order
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.margin.buying_power import refusal
from ledger.engine.orders.acceptance import check_leverage, check_short, check_worth, tier_refusal
from ledger.engine.trades.fills import open_part
from ledger.engine.trades.settlement import Deal
from ledger.frozen import event_from, replace
from ledger.money import LARGEST_QUANTITY, ONE, ZERO, atom, ceil_to, plain, round_down, trim


def unfit(draft: Draft, order: Order, opening: Decimal, price: Decimal) -> str | None:
    """Why this much cannot be opened at a price once the order's closing part is done; `None` if it
    can."""
    try:
        check_leverage(draft, order)
        check_short(draft, order)
        check_worth(draft, order.symbol, opening, price)
    except Refusal as refused:
        return refused.reason
    held = draft.account.position(order.symbol)
    if opening + (abs(held.quantity) if held else ZERO) >= LARGEST_QUANTITY:
        return f"the position would be larger than this ledger can hold ({plain(LARGEST_QUANTITY)})"
    reason = tier_refusal(draft, order, opening, price) or refusal(draft, order, opening, price)
    return reason or _gone_at_once(draft, order, opening, price)


def _gone_at_once(draft: Draft, order: Order, opening: Decimal, price: Decimal) -> str | None:
    """Why the trade would not survive at present prices: its pocket would be at its last level.

    That happens where a level requires more than the order's leverage posts, or where margin is
    judged by a mark on the wrong side of the price. A resting order is checked for it when it
    fills.
    """
    market = draft.market
    if not order.trades_at(market.last[order.symbol]):
        return None
    trial = draft.copy()
    at = market.time
    sent = replace(order, quantity=opening)
    trial.record(event_from(e.OrderPlaced, sent, at=at, order=order.id, reason=""))
    open_part(trial, trial.account.orders[order.id], Deal(opening, price))
    position = trial.account.position(order.symbol)
    if position is None:
        return None
    own = _falls(trial, position.pocket)
    if own or position.pocket == MAIN:
        return own and f"the position would be closed out at once: {own}"
    wallet = _falls(trial, MAIN)  # which provided the margin
    return wallet and f"the wallet would be closed out at once: {wallet}"


def _falls(draft: Draft, name: str) -> str | None:
    """What a pocket has and what it has to keep, if what it holds would be closed out."""
    account, mark = draft.account, draft.market.mark
    pocket, level = account.pockets[name], account.rulebook.levels[-1]
    held = any(position.quantity for position in pocket.positions.values())
    if not held or not breached(account, pocket, mark, level):
        return None
    has, keeps = (
        f"{plain(trim(round_down(x, account.currency)))}"
        for x in (equity(account, pocket, mark), required_equity(account, pocket, mark, level))
    )
    return f"{has} {account.currency} of equity, {keeps} required"


def largest(draft: Draft, order: Order, price: Decimal) -> Decimal:
    """The largest quantity that can be opened, on the lot; zero if none can.

    By bisection: a trade's requirement grows with its size, but not always in proportion to it. A
    size worth less than a unit of money counts as none.
    """
    instrument = draft.account.instruments[order.symbol]
    lot, unit = instrument.lot, abs(instrument.notional(ONE, price))
    most = int((LARGEST_QUANTITY - lot) / lot)
    least = int(ceil_to(atom(instrument.currency) / unit, lot) / lot)

    def fits(lots: int) -> bool:
        return unfit(draft, order, lots * lot, price) is None

    if least > most or not fits(least):
        return ZERO
    passes, fails = least, least * 2
    while fails <= most and fits(fails):
        passes, fails = fails, fails * 2
    fails = min(fails, most + 1)
    while fails - passes > 1:
        middle = (passes + fails) // 2
        if fits(middle):
            passes = middle
        else:
            fails = middle
    return trim(passes * lot)
