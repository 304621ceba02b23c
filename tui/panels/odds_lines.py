"""The odds of a plan in a narrow column, and as a fan."""

from __future__ import annotations

from decimal import Decimal

from ledger.practice.odds.ahead import FUTURES, Ahead
from ledger.practice.odds.outcome import Plan
from ledger.practice.odds.simulate import Odds
from tui.chart.fan import Fan
from tui.panels.desk_figures import pair
from tui.text import format as fmt
from tui.widgets.lines import Line

_BAR = 12
_DAY = 86_400


def odds_lines(seen: Ahead | None, days: float, currency: str, width: int) -> list[Line]:
    """How often the plan ends in which way, over the futures drawn so far."""
    futures = f"{FUTURES:,} futures of {_days(days)}"
    if seen is None:
        return [_title(f"Drawing {futures}", width)]
    odds = seen.odds
    here = futures if odds.futures == FUTURES else f"{odds.futures:,} of {futures}"
    lines = [_title(here, width), [(f" {_drawn_from(seen)}", "dim")]]
    lines += [_share(name, share, meaning) for name, share, meaning in _shares(seen.plan, odds)]
    lines += _outcome(odds, currency, width)
    if seen.plan.interest:
        cost = fmt.money(_money(odds.interest[2]), currency)
        lines.append(pair("Interest, fees, median", cost, width))
    if odds.first_call is not None:
        first = f"{odds.first_call / _DAY:,.1f} days"
        lines.append(pair("First call, median", first, width))
    return lines


def _drawn_from(seen: Ahead) -> str:
    return f"{'SYNTHETIC ' if seen.synthetic else ''}past volatility, no drift"


def fan_of(seen: Ahead) -> Fan:
    """The fan on the chart: the 5%, 25%, 50%, 75% and 95% quantiles of the futures."""
    return Fan(seen.odds.fan, f"+{_days(seen.days)}")


def _days(days: float) -> str:
    return f"{days:g} day{'' if days == 1 else 's'}"


def _title(text: str, width: int) -> Line:
    return [(f" {text}"[:width], "strong")]


def _shares(plan: Plan, odds: Odds) -> list[tuple[str, float, str]]:
    """The possible ends of this plan; the lender's actions stand out."""
    ends = [
        ("Called", odds.called, "called", plan.call is not None),
        ("Liquidated", odds.liquidated, "liquidating", plan.liquidation is not None),
        ("Stopped out", odds.stopped, "down", plan.stop is not None),
        ("Target", odds.target, "up", plan.target is not None),
    ]
    return [(name, share, meaning) for name, share, meaning, there in ends if there]


def _share(name: str, share: float, meaning: str) -> Line:
    figure = f"{share:.1%}"
    return [
        (f" {name:<12}", "dim"),
        (f"{figure:>6} ", meaning if share else ""),
        ("█" * round(share * _BAR), meaning),
    ]


def _outcome(odds: Odds, currency: str, width: int) -> list[Line]:
    """The result, bad, median and good: in R if the plan has a stop, else in money."""
    row, unit = (odds.r, "R") if odds.r is not None else (odds.result, currency)
    places = 2 if odds.r is not None else 0
    figures = "  ".join(f"{row[at]:+,.{places}f}" for at in (0, 2, 4))
    return [pair(f"{unit} 5/50/95%", figures, width)]


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.8f}")
