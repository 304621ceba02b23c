"""Realized profit moved out of reach of every margin rule: no more than was made, and is free."""

import pytest

from ledger.account.commands import Deposit, PlaceOrder, Sweep
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.rulebook import Funding
from ledger.times import HOUR
from tests.worlds import T0, D, World, only, perpetual, venue


def order(side: Side, quantity: int = 1) -> PlaceOrder:
    return PlaceOrder(symbol="BTC", side=side, quantity=D(quantity))


def gained(**rules: object) -> World:
    """One coin bought at 100 and sold at 130, with 200 of own money."""
    world = World(venue(**rules), perpetual(), interval=8 * HOUR)
    world.flat(100, Deposit(amount=D(200)), order(Side.BUY))
    world.flat(130, order(Side.SELL))
    return world


def most(world: World, amount: str) -> object:
    """What the refusal to sweep an amount names as the most that can go."""
    world.flat(130, Sweep(amount=D(amount)))
    return world.of(e.ActionRefused)[-1].largest


def test_no_more_can_be_swept_than_was_made() -> None:
    world = gained()
    assert most(world, "30.01") == 30
    world.flat(130, Sweep(amount=D(30)))
    assert (world.account.savings, world.account.main.cash) == (30, 200)


def test_what_was_swept_before_is_not_made_again() -> None:
    world = gained()
    world.flat(130, Sweep(amount=D(20)))
    assert most(world, "10.01") == 10
    world.flat(130, Sweep(amount=D(10)))
    assert [swept.amount for swept in world.of(e.Swept)] == [20, 10]


def test_what_trading_cost_was_not_made() -> None:
    # 0.1 % of 100 and of 130 in fees, 1 % of 100 for a stamp: 30 - 0.1 - 0.13 - 1
    world = World(venue(taker_fee=D("0.001")), perpetual(), interval=8 * HOUR)
    stamp = {"BTC": ((T0 + 8 * HOUR, D("0.01")),)}
    world.bar({"BTC": (100,) * 4}, Deposit(amount=D(200)), order(Side.BUY), funding=stamp)
    world.flat(130, order(Side.SELL))
    assert only(world.of(e.FundingPaid)).amount == 1
    assert most(world, "29") == D("28.77")


def test_a_loss_leaves_nothing_to_sweep() -> None:
    world = World(venue(funding=Funding()), perpetual())
    world.flat(100, Deposit(amount=D(200)), order(Side.BUY))
    world.flat(90, order(Side.SELL), Sweep(amount=D("0.01")))
    assert only(world.of(e.ActionRefused)).largest == 0
    assert not world.of(e.Swept)


@pytest.mark.parametrize(("quantity", "largest"), [(1, 30), (2, 0)])
def test_margin_that_is_in_use_cannot_be_swept(quantity: int, largest: int) -> None:
    """Of 230 a coin at 115 takes 115 and leaves more than the 30 that were made; two take all."""
    world = gained()
    world.flat(115, order(Side.BUY, quantity))
    world.flat(115, Sweep(amount=D(31)))
    assert only(world.of(e.ActionRefused)).largest == largest
