"""What an account is worth now, as a value and as the line that scripts rely on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from ledger.account.event_terms import Answer, Cause, GoodFor, OrderType, Side
from ledger.account.order import Target
from ledger.account.risk.health import Health, health
from ledger.account.risk.margin import assess, margin_behind, market_value, unrealized
from ledger.account.risk.requirement import Prices, entry_price, mode_of
from ledger.account.state import MAIN, Account, Call, Order, Pocket, Position, held_pockets
from ledger.books.wire.codec import encode
from ledger.books.wire.fingerprint import state_hash
from ledger.engine.calls.curing import shortfall
from ledger.frozen import later
from ledger.market.instrument import in_contracts
from ledger.market.quote import Market
from ledger.market.rules.rulebook import AccountKind
from ledger.market.rules.terms import Mode
from ledger.money import ZERO, figured_price, ratio, round_up, settle, trim
from ledger.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionLine:
    """A position in the statement. `margin` is what is behind an isolated one."""

    symbol: str
    side: Side
    mode: Mode
    quantity: Decimal
    entry_price: Decimal
    mark_price: Decimal
    leverage: Decimal
    unrealized_pnl: Decimal
    margin: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A resting order in the statement."""

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    limit: Decimal | None
    trigger: Decimal | None
    trail: Decimal | None
    trail_fraction: Decimal | None
    triggered: bool
    stop_loss: Decimal | None
    targets: tuple[Target, ...]
    reduce_only: bool
    oco: str | None
    good_for: GoodFor
    cause: Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """An open margin call in the statement: `call` is the number of the event that raised it."""

    call: int
    pocket: str
    level: str
    issued: Time
    due: Time | None
    shortfall: Decimal
    answer: Answer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An account at one moment, its money rounded to the last unit of its currency.

    The fields are the keys of `interface.md`, in their order.
    """

    time: Time
    account: str
    currency: str
    equity: Decimal
    cash: Decimal
    market_value: Decimal
    loan: Decimal
    accrued_interest: Decimal
    unrealized_pnl: Decimal
    realized_pnl: Decimal
    interest_charged: Decimal
    interest_paid: Decimal
    interest_absorbed: Decimal
    capitalized_interest: Decimal
    interest_unknown: Decimal = later(ZERO)
    """Interest that may or may not have been paid, if an older ledger does not say."""
    fees_paid: Decimal
    funding_paid: Decimal
    overnight: Decimal = later(ZERO)
    """What nights cost, less what they brought."""
    credit_interest: Decimal = later(ZERO)
    """Interest received on cash."""
    dividends: Decimal
    savings: Decimal
    initial_margin: Decimal
    maintenance_margin: Decimal
    deficit: Decimal
    health: Health
    positions: tuple[PositionLine, ...]
    open_orders: tuple[OrderLine, ...]
    open_calls: tuple[CallLine, ...]
    contracts: tuple[str, ...] = later(())
    """The symbols whose quantities are contracts of one dollar each."""
    state_hash: str = later("")
    """The fingerprint of the whole account, if it was requested."""
    synthetic: Mapping[str, str] | None = later(None)
    """By symbol, how prices that nobody recorded were made."""

    def __getitem__(self, key: str) -> Any:
        """A figure as in the JSON line, by its key there. Raises `KeyError`."""
        return write_statement(self)[key]


def write_statement(value: Statement) -> dict[str, Any]:
    """The statement line of `interface.md`."""
    return {"type": "statement", **encode(value)}


def statement(account: Account, market: Market, time: Time) -> Statement:
    """The statement with the fingerprint of the whole account."""
    return replace(figures(account, market, time), state_hash=state_hash(account))


def figures(account: Account, market: Market, time: Time) -> Statement:
    """The statement without its fingerprint, which costs more than everything else."""
    currency = account.currency

    def money(amount: Decimal) -> Decimal:
        return settle(amount, currency)

    margins = [assess(account, pocket, market.mark) for pocket in held_pockets(account)]
    totals, worth, interest = account.totals, _worth(account, market), _interest(account)
    return Statement(
        time=time,
        account=account.name,
        currency=currency,
        equity=money(worth.equity),
        cash=money(worth.cash),
        market_value=worth.market_value,
        loan=money(worth.loan),
        accrued_interest=money(worth.accrued),
        unrealized_pnl=worth.unrealized,
        realized_pnl=money(totals.realized_pnl),
        interest_charged=money(totals.interest),
        interest_paid=money(interest.paid),
        interest_absorbed=money(totals.interest_absorbed),
        capitalized_interest=money(interest.capitalized),
        interest_unknown=money(interest.unknown),
        fees_paid=money(totals.fees_paid),
        funding_paid=money(totals.funding_paid),
        overnight=money(totals.overnight),
        credit_interest=money(totals.credit_interest),
        dividends=money(totals.dividends),
        savings=money(account.savings),
        initial_margin=money(round_up(sum((m.initial for m in margins), ZERO), currency)),
        maintenance_margin=money(round_up(sum((m.maintenance for m in margins), ZERO), currency)),
        deficit=money(deficit(account, worth.equity)),
        health=health_of(account, market),
        positions=tuple(_position(account, market, held) for held in account.positions()),
        open_orders=tuple(_order(order) for order in account.orders.values()),
        open_calls=tuple(_call(account, market, call) for call in account.calls.values()),
        contracts=tuple(sorted(in_contracts(account.instruments))),
    )


@dataclass(frozen=True, slots=True)
class _Worth:
    """What is owned and owed at these prices, over all pockets."""

    cash: Decimal
    market_value: Decimal
    loan: Decimal
    accrued: Decimal
    unrealized: Decimal
    equity: Decimal


def _worth(account: Account, market: Market) -> _Worth:
    """equity = cash + market value - loan - accrued interest for a loan account, and
    equity = wallet + unrealized profit for a derivatives account, always to the last unit.
    """
    pockets = account.pockets.values()
    cash = sum((pocket.cash for pocket in pockets), ZERO)
    loan = sum((pocket.loan.principal for pocket in pockets), ZERO)
    accrued = sum((pocket.loan.accrued for pocket in pockets), ZERO)
    value = settle(_sum(market_value, account, market), account.currency)
    paper = settle(_sum(unrealized, account, market), account.currency)
    derivatives = account.rulebook.kind is AccountKind.DERIVATIVES
    equity = cash + paper if derivatives else cash + value - loan - accrued
    return _Worth(cash, value, loan, accrued, paper, equity)


def equity_of(account: Account, market: Market) -> Decimal:
    """The equity alone."""
    return _worth(account, market).equity


@dataclass(frozen=True, slots=True)
class _Interest:
    """Interest charged, by what became of it: with what was absorbed and what has accrued it adds
    up to `interest_charged`."""

    paid: Decimal
    capitalized: Decimal
    unknown: Decimal


def _interest(account: Account) -> _Interest:
    """`capitalized` is unpaid in the loan, beside the accrued interest.

    In a ledger from before repayments recorded how much capitalized interest they paid, `unknown`
    is what they may have paid of it.
    """
    totals = account.totals
    loans = [pocket.loan for pocket in account.pockets.values()]
    standing = sum((loan.capitalized for loan in loans), ZERO)
    owed = sum((loan.accrued for loan in loans), standing)
    untold = totals.interest - totals.interest_paid - owed
    unknown = min(untold, sum((loan.principal - loan.capitalized for loan in loans), ZERO))
    paid = totals.interest_paid + untold - unknown - totals.interest_absorbed
    return _Interest(paid, standing, unknown)


def _sum(
    what: Callable[[Account, Pocket, Prices], Decimal], account: Account, market: Market
) -> Decimal:
    return sum((what(account, pocket, market.mark) for pocket in account.pockets.values()), ZERO)


def deficit(account: Account, equity: Decimal) -> Decimal:
    """The debt left after everything was sold; zero while anything is held."""
    return max(-equity, ZERO) if not account.positions() else ZERO


def worst_pocket(account: Account, market: Market) -> Pocket | None:
    """The pocket with the least equity above its requirement, in proportion to it."""
    held = held_pockets(account)

    def room(pocket: Pocket) -> Decimal:
        margin = assess(account, pocket, market.mark)
        return margin.excess / margin.maintenance if margin.maintenance else margin.excess

    return min(held, key=room, default=None)


def health_of(account: Account, market: Market) -> Health:
    """The health of the weakest pocket, in the venue's own measure."""
    pocket = worst_pocket(account, market)
    if pocket is None:
        return Health(account.rulebook.health, None, None, None)
    now = health(account, pocket, market.mark)
    return Health(now.name, _ratio(now.value), _ratio(now.call), _ratio(now.liquidation))


def _ratio(value: Decimal | None) -> Decimal | None:
    return None if value is None else ratio(value)


def _position(account: Account, market: Market, position: Position) -> PositionLine:
    pocket = account.pockets[position.pocket]
    instrument = account.instruments[position.symbol]
    isolated = pocket.name != MAIN
    alone = Pocket(name=pocket.name, positions={position.symbol: position})
    return PositionLine(
        symbol=position.symbol,
        side=position.side,
        mode=mode_of(account, pocket.name),
        quantity=trim(abs(position.quantity)),
        entry_price=figured_price(entry_price(account, position), instrument.tick),
        mark_price=trim(market.mark[position.symbol]),
        leverage=trim(position.leverage),
        unrealized_pnl=settle(unrealized(account, alone, market.mark), account.currency),
        margin=margin_behind(account, pocket, market.mark) if isolated else None,
    )


def _order(order: Order) -> OrderLine:
    return OrderLine(
        order=order.id,
        symbol=order.symbol,
        side=order.side,
        order_type=order.order_type,
        quantity=trim(order.quantity),
        limit=_trimmed(order.limit),
        trigger=_trimmed(order.trigger),
        trail=_trimmed(order.trail),
        trail_fraction=_trimmed(order.trail_fraction),
        triggered=order.triggered,
        stop_loss=_trimmed(order.stop_loss),
        targets=tuple(Target(trim(t.price), trim(t.fraction)) for t in order.targets),
        reduce_only=order.reduce_only,
        oco=order.oco,
        good_for=order.good_for,
        cause=order.cause,
    )


def _trimmed(value: Decimal | None) -> Decimal | None:
    return None if value is None else trim(value)


def _call(account: Account, market: Market, call: Call) -> CallLine:
    return CallLine(
        call=call.seq,
        pocket=call.pocket,
        level=call.level,
        issued=call.issued_at,
        due=call.due,
        shortfall=shortfall(account, account.pockets[call.pocket], market),
        answer=call.answer,
    )
