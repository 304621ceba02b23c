"""Each margin call with its answer, how long that took, and what was sold while it stood."""

from ledger.account import commands as c
from ledger.account.event_terms import Answer, CallMetBy
from ledger.reports.trades.call_history import CallRecord, calls_of, sums
from tests.reports.trades.played import BUY, opened, order
from tests.worlds import D, World, broker, only, stock


def borrowed() -> World:
    """10,000 of one's own at a broker: 100 ACME and 100 GOLD at 100, half of it on a loan."""
    world = World(broker(), stock("ACME"), stock("GOLD"))
    world.bar({"ACME": (100,) * 4, "GOLD": (100,) * 4}, c.Deposit(amount=D(10_000)))
    buys = (order(BUY, 100, symbol=symbol) for symbol in ("ACME", "GOLD"))
    world.bar({"ACME": (100,) * 4, "GOLD": (100,) * 4}, *buys)
    return world


def calls(world: World) -> list[CallRecord]:
    return list(calls_of(enumerate([opened(world), *world.events], 1)))


def test_a_winner_that_was_sold_while_a_loser_was_kept_is_named() -> None:
    """At 105 and 35 equity is 14,000 - 10,000 = 4,000, of 14,000: 28.57 %, below 30 %."""
    world = borrowed()
    world.bar({"ACME": (105,) * 4, "GOLD": (35,) * 4})
    record = only(calls(world))
    assert (record.call.answers, record.is_over, record.trades) == ((), False, (1, 2))
    assert 0 < record.call.shortfall < 300  # 30 % of 14,000 is 4,200; interest comes on top
    sell = c.AnswerCall(answer=Answer.SELL, symbol="ACME", quantity=D(20))
    world.bar({"ACME": (105,) * 4, "GOLD": (35,) * 4}, sell)
    record = only(calls(world))
    sale = only(record.sold)
    assert (sale.symbol, sale.quantity, sale.realized, sale.forced) == ("ACME", 20, 100, False)
    assert sale.fed == ("GOLD",)
    assert record.call.met_by is CallMetBy.SALE
    assert record.call.time_to_answer == 0  # the call came with the close before
    assert sums([record]).fed == 1


def test_a_call_that_the_market_ends_has_cured_itself() -> None:
    world = borrowed()
    world.bar({"ACME": (105,) * 4, "GOLD": (35,) * 4})
    world.bar({"ACME": (105, 130, 105, 130), "GOLD": (35, 90, 35, 90)})
    record = only(calls(world))
    assert record.cured_itself
    assert record.sold == ()
    known = sums([record])
    assert (known.ended, known.cured, known.share_cured, known.answered) == (1, 1, 1, 0)


def test_a_loser_that_is_sold_feeds_nobody() -> None:
    world = borrowed()
    world.bar({"ACME": (105,) * 4, "GOLD": (35,) * 4})
    sell = c.AnswerCall(answer=Answer.SELL, symbol="GOLD", quantity=D(60))
    world.bar({"ACME": (105,) * 4, "GOLD": (35,) * 4}, sell)
    assert not only(calls(world)).fed
