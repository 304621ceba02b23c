"""What is short, and how much has to be sold so that nothing is: by the trader, by the broker.

What a sale restores is not one rate: its fee may come out of the repayment, another tier or lot
may be reached on the way. So a size is guessed by the rate of now, and tried: the least number of
lots after whose sale the level is no longer breached.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.order import Order, OrderType
from ledger.account.risk.demand import asked_of, entry_price, mode_of, sides_of, standing
from ledger.account.risk.margin import breached, free_cash, missing, unrealized
from ledger.account.state import Account, Call, Pocket, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.orders.venue_state import half_spread
from ledger.engine.trades.fills import close_part, slipped
from ledger.engine.trades.settlement import Deal
from ledger.frozen import replace, scratch
from ledger.market.quote import Market
from ledger.market.rules.rulebook import ExitOrder, Level, Mode
from ledger.money import ONE, ZERO, atom, ceil_to, round_up

_TRIAL = "a sale to cure"
_ROUNDED = 2
"""Units of money by which the postings of a trade may be off together: its gain and its fee."""
_MOST_TRIALS = 40


@scratch
@dataclass(frozen=True)
class Cure:
    """What would be sold, how much of it in lots, and the value that is: what is short over what
    selling restores, rounded up to the money's scale."""

    position: Position
    quantity: Decimal
    value: Decimal


def shortfall(account: Account, pocket: Pocket, market: Market) -> Decimal:
    """The deposit that restores the requirement, rounded up; zero when nothing is short.

    Where equality is a breach already, it takes one unit more than equality.
    """
    level = account.rulebook.upkeep
    short = missing(account, pocket, market.mark, level)
    asked = round_up(max(short, ZERO), account.currency)
    return asked + atom(account.currency) if level.inclusive and asked == short else asked


def first_to_go(account: Account, pocket: Pocket, market: Market) -> Position:
    """Whom a forced exit takes first, by the book's order; among equals the one listed first.

    While anything of the pocket trades, only what trades: a position in a hole cannot be sold.
    Where long and short offset each other, one of a larger side: closing the other frees nothing.
    """
    order = list(account.instruments)
    held = _unmatched(account, pocket, market)
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
    schedule = account.rulebook.schedule(account.rulebook.upkeep.schedule)
    asked = {p.symbol: asked_of(account, p, market.mark, schedule) for p in held}
    sides = sides_of(account, pocket, asked)

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
    """By how much closing one unit at a price narrows what is short of a level, the upkeep's unless
    told: the demand that falls, less the fee (a fraction) and what the price is behind the mark.

    What would offset it in smart cross is left out: the part that stands alone needs the margin.
    """
    pocket = account.pockets[position.pocket]
    level = standing(account, pocket, level or account.rulebook.upkeep)
    instrument = account.instruments[position.symbol]
    paid = abs(instrument.notional(ONE, price)) * fee
    lost = paid - instrument.gain(Decimal(position.side.sign), mark, price)
    return _asked_per_unit(account, pocket, position, mark, paid, level) - lost


def _asked_per_unit(
    account: Account,
    pocket: Pocket,
    position: Position,
    price: Decimal,
    paid: Decimal,
    level: Level,
) -> Decimal:
    """How much of the level's requirement closing one unit takes away."""
    share = level.multiple / level.share
    instrument = account.instruments[position.symbol]
    if instrument.option is not None:
        return price * instrument.multiplier * share  # the least that buying one back frees
    multiplier = instrument.multiplier
    entry = instrument.axis(entry_price(account, position))
    schedule = account.rulebook.schedule(level.schedule)
    each = schedule.per_unit(
        position.quantity * multiplier, instrument.axis(price), entry, position.leverage
    )
    asked = each * multiplier
    if account.rulebook.watches_debt and free_cash(account, pocket) <= paid:
        asked -= paid  # the fee comes out of what repays, or is borrowed
    return asked * share


def cure(account: Account, pocket: Pocket, market: Market) -> Cure:
    """What the trader would sell to meet a call, at the market.

    Where selling costs as much as it restores, all goes.
    """
    position = first_to_go(account, pocket, market)
    short = shortfall(account, pocket, market)
    if not short:
        return Cure(position, ZERO, ZERO)
    instrument, mark = account.instruments[position.symbol], market.mark[position.symbol]
    held = abs(position.quantity)
    unit = abs(instrument.notional(ONE, mark))
    draft = _called(account, pocket, market)
    price, slippage = _market_price(draft, position)
    each = restored_per_unit(account, position, mark, price, account.rulebook.taker_fee)
    if each <= 0 or not unit:
        return Cure(position, held, round_up(held * unit, account.currency))

    def cures(quantity: Decimal) -> bool:
        if quantity < held and quantity * unit < atom(account.currency):
            return False  # nobody takes so little
        trial = draft.copy()
        close_part(trial, _trial_order(trial, position, quantity), Deal(quantity, price, slippage))
        return not still_breached(trial, pocket.name, account.rulebook.upkeep)

    by_rate = min(short / each, held)
    quantity = least(account, position, short, each, cures)
    told = min(ceil_to(by_rate, instrument.lot), held)
    value = (by_rate if told == quantity else quantity) * unit
    return Cure(position, quantity, round_up(value, account.currency))


def still_breached(draft: Draft, name: str, level: Level) -> bool:
    """Whether a pocket still holds something, and is short of a level."""
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
) -> Decimal:
    """The least number of lots of a position for which it holds, looked for around a guess: what is
    short over what one unit restores.

    Where it holds for no part: all of the position; in smart cross the guess, since beyond the
    point at which the other side is the larger one closing more frees nothing. What a trade posts
    is rounded: where a lot restores less than that, some lots fewer may do too.
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
            smart = mode_of(account, position.pocket) is Mode.SMART
            return size(first) if smart else whole
        high = min(low + step, last)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(size(middle)) else (middle, high)
    blurred = min(int(_ROUNDED * atom(account.currency) / (each * lot)), _MOST_TRIALS)
    fewer = range(max(high - blurred, 1), high)
    return size(next((lots for lots in fewer if holds(size(lots))), high))


def _called(account: Account, pocket: Pocket, market: Market) -> Draft:
    """As it will be with the call on record: what a sale frees then stays where it cures. Interest
    that is not posted yet is left out, as of what is short."""
    loan = replace(pocket.loan, accrued_to=max(market.time, pocket.loan.accrued_to))
    calls = account.calls
    if pocket.name not in calls:
        call = Call(
            seq=0,
            pocket=pocket.name,
            level=account.rulebook.upkeep.schedule,
            issued_at=market.time,
            shortfall=ZERO,
            due=None,
        )
        calls = {**calls, pocket.name: call}
    pockets = {**account.pockets, pocket.name: replace(pocket, loan=loan)}
    return Draft(replace(account, pockets=pockets, calls=calls), market)


def _market_price(draft: Draft, position: Position) -> tuple[Decimal, Decimal]:
    """What a market order that closes it gets, and the slippage in it."""
    wide = half_spread(draft)
    if not wide:
        return draft.market.last[position.symbol], ZERO
    return slipped(draft, position.symbol, position.side.opposite, wide)


def _trial_order(draft: Draft, position: Position, quantity: Decimal) -> Order:
    """A market order that closes so much, put among the orders of a draft that is thrown away."""
    order = Order(
        id=_TRIAL,
        symbol=position.symbol,
        side=position.side.opposite,
        quantity=quantity,
        order_type=OrderType.MARKET,
        leverage=position.leverage,
        mode=mode_of(draft.account, position.pocket),
        reduce_only=True,
    )
    draft.account = replace(draft.account, orders={**draft.account.orders, order.id: order})
    return order
