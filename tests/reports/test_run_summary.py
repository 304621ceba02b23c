"""What is counted at the end of a run."""

from decimal import Decimal

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.practice.words import run_words
from ledger.reports.run_summary import RunSummary, run_summary
from tests.worlds import World, broker, stock

D = Decimal


def world() -> World:
    made = World(broker(), stock(tick=D("0.01")))
    made.flat(100, c.Deposit(amount=D(10_000)))
    return made


def order(quantity: int, stop: int | None = None, side: Side = Side.BUY) -> c.PlaceOrder:
    return c.PlaceOrder(
        symbol="ACME",
        side=side,
        quantity=D(quantity),
        stop_loss=None if stop is None else D(stop),
    )


def test_a_trade_that_gains_is_won_and_one_that_loses_is_not() -> None:
    made = world()
    made.flat(100, order(10, 90))
    made.flat(105, c.ClosePosition(symbol="ACME"))
    made.flat(105, order(10, 90))
    made.flat(104, c.ClosePosition(symbol="ACME"))
    summary = run_summary(made.events)
    assert (summary.trades, summary.won) == (2, 1)
    assert (summary.without_stop, summary.widened, summary.removed) == (0, 0, 0)


def test_a_stop_given_up_is_counted_by_whatever_door() -> None:
    made = world()
    made.flat(100, order(10, 95))
    made.flat(100, c.MoveStop(symbol="ACME", price=D(97)))  # tighter
    made.flat(100, c.MoveStop(symbol="ACME", price=D(90)))
    made.flat(100, c.RemoveStop(symbol="ACME"))
    made.flat(100, c.MoveStop(symbol="ACME", price=D(90)))
    (stop,) = made.account.orders
    made.flat(100, c.CancelOrder(id=stop))
    summary = run_summary(made.events)
    assert (summary.widened, summary.removed) == (1, 2)


def test_a_position_that_never_had_a_stop_is_counted() -> None:
    made = world()
    made.flat(100, order(10))
    assert run_summary(made.events).without_stop == 1


def counts(**given: int) -> RunSummary:
    return RunSummary(**{**dict.fromkeys(RunSummary.__slots__, 0), **given})


def test_what_to_look_at_is_said_in_sentences() -> None:
    bad = counts(without_stop=2, widened=1, removed=1, expired=1)
    assert list(run_words.worth_a_look(bad)) == [
        "2 positions opened without a stop.",
        "A stop moved away from the price: 1 time.",
        "A stop taken off an open position: 1 time.",
        "A margin call that was not met in time: 1 time.",
    ]
    assert list(run_words.worth_a_look(counts(trades=1))) == [
        "Every position had its stop, none was moved away, and no call ran out."
    ]
