"""Dividends and splits at the open of the ex-day: on what was held before it, and on resting
orders."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import ClosedBy
from ledger.account.events import kinds as e
from ledger.account.risk.requirement import entry_price
from ledger.account.state import Account, Cause, Order, Position, Side, Target
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.loans import cover, repay_from_cash
from ledger.engine.orders import protection
from ledger.engine.trades.fills import after_close, closing_fill
from ledger.engine.trades.settlement import Deal
from ledger.frozen import event_from, scratch
from ledger.market.corporate import Ratio
from ledger.market.quote import Step
from ledger.market.rules.rulebook import Repays
from ledger.money import ZERO, ceil_to, figured_price, floor_to, settle, units


def concerned(account: Account) -> set[str]:
    """The symbols that are held or ordered: actions of others lead to nothing."""
    held = {position.symbol for position in account.positions()}
    return held | {order.symbol for order in account.orders.values()}


@scratch
@dataclass(frozen=True)
class Remainder:
    """Of `was` units split by a ratio, the fraction of a lot that is still to be paid out."""

    symbol: str
    by: Ratio
    was: Decimal


def split(draft: Draft, step: Step) -> list[Remainder]:
    """Splits: positions and orders are restated in new units, and no money moves.

    Before whatever falls due at that same open, since that is computed at the new prices.
    """
    return [
        _split(draft, action.symbol, Ratio.of(action.split))
        for action in step.actions
        if action.split is not None and action.symbol in concerned(draft.account)
    ]


def pay(draft: Draft, step: Step, left: list[Remainder]) -> None:
    """Pay out the fractions of a lot that splits left, then receive or owe dividends."""
    for each in left:
        _pay_out(draft, each)
    for action in step.actions:
        if action.dividend is not None:
            _dividend(draft, action.symbol, action.dividend)


def _split(draft: Draft, symbol: str, by: Ratio) -> Remainder:
    held = draft.account.position(symbol)
    was = ZERO if held is None else abs(held.quantity)
    quantity = units(by.quantity(was))
    entry = None if held is None else _entry(draft, held, by)
    covered = held is not None and _targeted(draft, symbol) == was
    draft.record(
        e.Split(
            at=draft.market.time,
            symbol=symbol,
            ratio=str(by),
            pocket=None if held is None else held.pocket,
            side=None if held is None else held.side,
            was=was,
            quantity=quantity,
            entry_price=entry,
        )
    )
    sizes = _target_sizes(draft, symbol, by, quantity if covered else None)
    for order in list(draft.account.orders.values()):
        if order.symbol == symbol and order.id in draft.account.orders:
            _adjust(draft, order, by, sizes.get(order.id))
    if sizes and quantity == floor_to(quantity, draft.account.instruments[symbol].lot):
        protection.resize(draft, symbol, quantity)  # else when the rest is paid out
    return Remainder(symbol, by, was)


def _entry(draft: Draft, held: Position, by: Ratio) -> Decimal:
    tick = draft.account.instruments[held.symbol].tick
    return figured_price(by.price(entry_price(draft.account, held)), tick)


def _targeted(draft: Draft, symbol: str) -> Decimal:
    targets = protection.orders_for(draft, symbol, Cause.TAKE_PROFIT)
    return sum((target.quantity for target in targets), ZERO)


def _target_sizes(
    draft: Draft, symbol: str, by: Ratio, whole: Decimal | None
) -> dict[str, Decimal]:
    """The size of each target after a split, before rounding to whole lots.

    If they covered the whole position, the farthest takes what rounding left of it.
    """
    targets = protection.orders_for(draft, symbol, Cause.TAKE_PROFIT)
    sizes = {target.id: units(by.quantity(target.quantity)) for target in targets}
    if whole is not None and targets:
        farthest = max(targets, key=lambda target: (target.limit or ZERO) * -target.side.sign)
        sizes[farthest.id] += whole - sum(sizes.values(), ZERO)
    return sizes


@scratch
@dataclass(frozen=True)
class _Prices:
    """The prices of an order."""

    limit: Decimal | None
    trigger: Decimal | None
    trail: Decimal | None
    stop_loss: Decimal | None
    targets: tuple[Target, ...]

    def sound(self, side: Side) -> bool:
        """Whether all prices are above zero, and protection is on its side of where the order
        fills."""
        level = self.limit if self.trigger is None else self.trigger
        prices = [self.limit, self.trigger, self.trail, self.stop_loss]
        if any(price is not None and price <= 0 for price in prices):
            return False
        if any(target.price <= 0 for target in self.targets):
            return False
        if level is None or self.stop_loss is None:
            return True
        return (level - self.stop_loss) * side.sign > 0


def _adjust(draft: Draft, order: Order, by: Ratio, size: Decimal | None) -> None:
    """Restate an order in new units: its size, else in whole lots rounded down, and its prices on
    ticks.

    Levels above the price are rounded up and levels below it down, a trail up: nothing is reached
    earlier than before. Source: FINRA rule 5330, which adjusts size and price by the ratio; it
    leaves some kinds of orders unadjusted and cancels all at a reverse split, which is not done
    here.
    """
    instrument = draft.account.instruments[order.symbol]
    quantity = floor_to(by.quantity(order.quantity), instrument.lot) if size is None else size
    prices = _split_prices(order, by, instrument.tick)
    if not quantity:
        protection.cancel(draft, order, f"less than one lot after the split {by}")
    elif not prices.sound(order.side):
        protection.cancel(draft, order, f"its prices are below one tick after the split {by}")
    else:
        draft.record(_adjusted(draft, order, by, prices, quantity))


def _split_prices(order: Order, by: Ratio, tick: Decimal) -> _Prices:
    def on_tick(price: Decimal | None, up: bool) -> Decimal | None:
        if price is None:
            return None
        return (ceil_to if up else floor_to)(by.price(price), tick)

    rises, buys = order.waits_for()[1], order.side is Side.BUY
    return _Prices(
        limit=on_tick(order.limit, rises),
        trigger=on_tick(order.trigger, rises),
        trail=on_tick(order.trail, up=True),
        stop_loss=on_tick(order.stop_loss, not buys),
        targets=tuple(
            Target((ceil_to if buys else floor_to)(by.price(t.price), tick), t.fraction)
            for t in order.targets
        ),
    )


def _adjusted(
    draft: Draft, order: Order, by: Ratio, prices: _Prices, quantity: Decimal
) -> e.OrderAdjusted:
    return event_from(
        e.OrderAdjusted,
        order,
        at=draft.market.time,
        order=order.id,
        ratio=str(by),
        quantity=quantity,
        limit=prices.limit,
        trigger=prices.trigger,
        trail=prices.trail,
        stop_loss=prices.stop_loss,
        targets=prices.targets,
    )


def _pay_out(draft: Draft, of: Remainder) -> None:
    """Cash in lieu: a fraction of a lot is settled at the open of the ex-day, without a fee."""
    held = draft.account.position(of.symbol)
    if held is None:
        return
    instrument = draft.account.instruments[of.symbol]
    size = abs(held.quantity)
    whole = floor_to(size, instrument.lot)
    if size == whole:
        return
    price = draft.market.last[of.symbol]
    deal = Deal(size - whole, price)
    exact = instrument.notional(of.was * of.by.new - whole * of.by.old, price) / of.by.old
    value = settle(exact, instrument.currency)
    paid = event_from(e.CashInLieu, closing_fill(draft, held, deal, value), ratio=str(of.by))
    draft.record(paid)
    after_close(draft, held, deal, paid.realized_pnl, ClosedBy.CASH_IN_LIEU)


def _dividend(draft: Draft, symbol: str, per_share: Decimal) -> None:
    """A long receives the dividend, which repays its loan where the book does so automatically; a
    short owes it to the lender of the shares, on the loan where cash is short."""
    held = draft.account.position(symbol)
    if held is None or not held.quantity:
        return
    instrument = draft.account.instruments[symbol]
    exact = held.quantity * instrument.multiplier * per_share
    amount = settle(exact, instrument.currency)
    if not amount:
        return
    draft.record(
        e.DividendPaid(
            at=draft.market.time,
            pocket=held.pocket,
            symbol=symbol,
            side=held.side,
            quantity=abs(held.quantity),
            per_share=per_share,
            amount=amount,
        )
    )
    if amount < 0:
        cover(draft, held.pocket, symbol)
    elif draft.account.rulebook.repays is Repays.INCOMING:
        repay_from_cash(draft, held.pocket)
