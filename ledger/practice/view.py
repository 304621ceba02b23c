"""Everything a screen shows of an account, valued once, frozen, and free of the engine's types.

An equal view paints nothing anew. Widgets read this and never the account or the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.demand import entry_price, hedges_of, mode_of
from ledger.account.health import health
from ledger.account.margin import assess, margin_behind, unrealized
from ledger.account.state import MAIN, Account, Cause, Order, Pocket, Position
from ledger.account.threshold import shown_threshold, threshold_prices
from ledger.engine.curing import cure, shortfall
from ledger.engine.loans import posted_now
from ledger.market.quote import Market
from ledger.market.rulebook import AccountKind, Rung
from ledger.market.times import DAY, Time
from ledger.money import ZERO, settle
from ledger.practice.statement import worst_pocket


@dataclass(frozen=True, slots=True)
class HealthView:
    """Health in the venue's measure. `state` is safe, warned, called or liquidating."""

    name: str
    value: Decimal | None
    call: Decimal | None
    liquidation: Decimal | None
    state: str


@dataclass(frozen=True, slots=True)
class PositionView:
    """One open position. Prices are unrounded levels of the others held still."""

    symbol: str
    side: str
    mode: str
    pocket: str
    leverage: Decimal
    quantity: Decimal
    entry: Decimal
    mark: Decimal
    last: Decimal
    notional: Decimal
    unrealized: Decimal
    margin: Decimal
    call_price: Decimal | None
    liquidation_price: Decimal | None
    distance: Decimal | None
    """Of the mark price to the next price that acts (call or liquidation), as a ratio."""
    health: HealthView
    stop: Decimal | None
    targets: tuple[Decimal, ...]
    risk: Decimal | None
    stop_trail: Decimal | None = None
    """The distance at which the stop follows the price; `None` where it stands still."""
    stop_trail_fraction: Decimal | None = None
    """The same as a fraction of the price."""


@dataclass(frozen=True, slots=True)
class OrderView:
    """One resting order. `level` is what it waits for, `limit` the worst that it may fill at."""

    id: str
    symbol: str
    side: str
    order_type: str
    quantity: Decimal
    level: Decimal | None
    cause: str
    reduce_only: bool
    limit: Decimal | None = None
    trail: Decimal | None = None
    oco: str | None = None
    good_for: str = "gtc"
    trail_fraction: Decimal | None = None
    trigger: Decimal | None = None
    triggered: bool = False


@dataclass(frozen=True, slots=True)
class CallView:
    """An open margin call with what cures it at present prices.

    `shortfall` counts the interest to this moment, `unposted` of which is not on record yet: any
    payment posts it first.
    """

    seq: int
    pocket: str
    level: str
    issued_at: Time
    due: Time | None
    health: HealthView
    shortfall: Decimal
    unposted: Decimal
    sale_to_cure: Decimal
    sell_symbol: str
    sell_quantity: Decimal
    hedges: tuple[str, ...]
    """What is listed here and can offset what would be sold."""
    prices: tuple[tuple[str, Decimal], ...]
    answer: str | None


@dataclass(frozen=True, slots=True)
class DeskView:
    """The whole desk at one moment."""

    account: str
    venue: str
    currency: str
    time: Time
    equity: Decimal
    deposited: Decimal
    cash: Decimal
    loan: Decimal
    accrued: Decimal
    interest_per_day: Decimal
    loan_rate: Decimal
    unrealized: Decimal
    realized: Decimal
    interest: Decimal
    fees: Decimal
    funding: Decimal
    dividends: Decimal
    savings: Decimal
    initial: Decimal
    maintenance: Decimal
    available: Decimal
    health: HealthView
    positions: tuple[PositionView, ...]
    orders: tuple[OrderView, ...]
    calls: tuple[CallView, ...]
    prices: tuple[tuple[str, Decimal, Decimal], ...]
    """Symbol, last price, mark price."""
    listed: tuple[tuple[str, Decimal, Decimal], ...]
    """Symbol, tick, lot."""
    borrows: bool
    """Whether leverage is a loan; else it is a contract's margin."""
    seq: int
    incidents: tuple[str, ...] = ()
    """Kinds of the incidents that are running."""

    def steps(self, symbol: str) -> tuple[Decimal, Decimal]:
        """Tick and lot of a symbol."""
        return next((tick, lot) for name, tick, lot in self.listed if name == symbol)


def view(account: Account, market: Market) -> DeskView:
    """The account as it stands in this market. Pure: the preview of an order uses it too."""
    currency = account.currency
    pockets = list(account.pockets.values())
    margins = [assess(account, pocket, market.mark) for pocket in pockets]
    loans, contract = [pocket.loan for pocket in pockets], account.rulebook.interest
    principal = sum((loan.principal for loan in loans), ZERO)
    yearly = sum((contract.yearly(loan.principal) for loan in loans), ZERO)
    totals, paper = account.totals, [unrealized(account, p, market.mark) for p in pockets]
    return DeskView(
        account=account.name,
        incidents=tuple(dict.fromkeys(one.kind.value for one in account.incidents)),
        venue=account.rulebook.title,
        currency=currency,
        time=market.time,
        equity=settle(sum((m.equity for m in margins), ZERO), currency),
        deposited=totals.deposited - totals.withdrawn,
        cash=sum((pocket.cash for pocket in pockets), ZERO),
        loan=principal,
        accrued=sum((loan.accrued for loan in loans), ZERO),
        interest_per_day=settle(yearly * DAY / contract.denominator, currency),
        loan_rate=yearly / principal if principal else ZERO,
        unrealized=settle(sum(paper, ZERO), currency),
        realized=totals.realized_pnl,
        interest=totals.interest,
        fees=totals.fees_paid,
        funding=totals.funding_paid,
        dividends=totals.dividends,
        savings=account.savings,
        initial=settle(sum((m.initial for m in margins), ZERO), currency),
        maintenance=settle(sum((m.maintenance for m in margins), ZERO), currency),
        available=settle(assess(account, account.main, market.mark).available, currency),
        health=_health(account, market, worst_pocket(account, market)),
        positions=_positions(account, market),
        orders=tuple(_order(order) for order in account.orders.values()),
        calls=tuple(_calls(account, market)),
        prices=tuple((s, market.last[s], market.mark[s]) for s in market.last),
        listed=tuple((i.symbol, i.tick, i.lot) for i in account.instruments.values()),
        borrows=account.rulebook.kind is AccountKind.LOAN,
        seq=account.seq,
    )


def _health(account: Account, market: Market, pocket: Pocket | None) -> HealthView:
    if pocket is None:
        return HealthView(account.rulebook.health, None, None, None, "safe")
    now = health(account, pocket, market.mark)
    state = "warned" if pocket.name in account.warned else "safe"
    call = account.calls.get(pocket.name)
    if call is not None:
        state = "liquidating" if call.expired else "called"
    return HealthView(now.name, now.value, now.call, now.liquidation, state)


def _positions(account: Account, market: Market) -> tuple[PositionView, ...]:
    """All positions; what they share with others of their pocket is worked out once."""
    pockets = account.pockets.values()
    healths = {pocket.name: _health(account, market, pocket) for pocket in pockets}
    levels = {
        (pocket.name, rung): _level_prices(account, market, pocket, rung)
        for pocket in pockets
        for rung in (Rung.CALL, Rung.LIQUIDATION)
    }
    return tuple(_position(account, market, p, healths, levels) for p in account.positions())


def _position(
    account: Account,
    market: Market,
    position: Position,
    healths: Mapping[str, HealthView],
    levels: Mapping[tuple[str, Rung], Mapping[str, Decimal | None]],
) -> PositionView:
    pocket = account.pockets[position.pocket]
    instrument = account.instruments[position.symbol]
    mark = market.mark[position.symbol]
    call = levels[pocket.name, Rung.CALL].get(position.symbol)
    liquidation = levels[pocket.name, Rung.LIQUIDATION].get(position.symbol)
    protective = [o for o in account.orders.values() if o.symbol == position.symbol]
    stop = next((o for o in protective if o.cause is Cause.STOP_LOSS), None)
    targets = tuple(
        o.limit for o in protective if o.cause is Cause.TAKE_PROFIT and o.limit is not None
    )
    alone = Pocket(name=pocket.name, positions={position.symbol: position})
    if pocket.name == MAIN:
        margin = abs(position.basis) / position.leverage
    else:
        margin = margin_behind(account, pocket, market.mark)
    acts = _next_to_act(account, call, liquidation)
    return PositionView(
        symbol=position.symbol,
        side="long" if position.quantity > 0 else "short",
        mode=mode_of(account, pocket.name).value,
        pocket=pocket.name,
        leverage=position.leverage,
        quantity=abs(position.quantity),
        entry=entry_price(account, position),
        mark=mark,
        last=market.last[position.symbol],
        notional=abs(instrument.notional(position.quantity, mark)),
        unrealized=settle(unrealized(account, alone, market.mark), account.currency),
        margin=settle(margin, account.currency),
        call_price=call,
        liquidation_price=liquidation,
        distance=abs(mark - acts) / mark if acts is not None and mark else None,
        health=healths[pocket.name],
        stop=stop.trigger if stop else None,
        stop_trail=stop.trail if stop else None,
        stop_trail_fraction=stop.trail_fraction if stop else None,
        targets=targets,
        risk=position.risk,
    )


def _next_to_act(
    account: Account, call: Decimal | None, liquidation: Decimal | None
) -> Decimal | None:
    """A call that gives time acts first; one without a deadline only speaks, and then the
    liquidation is what counts."""
    return call if account.rulebook.maintenance.rung is Rung.CALL else liquidation


def _level_prices(
    account: Account, market: Market, pocket: Pocket, rung: Rung
) -> dict[str, Decimal | None]:
    """Where each position would bring its pocket to the rung, as it is reported."""
    level = account.rulebook.level(rung)
    if level is None:
        return {}
    found = threshold_prices(account, pocket, market.mark, level)
    return {
        s: shown_threshold(price, pocket.positions[s].quantity, account.instruments[s].tick)
        for s, price in found.items()
    }


def _order(order: Order) -> OrderView:
    return OrderView(
        id=order.id,
        symbol=order.symbol,
        side=order.side.value,
        order_type=order.order_type.value,
        quantity=order.quantity,
        level=order.level,
        cause=order.cause.value,
        reduce_only=order.reduce_only,
        limit=order.limit,
        trail=order.trail,
        oco=order.oco,
        good_for=order.good_for.value,
        trail_fraction=order.trail_fraction,
        trigger=order.trigger,
        triggered=order.triggered,
    )


def _calls(account: Account, market: Market) -> list[CallView]:
    found = []
    for call in account.calls.values():
        pocket = account.pockets.get(call.pocket)
        if pocket is None or not pocket.positions:
            continue
        posted = posted_now(account, call.pocket, market)
        settled = posted.pockets[call.pocket]
        sale = cure(posted, settled, market)
        found.append(
            CallView(
                seq=call.seq,
                pocket=call.pocket,
                level=call.level,
                issued_at=call.issued_at,
                due=call.due,
                health=_health(account, market, pocket),
                shortfall=shortfall(posted, settled, market),
                unposted=settled.loan.owed() - pocket.loan.owed(),
                sale_to_cure=sale.value,
                sell_symbol=sale.position.symbol,
                sell_quantity=sale.quantity,
                hedges=hedges_of(account, sale.position.symbol),
                prices=tuple((s, market.mark[s]) for s in pocket.positions),
                answer=call.answer,
            )
        )
    return found
