"""What each type of order does when prices move: stop-limit, trailing, and their refusals."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.account.commands import CancelOrder, Deposit, MoveStop, OpenBar, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Convention, Order, OrderType, Side, Target
from tests.worlds import TIERS, D, World, broker, only, perpetual, stock, venue


def at_100(*commands: PlaceOrder, convention: Convention = Convention.WORST, **book: Any) -> World:
    """A quiet bar at 100 with 1,000 in the wallet, at whose open the commands are sent."""
    world = World(venue(**book), perpetual(lot=D("0.001")), convention=convention)
    world.flat(100, Deposit(amount=D(1000)), *commands)
    return world


def order(side: Side, order_type: OrderType, **more: Any) -> PlaceOrder:
    given = {name: D(value) if isinstance(value, int) else value for name, value in more.items()}
    given.setdefault("quantity", D(1))
    return PlaceOrder(symbol="BTC", side=side, order_type=order_type, **given)


def buy(order_type: OrderType = OrderType.MARKET, **more: Any) -> PlaceOrder:
    return order(Side.BUY, order_type, **more)


def sell(order_type: OrderType = OrderType.MARKET, **more: Any) -> PlaceOrder:
    return order(Side.SELL, order_type, **more)


def resting(world: World) -> Order:
    (found,) = world.account.orders.values()
    return found


def size(world: World) -> Any:
    position = world.account.position("BTC")
    return position.quantity if position else D(0)


# stop-limit


def test_a_stop_limit_fills_where_its_trigger_trades_if_that_is_within_its_limit() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104))
    world.bar({"BTC": (101, 105, 100, 102)})
    triggered = only(world.of(e.OrderTriggered))
    assert (triggered.price, triggered.limit, triggered.rests) == (103, 104, False)
    assert only(world.of(e.OrderFilled)).price == 103


def test_a_stop_limit_does_not_fill_in_a_gap_beyond_its_limit() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104))
    world.bar({"BTC": (106, 108, 105, 107)})
    assert only(world.of(e.OrderTriggered)).rests
    assert not world.of(e.OrderFilled)
    assert resting(world).triggered


def test_a_stop_limit_that_gapped_fills_at_its_limit_once_the_price_comes_back() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104))
    world.bar({"BTC": (106, 108, 105, 107)})
    world.bar({"BTC": (107, 107, 102, 103)})
    assert only(world.of(e.OrderFilled)).price == 104


def test_a_stop_limit_that_gapped_may_come_back_in_the_same_bar() -> None:
    """By `worst` a buy meets the high before the low: triggered at 106, filled at 104 after it."""
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104))
    world.bar({"BTC": (106, 108, 103, 107)})
    assert only(world.of(e.OrderFilled)).price == 104


def test_a_stop_to_sell_that_gapped_saves_the_position_only_without_a_limit() -> None:
    """A stop sells the gap at 90; a stop-limit at 95 with limit 94 is left holding."""
    stopped = at_100(buy(), sell(OrderType.STOP, trigger=95, reduce_only=True))
    stopped.bar({"BTC": (90, 91, 88, 89)})
    assert size(stopped) == 0
    held = at_100(buy(), sell(OrderType.STOP_LIMIT, trigger=95, limit=94, reduce_only=True))
    held.bar({"BTC": (90, 91, 88, 89)})
    assert size(held) == 1
    assert resting(held).triggered


def test_a_stop_limit_with_a_better_limit_than_its_trigger_waits_for_the_pullback() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=102))
    world.bar({"BTC": (101, 105, 101, 103)})
    assert only(world.of(e.OrderTriggered)).rests
    # the high comes first for a buy with nothing held: the low of 101 is the pullback
    assert only(world.of(e.OrderFilled)).price == 102


def test_a_stop_limit_already_beyond_its_trigger_is_a_limit_order_at_once() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=99, limit=98))
    assert only(world.of(e.OrderTriggered)).price == 100
    assert not world.of(e.OrderFilled)
    world.bar({"BTC": (100, 100, 97, 99)})
    assert only(world.of(e.OrderFilled)).price == 98


def test_a_stop_limit_slips_no_further_than_its_limit() -> None:
    """5 % of 100 would be 105; a stop pays 105, a stop-limit its limit of 102."""
    plain_stop = at_100(buy(OrderType.STOP, trigger=100), stop_slippage=D("0.05"))
    plain_stop.bar({"BTC": (99, 110, 99, 109)})
    limited = at_100(buy(OrderType.STOP_LIMIT, trigger=101, limit=102), stop_slippage=D("0.05"))
    limited.bar({"BTC": (99, 110, 99, 109)})
    assert only(limited.of(e.OrderFilled)).price == 102
    assert only(limited.of(e.OrderFilled)).slippage == 1


def test_a_stop_limit_pays_the_takers_fee_at_its_trigger_and_the_makers_once_it_rests() -> None:
    fees = {"taker_fee": D("0.001"), "maker_fee": D("0.0002")}
    taken = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104), **fees)
    taken.bar({"BTC": (101, 105, 100, 102)})
    assert only(taken.of(e.OrderFilled)).fee == D("0.103")  # 103 x 0.1 %
    rested = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104), **fees)
    rested.bar({"BTC": (106, 108, 103, 107)})
    assert only(rested.of(e.OrderFilled)).fee == D("0.0208")  # 104 x 0.02 %


def test_a_limit_beyond_the_price_takes_it_and_pays_the_takers_fee() -> None:
    fees = {"taker_fee": D("0.001"), "maker_fee": D("0.0002")}
    taken = at_100(buy(OrderType.LIMIT, limit=105), **fees)
    assert only(taken.of(e.OrderFilled)).price == 100
    assert only(taken.of(e.OrderFilled)).fee == D("0.1")  # 100 x 0.1 %
    rested = at_100(buy(OrderType.LIMIT, limit=99), **fees)
    rested.bar({"BTC": (100, 100, 98, 99)})
    assert only(rested.of(e.OrderFilled)).fee == D("0.0198")  # 99 x 0.02 %


# trailing


def test_a_trailing_stop_begins_its_trail_behind_the_price() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    assert resting(world).trigger == 95


def test_a_trailing_stop_follows_the_best_price_and_fills_where_it_was_left() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": (100, 108, 99, 107)})
    assert resting(world).trigger == 103  # 108 - 5
    world.bar({"BTC": (106, 106, 101, 102)})
    assert only(world.of(e.PositionClosed)).exit_price == 103


def test_a_trailing_stop_is_tested_before_the_bars_new_high_raises_it() -> None:
    """By `worst` the low of 96 comes before the high of 110: 95 is not met, 105 is at the close."""
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": (100, 110, 96, 107)})
    assert resting(world).trigger == 105
    assert size(world) == 1


def test_a_trailing_stop_raised_by_the_high_is_met_on_the_way_to_the_close() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": (100, 110, 96, 104)})
    assert only(world.of(e.PositionClosed)).exit_price == 105


def test_by_ohlc_a_high_that_comes_first_raises_the_trail_before_the_low() -> None:
    """The high is nearer to the open: 110 - 5 = 105 is met on the way down to 96."""
    world = at_100(
        buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True), convention=Convention.OHLC
    )
    world.bar({"BTC": (107, 110, 96, 107)})
    assert only(world.of(e.PositionClosed)).exit_price == 105


def test_a_gap_through_a_trailing_stop_fills_at_the_open() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": (90, 96, 89, 95)})
    assert only(world.of(e.PositionClosed)).exit_price == 90


def test_a_gap_upward_raises_a_trailing_stop_at_the_open() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": (120, 121, 114, 116)})
    # the open of 120 leaves it at 115, before the low of 114
    assert only(world.of(e.PositionClosed)).exit_price == 115


def test_a_shorts_trailing_stop_follows_the_low() -> None:
    world = at_100(sell(), buy(OrderType.TRAILING, trail=5, reduce_only=True))
    assert resting(world).trigger == 105
    world.bar({"BTC": (100, 101, 90, 92)})
    assert resting(world).trigger == 95
    world.bar({"BTC": (92, 96, 92, 93)})
    assert only(world.of(e.PositionClosed)).exit_price == 95


def test_a_trail_that_follows_is_on_record_with_was_and_now_and_only_then() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": (100, 108, 99, 107)})
    world.bar({"BTC": (107, 108, 106, 107)})
    raised = only(world.of(e.OrderAmended))
    assert (raised.what, raised.was, raised.now, raised.widened_r) == ("trail", 95, 103, None)
    assert raised.reason == "followed the price"


def test_in_a_hole_a_trailing_stop_stays_where_it_is() -> None:
    world = at_100(buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True))
    world.bar({"BTC": None})
    assert resting(world).trigger == 95


def test_a_trailing_entry_buys_the_rebound() -> None:
    world = at_100(buy(OrderType.TRAILING, trail=5))
    world.bar({"BTC": (100, 101, 90, 93)})
    assert resting(world).trigger == 95  # 90 + 5
    world.bar({"BTC": (94, 97, 93, 96)})
    assert only(world.of(e.PositionOpened)).entry_price == 95


def test_a_trail_slips_like_the_stop_that_it_is() -> None:
    world = at_100(
        buy(), sell(OrderType.TRAILING, trail=5, reduce_only=True), stop_slippage=D("0.02")
    )
    world.bar({"BTC": (99, 99, 90, 98)})
    # 95 less 2 % is 93.1, on the half-tick below
    assert world.of(e.OrderFilled)[-1].price == 93


# a stop that trails with its position


def test_an_entry_with_a_trail_brings_a_stop_that_trails_from_its_fill() -> None:
    world = at_100(buy(trail=5))
    stop = resting(world)
    assert (stop.order_type, stop.trigger, stop.cause.value) == (
        OrderType.TRAILING,
        95,
        "stop_loss",
    )
    assert only(world.of(e.PositionOpened)).risk == 5
    world.bar({"BTC": (100, 108, 99, 102)})
    closed = only(world.of(e.PositionClosed))
    assert (closed.exit_price, closed.closed_by, closed.r_multiple) == (103, "stop_loss", D("0.6"))


@pytest.mark.parametrize(("stop", "stands"), [(97, 97), (90, 95)])
def test_a_stop_with_a_trail_begins_at_the_nearer_of_both(stop: int, stands: int) -> None:
    world = at_100(buy(trail=5, stop_loss=stop))
    assert resting(world).trigger == stands
    assert only(world.of(e.PositionOpened)).risk == 100 - stands


def test_a_size_by_risk_is_measured_to_where_the_trail_begins() -> None:
    world = at_100(buy(trail=5, quantity=None, risk=20))
    assert size(world) == 4  # 20 / 5


def test_a_stop_that_came_to_life_inside_a_bar_trails_from_that_bars_close() -> None:
    """Bought at 103 on the way to 112; nobody knows when the high was, so it raises nothing."""
    world = at_100(buy(OrderType.STOP, trigger=103, trail=5))
    world.bar({"BTC": (101, 112, 100, 109)})
    assert resting(world).trigger == 104  # 109 - 5
    assert size(world) == 1


def test_a_stop_that_came_to_life_inside_a_bar_can_be_hit_in_it() -> None:
    world = at_100(buy(OrderType.STOP, trigger=103, trail=2))
    world.bar({"BTC": (101, 112, 100, 109)})
    assert only(world.of(e.PositionClosed)).exit_price == 101


def test_a_target_shrinks_a_trailing_stop_and_a_full_one_ends_it() -> None:
    halves = (Target(D(104), D("0.5")), Target(D(106), D("0.5")))
    world = at_100(buy(trail=5, targets=halves))
    world.bar({"BTC": (101, 105, 100, 104)})
    (stop,) = [o for o in world.account.orders.values() if o.trail]
    assert (stop.quantity, stop.trigger) == (D("0.5"), 100)
    world.bar({"BTC": (105, 107, 104, 106)})
    assert not world.account.orders


def test_moving_a_trailing_stop_to_a_price_makes_it_stand_still() -> None:
    world = at_100(buy(trail=5))
    world.flat(100, MoveStop(symbol="BTC", price=D(97)))
    stop = resting(world)
    assert (stop.order_type, stop.trigger, stop.trail) == (OrderType.STOP, 97, None)
    world.bar({"BTC": (100, 120, 99, 118)})
    assert resting(world).trigger == 97


def test_moving_a_trailing_stop_away_is_recorded_in_r() -> None:
    world = at_100(buy(trail=5))
    world.flat(100, MoveStop(symbol="BTC", price=D(90)))
    moved = only(world.of(e.OrderAmended))
    assert moved.widened_r == 1  # (95 - 90) / 5
    assert moved.reason == "moved by the trader"


def test_a_fixed_stop_can_be_made_to_trail_and_gives_nothing_away() -> None:
    world = at_100(buy(stop_loss=98))
    world.flat(100, MoveStop(symbol="BTC", trail=D(5)))
    stop = resting(world)
    assert (stop.order_type, stop.trigger, stop.trail) == (OrderType.TRAILING, 98, 5)
    assert only(world.of(e.OrderCancelled)).reason == "replaced by a trailing stop"
    world.bar({"BTC": (100, 104, 99, 103)})
    assert resting(world).trigger == 99


def test_a_position_without_a_stop_can_be_given_one_that_trails() -> None:
    world = at_100(buy())
    world.flat(100, MoveStop(symbol="BTC", trail=D(5)))
    assert resting(world).trigger == 95


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "either a price or a trail"),
        ({"price": D(95), "trail": D(5)}, "either a price or a trail"),
        ({"trail": D("0.3")}, "multiple of the tick 0.5"),
        ({"trail": D(0)}, "multiple of the tick 0.5"),
        ({"trail": D(100)}, "smaller than the price"),
    ],
)
def test_a_stop_is_moved_to_a_price_or_to_a_trail_that_fits(given: Any, said: str) -> None:
    world = at_100(buy())
    world.flat(100, MoveStop(symbol="BTC", **given))
    assert said in only(world.of(e.ActionRefused)).reason


# refused


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (buy(OrderType.LIMIT), "a limit order needs a limit"),
        (buy(OrderType.STOP), "a stop order needs a trigger"),
        (buy(OrderType.STOP_LIMIT, limit=104), "a stop-limit order needs a trigger"),
        (buy(OrderType.STOP_LIMIT, trigger=103), "a stop-limit order needs a limit"),
        (buy(OrderType.TRAILING), "a trailing order needs a trail"),
        (buy(limit=90), "a market order takes no limit"),
        (buy(OrderType.LIMIT, limit=90, trigger=95), "a limit order takes no trigger"),
        (buy(OrderType.TRAILING, trail=5, trigger=105), "a trailing order takes no trigger"),
        (buy(OrderType.TRAILING, trail=5, limit=105), "a trailing order takes no limit"),
        (buy(OrderType.STOP_LIMIT, trigger=D("103.2"), limit=104), "trigger must be a positive"),
        (buy(OrderType.STOP_LIMIT, trigger=103, limit=D("0.3")), "limit must be a positive"),
        (
            buy(OrderType.TRAILING, trail=D("0.7")),
            "trail must be a positive multiple of the tick 0.5",
        ),
        (buy(trail=100), "trail must be smaller than the price"),
        (sell(OrderType.TRAILING, trail=100), "trail must be smaller than the price"),
        (buy(OrderType.LIMIT, limit=90, stop_loss=95), "the stop of this order must be below 90"),
        (buy(OrderType.STOP_LIMIT, trigger=103, limit=104, stop_loss=103), "below 103"),
        (sell(OrderType.STOP_LIMIT, trigger=97, limit=96, stop_loss=97), "above 97"),
        (buy(targets=(Target(D(99), D(1)),)), "the target of this order must be above 100"),
        (buy(targets=(Target(D(105), D("0.6")), Target(D(110), D("0.6")))), "more than the whole"),
        (buy(quantity=None, risk=20), "sizing by risk needs a stop"),
    ],
)
def test_what_an_orders_prices_may_not_be(command: PlaceOrder, said: str) -> None:
    world = at_100(command)
    assert said in only(world.of(e.OrderRefused)).reason
    assert not world.account.orders


@pytest.mark.parametrize("more", [{"stop_loss": 105}, {"trail": 5}])
def test_an_order_that_only_reduces_brings_no_stop(more: Any) -> None:
    world = at_100(buy(), sell(reduce_only=True, **more))
    assert "reduce-only" in only(world.of(e.OrderRefused)).reason


def test_reduce_only_is_refused_with_what_could_be_reduced() -> None:
    world = at_100(buy(quantity=3), sell(quantity=5, reduce_only=True))
    refused = only(world.of(e.OrderRefused))
    assert (refused.reason, refused.largest) == ("only 3 can be reduced", 3)


def test_a_size_off_the_lot_is_refused_with_the_largest_that_passes() -> None:
    """10,000 buys at half down 200 shares of 100."""
    world = World(broker(), stock())
    world.flat(
        100,
        Deposit(amount=D(10_000)),
        PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D("1.5")),
    )
    refused = only(world.of(e.OrderRefused))
    assert refused.reason == "quantity must be a multiple of the lot 1"
    assert refused.largest == 200


def test_a_size_below_the_least_notional_is_refused_with_the_least_and_the_largest() -> None:
    world = World(venue(), perpetual(min_notional=D(100)))
    command = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D("0.5"))
    world.flat(100, Deposit(amount=D(1000)), command)
    refused = only(world.of(e.OrderRefused))
    assert "at least 1" in refused.reason
    assert refused.largest == 10


def test_no_largest_is_named_that_is_below_the_least_notional() -> None:
    world = World(venue(), perpetual(min_notional=D(2000)))
    command = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(20))
    world.flat(100, Deposit(amount=D(1000)), command)
    assert only(world.of(e.OrderRefused)).largest is None


def test_a_tier_that_lends_less_is_refused_with_the_largest_it_lends_to() -> None:
    """125x below a notional of 50,000, not at it: at 100 that is 499.999 units."""
    world = World(venue(tiers=TIERS), perpetual())
    command = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(600), leverage=D(125))
    world.flat(100, Deposit(amount=D(10_000)), command)
    refused = only(world.of(e.OrderRefused))
    assert "may have at most 100x" in refused.reason
    assert refused.largest == D("499.999")


def test_a_target_smaller_than_a_lot_is_refused_with_the_least_size_for_it() -> None:
    world = World(broker(), stock())
    targets = (Target(D(110), D("0.25")), Target(D(120), D("0.75")))
    command = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(3), targets=targets)
    world.flat(100, Deposit(amount=D(10_000)), command)
    assert "at least 4" in only(world.of(e.OrderRefused)).reason


def test_no_largest_is_named_that_is_too_small_for_its_targets() -> None:
    """150 buys one whole unit at 100, and half of it is no lot."""
    world = World(venue(), perpetual(lot=D(1)))
    targets = (Target(D(110), D("0.5")), Target(D(120), D("0.5")))
    command = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(4), targets=targets)
    world.flat(100, Deposit(amount=D(150)), command, replace(command, targets=()))
    halved, whole = world.of(e.OrderRefused)
    assert "needs 400" in halved.reason
    assert (halved.largest, whole.largest) == (None, 1)


# what rests


def test_a_resting_stop_limit_and_a_trailing_order_are_taken_back_like_any_other() -> None:
    world = at_100(
        buy(OrderType.STOP_LIMIT, trigger=103, limit=104, id="a"),
        buy(OrderType.TRAILING, trail=5, id="b"),
    )
    world.flat(100, CancelOrder(id="a"), CancelOrder(id="b"))
    assert not world.account.orders


def test_what_gapped_over_its_trigger_is_triggered_by_the_open_and_by_nothing_before() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104))
    step = world.step({"BTC": (106, 108, 105, 107)})
    world.do(OpenBar(step=step))
    assert only(world.of(e.OrderTriggered)).at == step.time


def test_a_stop_limit_that_will_wait_at_the_better_limit_is_sized_by_its_limit() -> None:
    """Bought at 105 once 110 has traded: 9.3 coins are 976.5 of 1,000, and 1,023 at 110."""
    world = World(venue(), perpetual())
    command = PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D("9.3"),
        order_type=OrderType.STOP_LIMIT,
        trigger=D(110),
        limit=D(105),
    )
    world.flat(100, Deposit(amount=D(1_000)), command)
    assert not world.of(e.OrderRefused)
    assert only(world.account.orders.values()).limit == 105


def test_a_refused_order_has_used_its_name() -> None:
    """Ids are counted: of two orders of which the first is refused the second is not the first."""
    world = World(venue(), perpetual())
    orders = [
        PlaceOrder(
            symbol="BTC", side=Side.BUY, quantity=D(n), order_type=OrderType.LIMIT, limit=D(90)
        )
        for n in (1, 100, 1)
    ]
    world.flat(100, Deposit(amount=D(1_000)), *orders)
    refused = only(world.of(e.OrderRefused))
    placed = list(world.account.orders)
    assert len({*placed, refused.order}) == 3


@pytest.mark.parametrize(("notional", "bought"), [("1000", "4"), ("1124", "4.496"), ("1", "0.004")])
def test_a_value_buys_as_many_whole_lots_as_it_pays_for(notional: str, bought: str) -> None:
    """At 250 a lot of 0.001 is worth 0.25: 1,124 are 4,496 of them."""
    world = World(venue(), perpetual())
    command = PlaceOrder(symbol="BTC", side=Side.BUY, notional=D(notional))
    world.flat(250, Deposit(amount=D(2_000)), command)
    assert only(world.of(e.OrderFilled)).quantity == D(bought)


@pytest.mark.parametrize(("share", "bought"), [("1", 200), ("0.5", 100), ("0.333", 66)])
def test_a_share_of_buying_power_buys_whole_shares_of_the_most_that_passes(
    share: str, bought: int
) -> None:
    """10,000 of one's own at 50 % initial margin buy 20,000 worth: 200 at 100."""
    world = World(broker(), stock())
    order = PlaceOrder(symbol="ACME", side=Side.BUY, buying_power=D(share))
    world.flat(100, Deposit(amount=D(10_000)), order)
    assert only(world.of(e.OrderFilled)).quantity == bought


def test_a_share_of_no_buying_power_is_refused_for_the_reason_one_lot_is() -> None:
    """With 20,000 worth of shares nothing is left of 10,000."""
    world = World(broker(), stock())
    order = PlaceOrder(symbol="ACME", side=Side.BUY, buying_power=D(1))
    world.flat(100, Deposit(amount=D(10_000)), order, order)
    refused = only(world.of(e.OrderRefused))
    assert (refused.quantity, refused.largest) == (1, None)


@pytest.mark.parametrize("share", ["0", "1.01", "-1"])
def test_a_share_of_buying_power_is_a_part_of_it(share: str) -> None:
    world = World(broker(), stock())
    order = PlaceOrder(symbol="ACME", side=Side.BUY, buying_power=D(share))
    world.flat(100, Deposit(amount=D(10_000)), order)
    assert only(world.of(e.OrderRefused)).reason == "buying_power must be above 0 and at most 1"


def test_a_size_is_given_in_one_way() -> None:
    world = World(venue(), perpetual())
    twice = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), notional=D(100))
    never = PlaceOrder(symbol="BTC", side=Side.BUY)
    world.flat(100, Deposit(amount=D(2_000)), twice, never)
    assert len(world.of(e.OrderRefused)) == 2
    assert not world.of(e.OrderFilled)


@pytest.mark.parametrize(
    ("more", "planned"),
    [
        ({}, False),
        ({"reason": "a hunch"}, True),
        ({"answer_to_call": "hedge"}, True),
        ({"stop_loss": D("90")}, True),
        ({"targets": (Target(D(110), D(1)),)}, True),
    ],
)
def test_a_plan_is_on_record_where_anything_was_planned(more: Any, planned: bool) -> None:
    made = World(venue(), perpetual())
    wish = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), **more)
    made.flat(100, Deposit(amount=D(1_000)), wish)
    assert bool(made.of(e.PlanRecorded)) is planned
