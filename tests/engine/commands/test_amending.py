"""A resting order on other terms: tested like a new one, refused whole, told in one event."""

from typing import Any

import pytest

from ledger.account.commands import (
    AmendOrder,
    CancelOrder,
    ClosePosition,
    Deposit,
    MoveStop,
    PlaceOrder,
    StartIncident,
)
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.state import Cause, Order, OrderType, Side, Target
from ledger.books.wire.codec import from_wire, to_wire
from ledger.times import DAY
from tests.engine.audit import Audited
from tests.worlds import TIERS, D, World, only, perpetual, venue


def at_100(*commands: PlaceOrder, cash: int = 1000, **book: Any) -> Audited:
    world = Audited(venue(**book), perpetual(lot=D("0.001")))
    world.flat(100, Deposit(amount=D(cash)), *commands)
    return world


def order(side: Side, order_type: OrderType, **more: Any) -> PlaceOrder:
    given = {name: D(value) if type(value) is int else value for name, value in more.items()}
    given.setdefault("quantity", D(1))
    return PlaceOrder(symbol="BTC", side=side, order_type=order_type, id="mine", **given)


def buy(order_type: OrderType = OrderType.LIMIT, **more: Any) -> PlaceOrder:
    return order(Side.BUY, order_type, **more)


def sell(order_type: OrderType = OrderType.LIMIT, **more: Any) -> PlaceOrder:
    return order(Side.SELL, order_type, **more)


def amend(**terms: Any) -> AmendOrder:
    return AmendOrder(id=terms.pop("id", "mine"), **{k: D(v) for k, v in terms.items()})


def mine(world: World) -> Order:
    return world.account.orders["mine"]


def stop_of(world: World) -> Order:
    return only([o for o in world.account.orders.values() if o.cause is Cause.STOP_LOSS])


# what it does


def test_price_and_quantity_are_amended_in_one_event_under_the_same_name() -> None:
    world = at_100(buy(limit=95))
    events = world.do(amend(limit=97, quantity=2))
    told = only(events)
    assert isinstance(told, e.OrderAmended)
    assert [(x.what, x.was, x.now) for x in told.changes] == [("quantity", 1, 2), ("limit", 95, 97)]
    assert (told.what, told.was, told.now) == ("terms", 95, 97)
    world.bar({"BTC": (100, 100, 96, 98)})
    filled = only(world.of(e.OrderFilled))
    assert (filled.order, filled.quantity, filled.price) == ("mine", 2, 97)
    world.audit()


def test_the_event_goes_over_the_wire_and_comes_back() -> None:
    told = only(at_100(buy(limit=95)).do(amend(limit=97)))
    wire = to_wire(told, 7, "test")
    assert wire["changes"] == [{"what": "limit", "was": "95", "now": "97"}]
    assert from_wire(wire) == told


def test_an_order_whose_new_price_trades_fills_at_once_and_takes() -> None:
    """Maker 0, taker 0.1 %: a limit of 101 takes the 100 that trades and pays 0.1."""
    world = at_100(buy(limit=95), taker_fee=D("0.001"))
    world.flat(100, amend(limit=101))
    filled = only(world.of(e.OrderFilled))
    assert (filled.price, filled.fee) == (100, D("0.1"))
    world.audit()


def test_a_stop_whose_new_trigger_has_traded_fills_at_once() -> None:
    world = at_100(buy(OrderType.STOP, trigger=110))
    world.flat(100, amend(trigger=99))
    assert only(world.of(e.OrderFilled)).price == 100


def test_a_stop_limit_is_amended_in_both_prices() -> None:
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=105, limit=106))
    world.flat(100, amend(trigger=103, limit=104))
    world.bar({"BTC": (100, 105, 99, 104)})
    assert only(world.of(e.OrderFilled)).price == 103


def test_a_stop_limit_that_rests_at_its_limit_takes_where_that_is_amended_beyond_the_price() -> (
    None
):
    """Triggered in a gap at 108 it rests at 104; at 109 it takes 108 and pays as a taker."""
    world = at_100(buy(OrderType.STOP_LIMIT, trigger=103, limit=104), taker_fee=D("0.001"))
    world.bar({"BTC": (108, 109, 107, 108)})
    assert mine(world).triggered
    world.flat(108, amend(trigger=105))
    assert "has been triggered" in only(world.of(e.ActionRefused)).reason
    world.flat(108, amend(limit=109))
    filled = only(world.of(e.OrderFilled))
    assert (filled.price, filled.fee) == (108, D("0.108"))


def test_an_amended_trail_begins_anew_from_the_price_that_is_there() -> None:
    world = at_100(sell(OrderType.TRAILING, trail=5))
    assert mine(world).trigger == 95
    world.flat(100, amend(trail_fraction="0.02"))
    assert (mine(world).trail, mine(world).trail_fraction) == (None, D("0.02"))
    assert mine(world).trigger == 98
    world.bar({"BTC": (100, 110, 100, 109)})
    assert mine(world).trigger == D("107.5")  # 110 x 0.98 = 107.8, down to the tick


def test_a_trailing_order_of_another_size_stays_where_it_stands() -> None:
    world = at_100(sell(OrderType.TRAILING, trail=5))
    world.bar({"BTC": (100, 110, 106, 107)})
    world.flat(107, amend(quantity=2))
    assert (mine(world).trigger, mine(world).quantity) == (105, 2)


def test_the_stop_and_targets_that_it_will_bring_are_amended_before_it_fills() -> None:
    """R0 is (95 - 88) x 1 = 7: that of the stop with which it fills."""
    thirds = (Target(D(110), D("0.4")), Target(D(120), D("0.6")))
    world = at_100(buy(limit=95, stop_loss=90))
    command = AmendOrder(id="mine", stop_loss=D(88), targets=thirds)
    told = only(world.do(command))
    assert isinstance(told, e.OrderAmended)
    assert [(x.what, x.was, x.now) for x in told.changes] == [("stop_loss", 90, 88)]
    assert (told.targets, told.targets_were, told.widened_r) == (thirds, (), None)
    assert from_wire(to_wire(told, 7, "test")) == told
    world.bar({"BTC": (100, 100, 95, 98)})
    assert {(o.cause, o.level, o.quantity) for o in world.account.orders.values()} == {
        (Cause.STOP_LOSS, 88, 1),
        (Cause.TAKE_PROFIT, 110, D("0.4")),
        (Cause.TAKE_PROFIT, 120, D("0.6")),
    }
    assert only(world.of(e.PositionOpened)).risk == 7
    world.audit()


def test_what_it_will_bring_can_be_taken_away_or_replaced() -> None:
    world = at_100(buy(limit=95, stop_loss=90, targets=(Target(D(110), D(1)),)))
    world.do(AmendOrder(id="mine", remove_stop=True, trail=D(4)))
    assert (mine(world).stop_loss, mine(world).trail) == (None, 4)
    world.do(AmendOrder(id="mine", remove_stop=True, stop_loss=D(91), targets=()))
    assert (mine(world).stop_loss, mine(world).trail, mine(world).targets) == (91, None, ())
    world.do(AmendOrder(id="mine", remove_stop=True))
    assert mine(world).stop_loss is None
    assert not world.of(e.ActionRefused)
    world.do(AmendOrder(id="mine", remove_stop=True))
    assert "has these terms already" in only(world.of(e.ActionRefused)).reason
    world.audit()


def test_the_stop_that_a_trailing_order_will_bring_is_not_its_own_trail() -> None:
    world = at_100(buy(OrderType.TRAILING, trail=5, stop_loss=90))
    world.do(AmendOrder(id="mine", remove_stop=True))
    assert (mine(world).stop_loss, mine(world).trail, mine(world).trigger) == (None, 5, 105)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"stop_loss": D(95)}, "must be below 95"),
        ({"stop_loss": D("89.3")}, "multiple of the tick"),
        ({"targets": (Target(D(94), D(1)),)}, "must be above 95"),
        ({"targets": (Target(D(110), D("0.7")), Target(D(120), D("0.7")))}, "more than the whole"),
        ({"targets": (Target(D(110), D("0.0001")),)}, "less than one lot"),
    ],
)
def test_what_a_new_order_could_not_bring_is_refused_whole(
    command: dict[str, Any], reason: str
) -> None:
    world = at_100(buy(limit=95, stop_loss=90))
    stood = mine(world)
    world.do(AmendOrder(id="mine", quantity=D(2), **command))
    assert reason in only(world.of(e.ActionRefused)).reason
    assert mine(world) == stood


def test_only_an_order_that_opens_brings_a_stop_or_targets() -> None:
    world = at_100(buy(OrderType.MARKET, stop_loss=90), cash=1000)
    world.do(AmendOrder(id=stop_of(world).id, stop_loss=D(91)))
    assert "protects a position" in world.of(e.ActionRefused)[-1].reason
    world.do(sell(limit=120, reduce_only=True), AmendOrder(id="mine", stop_loss=D(130)))
    assert "reduce-only" in world.of(e.ActionRefused)[-1].reason


def test_the_stop_and_targets_that_it_brings_come_to_life_as_they_are() -> None:
    world = at_100(buy(limit=95, stop_loss=90, targets=(Target(D(120), D("0.5")),)))
    world.flat(100, amend(limit=97))
    world.bar({"BTC": (100, 100, 96, 98)})
    assert {(o.cause, o.level, o.quantity) for o in world.account.orders.values()} == {
        (Cause.STOP_LOSS, 90, 1),
        (Cause.TAKE_PROFIT, 120, D("0.5")),
    }
    assert only(world.of(e.PositionOpened)).risk == 7  # 97 - 90


def test_the_trail_of_the_stop_that_it_brings_is_amended_too() -> None:
    world = at_100(buy(limit=95, trail=5))
    world.flat(100, amend(trail=2))
    world.bar({"BTC": (96, 96, 95, 96)})
    assert stop_of(world).trigger == 94  # 95 - 2 at the fill, then 96 - 2 from the close on


def test_an_order_that_is_tied_stays_tied() -> None:
    world = at_100(buy(limit=95, oco="pair"))
    other = PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D(1),
        order_type=OrderType.STOP,
        trigger=D(105),
        oco="pair",
    )
    world.flat(100, other, amend(limit=96))
    world.bar({"BTC": (100, 106, 96, 100)})
    assert len(world.of(e.OrderFilled)) == 1
    assert not world.account.orders


def test_amended_to_where_it_trades_a_tied_order_ends_the_other() -> None:
    world = at_100(buy(limit=95, oco="pair"))
    other = PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D(1),
        order_type=OrderType.LIMIT,
        limit=D(90),
        oco="pair",
    )
    world.flat(100, other, amend(limit=100))
    assert not world.account.orders
    assert only(world.account.positions()).quantity == 1


# the stop of a position


def test_the_stop_of_a_position_is_amended_in_place_and_away_is_told_in_r() -> None:
    world = at_100(buy(OrderType.MARKET, stop_loss=95))
    stop = stop_of(world)
    world.flat(100, amend(id=stop.id, trigger=90))
    assert only(world.of(e.OrderAmended)).widened_r == 1  # (95 - 90) / 5
    world.flat(100, amend(id=stop.id, trail_fraction="0.05"))
    assert not world.of(e.OrderCancelled)
    now = stop_of(world)
    assert (now.id, now.order_type, now.trigger) == (stop.id, OrderType.TRAILING, 95)
    world.bar({"BTC": (100, 120, 116, 118)})
    assert stop_of(world).trigger == 114  # 120 x 0.95
    world.flat(118, amend(id=stop.id, trigger=100))
    assert (stop_of(world).order_type, stop_of(world).trail_fraction) == (OrderType.STOP, None)
    world.audit()


def test_a_stop_that_is_made_to_trail_gives_nothing_away() -> None:
    world = at_100(buy(OrderType.MARKET, stop_loss=98))
    world.flat(100, amend(id=stop_of(world).id, trail=5))
    assert stop_of(world).trigger == 98


# refusals


@pytest.mark.parametrize(
    ("command", "terms", "reason"),
    [
        (buy(limit=95), {}, "at least one term"),
        (buy(limit=95), {"limit": 95}, "has these terms already"),
        (buy(limit=95), {"trigger": 105}, "a limit order takes no trigger"),
        (buy(limit=95), {"limit": "95.3"}, "multiple of the tick 0.5"),
        (buy(limit=95), {"limit": 0}, "multiple of the tick 0.5"),
        (buy(limit=95), {"quantity": "0.0005"}, "multiple of the lot"),
        (buy(limit=95), {"quantity": 0}, "smaller than one lot"),
        (buy(limit=95, stop_loss=90), {"limit": 89}, "the stop of this order must be below 89"),
        (buy(limit=95, stop_loss=90), {"limit": 90}, "the stop of this order must be below 90"),
        (
            buy(limit=95, targets=(Target(D(99), D(1)),)),
            {"limit": "99.5"},
            "the target of this order must be above 99.5",
        ),
        (sell(OrderType.TRAILING, trail=5), {"trigger": 90}, "amend its trail"),
        (sell(OrderType.TRAILING, trail=5), {"trail": 100}, "smaller than the price"),
        (sell(OrderType.TRAILING, trail=5), {"trail_fraction": 1}, "above 0 and below 1"),
        (sell(OrderType.TRAILING, trail=5), {"trail": 5, "trail_fraction": "0.1"}, "give either"),
        (buy(limit=95), {"id": "other", "limit": 96}, "no open order other"),
    ],
)
def test_an_amendment_is_refused_with_its_reason_and_changes_nothing(
    command: PlaceOrder, terms: dict[str, Any], reason: str
) -> None:
    world = at_100(command)
    before = mine(world)
    world.flat(100, amend(**terms))
    refused = only(world.of(e.ActionRefused))
    assert refused.action == "amend"
    assert reason in refused.reason
    assert mine(world) == before


def test_margin_refuses_an_amendment_with_the_largest_that_passes() -> None:
    """1,000 in the wallet at 1x: at 95 ten pass (950), at 125 eight (1,000)."""
    world = at_100(buy(limit=95, quantity=10))
    world.flat(100, amend(quantity=11))
    assert only(world.of(e.ActionRefused)).largest == D("10.526")  # 1,000 / 95
    stops = at_100(buy(OrderType.STOP, trigger=105, quantity=9))
    stops.flat(100, amend(trigger=125))
    assert only(stops.of(e.ActionRefused)).largest == 8
    assert mine(stops).trigger == 105


def test_the_tier_of_the_amended_size_must_lend_its_leverage() -> None:
    """100x up to 600,000 here: 5,999 at 100 pass, 6,100 do not."""
    command = buy(limit=99, quantity=5_000, leverage=100)
    world = at_100(command, cash=100_000, tiers=TIERS)
    world.flat(100, amend(quantity=6_100))
    refused = only(world.of(e.ActionRefused))
    assert "at most 75x" in refused.reason
    assert refused.largest is not None
    assert refused.largest * 99 <= 600_000


def test_an_order_worth_less_than_the_least_is_refused() -> None:
    world = World(venue(), perpetual(lot=D("0.001"), min_notional=D(50)))
    world.flat(100, Deposit(amount=D(1000)), buy(limit=95))
    world.flat(100, amend(quantity="0.1"))
    refused = only(world.of(e.ActionRefused))
    assert "minimum order of 50" in refused.reason
    assert refused.largest == D("10.526")


def test_an_order_that_reduces_stays_within_what_is_held() -> None:
    world = at_100(buy(OrderType.MARKET, quantity=2))
    out = sell(limit=110, quantity=1, reduce_only=True)
    world.flat(100, out, amend(quantity=3))
    assert only(world.of(e.ActionRefused)).largest == 2
    world.flat(100, amend(quantity=2, limit=105))
    world.bar({"BTC": (100, 106, 100, 105)})
    assert not world.account.positions()


def test_a_stop_has_no_size_of_its_own_and_a_target_no_trigger() -> None:
    world = at_100(buy(OrderType.MARKET, stop_loss=95))
    world.flat(100, amend(id=stop_of(world).id, quantity="0.5"))
    assert "covers its whole position" in only(world.of(e.ActionRefused)).reason


def test_nothing_is_amended_while_the_venue_is_down_and_some_is_rejected_by_chance() -> None:
    world = at_100(buy(limit=95))
    world.flat(100, StartIncident(kind=IncidentKind.OUTAGE, lasts=DAY // 2), amend(limit=96))
    assert "the venue is down" in only(world.of(e.ActionRefused)).reason
    world = at_100(buy(limit=95))
    rejects = StartIncident(kind=IncidentKind.ORDER_REJECTS, lasts=DAY, share=D("0.5"))
    tries = [amend(limit=80 + n) for n in range(10)]
    world.flat(100, rejects, *tries)
    refused = len(world.of(e.ActionRefused))
    assert 0 < refused < 10  # sent again, it is drawn again


def test_an_amendment_is_late_while_orders_are_late() -> None:
    world = at_100(buy(limit=95))
    late = StartIncident(kind=IncidentKind.LATENCY, lasts=2 * DAY, seconds=3600)
    world.flat(100, late, amend(limit=100))
    assert not world.of(e.OrderFilled)  # sent at the open, there an hour later
    world.flat(100)
    assert only(world.of(e.OrderFilled)).price == 100


# a trail as a fraction


def trailing(fraction: str, side: Side = Side.SELL, **more: Any) -> PlaceOrder:
    return order(side, OrderType.TRAILING, trail_fraction=D(fraction), **more)


@pytest.mark.parametrize(
    ("side", "first", "row", "then"),
    [
        # 100 x 0.95 = 95; 113 x 0.95 = 107.35, down to the tick
        (Side.SELL, "95", (100, 113, 108, 110), "107"),
        # 100 x 1.05 = 105; 87 x 1.05 = 91.35, up to the tick
        (Side.BUY, "105", (100, 100, 87, 90), "91.5"),
    ],
)
def test_a_trail_as_a_fraction_follows_the_best_price_on_the_tick(
    side: Side, first: str, row: Any, then: str
) -> None:
    world = at_100(trailing("0.05", side))
    assert mine(world).trigger == D(first)
    world.bar({"BTC": row})
    assert mine(world).trigger == D(then)


def test_a_trail_as_a_fraction_never_goes_back() -> None:
    world = at_100(trailing("0.1"))
    world.bar({"BTC": (100, 150, 140, 140)})
    world.bar({"BTC": (140, 141, 136, 136)})
    assert mine(world).trigger == 135
    world.bar({"BTC": (136, 136, 130, 131)})
    assert only(world.of(e.OrderFilled)).price == 135


def test_the_stop_that_an_order_brings_trails_by_a_fraction_and_sets_the_risk() -> None:
    """Bought at 100, 8 % below: 92. One unit risks 8, and 4 risk 32."""
    world = at_100(buy(OrderType.MARKET, quantity=4, trail_fraction=D("0.08")))
    assert stop_of(world).trigger == 92
    assert only(world.of(e.PositionOpened)).risk == 32
    sized = buy(OrderType.MARKET, quantity=None, risk=D(32), trail_fraction=D("0.08"))
    assert only(at_100(sized).of(e.OrderFilled)).quantity == 4


def test_a_stop_is_moved_to_trail_by_a_fraction() -> None:
    world = at_100(buy(OrderType.MARKET, stop_loss=80))
    world.flat(100, MoveStop(symbol="BTC", trail_fraction=D("0.05")))
    assert (stop_of(world).trigger, stop_of(world).trail_fraction) == (95, D("0.05"))
    world.flat(100, MoveStop(symbol="BTC", price=D(90), trail_fraction=D("0.05")))
    assert "either a price or a trail" in only(world.of(e.ActionRefused)).reason


@pytest.mark.parametrize("fraction", ["0", "1", "1.5"])
def test_a_trail_is_a_part_of_the_price(fraction: str) -> None:
    world = at_100(trailing(fraction))
    assert "trail_fraction must be above 0 and below 1" in only(world.of(e.OrderRefused)).reason


def test_a_part_closed_and_an_order_cancelled_leave_what_was_amended() -> None:
    world = at_100(buy(OrderType.MARKET, quantity=4, stop_loss=90))
    world.flat(100, amend(id=stop_of(world).id, trail_fraction="0.05"))
    world.flat(100, ClosePosition(symbol="BTC", quantity=D(1)))
    assert (stop_of(world).quantity, stop_of(world).trigger) == (3, 95)
    world.flat(100, CancelOrder(id=stop_of(world).id))
    assert only(world.account.positions()).quantity == 3
    world.audit()
