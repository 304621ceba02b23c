"""The arithmetic behind a figure of the screen, in sentences with the numbers put in.

Pure: everything is asked of the same functions that the engine decides with.
"""

from decimal import Decimal

from ledger.account.risk.margin import equity, market_value, requirement, unrealized
from ledger.account.risk.threshold import demand_near, shown_threshold, threshold_price
from ledger.account.state import Account, Pocket, Position
from ledger.engine.calls.restoring import restored_per_unit
from ledger.market.quote import Market
from ledger.market.rules.carry import Calendar
from ledger.market.rules.rulebook import AccountKind, Level, Rung
from ledger.money import ONE, ZERO, ratio, round_up, settle, trim
from ledger.practice.views.desk_view import CallView
from ledger.practice.words.formats import trimmed_percent
from ledger.practice.words.wording import when
from ledger.times import DAY, iso

Paragraph = tuple[str, ...]
"""A heading, then its lines."""


def explain_position(account: Account, market: Market, symbol: str) -> list[Paragraph]:
    """Equity, health, and where the levels stand, for an open position."""
    position = account.position(symbol)
    if position is None:
        return []
    pocket = account.pockets[position.pocket]
    found = [
        ("Equity behind this position", *equity_lines(account, market, pocket)),
        ("What is demanded", *_demand_lines(account, market, pocket)),
    ]
    for rung, name in ((Rung.CALL, "Call price"), (Rung.LIQUIDATION, "Liquidation price")):
        level = account.rulebook.level(rung)
        if level is not None:
            found.append((name, *_price_lines(account, market, pocket, position, level)))
    if interest := interest_lines(account, pocket):
        found.append(("Interest", *interest))
    return found


def explain_account(account: Account, market: Market) -> list[Paragraph]:
    """Equity and interest of the whole account."""
    found: list[Paragraph] = []
    for pocket in account.pockets.values():
        name = "Wallet" if pocket.name == account.main.name else pocket.name.replace(":", " ")
        found.append((f"Equity: {name}", *equity_lines(account, market, pocket)))
        if pocket.positions:
            found.append((f"What is demanded: {name}", *_demand_lines(account, market, pocket)))
        if interest := interest_lines(account, pocket):
            found.append((f"Interest: {name}", *interest))
    return found


def equity_lines(account: Account, market: Market, pocket: Pocket) -> tuple[str, ...]:
    """What a pocket is worth, added up."""
    total = _money(equity(account, pocket, market.mark), account)
    cash = _money(pocket.cash, account)
    if account.rulebook.kind is AccountKind.DERIVATIVES:
        paper = _money(unrealized(account, pocket, market.mark), account)
        return (f"margin {cash} + unrealised {paper} = {total}",)
    value = _money(market_value(account, pocket, market.mark), account)
    owed = f"loan {_money(pocket.loan.principal, account)}"
    accrued = f"interest {_money(pocket.loan.accrued, account)}"
    return (f"cash {cash} + value {value} - {owed} - {accrued} = {total}",)


def _demand_lines(account: Account, market: Market, pocket: Pocket) -> tuple[str, ...]:
    worth = equity(account, pocket, market.mark)
    lines = []
    for level in account.rulebook.levels:
        demand = requirement(account, pocket, market.mark, level)
        word = {Rung.WARNING: "warning", Rung.CALL: "call"}.get(level.rung, "liquidation")
        room = worth - demand
        told = f"{_money(abs(room), account)} {'above it' if room >= 0 else 'short of it'}"
        lines.append(f"{word} ({level.schedule}): {_money(demand, account)}, equity is {told}")
    return tuple(lines)


def _price_lines(
    account: Account, market: Market, pocket: Pocket, position: Position, level: Level
) -> tuple[str, ...]:
    """equity(P) = k + q P and demand(P) = c + s P meet at P = (c - k) / (q - s)."""
    symbol = position.symbol
    price = threshold_price(account, pocket, market.mark, level, symbol)
    if price is None:
        return ("no price of this alone brings it there",)
    at = shown_threshold(price, position.quantity, account.instruments[symbol].tick) or price
    if account.instruments[symbol].inverse:
        return (f"they meet at {_price(at)}, on a curve: it is settled in the coin",)
    nothing = {**market.mark, symbol: ZERO}
    exposure = position.quantity * account.instruments[symbol].multiplier
    near = demand_near(account, pocket, {**market.mark, symbol: price}, level, symbol)
    constant, slope = near.constant, near.slope
    base = equity(account, pocket, nothing)
    return (
        f"equity at a price P: {_number(base)} + {_number(exposure)} x P",
        f"demand at a price P: {_number(constant)} + {_number(slope)} x P",
        f"they meet at ({_number(constant)} - {_number(base)}) / "
        f"({_number(exposure)} - {_number(slope)}) = {_price(at)}",
    )


def interest_lines(account: Account, pocket: Pocket) -> tuple[str, ...]:
    """A day of a pocket's loan, when it is charged, and what has come together."""
    loan, terms = pocket.loan, account.rulebook.interest
    if not loan.owed():
        return ()
    yearly = terms.yearly(loan.principal)
    rate = yearly / loan.principal if loan.principal else ZERO
    daily = settle(yearly * DAY / terms.denominator, account.currency)
    lines = [
        f"{_money(loan.principal, account)} x {_percent(rate)} / {terms.day_count} days = "
        f"{_money(daily, account)} a day",
    ]
    if terms.calendar is not Calendar.SECONDS and loan.principal:
        whole = settle(yearly * terms.post_every / terms.denominator, account.currency)
        due = iso(terms.boundary_after(loan.accrued_to))
        lines.append(f"charged in whole periods, {_money(whole, account)} each; next: {when(due)}")
    lines.append(
        f"accrued and unpaid: {_money(loan.accrued, account)}; "
        f"paid or owed since the start: {_money(account.totals.interest, account)}"
    )
    return tuple(lines)


def _not_clear_lines(account: Account) -> tuple[str, ...]:
    """Why a call outlives the breach that raised it."""
    return (
        "equity is what is demanded, or a hair more. The market's own recovery ends a call only",
        f"{_percent(account.rulebook.clear_band)} beyond the demand, so that a price that hovers "
        "raises one call and not many.",
        "Whatever you do yourself (a deposit, a sale, a hedge) ends it at once.",
    )


def explain_call(account: Account, market: Market, call: CallView) -> list[Paragraph]:
    """Why cash costs the shortfall C, and selling costs C / m."""
    pocket = account.pockets[call.pocket]
    position = account.position(call.sell_symbol)
    if position is None:
        return []
    currency, price = account.currency, market.mark[position.symbol]
    unit = abs(account.instruments[position.symbol].notional(ONE, price))
    fee = account.rulebook.taker_fee
    relief = restored_per_unit(account, position, price, price, fee)
    share = relief / unit if unit else ZERO
    stands = "Where it stands", *equity_lines(account, market, pocket)
    stands += tuple(_demand_lines(account, market, pocket))
    if not call.shortfall:
        return [stands, ("Why the call stands", *_not_clear_lines(account))]
    short = _money(call.shortfall, account)
    lately = ""
    if call.unposted:
        lately = f", with {_money(call.unposted, account)} of interest since the last posting"
    cash = (
        f"equity is {short} below the demand{lately}; a deposit raises equity unit for unit,",
        f"so a deposit of {short} meets the call.",
    )
    sale = _money(call.sale_to_cure, account)
    straight = share > 0 and sale == _money(round_up(call.shortfall / share, currency), account)
    selling = (
        "a sale turns value into cash at the same price: equity falls by no more than its fee.",
        f"What is short falls by {_percent(share)} of what is sold; so",
        f"{short} / {_percent(share)} = {sale} have to be sold,"
        if straight
        else f"{sale} have to be sold: on the way that rate changes (a tier, a lot, the cash),",
        f"that is {_number(call.sell_quantity)} {call.sell_symbol} at {_price(price)}"
        + "".join(f" and {_number(size)} {symbol}" for symbol, size in call.sell_also)
        + ", "
        "rounded up to the lot.",
    )
    return [
        stands,
        (f"Why cash costs {short}", *cash),
        (f"Why selling costs {sale}", *selling),
    ]  # fmt: skip


def _money(amount: Decimal, account: Account) -> str:
    return f"{settle(amount, account.currency):,f}"


def _price(value: Decimal) -> str:
    return f"{trim(value):,f}"


def _number(value: Decimal) -> str:
    return f"{trim(ratio(value)):,f}"


def _percent(value: Decimal) -> str:
    return trimmed_percent(value, 8)
