"""What a trade brings, against published examples."""

from math import sqrt

import pytest

from ledger.reports.performance.expectancy import (
    expectancy,
    needed_win_rate,
    profit_factor,
    quality_number,
    sqn,
)
from ledger.reports.performance.ratios import deviation, mean
from ledger.reports.performance.results import Result, Verdict


def results(*rs: float, risk: float = 100) -> list[Result]:
    """Trades of these R, each with so much at risk and no costs."""
    return [Result(net=r * risk, r=r) for r in rs]


def test_half_at_one_r_and_half_at_three_is_two_and_a_hundred_such_trades_bring_a_third() -> None:
    """trdinvest, partial closes: of 100 trades 30 reach both targets (0.5 x 1 + 0.5 x 3 = 2 R),
    30 the first and then break even (0.5 R), 40 are stopped (-1 R): 0.60 + 0.15 - 0.40 = 0.35."""
    both = 0.5 * 1 + 0.5 * 3
    assert both == 2.0
    found = expectancy(results(*[both] * 30, *[0.5] * 30, *[-1.0] * 40))
    assert found.mean_r == pytest.approx(0.35)
    assert (found.n, found.won, found.lost, found.win_rate) == (100, 60, 40, 0.6)


def test_the_quality_number_of_a_trend_follower() -> None:
    """forexdominion: 25 trades, 30% at 5 R, the rest at -1 R: 0.3 x 5 - 0.7 = 0.8 R; with a
    deviation of 2.5 R, 5 x 0.8 / 2.5 = 1.6."""
    assert expectancy(results(*[5.0] * 3, *[-1.0] * 7)).mean_r == pytest.approx(0.8)
    assert quality_number(25, 0.8, 2.5) == pytest.approx(1.6)


def test_a_hundred_trades_are_as_many_as_count() -> None:
    assert quality_number(400, 0.8, 2.5) == quality_number(100, 0.8, 2.5) == pytest.approx(3.2)


def test_twenty_nine_trades_have_no_quality_number_and_thirty_have() -> None:
    rs = [2.5, -1.0, -1.0] * 10
    assert sqn(rs[:29]) is None
    assert sqn(rs) == pytest.approx(sqrt(30) * mean(rs) / deviation(rs))
    assert sqn([1.0] * 30) is None, "results that are all alike have no deviation"


def test_ten_thousand_won_and_five_thousand_lost_is_a_profit_factor_of_two() -> None:
    """macronizm, profit factor."""
    assert profit_factor(10_000, 5_000) == 2


def test_without_a_loss_there_is_no_profit_factor() -> None:
    found = expectancy(results(1.0, 2.0))
    assert (found.profit_factor, found.payoff, found.needed_win_rate) == (None, None, None)


def test_wins_twice_the_size_of_losses_need_a_third() -> None:
    assert needed_win_rate(2) == pytest.approx(1 / 3)
    found = expectancy(results(2.0, -1.0, -1.0))
    assert found.payoff == 2
    assert found.win_rate == found.needed_win_rate == pytest.approx(1 / 3)


def test_a_result_within_its_own_costs_is_neither_won_nor_lost_but_counts() -> None:
    """4 lost with costs of 5 is a scratch, 6 lost is a loss; 5 won is a scratch."""
    trades = [
        Result(net=-4, costs=5, r=-0.04),
        Result(net=5, costs=5, r=0.05),
        Result(net=-6, costs=5, r=-0.06),
        Result(net=50, costs=5, r=0.5),
    ]
    assert [each.verdict for each in trades] == [
        Verdict.SCRATCH,
        Verdict.SCRATCH,
        Verdict.LOST,
        Verdict.WON,
    ]
    found = expectancy(trades)
    assert (found.n, found.won, found.lost, found.scratches) == (4, 1, 1, 2)
    assert (found.win_rate, found.decided_win_rate) == (0.25, 0.5)
    assert found.mean_r == pytest.approx((-0.04 + 0.05 - 0.06 + 0.5) / 4)
    assert found.net == 45


def test_money_received_for_holding_makes_no_scratch() -> None:
    assert Result(net=3, costs=-5).verdict is Verdict.WON
    assert Result(net=0).verdict is Verdict.SCRATCH


def test_trades_without_a_stop_have_no_part_in_r() -> None:
    found = expectancy([Result(net=500), Result(net=-100, r=-1.0)])
    assert (found.n, found.with_r, found.mean_r, found.mean_net) == (2, 1, -1.0, 200)


def test_a_scratch_neither_ends_a_streak_nor_lengthens_it() -> None:
    scratch = Result(net=0, r=0.0)
    trades = [*results(1.0, 1.0), scratch, *results(1.0, -1.0, -1.0, 1.0)]
    assert (expectancy(trades).streaks.won, expectancy(trades).streaks.lost) == (3, 2)


def test_no_trades_have_no_figures() -> None:
    found = expectancy([])
    assert (found.n, found.mean_r, found.win_rate, found.sqn) == (0, None, None, None)
