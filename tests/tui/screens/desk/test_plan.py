"""The plan for the session on the desk: made in a form, and what breaks it is said at once."""

import pytest

from ledger.account.event_terms import Answer
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.worlds import first_call

DEPOSIT = ("d", "~10000", "enter", "enter")


async def planned(hands: Hands, **values: str) -> None:
    """Fill the form in and send it."""
    await hands.press("P")
    form = hands.desk.side.form
    assert form is not None
    for name, value in values.items():
        form.fill(name, value)
        await hands.settle()
    await hands.press("enter", "enter")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_plan_is_made_from_a_preset_with_a_limit_of_one_s_own(
    size: tuple[int, int],
) -> None:
    async with desk(first_call(), size) as hands:
        await hands.press(*DEPOSIT)
        await planned(hands, preset="two-percent", max_trades="2", answer_to_call="deposit")
        assert "The plan is made" in hands.text("notice")
        plan = hands.desk.conductor.session.account.plan
        assert plan is not None
        assert (plan.preset, plan.max_trades) == ("two-percent, changed", 2)
        assert plan.answer_to_call is Answer.DEPOSIT
        await hands.press("b", "~1", "enter", "enter", "P")
        assert "no position and no order open" in " ".join(hands.text("thought").split())


async def test_what_breaks_the_plan_is_said_at_once_and_nothing_is_refused() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT)
        await planned(hands, preset="two-percent", max_leverage="1", daily_loss="1%")
        await hands.press("b", "~150", "enter", "enter")
        said = hands.text("notice")
        assert "Against the plan: leverage of 1.5x, and the plan allows 1x" in said
        assert "ACME has no stop, and the plan allows it to lose 200.00" in said
        await hands.press(".")  # from 100 to a low of 99
        assert "150.00 was lost in a day, and the plan allows 100.00" in hands.text("notice")
        await hands.press(".", ".")
        # From 98 to a low of 93, and 5,000 x 8% / 360 = 1.11 of interest; of 9,700 - 1.11
        assert "751.11 was lost in a day, and the plan allows 96.99" in hands.text("notice")


async def test_a_limit_that_cannot_be_read_is_said_under_the_fields() -> None:
    async with desk(first_call()) as hands:
        await hands.press("P")
        form = hands.desk.side.form
        assert form is not None
        form.fill("max_trades", "many")
        await hands.settle()
        assert not form.thought.allowed
        assert "max_trades" in hands.screen()


async def test_a_ticket_says_what_the_plan_allows_a_trade_to_lose() -> None:
    """Two percent of 10,000 are 200; a hundred shares with a stop five away risk 500."""
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT)
        await planned(hands, preset="two-percent")
        await hands.press("b", "~100", "tab", "tab", "~95")
        assert "Your plan allows 200.00" in hands.text("thought")
