"""Which lots a closing trade takes, what that realizes, and what a split makes of them."""

import pytest

from ledger.account.lots import basis, converted, realized, split
from ledger.account.state import Lot
from ledger.market.corporate import Ratio
from ledger.market.instrument import Kind
from tests.worlds import D, perpetual, stock


def lot(quantity: str, price: str, cost: str | None = None, at: int = 0) -> Lot:
    worth = D(quantity) * D(price) if cost is None else D(cost)
    return Lot(D(quantity), D(price), worth, at)


LONG = (lot("2", "10", at=1), lot("3", "20", at=2), lot("5", "30", at=3))
SHORT = (lot("-2", "10", at=1), lot("-3", "20", at=2))


@pytest.mark.parametrize(
    ("size", "closed", "rest"),
    [
        ("0", [], ["2", "3", "5"]),
        ("1", ["1"], ["1", "3", "5"]),
        ("2", ["2"], ["3", "5"]),
        ("4", ["2", "2"], ["1", "5"]),
        ("5", ["2", "3"], ["5"]),
        ("10", ["2", "3", "5"], []),
    ],
)
def test_the_oldest_lots_are_closed_first(size: str, closed: list[str], rest: list[str]) -> None:
    one, other = split(LONG, D(size), "USD")
    assert [each.quantity for each in one] == [*map(D, closed)]
    assert [each.quantity for each in other] == [*map(D, rest)]
    assert sum(each.cost for each in (*one, *other)) == 20 + 60 + 150
    assert all(each.cost == each.quantity * each.price for each in (*one, *other))


def test_a_short_is_closed_in_the_same_order() -> None:
    one, other = split(SHORT, D(3), "USD")
    assert [(each.quantity, each.cost, each.at) for each in one] == [(-2, -20, 1), (-1, -20, 2)]
    assert [(each.quantity, each.cost, each.at) for each in other] == [(-2, -40, 2)]


def test_no_cent_of_cost_is_lost_between_the_parts_of_a_lot() -> None:
    """A third of 10.00 is 3.33, and the rest keeps 6.67."""
    (part,), (rest,) = split((lot("3", "3.3333", "10.00"),), D(1), "USD")
    assert (part.cost, rest.cost) == (D("3.33"), D("6.67"))


def test_more_than_is_held_is_never_closed() -> None:
    with pytest.raises(AssertionError, match="may not close more"):
        split(SHORT, D(6), "USD")


def test_what_is_sold_of_shares_realizes_its_value_less_its_cost() -> None:
    """2 for 20 and 2 for 40, sold for 100; sold short for 60 and bought back for 50."""
    closed, _ = split(LONG, D(4), "USD")
    assert realized(stock(), closed, D(25), D(100)) == 100 - 60
    returned, _ = split(SHORT, D(4), "USD")
    assert realized(stock(), returned, D("12.5"), D(50)) == 60 - 50


def test_a_contract_realizes_the_way_of_its_price_rounded_once() -> None:
    """2 from 10 and 3 from 20 to 12.3333333: 4.6666666 - 23.0000001 = -18.3333335."""
    closed, _ = split(LONG, D(5), "USDT")
    assert realized(perpetual(), closed, D("12.3333333"), D(0)) == D("-18.333334")


def test_a_contract_in_the_coin_realizes_the_way_of_one_over_its_price() -> None:
    """100 dollars from 10 to 20 are 10 - 5 coins."""
    coin = perpetual(kind=Kind.INVERSE, currency="BTC")
    closed = (lot("100", "10", "10"),)
    assert realized(coin, closed, D(20), D(0)) == 5


def test_the_basis_is_what_all_lots_were_worth_at_their_entries() -> None:
    assert basis(stock(), LONG) == 20 + 60 + 150
    assert basis(perpetual(multiplier=D(2)), SHORT) == -2 * (20 + 60)
    assert basis(stock(), ()) == 0


def test_a_split_keeps_costs_and_adds_up() -> None:
    """Three for two: 3 + 4.5 + 7.5 units at two thirds of the prices."""
    found = converted(LONG, Ratio.of("3:2"), D(15))
    assert [each.quantity for each in found] == [3, D("4.5"), D("7.5")]
    assert [each.cost for each in found] == [20, 60, 150]
    assert [round(each.price, 6) for each in found] == [D("6.666667"), D("13.333333"), 20]


def test_what_rounding_takes_from_one_lot_the_next_one_has() -> None:
    """One for three of 1 and 1: a third each, to eight decimals, together two thirds."""
    found = converted((lot("1", "9"), lot("1", "12")), Ratio.of("1:3"), D("0.66666666"))
    assert [each.quantity for each in found] == [D("0.33333333"), D("0.33333333")]
    assert [each.quantity * each.price for each in found] == [9, 12]


def test_a_lot_that_a_split_leaves_nothing_of_keeps_a_price() -> None:
    """One for a thousand million of 1: less than eight decimals hold; the next lot has it all."""
    lots = (lot("1", "9"), lot("1000000000", "12"))
    found = converted(lots, Ratio.of("1:1000000000"), D("1.00000001"))
    assert found[0].quantity == 0
    assert found[0].price == 9 * 10**9
    assert found[1].quantity == D("1.00000001")
