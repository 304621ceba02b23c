"""A trade beside itself set and forgotten: ten coins bought at 100 with a stop at 95 risk 50."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.event_terms import ClosedBy
from ledger.account.state import OrderType, Side, Target
from ledger.frozen import replace
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.practice.forks.fork import Trunk
from ledger.practice.review import set_and_forget as lines
from ledger.practice.review.set_and_forget import set_and_forget
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase
from ledger.reports.discipline.managed import Managed, ManagedBy
from ledger.reports.trades.round_trip import trades_from
from ledger.reports.trades.trade import Trade
from tests.laws import tried
from tests.practice.recorded import told
from tests.practice.review.managing import (
    MINUTE,
    Happens,
    Meddler,
    doing,
    flat,
    recorded,
    tape,
    walk,
)
from tests.worlds import T0, D, only, venue

MONEY = c.Deposit(amount=D(10_000))
BUY = c.PlaceOrder(
    symbol="BTC",
    side=Side.BUY,
    quantity=D(10),
    stop_loss=D(95),
    targets=(Target(D(110), D(1)),),
    leverage=D(10),
)
OPENING = (MONEY, BUY)
AT_ONCE = (104, 102, 100, 110)
"""Prices of which the third fills an order at 100."""


def trades(trunk: Trunk) -> tuple[Trade, ...]:
    return trades_from(trunk.ledger.events(trunk.branch.id))


def managed(
    prices: tuple[int, ...],
    *steps: tuple[c.TraderCommand, ...],
    book: Rulebook | None = None,
    mode: Mode = Mode.CROSS,
    bars: int | None = None,
) -> Managed:
    """The one trade of an account that did this at the open of each bar."""
    with recorded(
        [tape("BTC", flat(*prices))], doing(*steps), book=book, mode=mode, bars=bars
    ) as t:
        return only(list(set_and_forget(t, trades(t))))


def rows(one: Managed) -> dict[ManagedBy, int]:
    """The rows that are not zero."""
    assert sum(one.rows.values()) == one.amount
    return {by: int(amount) for by, amount in one.rows.items() if amount}


def test_a_trade_left_alone_is_its_own_passive_result() -> None:
    one = managed((100, 104, 110, 100), OPENING)
    assert (one.passive, one.decisions) == (one.played, ())
    assert (one.passive_r, one.managed_r) == (2, 0)  # 10 x (110 - 100) over 50


def test_a_widened_stop_costs_what_the_trade_lost_beyond_the_first() -> None:
    """The first stop would have sold at 94, the price that met it: -60. It was moved to 90 and
    sold at 89: -110."""
    one = managed((100, 98, 94, 89), OPENING, (c.MoveStop(symbol="BTC", price=D(90)),))
    assert (one.passive.net, one.passive.closed_by) == (-60, ClosedBy.STOP_LOSS)
    assert one.played.net == -110
    assert rows(one) == {ManagedBy.STOP_WIDENED: -50}
    assert (one.passive_r, one.managed_r) == (D("-1.2"), -1)


def test_an_early_exit_is_held_against_the_target_that_was_met_later() -> None:
    """Closed by hand at 98: -20, where the target brought 10 x 10 = 100."""
    one = managed((100, 98, 97, 110), OPENING, (c.ClosePosition(symbol="BTC"),))
    assert rows(one) == {ManagedBy.EARLY_EXIT: -120}
    assert one.passive.at > one.played.at


def test_an_early_exit_that_spared_the_stop_is_worth_something() -> None:
    one = managed((100, 98, 95), OPENING, (c.ClosePosition(symbol="BTC"),))
    assert rows(one) == {ManagedBy.EARLY_EXIT: 30}  # -20 instead of -50


def test_what_was_closed_by_half_leaves_the_other_half_to_the_target() -> None:
    half = (c.ClosePosition(symbol="BTC", fraction=D("0.5")),)
    one = managed((100, 105, 110), OPENING, half)
    assert rows(one) == {ManagedBy.PART_CLOSE: -25}  # 5 x (110 - 105)


def test_an_add_is_worth_what_the_added_part_made() -> None:
    """The target sold the first ten at 110; the ten added at 105 were sold by hand at 112."""
    more = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10))
    close = (c.ClosePosition(symbol="BTC"),)
    one = managed((100, 105, 110, 112), OPENING, (more,), (), close)
    assert rows(one) == {ManagedBy.ADDED: 70}  # 10 x (112 - 105); the exit changed nothing more
    assert one.managed_r == D("1.4")


def test_a_target_moved_out_of_reach_costs_what_was_there_to_take() -> None:
    """The first target was met at 110, +100; the one at 120 never was, and the stop sold at 95."""
    one = managed((100, 105, 110, 95), OPENING, (c.MoveTarget(symbol="BTC", price=D(120)),))
    assert rows(one) == {ManagedBy.TARGET_MOVED: -150}


def test_each_decision_is_worth_what_it_changed_before_the_next() -> None:
    """The stop at 90 would have sold at 89 what the one at 95 sold at 94; instead it was sold by
    hand at 92."""
    one = managed(
        (100, 98, 94, 92, 89),
        OPENING,
        (c.MoveStop(symbol="BTC", price=D(90)),),
        (),
        (c.ClosePosition(symbol="BTC"),),
    )
    assert rows(one) == {ManagedBy.STOP_WIDENED: -50, ManagedBy.EARLY_EXIT: 30}
    assert [(each.by, each.amount) for each in one.decisions] == [
        (ManagedBy.STOP_WIDENED, -50),
        (ManagedBy.EARLY_EXIT, 30),
    ]


def test_a_stop_taken_off_and_set_farther_is_one_widening() -> None:
    off, on = c.RemoveStop(symbol="BTC"), c.MoveStop(symbol="BTC", price=D(90))
    one = managed((100, 98, 97, 94, 89), OPENING, (off,), (on,))
    assert rows(one) == {ManagedBy.STOP_WIDENED: -50}
    assert len(one.decisions) == 1


def test_a_tightened_stop_that_sold_before_the_rise() -> None:
    one = managed((100, 104, 102, 110), OPENING, (c.MoveStop(symbol="BTC", price=D(102)),))
    assert rows(one) == {ManagedBy.STOP_TIGHTENED: -80}  # 20 instead of 100


def test_what_a_forced_exit_costs_by_itself_is_a_row_of_its_own() -> None:
    """A hundred behind ten coins, five percent of maintenance: at 95 equity is 50 against 47.50, at
    94 it is 40 against 47. The venue sells there, for a fee of 1% of 940."""
    one = managed(
        (100, 97, 95, 94),
        (c.Deposit(amount=D(100)), BUY),
        (c.RemoveStop(symbol="BTC"),),
        book=venue(maintenance=D("0.05"), fee=D("0.01")),
    )
    assert (one.passive.net, one.passive.closed_by) == (-50, ClosedBy.STOP_LOSS)
    assert (one.played.net, one.played.closed_by) == (D("-69.4"), ClosedBy.LIQUIDATION)
    assert one.rows[ManagedBy.FORCED_EXIT] == D("-9.4")
    assert one.rows[ManagedBy.STOP_WIDENED] == -10  # 10 x (94 - 95)


def test_its_slippage_is_part_of_that_row_and_what_the_venue_bore_too() -> None:
    """Of an open at 94 the venue gets 1% less, 93.06, for a fee of 1% of 930.60."""
    poor = (c.Deposit(amount=D(100)), BUY)
    off = (c.RemoveStop(symbol="BTC"),)
    slips = venue(maintenance=D("0.05"), fee=D("0.01"), slippage=D("0.01"))
    rows = [*flat(100, 97, 95), (9_400, 9_400, 9_000, 9_000)]
    with recorded([tape("BTC", rows)], doing(poor, off), book=slips) as trunk:
        one = only(list(set_and_forget(trunk, trades(trunk))))
    assert one.rows[ManagedBy.FORCED_EXIT] == D("-18.706")
    assert one.rows[ManagedBy.STOP_WIDENED] == -10
    # At 85 the price has taken 150 of the 100 there were: the venue bears 50.
    one = managed((100, 97, 95, 85), poor, off, book=venue(maintenance=D("0.05")))
    assert (one.passive.net, one.played.net) == (-50, -100)
    assert one.rows[ManagedBy.FORCED_EXIT] == 50
    assert one.rows[ManagedBy.STOP_WIDENED] == -100


def _saved(*later: tuple[c.TraderCommand, ...]) -> Managed:
    """Five percent of maintenance: with the first 100 alone the venue sells below 94.74."""
    far = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10), stop_loss=D(90), leverage=D(10))
    book = venue(maintenance=D("0.05"))
    return managed((100, 97, 96, 94, 90), (c.Deposit(amount=D(100)), far), *later, book=book)


def test_money_that_came_while_the_trade_lasted_comes_in_its_line_too() -> None:
    one = _saved((c.Deposit(amount=D(1_000)),), (c.ClosePosition(symbol="BTC"),))
    assert (one.passive.net, one.passive.closed_by) == (-100, ClosedBy.STOP_LOSS)


def test_after_the_trade_nothing_more_is_done_in_its_line() -> None:
    one = _saved((c.ClosePosition(symbol="BTC"),), (c.Deposit(amount=D(1_000)),))
    assert (one.passive.net, one.passive.closed_by) == (-60, ClosedBy.LIQUIDATION)


def test_a_trade_that_was_liquidated_before_its_stop_is_so_in_its_line_too() -> None:
    """A stop at 90 lies beyond the 94.74 at which the venue sells: the plan never protected."""
    far = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10), stop_loss=D(90), leverage=D(10))
    one = managed(
        (100, 97, 94),
        (c.Deposit(amount=D(100)), far),
        (c.ClosePosition(symbol="BTC"),),
        book=venue(maintenance=D("0.05"), fee=D("0.01")),
    )
    assert (one.passive.net, one.passive.closed_by) == (D("-69.4"), ClosedBy.LIQUIDATION)
    assert one.rows[ManagedBy.EARLY_EXIT] == 30  # 10 x (97 - 94)
    assert one.rows[ManagedBy.FORCED_EXIT] == D("9.4")


def test_a_line_that_meets_neither_stop_nor_target_is_valued_where_the_clock_stands() -> None:
    prices, close = (100, 98, 99, 103, 120), (c.ClosePosition(symbol="BTC"),)
    one = managed(prices, OPENING, close, bars=4)
    assert (one.passive.is_open, one.passive.mark, one.passive.net) == (True, 103, 30)
    assert rows(one) == {ManagedBy.EARLY_EXIT: -50}  # -20 instead of +30
    later = managed(prices, OPENING, close)
    assert (later.passive.is_open, later.passive.net) == (False, 200)  # at 120, beyond the target


def test_what_happens_by_itself_happens_in_the_line_too_and_once() -> None:
    """The position is closed at 104 in the third bar; the same before there was one did nothing.
    An order that fills at the very open at which that happens is closed there, at 100."""
    close = c.ClosePosition(symbol="BTC")
    fate = (Happens(T0, close), Happens(T0 + 2 * MINUTE, close))
    move = c.MoveTarget(symbol="BTC", price=D(120))
    for does, prices, made in (
        (doing(OPENING, (move,)), (100, 102, 104, 110), 40),
        (doing((MONEY, replace(BUY, order_type=OrderType.LIMIT, limit=D(100)))), AT_ONCE, 0),
    ):
        with recorded([tape("BTC", flat(*prices))], does, fate=fate) as trunk:
            history = lines._History(trunk, trades(trunk))
            story = only(history.stories)
            assert story.begins is not None
            assert history.line(story, story.begins).net == story.trade.net == made


def test_without_a_stop_or_an_end_there_is_no_passive_result() -> None:
    bare = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10))
    for order, then in ((bare, (c.ClosePosition(symbol="BTC"),)), (BUY, ())):
        with recorded([tape("BTC", flat(100, 101))], doing((MONEY, order), then)) as trunk:
            assert len(trades(trunk)) == 1
            assert list(set_and_forget(trunk, trades(trunk))) == []


def test_orders_of_the_same_symbol_after_the_trade_are_not_given_again() -> None:
    """Sold at 98 and bought again at 97: the first trade is still held in its line, and not
    doubled."""
    prices, again = (
        (100, 98, 97, 110),
        c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10), stop_loss=D(90)),
    )
    with recorded(
        [tape("BTC", flat(*prices))],
        doing(
            OPENING, (c.ClosePosition(symbol="BTC"),), (again,), (c.ClosePosition(symbol="BTC"),)
        ),
    ) as trunk:
        first, second = set_and_forget(trunk, trades(trunk))
    assert (first.passive.net, second.passive.net) == (100, 130)
    assert second.passive.is_open


def _law(seed: int) -> None:
    """The difference adds up; the line after the last decision is what was played; and a line run
    through every bar is the one in which quiet bars were skipped."""
    chance = Random(seed)
    symbols = ["BTC", "ETH"][: chance.randint(1, 2)]
    tapes = [walk(chance, symbol, 120) for symbol in symbols]
    book = venue(taker_fee=D("0.0005"), stop_slippage=D("0.001"), fee=D("0.004"))
    mode = chance.choice((Mode.CROSS, Mode.ISOLATED))
    trader = Meddler(chance, symbols, chance.choice((0.1, 0.2)))
    with recorded(tapes, trader, book=book, mode=mode) as trunk:
        history = lines._History(trunk, [x for x in trades(trunk) if x.r is not None])
        for story in history.stories:
            one = history.managed(story)
            assert sum(one.rows.values()) == one.played.net - one.passive.net
            assert story.begins is not None
            last = story.decided[-1][2] if story.decided else story.begins
            if last.at.seq < (story.trade.closed_seq or 0):
                assert history.line(story, last) == one.played
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(lines, "going_to", _stepping)
                assert history.line(story, story.begins) == one.passive


def _stepping(session: Session, place: Place):  # type: ignore[no-untyped-def]
    """The plain engine: every bar, opened and closed."""

    def order(each: Place) -> tuple[int, bool]:
        return each.index, each.phase is Phase.CLOSED

    while order(session.place) < order(place):
        if session.place.phase is Phase.OPEN:
            yield session.close_step()
        else:
            yield session.open_step()


@tried(10)
@given(seed=st.integers(0, 2**48))
def test_decisions_add_up_to_the_difference_between_played_and_passive(seed: int) -> None:
    _law(seed)


@tried(8)
@given(seed=st.integers(0, 2**48))
def test_the_line_after_the_last_decision_is_what_was_played_in_any_world(seed: int) -> None:
    """Lenders, funding, splits and incidents, which happen by themselves in the line too."""
    with told(seed) as one:
        history = lines._History(one.trunk, [x for x in trades(one.trunk) if x.r is not None])
        for story in history.stories:
            assert story.begins is not None
            last = story.decided[-1][2] if story.decided else story.begins
            if last.at.seq < (story.trade.closed_seq or 0):
                assert history.line(story, last) == history.managed(story).played


def test_the_law_catches_a_line_that_forgets_what_was_charged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = lines._History.line

    def free(self, story, start):  # type: ignore[no-untyped-def]
        line = whole(self, story, start)
        return lines.Line(net=line.net + 1, at=line.at, closed_by=line.closed_by)

    monkeypatch.setattr(lines._History, "line", free)
    with pytest.raises(AssertionError):
        _law(3)
