"""What a preview leads to, as lines under a form."""

from __future__ import annotations

from decimal import Decimal

from ledger.account.event_terms import Direction, Side
from ledger.practice.calc.nearest_stop import LIQUIDATED_FIRST, liquidated_first, nearest_stop
from ledger.practice.funds import MUCH, Funds
from ledger.practice.views.desk_view import DeskView, PositionView
from ledger.practice.views.preview import Preview
from tui.panels.desk_figures import pair, rule
from tui.screens.ticket.form import PREVIEW_WIDTH, Thought, refusal_lines
from tui.text import format as fmt
from tui.widgets.lines import Line, wrap

USUAL = Decimal("0.02")
"""The ratio of equity that is usually risked on one trade, where no plan sets a limit."""
_W = PREVIEW_WIDTH - 2


def refused(seen: Preview, lot: Decimal | None = None) -> Thought:
    """The engine's reason, with the largest that would pass."""
    largest = "" if seen.largest is None else fmt.quantity(seen.largest, lot)
    return Thought(refusal_lines(seen.refused or "", _W, largest), allowed=False)


def account_effect(seen: Preview) -> list[Line]:
    """Cash, loan and interest after it, if they change."""
    before, after, money = seen.before, seen.after, seen.after.currency
    lines = [pair("Fee", fmt.money(seen.fee, money), _W)] if seen.fee else []
    if after.equity != before.equity:
        lines.append(_change("Equity", before.equity, after.equity, money))
    if after.borrows and after.loan != before.loan:
        lines.append(_change("Loan", before.loan, after.loan, money))
    lines += _daily_costs(before, after)
    lines.append(_change("Margin used", before.used, after.used, money))
    lines.append(_change("Available", before.available, after.available, money))
    return lines


def purse_effect(before: Funds | None, seen: Preview) -> list[Line]:
    """What is left in the purse that the account is funded from, and the share then at risk."""
    after = seen.funds
    if before is None or after is None:
        return []
    share = after.at_risk(seen.after.equity)
    lines = [
        rule(_W),
        _change("Purse", before.left, after.left, seen.after.currency),
        pair("In accounts", fmt.percent(share), _W, "warned" if share > MUCH else ""),
    ]
    if share > MUCH and after.left < before.left:
        words = "More than a fifth of your practice money is then at risk."
        lines += [[(f" {line}", "warned")] for line in wrap(words, _W - 1)]
    return lines


def _daily_costs(before: DeskView, after: DeskView) -> list[Line]:
    """The cost of a day after it: interest on a loan, carry fees, funding if it is known."""
    money, lines = after.currency, []
    fees = before.daily.fees or after.daily.fees
    if after.borrows or fees:
        interest = before.daily.interest or after.daily.interest
        name = "Interest/day" if not fees else "Cost/day" if interest else "Holding fees/day"
        lines.append(_change(name, before.daily.charged, after.daily.charged, money))
    if after.daily.funding is not None:
        paid = before.daily.funding or Decimal(0)
        lines.append(_change("Funding/day", paid, after.daily.funding, money))
    if after.daily.overnight is not None:
        paid = before.daily.overnight or Decimal(0)
        lines.append(_change("Overnight/night", paid, after.daily.overnight, money))
    return lines


def _change(name: str, before: Decimal, after: Decimal, currency: str) -> Line:
    now = fmt.money(after, currency)
    if before == after:
        return pair(name, now, _W)
    return pair(name, f"{fmt.money(before, currency)} → {now}", _W, "strong")


def position_effect(seen: Preview, symbol: str) -> list[Line]:
    """Health, call and liquidation of the position after it, with their distance."""
    held = position_of(seen.after, symbol)
    lines: list[Line] = []
    if held is None:
        if position_of(seen.before, symbol) is not None:
            lines.append(pair("Position", "closed", _W, "strong"))
        return lines
    tick, lot = seen.after.steps(symbol)
    name = "Contracts after" if symbol in seen.after.contracts else "Position after"
    lines.append(pair(name, f"{held.side} {fmt.quantity(held.quantity, lot)}", _W))
    was = position_of(seen.before, symbol)
    if was is not None and (was.side, was.leverage) != (held.side, held.leverage):
        both = f"{fmt.quantity(was.leverage)}x → {fmt.quantity(held.leverage)}x"
        lines.append(pair("Leverage", both, _W, "strong"))
    lines.append(pair("Health after", fmt.percent(held.health.value, 2), _W, held.health.state))
    for name, price in (("Call", held.call_tick), ("Liquidation", held.liquidation_tick)):
        if price is not None:
            lines.append(pair(name, _level(price, held.mark, tick), _W, "strong"))
    return lines


def _level(price: Decimal, mark: Decimal, tick: Decimal) -> str:
    away = fmt.signed_percent((price - mark) / mark) if mark else ""
    return f"{fmt.price(price, tick)}  {away}"


def risk_effect(
    seen: Preview, symbol: str, allowed: Decimal | None = None
) -> tuple[list[Line], bool]:
    """The money at stake at the stop, and whether it is over what the session plan has `allowed`,
    or, without such a plan, far over what is usual."""
    equity, money = seen.before.equity, seen.after.currency
    if seen.risk is None:
        return unstopped(seen, symbol), False
    share = seen.risk / equity if equity > 0 else None
    times = share / USUAL if share is not None else None
    far = times is None or times > Decimal("1.5") if allowed is None else seen.risk > allowed
    text = f"-{fmt.money(seen.risk, money)}  {fmt.percent(share)}"
    lines: list[Line] = [pair("Risk to stop", text, _W, "down" if far else "")]
    if far and allowed is not None:
        lines.append(((f" ! Your plan allows {fmt.money(allowed, money)} ", "alert"),))
    elif far and times is not None:
        much = fmt.multiple(times, 1).removesuffix(" R")
        lines.append(((f" ! {much}x the usual {fmt.percent(USUAL, 0)} of equity ", "alert"),))
    return lines, far


def overtaken(seen: Preview, symbol: str) -> list[Line]:
    """A warning if the liquidation comes before a position's stop, and the nearest stop with
    room."""
    held = position_of(seen.after, symbol)
    if held is None:
        return []
    side = Side.BUY if held.side is Direction.LONG else Side.SELL
    if not liquidated_first(side, held.stop, held.liquidation_tick):
        return []
    lines: list[Line] = [((f" ! {LIQUIDATED_FIRST} ", "alert"),)]
    tick, _ = seen.after.steps(symbol)
    stop = nearest_stop(side, held.entry, held.liquidation_price, tick)
    if stop is not None:
        lines.append(pair("Nearest sensible stop", fmt.price(stop, tick), _W))
    return lines


def unstopped(seen: Preview, symbol: str, meaning: str = "warned") -> list[Line]:
    """What limits the loss of a position without a stop after it; empty if one protects it, if
    nothing is held, or if it has only become smaller."""
    held, had = position_of(seen.after, symbol), position_of(seen.before, symbol)
    if held is None or held.stop is not None:
        return []
    if had is not None and had.side is held.side and had.quantity > held.quantity:
        return []
    limit = "all its margin can be lost" if held.limited else "nothing limits the loss"
    return [((f" No stop: {limit}", meaning),)]


def assumed_line(seen: Preview, symbol: str, resting: bool) -> list[Line]:
    """A note that the figures assume a fill that has not happened yet."""
    if seen.assumed is None:
        return []
    tick, _ = seen.after.steps(symbol)
    when = "rests" if resting else "at the next open"
    return [((f" {when}; as if at {fmt.price(seen.assumed, tick)}:", "dim"),)]


def position_of(view: DeskView, symbol: str) -> PositionView | None:
    """The open position in a symbol."""
    return next((p for p in view.positions if p.symbol == symbol), None)
