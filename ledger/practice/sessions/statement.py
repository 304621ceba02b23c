"""What an account is worth now, in the words and to the last unit that scripts rely on."""

from decimal import Decimal
from typing import Any

from ledger.account.risk.demand import entry_price, mode_of
from ledger.account.risk.health import health
from ledger.account.risk.margin import assess, margin_behind, market_value, unrealized
from ledger.account.state import MAIN, Account, Call, Order, Pocket, Position, held_pockets
from ledger.books.wire.fingerprint import state_hash
from ledger.engine.calls.curing import shortfall
from ledger.market.instrument import in_contracts
from ledger.market.quote import Market
from ledger.market.rules.rulebook import AccountKind
from ledger.money import ZERO, figured_price, plain, ratio, round_up, settle, trim
from ledger.times import Time, iso


def statement(account: Account, market: Market, time: Time) -> dict[str, Any]:
    """The statement line of `interface.md`, with the fingerprint of the whole account."""
    return {**figures(account, market, time), "state_hash": state_hash(account)}


def figures(account: Account, market: Market, time: Time) -> dict[str, Any]:
    """The statement without its fingerprint, which costs more than all the rest.

    equity = cash + market value - loan - accrued interest for a loan account, and
    equity = wallet + unrealized profit for a derivatives account, always to the last unit.
    """
    currency = account.currency
    pockets = account.pockets.values()
    cash = sum((pocket.cash for pocket in pockets), ZERO)
    loan = sum((pocket.loan.principal for pocket in pockets), ZERO)
    accrued = sum((pocket.loan.accrued for pocket in pockets), ZERO)
    value = settle(_sum(market_value, account, market), currency)
    paper = settle(_sum(unrealized, account, market), currency)
    derivatives = account.rulebook.kind is AccountKind.DERIVATIVES
    worth = cash + paper if derivatives else cash + value - loan - accrued
    margins = [assess(account, pocket, market.mark) for pocket in held_pockets(account)]
    totals = account.totals
    amounts = {
        "equity": worth,
        "cash": cash,
        "market_value": value,
        "loan": loan,
        "accrued_interest": accrued,
        "unrealized_pnl": paper,
        "realized_pnl": totals.realized_pnl,
        **_interest(account),
        "fees_paid": totals.fees_paid,
        "funding_paid": totals.funding_paid,
        "dividends": totals.dividends,
        "savings": account.savings,
        "initial_margin": round_up(sum((m.initial for m in margins), ZERO), currency),
        "maintenance_margin": round_up(sum((m.maintenance for m in margins), ZERO), currency),
        "deficit": deficit(account, worth),
    }
    return {
        "type": "statement",
        "time": iso(time),
        "account": account.name,
        "currency": currency,
        **{name: plain(settle(amount, currency)) for name, amount in amounts.items()},
        "health": health_of(account, market),
        "positions": [_position(account, market, p) for p in account.positions()],
        "open_orders": [_order(order) for order in account.orders.values()],
        "open_calls": [_call(account, market, call) for call in account.calls.values()],
        **_contracts(account),
    }


def _interest(account: Account) -> dict[str, Decimal]:
    """All the interest that was charged, by what became of it: it adds up to `interest_charged`.

    `capitalized_interest` stands unpaid in the loan, `accrued_interest` beside it (the statement
    has it for itself). Where a ledger was written before repayments told how much interest of the
    principal they paid, `interest_unknown` is what they may have paid of it, or not.
    """
    totals = account.totals
    loans = [pocket.loan for pocket in account.pockets.values()]
    standing = sum((loan.capitalized for loan in loans), ZERO)
    owed = sum((loan.accrued for loan in loans), standing)
    untold = totals.interest - totals.interest_paid - owed
    unknown = min(untold, sum((loan.principal - loan.capitalized for loan in loans), ZERO))
    return {
        "interest_charged": totals.interest,
        "interest_paid": totals.interest_paid + untold - unknown - totals.interest_absorbed,
        "interest_absorbed": totals.interest_absorbed,
        "capitalized_interest": standing,
        **({"interest_unknown": unknown} if unknown else {}),
    }


def _contracts(account: Account) -> dict[str, Any]:
    """The symbols whose quantities are contracts of a dollar each, where there are any."""
    found = in_contracts(account.instruments)
    return {"contracts": sorted(found)} if found else {}


def _sum(what: Any, account: Account, market: Market) -> Decimal:
    return sum((what(account, pocket, market.mark) for pocket in account.pockets.values()), ZERO)


def deficit(account: Account, worth: Decimal) -> Decimal:
    """What is still owed after everything was sold; zero while anything is held."""
    return max(-worth, ZERO) if not account.positions() else ZERO


def worst_pocket(account: Account, market: Market) -> Pocket | None:
    """The pocket with the least equity above its requirement, in proportion to it."""
    held = held_pockets(account)

    def room(pocket: Pocket) -> Decimal:
        margin = assess(account, pocket, market.mark)
        return margin.excess / margin.maintenance if margin.maintenance else margin.excess

    return min(held, key=room, default=None)


def health_of(account: Account, market: Market) -> dict[str, str | None]:
    """Health of the pocket that stands worst, in the venue's own measure."""
    pocket = worst_pocket(account, market)
    if pocket is None:
        return {"name": account.rulebook.health, "value": None, "call": None, "liquidation": None}
    now = health(account, pocket, market.mark)
    return {
        "name": now.name,
        "value": _ratio(now.value),
        "call": _ratio(now.call),
        "liquidation": _ratio(now.liquidation),
    }


def _ratio(value: Decimal | None) -> str | None:
    return None if value is None else plain(ratio(value))


def _position(account: Account, market: Market, position: Position) -> dict[str, Any]:
    pocket = account.pockets[position.pocket]
    instrument = account.instruments[position.symbol]
    isolated = pocket.name != MAIN
    behind = margin_behind(account, pocket, market.mark) if isolated else None
    alone = Pocket(name=pocket.name, positions={position.symbol: position})
    return {
        "symbol": position.symbol,
        "side": position.side.value,
        "mode": mode_of(account, pocket.name).value,
        "quantity": plain(trim(abs(position.quantity))),
        "entry_price": plain(figured_price(entry_price(account, position), instrument.tick)),
        "mark_price": plain(trim(market.mark[position.symbol])),
        "leverage": plain(trim(position.leverage)),
        "unrealized_pnl": plain(settle(unrealized(account, alone, market.mark), account.currency)),
        "margin": None if behind is None else plain(behind),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "order": order.id,
        "symbol": order.symbol,
        "side": order.side.value,
        "order_type": order.order_type.value,
        "quantity": plain(trim(order.quantity)),
        "limit": None if order.limit is None else plain(trim(order.limit)),
        "trigger": None if order.trigger is None else plain(trim(order.trigger)),
        "trail": None if order.trail is None else plain(trim(order.trail)),
        "trail_fraction": None
        if order.trail_fraction is None
        else plain(trim(order.trail_fraction)),
        "triggered": order.triggered,
        "stop_loss": None if order.stop_loss is None else plain(trim(order.stop_loss)),
        "targets": [
            {"price": plain(trim(target.price)), "fraction": plain(trim(target.fraction))}
            for target in order.targets
        ],
        "reduce_only": order.reduce_only,
        "oco": order.oco,
        "good_for": order.good_for.value,
        "cause": order.cause.value,
    }


def _call(account: Account, market: Market, call: Call) -> dict[str, Any]:
    pocket = account.pockets[call.pocket]
    return {
        "call": call.seq,
        "pocket": call.pocket,
        "level": call.level,
        "issued": iso(call.issued_at),
        "due": None if call.due is None else iso(call.due),
        "shortfall": plain(shortfall(account, pocket, market)),
        "answer": call.answer,
    }
