"""Return for risk, on returns of equal periods: those of days, with flows removed.

Sharpe (1994): mean excess over its sample deviation. Sortino and Price (1994): mean excess over the
root of the mean squared shortfall, over **all** periods, not only those that fell short. Calmar
(Young 1991): yearly growth over the largest drawdown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from ledger.times import DAY

LEAST_DAYS = 20
"""Fewer days give no ratio."""
LEAST_SPAN = 90
"""Calendar days below which nothing is scaled to a year."""
_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ratios of `days` daily returns, scaled to a year of `per_year` days if `annualised`."""

    days: int
    per_year: int
    annualised: bool
    yearly_return: float | None
    volatility: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean. Raises `ZeroDivisionError` without values."""
    return fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """The sample standard deviation (n - 1). Raises `ZeroDivisionError` for fewer than two."""
    middle = mean(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def shortfall(returns: Sequence[float], target: float = 0.0) -> float:
    """The downside deviation: the root of the mean squared shortfall over all periods."""
    return sqrt(fsum(min(each - target, 0.0) ** 2 for each in returns) / len(returns))


def sharpe(returns: Sequence[float], per_year: int = 1, riskless: float = 0.0) -> float | None:
    """Mean return over `riskless`, per period, over its deviation, times the root of the periods of
    a year; `None` where nothing moved."""
    if len(returns) < 2:
        return None
    spread = deviation(returns)
    return (mean(returns) - riskless) / spread * sqrt(per_year) if _moves(spread) else None


def sortino(returns: Sequence[float], per_year: int = 1, target: float = 0.0) -> float | None:
    """The same over the downside deviation; `None` where nothing fell short."""
    if not returns:
        return None
    below = shortfall(returns, target)
    return (mean(returns) - target) / below * sqrt(per_year) if _moves(below) else None


def _moves(spread: float) -> bool:
    """Whether a deviation is more than what rounding leaves of none."""
    return spread > 1e-12


def yearly(total: float, seconds: int) -> float:
    """The growth of a year that compounds to `total` over a time."""
    return (1 + total) ** (_YEAR * DAY / seconds) - 1 if total > -1 else -1.0


def ratios(
    returns: Sequence[float], total: float, seconds: int, per_year: int, drawdown: float
) -> Ratios:
    """All of them, each as far as the days allow: none under twenty days, nothing per year under
    ninety calendar days."""
    long = seconds >= LEAST_SPAN * DAY
    enough = len(returns) >= LEAST_DAYS
    scale = per_year if long else 1
    grown = yearly(total, seconds) if long else None
    return Ratios(
        days=len(returns),
        per_year=per_year,
        annualised=long,
        yearly_return=grown,
        volatility=deviation(returns) * sqrt(scale) if enough else None,
        sharpe=sharpe(returns, scale) if enough else None,
        sortino=sortino(returns, scale) if enough else None,
        calmar=grown / drawdown if enough and grown is not None and drawdown > 0 else None,
    )
