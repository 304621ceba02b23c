"""A plan for the session: made before the first order, and locked by it until the next day."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.books.wire.codec import from_wire, to_wire
from ledger.practice.forks.retold import retold
from tests.worlds import DAY, World, broker, only, stock

D = Decimal
PLAN = c.PlanSession(
    preset="two-percent",
    loss_per_trade=D("0.02"),
    max_leverage=D(2),
    max_trades=3,
    answer_to_call=Answer.SELL,
    put_aside=D("0.25"),
    daily_loss=D("0.06"),
    trailing_floor=D("0.1"),
)
BUY = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10))


def world(interval: int = DAY) -> World:
    made = World(broker(), stock(), interval=interval)
    made.flat(100, c.Deposit(amount=D(10_000)))
    return made


def refused(made: World, command: c.PlanSession = PLAN) -> str:
    before = made.account
    event = only(made.do(command))
    assert isinstance(event, e.ActionRefused)
    assert made.account.plan == before.plan
    return event.reason


def test_a_plan_is_recorded_and_in_force() -> None:
    made = world()
    event = only(made.do(PLAN))
    assert isinstance(event, e.SessionPlanned)
    assert from_wire(to_wire(event, 3, "test")) == event
    assert made.account.plan is not None
    assert made.account.plan.limits() == PLAN.limits() == event.limits()
    assert retold(made.account, [event]) == PLAN


def test_an_account_without_a_plan_is_what_it_always_was() -> None:
    assert world().account.plan is None


def test_a_plan_can_be_made_anew_until_the_first_order_and_on_the_next_day() -> None:
    made = world(interval=3600)
    made.do(PLAN)
    other = c.PlanSession(max_trades=1)
    made.do(other)
    assert made.account.plan is not None
    assert made.account.plan.max_trades == 1
    made.flat(100, BUY)
    assert refused(made) == "a plan is made with no position and no order open"
    made.flat(100, c.ClosePosition(symbol="ACME"))
    assert "locked since the first order" in refused(made)
    for _ in range(24):
        made.flat(100)
    made.do(PLAN)
    assert made.account.plan.max_trades == 3


def test_a_scenario_s_own_plan_is_not_replaced() -> None:
    made = world()
    made.do(c.PlanSession(max_trades=1, own=True))
    assert refused(made) == "the scenario has its own plan"


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({}, "sets no limit"),
        ({"loss_per_trade": D(0)}, "loss_per_trade must be above zero"),
        ({"daily_loss": D("1.5")}, "daily_loss must be above zero and at most 1"),
        ({"max_leverage": D("0.5")}, "max_leverage must be 1 or more"),
        ({"max_trades": 0}, "max_trades must be 1 or more"),
        ({"loss_per_trade": D("0.02"), "purse": D(0)}, "the purse holds nothing"),
        ({"loss_per_trade": D("NaN")}, "loss_per_trade must be a number"),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: dict[str, object], why: str) -> None:
    assert why in refused(world(), c.PlanSession(**limits))  # type: ignore[arg-type]
