"""How far a trade went, where its record says so, and how far prices went after it."""

from decimal import Decimal

from ledger.account.event_terms import Side
from ledger.reports.trades.excursion import (
    Excursion,
    excursion_after,
    excursion_of,
    share_given_back,
)
from tests.worlds import D

PATH = [(D(95), D(104)), (D(98), D(112)), (D(97), D(99))]
"""Low and high of the bars after an exit at 100."""


def test_after_the_exit_a_long_would_have_lost_to_the_low_and_gained_to_the_high() -> None:
    assert excursion_after(PATH, D(100), Side.BUY) == (5, 12)


def test_after_the_exit_it_is_the_other_way_round_for_a_short() -> None:
    assert excursion_after(PATH, D(100), Side.SELL) == (12, 5)


def test_prices_that_only_rose_after_the_exit_went_nowhere_against_a_long() -> None:
    assert excursion_after([(D(101), D(103))], D(100), Side.BUY) == (0, 3)
    assert excursion_after([], D(100), Side.BUY) == (0, 0)


def test_an_older_record_has_its_excursions_in_r_alone() -> None:
    """MAE 0.75 R and MFE 2 R of a risk of 200: 150 against it, 400 in its favour; no prices."""
    gone = excursion_of(None, D(200), (D("0.75"), D(2)))
    assert gone == Excursion(worst=D("-150.00"), best=D(400))
    assert gone.mae(D(10), Side.BUY) is None


def test_an_older_record_without_a_stop_has_none() -> None:
    assert excursion_of(None, None, (None, None)) == Excursion()


def test_the_price_version_is_against_the_average_entry_and_never_below_zero() -> None:
    """Entry 10, low 8.50 (Sweeney): 1.50 against a long. A path that never was below the entry went
    nowhere against it."""
    gone = Excursion(low=D("8.50"), high=D(12))
    assert (gone.mae(D(10), Side.BUY), gone.mfe(D(10), Side.BUY)) == (D("1.50"), 2)
    assert (gone.mae(D(10), Side.SELL), gone.mfe(D(10), Side.SELL)) == (2, D("1.50"))
    assert Excursion(low=D(11), high=D(12)).mae(D(10), Side.BUY) == 0


def test_a_share_is_given_back_of_half_an_r_or_more() -> None:
    assert share_given_back(D("0.5"), D(0)) == 1
    assert share_given_back(D(2), D(-1)) == D("1.5")  # all of it and half as much again
    assert share_given_back(Decimal("0.49"), D(0)) is None
