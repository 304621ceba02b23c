"""Trades by what they have in common, and how their results are spread."""

import pytest

from ledger.reports.performance.cost_split import CostSplit
from ledger.reports.performance.distribution import (
    Bin,
    excursions,
    heat,
    histogram,
    past_stop,
    quantile,
)
from ledger.reports.performance.groups import By, band, groups
from ledger.reports.performance.results import Result, Verdict
from ledger.times import parse_time


def test_groups_add_up_what_has_a_key_in_common() -> None:
    trades = [
        Result(number=n, net=net, r=r, symbol=symbol)
        for n, net, r, symbol in ((1, 50, 0.5, "A"), (2, -100, -1.0, "B"), (3, 150, None, "A"))
    ]
    first, second = groups(trades, By.SYMBOL)
    assert (first.key, first.n, first.won, first.net, first.trades) == ("A", 2, 2, 200, (1, 3))
    assert (first.with_r, first.mean_r) == (1, 0.5)
    assert (second.key, second.lost, second.mean_r) == ("B", 1, -1.0)


def test_a_trade_is_in_the_group_of_each_of_its_tags() -> None:
    tagged = [
        Result(net=1, number=1, tags=("news", "breakout")),
        Result(net=1, number=2, tags=("news", "news")),
        Result(net=1, number=3),
    ]
    assert [(each.key, each.trades) for each in groups(tagged, By.TAG)] == [
        ("breakout", (1,)),
        ("news", (1, 2)),
        ("no tag", (3,)),
    ]


def test_three_are_few_and_four_are_not() -> None:
    few, enough = (groups([Result(net=1, mode="cross")] * n, By.MODE)[0] for n in (3, 4))
    assert few.few
    assert not enough.few


def test_weekday_and_hour_are_those_of_the_opening() -> None:
    """12 March 2020 was a Thursday."""
    black = Result(net=1, opened=parse_time("2020-03-12T10:59:59Z"))
    assert [each.key for each in groups([black], By.WEEKDAY)] == ["Thu"]
    assert [each.key for each in groups([black], By.HOUR)] == ["10:00"]


@pytest.mark.parametrize(
    ("leverage", "name"),
    [(0.4, "up to 1x"), (1, "up to 1x"), (1.5, "1–2x"), (10, "5–10x"), (125, "over 50x")],
)
def test_a_band_of_leverage_has_its_upper_end(leverage: float, name: str) -> None:
    assert band(leverage)[1] == name


def test_bands_stand_in_the_order_of_leverage() -> None:
    trades = [Result(net=1, leverage=leverage) for leverage in (60.0, 3.0, 15.0)]
    assert [each.key for each in groups(trades, By.LEVERAGE)] == ["2–3x", "10–20x", "over 50x"]


def test_confidence_that_was_not_given_comes_first() -> None:
    trades = [Result(net=1, confidence=5), Result(net=1), Result(net=1, confidence=2)]
    assert [each.key for each in groups(trades, By.CONFIDENCE)] == [
        "not given",
        "2 of 5",
        "5 of 5",
    ]


def test_bins_of_half_an_r_are_centred_on_half_rs_and_have_their_lower_end() -> None:
    """A stop that cost 1.02 R is in one bin with one that cost 0.98 R."""
    trades = [Result(net=r, r=r, number=n) for n, r in enumerate((-1.02, -0.98, -0.25, 0.24, 1.2))]
    assert histogram(trades) == [
        Bin(-1.25, -0.75, (0, 1)),
        Bin(-0.75, -0.25, ()),
        Bin(-0.25, 0.25, (2, 3)),
        Bin(0.25, 0.75, ()),
        Bin(0.75, 1.25, (4,)),
    ]


def test_what_is_far_out_stands_in_the_outermost_bins() -> None:
    bins = histogram([Result(net=r, r=r, number=n) for n, r in enumerate((-4.26, -40.0, 400.0))])
    assert (bins[0].low, bins[0].high, bins[0].trades) == (None, -4.25, (0, 1))
    assert (bins[-1].low, bins[-1].high, bins[-1].trades) == (10.25, None, (2,))
    assert [bins[n].label for n in (0, 1, -1)] == [
        "under -4.25 R",
        "-4.25 to -3.75 R",
        "10.25 R and more",
    ]
    assert histogram([Result(net=1)]) == []


def test_a_loss_of_more_than_one_and_a_fifth_went_past_its_stop() -> None:
    trades = [Result(net=r, r=r, number=n) for n, r in enumerate((-1.2, -1.21, 3.0))]
    assert past_stop(trades) == (1,)


def test_nine_of_ten_winners_stayed_within_their_heat() -> None:
    """MAE of 0.0, 0.1, … 1.0 R: nine of ten at most 0.9 R, half at most 0.5 R."""
    trades = [Result(net=100, r=1.0, mae_r=n / 10, mfe_r=1.0) for n in range(11)]
    lost = Result(net=-100, r=-1.0, mae_r=1.1, mfe_r=0.2)
    points = excursions([*trades, lost, Result(net=5)])
    won, failed = (heat(points, verdict) for verdict in (Verdict.WON, Verdict.LOST))
    assert won is not None
    assert failed is not None
    assert (won.n, won.nine_of_ten_mae_r, won.median_mae_r) == (11, 0.9, 0.5)
    assert (failed.n, failed.median_mae_r, failed.median_mfe_r) == (1, 1.1, 0.2)
    assert heat([], Verdict.WON) is None


def test_a_quantile_lies_on_the_line_between_its_neighbours() -> None:
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile([7], 0.9) == 7


def test_carry_drag_is_the_share_of_the_gross_result_that_holding_ate() -> None:
    """1,000 gross, 80 of interest and 20 of funding: a tenth; 1,000 - 30 - 100 - 5 - 50 are
    left."""
    split = CostSplit(gross=1_000, fees=30, interest=80, funding=20, slippage=5, forced=50)
    assert split.carry_drag == pytest.approx(0.1)
    assert split.net == 815
    nothing = CostSplit(gross=0, fees=1, interest=0, funding=0, slippage=0, forced=0)
    assert nothing.carry_drag is None
