"""Winners sold sooner than losers, after Odean."""

from ledger.reports.performance.disposition import (
    Disposition,
    Kept,
    SaleDay,
    disposition,
    holding_times,
)
from ledger.reports.performance.results import Result
from ledger.times import DAY, HOUR

GAIN, LOSS = Kept(100, 110, 120), Kept(100, 80, 90)


def test_the_two_investors_of_barber_and_odean() -> None:
    """The Behavior of Individual Investors (2013), table 15.1: A, B, F and G are winners, C, D, E
    and H losers. One holds A to E and sells A and C on Monday; the other holds F to H and sells F
    on Wednesday. Gains realized A, F, on paper B, G; losses realized C, on paper D, E, H."""
    monday = SaleDay(sold=(1.0, -1.0), kept=(GAIN, LOSS, LOSS))
    wednesday = SaleDay(sold=(1.0,), kept=(GAIN, LOSS))
    found = disposition([monday, wednesday])
    assert (found.pgr, found.plr) == (2 / 4, 1 / 4)
    assert found.difference == 0.25


def test_the_only_position_open_offers_no_choice() -> None:
    assert disposition([SaleDay((5.0,), ())]).pgr is None


def test_two_that_are_both_sold_offer_one() -> None:
    found = disposition([SaleDay((5.0, -2.0), ())])
    assert (found.pgr, found.plr, found.difference) == (1, 1, 0)


def test_what_crossed_its_average_price_that_day_is_neither_gain_nor_loss() -> None:
    """Bought at 100, between 95 and 110 that day; and one that only touched it."""
    for kept in (Kept(100, 95, 110), Kept(100, 100, 110), Kept(100, 90, 100)):
        assert (kept.gain, kept.loss) == (False, False)


def test_a_short_gains_below_its_average_price() -> None:
    short = Kept(100, 80, 90, long=False)
    assert (short.gain, short.loss) == (True, False)
    assert Kept(100, 110, 120, long=False).loss


def test_ten_gains_and_ten_losses_are_enough() -> None:
    def counts(gains: int, losses: int) -> Disposition:
        return Disposition(
            realized_gains=gains - 1, paper_gains=1, realized_losses=losses - 1, paper_losses=1
        )

    assert counts(10, 10).enough
    assert not counts(9, 40).enough
    assert not counts(40, 9).enough


def test_losers_held_three_times_as_long() -> None:
    """Winners for 2 and 4 hours, losers for 6 and 12: 9 over 3."""
    trades = [
        Result(net=net, opened=DAY, closed=DAY + hours * HOUR)
        for net, hours in ((1, 2), (1, 4), (-1, 6), (-1, 12))
    ]
    found = holding_times(trades)
    assert found is not None
    assert found.ratio == 3
    assert holding_times(trades[:2]) is None
