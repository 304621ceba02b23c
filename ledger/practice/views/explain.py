"""The arithmetic behind a figure on the screen, in sentences with the numbers filled in.

Pure: every figure comes from the functions that the engine itself decides with.
"""

from decimal import Decimal

from ledger.account.risk.margin import equity, market_value, required_equity, unrealized
from ledger.account.risk.threshold import required_equity_near, shown_threshold, threshold_price
from ledger.account.state import Account, Pocket, Position
from ledger.engine.calls.restoring import restored_per_unit
from ledger.market.quote import Market
from ledger.market.rules.carry import Calendar
from ledger.market.rules.rulebook import AccountKind, Level, Rung
from ledger.money import ONE, ZERO, ratio, round_up, settle, trim
from ledger.practice.views.desk_view import CallView
from ledger.practice.words.formats import money, trimmed_percent
from ledger.practice.words.wording import when
from ledger.times import DAY, iso

Paragraph = tuple[str, ...]
"""A heading, then its lines."""


def explain_position(account: Account, market: Market, symbol: str) -> list[Paragraph]:
    """Equity, requirements and level prices of an open position."""
    position = account.position(symbol)
    if position is None:
        return []
    pocket = account.pockets[position.pocket]
    paragraphs = [
        ("Equity behind this position", *equity_lines(account, market, pocket)),
        ("Requirements", *_requirement_lines(account, market, pocket)),
    ]
    for rung, name in ((Rung.CALL, "Call price"), (Rung.LIQUIDATION, "Liquidation price")):
        level = account.rulebook.level(rung)
        if level is not None:
            paragraphs.append((name, *_price_lines(account, market, pocket, position, level)))
    if interest := interest_lines(account, pocket):
        paragraphs.append(("Interest", *interest))
    return paragraphs


def explain_account(account: Account, market: Market) -> list[Paragraph]:
    """Equity and interest of the whole account."""
    paragraphs: list[Paragraph] = []
    for pocket in account.pockets.values():
        name = "Wallet" if pocket.name == account.main.name else pocket.name.replace(":", " ")
        paragraphs.append((f"Equity: {name}", *equity_lines(account, market, pocket)))
        if pocket.positions:
            paragraphs.append(
                (f"Requirements: {name}", *_requirement_lines(account, market, pocket))
            )
        if interest := interest_lines(account, pocket):
            paragraphs.append((f"Interest: {name}", *interest))
    return paragraphs


def equity_lines(account: Account, market: Market, pocket: Pocket) -> tuple[str, ...]:
    """The equity of a pocket, added up."""
    total = _money(equity(account, pocket, market.mark), account)
    cash = _money(pocket.cash, account)
    if account.rulebook.kind is AccountKind.DERIVATIVES:
        paper = _money(unrealized(account, pocket, market.mark), account)
        return (f"margin {cash} + unrealized {paper} = {total}",)
    value = _money(market_value(account, pocket, market.mark), account)
    owed = f"loan {_money(pocket.loan.principal, account)}"
    accrued = f"interest {_money(pocket.loan.accrued, account)}"
    return (f"cash {cash} + value {value} - {owed} - {accrued} = {total}",)


def _requirement_lines(account: Account, market: Market, pocket: Pocket) -> tuple[str, ...]:
    own = equity(account, pocket, market.mark)
    lines = []
    for level in account.rulebook.levels:
        required = required_equity(account, pocket, market.mark, level)
        word = {Rung.WARNING: "warning", Rung.CALL: "call"}.get(level.rung, "liquidation")
        room = own - required
        margin = f"{_money(abs(room), account)} {'above' if room >= 0 else 'below'} it"
        lines.append(f"{word} ({level.schedule}): {_money(required, account)}, equity is {margin}")
    return tuple(lines)


def _price_lines(
    account: Account, market: Market, pocket: Pocket, position: Position, level: Level
) -> tuple[str, ...]:
    """equity(P) = k + q P and requirement(P) = c + s P meet at P = (c - k) / (q - s)."""
    symbol = position.symbol
    price = threshold_price(account, pocket, market.mark, level, symbol)
    if price is None:
        return ("no move of this price alone reaches it",)
    at = shown_threshold(price, position.quantity, account.instruments[symbol].tick) or price
    if account.instruments[symbol].inverse:
        return (f"they meet at {_price(at)}, on a curve, since it is settled in the coin",)
    nothing = {**market.mark, symbol: ZERO}
    exposure = position.quantity * account.instruments[symbol].multiplier
    near = required_equity_near(account, pocket, {**market.mark, symbol: price}, level, symbol)
    constant, slope = near.constant, near.slope
    base = equity(account, pocket, nothing)
    if exposure > slope:
        over, under = _difference(constant, base), _difference(exposure, slope)
    else:
        over, under = _difference(base, constant), _difference(slope, exposure)
    return (
        f"equity at a price P: {_line(base, exposure)}",
        f"requirement at a price P: {_line(constant, slope)}",
        f"they meet at {over} / {under} = {_price(at)}",
    )


def _line(constant: Decimal, slope: Decimal) -> str:
    """`18,000 - 200 x P`; `38.1 x P` without a constant."""
    if not constant:
        return f"{_number(slope)} x P"
    return f"{_number(constant)} {'-' if slope < 0 else '+'} {_number(abs(slope))} x P"


def _difference(value: Decimal, less: Decimal) -> str:
    """`(127 - 38.1)`, without a sign beside a sign or a zero: `(30 + 100)`, `5,498.66`."""
    if not value or not less:
        return _number(value - less)
    return f"({_number(value)} {'+' if less < 0 else '-'} {_number(abs(less))})"


def interest_lines(account: Account, pocket: Pocket) -> tuple[str, ...]:
    """A day's interest on a pocket's loan, when it is charged, and what has accrued."""
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
        f"charged so far: {_money(account.totals.interest, account)}"
    )
    return tuple(lines)


def _not_clear_lines(account: Account) -> tuple[str, ...]:
    """Why a call outlasts the breach that raised it."""
    return (
        "equity is at the requirement or just above it. A recovering market ends a call only",
        f"{_percent(account.rulebook.clear_band)} above the requirement, so that a hovering price "
        "raises one call, not many.",
        "Anything you do yourself (a deposit, a sale, a hedge) ends it at once.",
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
    figures = "Where you stand", *equity_lines(account, market, pocket)
    figures += tuple(_requirement_lines(account, market, pocket))
    if not call.shortfall:
        return [figures, ("Why the call is still open", *_not_clear_lines(account))]
    short = _money(call.shortfall, account)
    lately = ""
    if call.unposted:
        lately = f", with {_money(call.unposted, account)} of interest since the last posting"
    cash = (
        f"equity is {short} below the requirement{lately}; a deposit adds to equity one for one,",
        f"so a deposit of {short} meets the call.",
    )
    sale = _money(call.sale_to_cure, account)
    straight = share > 0 and sale == _money(round_up(call.shortfall / share, currency), account)
    selling = (
        "a sale turns value into cash at the same price: equity falls only by the fee.",
        f"The shortfall drops by {_percent(share)} of the amount sold, so",
        f"{short} / {_percent(share)} = {sale} must be sold,"
        if straight
        else f"{sale} must be sold, as that rate changes on the way (a tier, a lot, the cash):",
        f"that is {_number(call.sell_quantity)} {call.sell_symbol} at {_price(price)}"
        + "".join(f" and {_number(size)} {symbol}" for symbol, size in call.sell_also)
        + ", "
        "rounded up to the lot.",
    )
    return [
        figures,
        (f"Why cash costs {short}", *cash),
        (f"Why selling costs {sale}", *selling),
    ]  # fmt: skip


def _money(amount: Decimal, account: Account) -> str:
    """To the last digit, so that a sum of such figures adds up."""
    return money(settle(amount, account.currency), account.currency, exact=True)


def _price(value: Decimal) -> str:
    return f"{trim(value):,f}"


def _number(value: Decimal) -> str:
    return f"{trim(ratio(value)):,f}"


def _percent(value: Decimal) -> str:
    return trimmed_percent(value, 8)
