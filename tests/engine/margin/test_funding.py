"""Funding (`../worked examples`, section 9): only positions held over a stamp pay."""

from dataclasses import replace

import pytest

from ledger.account.commands import ClosePosition, Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.engine.margin.funding import next_stamp
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import Funding, Mode
from ledger.times import HOUR
from tests.worlds import T0, D, World, only, perpetual, venue


def test_shorts_receive_quantity_times_mark_times_rate() -> None:
    """FF-01, from freqtrade's tests (F4): size 10, mark 2.0, rate 0.0001: 0.002 received."""
    world = World(venue(), perpetual(tick=D("0.1"), lot=D(1)), interval=8 * HOUR)
    sell = PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(10))
    stamps = {"BTC": ((T0 + 8 * HOUR, D("0.0001")),)}
    world.bar({"BTC": (2,) * 4}, Deposit(amount=D(100)), sell, funding=stamps)
    assert only(world.of(e.FundingPaid)).amount == D("-0.002")


def test_two_stamps_add_up() -> None:
    """FF-03 (F4): short 30 at 2.77, rates -0.000008 and -0.000003: the short pays 0.0009141."""
    world = World(venue(), perpetual(tick=D("0.01"), lot=D(1)), interval=8 * HOUR)
    sell = PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(30))
    stamps = {"BTC": ((T0 + 1, D("-0.000008")), (T0 + 8 * HOUR, D("-0.000003")))}
    world.bar({"BTC": ("2.77",) * 4}, Deposit(amount=D(1000)), sell, funding=stamps)
    # each posting is rounded to the coin's six decimals: 0.000665 and 0.000249
    assert sum(paid.amount for paid in world.of(e.FundingPaid)) == D("0.000914")


@pytest.mark.parametrize(("closed", "paid"), [(True, []), (False, [1])])
def test_only_a_position_held_at_the_stamp_pays(closed: bool, paid: list[int]) -> None:
    """FF-07 (F4): no stamp between 01:00 and 04:00. Held, 1 at 100 pays 1 %."""
    world = World(venue(), perpetual(), interval=HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1))
    world.flat(100, Deposit(amount=D(1000)), buy)
    world.flat(100, *([ClosePosition(symbol="BTC")] if closed else []))
    world.bar({"BTC": (100,) * 4}, funding={"BTC": ((T0 + 3 * HOUR, D("0.01")),)})
    assert [event.amount for event in world.of(e.FundingPaid)] == paid


def test_a_flat_yearly_rate_pays_its_share_every_eight_hours() -> None:
    # 10.95 % a year is 0.0001 a stamp: 1,095 stamps in 365 days
    world = World(venue(funding=Funding(rate=D("0.1095"))), perpetual(), interval=HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1))
    world.flat(1000, Deposit(amount=D(1000)), buy)
    for _ in range(23):
        world.flat(1000)
    assert [paid.amount for paid in world.of(e.FundingPaid)] == [D("0.1")] * 3


@pytest.mark.parametrize(("hour", "stamp"), [(0, 8), (7, 8), (8, 16), (23, 24)])
def test_the_next_stamp_of_a_yearly_rate_is_the_next_multiple_of_eight_hours(
    hour: int, stamp: int
) -> None:
    world = World(venue(funding=Funding(rate=D("0.1095"))), perpetual(), interval=HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1))
    world.flat(1000, Deposit(amount=D(1000)), buy)
    position = only(world.account.positions())
    assert next_stamp(world.account, {}, T0 + hour * HOUR, position) == T0 + stamp * HOUR


def test_who_opens_on_a_stamp_does_not_pay_at_it_and_who_closes_on_it_does() -> None:
    # opened at 08:00, closed at 16:00, stamps at both: one payment, 1,000 x 0.0001 = 0.1
    world = World(venue(funding=Funding(rate=D("0.1095"))), perpetual(), interval=8 * HOUR)
    world.flat(1000, Deposit(amount=D(1000)))
    world.flat(1000, PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1)))
    world.flat(1000, ClosePosition(symbol="BTC"))
    paid = only(world.of(e.FundingPaid))
    assert (paid.amount, paid.at) == (D("0.1"), T0 + 16 * HOUR)


@pytest.mark.parametrize(("side", "sign"), [(Side.BUY, 1), (Side.SELL, -1)])
@pytest.mark.parametrize("mode", [Mode.ISOLATED, Mode.CROSS])
def test_an_inverse_contract_pays_on_its_value_in_coins(side: Side, sign: int, mode: Mode) -> None:
    """get10101/itchysats#1114: funding is charged on the contract's value in coins.

    45,000 contracts of a dollar: at 50,000 they are 0.9 BTC, at 40,000 1.125. With 0.01 % and
    -0.02 %: a long pays 0.00009, then receives 0.000225.
    """
    book = replace(venue(), currency="BTC", contract=Kind.INVERSE)
    coin = perpetual(kind=Kind.INVERSE, lot=D(1), currency="BTC")
    world = World(book, coin, mode=mode, interval=8 * HOUR)
    first, second = T0 + 8 * HOUR, T0 + 16 * HOUR
    opening = PlaceOrder(symbol="BTC", side=side, quantity=D(45_000), mode=mode)
    rates = {"BTC": ((T0, D("0.01")), (first, D("0.0001")))}
    world.bar({"BTC": (50_000,) * 4}, Deposit(amount=D(2)), opening, funding=rates)
    world.bar({"BTC": (40_000,) * 4}, funding={"BTC": ((second, D("-0.0002")),)})
    paid = [(paid.at, paid.amount) for paid in world.of(e.FundingPaid)]
    assert paid == [(first, D("0.00009") * sign), (second, D("-0.000225") * sign)]


def test_a_yearly_rate_is_paid_by_an_inverse_contract_as_by_a_linear_one() -> None:
    # 0.0001 a stamp of 10,000 contracts at 10,000: 0.0001 BTC, three times a day
    book = replace(venue(funding=Funding(rate=D("0.1095"))), currency="BTC", contract=Kind.INVERSE)
    coin = perpetual(kind=Kind.INVERSE, lot=D(1), currency="BTC")
    world = World(book, coin, interval=HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10_000))
    world.flat(10_000, Deposit(amount=D(2)), buy)
    for _ in range(23):
        world.flat(10_000)
    assert [paid.amount for paid in world.of(e.FundingPaid)] == [D("0.0001")] * 3
