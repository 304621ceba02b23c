"""The rehearsals played by hand: the same keys a person presses, to the figures worked out."""

import json
from decimal import Decimal
from typing import Any

import pytest

from ledger.market.rules.rulebook import Mode
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.statement import statement, write_statement
from ledger.times import iso
from tests.places import DATA
from tests.tui.desks import Hands, desk
from tests.tui.worlds import black_thursday, first_call
from tui.screens.call_card import CallCard, ExitCard

DEPOSIT = ("d", "~10000", "enter", "enter")
BUY = ("b", "~200", "tab", "tab", "~92", "tab", "tab", "~first try", "enter", "enter")
EXPECTED = DATA / "journey-a" / "expected.json"


def expected() -> dict[str, Any]:
    """The figures of the journey, worked by hand."""
    found: dict[str, Any] = json.loads(EXPECTED.read_text("utf-8"))
    return found


def news(hands: Hands, kind: str) -> list[Any]:
    """Events of a kind that the desk was told of, oldest first."""
    return [wire for wire in hands.desk.panels.record.wires if wire["type"] == kind]


def at_ten(mode: Mode = Mode.ISOLATED) -> Session:
    """12 March 2020, 10:00: an hour into the tape."""
    session = black_thursday(mode)
    for _ in range(61):
        session.advance()
    session.commit()
    return session


async def test_the_first_call_by_hand_to_the_cent() -> None:
    figures = expected()
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY)
        view = hands.desk.view
        assert view is not None
        assert view.loan == Decimal(figures["drawn"])
        await hands.press(".", ".", ".")
        await hands.press("e", "ctrl+u", "~80")
        assert "risk up by 1.50 R" in hands.text("thought")
        await hands.press("enter", "enter", ".", ".", ".", ".", "e", "ctrl+u", "enter", "enter")
        assert not hands.desk.view.orders
        await hands.press(".", ".")
        assert isinstance(hands.app.screen, CallCard)
        told = hands.app.screen.text
        for figure in ("28.43%", "30.00%", "220.00 USD", "sell 11 ACME", "733.34", "2 d left"):
            assert figure in told
        call = hands.desk.view.calls[0]
        assert str(call.shortfall) == figures["call"]["shortfall"]
        assert str(call.sale_to_cure) == figures["call"]["sale_to_cure"]
        assert call.due is not None
        assert iso(call.due) == figures["call"]["due"]
        assert int(call.sell_quantity) == figures["call"]["shares_to_sell"]
        await hands.press("w", ".", ".")
        assert isinstance(hands.app.screen, ExitCard)
        assert "The broker sold 73 ACME at 62.00" in hands.app.screen.text
        assert (
            "exchange level was breached, which ends the call's deadline" in hands.app.screen.text
        )
        assert "still owed    5,496.22" in hands.app.screen.text
        await hands.press("escape", ".", ".")
        await hands.press("escape")  # the card at the end of the run
        snapshot = hands.desk.snapshot
        final = write_statement(statement(snapshot.account, snapshot.market, 0))
        for key in ("market_value", "accrued_interest", "equity"):
            assert final[key] == figures["end"][key]
        assert final["loan"] == figures["end"]["principal"]
        assert "END OF TAPE" in hands.text("status")


@pytest.mark.parametrize("mode", [Mode.ISOLATED, Mode.CROSS])
async def test_black_thursday_by_hand(mode: Mode) -> None:
    async with desk(at_ten(mode)) as hands:
        await hands.press("d", "~3000", "enter", "enter")
        await hands.press("b", "~1.36", "tab", "ctrl+u", "~10", "enter", "enter")
        for _ in range(20):
            await hands.press("n")
            if isinstance(hands.app.screen, ExitCard):
                break
            if isinstance(hands.app.screen, CallCard):
                await hands.press("w")
        assert isinstance(hands.app.screen, ExitCard)
        liquidated = news(hands, "liquidated")[0]
        price = {Mode.ISOLATED: "6651.40", Mode.CROSS: "5173.49"}[mode]
        assert str(liquidated["threshold_price"]).startswith(price[:-1])
        assert "LIQUIDATED" in hands.app.screen.heading


async def test_a_nearer_stop_saves_the_margin() -> None:
    async with desk(at_ten()) as hands:
        await hands.press("d", "~3000", "enter", "enter")
        await hands.press("b", "~1.36", "tab", "ctrl+u", "~10", "tab", "tab", "~7150")
        assert "Risk to stop" in hands.text("thought")
        await hands.press("enter", "enter")
        for _ in range(10):
            await hands.press("n")
            if not hands.desk.view.positions:
                break
        assert not news(hands, "liquidated")
        assert hands.desk.view.equity > Decimal(2500)


async def test_a_deposit_of_what_is_asked_meets_the_call() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~200", "enter", "enter")
        while not news(hands, "margin_call_issued"):
            await hands.press(".")
        await hands.press("d")
        assert "The call is met" in hands.text("thought")
        await hands.press("enter", "enter")
        assert not hands.desk.view.calls
        assert not hands.desk.query_one("#alert").display


async def test_selling_what_cures_meets_the_call() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~200", "enter", "enter")
        while not news(hands, "margin_call_issued"):
            await hands.press(".")
        await hands.press("s", "enter", "enter", ".")
        assert not hands.desk.view.calls
        assert hands.desk.view.positions[0].quantity == 189
        assert not news(hands, "force_sold")


async def test_leaving_the_call_leaves_the_standing_bar() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~200", "enter", "enter")
        while not news(hands, "margin_call_issued"):
            await hands.press(".")
        await hands.press("escape")
        assert hands.desk.query_one("#alert").display
        assert "MARGIN CALL" in hands.text("alert")
        await hands.press("a")
        assert isinstance(hands.app.screen, CallCard)
        await hands.press("?")
        why = hands.app.screen.text
        assert "220.00 / 30% = 733.34" in why
