"""How a margin call was answered, and what was sold to answer it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.event_terms import Answer, CallExpiredBy, CallMetBy
from ledger.reports.discipline.calls import fed_losers, left_calls, responses
from ledger.reports.trades.calls import Answered, CallOnTheWay
from ledger.reports.trades.trade import Trade
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


def two_trades(*commands: c.Command) -> list[Trade]:
    """Long in both coins; then something is done."""
    pair = (perpetual("BTC", tick=D("0.01")), perpetual("ETH", tick=D("0.01")))
    world = World(venue(), *pair, mode=venue().modes[1])
    bar = {"BTC": (100,) * 4, "ETH": (100,) * 4}
    world.bar(bar, c.Deposit(amount=D(100_000)), buy(1), order(buy(1).side, 1, symbol="ETH"))
    world.bar(bar, *commands)
    return list(trades(world))


def met(call: CallOnTheWay, *commands: c.Command) -> list[Trade]:
    return [replace(trade, calls=(call,)) for trade in two_trades(*commands)]


def test_a_call_met_by_half_the_time_by_the_traders_own_deposit() -> None:
    call = called(answer(Answer.DEPOSIT, 50, 200), met_by=CallMetBy.DEPOSIT, ended_at=T0 + 50)
    response = only(responses(met(call)))
    assert (response.time_used, response.self_cured, response.left) == (D("0.5"), 1, False)
    assert response.trades == (1, 2)
    assert list(left_calls([response])) == []


def test_waiting_is_no_answer_that_cures() -> None:
    """It waited at once, and paid after eighty of the hundred seconds: 150 of 200."""
    waits, pays = answer(Answer.WAIT, 0), answer(Answer.DEPOSIT, 80, 150, seq=52)
    call = called(waits, pays, expired_at=T0 + 100, expired_by=CallExpiredBy.DUE)
    response = only(responses(met(call)))
    assert (response.time_used, response.self_cured) == (D("0.8"), D("0.75"))


def test_a_call_that_runs_out_or_ends_by_a_forced_sale_was_left_alone() -> None:
    ran_out = called(expired_at=T0 + 100, expired_by=CallExpiredBy.DUE)
    forced = called(met_by=CallMetBy.FORCED_SALE, ended_at=T0 + 90)
    for call in (ran_out, forced):
        found = only(left_calls(responses(met(call))))
        assert (found.about, found.id) == ((1, 2), "call-left-50")


def test_a_call_that_the_market_or_new_rules_met_was_neither_cured_nor_left() -> None:
    for by in (CallMetBy.MARKET, CallMetBy.RULES):
        response = only(responses(met(called(met_by=by, ended_at=T0 + 10))))
        assert (response.self_cured, response.time_used, response.left) == (0, None, False)


def fed(made: Mapping[str, int], what: Answer = Answer.SELL) -> list[tuple[tuple[int, ...], ...]]:
    """BTC is sold in answer to the call; what each coin had made until then."""
    day = 86_400
    call = called(answer(what, day, seq=1), met_by=CallMetBy.SALE, ended_at=T0 + day)
    two = met(call, close(symbol="BTC"))
    standing: Mapping[str, Decimal] = {symbol: D(amount) for symbol, amount in made.items()}
    found = fed_losers(responses(two), {x.number: x for x in two}, lambda _: standing)
    return [(each.about, each.compared) for each in found]


def test_a_winner_sold_to_keep_a_loser_names_both() -> None:
    assert fed({"BTC": 50, "ETH": -30}) == [((1,), (2,))]


def test_selling_the_loser_or_having_none_is_no_fault() -> None:
    assert fed({"BTC": -50, "ETH": 30}) == []
    assert fed({"BTC": 50, "ETH": 30}) == []
    assert fed({"BTC": 50, "ETH": -30}, Answer.WAIT) == []
