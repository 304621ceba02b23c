"""What all pages beside the desk have in common: room they need, and a terminal without UTF-8."""

import pytest

from tests.tui.desks import NARROW, desk
from tests.tui.test_app import until
from tests.tui.worlds import first_call
from tui.screens.first.tape_chooser import TapeChooser
from tui.screens.guide import GuideScreen
from tui.screens.ledger import LedgerScreen
from tui.screens.market import MarketScreen
from tui.screens.page import PageScreen
from tui.screens.venues import VenuesScreen
from tui.screens.welcome import Welcome

PAGES: dict[str, type[PageScreen[object]]] = {
    "L": LedgerScreen,
    "V": VenuesScreen,
    "f1": GuideScreen,
    "M": MarketScreen,
    "N": TapeChooser,
    "R": Welcome,
}
"""The key that opens each from the desk."""


@pytest.mark.parametrize("key", PAGES)
async def test_a_page_without_room_says_what_it_needs_and_comes_back_with_the_room(
    key: str,
) -> None:
    async with desk(first_call(), NARROW, ascii_only=True) as hands:
        await hands.press(key)
        await until(hands.app, PAGES[key])
        await hands.settle()
        whole = hands.screen()
        assert whole.isascii()
        await hands.pilot.resize_terminal(79, 24)
        await hands.settle()
        assert "needs 80x24, have 79x24" in hands.screen()
        await hands.pilot.resize_terminal(*NARROW)
        await hands.settle()
        assert "needs 80x24" not in hands.screen()
        title = whole.splitlines()[0][:30]  # a market still being made adds its bars behind it
        assert hands.screen().splitlines()[0][:30] == title
