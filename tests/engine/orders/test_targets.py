"""Targets of a position: each moved by itself, and kept at its share when a part is closed."""

from typing import Any

import pytest

from ledger.account.commands import (
    AmendOrder,
    ClosePosition,
    Command,
    Deposit,
    MoveStop,
    MoveTarget,
    PlaceOrder,
    RemoveTarget,
)
from ledger.account.events import kinds as e
from ledger.account.state import Cause, OrderType, Side, Target
from tests.worlds import D, World, only, perpetual, venue


def held(*steps: tuple[int, str], quantity: int = 10, side: Side = Side.BUY, lot: str = "1") -> Any:
    """Contracts opened at 100 with a stop and these targets, in whole lots."""
    targets = tuple(Target(D(price), D(part)) for price, part in steps)
    stop = D(90) if side is Side.BUY else D(110)
    command = PlaceOrder(
        symbol="BTC", side=side, quantity=D(quantity), stop_loss=stop, targets=targets
    )
    world = World(venue(), perpetual(lot=D(lot)))
    world.flat(100, Deposit(amount=D(10_000)), command)
    return world


def targets(world: World) -> list[tuple[Any, Any]]:
    return [(o.limit, o.quantity) for o in orders(world, Cause.TAKE_PROFIT)]


def orders(world: World, cause: Cause) -> list[Any]:
    return [o for o in world.account.orders.values() if o.cause is cause]


def part(quantity: str) -> ClosePosition:
    return ClosePosition(symbol="BTC", quantity=D(quantity))


HALVES = ((110, "0.5"), (120, "0.5"))


def test_a_part_closed_by_hand_leaves_every_target_its_share_of_the_rest() -> None:
    """Half of ten is five each; of the four that are left two each."""
    world = held(*HALVES)
    world.flat(100, part("6"))
    assert targets(world) == [(110, 2), (120, 2)]
    assert only(orders(world, Cause.STOP_LOSS)).quantity == 4


def test_shares_are_kept_exactly_however_often_a_part_is_closed() -> None:
    """10 to 5 is 2.5 each: two, and three for the last. 5 to 4 is two each, not one and three."""
    world = held(*HALVES)
    world.flat(100, part("5"))
    assert targets(world) == [(110, 2), (120, 3)]
    world.flat(100, part("1"))
    assert targets(world) == [(110, 2), (120, 2)]
    at_once = held(*HALVES)
    at_once.flat(100, part("6"))
    assert targets(at_once) == targets(world)


def test_a_target_for_a_part_keeps_its_share_where_it_would_have_fitted_whole() -> None:
    """0.3 of 10 are 3; of the 5 that are left 1.5, in whole lots 1."""
    world = held((110, "0.3"))
    world.flat(100, part("5"))
    assert targets(world) == [(110, 1)]


def test_with_fewer_lots_than_targets_the_farthest_go() -> None:
    world = held((110, "0.4"), (120, "0.3"), (130, "0.3"))
    world.flat(100, part("8"))
    assert targets(world) == [(110, 1), (120, 1)]
    assert "position smaller than its targets" in {x.reason for x in world.of(e.OrderCancelled)}


def test_the_nearest_of_a_short_is_the_highest_whatever_order_they_were_given_in() -> None:
    world = held((80, "0.5"), (90, "0.5"), side=Side.SELL)
    world.flat(100, part("9"))
    assert targets(world) == [(90, 1)]


def test_what_a_target_takes_is_its_own_and_the_others_keep_their_sizes() -> None:
    world = held(*HALVES)
    world.bar({"BTC": (100, 112, 100, 111)})
    assert targets(world) == [(120, 5)]
    world.flat(111, part("2"))  # it was for all that was left, and stays so
    assert targets(world) == [(120, 3)]


def test_a_target_that_was_enlarged_past_keeps_its_share_of_the_whole() -> None:
    """5 of 10, and 5 of the 20 after an addition: of the 8 that are left a quarter, 2."""
    world = held((110, "0.5"))
    world.flat(100, PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10)))
    world.flat(100, part("12"))
    assert targets(world) == [(110, 2)]


def test_a_reducing_limit_of_the_traders_leaves_the_shares_as_closing_by_hand_does() -> None:
    world = held(*HALVES)
    out = PlaceOrder(
        symbol="BTC",
        side=Side.SELL,
        quantity=D(6),
        order_type=OrderType.LIMIT,
        limit=D(105),
        reduce_only=True,
    )
    world.flat(100, out)
    world.bar({"BTC": (100, 106, 100, 105)})
    assert targets(world) == [(110, 2), (120, 2)]


# one of several


def test_one_target_of_several_moves_by_itself() -> None:
    world = held(*HALVES)
    world.flat(100, MoveTarget(symbol="BTC", was=D(120), price=D(130)))
    assert targets(world) == [(110, 5), (130, 5)]
    far = orders(world, Cause.TAKE_PROFIT)[1]
    world.flat(100, MoveTarget(symbol="BTC", id=far.id, price=D(125)))
    assert targets(world) == [(110, 5), (125, 5)]
    assert [o.id for o in orders(world, Cause.TAKE_PROFIT)][1] == far.id


def test_one_target_takes_another_fraction_of_what_is_held() -> None:
    world = held((110, "0.3"), (120, "0.3"))
    world.flat(100, MoveTarget(symbol="BTC", was=D(110), fraction=D("0.55"), price=D(112)))
    assert targets(world) == [(112, 5), (120, 3)]  # 5.5 in whole lots
    amended = only(world.of(e.OrderAmended))
    assert [(x.what, x.was, x.now) for x in amended.changes] == [
        ("limit", 110, 112),
        ("quantity", 3, 5),
    ]
    world.flat(100, part("5"))  # 0.55 of 5 are 2.75
    assert targets(world) == [(112, 2), (120, 1)]


def test_one_target_is_taken_away_and_the_others_stay() -> None:
    world = held(*HALVES)
    world.flat(100, RemoveTarget(symbol="BTC", was=D(110)))
    assert targets(world) == [(120, 5)]
    world.flat(100, part("4"))  # half of what is left
    assert targets(world) == [(120, 3)]
    world.flat(100, RemoveTarget(symbol="BTC"))
    assert targets(world) == []
    assert only(orders(world, Cause.STOP_LOSS)).quantity == 6


def test_without_a_name_several_targets_become_one_as_ever() -> None:
    world = held(*HALVES)
    world.flat(100, MoveTarget(symbol="BTC", price=D(115)))
    assert targets(world) == [(115, 10)]
    world.flat(100, part("4"))
    assert targets(world) == [(115, 6)]


def test_a_target_is_amended_under_the_name_of_its_order() -> None:
    world = held(*HALVES)
    near = orders(world, Cause.TAKE_PROFIT)[0]
    world.flat(100, AmendOrder(id=near.id, limit=D(108), quantity=D(2)))
    assert targets(world) == [(108, 2), (120, 5)]
    world.bar({"BTC": (100, 109, 100, 105)})
    assert only(world.of(e.ProfitTaken)).quantity == 2
    assert targets(world) == [(120, 5)]


def amend(target: int, **terms: Any) -> Any:
    """The target at a price, whatever its order is called."""
    return lambda world: AmendOrder(
        id=next(o.id for o in orders(world, Cause.TAKE_PROFIT) if o.limit == target),
        **{key: D(value) for key, value in terms.items()},
    )


@pytest.mark.parametrize(
    ("command", "reason", "largest"),
    [
        (MoveTarget(symbol="BTC", was=D(115), price=D(130)), "has no target at 115", None),
        (MoveTarget(symbol="BTC", id="#9", price=D(130)), "has no target #9; it has #", None),
        (MoveTarget(symbol="BTC", was=D(110), price=D(95)), "above the last price 100", None),
        (MoveTarget(symbol="BTC", was=D(110)), "a price or a fraction", None),
        (MoveTarget(symbol="BTC", fraction=D("0.2")), "say which target: #", None),
        (
            MoveTarget(symbol="BTC", was=D(110), fraction=D("0.6")),
            "only 5 of the position is left",
            5,
        ),
        (MoveTarget(symbol="BTC", was=D(110), fraction=D("0.05")), "less than one lot", 5),
        (MoveTarget(symbol="BTC", was=D(110), price=D(110)), "has these terms already", None),
        (RemoveTarget(symbol="BTC", was=D(115)), "has no target at 115", None),
        (amend(110, quantity=6), "only 5 of the position is left", 5),
        (amend(110, quantity="1.5"), "a multiple of the lot 1", 5),
        (amend(110, trigger=95), "a target has no trigger", None),
        (amend(110, limit=99), "above the last price 100", None),
    ],
)
def test_a_wish_for_a_target_is_refused_with_its_reason(
    command: Any, reason: str, largest: int | None
) -> None:
    world = held(*HALVES)
    wanted: Command = command(world) if callable(command) else command
    world.flat(100, wanted)
    refused = only(world.of(e.ActionRefused))
    assert reason in refused.reason
    assert refused.largest == largest
    assert targets(world) == [(110, 5), (120, 5)]


def test_what_the_other_targets_take_is_not_left_for_one_that_is_made_larger() -> None:
    """3 and 5 of 10: the first may grow to 5, and not to 6."""
    world = held((110, "0.3"), (120, "0.5"))
    larger = [MoveTarget(symbol="BTC", was=D(110), fraction=D(part)) for part in ("0.6", "0.5")]
    world.flat(100, *larger)
    assert only(world.of(e.ActionRefused)).largest == 5
    assert targets(world) == [(110, 5), (120, 5)]


def test_a_stop_grows_with_its_position() -> None:
    world = held()
    world.flat(100, PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(5)))
    assert only(orders(world, Cause.STOP_LOSS)).quantity == 15


def test_a_stop_may_stand_at_the_lowest_price_there_is() -> None:
    world = held()
    world.flat(100, MoveStop(symbol="BTC", price=D("0.5")))
    assert not world.of(e.ActionRefused)
    assert only(orders(world, Cause.STOP_LOSS)).trigger == D("0.5")


def test_a_first_target_may_be_for_a_part() -> None:
    world = held()
    world.flat(100, MoveTarget(symbol="BTC", price=D(120), fraction=D("0.3")))
    assert targets(world) == [(120, 3)]


def test_a_target_may_be_brought_nearer() -> None:
    world = held((110, "1"))
    world.flat(100, MoveTarget(symbol="BTC", price=D(105)))
    assert targets(world) == [(105, 10)]


def test_a_target_may_take_a_single_lot_and_no_less() -> None:
    """A tenth of ten is one lot; a twentieth is half of one."""
    assert targets(held((110, "0.1"))) == [(110, 1)]
    assert targets(held((110, "0.05"))) == []
