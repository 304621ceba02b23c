"""Everything a screen shows of an account, valued once and frozen, without the engine's types.

An equal view repaints nothing. Widgets read this, never the account or the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Answer
from ledger.account.risk.margin import Margin, assess, margin_behind, unrealized
from ledger.account.risk.requirement import hedges_of
from ledger.account.state import MAIN, Account, Cause, GoodFor, Order, OrderType, Side, Target
from ledger.engine.calls.curing import cure, shortfall
from ledger.engine.margin.loans import posted_now
from ledger.market.instrument import in_contracts
from ledger.market.quote import Market
from ledger.market.rules.rulebook import AccountKind, Rung
from ledger.money import ZERO, settle
from ledger.practice.sessions.statement import worst_pocket
from ledger.practice.views.daily_cost import DailyCost, daily_cost
from ledger.practice.views.position_view import HealthView as HealthView
from ledger.practice.views.position_view import PositionView as PositionView
from ledger.practice.views.position_view import health_view, position_views
from ledger.times import Time


@dataclass(frozen=True, slots=True)
class OrderView:
    """One resting order. `level` is the price it waits for, `limit` the worst it may fill at."""

    id: str
    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    level: Decimal | None
    cause: Cause
    reduce_only: bool
    limit: Decimal | None = None
    trail: Decimal | None = None
    oco: str | None = None
    good_for: GoodFor = GoodFor.GTC
    trail_fraction: Decimal | None = None
    trigger: Decimal | None = None
    triggered: bool = False
    stop_loss: Decimal | None = None
    targets: tuple[Target, ...] = ()
    """The stop it will place when it fills."""


@dataclass(frozen=True, slots=True)
class CallView:
    """An open margin call with its cures at present prices.

    `shortfall` includes the interest to this moment, of which `unposted` is not recorded yet: any
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
    sell_also: tuple[tuple[str, Decimal], ...]
    """What must be closed on the other side with it, if long and short offset each other."""
    hedges: tuple[str, ...]
    """Instruments listed here that can offset what would be sold."""
    prices: tuple[tuple[str, Decimal], ...]
    answer: Answer | None


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
    daily: DailyCost
    unrealized: Decimal
    realized: Decimal
    interest: Decimal
    fees: Decimal
    funding: Decimal
    overnight: Decimal
    credit: Decimal
    """Interest received on cash."""
    dividends: Decimal
    savings: Decimal
    used: Decimal
    """The margin used by positions: initial margin in the wallet, and all the margin of isolated
    positions."""
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
    """Whether leverage comes from a loan, not from a contract's margin."""
    has_call: bool
    """Whether the venue calls before it liquidates."""
    seq: int
    incidents: tuple[str, ...] = ()
    """Kinds of the incidents in progress."""
    contracts: frozenset[str] = frozenset()
    """Symbols whose quantities are contracts of a dollar each."""

    @property
    def interest_per_day(self) -> Decimal:
        """A day's interest on the loans."""
        return self.daily.interest

    def share_of_equity(self, percent: Decimal) -> Decimal:
        """A percentage of the equity as an amount."""
        return settle(self.equity * percent / 100, self.currency)

    def steps(self, symbol: str) -> tuple[Decimal, Decimal]:
        """Tick and lot of a symbol."""
        return next((tick, lot) for name, tick, lot in self.listed if name == symbol)


def view(account: Account, market: Market) -> DeskView:
    """The account in this market. Pure: the preview of an order uses it too."""
    currency = account.currency
    pockets = list(account.pockets.values())
    margins = [assess(account, pocket, market.mark) for pocket in pockets]
    totals, paper = account.totals, [unrealized(account, p, market.mark) for p in pockets]
    return DeskView(
        account=account.name,
        incidents=tuple(dict.fromkeys(one.kind.value for one in account.incidents)),
        contracts=in_contracts(account.instruments),
        venue=account.rulebook.title,
        currency=currency,
        time=market.time,
        equity=settle(sum((m.equity for m in margins), ZERO), currency),
        deposited=totals.deposited - totals.withdrawn,
        cash=sum((pocket.cash for pocket in pockets), ZERO),
        loan=sum((pocket.loan.principal for pocket in pockets), ZERO),
        accrued=sum((pocket.loan.accrued for pocket in pockets), ZERO),
        daily=daily_cost(account, market),
        unrealized=settle(sum(paper, ZERO), currency),
        realized=totals.realized_pnl,
        interest=totals.interest,
        fees=totals.fees_paid,
        funding=totals.funding_paid,
        overnight=totals.overnight,
        credit=totals.credit_interest,
        dividends=totals.dividends,
        savings=account.savings,
        used=_used(account, market, margins),
        maintenance=settle(sum((m.maintenance for m in margins), ZERO), currency),
        available=settle(assess(account, account.main, market.mark).available, currency),
        health=health_view(account, market, worst_pocket(account, market)),
        positions=position_views(account, market),
        orders=tuple(_order(order) for order in account.orders.values()),
        calls=tuple(_calls(account, market)),
        prices=tuple((s, market.last[s], market.mark[s]) for s in market.last),
        listed=tuple((i.symbol, i.tick, i.lot) for i in account.instruments.values()),
        has_call=account.rulebook.level(Rung.CALL) is not None,
        borrows=account.rulebook.kind is AccountKind.LOAN,
        seq=account.seq,
    )


def _used(account: Account, market: Market, margins: Sequence[Margin]) -> Decimal:
    """The initial margin in the wallet; all the margin of an isolated position."""
    parts = (
        margin.initial if pocket.name == MAIN else margin_behind(account, pocket, market.mark)
        for pocket, margin in zip(account.pockets.values(), margins, strict=True)
    )
    return settle(sum(parts, ZERO), account.currency)


def _order(order: Order) -> OrderView:
    return OrderView(
        id=order.id,
        symbol=order.symbol,
        side=order.side,
        order_type=order.order_type,
        quantity=order.quantity,
        level=order.level,
        cause=order.cause,
        reduce_only=order.reduce_only,
        limit=order.limit,
        trail=order.trail,
        oco=order.oco,
        good_for=order.good_for,
        trail_fraction=order.trail_fraction,
        trigger=order.trigger,
        triggered=order.triggered,
        stop_loss=order.stop_loss,
        targets=order.targets,
    )


def _calls(account: Account, market: Market) -> list[CallView]:
    calls = []
    for call in account.calls.values():
        pocket = account.pockets.get(call.pocket)
        if pocket is None or not pocket.positions:
            continue
        posted = posted_now(account, call.pocket, market)
        settled = posted.pockets[call.pocket]
        sold = posted_now(account, call.pocket, market, selling=True)
        sale = cure(sold, sold.pockets[call.pocket], market)
        calls.append(
            CallView(
                seq=call.seq,
                pocket=call.pocket,
                level=call.level,
                issued_at=call.issued_at,
                due=call.due,
                health=health_view(account, market, pocket),
                shortfall=shortfall(posted, settled, market),
                unposted=settled.loan.owed() - pocket.loan.owed(),
                sale_to_cure=sale.value,
                sell_symbol=sale.position.symbol,
                sell_quantity=sale.quantity,
                sell_also=tuple((other.symbol, size) for other, size in sale.also),
                hedges=hedges_of(account, sale.position.symbol),
                prices=tuple((s, market.mark[s]) for s in pocket.positions),
                answer=call.answer,
            )
        )
    return calls
