"""A scenario on the desk: briefed, interrupted by what goes wrong, debriefed with a grade."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.tui.desks import NARROW, WIDE, Hands
from tests.tui.test_app import until
from tui.app import TightropeApp
from tui.screens.call_card import CallCard
from tui.screens.card import Card
from tui.screens.desk.desk import Desk


@asynccontextmanager
async def playing(
    folder: Path, scenario: str, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[TightropeApp, Hands]]:
    """A scenario on the desk, its briefing still before it; closed at the end."""
    app = TightropeApp(folder / "ledger.db", ascii_only=False, play=scenario)
    async with app.run_test(size=size) as pilot:
        await until(app, Card)
        desk = next(screen for screen in app.screen_stack if isinstance(screen, Desk))
        yield app, Hands(pilot, desk)
    app.close_session()


async def test_the_clock_stops_where_something_goes_wrong_and_the_end_is_graded(
    tmp_path: Path,
) -> None:
    async with playing(tmp_path, "drill-09-call-while-down") as (app, hands):
        card = app.screen
        assert isinstance(card, Card)
        assert "At 10:35 the venue goes down" in card.text
        await hands.press("escape", "b", "~0.1", "enter", "enter", "n")
        told = app.screen
        assert isinstance(told, Card)
        assert "The venue is down" in told.text
        assert "until Thu 12 Mar 2020 11:35" in told.text
        assert "A careful trader would keep enough distance" in told.text
        await hands.press("escape")
        assert "OUTAGE" in hands.text("status")
        await hands.press("n", "n", "n")
        await until(app, Card)
        assert isinstance(app.screen, Card)
        assert "Grade: " in app.screen.text


async def test_a_scenario_that_was_left_goes_on_with_what_it_has_in_store(tmp_path: Path) -> None:
    async with playing(tmp_path, "drill-09-call-while-down") as (_, hands):
        await hands.press("escape", ".", ".")
    again = TightropeApp(tmp_path / "ledger.db", ascii_only=False)
    async with again.run_test(size=WIDE) as pilot:
        await until(again, Desk)
        assert isinstance(again.screen, Desk)
        hands = Hands(pilot, again.screen)
        await hands.press("n", "escape")
        assert "OUTAGE" in hands.text("status")
    again.close_session()


async def test_a_squeeze_tells_its_many_forced_trades_together(tmp_path: Path) -> None:
    async with playing(tmp_path, "2021-gme") as (app, hands):
        await hands.press("escape", "s", "~4000", "enter", "enter", "n")
        while " more in " not in hands.screen():
            await hands.press("escape", "n")
        card = app.screen
        assert isinstance(card, Card)
        bought = [line for line in card.text.splitlines() if "bought back" in line]
        assert len(bought) == 2
        assert bought[0].startswith(" The broker bought back 1 GME at ")
        assert bought[1].startswith(" and bought back ")


async def test_a_lender_s_margin_level_is_worse_where_it_is_lower(tmp_path: Path) -> None:
    async with playing(tmp_path, "2022-ftx") as (app, hands):
        await hands.press("escape", "b", "~200", "enter", "enter")
        gauge = hands.screen().splitlines()[1]
        assert gauge.startswith(" Margin level [")
        assert "safe" in gauge
        assert "past" not in gauge  # called at 116 % at 5x
        while not isinstance(app.screen, CallCard):
            await hands.press("escape", "n")
        assert "% is below the call level 116.00%" in app.screen.text


async def test_what_it_is_about_can_be_read_again_and_a_note_at_the_end_still_counts(
    tmp_path: Path,
) -> None:
    async with playing(tmp_path, "drill-09-call-while-down", NARROW) as (app, hands):
        await hands.press("escape", "p")
        assert isinstance(app.screen, Card)
        assert "Your goal: " in app.screen.text
        await hands.press("escape", "b", "~0.1", *["down"] * 5, "~it is cheap", "enter", "enter")
        while "Grade: " not in hands.screen():
            await hands.press("escape", "n")
        assert isinstance(app.screen, Card)
        assert "no note was written" in app.screen.text
        await hands.press("escape", "i", "~it was not", "enter")
        assert "note written" in hands.text("notice")
        await hands.press("p")
        assert isinstance(app.screen, Card)
        assert "+ 10 of 10  a reason with each order, and a note afterwards" in app.screen.text


async def test_the_sum_under_the_positions_is_that_of_now_after_a_ticket_that_hid_it(
    tmp_path: Path,
) -> None:
    async with playing(tmp_path, "drill-09-call-while-down", NARROW) as (_, hands):
        await hands.press(
            "escape", "b", "~0.3", "down", *["backspace"] * 3, "~10", "enter", "enter"
        )
        await hands.settle()
        # 0.3 x 7,383.5 x 0.05 % = 1.1075
        assert "fees ▼-1.11" in hands.text("sum")
        assert "fees ▼-1.11" in hands.screen()
