"""The account panel: what is owned, what is owed, and the distance to the levels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from ledger.practice.views.desk_view import DeskView
from tui.panels.desk_figures import hides_result, pair, result, result_lines, rule
from tui.text import display
from tui.text import format as fmt
from tui.widgets.lines import Line

_TWO_COLUMNS = 70


def account_lines(view: DeskView, width: int) -> list[Line]:
    """Equity and its parts, the margin it carries, and a result that adds up."""
    if width >= _TWO_COLUMNS:
        half = width // 2
        blank: Line = ((" " * half, ""),)
        left, right = _standing(view, half), result_lines(view, half)
        pairs = itertools.zip_longest(left, right, fillvalue=blank)
        return [(*before, *after) for before, after in pairs]
    return [*_standing(view, width), rule(width), *result_lines(view, width)]


def _standing(view: DeskView, width: int) -> list[Line]:
    """What is owned, what is owed, and the distance to the lender's levels."""
    money = view.currency
    lines: list[Line] = [
        *_worth(view, width),
        pair("Cash" if view.borrows else "Wallet", fmt.money(view.cash, money), width),
    ]
    if view.borrows:
        lines += [
            pair("Loan", fmt.money(view.loan, money), width, "strong" if view.loan else ""),
            pair("Accrued interest", fmt.money(view.accrued, money), width),
        ]
    lines += [pair(name, fmt.money(cost, money), width) for name, cost in _daily(view)]
    lines += [
        rule(width),
        pair("Margin used", fmt.money(view.used, money), width),
        pair("Available", fmt.money(view.available, money), width),
        pair("Maintenance", fmt.money(view.maintenance, money), width),
        pair("Health", fmt.percent(view.health.value), width, view.health.state),
        *(pair(*level, width, view.health.state) for level in _distances(view)),
    ]
    return lines


def _worth(view: DeskView, width: int) -> list[Line]:
    """Equity, and what became of the deposits."""
    money, change = view.currency, view.equity - view.deposited
    if hides_result(view):
        return [pair(name, display.HIDDEN, width) for name in ("Equity", " since deposits")]
    return [
        pair("Equity", fmt.money(view.equity, money), width, "strong"),
        pair(" since deposits", *_money_and_share(change, view.deposited, money, width)),
    ]


def _money_and_share(
    change: Decimal, base: Decimal, currency: str, width: int
) -> tuple[str, int, str]:
    text, meaning = result(change, currency)
    share = f"  {fmt.percent(change / base)}" if base > 0 else ""
    return text + share, width, meaning


def _daily(view: DeskView) -> list[tuple[str, Decimal]]:
    """The cost of a day by its kind; funding only if a rate is known, and what cash earns."""
    at = f" at {fmt.percent(view.daily.loan_rate)}" if view.loan else ""
    name = f"Interest a day{at}" if view.borrows else ""
    if view.daily.fees:
        name = "Interest and fees a day" if view.daily.interest else "Holding fees a day"
    costs = [(name, view.daily.charged)] if name else []
    if view.daily.funding is not None:
        costs.append(("Funding a day", view.daily.funding))
    if view.daily.overnight is not None:
        costs.append(("Overnight, a night", view.daily.overnight))
    if view.daily.credit:
        costs.append(("Cash earns a day", view.daily.credit))
    return costs


def _distances(view: DeskView) -> list[tuple[str, str]]:
    """For the call and the liquidation, the position that is nearest to it."""
    levels = {
        "To the call": [(p.call_distance, p.call_tick, p.symbol) for p in view.positions],
        "To liquidation": [
            (p.liquidation_distance, p.liquidation_tick, p.symbol) for p in view.positions
        ],
    }
    if not view.has_call:
        del levels["To the call"]
    return [(name, _nearest(view, known)) for name, known in levels.items()]


def _nearest(view: DeskView, known: Sequence[tuple[Decimal | None, Decimal | None, str]]) -> str:
    reachable = [(away, price, symbol) for away, price, symbol in known if away is not None]
    if not reachable:
        return fmt.NOTHING
    away, price, symbol = min(reachable, key=lambda level: level[0])
    tick, _ = view.steps(symbol)
    return f"{fmt.percent(away)} at {fmt.price(price, tick)}"
