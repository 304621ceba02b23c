"""Facts of a clock that runs: what it stops for, that it says why, and what it says of fills."""

import asyncio

import pytest

from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.worlds import first_call, swinging

DEPOSIT = ("d", "~10000", "enter", "enter")
BUY = ("b", "~1", "tab", "tab", "tab")


async def bought(hands: Hands, stop: str) -> None:
    """One SWING at 100. It opens and closes each hour at 100 and reaches 110 and 90 between."""
    await hands.press(*DEPOSIT, "full_stop", *BUY, f"~{stop}", "enter", "enter")
    assert hands.desk.view.positions[0].quantity == 1


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_stop_out_is_told_at_the_foot_of_the_desk(size: tuple[int, int]) -> None:
    async with desk(swinging(3), size) as hands:
        await bought(hands, "98")
        await hands.press("full_stop", "full_stop")
        assert not hands.desk.view.positions
        assert "Stopped out" in hands.desk.picture.notice_text
        assert "at 98," in hands.desk.picture.notice_text
        assert "at 98," in hands.screen().split("\n")[-4] + hands.screen().split("\n")[-3]


async def test_n_says_what_it_stopped_for() -> None:
    async with desk(swinging(3)) as hands:
        await bought(hands, "98")
        await hands.press("n")
        assert hands.desk.picture.notice_text.startswith("The clock stopped. ")
        assert "at 98," in hands.desk.picture.notice_text


async def test_a_running_clock_stops_at_a_fill_only_where_it_is_asked_to() -> None:
    """Two hours a second: it would run on for minutes after the stop of the first hour."""
    async with desk(swinging(3)) as hands:
        await bought(hands, "98")
        assert not hands.desk.conductor.stops_at_fills
        await hands.press("f")
        assert "stops at every fill" in hands.desk.picture.notice_text
        await hands.press("space")
        assert not hands.desk.view.positions
        assert hands.desk.snapshot.place.index <= 5
        assert hands.desk.picture.notice_text.startswith("The clock stopped. ")
        await hands.press("f")
        assert "runs on" in hands.desk.picture.notice_text


async def test_the_clock_does_not_run_on_unseen_below_the_least_size() -> None:
    async with desk(first_call()) as hands:
        hands.desk.action_run()
        assert hands.desk.conductor.pace.running
        await hands.pilot.resize_terminal(70, 20)
        while hands.desk.conductor.pace.running:
            await asyncio.sleep(0.01)
        assert "needs 80x24, have 70x20: the clock stands" in hands.screen()
        await hands.settle()
        hands.desk.action_run()
        assert not hands.desk.conductor.pace.running, "nor can it be let go there"
        await hands.pilot.resize_terminal(*WIDE)
        await hands.settle()
        assert "too small" in hands.screen()


@pytest.mark.parametrize("size", [NARROW, (100, 30)])
async def test_the_price_is_in_sight_where_one_panel_is_shown(size: tuple[int, int]) -> None:
    async with desk(first_call(), size) as hands:
        for panel in "1345":
            await hands.press(panel)
            assert hands.screen().split("\n")[2].endswith("ACME 100.00")
        await hands.press("b")
        assert hands.screen().split("\n")[2].endswith("ACME 100.00")


async def test_beside_a_ticket_positions_keep_their_liquidation_price_and_stop() -> None:
    async with desk(swinging(3)) as hands:
        await bought(hands, "98")
        await hands.press("b")
        heading = next(line for line in hands.screen().split("\n") if "Liq price" in line)
        assert "Distance" in heading
        assert heading.split("│")[0].rstrip("┃ ").endswith("Stop")
        await hands.press("escape")
        heading = next(line for line in hands.screen().split("\n") if "Liq price" in line)
        assert "Entry" in heading, "the panels are wide again"


async def test_a_market_order_is_answered_with_its_fill_which_makes_way_at_the_next_bar() -> None:
    async with desk(swinging(3)) as hands:
        await hands.press(*DEPOSIT, "full_stop", "b", "~1", "enter", "enter")
        assert hands.desk.picture.notice_text == "Bought 1 SWING at 100, worth 100.00 USDT."
        await hands.press("full_stop")
        assert hands.desk.picture.notice_text == hands.desk._greeting()


async def test_what_only_rests_is_said_to_be_sent() -> None:
    async with desk(swinging(3)) as hands:
        await hands.press(*DEPOSIT, "full_stop", "b", "~1", "shift+tab", "shift+tab", "right")
        await hands.press("tab", "~80", "enter", "enter")
        assert hands.desk.picture.notice_text == "limit buy SWING sent"
