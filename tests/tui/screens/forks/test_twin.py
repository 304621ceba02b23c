"""An account and its twin on the desk: both in sight while the clock runs, and what is said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.practice.accounts.new_account import AccountRequest, TapeChoice
from tests.cli.driving import FIRST_CALL
from tests.practice.sessions.along import BTC, THURSDAY, begun
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.test_app import until
from tests.tui.worlds import first_call
from tests.worlds import D
from tui.runtime.opener import Door
from tui.screens.forks.compare import CompareScreen
from tui.screens.forks.twin import TwinScreen

BUY = c.PlaceOrder(symbol=BTC, side=Side.BUY, quantity=D("1.36"), leverage=D(10))


@asynccontextmanager
async def thursday(
    path: Path | None, size: tuple[int, int] = WIDE, *, ascii_only: bool = False
) -> AsyncIterator[Hands]:
    """Journey (b) on the desk: bought in both at 10:00."""
    session = begun(THURSDAY, path)
    session.send(BUY)
    if path is None:
        session.commit()
        async with desk(session, size, ascii_only=ascii_only) as hands:
            yield hands
        return
    session.close()
    opened = Door(path).last(None)
    assert opened is not None
    try:
        async with desk(opened.session, size, kept=opened, ascii_only=ascii_only) as hands:
            yield hands
    finally:
        opened.session.close()


async def shows(hands: Hands, *words: str) -> str:
    """The screen, once it has these words: it is drawn a few times a second."""
    for _ in range(1000):
        shown = hands.screen()
        if all(word in shown for word in words):
            return shown
        await asyncio.sleep(0.02)
    raise AssertionError(f"{words} are not in\n{shown}")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_both_stand_side_by_side_and_move_with_the_clock(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with thursday(tmp_path / "l.db", size, ascii_only=True) as hands:
        await hands.press("v")
        await until(hands.app, TwinScreen)
        shown = await shows(hands, "TWINS", "6,651.0, 9.55% away", "5,173.0, 29.65% away")
        assert shown.isascii()
        assert "XBTUSD can fall 9.55% before isolated is liquidated" in shown
        assert "10:00" in shown
        await hands.press("full_stop", "full_stop")
        await shows(hands, "10:02")
        await hands.pilot.press("space")
        await shows(hands, "RUNNING", "10:05")
        await hands.pilot.press("space")
        await shows(hands, "PAUSED")
        await hands.press("escape")
        assert hands.app.screen is hands.desk


@pytest.mark.parametrize("kept", [True, False])
async def test_the_clock_stops_for_the_twin_and_the_desk_says_so(
    tmp_path: Path, kept: bool
) -> None:
    """10:38 for the account itself, 23:24 for its twin; and then both stand closed on the page."""
    async with thursday(tmp_path / "l.db" if kept else None) as hands:
        session = hands.desk.conductor.session
        for _ in range(8):
            await hands.press("n", "escape")
            if "The twin (cross): Liquidation" in hands.text("notice"):
                break
        assert "The twin (cross): Liquidation: the venue sold 1.36" in hands.text("notice")
        assert "v shows both" in hands.text("notice")
        opened = session.timeline.times[session.place.index]
        assert opened % 86_400 == (23 * 60 + 24) * 60
        await hands.press("v")
        await until(hands.app, TwinScreen)
        await shows(hands, "Cross lived 12 h 46 min longer and lost 3.1 times as much")
        await shows(hands, "thu closed", "thu-twin closed")


async def test_a_refusal_of_the_twin_is_said_at_once_and_stays_in_sight(tmp_path: Path) -> None:
    async with thursday(tmp_path / "l.db") as hands:
        await hands.press("m", "~100", "enter", "enter")
        await hands.settle()
        assert "done. The twin (cross): Add margin of XBTUSD refused" in hands.text("notice")
        await hands.press("v")
        await shows(hands, "Cross refused a command that the other took", "thu-twin refused")


async def test_a_call_that_only_the_twin_has_says_how_it_is_answered_and_is(tmp_path: Path) -> None:
    """199 shares at 100 on 10,000 of one's own, at 70: 4,030 of 13,930, less interest and fees. The
    twin's book calls below 30%; the account's own sells at once, below 25%."""
    asked = AccountRequest(
        name="own",
        venue="us-tiered",
        mode=None,
        tapes=(TapeChoice(symbol="ACME", source=str(FIRST_CALL.with_name("acme.csv"))),),
        start="2024-01-01T00:00:00Z",
        deposit="10000",
        twin="us-reg-t",
    )
    begun(asked, tmp_path / "l.db", purse="20000").close()
    opened = Door(tmp_path / "l.db").last(None)
    assert opened is not None
    async with desk(opened.session, WIDE, kept=opened) as hands:
        await hands.press("a")
        assert "No margin call is open." in hands.text("notice")
        await hands.press("b", "~199", "enter", "enter")
        for _ in range(9):
            await hands.press("full_stop")
            if "Margin call" in hands.text("notice"):
                break
        assert "The twin (us-reg-t): Margin call" in hands.text("notice")
        await hands.press("a")
        told = " ".join(hands.text("notice").split())
        assert told.startswith("Only the twin (us-reg-t) has a margin call.")
        assert "d pays in, c closes the same part of both" in told
        await hands.press("d", "~1000", "enter", "enter", "a")
        assert "No margin call is open." in hands.text("notice")
    opened.session.close()


async def test_a_comparison_is_of_the_two(tmp_path: Path) -> None:
    async with thursday(tmp_path / "l.db") as hands:
        await hands.press("C")
        await until(hands.app, CompareScreen)
        await shows(hands, "thu-twin", "forced exits")


async def test_an_account_without_one_says_how_one_is_begun() -> None:
    async with desk(first_call()) as hands:
        await hands.press("v")
        assert "This account has no twin" in hands.text("notice")
