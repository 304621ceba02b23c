"""Returns that money paid in or out does not move, and where they end."""

import pytest

from ledger.reports.performance.equity_curve import EquityCurve, Stretch, time_weighted
from ledger.times import DAY


def curve(*stretches: list[tuple[float, float]]) -> EquityCurve:
    """A curve from (days, equity) of each stretch."""
    made = []
    for points in stretches:
        stretch = Stretch()
        for days, equity in points:
            stretch.mark(round(days * DAY), equity, int(days))
        made.append(stretch)
    return EquityCurve(tuple(made))


def test_a_deposit_does_not_change_the_return() -> None:
    """Cindicator's help page: 1,000 grows by 10%, 2,000 are added, 3,100 grow by 5%:
    1.10 x 1.05 = 15.5%, and 3,255 at the end."""
    assert time_weighted([(1_000, 1_100), (3_100, 3_255)]) == pytest.approx(0.155)
    added = curve([(0, 1_000), (1, 1_100)], [(1, 3_100), (2, 3_255)])
    assert added.growth().total == pytest.approx(0.155)


def test_a_withdrawal_does_not_either() -> None:
    """The same page: 1,000 grows by 10%, 100 are taken, 1,000 grow by 5%: 15.5%, and 1,050."""
    taken = curve([(0, 1_000), (1, 1_100)], [(1, 1_000), (2, 1_050)])
    assert taken.growth().total == pytest.approx(0.155)


def test_the_series_ends_where_equity_is_gone() -> None:
    """100 lost of 100; the 500 paid in afterwards begin nothing new."""
    ruined = curve([(0, 100), (1, 40), (2, -3), (3, -3)], [(4, 497), (5, 994)])
    growth = ruined.growth()
    assert growth.ruined == 2 * DAY
    assert list(growth.index) == [1.0, 0.4, 0.0]
    assert growth.total == -1.0
    assert [(each.day, round(each.return_, 12)) for each in ruined.days()] == [
        (1, -0.6),
        (2, -1.0),
    ]


def test_all_paid_out_is_no_ruin() -> None:
    """1,000 become 1,200 and are withdrawn; weeks later 500 are paid in and become 600:
    1.2 x 1.2 = 44%."""
    emptied = curve([(0, 1_000), (1, 1_200)], [(1, 0), (20, 0)], [(21, 500), (22, 600)])
    assert emptied.growth().ruined is None
    assert emptied.growth().total == pytest.approx(0.44)


def test_a_day_s_return_is_linked_over_its_flows() -> None:
    """Up 10%, 2,000 paid in, up 5%: 15.5% that day, and 100 + 155 gained."""
    day = curve([(0.1, 1_000), (0.2, 1_100)], [(0.2, 3_100), (0.9, 3_255), (1.5, 3_255)]).days()
    assert [(each.day, round(each.return_, 12), each.gain, each.equity) for each in day] == [
        (0, 0.155, 255, 3_255),
        (1, 0, 0, 3_255),
    ]


def test_a_part_of_a_curve_is_measured_from_the_level_before_it() -> None:
    """100, 110, 121, 100 at the ends of four days: the third alone is 121 over 110."""
    whole = curve([(0.9, 100), (1.9, 110), (2.9, 121), (3.9, 100)])
    part = whole.between(2, 2)
    assert part.growth().total == pytest.approx(0.1)
    assert [(each.day, round(each.return_, 12), each.gain) for each in part.days()] == [
        (2, 0.1, 11)
    ]
    assert whole.between(None, None) == whole
    assert whole.between(5, None).stretches == ()


def test_a_part_that_begins_with_a_deposit_has_no_gain_of_it() -> None:
    """50 paid in at the beginning of the second day, on which 150 become 165."""
    paid = curve([(0.9, 100), (1, 100)], [(1, 150), (1.9, 165)])
    part = paid.between(1, 1)
    assert part.growth().total == pytest.approx(0.1)
    assert [(each.day, each.gain) for each in part.days()] == [(1, 15)]


def test_nothing_paid_in_has_no_return() -> None:
    assert EquityCurve().growth().total == 0
    assert EquityCurve().days() == []
