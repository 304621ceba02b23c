"""Funding (`../worked examples`, section 9): only positions open at the stamp pay."""

from ledger.account import events as e
from ledger.account.commands import ClosePosition, Deposit, PlaceOrder
from ledger.account.state import Side
from ledger.market.rulebook import Funding
from ledger.market.times import HOUR
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


def test_a_position_closed_before_the_stamp_pays_nothing() -> None:
    """FF-07 (F4): no stamp between 01:00 and 04:00."""
    world = World(venue(), perpetual(), interval=HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1))
    world.flat(100, Deposit(amount=D(1000)), buy)
    world.flat(100, ClosePosition(symbol="BTC"))
    world.bar({"BTC": (100,) * 4}, funding={"BTC": ((T0 + 3 * HOUR, D("0.01")),)})
    assert not world.of(e.FundingPaid)


def test_a_flat_yearly_rate_pays_its_share_every_eight_hours() -> None:
    # 10.95 % a year is 0.0001 a stamp: 1,095 stamps in 365 days
    world = World(venue(funding=Funding(rate=D("0.1095"))), perpetual(), interval=HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1))
    world.flat(1000, Deposit(amount=D(1000)), buy)
    for _ in range(23):
        world.flat(1000)
    assert [paid.amount for paid in world.of(e.FundingPaid)] == [D("0.1")] * 3
