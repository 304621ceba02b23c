"""The grade: each part is won or lost by what was done, whatever it earned."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.state import Account, GoodFor, OrderType, Side
from ledger.practice.sessions.statement import equity_of
from ledger.reports.grade.goals import Goal, GoalKind
from ledger.reports.grade.grade import Cap, Grade, Graded, Terms, grade_of
from ledger.reports.grade.past import Run
from tests.worlds import DAY, World, broker, perpetual, stock, venue

D = Decimal
PLAN = c.PlanSession(preset="two-percent", loss_per_trade=D("0.1"))
"""A tenth of 10,000: 1,000."""
PLANNED = c.PlaceOrder(
    symbol="ACME",
    side=Side.BUY,
    quantity=D(100),
    stop_loss=D(90),
    reason="it stood on its average",
)
"""100 shares, 10 from entry to stop: 1,000 at risk."""


class Graded10k(World):
    """A world whose account before its first event is known."""

    before: Account


def world(*commands: c.TraderCommand, interval: int = DAY) -> Graded10k:
    made = Graded10k(broker(), stock(tick=D("0.01")), interval=interval)
    made.before = made.account
    made.flat(100, c.Deposit(amount=D(10_000)), *(commands or (PLAN,)))
    return made


def grade(made: Graded10k, *goals: Goal) -> Grade | None:
    now = made.market.time
    run = Run(
        before=made.before,
        events=made.events,
        until=now,
        equity=equity_of(made.account, made.market),
    )
    return grade_of(run, Terms(bar=made.interval, goals=goals))


def graded(made: Graded10k, *goals: Goal) -> Grade:
    found = grade(made, *goals)
    assert found is not None
    return found


def won(made: Graded10k) -> dict[Graded, int]:
    return {part.graded: part.won for part in graded(made).parts if part.tested}


def test_who_trades_nothing_is_not_graded() -> None:
    assert grade(world()) is None


def test_a_planned_trade_with_a_stop_and_a_note_has_all_points_also_at_a_loss() -> None:
    made = world()
    made.flat(100, PLANNED)
    made.bar({"ACME": (100, 100, 80, 85)})
    made.flat(85, c.AddNote(text="the average broke"))
    assert graded(made).total == 100


def test_an_entry_without_a_stop_a_reason_and_a_note_keeps_only_the_other_limits() -> None:
    made = world()
    made.flat(100, c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10)))
    found = graded(made)
    assert {part.graded for part in found.parts if part.won and part.tested} == {Graded.LIMITS}
    # 5 of 15 + 20 + 15 + 5 + 10: no call came and no result, so neither counts
    assert found.total == 8
    assert found.caps == (Cap.STOP,)


def test_a_stop_set_a_bar_later_still_counts_and_two_bars_later_does_not() -> None:
    for bars, points in ((1, 15), (2, 0)):
        made = world()
        made.flat(100, c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10)))
        for _ in range(bars - 1):
            made.flat(100)
        made.flat(100, c.MoveStop(symbol="ACME", price=D(90)))
        assert won(made)[Graded.STOP] == points


def test_a_stop_moved_back_loses_its_part_and_one_moved_nearer_does_not() -> None:
    for price, points in (("89.5", 0), ("95", 20)):
        made = world()
        made.flat(100, PLANNED)
        made.flat(100, c.MoveStop(symbol="ACME", price=D(price)))
        assert won(made)[Graded.KEPT] == points


def test_widening_is_measured_against_the_first_stop() -> None:
    """Nearer, and then back to where it was at first: nothing was given away."""
    made = world()
    made.flat(100, PLANNED)
    made.flat(100, c.MoveStop(symbol="ACME", price=D(95)))
    made.flat(100, c.MoveStop(symbol="ACME", price=D(90)))
    assert won(made)[Graded.KEPT] == 20


SMALL = c.PlaceOrder(
    symbol="ACME", side=Side.BUY, quantity=D(10), stop_loss=D(98), reason="a small one"
)
"""20 at risk of the 1,000 allowed."""


@pytest.mark.parametrize(
    ("given_up", "is_grave"),
    [
        ([c.RemoveStop(symbol="ACME")], True),
        ([c.CancelOrder(id="#2")], True),
        ([c.CancelOrder(id="#2"), c.MoveStop(symbol="ACME", price=D(78))], True),  # 10 x 2
        ([c.CancelOrder(id="#2"), c.MoveStop(symbol="ACME", price=D(97))], False),  # half an R
        ([c.AmendOrder(id="#2", trigger=D(90))], True),
        (
            [
                c.CancelOrder(id="#2"),
                c.PlaceOrder(
                    symbol="ACME",
                    side=Side.SELL,
                    quantity=D(10),
                    order_type=OrderType.STOP,
                    trigger=D(98),
                    good_for=GoodFor.DAY,
                ),
            ],
            True,
        ),
        (
            [
                c.CancelOrder(id="#2"),
                c.PlaceOrder(
                    symbol="ACME",
                    side=Side.SELL,
                    quantity=D(5),
                    order_type=OrderType.STOP,
                    trigger=D(98),
                ),
            ],
            True,
        ),
    ],
    ids=["removed", "cancelled", "set farther", "set a bit farther", "amended", "expired", "half"],
)
def test_a_stop_is_given_up_by_whatever_takes_it_away(
    given_up: list[c.TraderCommand], is_grave: bool
) -> None:
    made = world()
    made.flat(100, SMALL)
    made.flat(100, *given_up)
    for _ in range(3):
        made.flat(100)
    made.flat(100, c.ClosePosition(symbol="ACME"))
    found = graded(made)
    assert won(made)[Graded.STOP] == 15
    assert won(made)[Graded.KEPT] == 0
    assert (Cap.STOP in found.caps) is is_grave


def test_a_stop_replaced_by_an_order_of_the_trader_s_own_at_the_same_price_is_kept() -> None:
    made = world()
    made.flat(100, SMALL)
    again = c.PlaceOrder(
        symbol="ACME", side=Side.SELL, quantity=D(10), order_type=OrderType.STOP, trigger=D(98)
    )
    made.flat(100, c.CancelOrder(id="#2"), again)
    made.flat(100, c.ClosePosition(symbol="ACME"))
    assert won(made)[Graded.KEPT] == 20


def test_a_stop_that_an_outage_took_is_not_held_against_who_sets_it_again_at_once() -> None:
    outage = c.StartIncident(kind=IncidentKind.OUTAGE, lasts=2 * DAY, stops=StopsThere.DIE)
    for sets, points in ((True, 20), (False, 0)):
        made = world()
        made.flat(100, SMALL)
        made.flat(100, outage)
        made.flat(100)
        made.flat(100, *([c.MoveStop(symbol="ACME", price=D(98))] if sets else []))
        for _ in range(3):
            made.flat(100)
        made.flat(100, c.ClosePosition(symbol="ACME"))
        assert won(made)[Graded.KEPT] == points


def leveraged(stop: str, slippage: str = "0") -> Grade:
    """Ten coins at 100, isolated at 10x: bankrupt at 90, and at half a percent of maintenance
    liquidated where 100 + (P - 100) x 10 = 0.005 x 10 x P: 900 / 9.95 = 90.4523."""
    made = Graded10k(venue(stop_slippage=D(slippage)), perpetual(tick=D("0.01")))
    made.before = made.account
    made.flat(100, c.Deposit(amount=D(10_000)), PLAN)
    made.flat(
        100,
        c.PlaceOrder(
            symbol="BTC",
            side=Side.BUY,
            quantity=D(10),
            leverage=D(10),
            stop_loss=D(stop),
            reason="because",
        ),
    )
    made.flat(101, c.ClosePosition(symbol="BTC"))
    return graded(made)


def test_a_stop_counts_only_if_it_fills_before_the_liquidation() -> None:
    assert leveraged("90.46").caps == ()
    assert leveraged("90.45").caps == (Cap.STOP,)
    # 91 slips to 91 x 0.99 = 90.09 first
    assert leveraged("91", slippage="0.01").caps == (Cap.STOP,)
    assert leveraged("92", slippage="0.01").caps == ()  # 91.08


def test_size_is_held_against_the_plan_and_without_one_its_points_are_not_given() -> None:
    for risked, points in ((110, 15), (112, 0)):  # a tenth more is allowed: 1,100 of 1,000
        made = world()
        made.flat(
            100, c.PlaceOrder(symbol="ACME", side=Side.BUY, risk=D(risked * 10), stop_loss=D(90))
        )
        assert won(made)[Graded.SIZE] == points
    bare = world(c.AddNote(text="no plan"))
    bare.flat(100, PLANNED)
    assert won(bare)[Graded.SIZE] == won(bare)[Graded.LIMITS] == 0


def test_a_share_of_the_purse_is_a_share_of_what_it_held() -> None:
    plan = c.PlanSession(loss_per_trade=D("0.02"), purse=D(50_000))  # 1,000
    made = world(plan)
    made.flat(100, PLANNED)
    assert won(made)[Graded.SIZE] == 15


def test_a_loss_beyond_its_limit_keeps_a_grade_below_forty() -> None:
    """The stop is taken off in the bar in which it would have acted: 3,000 lost of 1,000."""
    made = world()
    made.flat(100, PLANNED)
    made.flat(100, c.RemoveStop(symbol="ACME"))
    made.flat(70, c.ClosePosition(symbol="ACME"), c.AddNote(text="that went wrong"))
    found = graded(made)
    assert Cap.LOSS in found.caps
    assert found.total < 40


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"max_leverage": D(1)}, "leverage of 1.5x, and the plan allows 1x"),
        ({"max_trades": 1}, "trade 2 of the day, and the plan allows 1"),
        ({"daily_loss": D("0.01")}, "150.05 was lost in a day, and the plan allows 100.00"),
        ({"trailing_floor": D("0.01")}, "equity fell to 9,849.95, below the floor at 9,900.00"),
    ],
)
def test_each_limit_of_the_plan_is_judged(plan: dict[str, D], said: str) -> None:  # type: ignore[valid-type]
    made = world(c.PlanSession(**plan), interval=3600)  # type: ignore[arg-type]
    big = c.PlaceOrder(
        symbol="ACME", side=Side.BUY, quantity=D(150), leverage=D(2), stop_loss=D(90)
    )
    made.flat(100, big)
    # 150 lost, and 5,000 x 8% x 1/24 of a day of 360 = 0.05 of interest
    made.flat(99, c.ClosePosition(symbol="ACME"))
    made.flat(99, SMALL)
    assert [breach.said for breach in graded(made).breaches] == [said]


def test_profit_that_was_to_be_put_aside_is_looked_for_at_the_end() -> None:
    for swept, points in ((25, 5), (24, 0)):
        made = world(c.PlanSession(put_aside=D("0.25")))
        made.flat(100, SMALL)
        made.flat(110, c.ClosePosition(symbol="ACME"), c.Sweep(amount=D(swept)))  # 100 gained
        assert won(made)[Graded.LIMITS] == points


def test_a_call_paid_in_time_keeps_its_part_and_a_forced_sale_loses_it() -> None:
    for answers, points in ((True, 10), (False, 0)):
        made = world()
        made.flat(100, c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2)))
        made.flat(70)  # equity 4,000 of 14,000: below 30 %
        made.flat(70, *([c.AnswerCall(answer=Answer.DEPOSIT, amount=D(1_000))] if answers else []))
        for _ in range(4):
            made.flat(70)
        assert won(made)[Graded.CALLS] == points


def test_a_call_that_never_came_counts_neither_way() -> None:
    made = world()
    made.flat(100, PLANNED)
    assert Graded.CALLS not in won(made)


def test_more_risk_in_the_wake_of_a_result_is_heat() -> None:
    """1,000 lost; then 100 x (85 - 76.5) = 850 at risk, or 150 x 8.5 = 1,275: 1.25 x 1,000 = 1,250
    is where it begins. On the next day it still is one of the next three entries."""

    def after(seconds: int, quantity: int) -> int:
        made = world(interval=seconds)
        made.flat(100, PLANNED)
        made.bar({"ACME": (100, 100, 80, 85)})
        again = c.PlaceOrder(
            symbol="ACME", side=Side.BUY, quantity=D(quantity), stop_loss=D("76.5")
        )
        made.flat(85, again)
        return won(made)[Graded.HEAT]

    assert after(60, 150) == 0
    assert after(60, 100) == 5
    assert after(DAY, 150) == 0


def test_a_goal_that_was_missed_keeps_a_grade_below_sixty() -> None:
    made = world()
    made.flat(100, PLANNED)
    made.flat(105, c.ClosePosition(symbol="ACME"), c.AddNote(text="done"))
    ten = Goal(kind=GoalKind.TRADES_AT_LEAST, count=10)
    found = graded(made, ten)
    assert [verdict.said for verdict in found.verdicts] == ["1 of 10 trades"]
    assert (found.total, found.caps) == (59, (Cap.GOAL,))
    assert graded(made, Goal(kind=GoalKind.TRADES_AT_LEAST)).total == 100


def test_money_paid_in_later_does_not_help_to_reach_an_equity() -> None:
    made = world()
    made.flat(100, SMALL, c.Deposit(amount=D(5_000)))
    made.flat(100, c.Withdraw(amount=D(3_000)))
    asked = Goal(kind=GoalKind.EQUITY_ABOVE, amount=D(10_000))
    (verdict,) = graded(made, asked).verdicts
    assert not verdict.met
    assert verdict.said == "10,000.00 at the end, asked for: more than 10,000.00"
