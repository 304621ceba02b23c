"""How much of a position has to be closed until a level is no longer breached.

What a sale restores is not a constant rate: its fee may come out of the repayment, and another tier
or lot may be reached on the way. So a size is estimated at the present rate and then tried: the
least number of lots after whose sale the level is no longer breached.
"""

from collections.abc import Callable
from decimal import Decimal

from ledger.account.risk.margin import breached, exact_shortfall, free_cash, unrealized
from ledger.account.risk.requirement import (
    entry_price,
    level_for,
    mode_of,
    requirement_of,
    sides_of,
)
from ledger.account.state import Account, Pocket, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.orders.venue_state import half_spread
from ledger.engine.trades.fills import slipped
from ledger.market.quote import Market
from ledger.market.rules.rulebook import ExitOrder, Level, Mode
from ledger.money import ONE, ZERO, atom, ceil_to

_ROUNDED = 2
"""Units of money by which a trade's two postings, gain and fee, may be off together."""
_MOST_TRIALS = 40

Sale = tuple[Position, Decimal]
"""A position and how much of it is sold."""
Closes = Callable[[Draft, Position, Decimal], None]
"""Carries out a sale in a draft."""


def first_to_go(account: Account, pocket: Pocket, market: Market) -> Position:
    """The position that a forced exit closes first, by the book's order; among equals the first
    listed.

    While any position of the pocket trades, only those that trade. Where long and short offset each
    other, one of a larger side: closing the other frees nothing.
    """
    return _first_of(account, pocket, market, _unmatched(account, pocket, market))


def _first_of(account: Account, pocket: Pocket, market: Market, held: list[Position]) -> Position:
    order = list(account.instruments)
    trading = [p for p in held if p.symbol in market.trading]

    def loss(position: Position) -> tuple[Decimal, int]:
        alone = Pocket(name=pocket.name, positions={position.symbol: position})
        return unrealized(account, alone, market.mark), order.index(position.symbol)

    def age(position: Position) -> tuple[Decimal, int]:
        return Decimal(position.opened_at), order.index(position.symbol)

    oldest = account.rulebook.forced_exit.order is ExitOrder.OLDEST
    return min(trading or held, key=age if oldest else loss)


def _unmatched(account: Account, pocket: Pocket, market: Market) -> list[Position]:
    """The positions whose closing frees margin: in smart cross those of the larger side."""
    held = [p for p in pocket.positions.values() if p.quantity]
    if mode_of(account, pocket.name) is not Mode.SMART:
        return held
    schedule = account.rulebook.schedule(account.rulebook.call_level.schedule)
    required = {p.symbol: requirement_of(account, p, market.mark, schedule) for p in held}
    sides = sides_of(account, pocket, required)

    def larger(position: Position) -> bool:
        longs, shorts = sides[account.instruments[position.symbol].exposed_to]
        return longs >= shorts if position.quantity > 0 else shorts >= longs

    return [p for p in held if larger(p)]


def restored_per_unit(
    account: Account,
    position: Position,
    mark: Decimal,
    price: Decimal,
    fee: Decimal,
    level: Level | None = None,
) -> Decimal:
    """How much of a shortfall to a level (default: the call's) closing one unit at a price cures:
    the requirement it removes, less the fee (a fraction) and the loss of the price to the mark.

    Offsets in smart cross are left out: the part without an offset needs the margin.
    """
    pocket = account.pockets[position.pocket]
    level = level_for(account, pocket, level or account.rulebook.call_level)
    instrument = account.instruments[position.symbol]
    paid = abs(instrument.notional(ONE, price)) * fee
    lost = paid - instrument.gain(Decimal(position.side.sign), mark, price)
    return _freed_per_unit(account, pocket, position, mark, paid, level) - lost


def _freed_per_unit(
    account: Account,
    pocket: Pocket,
    position: Position,
    price: Decimal,
    paid: Decimal,
    level: Level,
) -> Decimal:
    """How much of the level's requirement closing one unit removes."""
    share = level.multiple / level.share
    instrument = account.instruments[position.symbol]
    if instrument.option is not None:
        return price * instrument.multiplier * share  # buying one back frees at least this
    multiplier = instrument.multiplier
    entry = instrument.axis(entry_price(account, position))
    schedule = account.rulebook.own(account.rulebook.schedule(level.schedule), instrument)
    each = schedule.per_unit(
        position.quantity * multiplier, instrument.axis(price), entry, position.leverage
    )
    freed = each * multiplier
    if account.rulebook.watches_debt and free_cash(account, pocket) <= paid:
        freed -= paid  # the fee comes out of the repayment, or is borrowed
    return freed * share


def with_the_other_side(
    draft: Draft, position: Position, level: Level, each: Decimal, close: Closes
) -> tuple[Decimal, tuple[Sale, ...]] | None:
    """Where long and short offset each other and no part of a position cures alone: the least of it
    with which some of the other side of its underlying cures, and the least of that.

    Only the larger side is charged (and the matched part of the other), so below the balance of
    both each has to be reduced, to what equity carries after both sales' costs. `None` if even that
    does not cure, or nothing offsets.
    """
    if mode_of(draft.account, position.pocket) is not Mode.SMART:
        return None

    def rest(quantity: Decimal) -> tuple[Sale, ...] | None:
        trial = draft.copy()
        close(trial, position, quantity)
        return _rest(trial, position, level, close)

    short = exact_shortfall(draft.account, draft.pocket(position.pocket), draft.market.mark, level)
    size = least(draft.account, position, short, each, lambda q: rest(q) is not None)
    return None if size is None else (size, rest(size) or ())


def _rest(draft: Draft, sold: Position, level: Level, close: Closes) -> tuple[Sale, ...] | None:
    """What has to be sold of the other side after a sale to cure a level; done in the draft. `None`
    if that side is not the larger one, or not enough."""
    sales: tuple[Sale, ...] = ()
    name = sold.pocket
    named = draft.account.instruments[sold.symbol].exposed_to
    while still_breached(draft, name, level):
        account, market, pocket = draft.account, draft.market, draft.pocket(name)
        others = [
            p
            for p in _unmatched(account, pocket, market)
            if p.side is not sold.side and account.instruments[p.symbol].exposed_to == named
        ]
        if not others:
            return None
        other = _first_of(account, pocket, market, others)
        price, _ = market_price(draft, other)
        fee = account.rulebook.taker_fee
        mark = market.mark[other.symbol]
        each = restored_per_unit(account, other, mark, price, fee, level)
        size = None
        if each > 0:
            short = exact_shortfall(account, pocket, market.mark, level)
            size = least(account, other, short, each, _curing(draft, other, level, close))
        size = abs(other.quantity) if size is None else size
        close(draft, other, size)
        sales = (*sales, (other, size))
    return sales


def _curing(
    draft: Draft, position: Position, level: Level, close: Closes
) -> Callable[[Decimal], bool]:
    """Whether closing a quantity of a position cures a level, tried in a copy."""

    def cures(quantity: Decimal) -> bool:
        trial = draft.copy()
        close(trial, position, quantity)
        return not still_breached(trial, position.pocket, level)

    return cures


def still_breached(draft: Draft, name: str, level: Level) -> bool:
    """Whether a pocket still holds something and breaches a level."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or not any(p.quantity for p in pocket.positions.values()):
        return False
    return breached(draft.account, pocket, draft.market.mark, level)


def least(
    account: Account,
    position: Position,
    short: Decimal,
    each: Decimal,
    holds: Callable[[Decimal], bool],
) -> Decimal | None:
    """The smallest number of lots of a position for which `holds` is true, searched around an
    estimate: the shortfall over what one unit restores.

    `None` if it is true for no size that was tried, nor for all of it. What a trade posts is
    rounded: where a lot restores less than that, a few lots fewer may be enough.
    """
    lot, whole = account.instruments[position.symbol].lot, abs(position.quantity)

    def size(lots: int) -> Decimal:
        return min(lots * lot, whole)

    last = int(ceil_to(whole, lot) / lot)
    first = min(max(int(ceil_to(short / each, lot) / lot), 1), last)
    low, high, step = 0, first, 1
    if holds(size(first)):
        while high > 1 and holds(size(max(high - step, 1))):
            high, step = max(high - step, 1), step * 2
        low = max(high - step, 0)
    else:
        low = first
        while low < last and not holds(size(min(low + step, last))):
            low, step = min(low + step, last), step * 2
        if low == last:
            return None
        high = min(low + step, last)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(size(middle)) else (middle, high)
    blurred = min(int(_ROUNDED * atom(account.currency) / (each * lot)), _MOST_TRIALS)
    fewer = range(max(high - blurred, 1), high)
    return size(next((lots for lots in fewer if holds(size(lots))), high))


def market_price(draft: Draft, position: Position) -> tuple[Decimal, Decimal]:
    """The price that a market order to close it gets, and the slippage in it."""
    wide = half_spread(draft)
    if not wide:
        return draft.market.last[position.symbol], ZERO
    return slipped(draft, position.symbol, position.side.opposite, wide)
