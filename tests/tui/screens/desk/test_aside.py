"""After a trade with a profit one key offers a share of it; nothing leaves without two Enters."""

from decimal import Decimal

from tests.tui.desks import Hands, desk
from tests.tui.worlds import first_call

DEPOSIT = ("d", "~10000", "enter", "enter")
CLOSE = ("c", "enter", "enter")


def put_aside(hands: Hands) -> Decimal:
    return hands.desk.conductor.session.account.savings


async def test_a_fifth_of_the_profit_of_a_trade_closed_by_hand_is_offered_and_swept() -> None:
    """Ten sold at 100 and bought back at 98: 20 of profit, of which a fifth is 4."""
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "s", "~10", "enter", "enter", ".", ".", *CLOSE)
        assert "w puts 4.00 USD of the profit aside." in hands.text("notice")
        assert put_aside(hands) == 0
        await hands.press("w")
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values == {"way": "sweep", "amount": "4"}
        await hands.press("enter", "enter")
        assert put_aside(hands) == 4
        await hands.press("w")
        assert "No profit of a closed trade" in hands.text("notice")


async def test_a_target_that_the_clock_meets_brings_the_offer() -> None:
    """Ten sold at 100, bought back at the target of 95: 50 of profit."""
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "s", "~10", *["down"] * 3, "~95", "enter", "enter")
        await hands.press(".", ".", ".")
        assert "w puts 10.00 USD of the profit aside." in hands.text("notice")


async def test_after_a_loss_nothing_is_offered() -> None:
    """Ten bought at 100 and sold at 98."""
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~10", "enter", "enter", ".", ".", *CLOSE)
        assert "aside" not in hands.text("notice")
        await hands.press("w")
        assert "No profit of a closed trade" in hands.text("notice")
