"""The watchlist of a run with several symbols."""

import pytest

from tests.tui.desks import NARROW, WIDE, desk
from tests.tui.worlds import first_call, stock_and_token, two_stocks


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_watchlist_has_each_symbol_with_its_change_since_the_session_before(
    size: tuple[int, int],
) -> None:
    """SPY had closed at 125.74 and opens at 121.79: -3.14 %. AAPL 5.3193 and 5.0725: -4.64 %."""
    async with desk(two_stocks(), size) as hands:
        await hands.press("6")
        rows = " ".join(hands.screen().split())
        assert ">SPY 121.7900 ▼-3.14%" in rows
        assert "AAPL 5.0725 ▼-4.64%" in rows


async def test_the_chart_follows_the_cursor_of_the_watchlist_and_slash_moves_both() -> None:
    async with desk(two_stocks()) as hands:
        assert "2 Chart  SPY" in hands.screen()
        await hands.press("6", "down")
        assert "2 Chart  AAPL" in hands.screen()
        await hands.press("slash")
        assert "2 Chart  SPY" in hands.screen()
        await hands.press("down", "enter")
        assert ">2 Chart  AAPL" in hands.screen()
        await hands.press("b")
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values["symbol"] == "AAPL"


async def test_what_is_held_stands_in_the_watchlist() -> None:
    async with desk(two_stocks()) as hands:
        await hands.press("d", "~10000", "enter", "enter", "b", "~40", "enter", "enter")
        assert "long 40" in hands.screen()


async def test_a_run_of_one_symbol_has_no_watchlist_and_says_so() -> None:
    async with desk(first_call(), NARROW) as hands:
        await hands.press("6")
        assert "Watch" not in hands.text("tabs")
        assert "runs of several symbols" in hands.text("notice")
        for _ in range(5):
            await hands.press("tab")
        assert ">3 Positions" in hands.screen()


async def test_a_symbol_too_long_for_the_line_of_tabs_is_not_shown_as_another() -> None:
    async with desk(stock_and_token("ACMEACMEACMEACME"), NARROW) as hands:
        await hands.press("slash")
        assert hands.screen().split("\n")[2].endswith(" ACMEACME… 100.00")
