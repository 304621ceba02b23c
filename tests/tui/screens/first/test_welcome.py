"""The first screen: four groups, each in sight, searched by typing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Key
from textual.keys import _character_to_key
from textual.widget import Widget

from tests.cli.driving import tightrope
from tests.tui.desks import CALM, NARROW, WIDE
from tests.tui.test_app import until
from tui.app import TightropeApp
from tui.screens.desk.desk import Desk
from tui.screens.first.same_trade import SameTrade
from tui.screens.ledger import LedgerScreen
from tui.screens.welcome import Welcome
from tui.widgets.finder import Listed
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Lines

GROUPS = ("learn", "practise", "history", "review")
SPY = "SPY=spy-us-1d-1998-2021"


def account(ledger: Path, name: str) -> None:
    ended = tightrope("new", name, "--ledger", ledger, "--venue", "us-reg-t", "--tape", SPY,
                      "--start", "2008-01-02T00:00:00Z", "--deposit", "500")  # fmt: skip
    assert ended.status == 0, ended.err


@asynccontextmanager
async def welcome(
    ledger: Path | None, size: tuple[int, int] = NARROW
) -> AsyncIterator[TightropeApp]:
    """The first screen; where there is an account already, over its desk."""
    app = TightropeApp(ledger, ascii_only=False)
    async with app.run_test(size=size) as pilot:
        if ledger is not None and ledger.exists():
            await until(app, Desk)
            await pilot.press("R")
        await until(app, Welcome)
        await pilot.pause()
        yield app
    app.close_session()


def group(app: TightropeApp, name: str) -> Listed:
    return app.screen.query_one(f"#{name}", Listed)


def titles(app: TightropeApp, name: str) -> list[str]:
    return [cells[0][0] for _, cells in group(app, name).rows]


def in_sight(widget: Widget) -> int:
    """Its rows that are on the screen."""
    return widget.region.intersection(widget.screen.region).height


async def press(app: TightropeApp, *keys: str) -> None:
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        app.post_message(Key(name, key if len(key) == 1 else None))
        await heard(app)


async def heard(app: TightropeApp) -> None:
    """Until no message waits any more."""
    calm = 0
    for _ in range(3_000):
        await asyncio.sleep(0.002)
        pumps = [app, *app.screen_stack, *app.screen.walk_children()]
        waits = any(pump._message_queue.qsize() or pump._next_callbacks for pump in pumps)
        calm = 0 if waits or app.screen._callbacks else calm + 1
        if calm == CALM:
            return
    raise AssertionError("the screen does not come to rest")


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("with_accounts", [False, True])
async def test_the_first_entry_of_each_group_is_in_sight(
    tmp_path: Path, size: tuple[int, int], with_accounts: bool
) -> None:
    ledger = tmp_path / "ledger.db"
    for number in range(8 if with_accounts else 0):
        account(ledger, f"a{number}")
    async with welcome(ledger, size) as app:
        for name in GROUPS:
            assert in_sight(group(app, name)) >= 2, name
            assert group(app, name).scroll_offset.y == 0
        assert in_sight(app.screen.query_one("#about")) == 3
        assert in_sight(app.screen.query_one("#keys")) >= 1


async def test_drills_come_in_the_order_of_the_course_and_history_by_date() -> None:
    async with welcome(None) as app:
        assert titles(app, "learn")[:4] == [
            "First call", "The course", "Drill: the ladder", "Drill: deposit or sell"
        ]  # fmt: skip
        history = titles(app, "history")
        assert history[0] == "Black Monday, 1987"
        assert history.index("LUNA, May 2022") < history.index("The fall of a venue, November 2022")
        assert not [title for title in titles(app, "learn") if title.startswith("The same trade")]


async def test_arrows_go_through_all_the_groups_and_stay_at_the_ends() -> None:
    async with welcome(None) as app:
        await press(app, "up")
        assert group(app, "learn").has_focus
        for name in ("practise", "history"):
            await press(app, "tab")
            assert group(app, name).has_focus
        await press(app, "end", "down")
        assert group(app, "history").has_focus, "review is empty: there is nowhere to go"
        await press(app, "tab")
        assert group(app, "learn").has_focus
        await press(app, "end", "down")
        assert (group(app, "practise").has_focus, group(app, "practise").cursor) == (True, 0)
        await press(app, "up")
        assert group(app, "learn").cursor == len(group(app, "learn").rows) - 1


async def test_letters_search_all_groups_and_escape_ends_the_search() -> None:
    async with welcome(None) as app:
        await press(app, *"gold", "backspace", *" OIL below")
        assert app.screen.query_one("#search", Lines).text == " search: gol OIL below_  0 found"
        await press(app, "escape", *"OIL below")
        assert titles(app, "history") == ["Oil below zero, April 2020"]
        assert group(app, "history").has_focus
        assert not group(app, "learn").display
        await press(app, "escape")
        assert len(titles(app, "history")) == 12
        assert isinstance(app.screen, Welcome)


async def test_open_accounts_are_practised_on_with_the_last_used_first(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    for name in ("one", "two", "three"):
        account(ledger, name)
    assert tightrope("archive", "two", "--ledger", ledger).status == 0
    async with welcome(ledger) as app:
        desk = app.screen_stack[-2]
        rows = titles(app, "practise")
        assert [title for title in rows if "…" not in title] == ["three", "one"]
        await press(app, *"one", "enter")
        await until(app, Desk, desk if isinstance(desk, Desk) else None)
        assert isinstance(app.screen, Desk)
        assert app.screen.opened.session.account.name == "one"


async def test_the_ledger_of_the_open_account_can_be_looked_back_on(tmp_path: Path) -> None:
    account(tmp_path / "ledger.db", "one")
    async with welcome(tmp_path / "ledger.db") as app:
        await press(app, *"full ledger", "enter")
        await until(app, LedgerScreen)
        await press(app, "escape")
        await until(app, Welcome)


async def test_the_same_trade_is_one_entry_that_opens_the_comparison() -> None:
    """The figures are those of the README's table."""
    async with welcome(None) as app:
        await press(app, *"comparison", "enter")
        await until(app, SameTrade)
        for _ in range(2_000):
            await asyncio.sleep(0.01)
            if app.screen.query_one(DataGrid).rows:
                break
        rows = app.screen.query_one(DataGrid).rows
        assert len(rows) == 6
        # 699.21 by the rates of 2024, less 0.97 x (11.825% / 6.83% - 1) = 0.71, to a cent
        assert [cell for cell, _ in rows[0][1]][:4] == [
            "US stock broker, Regulation T", "12 Mar 23:26", "12 Mar 23:26", "698.51",
        ]  # fmt: skip
        await press(app, "down", "enter")
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        assert app.screen.opened.session.account.rulebook.id == "binance-margin"
