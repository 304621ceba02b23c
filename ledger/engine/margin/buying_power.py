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
    """Why this much more at this price cannot be carried; `None` when it can."""
    currency = draft.account.currency
    if reason := _unlent(draft, order) or leverage.uncarried(draft, order):
        return reason
    asked = needed(draft, order, quantity, price)
    offered = spendable(draft, order)
    if asked > offered and not _relieves(draft, order, quantity, price):
        whole = leverage.changed_by(draft, order)
        whose = f"{plain(trim(order.leverage))}x for the whole position " if whole else ""
        return (
            f"{whose}needs {plain(trim(round_down(asked, currency)))} {currency} of margin and "
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

    All of a purchase where the book lends it whole, but for what nothing is lent on. Behind an
    isolated wall what the order's own margin does not pay; its fees are the wallet's.
    """
    account, book = draft.account, draft.account.rulebook
    instrument = account.instruments[order.symbol]
    if not instrument.owned:
        return ZERO
    outlay = max(value * order.side.sign, ZERO)  # what is sold below zero is paid for, too
    if order.mode is _ISOLATED:
        own = posted_margin(book, value * order.side.sign, order.leverage)
        return max(outlay - own, ZERO)
    fees = sum(opening_costs(draft, order, value).values(), ZERO)
    free = free_cash(account, account.main)
    if book.draws is Draws.WHOLE and not instrument.paid_in_full:
        return outlay + max(fees - free, ZERO)
    return max(outlay + fees - free, ZERO)


def _unlent(draft: Draft, order: Order) -> str | None:
    """Why this cannot be opened at all: what is paid in full has no leverage and no borrower."""
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
    """Own money that a trade takes: the initial margin that it adds, and its fees; behind a wall
    what is posted there.

    In smart cross that is less than its own where it offsets what is held, or nothing; at another
    leverage than the position's it is more, or less, by what that changes of the whole.
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
    """Initial margin that the wallet has to carry beyond what it carries now, for a trade that
    asks for so much `alone`."""
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
    """Whether the trade offsets what is held and asks for no more margin than before."""
    if order.mode is not _SMART:
        return False
    at = {**draft.market.mark, order.symbol: price}
    signed = quantity * order.side.sign
    alone = initial_of(draft.account, order.symbol, signed, at, order.leverage)
    return _added(draft, order, alone) <= 0


def spendable(draft: Draft, order: Order) -> Decimal:
    """What the wallet can put up: equity above the initial margin of what it already carries.

    Behind an isolated wall goes only cash that is there and its own: no crossed position's paper
    profit, and nothing of what a short sale brought. It leaves the wallet like a withdrawal.
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
