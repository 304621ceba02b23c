"""Ways to look disciplined: each is told from discipline by what it would have cost."""

import pytest

from ledger.account import commands as c
from ledger.account.state import OrderType, Side
from ledger.reports.grade.goals import Goal, GoalKind
from ledger.reports.grade.grade import Cap, Grade, Graded
from ledger.reports.grade.limits import Limit
from tests.reports.test_grade import PLANNED, SMALL, Graded10k, graded, won, world
from tests.worlds import D, perpetual, venue

NOTE = c.AddNote(text="what I did, and why")
SOLD = c.ClosePosition(symbol="ACME")
HALF = c.PlanSession(loss_per_trade=D("0.5"))


def bought(quantity: int, stop: str | None = None, leverage: int = 1) -> c.PlaceOrder:
    return c.PlaceOrder(
        symbol="ACME",
        side=Side.BUY,
        quantity=D(quantity),
        leverage=D(leverage),
        stop_loss=None if stop is None else D(stop),
        reason="because",
    )


def stop(trigger: int, limit: int) -> c.PlaceOrder:
    return c.PlaceOrder(
        symbol="ACME",
        side=Side.SELL,
        quantity=D(10),
        order_type=OrderType.STOP_LIMIT,
        trigger=D(trigger),
        limit=D(limit),
    )


def after(made: Graded10k, *acts: c.TraderCommand) -> Grade:
    """A bar later, with a note, and then a bar more."""
    made.flat(100, *acts)
    made.flat(100, SOLD, NOTE)
    return graded(made)


def test_a_stop_that_is_taken_off_every_other_bar_protects_half_of_the_time() -> None:
    made = world()
    made.flat(100, SMALL)
    for _ in range(2):
        made.flat(100, c.RemoveStop(symbol="ACME"))
        made.flat(100, c.MoveStop(symbol="ACME", price=D(98)))
    found = after(made)
    assert found.caps == (Cap.STOP,)
    assert found.total < 60


@pytest.mark.parametrize(("limit", "counts"), [(99, False), (95, True), (40, True)])
def test_a_stop_limit_that_would_rest_above_the_price_protects_nothing(
    limit: int, *, counts: bool
) -> None:
    made = world()
    made.flat(100, bought(10), stop(95, limit))
    found = after(made)
    assert (found.total == 100, Cap.STOP in found.caps) == (counts, not counts)


def test_money_paid_in_after_the_plan_does_not_enlarge_a_trade() -> None:
    """A tenth of 10,000 may be lost, and of the 20,000 after a deposit no more: 1,100 with what is
    let pass. What is taken out again leaves the 10,000 as they were."""
    for acts, points in (
        ((c.Deposit(amount=D(10_000)), bought(110, "90")), 15),
        ((c.Deposit(amount=D(10_000)), bought(112, "90")), 0),
        ((c.Deposit(amount=D(900)), c.Withdraw(amount=D(900)), bought(100, "90")), 15),
    ):
        made = world()
        made.flat(100, *acts)
        assert won(made)[Graded.SIZE] == points


def test_a_plan_that_allows_half_of_the_account_is_no_limit() -> None:
    made = world(HALF)
    made.flat(100, bought(90, "60"))  # 3,600 of 10,000
    found = after(made)
    assert Cap.STOP in found.caps
    assert {x.graded for x in found.parts if x.tested and not x.won} == {
        Graded.STOP, Graded.KEPT, Graded.SIZE
    }  # fmt: skip
    said = {x.graded: x.why for x in found.parts}
    assert said[Graded.STOP] == "the stop of ACME risked 3,600.00, more than a tenth of 10,000.00"


def test_without_a_plan_too_a_stop_that_loses_more_than_a_tenth_protects_nothing() -> None:
    for quantity, caps in ((100, ()), (120, (Cap.STOP,))):  # 1,000 and 1,200
        made = world(NOTE)
        made.flat(100, bought(quantity, "90", leverage=2))
        assert after(made).caps == caps


def test_a_trade_of_less_than_a_hundredth_of_the_account_shows_nothing() -> None:
    ten = Goal(kind=GoalKind.TRADES_AT_LEAST, count=2)
    made = Graded10k(venue(), perpetual(symbol="ACME", tick=D("0.01"), lot=D("0.1")))
    made.before = made.account
    made.flat(100, c.Deposit(amount=D(10_000)), c.PlanSession(loss_per_trade=D("0.1")))
    small = c.PlaceOrder(
        symbol="ACME", side=Side.BUY, quantity=D("0.9"), stop_loss=D(99), reason="because"
    )
    made.flat(100, small)
    made.flat(100, SOLD, NOTE, small)
    assert graded(made).caps == (Cap.TOKEN,)
    assert graded(made).total == 59
    assert [x.said for x in graded(made, ten).verdicts] == ["0 of 2 trades"]
    made.flat(100, SOLD, bought(1, "99"))  # 100 of 10,000
    made.flat(100)
    assert graded(made).caps == ()


def test_a_trade_undone_in_its_own_second_had_its_stop_and_counts_for_nothing() -> None:
    made = world()
    made.flat(100, SMALL, SOLD, NOTE)
    assert won(made)[Graded.STOP] == 15
    one = Goal(kind=GoalKind.TRADES_AT_LEAST)
    assert set(graded(made, one).caps) == {Cap.GOAL, Cap.TOKEN}


def test_leverage_that_comes_of_taking_money_out_is_leverage() -> None:
    """20,000 of coins on 20,000, and on 5,000 once 15,000 are taken out."""
    made = Graded10k(venue(), perpetual(symbol="ACME", tick=D("0.01")))
    made.before = made.account
    plan = c.PlanSession(loss_per_trade=D("0.1"), max_leverage=D(1))
    made.flat(100, c.Deposit(amount=D(20_000)), plan, bought(200, "95", leverage=10))
    made.flat(100, c.Withdraw(amount=D(15_000)))
    found = after(made)
    assert [(x.limit, x.said) for x in found.breaches] == [
        (Limit.LEVERAGE, "leverage of 4.0x, and the plan allows 1x")
    ]


def test_a_plan_that_comes_after_the_trade_brings_no_points() -> None:
    made = world(NOTE)
    made.flat(100, PLANNED)
    made.flat(100, SOLD)
    made.flat(100, c.PlanSession(loss_per_trade=D("0.1")), NOTE)
    assert made.account.plan is not None
    assert won(made)[Graded.SIZE] == won(made)[Graded.LIMITS] == 0
