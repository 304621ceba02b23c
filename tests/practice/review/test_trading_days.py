"""Which trades and findings a span of trading days has."""

from ledger.practice.review.trading_days import Belonging, day_in
from ledger.reports.discipline.findings import Detector, found
from tests.reports.trades.played import buy, close, coin, trades

ENDS = [(2, 10), (5, 10), (9, 11), (12, 13)]
"""Causes by their last events, and their days."""


def test_an_event_has_the_day_of_its_cause() -> None:
    days = [day_in(ENDS, seq) for seq in (1, 2, 3, 5, 6, 9, 10, 12)]
    assert days == [10, 10, 10, 10, 11, 11, 13, 13]


def test_a_trade_belongs_to_the_day_of_its_end_and_an_open_one_to_that_of_its_beginning() -> None:
    world = coin()
    world.flat(100, buy(1))
    world.flat(100, close())
    world.flat(100, buy(1))
    done, held = made = trades(world)
    left = done.closed_seq
    assert left is not None
    day = {done.opened_seq: 1, left: 2, held.opened_seq: 3}.__getitem__
    first = found(Detector.NO_STOP, 1, 0, about=(1,))
    second = found(Detector.NO_STOP, 2, 0, about=(2,))

    def on(only: int) -> list[str]:
        return [each.id for each in Belonging(only, only, day).found([first, second], made)]

    assert [on(1), on(2), on(3)] == [[], [first.id], [second.id]]
