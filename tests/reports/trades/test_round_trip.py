"""A trade goes from flat to flat: what begins it, what ends it, what belongs to it."""

from ledger.account import commands as c
from ledger.account.event_terms import ClosedBy, Direction
from ledger.reports.trades.round_trip import TradeFold
from tests.reports.trades.played import buy, close, coin, opened, sell, the_trade, trades
from tests.worlds import D


def test_an_account_that_never_traded_has_no_trades() -> None:
    assert trades(coin()) == ()


def test_a_trade_is_open_until_everything_is_sold() -> None:
    world = coin()
    world.flat(100, buy(3, stop=90))
    world.flat(110, close(1))
    trade = the_trade(world)
    assert trade.is_open
    assert (trade.quantity, trade.held, trade.gross) == (3, 2, 10)  # 1 x (110 - 100)
    assert trade.unrealized(D(120)) == 40  # 2 x (120 - 100)
    assert trade.r is None
    world.flat(120, close())
    trade = the_trade(world)
    assert not trade.is_open
    assert (trade.gross, trade.net) == (50, 50)  # 10 + 2 x 20
    assert trade.r == D("1.66666667")  # 50 over 3 x (100 - 90)


def test_an_order_that_reverses_a_position_ends_one_trade_and_begins_the_next() -> None:
    world = coin()
    world.flat(100, buy(2))
    world.flat(110, sell(5, stop=120, reason="the average broke"))
    world.flat(105, close())
    first, second = trades(world)
    assert (first.number, second.number) == (1, 2)
    assert (first.direction, second.direction) == (Direction.LONG, Direction.SHORT)
    assert (first.gross, second.gross) == (20, 15)  # 2 x 10, 3 x (110 - 105)
    assert (first.closed_at, first.closed_by) == (second.opened_at, ClosedBy.TRADER)
    assert (second.quantity, second.risk.quantity) == (3, 3)  # two of the five closed the first
    assert second.risk.r0 == 30  # 3 x (120 - 110)
    assert second.r == D("0.5")
    assert second.plan.reason == "the average broke"
    assert first.plan.reason == ""


def test_events_are_numbered_as_on_record_so_that_a_fork_can_begin_there() -> None:
    world = coin()
    world.flat(100, buy(1, stop=90))
    world.flat(100, c.MoveStop(symbol="BTC", price=D(95)))
    world.flat(100, close())
    trade = the_trade(world)
    record = [opened(world), *world.events]
    at = [type(record[seq - 1]).__name__ for seq in (trade.opened_seq, trade.closed_seq or 0)]
    assert at == ["PositionOpened", "PositionClosed"]
    decided = [type(record[seq - 1]).__name__ for seq in trade.decisions]
    assert decided == ["PlanRecorded", "OrderAmended", "OrderPlaced"]


def test_looking_at_a_trade_that_goes_on_changes_nothing_of_it() -> None:
    """As a journal does that is open while its account is played: read after every event."""
    world = coin(taker_fee=D("0.001"))
    world.flat(100, buy(2, stop=90), buy(1), c.MoveStop(symbol="BTC", price=D(95)))
    world.flat(110, c.RemoveStop(symbol="BTC"), buy(1, stop=80), close(1))
    world.flat(105)
    world.flat(100, c.CancelOrder(id="#2"), close())
    fold = TradeFold()
    for seq, event in enumerate([opened(world), *world.events], 1):
        fold.take(seq, event)
        fold.trades()
    assert fold.trades() == trades(world)
