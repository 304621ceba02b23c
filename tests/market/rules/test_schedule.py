"""What a rule book demands, piece by piece: tiers, amounts, floors per share, lenders' measures."""

from decimal import Decimal

import pytest

from ledger.market.rules.schedule import NOTHING, Basis, Piece, Schedule, ShortRule, Tier
from ledger.money import ZERO
from tests.worlds import TIERS, D

TIERED = Schedule(name="venue", tiers=TIERS)
"""0.4 % from 0, 0.5 % from 50,000, 0.65 % from 600,000: 50,000 x 0.001 = 50 is taken off in the
second tier, 50 + 600,000 x 0.0015 = 950 in the third."""

FINRA = ShortRule(
    rate=D("0.30"), per_share=D(5), low_price=D(5), low_rate=D(1), low_per_share=D("2.5")
)
"""4210(c): a short of 5.00 and more needs 30 % or 5.00 a share, below that 100 % or 2.50."""


def with_amount(amount: str, *tiers: Tier) -> Schedule:
    return Schedule(name="venue", tiers=tiers or TIERS, amount=D(amount))


# tiers


def test_amounts_make_tiers_meet_at_their_edges() -> None:
    assert TIERED.amounts == (0, 50, 950)
    # 200 by either tier at 50,000, and 0.005 x 600,000 - 50 = 2,950 = 0.0065 x 600,000 - 950
    for edge, asked in ((50_000, 200), (600_000, 2_950)):
        below, above = TIERED.piece(D(1), D(edge - 1), ZERO), TIERED.piece(D(1), D(edge), ZERO)
        assert below != above
        assert below.at(D(edge)) == above.at(D(edge)) == asked


@pytest.mark.parametrize("quantity", [2, -2])
@pytest.mark.parametrize(
    ("price", "piece"),
    [
        # the notional of two is twice the price
        ("24999", (0, "0.008")),
        ("25000", (-50, "0.010")),
        ("299999", (-50, "0.010")),
        ("300000", (-950, "0.013")),
        # below zero the notional is positive still, and grows as the price falls
        ("-24999", (0, "-0.008")),
        ("-25000", (-50, "-0.010")),
        ("0", (0, "0.008")),
    ],
)
def test_the_tier_is_that_of_the_notional_on_either_side_of_the_market(
    quantity: int, price: str, piece: tuple[int, str]
) -> None:
    found = TIERED.piece(D(quantity), D(price), ZERO)
    assert found == Piece(D(piece[0]), D(piece[1]))
    assert found.at(D(price)) >= 0


def test_what_is_asked_of_two_changes_at_half_the_edges() -> None:
    assert TIERED.breaks(D(2)) == TIERED.breaks(D(-2)) == (25_000, 300_000)
    assert TIERED.breaks(ZERO) == ()
    assert TIERED.piece(ZERO, D(100), D(100)) == NOTHING


def test_each_tier_has_its_largest_leverage() -> None:
    lent = [TIERED.max_leverage(D(x)) for x in (0, 49_999, 50_000, 599_999, 600_000, 10**9)]
    assert lent == [125, 125, 100, 100, 75, 75]
    assert Schedule(name="flat", long_rate=D("0.25")).max_leverage(D(1)) is None


@pytest.mark.parametrize(
    ("amount", "edges"),
    [
        # the first tier asks something from 100 / 0.004 = 25,000 on, the others throughout
        ("100", (25_000, 50_000, 600_000)),
        # 200 / 0.004 = 50,000 is the next tier's, which asks from 200 / 0.005 = 40,000 on
        ("200", (50_000, 600_000)),
        # nothing in the first; 300 / 0.005 = 60,000 stands in the second
        ("300", (50_000, 60_000, 600_000)),
        # 3,250 / 0.005 = 650,000 is beyond the second; 3,250 / 0.0065 = 500,000 before the third
        ("3250", (50_000, 600_000)),
        # 3,900 / 0.0065 = 600,000 is where the third begins
        ("3900", (50_000, 600_000)),
        # 5,200 / 0.0065 = 800,000 stands in the last, which has no end
        ("5200", (50_000, 600_000, 800_000)),
        # what is added instead of taken off leaves no tier without a demand
        ("-100", (50_000, 600_000)),
    ],
)
def test_an_amount_leaves_nothing_up_to_where_a_tiers_rate_asks_more(
    amount: str, edges: tuple[int, ...]
) -> None:
    assert with_amount(amount).breaks(D(1)) == edges


def test_a_tier_without_a_rate_asks_nothing_anywhere() -> None:
    """Of 10,000 and more 1 % less 50: from 10,000 on, where it is 50 already."""
    free = Tier(floor=ZERO, rate=ZERO, max_leverage=D(10))
    charged = Tier(floor=D(10_000), rate=D("0.01"), max_leverage=D(5))
    schedule = with_amount("50", free, charged)
    assert schedule.breaks(D(1)) == (10_000,)
    assert schedule.piece(D(1), D(9_999), ZERO) == NOTHING
    assert schedule.piece(D(1), D(10_000), ZERO).at(D(10_000)) == 50


@pytest.mark.parametrize(
    ("price", "piece"),
    [
        # 0.4 % of 20,000 is 80, which is less than 100
        (20_000, NOTHING),
        (25_000, NOTHING),
        (25_001, Piece(D(-100), D("0.004"))),
        (-20_000, NOTHING),
        (-25_001, Piece(D(-100), D("-0.004"))),
    ],
)
def test_a_demand_is_never_below_nothing(price: int, piece: Piece) -> None:
    assert with_amount("100").piece(D(1), D(price), ZERO) == piece


def test_only_one_amount_over_several_tiers_makes_the_demand_jump() -> None:
    """At 50,000 from 0.004 x 50,000 - 100 = 100 to 150."""
    assert with_amount("100").jumps
    assert not TIERED.jumps
    assert not with_amount("100", TIERS[0]).jumps
    assert not Schedule(name="flat", long_rate=D("0.1"), amount=D(100)).jumps
    assert not Schedule(name="venue", tiers=TIERS, amount=D(100), at_entry=True).jumps
    owed = Schedule(name="venue", tiers=TIERS, amount=D(100), basis=Basis.LIABILITIES)
    assert not owed.jumps


# the entry, and the fee of closing


def test_a_demand_at_entry_stays_whatever_the_price_is() -> None:
    """2 x 30,000 x 0.5 % - 50 = 250; closing costs 0.1 % of 2 x the price."""
    schedule = Schedule(name="venue", tiers=TIERS, at_entry=True, close_fee=D("0.001"))
    assert schedule.knows_entry
    assert schedule.breaks(D(2)) == ()
    for price in (10, 30_000, 400_000):
        assert schedule.piece(D(2), D(price), D(30_000)) == Piece(D(250), D("0.002"))
        assert schedule.piece(D(-2), D(price), D(30_000)) == Piece(D(250), D("0.002"))
    # per unit: 30,000 x 0.5 %, and 0.1 % of 40,000
    assert schedule.per_unit(D(2), D(40_000), D(30_000)) == 150 + 40


def test_the_fee_of_closing_is_of_a_positive_value_on_either_side_of_zero() -> None:
    schedule = Schedule(name="venue", long_rate=D("0.10"), close_fee=D("0.001"))
    assert not schedule.knows_entry
    for price, asked in ((100, "30.3"), (0, 0), (-100, "30.3")):
        assert schedule.piece(D(3), D(price), ZERO).at(D(price)) == D(asked)
        assert schedule.piece(D(-3), D(price), ZERO).at(D(price)) == D(asked)
    assert schedule.per_unit(D(3), D(-100), ZERO) == D("10.1")


# brokers


@pytest.mark.parametrize(
    ("price", "asked"),
    [
        ("1", "2.50"),  # 100 % would be 1.00
        ("2.50", "2.50"),
        ("2.51", "2.51"),
        ("4.99", "4.99"),
        ("5", "5.00"),  # 30 % would be 1.50
        ("16.66", "5.00"),
        ("20", "6.00"),
    ],
)
def test_a_short_needs_a_rate_but_never_less_than_a_sum_per_share(price: str, asked: str) -> None:
    schedule = Schedule(name="house", long_rate=D("0.25"), short=FINRA)
    assert schedule.piece(D(-100), D(price), ZERO).at(D(price)) == 100 * D(asked)
    assert schedule.per_unit(D(-100), D(price), ZERO) == D(asked)
    assert schedule.piece(D(100), D(price), ZERO) == Piece(ZERO, D(25))


def test_the_rule_of_shorts_that_binds_changes_at_three_prices() -> None:
    """At 5.00, and where a floor is the rate's: 2.50 / 100 % = 2.50, 5.00 / 30 % = 16.67."""
    schedule = Schedule(name="house", long_rate=D("0.25"), short=FINRA)
    assert sorted(schedule.breaks(D(-100))) == [D("2.5"), 5, D(5) / D("0.3")]
    assert schedule.breaks(D(100)) == ()
    without = Schedule(name="house", long_rate=D("0.25"))
    assert without.breaks(D(-100)) == ()
    assert without.piece(D(-4), D(100), ZERO) == Piece(ZERO, D(1))
    assert without.piece(D(-4), ZERO, ZERO) == Piece(ZERO, D(1))


def test_a_floor_is_binding_only_where_it_is_more_than_the_rate() -> None:
    """At 2.50 both are 2.50: the rate holds from there on."""
    assert FINRA.piece(D("2.49")) == Piece(D("2.5"), ZERO)
    assert FINRA.piece(D("2.50")) == Piece(ZERO, D(1))
    assert FINRA.piece(D("4.99")) == Piece(ZERO, D(1))
    assert FINRA.piece(D("5.00")) == Piece(D(5), ZERO)


def test_a_rule_without_a_rate_has_only_its_floor() -> None:
    rule = ShortRule(
        rate=D("0.3"), per_share=D(6), low_price=D(5), low_rate=ZERO, low_per_share=D(2)
    )
    assert rule.breaks() == (5, 20)
    assert rule.piece(D(1)) == rule.piece(D(4)) == Piece(D(2), ZERO)


# lenders


def test_used_margin_is_a_longs_cost_and_a_shorts_value_over_the_leverage() -> None:
    schedule = Schedule(name="used", basis=Basis.USED_MARGIN)
    assert schedule.knows_entry
    # 2 x 100 / 4 for the long, fixed; 2 / 4 of the price for the short
    assert schedule.piece(D(2), D(80), D(100), D(4)) == Piece(D(50), ZERO)
    assert schedule.piece(D(2), D(80), D(101), D(4)) == Piece(D("50.5"), ZERO)
    assert schedule.piece(D(-2), D(80), D(100), D(4)) == Piece(ZERO, D("0.5"))
    assert schedule.piece(D(-2), D(-80), D(100), D(4)).at(D(-80)) == 40
    assert schedule.piece(D(-2), ZERO, D(100), D(4)) == Piece(ZERO, D("0.5"))
    assert schedule.per_unit(D(2), D(80), D(100), D(4)) == 25
    assert schedule.per_unit(D("0.5"), D(80), D(100), D(4)) == 25
    assert schedule.per_unit(D(-2), D(80), D(100), D(4)) == 20
    assert schedule.breaks(D(2)) == ()
    assert schedule.of_debt(D(70)) == 0


def test_against_liabilities_only_what_is_owed_counts() -> None:
    schedule = Schedule(name="owed", basis=Basis.LIABILITIES)
    assert not schedule.knows_entry
    assert schedule.piece(D(2), D(80), D(100), D(4)) == NOTHING
    assert schedule.piece(D(-2), D(80), D(100), D(4)) == Piece(ZERO, D(2))
    assert schedule.piece(D(-2), D(-80), D(100), D(4)).at(D(-80)) == 160
    assert schedule.per_unit(D(2), D(80), D(100), D(4)) == 80
    assert schedule.per_unit(D(-2), D(-80), D(100), D(4)) == 80
    assert schedule.of_debt(D(70)) == 70
    assert TIERED.of_debt(D(70)) == 0


@pytest.mark.parametrize(
    ("quantity", "each"),
    [
        # at 1,000: 0.4 % while all is worth less than 50,000, 0.5 % from there, 0.65 % from 600,000
        (D("0.5"), D(4)),
        (D(-49), D(4)),
        (D(50), D(5)),
        (D(-600), D("6.5")),
    ],
)
def test_closing_a_unit_takes_away_the_rate_of_the_tier_that_all_stands_in(
    quantity: Decimal, each: Decimal
) -> None:
    assert TIERED.per_unit(quantity, D(1_000), ZERO) == each
