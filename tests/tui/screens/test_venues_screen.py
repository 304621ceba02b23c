"""The rule books on the desk: a list, a page, two side by side, whole at the least size."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.events import Key

from ledger.practice.library.guide import chapters
from ledger.practice.library.venue_shelf import venue_ids, venues_folder
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.worlds import first_call
from tui.app import TightropeApp
from tui.screens.desk.desk import Desk
from tui.screens.guide import GuideScreen
from tui.screens.venues import VenuesScreen
from tui.screens.welcome import Welcome
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Lines

sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so: books are read by a thread."""
    for _ in range(1000):
        await asyncio.sleep(0.005)
        if holds():
            return
    raise AssertionError("it does not come")


async def open_books(hands: Hands) -> VenuesScreen:
    await hands.press("V")
    screen = hands.app.screen
    assert isinstance(screen, VenuesScreen)
    await until(lambda: "\n" in hands.text("page"))
    await hands.settle()
    return screen


def test_the_key_does_not_wait_for_what_reads_rule_books() -> None:
    code = "import sys, tui.screens.venues; print('pydantic' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


@sizes
async def test_the_list_has_every_book_and_begins_with_the_account_s(size: tuple[int, int]) -> None:
    async with desk(first_call(), size) as hands:
        screen = await open_books(hands)
        grid = screen.query_one(DataGrid)
        assert [key for key, _ in grid.rows] == list(venue_ids())
        assert grid.cursor_key == "us-reg-t"
        assert "US stock broker, Regulation T" in hands.text("page")
        assert "28.57%" in hands.screen()
        await hands.press("g")
        assert grid.cursor_key == venue_ids()[0]
        assert venue_ids()[0] in hands.text("page")
        await hands.press("escape")
        assert isinstance(hands.app.screen, Desk)


@sizes
async def test_nothing_of_a_page_or_a_comparison_is_cut(size: tuple[int, int]) -> None:
    async with desk(first_call(), size) as hands:
        screen = await open_books(hands)
        for keys in (("c",), ("g",), ("d",)):
            await hands.press(*keys)
            page = screen.query_one("#page", Lines)
            assert max(map(len, page.text.split("\n"))) <= page.size.width


@sizes
async def test_all_books_stand_side_by_side_for_a_choice_and_nothing_is_cut(
    size: tuple[int, int],
) -> None:
    async with desk(first_call(), size) as hands:
        screen = await open_books(hands)
        await hands.press("t")
        await until(lambda: "esma-cfd: Retail" in hands.text("page"))
        page = screen.query_one("#page", Lines)
        assert max(map(len, page.text.split("\n"))) <= page.size.width
        assert "At the call: told, without a deadline" in " ".join(page.text.split())
        await hands.press("t")
        assert "esma-cfd: Retail" not in hands.text("page")


async def test_two_books_stand_side_by_side_and_what_is_alike_can_be_left_out() -> None:
    async with desk(first_call(), WIDE) as hands:
        screen = await open_books(hands)
        await hands.press("c")
        assert "us-reg-t against: choose another" in hands.text("filter")
        while screen.query_one(DataGrid).cursor_key != "binance-usdm":
            await hands.press("k")
        assert "us-reg-t and binance-usdm" in hands.text("filter")
        whole = hands.text("page")
        marked = [line for line in whole.split("\n") if line.startswith(" * ")]
        assert [line.split() for line in marked if "Maximum leverage" in line] == [
            ["*", "Maximum", "leverage", "4x", "150x"]
        ]
        assert "\n   Clear band" in whole
        await hands.press("d")
        only = hands.text("page")
        assert "Clear band" not in only
        assert [line for line in only.split("\n") if line.startswith(" * ")] == marked
        await hands.press("escape")
        assert "RULE BOOKS" in hands.text("filter")
        assert " and " not in hands.text("filter")
        await hands.press("escape")
        assert isinstance(hands.app.screen, Desk)


async def test_the_page_is_read_with_page_keys_while_the_list_has_the_cursor() -> None:
    async with desk(first_call(), NARROW) as hands:
        screen = await open_books(hands)
        reading = screen.query_one("#reading")
        assert reading.scroll_offset.y == 0
        await hands.press("pagedown", "space")
        await until(lambda: reading.scroll_offset.y > 20)
        await hands.press("pageup")
        await until(lambda: 0 < reading.scroll_offset.y < 20)
        await hands.press("g")
        await until(lambda: reading.scroll_offset.y == 0)


async def test_without_unicode_every_character_is_plain() -> None:
    async with desk(first_call(), NARROW, ascii_only=True) as hands:
        await open_books(hands)
        assert hands.screen().isascii()
        await hands.press("c", "g")
        assert hands.screen().isascii()


async def test_a_wrong_book_of_ones_own_is_told_of_in_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    venues_folder().mkdir(parents=True)
    (venues_folder() / "wrong.toml").write_text("id = 7", "utf-8")
    async with desk(first_call(), WIDE) as hands:
        screen = await open_books(hands)
        await hands.press("G")
        key, cells = screen.query_one(DataGrid).rows[-1]
        assert (key, cells[0][0]) == ("!", "! your own")
        assert "wrong.toml:1: id: 7 does not fit" in hands.text("page")
        await hands.press("c")
        assert " and " not in hands.text("filter")


async def test_the_clock_stands_while_the_books_are_read() -> None:
    async with desk(first_call(), WIDE) as hands:
        hands.desk.conductor.run(hurry=False)
        hands.app.post_message(Key("V", "V"))
        await until(lambda: isinstance(hands.app.screen, VenuesScreen))
        assert not hands.desk.conductor.pace.running
        await hands.settle()


@sizes
async def test_f1_opens_the_guide_at_the_chapter_of_the_panel(size: tuple[int, int]) -> None:
    async with desk(first_call(), size) as hands:
        await hands.press("4", "f1")
        assert isinstance(hands.app.screen, GuideScreen)
        assert hands.text("page").split("\n")[0].strip() == "ORDERS AND STOPS"
        page = hands.app.screen.query_one("#page", Lines)
        last = chapters()[-1].title.upper()
        for key, title in (("2", "THE LOAN"), ("right", "MARGIN MODES"), ("left", "THE LOAN"),
                           ("left", "WHAT THIS IS"), ("left", last)):  # fmt: skip
            await hands.press(key)
            assert page.text.strip().startswith(title)
            assert max(map(len, page.text.split("\n"))) <= page.size.width
        await hands.press("8")
        assert page.text.strip().startswith("REHEARSAL FILES")
        reading = hands.app.screen.query_one("#reading")
        await hands.press("space", "j")
        await until(lambda: reading.scroll_offset.y > 10)
        await hands.press("1")
        await until(lambda: reading.scroll_offset.y == 0)
        await hands.press("escape")
        assert isinstance(hands.app.screen, Desk)


async def test_the_help_of_a_panel_leads_to_the_guide() -> None:
    async with desk(first_call(), WIDE) as hands:
        await hands.press("5", "?", "f1")
        assert isinstance(hands.app.screen, GuideScreen)
        assert hands.text("page").strip().startswith("THE LOAN")


async def test_the_guide_without_unicode_is_plain() -> None:
    async with desk(first_call(), NARROW, ascii_only=True) as hands:
        await hands.press("f1", "3")
        assert hands.screen().isascii()


async def test_books_and_guide_are_open_to_somebody_without_an_account(tmp_path: Path) -> None:
    app = TightropeApp(tmp_path / "ledger.db", ascii_only=False)
    async with app.run_test(size=NARROW) as pilot:
        await until(lambda: isinstance(app.screen, Welcome))
        await pilot.press("V")
        await until(lambda: isinstance(app.screen, VenuesScreen))
        await pilot.press("f1")
        await until(lambda: isinstance(app.screen, GuideScreen))
        await until(lambda: "YOUR OWN" in app.screen.query_one("#page", Lines).text)
        await pilot.press("escape", "escape", "f1")
        await until(lambda: isinstance(app.screen, GuideScreen))
        await until(lambda: "WHAT THIS IS" in app.screen.query_one("#page", Lines).text)
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Welcome))
