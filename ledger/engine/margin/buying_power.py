"""Whether an account can carry one more trade, and why not."""

from decimal import Decimal

from ledger.account.event_terms import FeeKind
from ledger.account.risk.margin import (
    equity,
    free_cash,
    initial,
    initial_of,
    initials,
    posted_margin,
)
from ledger.account.risk.requirement import net_of, sides_of
from ledger.account.state import Order, Side
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import leaving, lending, leverage
from ledger.market.rules.rulebook import AccountKind, Draws, Mode
from ledger.money import ONE, ZERO, plain, round_down, settle, trim

_ISOLATED, _SMART, _SELL = (
    Mode.ISOLATED,
    Mode.SMART,
    Side.SELL,
)  # a global is read faster than a member


def refusal(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> str | None:
    """Why this much more at this price cannot be carried; `None` if it can."""
    currency = draft.account.currency
    if reason := _unlent(draft, order) or leverage.uncarried(draft, order):
        return reason
    required = needed(draft, order, quantity, price)
    offered = spendable(draft, order)
    if required > offered and not _relieves(draft, order, quantity, price):
        whole = leverage.changed_by(draft, order)
        whose = f"{plain(trim(order.leverage))}x for the whole position " if whole else ""
        return (
            f"{whose}needs {plain(trim(round_down(required, currency)))} {currency} of margin and "
            f"fees, {plain(trim(round_down(max(offered, ZERO), currency)))} is available"
        )
    value = settle(draft.account.instruments[order.symbol].notional(quantity, price), currency)
    drawn = drawing(draft, order, value)
    if drawn > 0 and draft.account.rulebook.draws is Draws.NOTHING:
        return (
            f"it costs {plain(trim(drawn))} {currency} more than the free cash, and this account "
            "does not borrow automatically: borrow first"
        )
    lent = draft.account.rulebook.kind is AccountKind.LOAN
    if not lent or (order.side is Side.BUY and drawn <= 0):
        return None
    return lending.refused(draft, crossed=order.mode is not _ISOLATED)


def drawing(draft: Draft, order: Order, value: Decimal) -> Decimal:
    """The loan that an opening trade of this value draws: what cash lacks for it and its fees.

    The whole purchase where the book lends all of it, except what cannot be bought on margin. For
    an isolated position what the order's own margin does not pay; its fees are the wallet's.
    """
    account, book = draft.account, draft.account.rulebook
    instrument = account.instruments[order.symbol]
    if not instrument.owned:
        return ZERO
    outlay = max(value * order.side.sign, ZERO)  # selling at a price below zero costs money too
    if order.mode is _ISOLATED:
        own = posted_margin(book, value * order.side.sign, order.leverage)
        return max(outlay - own, ZERO)
    fees = sum(opening_costs(draft, order, value).values(), ZERO)
    free = free_cash(account, account.main)
    if book.draws is Draws.WHOLE and not instrument.paid_in_full:
        return outlay + max(fees - free, ZERO)
    return max(outlay + fees - free, ZERO)


def _unlent(draft: Draft, order: Order) -> str | None:
    """Why this cannot be opened at all: what is paid in full has neither leverage nor a lender."""
    instrument = draft.account.instruments[order.symbol]
    if not instrument.paid_in_full:
        return None
    if order.leverage != ONE:
        return f"{order.symbol} must be paid in full: set leverage to 1"
    if order.mode is not Mode.CROSS:
        return f"{order.symbol} is held in the wallet: set mode to cross"
    terms = instrument.option
    if terms is not None and terms.on not in draft.market.last:
        return f"{order.symbol} is settled by the price of {terms.on}, which is not listed here"
    if terms is not None and terms.expires <= draft.market.time:
        return f"{order.symbol} has expired"
    if order.side is Side.BUY:
        return None
    if terms is None:
        return f"{order.symbol} cannot be borrowed, so it cannot be sold short"
    if draft.account.rulebook.options is None:
        return f"{draft.account.rulebook.id} does not allow options to be written"
    return None


def needed(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> Decimal:
    """The trader's own money that a trade takes: its additional initial margin and its fees; for an
    isolated position, what is posted there.

    In smart cross that is less where it offsets what is held, or nothing. At another leverage than
    the position's it includes what that changes for the whole.
    """
    account, instrument = draft.account, draft.account.instruments[order.symbol]
    signed = quantity * order.side.sign
    at = {**draft.market.mark, order.symbol: price}
    alone = initial_of(account, order.symbol, signed, at, order.leverage)
    if order.mode is _ISOLATED:
        value = settle(instrument.notional(quantity, price), account.currency)
        posted = posted_margin(account.rulebook, value * order.side.sign, order.leverage)
        return max(alone, posted) + sum(opening_costs(draft, order, value).values(), ZERO)
    fee = abs(instrument.notional(quantity, price)) * _fee(draft, order)
    return _added(draft, order, alone) + fee


def _added(draft: Draft, order: Order, alone: Decimal) -> Decimal:
    """The additional initial margin on the wallet for a trade that requires `alone` on its own."""
    account, mark = draft.account, draft.market.mark
    pocket = leverage.restated(draft, order, account.main)
    if order.mode is not _SMART:
        if pocket is account.main:
            return alone
        return alone + initial(account, pocket, mark) - initial(account, account.main, mark)
    name = account.instruments[order.symbol].exposed_to
    before, after = (
        sides_of(account, one, initials(account, one, mark)).get(name, (ZERO, ZERO))
        for one in (account.main, pocket)
    )
    longs, shorts = after
    after = (longs + alone, shorts) if order.side is Side.BUY else (longs, shorts + alone)
    return net_of(account, after) - net_of(account, before)


def _relieves(draft: Draft, order: Order, quantity: Decimal, price: Decimal) -> bool:
    """Whether the trade offsets what is held and requires no more margin than before."""
    if order.mode is not _SMART:
        return False
    at = {**draft.market.mark, order.symbol: price}
    signed = quantity * order.side.sign
    alone = initial_of(draft.account, order.symbol, signed, at, order.leverage)
    return _added(draft, order, alone) <= 0


def spendable(draft: Draft, order: Order) -> Decimal:
    """What the wallet can put up: equity above the initial margin of what it already carries.

    Behind an isolated wall only own cash can go: no unrealized profit of a crossed position, and
    none of the proceeds of a short. It leaves the wallet like a withdrawal.
    """
    account, mark = draft.account, draft.market.mark
    main = account.main
    free = equity(account, main, mark) - initial(account, main, mark)
    if order.mode is not _ISOLATED:
        return free
    return min(free, free_cash(account, main), *leaving.unrestricted(draft, main))


def opening_costs(draft: Draft, order: Order, value: Decimal) -> dict[FeeKind, Decimal]:
    """What an opening trade of this value is charged, by kind: its own fee first."""
    currency = draft.account.currency
    rates = _opening_rates(draft, order)
    return {kind: settle(abs(value) * rate, currency) for kind, rate in rates.items()}


def _opening_rates(draft: Draft, order: Order) -> dict[FeeKind, Decimal]:
    book, instrument = draft.account.rulebook, draft.account.instruments[order.symbol]
    trade = book.maker_fee if order.makes_market() else book.taker_fee
    return {FeeKind.TRADE: trade, **book.opening_fees(instrument.lent_to(order.side is _SELL))}


def _fee(draft: Draft, order: Order) -> Decimal:
    return sum(_opening_rates(draft, order).values(), ZERO)
