"""Forks on the desk, where they cannot be made or compared, and the page of two accounts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ledger.practice.forks.ready import Ready, make_ready
from tests.cli.driving import REHEARSALS, tightrope
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.test_app import until
from tests.tui.worlds import first_call
from tui.app import TightropeApp
from tui.runtime.opener import Door
from tui.screens.desk.desk import Desk
from tui.screens.forks.compare import CompareScreen
from tui.screens.ledger import LedgerScreen
from tui.widgets.grid import DataGrid

MOVED, LAST = 12, 31


@pytest.fixture
def path(tmp_path: Path) -> Path:
    tightrope("rehearse", REHEARSALS / "first-call.toml", "--ledger", tmp_path / "l.db")
    return tmp_path / "l.db"


def desk_of(app: TightropeApp) -> Desk:
    return next(screen for screen in app.screen_stack if isinstance(screen, Desk))


async def until_another(app: TightropeApp, desk: Desk) -> None:
    """Until another desk is shown, with its figures."""
    for _ in range(5000):
        here = app.screen
        if isinstance(here, Desk) and here is not desk and here.view is not None:
            return
        await asyncio.sleep(0.002)
    raise AssertionError(f"no other desk, but {app.screen}")


@asynccontextmanager
async def on_desk(
    path: Path, size: tuple[int, int] = WIDE, *, ascii_only: bool = False
) -> AsyncIterator[Hands]:
    opened = Door(path).last(None)
    assert opened is not None
    try:
        async with desk(opened.session, size, kept=opened, ascii_only=ascii_only) as hands:
            yield hands
    finally:
        opened.session.close()


async def said(hands: Hands, words: str) -> None:
    """Until the desk says it: ledgers are read aside."""
    for _ in range(500):
        await hands.settle()
        if words in hands.text("notice"):
            return
    raise AssertionError(f"{words!r} is not in {hands.text('notice')!r}")


async def test_an_account_in_memory_cannot_be_forked() -> None:
    async with desk(first_call()) as hands:
        await hands.press("T")
        await said(hands, "kept in memory only, and cannot be forked")


async def test_the_trunk_has_nowhere_to_go_back_to(path: Path) -> None:
    async with on_desk(path) as hands:
        await hands.press("T")
        await said(hands, "This is no fork: L, then T on a decision, tries another line.")


async def test_without_a_fork_there_is_nothing_to_compare(path: Path) -> None:
    async with on_desk(path) as hands:
        await hands.press("C")
        await said(hands, "No fork of this account yet: L, then T on a decision.")


async def test_what_is_no_decision_is_said_and_the_desk_stays(path: Path) -> None:
    async with on_desk(path) as hands:
        session = hands.desk.conductor.session
        await hands.press("L")
        await until(hands.app, LedgerScreen)
        await hands.press("T")  # on the last row: interest
        await said(hands, f"event {LAST} of first-call is not part of a decision of yours")
        assert hands.app.screen is hands.desk
        assert session.failure is None


async def test_what_fits_an_event_is_offered_at_it(path: Path) -> None:
    async with on_desk(path) as hands:
        await hands.press("L")
        await until(hands.app, LedgerScreen)
        await hands.settle()
        assert hands.text("offer") == ""
        await hands.press(*"j" * (LAST - MOVED))
        assert "T  undo this decision" in hands.text("offer")
        assert "1  leave the stop where it was" in hands.text("offer")


async def test_lines_that_were_tried_are_named_where_they_leave(path: Path) -> None:
    for _ in range(2):
        make_ready(path, "first-call", MOVED, Ready.STOP_LEFT)
    async with on_desk(path) as hands:
        await hands.press("L")
        await until(hands.app, LedgerScreen)
        await hands.press(*"j" * (LAST - MOVED))
        assert "tried otherwise: first-call-stop-left, first-call-stop-left-2" in hands.text(
            "offer"
        )
        assert "2 forks" in hands.text("filter")
        await hands.press("j", "right")  # the interest below it
        assert "Only a decision of yours" in hands.text("filter")
        await hands.press("j")
        assert "Only a decision of yours" not in hands.text("filter")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_line_is_chosen_at_its_junction_with_the_arrows_and_entered_with_right(
    path: Path, size: tuple[int, int]
) -> None:
    """Three lines leave the moved stop; the second of them is entered, and its trunk from there."""
    for _ in range(3):
        make_ready(path, "first-call", MOVED, Ready.STOP_LEFT)
    app = TightropeApp(path, ascii_only=False)
    async with app.run_test(size=size) as pilot:
        await until(app, Desk)
        first = desk_of(app)
        hands = Hands(pilot, first)
        await hands.press("L")
        await until(app, LedgerScreen)
        await hands.press(*"j" * (LAST - MOVED))
        assert "(3 lines)" in hands.screen()
        assert "3 lines, tried otherwise" in hands.text("offer")
        await hands.press("right")
        assert "> go on in first-call-stop-left\n" in hands.text("offer")
        await hands.press("left", "right", "down")
        assert "> go on in first-call-stop-left-2" in hands.text("offer")
        await hands.press("right")
        await until_another(app, first)
        inside = desk_of(app)
        assert inside.opened.session.account.name == "first-call-stop-left-2"
        hands = Hands(pilot, inside)
        await hands.press("L")
        await until(app, LedgerScreen)
        record = app.screen.query_one(DataGrid)
        record.move_to(next(n for n, (key, _) in enumerate(record.rows) if key == str(MOVED)))
        await hands.press("right", "down", "down")
        assert "> back to first-call, as it was played" in hands.text("offer")
        await hands.press("enter")
        await until_another(app, inside)
        assert desk_of(app).opened.session.account.name == "first-call"
    app.close_session()


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_page_of_two_has_lines_and_a_table_that_adds_up(
    path: Path, size: tuple[int, int]
) -> None:
    make_ready(path, None, MOVED, Ready.STOP_LEFT)
    async with on_desk(path, size, ascii_only=True) as hands:
        await hands.press("C")
        await until(hands.app, CompareScreen)
        for _ in range(500):
            await hands.settle()
            if "played" in hands.text("compared"):  # the lines come after the table
                break
        shown = hands.screen()
        assert shown.isascii()
        assert "since event 11" in shown
        for words in ("played", "this", "hands off", "forced exits", "+6,017.99"):
            assert words in shown
