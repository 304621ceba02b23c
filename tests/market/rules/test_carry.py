"""What a loan costs: tiers, periods by the clock or from the drawing, and the fees of holding."""

from decimal import Decimal

import pytest

from ledger.market.rules.carry import (
    BorrowFee,
    Calendar,
    Counted,
    Interest,
    RateTier,
    TierOf,
)
from ledger.times import DAY, HOUR
from tests.worlds import D


def tiers(*pairs: tuple[int, str]) -> tuple[RateTier, ...]:
    return tuple(RateTier(floor=D(floor), rate=D(rate)) for floor, rate in pairs)


THREE = tiers((0, "0.08"), (1_000, "0.06"), (5_000, "0.04"))


@pytest.mark.parametrize(
    ("principal", "blended", "whole"),
    [
        ("0", "0", "0"),
        ("-5", "0", "0"),
        ("500", "40", "40"),
        # 80 for the first 1,000; by the tier that it falls in, 6 % from 1,000 on
        ("1000", "80", "60"),
        ("1500", "110", "90"),
        # 80 + 240, and 4 % of all
        ("5000", "320", "200"),
        ("8000", "440", "320"),
    ],
)
def test_a_rate_is_of_a_slice_or_of_the_whole_principal(
    principal: str, blended: str, whole: str
) -> None:
    assert Interest(tiers=THREE).yearly(D(principal)) == D(blended)
    assert Interest(tiers=THREE, tier_of=TierOf.WHOLE).yearly(D(principal)) == D(whole)


@pytest.mark.parametrize(
    ("owed", "drawn", "blended", "whole"),
    [
        ("0", "1500", "110", "90"),
        # from 500 to 1,500: 500 at 8 % and 500 at 6 %; 6 % of the 1,000 drawn
        ("500", "1000", "70", "60"),
        ("4000", "4000", "180", "160"),  # 1,000 at 6 % and 3,000 at 4 %; all at 4 %
    ],
)
def test_what_is_drawn_on_top_costs_what_the_loan_costs_more(
    owed: str, drawn: str, blended: str, whole: str
) -> None:
    assert Interest(tiers=THREE).yearly_of_drawing(D(owed), D(drawn)) == D(blended)
    by_whole = Interest(tiers=THREE, tier_of=TierOf.WHOLE)
    assert by_whole.yearly_of_drawing(D(owed), D(drawn)) == D(whole)


@pytest.mark.parametrize(
    ("benchmark", "yearly"), [(None, "15"), ("0.05", "65"), ("0", "15"), ("-0.02", "15")]
)
def test_a_benchmark_above_zero_is_added_to_the_tiers_rate(
    benchmark: str | None, yearly: str
) -> None:
    """1.5 % of 1,000, and 5 % more."""
    given = None if benchmark is None else D(benchmark)
    assert Interest(tiers=tiers((0, "0.015")), benchmark=given).yearly(D(1_000)) == D(yearly)


@pytest.mark.parametrize(
    ("contract", "free"),
    [
        (Interest(), True),
        (Interest(tiers=tiers((0, "0"), (10, "0"))), True),
        (Interest(tiers=tiers((0, "0"), (10, "0.01"))), False),
        (Interest(tiers=tiers((0, "0")), benchmark=D("0.01")), False),
        (Interest(tiers=tiers((0, "0")), benchmark=D("-0.01")), True),
    ],
)
def test_a_loan_is_free_where_no_rate_is_above_zero(contract: Interest, free: bool) -> None:
    assert contract.free is free


def test_a_year_has_so_many_days_of_seconds() -> None:
    assert Interest(day_count=365).denominator == 365 * 24 * 60 * 60
    assert Interest().denominator == 360 * 86_400


@pytest.mark.parametrize(
    ("calendar", "time", "end"),
    [
        # by the clock the period in which 5,000 stands ends at 7,200
        (Calendar.CLOCK, 5_000, 7_200),
        (Calendar.CLOCK, 3_600, 7_200),
        (Calendar.CLOCK, 3_599, 3_600),
        (Calendar.CLOCK, 0, 3_600),
        (Calendar.ELAPSED, 5_000, 8_600),
        (Calendar.ELAPSED, 0, 3_600),
        (Calendar.SECONDS, 5_000, 7_200),
    ],
)
def test_a_period_ends_at_the_clock_or_an_hour_after_the_drawing(
    calendar: Calendar, time: int, end: int
) -> None:
    assert Interest(calendar=calendar, post_every=HOUR).boundary_after(time) == end


COMPLETED, BEGUN = Counted.COMPLETED, Counted.BEGUN


@pytest.mark.parametrize(
    ("calendar", "counted", "until", "periods", "reached"),
    [
        # drawn at 5,000; periods end at 7,200, 10,800, 14,400
        (Calendar.CLOCK, COMPLETED, 7_199, 0, 5_000),
        (Calendar.CLOCK, COMPLETED, 7_200, 1, 7_200),
        (Calendar.CLOCK, COMPLETED, 10_799, 1, 7_200),
        (Calendar.CLOCK, COMPLETED, 10_800, 2, 10_800),
        (Calendar.CLOCK, COMPLETED, 14_400, 3, 14_400),
        # one charged as it begins falls due a second after the boundary
        (Calendar.CLOCK, BEGUN, 7_200, 0, 5_000),
        (Calendar.CLOCK, BEGUN, 7_201, 1, 7_200),
        (Calendar.CLOCK, BEGUN, 10_800, 1, 7_200),
        (Calendar.CLOCK, BEGUN, 10_801, 2, 10_800),
        # from the drawing on: 8,600, 12,200
        (Calendar.ELAPSED, COMPLETED, 8_599, 0, 5_000),
        (Calendar.ELAPSED, COMPLETED, 8_600, 1, 8_600),
        (Calendar.ELAPSED, COMPLETED, 12_200, 2, 12_200),
        (Calendar.ELAPSED, BEGUN, 8_600, 0, 5_000),
        (Calendar.ELAPSED, BEGUN, 12_201, 2, 12_200),
    ],
)
def test_whole_periods_are_counted_to_where_the_last_one_ends(
    calendar: Calendar, counted: Counted, until: int, periods: int, reached: int
) -> None:
    contract = Interest(calendar=calendar, counted=counted, post_every=HOUR)
    assert contract.whole_periods(5_000, until) == (periods, reached)
    assert contract.reached(5_000, until) == reached


def test_by_the_second_a_loan_is_charged_up_to_now() -> None:
    assert Interest(post_every=HOUR).reached(5_000, 5_001) == 5_001


@pytest.mark.parametrize(
    ("counted", "first_period", "at_drawing", "lag"),
    [(COMPLETED, False, False, 0), (COMPLETED, True, True, 0), (BEGUN, False, True, 1)],
)
def test_a_drawing_costs_a_period_at_once_where_the_first_or_a_begun_one_is_charged(
    counted: Counted, first_period: bool, at_drawing: bool, lag: int
) -> None:
    contract = Interest(counted=counted, first_period=first_period)
    assert contract.at_drawing is at_drawing
    assert counted.lag == lag


@pytest.mark.parametrize(
    ("every", "days", "part"),
    [
        (DAY, 360, Decimal("0.36") / 360),
        (DAY, 365, Decimal("0.36") * DAY / (365 * DAY)),
        (HOUR, 360, Decimal("0.36") * HOUR / (360 * DAY)),
    ],
)
def test_a_borrow_fee_is_the_years_rate_by_the_time_between_postings(
    every: int, days: int, part: Decimal
) -> None:
    assert BorrowFee(rate=D("0.36"), every=every, day_count=days).a_period == part
