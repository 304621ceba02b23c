"""Sizes by risk, at a venue as its engine fills them; and the stop nearest to a liquidation."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode
from ledger.practice.calc.calculators import with_figures
from ledger.practice.calc.nearest_stop import nearest_stop, tick_of
from ledger.practice.calc.size_calculator import size, size_at
from ledger.practice.library.venue_shelf import load_venue
from ledger.refused import Refused

D = Decimal
BROKER, PERPETUALS = load_venue("us-reg-t").rulebook, load_venue("binance-usdm").rulebook
FREE = with_figures(PERPETUALS, {"trade_fee": "0", "maintenance_margin": "0.01"})
CENT, MILLI = D("0.01"), D("0.001")


def test_a_unit_loses_the_fees_of_both_ways_too() -> None:
    """200 at risk, 8.00 + 0.001 x 192 a share: 24.41 shares in steps of a thousandth."""
    found = size(D(10_000), D("0.02"), D(100), D(92), lot=MILLI, trade_fee=MILLI)
    assert (found["quantity"], found["risk"]) == (D("24.414"), D("24.414") * D("8.192"))


def test_at_a_venue_the_position_has_its_liquidation_and_nearest_stop() -> None:
    """1,000 with 2 % at risk, 5.00 away: 4 units, 400 on 40 of margin at 10x.

    (400 - 40) / (4 x 0.99) = 90.909...; 5 % of the 9.0909 to the entry more: 91.363..., 91.37.
    """
    found = size_at(
        FREE, Mode.ISOLATED, D(1000), D("0.02"), D(100), D(95), D(10), lot=MILLI, tick=CENT
    )
    assert found == {
        "quantity": D(4),
        "notional": D(400),
        "risk": D(20),
        "leverage_used": D("0.4"),
        "liquidation_price": D("90.90909091"),
        "nearest_stop": D("91.37"),
        "liquidated_first": False,
    }


@pytest.mark.parametrize(
    ("stop", "first"), [("90.91", False), ("90.90", False), ("90.89", True), ("85", True)]
)
def test_a_stop_beyond_the_tick_that_liquidates_never_acts(stop: str, first: bool) -> None:
    """As above it is liquidated at 90.909..., on the tick of 90.90: a stop there acts before."""
    found = size_at(
        FREE, Mode.ISOLATED, D(1000), D("0.02"), D(100), D(stop), D(10), lot=MILLI, tick=CENT
    )
    assert found["liquidated_first"] is first


def test_a_short_is_liquidated_before_a_stop_above_its_liquidation() -> None:
    """(100 + 10) / 1.01 = 108.91089: it acts on 108.92."""
    for stop, first in (("108.92", False), ("108.93", True)):
        found = size_at(
            FREE, Mode.ISOLATED, D(1000), D("0.02"), D(100), D(stop), D(10), lot=MILLI, tick=CENT
        )
        assert found["liquidated_first"] is first


def test_at_a_venue_no_more_is_told_than_its_margin_lets_open() -> None:
    """200 at risk over 0.50 would be 400 shares; half of 10,000 x 2 is 200, bought on 2x."""
    found = size_at(
        BROKER, Mode.CROSS, D(10_000), D("0.02"), D(100), D("99.50"), D(2), lot=D(1), tick=CENT
    )
    assert (found["quantity"], found["leverage_used"]) == (D(200), D(2))


def test_without_the_least_equity_the_size_is_what_cash_buys() -> None:
    """Below 2,000 nothing is lent: 30 shares of 100 would be the risk, 1,500 buys 15 of them."""
    found = size_at(BROKER, Mode.CROSS, D(1500), D("0.2"), D(100), D(90), D(2), lot=D(1), tick=CENT)
    assert (found["quantity"], found["leverage_used"]) == (D(15), D(1))
    assert (found["liquidation_price"], found["nearest_stop"]) == (None, None)


def test_what_opens_nothing_is_refused_with_the_reason() -> None:
    with pytest.raises(Refused, match="equity: 50 cannot open this position: "):
        size_at(BROKER, Mode.CROSS, D(50), D("0.5"), D(100), D(90), D(2), lot=D(1), tick=CENT)


@given(
    side=st.sampled_from(Side),
    entry=st.integers(1, 10**8),
    way=st.integers(1, 10**8),
    decimals=st.integers(0, 4),
)
def test_the_nearest_stop_is_the_first_tick_with_a_twentieth_of_the_way_behind_it(
    side: Side, entry: int, way: int, decimals: int
) -> None:
    tick = D(1).scaleb(-decimals)
    price = D(entry) * tick
    liquidation = price - side.sign * D(way) / 7777
    assume(liquidation > 0)
    stop = nearest_stop(side, price, liquidation, tick)
    room = (price - liquidation) * side.sign / 20
    if stop is None:
        assert (price - liquidation) * side.sign - room <= tick  # no tick is left before the entry
        return
    assert stop % tick == 0
    assert 0 <= (stop - liquidation) * side.sign - room < tick
    assert (price - stop) * side.sign > 0


def test_a_position_that_no_price_liquidates_has_no_nearest_stop() -> None:
    assert nearest_stop(Side.BUY, D(100), None, CENT) is None
    assert nearest_stop(Side.BUY, D(100), D(101), CENT) is None  # liquidated where it opens


@pytest.mark.parametrize(
    ("price", "tick"),
    [("7353.5", "0.01"), ("100", "0.01"), ("1.23456", "0.00001"), ("0.00002", "0.000000001")],
)
def test_a_tick_that_fits_to_a_price(price: str, tick: str) -> None:
    assert tick_of(D(price)) == D(tick)
