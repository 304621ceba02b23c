"""Stops, targets and planned risk are judged by the price at which the order would fill now."""

from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side, Target
from ledger.market.quote import Market
from tests.worlds import D, World, only, perpetual, venue

LIMIT, STOP, STOP_LIMIT = OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT


def command(side: Side, kind: OrderType, quantity: object = "1", **more: Any) -> c.PlaceOrder:
    given = {k: D(str(v)) if isinstance(v, int | float | str) else v for k, v in more.items()}
    size = None if quantity is None else D(str(quantity))
    return c.PlaceOrder(symbol="BTC", side=side, quantity=size, order_type=kind, **given)


def at_98(*commands: c.Command) -> World:
    made = World(venue(taker_fee=D("0.001"), maker_fee=D(0)), perpetual(tick=D("0.01")))
    made.flat(98, c.Deposit(amount=D(10_000)))
    made.flat(98, *commands)
    return made


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (command(Side.BUY, LIMIT, limit=107, stop_loss=103), "stop of this order must be below 98"),
        (command(Side.SELL, LIMIT, limit=90, stop_loss=95), "stop of this order must be above 98"),
        (command(Side.BUY, STOP, trigger=90, stop_loss=98), "stop of this order must be below 98"),
        (
            command(Side.SELL, STOP_LIMIT, trigger=105, limit=90, stop_loss=95),
            "stop of this order must be above 98",
        ),
        (
            command(Side.BUY, STOP_LIMIT, trigger=100, limit=104, stop_loss=102),
            "stop of this order must be below 100",
        ),
        (
            command(Side.SELL, LIMIT, limit=90, targets=(Target(D(98), D(1)),)),
            "target of this order must be below 98",
        ),
    ],
)
def test_a_stop_or_target_that_would_act_at_once_is_refused(order: c.PlaceOrder, said: str) -> None:
    made = at_98(order)
    assert said in only(made.of(e.OrderRefused)).reason
    assert not made.of(e.OrderFilled)


@pytest.mark.parametrize(
    "order",
    [
        # a target between the market and the limit is beyond the fill, and a stop is too
        command(Side.BUY, LIMIT, limit=107, stop_loss=97, targets=(Target(D(103), D(1)),)),
        command(Side.SELL, LIMIT, limit=90, stop_loss=99, targets=(Target(D(95), D(1)),)),
        command(Side.BUY, STOP, trigger=90, stop_loss=95),
    ],
)
def test_what_is_beyond_the_fill_is_taken_wherever_the_level_is(order: c.PlaceOrder) -> None:
    made = at_98(order)
    assert only(made.of(e.OrderFilled)).price == 98
    assert not made.of(e.OrderRefused)


def test_the_planned_risk_of_a_limit_that_crosses_counts_from_the_market() -> None:
    """Filled at 98 with a stop at 94: 4 + 0.098 + 0.094, not 13 and more from the limit."""
    made = at_98(command(Side.BUY, LIMIT, limit=107, stop_loss=94))
    assert only(made.of(e.PlanRecorded)).risk == D("4.192")
    assert only(made.of(e.PositionOpened)).risk == D("4.192")


def test_a_size_by_risk_counts_from_the_market_too() -> None:
    """41.92 at 4.192 a unit are ten."""
    made = at_98(command(Side.BUY, LIMIT, quantity=None, risk="41.92", limit=107, stop_loss=94))
    assert only(made.of(e.OrderFilled)).quantity == 10


def test_between_two_bars_a_limit_beyond_the_last_price_is_judged_by_that_price() -> None:
    made = World(venue(), perpetual(tick=D("0.01")))
    made.flat(98, c.Deposit(amount=D(10_000)))
    assert isinstance(made.market, Market)
    assert not made.market.trading
    made.do(command(Side.BUY, LIMIT, limit=107, stop_loss=103))
    assert "below 98" in only(made.of(e.OrderRefused)).reason


def test_the_plan_of_a_reversal_is_that_of_the_part_that_opens() -> None:
    """5 held, 8 sold at 98: three are short; to 100 they lose 6, and 0.294 + 0.3 of fees."""
    made = at_98(command(Side.BUY, OrderType.MARKET, 5))
    made.flat(98, command(Side.SELL, OrderType.MARKET, 8, stop_loss=100))
    assert made.of(e.PlanRecorded)[-1].risk == D("6.594")
    assert made.of(e.PositionOpened)[-1].risk == D("6.594")


def test_a_size_by_risk_that_reverses_closes_all_and_risks_what_was_said_on_the_rest() -> None:
    """21.98 at 2 + 0.098 + 0.1 a unit are ten: they come on top of the five that are closed."""
    made = at_98(command(Side.BUY, OrderType.MARKET, 5))
    made.flat(98, command(Side.SELL, OrderType.MARKET, quantity=None, risk="21.98", stop_loss=100))
    assert [fill.quantity for fill in made.of(e.OrderFilled)] == [5, 5, 10]
    assert made.of(e.PlanRecorded)[-1].risk == D("21.98")


def test_an_order_that_only_closes_plans_no_risk() -> None:
    made = at_98(command(Side.BUY, OrderType.MARKET, 5))
    made.flat(98, command(Side.SELL, OrderType.MARKET, 2, stop_loss=100))
    assert made.of(e.PlanRecorded)[-1].risk is None
