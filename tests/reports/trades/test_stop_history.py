"""What protected a position at each moment, and what took that away."""

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import CancelReason, ClosedBy, OrderType
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.order import Target
from ledger.reports.trades.stop_history import StopAct
from ledger.reports.trades.target_history import TargetAct
from ledger.reports.trades.trade import Trade
from ledger.times import DAY
from tests.reports.trades.played import buy, close, coin, order, sell, the_trade
from tests.worlds import D, World


def move(price: int) -> c.MoveStop:
    return c.MoveStop(symbol="BTC", price=D(price))


def acts(trade: Trade) -> list[tuple[StopAct, object]]:
    return [(change.act, change.level) for change in trade.stop.changes]


def played(*bars: c.TraderCommand | None, stop: int | None = 90) -> Trade:
    """One unit bought at 100 and closed at 100, with one command on each day between."""
    world = coin(price=100)
    world.flat(100, buy(1, stop=stop))
    for command in bars:
        world.flat(100, *([] if command is None else [command]))
    world.flat(100, close())
    return the_trade(world)


def test_every_move_of_the_stop_is_told_with_the_risk_that_it_added() -> None:
    trade = played(move(95), move(80))
    assert acts(trade) == [(StopAct.SET, 90), (StopAct.TIGHTENED, 95), (StopAct.WIDENED, 80)]
    _, tightened, widened = trade.stop.changes
    # R0 is 10: from 90 to 95 takes half of it off; from 95 to 80 adds one and a half
    assert (tightened.widened_r, tightened.farther) == (D("-0.5"), False)
    assert (widened.widened_r, widened.beyond_first_r, widened.farther) == (D("1.5"), 1, True)
    assert (trade.stop.first, trade.stop.last, trade.stop.moves) == (90, 80, 2)
    assert trade.stop.unprotected == ()


def test_a_stop_taken_off_in_the_orders_panel_and_set_again_farther_is_a_wider_stop() -> None:
    """The stop is the second order: the first is the entry."""
    trade = played(c.CancelOrder(id="#2"), None, move(10))
    assert acts(trade) == [(StopAct.SET, 90), (StopAct.CANCELLED, None), (StopAct.SET, 10)]
    gone, again = trade.stop.changes[1:]
    assert (gone.why, gone.covered) == (CancelReason.CANCELLED, False)
    assert (again.was, again.farther, again.widened_r, again.beyond_first_r) == (90, True, 8, 8)
    assert trade.stop.seconds_unprotected == 2 * DAY
    assert trade.stop.moves == 1


def test_a_removed_stop_leaves_the_position_without_one_to_the_end() -> None:
    trade = played(c.RemoveStop(symbol="BTC"), None)
    assert acts(trade)[-1] == (StopAct.REMOVED, None)
    assert trade.closed_at is not None
    assert trade.stop.unprotected == ((trade.closed_at - 2 * DAY, trade.closed_at),)


def test_a_trade_without_a_stop_was_unprotected_from_its_first_second() -> None:
    trade = played(None, stop=None)
    assert (trade.stop.first, trade.stop.changes) == (None, ())
    assert trade.stop.unprotected == ((trade.opened_at, trade.closed_at),)


def test_a_stop_order_of_the_traders_own_protects_as_well() -> None:
    world = coin(price=100)
    world.flat(100, buy(1))
    rests = sell(1, order_type=OrderType.STOP, trigger=D(95), reduce_only=True)
    world.flat(100, rests)
    world.bar({"BTC": (100, 100, 95, 95)})
    trade = the_trade(world)
    assert acts(trade) == [(StopAct.SET, 95), (StopAct.FILLED, None)]
    assert trade.stop.seconds_unprotected == DAY
    assert trade.closed_by is ClosedBy.TRADER


def test_a_stop_for_half_of_it_leaves_the_position_unprotected() -> None:
    world = coin(price=100)
    world.flat(100, buy(2))
    half = sell(1, order_type=OrderType.STOP, trigger=D(95), reduce_only=True)
    world.flat(100, half)
    world.flat(100, close())
    trade = the_trade(world)
    assert not trade.stop.changes[0].covered
    assert trade.stop.seconds_unprotected == 2 * DAY


def test_a_trailing_stop_follows_by_itself_and_that_is_no_move_of_the_traders() -> None:
    world = coin(price=100)
    world.flat(100, buy(1, trail=D(10)))
    world.bar({"BTC": (100, 120, 100, 120)})
    world.bar({"BTC": (120, 120, 110, 110)})
    trade = the_trade(world)
    assert acts(trade) == [(StopAct.SET, 90), (StopAct.TRAILED, 110), (StopAct.FILLED, None)]
    assert (trade.stop.moves, trade.r, trade.closed_by) == (0, 1, ClosedBy.STOP_LOSS)


def test_a_stop_replaced_by_a_trailing_one_was_never_missing() -> None:
    trade = played(c.MoveStop(symbol="BTC", trail=D(5)))
    assert acts(trade) == [(StopAct.SET, 90), (StopAct.REPLACED, None), (StopAct.SET, 95)]
    assert trade.stop.unprotected == ()
    assert not trade.stop.changes[-1].farther


def test_a_stop_lost_when_the_venue_went_down_was_not_taken_off_by_the_trader() -> None:
    world = coin(price=100)
    world.flat(100, buy(1, stop=90))
    down = c.StartIncident(kind=IncidentKind.OUTAGE, lasts=DAY, stops=StopsThere.DIE)
    world.flat(100, down)
    world.flat(100)
    world.flat(100, close())
    trade = the_trade(world)
    assert acts(trade)[-1] == (StopAct.CANCELLED, None)
    assert trade.stop.changes[-1].why == CancelReason.OUTAGE
    assert trade.stop.moves == 0


def test_the_other_side_of_a_breakout_is_no_stop() -> None:
    world = coin(price=100)
    world.flat(
        100,
        buy(1, order_type=OrderType.STOP, trigger=D(110), id="up", oco="range", stop_loss=D(105)),
        sell(1, order_type=OrderType.STOP, trigger=D(90), id="down", oco="range"),
    )
    world.flat(110)
    trade = the_trade(world)
    assert acts(trade) == [(StopAct.SET, 105)]


@pytest.mark.parametrize("adds", [1, 3])
def test_a_stop_grows_with_its_position_and_that_is_no_move(adds: int) -> None:
    world = coin(price=100)
    world.flat(100, buy(1, stop=90))
    for _ in range(adds):
        world.flat(100, buy(1))
    world.flat(100, close())
    trade = the_trade(world)
    assert acts(trade) == [(StopAct.SET, 90)]
    assert (trade.stop.moves, trade.stop.unprotected) == (0, ())


def test_targets_are_told_from_their_setting_to_their_end() -> None:
    halves = (Target(D(110), D("0.5")), Target(D(130), D("0.5")))
    world: World = coin(price=100)
    world.flat(100, buy(2, stop=90, targets=halves))
    world.flat(100, c.MoveTarget(symbol="BTC", id="#3", price=D(105)))
    world.bar({"BTC": (100, 106, 100, 106)})
    world.flat(106, c.RemoveTarget(symbol="BTC"))
    world.flat(106, close())
    changes = [(change.act, change.level) for change in the_trade(world).targets]
    assert changes == [
        (TargetAct.SET, 110),
        (TargetAct.SET, 130),
        (TargetAct.MOVED, 105),
        (TargetAct.FILLED, 105),
        (TargetAct.CANCELLED, 130),
    ]


def test_an_order_against_the_position_that_opens_nothing_new_is_told_as_its_exit() -> None:
    world = coin(price=100)
    world.flat(100, buy(2, stop=90))
    world.flat(110, order(sell(1).side, 1))
    trade = the_trade(world)
    assert (trade.is_open, trade.held, trade.later_plans) == (True, 1, ())
