"""Return for risk, against published figures and another program."""

from math import sqrt
from random import Random

import pytest

from ledger.reports.performance.drawdown import drawdowns, index_of, max_drawdown
from ledger.reports.performance.ratios import (
    deviation,
    mean,
    ratios,
    sharpe,
    shortfall,
    sortino,
    yearly,
)
from ledger.times import DAY

MIXED = [0.01, 0.10, -0.04, 0.02, 0.03, 0.02, 0.01, -0.10]
"""`mixed_returns` of empyrical's own tests (quantopian/empyrical, tests/test_stats.py)."""

RED_ROCK = [17, 15, 23, -5, 12, 9, 13, -4]
"""Yearly returns in percent: Red Rock Capital, "Sortino: A 'Sharper' Ratio", 2012."""


def test_the_ratios_of_empyrical_s_own_example() -> None:
    assert sharpe(MIXED, 252) == pytest.approx(1.7238613961706866)
    assert shortfall(MIXED) * sqrt(252) == pytest.approx(0.6044832504)
    assert sortino(MIXED, 252) == pytest.approx(2.6055312517)
    assert deviation(MIXED) * sqrt(252) == pytest.approx(0.9136465400)


def test_the_drawdown_of_empyrical_s_own_example_is_its_last_day() -> None:
    index = index_of(MIXED)
    fall = max_drawdown(range(len(index)), index)
    assert fall is not None
    assert (round(fall.depth, 12), fall.peak, fall.trough, fall.recovered) == (0.10, 7, 8, None)


def test_the_downside_deviation_counts_every_period() -> None:
    """(-5)^2 + (-4)^2 = 41 over 8 periods, not over the two that fell short: 2.2638."""
    assert shortfall(RED_ROCK) == pytest.approx(sqrt(41 / 8))
    assert shortfall(RED_ROCK) == pytest.approx(2.2638, abs=5e-5)
    assert mean(RED_ROCK) == 10
    assert sortino(RED_ROCK) == pytest.approx(4.417, abs=5e-4)


def returns_of(seed: int, days: int) -> list[float]:
    chance = Random(seed)
    return [chance.gauss(0.0005, 0.02) for _ in range(days)]


@pytest.mark.parametrize(
    ("seed", "days", "by_sharpe", "by_sortino", "deepest", "total"),
    [
        (1, 20, 0.5870399027, 1.1187178812, -0.1071455384, 0.0109323095),
        (2, 90, -4.8737281735, -6.5481956158, -0.4844567387, -0.4513800995),
        (3, 365, -0.7540735809, -1.2146196913, -0.4813430572, -0.3366899086),
    ],
)
def test_empyrical_found_these_on_random_returns(
    seed: int, days: int, by_sharpe: float, by_sortino: float, deepest: float, total: float
) -> None:
    """empyrical-reloaded 0.7.1: `sharpe_ratio`, `sortino_ratio(annualization=365)`,
    `max_drawdown`, `cum_returns_final`."""
    returns = returns_of(seed, days)
    index = index_of(returns)
    fall = max_drawdown(range(len(index)), index)
    assert fall is not None
    assert sharpe(returns, 252) == pytest.approx(by_sharpe)
    assert sortino(returns, 365) == pytest.approx(by_sortino)
    assert -fall.depth == pytest.approx(deepest)
    assert index[-1] - 1 == pytest.approx(total)


def test_it_finds_the_same_on_others_where_it_is_installed() -> None:
    theirs = pytest.importorskip("empyrical", reason="empyrical-reloaded, the extra `figures`")
    import numpy as np  # comes with it

    for seed in range(20):
        returns = returns_of(seed, 20 + 19 * seed)
        as_theirs, index = np.array(returns), index_of(returns)
        fall = max_drawdown(range(len(index)), index)
        assert fall is not None
        assert sharpe(returns, 252) == pytest.approx(theirs.sharpe_ratio(as_theirs))
        assert sortino(returns, 365) == pytest.approx(
            theirs.sortino_ratio(as_theirs, annualization=365)
        )
        assert -fall.depth == pytest.approx(theirs.max_drawdown(as_theirs))


def test_what_never_moved_or_never_fell_has_no_ratio() -> None:
    assert sharpe([0.01] * 30) is None
    assert sortino([0.01, 0.02, 0.0]) is None
    assert sharpe([0.01]) is None
    assert sortino([]) is None


def test_a_fall_that_was_made_good_says_when() -> None:
    """100, 120, 90, 130: from 120 to 90 is a quarter, made good at the last mark."""
    fall = max_drawdown([10, 20, 30, 40], [1.0, 1.2, 0.9, 1.3])
    assert fall is not None
    assert (round(fall.depth, 12), fall.peak, fall.trough, fall.recovered) == (0.25, 20, 30, 40)
    assert [round(each, 12) for each in drawdowns([1.0, 1.2, 0.9, 1.3])] == [0, 0, 0.25, 0]


def test_a_series_that_never_fell_has_no_drawdown() -> None:
    assert max_drawdown([1, 2], [1.0, 1.1]) is None
    assert max_drawdown([], []) is None


def test_everything_lost_is_a_drawdown_of_all() -> None:
    fall = max_drawdown([1, 2, 3], [1.0, 2.0, 0.0])
    assert fall is not None
    assert (fall.depth, fall.peak, fall.trough, fall.recovered) == (1.0, 2, 3, None)


def test_ten_percent_in_half_a_year_are_twenty_one_in_a_whole() -> None:
    """1.1 x 1.1 = 1.21, of 365 days."""
    assert yearly(0.10, 365 * DAY // 2) == pytest.approx(0.21)
    assert yearly(-1.0, 100 * DAY) == -1.0


def test_nineteen_days_give_no_ratio_and_twenty_do() -> None:
    days = [0.01, -0.005] * 10
    few, enough = (ratios(days[:n], 0.05, n * DAY, 365, 0.005) for n in (19, 20))
    assert (few.sharpe, few.sortino, few.volatility) == (None, None, None)
    assert enough.sharpe == pytest.approx(mean(days) / deviation(days))
    assert enough.sortino == pytest.approx(mean(days) / shortfall(days))


def test_nothing_is_scaled_to_a_year_under_ninety_days() -> None:
    days = [0.01, -0.005] * 45
    short, long = (ratios(days, 0.5, n * DAY, 365, 0.1) for n in (89, 90))
    assert (short.annualised, short.yearly_return, short.calmar) == (False, None, None)
    assert short.sharpe == pytest.approx(mean(days) / deviation(days))
    assert long.annualised
    assert long.sharpe == pytest.approx(mean(days) / deviation(days) * sqrt(365))
    assert long.yearly_return == pytest.approx(1.5 ** (365 / 90) - 1)
    assert long.calmar == pytest.approx((1.5 ** (365 / 90) - 1) / 0.1)
