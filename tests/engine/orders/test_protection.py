"""Stops and targets at the size of what is held: shares in lots, and what rounding leaves."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.account.commands import MoveStop, MoveTarget, RemoveTarget
from ledger.account.event_terms import Cause, OrderType, Side
from ledger.account.events import kinds as e
from ledger.account.order import Order, Target
from ledger.account.state import Position
from ledger.books.wire.codec import to_wire
from ledger.engine.calls.forced_exit import cancel_entries
from ledger.engine.commands.move_stops import check_level, move_stop, move_target, remove_target
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.orders import protection
from ledger.engine.orders.trailing import (
    Trail,
    behind,
    first_stop,
    follow,
    follows_from,
    nearer,
)
from ledger.frozen import replace
from ledger.market.rules.rulebook import Mode
from ledger.practice.words.narration import narrate
from tests.engine.drafts import draft
from tests.worlds import D, perpetual

BUY, SELL = Side.BUY, Side.SELL
WHOLE = perpetual("BTC", lot=D(1))


def with_targets(
    held: str, *targets: tuple[str, str], unrounded: tuple[str, ...] = ()
) -> tuple[Draft, list[Order]]:
    """So much held in lots of one, with targets (price, quantity) in this order."""
    here = draft(instrument=WHOLE, held=held)
    side = SELL if D(held) > 0 else BUY
    orders = [
        Order(
            id=f"#{number}",
            symbol="BTC",
            side=side,
            quantity=D(quantity),
            order_type=OrderType.LIMIT,
            limit=D(price),
            leverage=D(1),
            mode=Mode.CROSS,
            reduce_only=True,
            cause=Cause.TAKE_PROFIT,
            unrounded=D(unrounded[number - 1]) if unrounded else None,
        )
        for number, (price, quantity) in enumerate(targets, 1)
    ]
    here.account = replace(here.account, orders={order.id: order for order in orders})
    return here, orders


def position(here: Draft) -> Position:
    (held,) = here.account.positions()
    return held


def sizes(here: Draft) -> dict[str, Decimal]:
    return {name: order.quantity for name, order in here.account.orders.items()}


@pytest.mark.parametrize(
    ("held", "was", "targets", "left"),
    [
        # half of everything is closed: halves of 4 and 6
        ("5", "10", (("110", "4"), ("120", "6")), {"#1": 2, "#2": 3}),
        # 5 of 10: of 3, 3 and 4 the nearest keep 1 each, and the farthest what rounding left
        ("5", "10", (("110", "3"), ("120", "3"), ("130", "4")), {"#1": 1, "#2": 1, "#3": 3}),
        # whichever was placed first
        ("5", "10", (("130", "4"), ("110", "3"), ("120", "3")), {"#2": 1, "#3": 1, "#1": 3}),
        # targets for 6 of 10 stay for 6 tenths: 1.5 and 1.5 of 5, in whole lots
        ("5", "10", (("110", "3"), ("120", "3")), {"#1": 1, "#2": 1}),
        # one lot is the least, and the farthest goes where there are more targets than lots
        ("2", "10", (("110", "3"), ("120", "3"), ("130", "4")), {"#1": 1, "#2": 1}),
        ("1", "10", (("110", "5"), ("120", "5")), {"#1": 1}),
        # one target for everything takes all that is left
        ("7", "10", (("110", "10"),), {"#1": 7}),
        ("7", "10", (("110", "5"),), {"#1": 3}),  # 3.5
    ],
)
@pytest.mark.parametrize("side", [1, -1])
def test_after_a_part_is_closed_every_target_keeps_its_share_in_whole_lots(
    held: str, was: str, targets: tuple[tuple[str, str], ...], left: dict[str, int], side: int
) -> None:
    """A short's targets stand below the price, the nearest highest."""
    if side < 0:
        targets = tuple((str(200 - int(price)), quantity) for price, quantity in targets)
    here, _ = with_targets(str(side * D(held)), *targets)
    protection.resize(here, "BTC", D(was))
    assert sizes(here) == left


def test_a_share_that_was_rounded_is_taken_from_what_it_was_rounded_from() -> None:
    """2.5 and 7.5 of 10 were 2 and 8; of the half that is left 1.25 and the rest."""
    here, _ = with_targets("5", ("110", "2"), ("120", "8"), unrounded=("1.25", "3.75"))
    protection.resize(here, "BTC", D(10))
    assert sizes(here) == {"#1": 1, "#2": 4}


def test_the_last_one_that_took_the_rest_takes_it_again() -> None:
    """A third each of 10: 3, 3 and 4, which is more than 3.33 in lots. Of 7: 2, 2 and 3."""
    third = str(D(7) / 3 - D("1e-10"))
    here, _ = with_targets(
        "7", ("110", "3"), ("120", "3"), ("130", "4"), unrounded=(third, third, third)
    )
    protection.resize(here, "BTC", D(10))
    assert sizes(here) == {"#1": 2, "#2": 2, "#3": 3}


def test_after_a_target_the_others_keep_their_sizes_as_far_as_they_go() -> None:
    here, _ = with_targets("5", ("110", "3"), ("120", "4"), ("130", "2"))
    protection.resize(here, "BTC")
    assert sizes(here) == {"#1": 3, "#2": 2}
    cancelled = [event.order for event in here.events if isinstance(event, e.OrderCancelled)]
    assert cancelled == ["#3"]


def test_what_fits_is_left_alone_and_on_no_record() -> None:
    here, _ = with_targets("5", ("110", "3"), ("120", "2"))
    protection.resize(here, "BTC")
    assert here.events == []


@pytest.mark.parametrize(
    ("held", "fractions", "placed"),
    [
        ("10", ("0.25", "0.75"), {"110": 2, "120": 8}),  # 2.5, and what rounding left
        ("10", ("0.25", "0.5"), {"110": 2, "120": 5}),  # a quarter has no target
        ("3", ("0.3", "0.7"), {"120": 3}),  # 0.9 of a lot is none
        ("-10", ("0.5", "0.5"), {"110": 5, "120": 5}),
        ("10", ("0.33", "0.33"), {"110": 3, "120": 3}),
    ],
)
def test_targets_are_placed_in_whole_lots_of_what_is_held(
    held: str, fractions: tuple[str, ...], placed: dict[str, int]
) -> None:
    here = draft(instrument=WHOLE, held=held)
    wanted = tuple(
        Target(D(price), D(x)) for price, x in zip(("110", "120"), fractions, strict=True)
    )
    protection.place_targets(here, position(here), wanted)
    orders = here.account.orders.values()
    assert {str(order.limit): order.quantity for order in orders} == placed
    assert all(order.reduce_only and order.cause is Cause.TAKE_PROFIT for order in orders)
    assert {order.side for order in orders} == {SELL if D(held) > 0 else BUY}
    shares = {str(t.price): abs(D(held)) * t.fraction for t in wanted}
    assert all(order.unrounded == shares[str(order.limit)] for order in orders)


@pytest.mark.parametrize(
    ("held", "was", "now", "risk", "given"),
    [
        ("10", "90", "80", "100", 1),  # 10 further on each of 10, of 100 at stake
        ("10", "90", "95", "100", None),
        ("10", "90", "90", "100", None),
        ("-10", "110", "125", "100", D("1.5")),
        ("-10", "110", "105", "100", None),
        ("10", "90", "80", None, None),
    ],
)
def test_a_stop_moved_away_gives_away_so_many_r(
    held: str, was: str, now: str, risk: str | None, given: Decimal | None
) -> None:
    here = draft(instrument=WHOLE, held=held)
    taken = replace(position(here), risk=None if risk is None else D(risk))
    assert protection.widened(WHOLE, taken, D(was), D(now)) == given


# trails


@pytest.mark.parametrize(
    ("side", "trail", "price", "trigger"),
    [
        (SELL, Trail(D(7)), "100", "93"),
        (BUY, Trail(D(7)), "100", "107"),
        (SELL, Trail(fraction=D("0.1")), "100", "90"),
        (BUY, Trail(fraction=D("0.1")), "100", "110"),
        # a tenth of 101 is 10.1: never nearer than that, on ticks of a half
        (SELL, Trail(fraction=D("0.1")), "101", "90.5"),
        (BUY, Trail(fraction=D("0.1")), "101", "111.5"),
    ],
)
def test_a_trigger_is_a_trail_behind_the_price_on_the_tick(
    side: Side, trail: Trail, price: str, trigger: str
) -> None:
    assert behind(perpetual(), side, D(price), trail) == D(trigger)


def trailing(side: Side, trigger: str, **trail: Any) -> Order:
    return Order(
        id="#1",
        symbol="BTC",
        side=side,
        quantity=D(1),
        order_type=OrderType.TRAILING,
        trigger=D(trigger),
        leverage=D(1),
        mode=Mode.CROSS,
        **trail,
    )


@pytest.mark.parametrize(
    ("made", "price"),
    [
        # a tick of 0.5 further than 93 + 7
        (trailing(SELL, "93", trail=D(7)), D("100.5")),
        (trailing(BUY, "107", trail=D(7)), D("99.5")),
        # 90.5 is nine tenths of 100.56; 109.5 eleven tenths of 99.55
        (trailing(SELL, "90", trail_fraction=D("0.1")), D("90.5") / D("0.9")),
        (trailing(BUY, "110", trail_fraction=D("0.1")), D("109.5") / D("1.1")),
        # a trigger off the tick moves to the next one
        (trailing(SELL, "90.2", trail=D(7)), D("97.5")),
        (trailing(BUY, "110.2", trail=D(7)), D("103")),
    ],
)
def test_a_trail_follows_from_the_price_that_moves_its_trigger_by_a_tick(
    made: Order, price: Decimal
) -> None:
    assert follows_from(perpetual(), made) == price


def test_of_two_triggers_the_one_that_the_price_meets_first_is_nearer() -> None:
    assert nearer(SELL, D(90), D(95)) == nearer(SELL, D(95), D(90)) == 95
    assert nearer(BUY, D(90), D(95)) == nearer(BUY, D(95), D(90)) == 90


@pytest.mark.parametrize(
    ("side", "stop", "stands"),
    [
        (BUY, None, 93),
        (BUY, "95", 95),
        (BUY, "90", 93),
        (SELL, None, 107),
        (SELL, "105", 105),
        (SELL, "110", 107),
    ],
)
def test_the_stop_that_an_order_brings_is_its_trail_or_its_level_whichever_is_nearer(
    side: Side, stop: str | None, stands: int
) -> None:
    made = replace(
        trailing(side, "1", trail=D(7), stop_loss=None if stop is None else D(stop)),
        order_type=OrderType.MARKET,
        trigger=None,
    )
    assert first_stop(made, perpetual(), D(100)) == stands


def test_a_trailing_orders_own_trail_is_no_stop_of_what_it_opens() -> None:
    assert first_stop(trailing(BUY, "107", trail=D(7)), perpetual(), D(100)) is None


# moved by the trader


@pytest.mark.parametrize(
    ("held", "cause", "price", "why"),
    [
        ("5", Cause.STOP_LOSS, "99.5", None),
        ("5", Cause.STOP_LOSS, "100", "below the last price 100"),
        ("5", Cause.TAKE_PROFIT, "100.5", None),
        ("5", Cause.TAKE_PROFIT, "100", "above the last price 100"),
        ("-5", Cause.STOP_LOSS, "100.5", None),
        ("-5", Cause.STOP_LOSS, "100", "above the last price 100"),
        ("-5", Cause.TAKE_PROFIT, "99.5", None),
        ("-5", Cause.TAKE_PROFIT, "100", "below the last price 100"),
        ("5", Cause.STOP_LOSS, "99.7", "multiple of the tick"),
        ("5", Cause.STOP_LOSS, "0", "multiple of the tick"),
        ("5", Cause.STOP_LOSS, "-1", "multiple of the tick"),
    ],
)
def test_a_level_stands_on_its_side_of_the_price(
    held: str, cause: Cause, price: str, why: str | None
) -> None:
    here = draft(instrument=WHOLE, held=held)
    if why is None:
        check_level(here, position(here), "level", D(price), cause)
    else:
        with pytest.raises(Refusal, match=why):
            check_level(here, position(here), "level", D(price), cause)


@pytest.mark.parametrize(
    ("wish", "size", "price"),
    [
        (MoveTarget(symbol="BTC", id="#1", fraction=D("0.4")), 4, 110),
        (MoveTarget(symbol="BTC", id="#1", fraction=D("0.59")), 5, 110),  # 5.9 in whole lots
        (MoveTarget(symbol="BTC", was=D(110), price=D(115)), 3, 115),
        (MoveTarget(symbol="BTC", id="#1", fraction=D("0.7"), price=D(115)), 7, 115),  # 3 are taken
    ],
)
def test_a_target_is_moved_or_resized_to_a_fraction_of_what_is_held(
    wish: MoveTarget, size: int, price: int
) -> None:
    here, _ = with_targets("10", ("110", "3"), ("120", "3"))
    move_target(here, wish)
    moved, other = here.account.orders["#1"], here.account.orders["#2"]
    assert (moved.quantity, moved.limit) == (size, price)
    assert (other.quantity, other.limit) == (3, 120)


def test_a_target_takes_another_share_though_its_whole_lots_stay() -> None:
    """0.35 of ten is 3.5, in whole lots 3 as before; 0.3 is the 3 that it has."""
    here, _ = with_targets("10", ("110", "3"), ("120", "3"))
    move_target(here, MoveTarget(symbol="BTC", id="#1", fraction=D("0.35")))
    first = here.account.orders["#1"]
    assert (first.quantity, first.unrounded) == (3, D("3.5"))
    (event,) = here.events
    told = narrate(to_wire(event, 1, "a"))
    assert told == "Target #1 of BTC amended: its share 3.50, in whole lots 3"
    with pytest.raises(Refusal, match="has these terms already"):
        move_target(here, MoveTarget(symbol="BTC", id="#1", fraction=D("0.35")))


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (MoveTarget(symbol="BTC"), "a price or a fraction"),
        (MoveTarget(symbol="BTC", fraction=D("0.5")), "say which target: #1 at 110, #2 at 120"),
        (MoveTarget(symbol="BTC", id="#1", fraction=D("0.3")), "has these terms already"),
        (MoveTarget(symbol="BTC", id="#1", price=D(110)), "has these terms already"),
        (MoveTarget(symbol="BTC", id="#1", fraction=D("0.8")), "only 7 of the position is left"),
        (MoveTarget(symbol="BTC", id="#1", fraction=D("0.09")), "less than one lot"),
        (MoveTarget(symbol="BTC", id="#1", fraction=D(0)), "above zero and at most 1"),
        (MoveTarget(symbol="BTC", id="#1", fraction=D("1.01")), "above zero and at most 1"),
        (MoveTarget(symbol="BTC", id="#3", price=D(115)), "no target #3"),
        (MoveTarget(symbol="BTC", was=D(111), price=D(115)), "no target at 111"),
        (MoveTarget(symbol="BTC", id="#1", was=D(120), price=D(115)), "no target"),
    ],
)
def test_a_target_that_is_not_meant_or_too_large_is_refused(wish: MoveTarget, why: str) -> None:
    here, _ = with_targets("10", ("110", "3"), ("120", "3"))
    with pytest.raises(Refusal, match=why):
        move_target(here, wish)


def test_without_a_name_several_targets_become_one_for_all_that_is_held() -> None:
    here, _ = with_targets("10", ("110", "3"), ("120", "3"))
    move_target(here, MoveTarget(symbol="BTC", price=D(115)))
    (order,) = here.account.orders.values()
    assert (order.limit, order.quantity, order.unrounded) == (115, 10, 10)


@pytest.mark.parametrize(
    ("fraction", "size"), [(None, 10), (D("0.5"), 5), (D(1), 10), (D("0.25"), 2)]
)
def test_a_first_target_is_for_the_whole_or_for_a_fraction(
    fraction: Decimal | None, size: int
) -> None:
    here = draft(instrument=WHOLE, held="10")
    move_target(here, MoveTarget(symbol="BTC", price=D(115), fraction=fraction))
    (order,) = here.account.orders.values()
    assert (order.limit, order.quantity) == (115, size)


def test_a_fraction_without_a_price_needs_a_target() -> None:
    with pytest.raises(Refusal, match="has no target: give it a price"):
        move_target(draft(instrument=WHOLE, held="10"), MoveTarget(symbol="BTC", fraction=D(1)))


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        (RemoveTarget(symbol="BTC"), []),
        (RemoveTarget(symbol="BTC", id="#2"), ["#1"]),
        (RemoveTarget(symbol="BTC", was=D(110)), ["#2"]),
    ],
)
def test_one_target_is_removed_or_all(wish: RemoveTarget, left: list[str]) -> None:
    here, _ = with_targets("10", ("110", "3"), ("120", "3"))
    remove_target(here, wish)
    assert [*here.account.orders] == left


@pytest.mark.parametrize(
    ("held", "wish", "trigger"),
    [
        ("10", MoveStop(symbol="BTC", price=D(90)), 90),
        ("-10", MoveStop(symbol="BTC", price=D(110)), 110),
        ("10", MoveStop(symbol="BTC", trail=D(99)), 1),
        ("-10", MoveStop(symbol="BTC", trail=D(150)), 250),
        ("10", MoveStop(symbol="BTC", trail_fraction=D("0.2")), 80),
    ],
)
def test_a_stop_is_set_to_a_price_or_behind_the_market(
    held: str, wish: MoveStop, trigger: int
) -> None:
    here = draft(instrument=WHOLE, held=held)
    move_stop(here, wish)
    (order,) = here.account.orders.values()
    assert (order.trigger, order.quantity, order.cause) == (trigger, 10, Cause.STOP_LOSS)
    assert order.limit is None


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (MoveStop(symbol="BTC"), "either a price or a trail"),
        (MoveStop(symbol="BTC", price=D(90), trail=D(5)), "either a price or a trail"),
        (MoveStop(symbol="BTC", trail=D(100)), "smaller than the price"),
        (MoveStop(symbol="BTC", trail=D(101)), "smaller than the price"),
    ],
)
def test_a_stop_is_given_in_one_way(wish: MoveStop, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        move_stop(draft(instrument=WHOLE, held="10"), wish)


def test_what_trails_never_moves_away() -> None:
    """At 95 already; 10 behind 100 would be 90, 3 behind it 97."""
    for trail, stands in ((10, 95), (3, 97)):
        here = draft(instrument=WHOLE, held="10")
        move_stop(here, MoveStop(symbol="BTC", price=D(95)))
        move_stop(here, MoveStop(symbol="BTC", trail=D(trail)))
        (order,) = here.account.orders.values()
        assert (order.order_type, order.trigger) == (OrderType.TRAILING, stands)


@pytest.mark.parametrize(
    ("known", "trading", "moved"),
    [
        (None, True, ["#2", "#3"]),
        (("#2",), True, ["#2"]),
        (("#3",), True, ["#3"]),
        (("#1",), True, []),
        (None, False, []),
    ],
)
def test_a_trail_follows_beside_orders_that_do_not(
    known: tuple[str, ...] | None, trading: bool, moved: list[str]
) -> None:
    """7 behind 110."""
    here = draft(last="110", trading=trading)
    orders = [
        replace(trailing(BUY, "90"), order_type=OrderType.STOP),
        replace(trailing(SELL, "93", trail=D(7)), id="#2"),
        replace(trailing(SELL, "93", trail=D(7)), id="#3"),
    ]
    here.account = replace(here.account, orders={order.id: order for order in orders})
    follow(here, known)
    told = [event for event in here.events if isinstance(event, e.OrderAmended)]
    assert [(event.order, event.was, event.now) for event in told] == [
        (name, 93, 103) for name in moved
    ]


@pytest.mark.parametrize(("price", "moves"), [("95", True), ("85", True), ("90", False)])
def test_a_stop_is_moved_up_and_down_and_only_to_another_price(price: str, moves: bool) -> None:
    here = draft(instrument=WHOLE, held="10")
    move_stop(here, MoveStop(symbol="BTC", price=D(90)))
    move_stop(here, MoveStop(symbol="BTC", price=D(price)))
    (order,) = here.account.orders.values()
    assert order.trigger == D(price)
    told = [event for event in here.events if isinstance(event, e.OrderAmended)]
    assert [(event.was, event.now) for event in told] == ([(90, D(price))] if moves else [])


def test_a_trailing_stop_that_is_set_to_its_own_price_trails_no_longer() -> None:
    here = draft(instrument=WHOLE, held="10")
    move_stop(here, MoveStop(symbol="BTC", trail=D(5)))
    move_stop(here, MoveStop(symbol="BTC", price=D(95)))
    (order,) = here.account.orders.values()
    assert (order.order_type, order.trigger) == (OrderType.STOP, 95)


def test_two_targets_at_one_price_are_told_apart_by_name() -> None:
    here, _ = with_targets("10", ("110", "3"), ("110", "4"), ("120", "1"))
    with pytest.raises(Refusal, match="say which target: #1 at 110, #2 at 110"):
        move_target(here, MoveTarget(symbol="BTC", was=D(110), price=D(115)))


@pytest.mark.parametrize(
    ("pocket", "mode", "symbol", "left"),
    [
        ("main", Mode.CROSS, "BTC", ["stop"]),
        ("main", Mode.CROSS, "ETH", ["stop"]),
        ("main", Mode.SMART, "ETH", ["stop"]),
        ("main", Mode.ISOLATED, "ETH", ["entry", "stop"]),
        ("main", Mode.ISOLATED, "BTC", ["stop"]),
    ],
)
def test_a_forced_exit_takes_back_what_would_enlarge_its_pocket_and_nothing_else(
    pocket: str, mode: Mode, symbol: str, left: list[str]
) -> None:
    here = draft(instrument=WHOLE, held="10")
    stop = replace(trailing(SELL, "90"), id="stop", order_type=OrderType.STOP, reduce_only=True)
    entry = replace(trailing(BUY, "110"), id="entry", order_type=OrderType.STOP)
    entry = replace(entry, symbol=symbol, mode=mode)
    here.account = replace(here.account, orders={"entry": entry, "stop": stop})
    cancel_entries(here, pocket)
    assert [*here.account.orders] == left
