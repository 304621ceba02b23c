"""How a margin call was answered, and what was sold to answer it."""

from ledger.account import commands as c
from ledger.account.event_terms import Answer, CallExpiredBy, CallMetBy, JudgedBy
from ledger.reports.discipline.calls import Response, fed_losers, left_calls, responses
from ledger.reports.trades.call_history import CallRecord, Sold
from ledger.reports.trades.calls import Answered, CallOnTheWay
from tests.reports.trades.played import buy, close, order, trades
from tests.worlds import T0, D, World, only, perpetual, venue

SHORT = D(200)


def answer(what: Answer, after: int, amount: int | None = None, seq: int = 51) -> Answered:
    paid = None if amount is None else D(amount)
    return Answered(seq, T0 + after, what, paid, None, None)


def called(*answers: Answered, **ended: object) -> CallOnTheWay:
    """A call for 200 with a hundred seconds to answer it."""
    return CallOnTheWay(
        seq=50, at=T0, level="house", shortfall=SHORT, due=T0 + 100, answers=answers, **ended
    )  # type: ignore[arg-type]


def record(call: CallOnTheWay, *sold: Sold) -> CallRecord:
    return CallRecord(
        call=call,
        pocket="main",
        health=None,
        threshold=None,
        judged_by=JudgedBy.MARK,
        sale_to_cure=SHORT,
        would_sell={},
        trades=(1, 2),
        sold=sold,
    )


def responded(call: CallOnTheWay) -> Response:
    return only(responses([record(call)]))


def test_a_call_met_by_half_the_time_by_the_traders_own_deposit() -> None:
    call = called(answer(Answer.DEPOSIT, 50, 200), met_by=CallMetBy.DEPOSIT, ended_at=T0 + 50)
    response = responded(call)
    assert (response.time_used, response.self_cured, response.left) == (D("0.5"), 1, False)
    assert list(left_calls([response])) == []


def test_waiting_is_no_answer_that_cures() -> None:
    """It waited at once, and paid after eighty of the hundred seconds: 150 of 200."""
    waits, pays = answer(Answer.WAIT, 0), answer(Answer.DEPOSIT, 80, 150, seq=52)
    call = called(waits, pays, expired_at=T0 + 100, expired_by=CallExpiredBy.DUE)
    response = responded(call)
    assert (response.time_used, response.self_cured) == (D("0.8"), D("0.75"))


def test_a_call_that_runs_out_or_ends_by_a_forced_sale_was_left_alone() -> None:
    ran_out = called(expired_at=T0 + 100, expired_by=CallExpiredBy.DUE)
    forced = called(met_by=CallMetBy.FORCED_SALE, ended_at=T0 + 90)
    for call in (ran_out, forced):
        found = only(left_calls([responded(call)]))
        assert (found.about, found.id) == ((1, 2), "call-left-50")


def test_a_call_that_the_market_or_new_rules_met_was_neither_cured_nor_left() -> None:
    for by in (CallMetBy.MARKET, CallMetBy.RULES):
        response = responded(called(met_by=by, ended_at=T0 + 10))
        assert (response.self_cured, response.time_used, response.left) == (0, None, False)


def fed(kept: str, how: c.Command | None = None) -> list[tuple[tuple[int, ...], ...]]:
    """Long in both coins, BTC is sold while a call stands; a coin at a loss is kept."""
    pair = (perpetual("BTC", tick=D("0.01")), perpetual("ETH", tick=D("0.01")))
    world = World(venue(), *pair, mode=venue().modes[1])
    bar = {"BTC": (100,) * 4, "ETH": (100,) * 4}
    world.bar(bar, c.Deposit(amount=D(100_000)), buy(1), order(buy(1).side, 1, symbol="ETH"))
    world.bar(bar, how or close(symbol="BTC"))
    world.bar({"BTC": (90,) * 4, "ETH": (90,) * 4})
    two = trades(world)
    sale = two[0].fills[-1]
    sold = Sold(
        seq=sale.seq,
        at=sale.at,
        symbol="BTC",
        quantity=sale.quantity,
        price=sale.price,
        realized=D(5),
        forced=False,
        fed=(kept,) if kept else (),
    )
    met = called(met_by=CallMetBy.SALE, ended_at=sale.at)
    found = fed_losers([record(met, sold)], {trade.number: trade for trade in two})
    return [(each.about, each.compared) for each in found]


def test_a_winner_sold_to_keep_a_loser_names_both() -> None:
    assert fed("ETH") == [((1,), (2,))]


def test_without_a_loser_or_by_a_stop_it_is_no_fault() -> None:
    assert fed("") == []
    assert fed("ETH", c.MoveStop(symbol="BTC", price=D(95))) == []
