"""Stops, exits and carry: what is found, and what the market did by itself."""

from dataclasses import replace
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.event_terms import Answer, ClosedBy
from ledger.market.instrument import Kind, OptionTerms, Right
from ledger.reports.discipline.findings import VERSIONS, Detector, in_r
from ledger.reports.discipline.managed import Line, Managed, ManagedBy, Worth, managed_by
from ledger.reports.discipline.stops import (
    carry_drag,
    close_stops,
    moves,
    past_stops,
    without_stop,
)
from ledger.reports.trades.calls import Answered, CallOnTheWay
from ledger.reports.trades.trade import Trade
from tests.reports.trades.played import buy, close, coin, the_trade, trades
from tests.worlds import D, World, only


def sold(leave: int, *between: c.Command) -> Trade:
    """Ten bought at 100 with a stop at 90, a risk of 100; something is done, and all is sold."""
    world = coin()
    world.flat(100, buy(10, stop=90))
    world.flat(100, *between)
    world.flat(leave, close())
    return the_trade(world)


def managed(trade: Trade, *decisions: tuple[ManagedBy, int]) -> Managed:
    """A trade whose decisions were worth these amounts."""
    assert trade.closed_at is not None
    played = Line(net=trade.net, at=trade.closed_at, closed_by=ClosedBy.TRADER)
    made = tuple(
        Worth(seq=10 + number, at=trade.opened_at, by=by, amount=D(amount))
        for number, (by, amount) in enumerate(decisions)
    )
    before = trade.net - sum((each.amount for each in made), D(0))
    passive = Line(net=before, at=trade.closed_at, closed_by=ClosedBy.STOP_LOSS)
    return Managed(trade=trade, passive=passive, played=played, decisions=made)


def test_each_kind_of_move_is_worth_what_its_decisions_changed_in_r() -> None:
    trade = sold(100)
    one = managed(
        trade,
        (ManagedBy.STOP_WIDENED, -150),
        (ManagedBy.TARGET_MOVED, 20),
        (ManagedBy.STOP_WIDENED, 50),
        (ManagedBy.EARLY_EXIT, -30),
    )
    assert [(each.detector, each.figure, each.version) for each in moves([one])] == [
        (Detector.STOP_WIDENED, -1, 1),  # (-150 + 50) / 100
        (Detector.EARLY_EXIT, D("-0.3"), 1),
        (Detector.TARGET_MOVED, D("0.2"), 1),
    ]
    assert in_r(moves([one])) == D("-1.1")


def test_a_widened_stop_is_told_even_if_it_made_no_difference() -> None:
    one = managed(sold(100), (ManagedBy.STOP_WIDENED, 0), (ManagedBy.EARLY_EXIT, 0))
    assert [each.detector for each in moves([one])] == [Detector.STOP_WIDENED]


def test_tightening_adding_and_taking_a_part_are_no_faults() -> None:
    kinds = (ManagedBy.STOP_TIGHTENED, ManagedBy.ADDED, ManagedBy.PART_CLOSE)
    assert list(moves([managed(sold(100), *((by, -50) for by in kinds))])) == []


def test_a_trade_without_a_stop_is_found_with_one_it_is_not() -> None:
    world = coin()
    world.flat(100, buy(10))
    assert [each.id for each in without_stop(trades(world))] == ["no-stop-1"]
    assert list(without_stop([sold(100)])) == []


def test_an_option_that_was_bought_needs_no_stop() -> None:
    world = coin()
    world.flat(100, buy(10))
    trade = only(trades(world))
    terms = OptionTerms(on="X", strike=D(100), expires=0, right=Right.CALL)
    option = replace(trade.instrument, kind=Kind.OPTION, option=terms)
    assert list(without_stop([replace(trade, instrument=option)])) == []
    written = replace(trade, instrument=option, side=trade.side.opposite)
    assert len(list(without_stop([written]))) == 1


def test_a_loss_beyond_the_stop_counts_from_one_and_a_fifth() -> None:
    """The stop was moved to 80, and all was sold at 85: 1.5 R."""
    wide = sold(85, c.MoveStop(symbol="BTC", price=D(80)))
    found = only(past_stops([wide]))
    assert (found.figure, found.about) == (D("-0.3"), (1,))
    assert list(past_stops([sold(88, c.MoveStop(symbol="BTC", price=D(80)))])) == []  # 1.2 R


def test_a_stop_that_the_market_jumped_over_is_no_fault() -> None:
    """Left alone at 90, it sold at the next open, 80: 2 R."""
    world = coin()
    world.flat(100, buy(10, stop=90))
    world.flat(80)
    trade = the_trade(world)
    assert (trade.r, trade.closed_by) == (-2, ClosedBy.STOP_LOSS)
    assert list(past_stops([trade])) == []


def test_what_was_added_makes_it_the_traders_loss() -> None:
    """Twenty lose 20 each over a risk of 100."""
    world = coin()
    world.flat(100, buy(10, stop=90))
    world.flat(100, buy(10))
    world.flat(80)
    assert [each.figure for each in past_stops(trades(world))] == [D("-2.8")]


def test_an_early_exit_that_answers_a_margin_call_is_none() -> None:
    one = managed(sold(100), (ManagedBy.EARLY_EXIT, -30))
    at = one.decisions[0].at
    sells = Answered(9, at, Answer.SELL, None, None, None)
    call = CallOnTheWay(8, at, "house", D(100), None, (sells,))
    assert list(moves([replace(one, trade=replace(one.trade, calls=(call,)))])) == []
    waits = replace(call, answers=(Answered(9, at, Answer.WAIT, None, None, None),))
    assert len(list(moves([replace(one, trade=replace(one.trade, calls=(waits,)))]))) == 1


def winners(*lows: int) -> list[Trade]:
    """Winners that were this low on the way from 100 to 110, with a stop at 90."""
    world = coin(1_000_000)
    for low in lows:
        world.flat(100, buy(10, stop=90))
        world.bar({"BTC": (100, 100, low, 100)})
        world.flat(110, close())
    return list(trades(world))


def test_stops_are_close_where_winners_nearly_met_them() -> None:
    """Nine of ten used 0.8 R or more: the ninth in order is the 90th percentile."""
    found = only(close_stops(winners(99, 92, 92, 92, 92, 92, 92, 92, 91, 91)))
    assert (found.figure, len(found.compared)) == (D("0.9"), 10)
    assert found.about == (2, 3, 4, 5, 6, 7, 8, 9, 10)


def test_four_fifths_of_the_way_are_close() -> None:
    assert [each.figure for each in close_stops(winners(*(92,) * 10))] == [D("0.8")]


def test_stops_with_room_or_too_few_winners_are_not() -> None:
    assert list(close_stops(winners(99, 99, 99, 99, 99, 99, 99, 99, 99, 91))) == []
    assert list(close_stops(winners(91, 91, 91))) == []


def test_every_detector_has_a_version() -> None:
    assert VERSIONS.keys() == set(Detector)


def carried(world: World, amount: Decimal) -> list[Trade]:
    trade = the_trade(world)
    return [replace(trade, costs=replace(trade.costs, funding=amount))]


def test_carry_is_found_from_a_quarter_of_what_the_price_made() -> None:
    """Ten from 100 to 104 make 40 before costs."""
    world = coin()
    world.flat(100, buy(10, stop=90))
    world.flat(104, close())
    assert [each.figure for each in carry_drag(carried(world, D(10)))] == [D("0.25")]
    assert list(carry_drag(carried(world, D("9.99")))) == []
    assert list(carry_drag(carried(world, D(-10)))) == []  # it was received


def test_what_a_decision_did_is_told_from_its_events() -> None:
    world = coin()
    world.flat(100, buy(10, stop=90))
    more = c.PlaceOrder(symbol="BTC", side=buy(1).side, quantity=D(1), leverage=D(1))
    for commands, by in (
        ((c.MoveStop(symbol="BTC", price=D(85)),), ManagedBy.STOP_WIDENED),
        ((c.MoveStop(symbol="BTC", price=D(95)),), ManagedBy.STOP_TIGHTENED),
        ((c.MoveTarget(symbol="BTC", price=D(120)),), ManagedBy.TARGET_MOVED),
        ((more,), ManagedBy.ADDED),
        ((close(2),), ManagedBy.PART_CLOSE),
        ((c.RemoveStop(symbol="BTC"),), ManagedBy.STOP_WIDENED),
        ((close(),), ManagedBy.EARLY_EXIT),
    ):
        world.flat(100)
        first = len(world.events) + 2  # the opening of the account is event 1
        led = world.do(*commands)
        trade = trades(world)[0]
        held = D(9)
        assert managed_by(trade, list(enumerate(led, first)), held) is by
