"""The shortfall of a pocket, and the least sale that cures it: by the trader or by the broker.

`restoring` finds the sizes.
"""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.order import Order, OrderType
from ledger.account.risk.margin import exact_shortfall
from ledger.account.risk.requirement import mode_of
from ledger.account.state import Account, Call, Pocket, Position
from ledger.engine.calls.restoring import (
    Sale,
    first_to_go,
    least,
    market_price,
    restored_per_unit,
    still_breached,
    with_the_other_side,
)
from ledger.engine.decision.draft import Draft
from ledger.engine.trades.fills import close_part
from ledger.engine.trades.settlement import Deal
from ledger.frozen import replace, scratch
from ledger.market.quote import Market
from ledger.money import ONE, ZERO, atom, ceil_to, round_up, without_residue

_TRIAL = "a sale to cure"


@scratch
@dataclass(frozen=True)
class Cure:
    """A sale that cures a call: the position, its quantity in lots and its value, which is the
    shortfall over what selling restores, rounded up to the money's scale.

    `also` is what must be sold of the other side, in smart cross where one side alone cannot cure.
    """

    position: Position
    quantity: Decimal
    value: Decimal
    also: tuple[Sale, ...] = ()

    @property
    def whole(self) -> tuple[Sale, ...]:
        """All sales, in order."""
        return ((self.position, self.quantity), *self.also)


def shortfall(account: Account, pocket: Pocket, market: Market) -> Decimal:
    """The deposit that restores the requirement, rounded up; zero if nothing is short.

    Where equality is already a breach, it is one unit more.
    """
    level = account.rulebook.call_level
    short = exact_shortfall(account, pocket, market.mark, level)
    rounded = round_up(max(short, ZERO), account.currency)
    return rounded + atom(account.currency) if level.inclusive and rounded == short else rounded


def cure(account: Account, pocket: Pocket, market: Market) -> Cure:
    """What the trader would sell at the market to meet a call.

    Where selling costs as much as it restores, the whole position.
    """
    position = first_to_go(account, pocket, market)
    short = shortfall(account, pocket, market)
    if not short:
        return Cure(position, ZERO, ZERO)
    instrument, mark = account.instruments[position.symbol], market.mark[position.symbol]
    held = abs(position.quantity)
    unit = abs(instrument.notional(ONE, mark))
    draft = _called(account, pocket, market)
    price, _ = market_price(draft, position)
    each = restored_per_unit(account, position, mark, price, account.rulebook.taker_fee)
    if each <= 0 or not unit:
        return Cure(position, held, round_up(held * unit, account.currency))

    def close(trial: Draft, other: Position, quantity: Decimal) -> None:
        deal = Deal(quantity, *market_price(draft, other))
        close_part(trial, _trial_order(trial, other, quantity), deal)

    def cures(quantity: Decimal) -> bool:
        if quantity < held and quantity * unit < atom(account.currency):
            return False  # too small for an order
        trial = draft.copy()
        close(trial, position, quantity)
        return not still_breached(trial, pocket.name, account.rulebook.call_level)

    by_rate = min(short / each, held)
    quantity = least(account, position, short, each, cures)
    if quantity is None:
        both = with_the_other_side(draft, position, account.rulebook.call_level, each, close)
        quantity, also = both or (held, ())
        value = quantity * unit + sum((_worth(draft, *sale) for sale in also), ZERO)
        return Cure(position, quantity, round_up(value, account.currency), also)
    estimate = min(ceil_to(by_rate, instrument.lot), held)
    value = (by_rate if estimate == quantity else quantity) * unit
    return Cure(position, quantity, round_up(without_residue(value), account.currency))


def _worth(draft: Draft, position: Position, quantity: Decimal) -> Decimal:
    instrument = draft.account.instruments[position.symbol]
    return abs(instrument.notional(quantity, draft.market.mark[position.symbol]))


def _called(account: Account, pocket: Pocket, market: Market) -> Draft:
    """The account as it will be with the call on record: what a sale frees then stays in its
    pocket. Interest not posted yet is left out, as it is from the shortfall."""
    loan = replace(pocket.loan, accrued_to=max(market.time, pocket.loan.accrued_to))
    calls = account.calls
    if pocket.name not in calls:
        call = Call(
            seq=0,
            pocket=pocket.name,
            level=account.rulebook.call_level.schedule,
            issued_at=market.time,
            shortfall=ZERO,
            due=None,
        )
        calls = {**calls, pocket.name: call}
    pockets = {**account.pockets, pocket.name: replace(pocket, loan=loan)}
    return Draft(replace(account, pockets=pockets, calls=calls), market)


def _trial_order(draft: Draft, position: Position, quantity: Decimal) -> Order:
    """A market order that closes this quantity, in a draft that is thrown away."""
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
