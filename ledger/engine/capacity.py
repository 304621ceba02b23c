"""Whether an account can carry one more trade, why not, and the largest that it can."""

from decimal import Decimal

from ledger.account.demand import net_of, sides_of
from ledger.account.margin import (
    equity,
    forbidden,
    free_cash,
    initial,
    initial_of,
    initials,
    posted_margin,
)
from ledger.account.state import MAIN, Order, Side
from ledger.engine.draft import Draft
from ledger.market.rulebook import AccountKind, Draws, Forbids, Mode
from ledger.money import ONE, ZERO, ceil_to, floor_to, plain, round_down, settle, trim

_ISOLATED, _SMART, _SELL = Mode.ISOLATED, Mode.SMART, Side.SELL  # looked up once: see `demand`


def refusal(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> str | None:
    """Why this much more at this price cannot be carried; `None` when it can."""
    account = draft.account
    currency = account.currency
    if reason := _unlent(draft, order):
        return reason
    asked = needed(draft, order, quantity, price)
    offered = spendable(draft, order)
    if asked > offered and not _relieves(draft, order, quantity, price):
        return (
            f"needs {plain(trim(round_down(asked, currency)))} {currency} of margin and fees, "
            f"{plain(trim(round_down(max(offered, ZERO), currency)))} is available"
        )
    lacking = _unpaid(draft, order, quantity, price)
    if lacking > 0:
        return (
            f"its cost is {plain(trim(lacking))} {currency} beyond the free cash, and this account "
            "borrows nothing by itself: borrow first"
        )
    if not _borrows(draft, order, quantity, price):
        return None
    crossed = order.mode is not _ISOLATED
    if crossed and forbidden(account, account.main, draft.market.mark, Forbids.BORROW):
        return "health is too low to borrow more: repay, reduce or deposit first"
    least = account.rulebook.minimum_equity
    worth = equity(account, account.main, draft.market.mark)
    if worth < least:
        return f"borrowing needs at least {plain(least)} {currency} of equity, there is " + plain(
            trim(round_down(worth, currency))
        )
    return None


def _unlent(draft: Draft, order: Order) -> str | None:
    """Why this cannot be opened at all: what is paid in full has no leverage and no borrower."""
    instrument = draft.account.instruments[order.symbol]
    if not instrument.paid_in_full:
        return None
    if order.leverage != ONE:
        return f"nothing is lent on {order.symbol}: leverage 1"
    if order.mode is not Mode.CROSS:
        return f"{order.symbol} stands in the wallet: mode cross"
    terms = instrument.option
    if terms is not None and terms.on not in draft.market.last:
        return f"{order.symbol} is settled by the price of {terms.on}, which is not listed here"
    if terms is not None and terms.expires <= draft.market.time:
        return f"{order.symbol} has expired"
    if order.side is Side.BUY:
        return None
    if terms is None:
        return f"{order.symbol} cannot be borrowed, and so not be sold short"
    if draft.account.rulebook.options is None:
        return f"{draft.account.rulebook.id} lets nobody write options"
    return None


def needed(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> Decimal:
    """Own money that a trade takes: the initial margin that it adds, its fee, and what is posted
    for closing.

    In smart cross that is less than its own where it offsets what is held, or nothing.
    """
    value = draft.account.instruments[order.symbol].notional(quantity, price)
    fee = abs(value) * _fee(draft, order)
    if order.mode is _ISOLATED:
        fee += draft.account.rulebook.close_reserve(value * order.side.sign, order.leverage)
    return _added(draft, order, quantity, price) + fee


def _added(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> Decimal:
    account = draft.account
    signed = quantity * order.side.sign
    at = {**draft.market.mark, order.symbol: price}
    alone = initial_of(account, order.symbol, signed, at, order.leverage)
    if order.mode is not _SMART:
        return alone
    sides = sides_of(account, account.main, initials(account, account.main, draft.market.mark))
    pair = sides.get(account.instruments[order.symbol].exposed_to, (ZERO, ZERO))
    after = (pair[0] + alone, pair[1]) if signed > 0 else (pair[0], pair[1] + alone)
    return net_of(account, after) - net_of(account, pair)


def _relieves(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> bool:
    """Whether the trade offsets what is held and asks for no more margin than before."""
    return order.mode is _SMART and _added(draft, order, quantity, price) <= 0


def spendable(draft: Draft, order: Order) -> Decimal:
    """What the wallet can put up: equity above the initial margin of what it already carries.

    Behind an isolated wall goes only cash that is there, not a crossed position's paper profit.
    """
    main = draft.account.main
    mark = draft.market.mark
    free = equity(draft.account, main, mark) - initial(draft.account, main, mark)
    return min(free, main.cash) if order.mode is _ISOLATED else free


def largest(draft: Draft, order: Order, price: Decimal) -> Decimal:
    """The largest quantity that would pass, rounded down to the lot; zero when none does."""
    instrument = draft.account.instruments[order.symbol]
    if _unlent(draft, order):
        return ZERO
    if order.mode is _SMART:
        return _largest_netted(draft, order, price)
    unit = needed(draft, order, instrument.lot, price) / instrument.lot
    offered = spendable(draft, order)
    if unit <= 0 or offered <= 0:
        return ZERO
    size = floor_to(offered / unit, instrument.lot)
    while size > 0 and (lacking := _unpaid(draft, order, size, price)) > 0:
        more = ceil_to(lacking / abs(instrument.notional(ONE, price)), instrument.lot)
        size -= more
    return size if size > 0 and refusal(draft, order, size, price) is None else ZERO


def _largest_netted(draft: Draft, order: Order, price: Decimal) -> Decimal:
    """By halving: what a trade adds grows with its size, but not in proportion to it."""
    lot = draft.account.instruments[order.symbol].lot
    passes, fails = 0, 1
    while refusal(draft, order, fails * lot, price) is None:
        passes, fails = fails, fails * 2
    while fails - passes > 1:
        middle = (passes + fails) // 2
        if refusal(draft, order, middle * lot, price) is None:
            passes = middle
        else:
            fails = middle
    return passes * lot


def opening_costs(draft: Draft, order: Order, value: Decimal) -> dict[str, Decimal]:
    """What an opening trade of this value is charged, by kind: its own fee first."""
    currency = draft.account.currency
    rates = _opening_rates(draft, order)
    return {kind: settle(abs(value) * rate, currency) for kind, rate in rates.items()}


def _opening_rates(draft: Draft, order: Order) -> dict[str, Decimal]:
    book, instrument = draft.account.rulebook, draft.account.instruments[order.symbol]
    trade = book.maker_fee if order.makes_market() else book.taker_fee
    return {"trade": trade, **book.opening_fees(instrument.lent_to(order.side is _SELL))}


def _unpaid(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> Decimal:
    """What a purchase costs beyond the free cash where the book borrows nothing by itself.

    Behind an isolated wall that is all that the order's own margin does not pay.
    """
    account = draft.account
    instrument = account.instruments[order.symbol]
    spends = order.side is Side.BUY and instrument.owned
    if account.rulebook.draws is not Draws.NOTHING or not spends:
        return ZERO
    value = settle(instrument.notional(quantity, price), account.currency)
    if order.mode is _ISOLATED:
        return value - posted_margin(account.rulebook, value, order.leverage)
    cost = value + sum(opening_costs(draft, order, value).values(), ZERO)
    return cost - free_cash(account, account.main)


def _fee(draft: Draft, order: Order) -> Decimal:
    return sum(_opening_rates(draft, order).values(), ZERO)


def _borrows(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> bool:
    """Whether the trade needs the lender: a loan, or shares to sell short."""
    if draft.account.rulebook.kind is not AccountKind.LOAN:
        return False
    if order.side is _SELL:
        return True
    instrument = draft.account.instruments[order.symbol]
    if draft.account.rulebook.draws is Draws.WHOLE:
        return True
    if order.mode is _ISOLATED:
        return order.leverage > ONE
    cost = instrument.notional(quantity, price) * (ONE + _fee(draft, order))
    return instrument.owned and cost > free_cash(draft.account, draft.account.pockets[MAIN])
