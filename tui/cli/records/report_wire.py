"""The JSON of `report`: money and ratios as decimal strings, times in UTC, trades by number."""

from decimal import Decimal
from math import isfinite
from typing import Any

from ledger.money import plain, ratio, settle
from ledger.practice.review.review_view import ReviewView
from ledger.reports.performance.distribution import Heat
from ledger.reports.performance.groups import Group
from ledger.times import DAY, Time, iso
from tui.pages.performance_lines import definitions


def wire(view: ReviewView) -> dict[str, Any]:
    """Everything that is measured."""
    return {
        "account": view.account,
        "currency": view.currency,
        "from": _date(view.first_day),
        "to": _date(view.last_day),
        "days_per_year": view.per_year,
        **_returns(view),
        "trades": _trades(view),
        "costs": _costs(view),
        "disposition": _disposition(view),
        "histogram": [
            {"low": _ratio(each.low), "high": _ratio(each.high), "trades": list(each.trades)}
            for each in view.figures.histogram
        ],
        "excursions": _excursions(view),
        "groups": {
            by.value: [_group(group, view.currency) for group in groups]
            for by, groups in view.figures.groups.items()
        },
        "calendar": [
            {
                "date": _date(each.day),
                "return": _ratio(each.return_),
                "gain": _money(each.gain, view.currency),
                "equity": _money(each.equity, view.currency),
            }
            for each in view.figures.days
        ],
        "definitions": definitions(view),
    }


def _returns(view: ReviewView) -> dict[str, Any]:
    figures, ratios, fall = view.figures, view.figures.ratios, view.figures.drawdown
    return {
        "days": ratios.days,
        "return": _ratio(figures.growth.total),
        "gain": _money(sum(each.gain for each in figures.days), view.currency),
        "ruined": _time(figures.growth.ruined),
        "max_drawdown": None
        if fall is None
        else {
            "depth": _ratio(fall.depth),
            "peak": _time(fall.peak),
            "trough": _time(fall.trough),
            "recovered": _time(fall.recovered),
        },
        "annualised": ratios.annualised,
        "yearly_return": _ratio(ratios.yearly_return),
        "volatility": _ratio(ratios.volatility),
        "sharpe": _ratio(ratios.sharpe),
        "sortino": _ratio(ratios.sortino),
        "calmar": _ratio(ratios.calmar),
    }


def _trades(view: ReviewView) -> dict[str, Any]:
    made = view.figures.expectancy
    rates = (
        *("mean_r", "deviation_r", "sqn", "win_rate", "decided_win_rate", "needed_win_rate"),
        *("payoff", "profit_factor"),
    )
    amounts = ("net", "mean_net", "mean_win", "mean_loss")
    return {
        **{name: getattr(made, name) for name in ("n", "won", "lost", "scratches", "with_r")},
        **{name: _ratio(getattr(made, name)) for name in rates},
        **{name: _money(getattr(made, name), view.currency) for name in amounts},
        "longest_win_streak": made.streaks.won,
        "longest_loss_streak": made.streaks.lost,
        "past_stop": list(view.figures.past_stop),
    }


def _costs(view: ReviewView) -> dict[str, Any]:
    split, cash = view.figures.costs, view.currency
    names = ("gross", "fees", "interest", "funding", "overnight", "slippage")
    return {
        **{name: _money(getattr(split, name), cash) for name in names},
        "forced_exits": _money(split.forced, cash),
        "net": _money(split.net, cash),
        "carry_drag": _ratio(split.carry_drag),
    }


def _disposition(view: ReviewView) -> dict[str, Any]:
    found, held = view.figures.disposition, view.figures.holding
    counts = ("realized_gains", "paper_gains", "realized_losses", "paper_losses")
    return {
        **{name: getattr(found, name) for name in counts},
        "pgr": _ratio(found.pgr),
        "plr": _ratio(found.plr),
        "difference": _ratio(found.difference),
        "enough": found.enough,
        "holding_ratio": None if held is None else _ratio(held.ratio),
        "seconds_held": None
        if held is None
        else {"won": round(held.won), "lost": round(held.lost)},
    }


def _excursions(view: ReviewView) -> dict[str, Any]:
    return {
        **{verdict.value: _heat(heat) for verdict, heat in view.figures.heat.items()},
        "points": [
            {
                "trade": each.number,
                "mae_r": _ratio(each.mae_r),
                "mfe_r": _ratio(each.mfe_r),
                "r": _ratio(each.r),
                "verdict": each.verdict.value,
            }
            for each in view.figures.excursions
        ],
    }


def _heat(heat: Heat | None) -> dict[str, Any] | None:
    if heat is None:
        return None
    names = ("median_mae_r", "nine_of_ten_mae_r", "median_mfe_r")
    return {"n": heat.n, **{name: _ratio(getattr(heat, name)) for name in names}}


def _group(group: Group, currency: str) -> dict[str, Any]:
    return {
        "key": group.key,
        **{name: getattr(group, name) for name in ("n", "won", "lost", "with_r", "few")},
        "mean_r": _ratio(group.mean_r),
        "net": _money(group.net, currency),
        "trades": list(group.trades),
    }


def _date(number: int) -> str:
    return iso(number * DAY)[:10]


def _time(time: Time | None) -> str | None:
    return None if time is None else iso(time)


_MOST_DIGITS = 24
"""Digits before the point above which a figure has no decimals: they would mean nothing."""


def _ratio(value: float | None) -> str | None:
    if value is None or not isfinite(value):
        return None
    exact = Decimal(str(value)) + 0  # no negative zero
    return plain(ratio(exact) if exact.adjusted() < _MOST_DIGITS else exact)


def _money(value: float | None, currency: str) -> str | None:
    if value is None or not isfinite(value):
        return None
    exact = Decimal(str(value)) + 0
    return plain(settle(exact, currency) if exact.adjusted() < _MOST_DIGITS else exact)
