"""Orders that end with another or with the session: one-cancels-other, brackets, ladders, day."""

from typing import Any

import pytest

from ledger.account.commands import CancelOrder, ClosePosition, Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Cause, GoodFor, OrderType, Side, Target
from tests.worlds import D, World, broker, only, perpetual, stock, venue

TIED = "one cancels other"


def at_100(*commands: PlaceOrder, lot: str = "0.001", cash: int = 1000) -> World:
    world = World(venue(), perpetual(lot=D(lot)))
    world.flat(100, Deposit(amount=D(cash)), *commands)
    return world


def order(side: Side, order_type: OrderType, **more: Any) -> PlaceOrder:
    given = {name: D(value) if type(value) is int else value for name, value in more.items()}
    given.setdefault("quantity", D(1))
    return PlaceOrder(symbol="BTC", side=side, order_type=order_type, **given)


def buy(order_type: OrderType = OrderType.MARKET, **more: Any) -> PlaceOrder:
    return order(Side.BUY, order_type, **more)


def sell(order_type: OrderType = OrderType.MARKET, **more: Any) -> PlaceOrder:
    return order(Side.SELL, order_type, **more)


def straddle(**more: Any) -> World:
    """Buy the breakout at 105 or sell the breakdown at 95, whichever comes first."""
    return at_100(
        buy(OrderType.STOP, trigger=105, oco="range", **more),
        sell(OrderType.STOP, trigger=95, oco="range", **more),
    )


def size(world: World) -> Any:
    position = world.account.position("BTC")
    return position.quantity if position else D(0)


def ended(world: World) -> list[str]:
    return [event.reason for event in world.of(e.OrderCancelled)]


# one cancels other


def test_of_two_tied_orders_the_first_that_fills_ends_the_other() -> None:
    world = straddle()
    world.bar({"BTC": (101, 106, 100, 105)})
    assert size(world) == 1
    assert ended(world) == [TIED]
    assert not world.account.orders


def test_two_tied_orders_in_reach_of_one_bar_never_both_fill() -> None:
    world = straddle()
    world.bar({"BTC": (100, 110, 90, 100)})
    assert len(world.of(e.OrderFilled)) == 1
    assert ended(world) == [TIED]


def test_a_gap_fills_the_one_that_it_passed_and_ends_the_other_at_the_open() -> None:
    world = straddle()
    world.bar({"BTC": (90, 110, 90, 100)})
    assert only(world.of(e.OrderFilled)).price == 90
    assert not world.account.orders


def test_taking_one_of_two_tied_orders_back_takes_the_other() -> None:
    world = at_100(
        buy(OrderType.LIMIT, limit=90, id="low", oco="entry"),
        buy(OrderType.STOP, trigger=110, id="high", oco="entry"),
    )
    world.flat(100, CancelOrder(id="low"))
    assert ended(world) == ["cancelled by the trader", TIED]


def test_an_order_may_be_tied_to_one_that_rests_by_its_id() -> None:
    world = at_100(
        buy(OrderType.LIMIT, limit=90, id="low"),
        buy(OrderType.STOP, trigger=110, oco="low"),
    )
    world.bar({"BTC": (95, 96, 89, 92)})
    assert only(world.of(e.OrderFilled)).order == "low"
    assert ended(world) == [TIED]


def test_a_third_order_tied_to_one_of_two_is_tied_to_both() -> None:
    world = at_100(
        buy(OrderType.LIMIT, limit=90, id="a", oco="g"),
        buy(OrderType.STOP, trigger=110, id="b", oco="g"),
        sell(OrderType.STOP, trigger=80, id="c", oco="a"),
    )
    world.bar({"BTC": (100, 111, 100, 110)})
    assert only(world.of(e.OrderFilled)).order == "b"
    assert not world.account.orders


def test_an_exit_at_a_target_ends_the_exit_at_a_stop_that_it_is_tied_to() -> None:
    world = at_100(
        buy(),
        sell(OrderType.LIMIT, limit=110, reduce_only=True, oco="exit"),
        sell(OrderType.STOP, trigger=90, reduce_only=True, oco="exit"),
    )
    world.bar({"BTC": (105, 111, 104, 110)})
    assert size(world) == 0
    assert ended(world) == [TIED]


def test_a_part_that_is_sold_ends_the_other_order_too() -> None:
    """One cancels other is not a bracket: the rest of the position stays without that stop."""
    world = at_100(
        buy(quantity=2),
        sell(OrderType.LIMIT, limit=110, reduce_only=True, oco="exit"),
        sell(OrderType.STOP, trigger=90, quantity=2, reduce_only=True, oco="exit"),
    )
    world.bar({"BTC": (105, 111, 104, 110)})
    assert size(world) == 1
    assert not world.account.orders


def test_an_order_that_cannot_be_paid_for_ends_with_the_one_it_is_tied_to() -> None:
    """1,000 carries one unit at 100 but not at 1,200, where the gap fills it."""
    world = at_100(
        buy(OrderType.STOP, trigger=105, oco="g"), buy(OrderType.LIMIT, limit=90, oco="g")
    )
    world.bar({"BTC": (1200, 1200, 1200, 1200)})
    assert not world.of(e.OrderFilled)
    assert ended(world)[1] == TIED
    assert not world.account.orders


def test_a_group_of_which_one_has_filled_takes_no_more_orders() -> None:
    """The first filled as it was placed; the second would be the one that both fill."""
    world = at_100(
        buy(OrderType.LIMIT, limit=101, oco="entry"), buy(OrderType.STOP, trigger=110, oco="entry")
    )
    assert size(world) == 1
    assert only(world.of(e.OrderRefused)).reason == (
        "an order of entry has already filled, which cancels the others"
    )


def test_a_group_that_was_cancelled_can_be_named_again() -> None:
    world = straddle()
    world.flat(100, CancelOrder(id="#1"))
    world.flat(100, buy(OrderType.STOP, trigger=105, oco="range"))
    assert not world.of(e.OrderRefused)
    assert 105 in [order.trigger for order in world.account.orders.values()]


@pytest.mark.parametrize(
    ("oco", "said"),
    [
        ("", "must name another order"),
        ("mine", "must name another order"),
        ("#9", "no open order #9"),
        ("#2", "#2 protects a position"),
    ],
)
def test_what_an_order_cannot_be_tied_to(oco: str, said: str) -> None:
    world = at_100(buy(stop_loss=90), buy(OrderType.STOP, trigger=110, id="mine", oco=oco))
    assert said in only(world.of(e.OrderRefused)).reason


def test_a_filled_tied_entry_brings_its_own_protection() -> None:
    world = at_100(
        buy(OrderType.STOP, trigger=105, oco="g", stop_loss=100),
        sell(OrderType.STOP, trigger=95, oco="g", stop_loss=100),
    )
    world.bar({"BTC": (101, 106, 101, 105)})
    (stop,) = world.account.orders.values()
    assert (stop.cause, stop.side, stop.trigger) == (Cause.STOP_LOSS, Side.SELL, 100)


# brackets


@pytest.mark.parametrize(("bar", "left"), [((101, 111, 101, 110), 0), ((99, 99, 89, 90), 0)])
def test_of_a_bracket_the_side_that_closes_the_position_ends_the_other(bar: Any, left: int) -> None:
    world = at_100(buy(stop_loss=90, targets=(Target(D(110), D(1)),)))
    world.bar({"BTC": bar})
    assert size(world) == left
    assert not world.account.orders
    assert ended(world) == ["position closed"]


def test_a_bracket_of_an_order_that_never_fills_never_comes_to_life() -> None:
    world = at_100(buy(OrderType.LIMIT, limit=50, stop_loss=40, id="a"))
    world.flat(100, CancelOrder(id="a"))
    assert not world.account.orders
    assert len(world.of(e.OrderPlaced)) == 1


def test_closing_by_hand_ends_the_bracket_and_other_orders_that_only_reduce() -> None:
    world = at_100(
        buy(stop_loss=90, targets=(Target(D(110), D(1)),)),
        sell(OrderType.TRAILING, trail=20, reduce_only=True),
        buy(OrderType.LIMIT, limit=80),
    )
    world.flat(100, ClosePosition(symbol="BTC"))
    (left,) = world.account.orders.values()
    assert left.limit == 80


# scaling out


def test_a_ladder_of_targets_sells_step_by_step_and_its_stop_shrinks_with_it() -> None:
    steps = tuple(Target(D(price), D(share)) for price, share in ((105, "0.5"), (110, "0.3")))
    world = at_100(buy(quantity=10, stop_loss=95, targets=steps), cash=10_000)
    world.bar({"BTC": (101, 106, 101, 105)})
    assert _stop(world) == 5
    world.bar({"BTC": (106, 111, 106, 110)})
    assert _stop(world) == 2
    assert size(world) == 2
    world.bar({"BTC": (100, 100, 94, 95)})
    assert [event.quantity for event in world.of(e.ProfitTaken)] == [5, 3]
    assert only(world.of(e.StoppedOut)).quantity == 2
    assert not world.account.orders


def _stop(world: World) -> Any:
    (stop,) = [o for o in world.account.orders.values() if o.cause is Cause.STOP_LOSS]
    return stop.quantity


def test_a_ladder_in_whole_lots_leaves_what_rounding_left_to_its_stop() -> None:
    """Thirds of ten shares, 0.99 together: 3.3 is three each, and one share has no target."""
    steps = tuple(Target(D(price), D("0.33")) for price in (105, 110, 115))
    world = World(broker(), stock())
    command = PlaceOrder(
        symbol="ACME", side=Side.BUY, quantity=D(10), stop_loss=D(95), targets=steps
    )
    world.flat(100, Deposit(amount=D(10_000)), command)
    world.bar({"ACME": (101, 120, 101, 118)})
    assert [event.quantity for event in world.of(e.ProfitTaken)] == [3, 3, 3]
    held = world.account.position("ACME")
    assert held is not None
    assert held.quantity == 1
    (stop,) = world.account.orders.values()
    assert stop.quantity == 1


def test_a_stop_in_the_middle_of_a_ladder_ends_the_targets_that_are_left() -> None:
    steps = tuple(Target(D(price), D("0.25")) for price in (105, 110, 115, 120))
    world = at_100(buy(quantity=8, stop_loss=95, targets=steps), cash=10_000)
    world.bar({"BTC": (101, 111, 101, 105)})
    world.bar({"BTC": (100, 100, 90, 92)})
    assert [event.quantity for event in world.of(e.ProfitTaken)] == [2, 2]
    assert only(world.of(e.StoppedOut)).quantity == 4
    assert not world.account.orders


# day orders


def day(order_type: OrderType, **more: Any) -> PlaceOrder:
    return buy(order_type, good_for=GoodFor.DAY, **more)


def test_a_day_order_ends_with_the_session_and_one_good_till_cancelled_does_not() -> None:
    world = World(venue(), perpetual())
    still = {"BTC": (100,) * 4}
    orders = (day(OrderType.LIMIT, limit=90, id="day"), buy(OrderType.LIMIT, limit=90, id="gtc"))
    world.bar(still, Deposit(amount=D(1000)), *orders, session_end=False)
    assert list(world.account.orders) == ["day", "gtc"]
    world.bar(still, session_end=True)
    assert list(world.account.orders) == ["gtc"]
    assert ended(world) == ["day order, session over"]
    assert only(world.of(e.OrderCancelled)).at == world.market.time


def test_a_day_order_may_fill_in_the_sessions_last_bar() -> None:
    world = World(venue(), perpetual())
    world.bar({"BTC": (100, 100, 89, 95)}, Deposit(amount=D(1000)), day(OrderType.LIMIT, limit=90))
    assert only(world.of(e.OrderFilled)).price == 90
    assert not world.of(e.OrderCancelled)


def test_a_day_order_placed_after_the_close_is_for_the_next_session() -> None:
    world = at_100()
    world.do(day(OrderType.LIMIT, limit=90))
    assert world.account.orders
    world.flat(100)
    assert not world.account.orders


def test_what_protects_outlives_the_day_order_that_brought_it() -> None:
    world = at_100(day(OrderType.LIMIT, limit=100, stop_loss=90, targets=(Target(D(120), D(1)),)))
    world.flat(100)
    assert {o.cause for o in world.account.orders.values()} == {Cause.STOP_LOSS, Cause.TAKE_PROFIT}


def test_a_day_order_that_was_triggered_ends_with_its_session_too() -> None:
    world = World(venue(), perpetual())
    world.flat(100, Deposit(amount=D(1000)))
    command = day(OrderType.STOP_LIMIT, trigger=103, limit=104)
    world.bar({"BTC": (100,) * 4}, command, session_end=False)
    world.bar({"BTC": (106, 107, 105, 106)})
    assert only(world.of(e.OrderTriggered)).rests
    assert not world.account.orders


def test_with_a_day_order_the_one_it_is_tied_to_ends() -> None:
    world = at_100(
        day(OrderType.LIMIT, limit=90, oco="g"), buy(OrderType.STOP, trigger=110, oco="g")
    )
    assert ended(world) == ["day order, session over", TIED]
