"""Choosing tapes and a rule book: several at once, none that do not fit, and a file on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Paste

from tests.tui.desks import NARROW
from tests.tui.screens.first.test_welcome import heard, press, welcome
from tests.tui.test_app import until
from tui.app import TightropeApp
from tui.screens.first.derived import DerivedForm
from tui.screens.first.import_tape import ImportTape
from tui.screens.first.new_account import NewAccount
from tui.screens.first.tape_chooser import TapeChooser
from tui.screens.first.venue_chooser import VenueChooser
from tui.screens.guide import GuideScreen
from tui.screens.welcome import Welcome
from tui.widgets.fields import Fields
from tui.widgets.finder import Listed
from tui.widgets.lines import Lines


@asynccontextmanager
async def tapes() -> AsyncIterator[TightropeApp]:
    """The list of tapes, read."""
    async with welcome(None, NARROW) as app:
        await press(app, "N")
        await until(app, TapeChooser)
        await listed(app, 35)
        yield app


async def listed(app: TightropeApp, least: int) -> None:
    for _ in range(1_000):
        await asyncio.sleep(0.01)
        if len(app.screen.query_one(Listed).rows) >= least:
            return
    raise AssertionError("the list was never filled")


def about(app: TightropeApp) -> str:
    return " ".join(app.screen.query_one("#about", Lines).text.split())


async def test_one_tape_is_marked_for_each_symbol() -> None:
    async with tapes() as app:
        await press(app, *"spy", "tab", "down", "tab")
        assert "SPY is marked already, from spy-us-1d-1998-2021" in about(app)
        await press(app, "up", "tab", "down", "tab")
        marks = [cells[0][0] for _, cells in app.screen.query_one(Listed).rows]
        assert marks == ["[ ]", "[x]", "[ ]", "[ ]"]
        await press(app, *"gme", "tab")  # a letter after a mark begins another search
        assert app.screen.query_one("#heading", Lines).text.endswith("marked: SPY, GME")


async def test_a_rule_book_that_cannot_trade_the_tape_is_greyed_and_says_why() -> None:
    """The franc: of the rule books only an inverse perpetual does not ask for the currency."""
    async with tapes() as app:
        await press(app, *"eurchf", "enter")
        await until(app, VenueChooser)
        await listed(app, 12)
        await press(app, *"us-reg-t")
        cells = app.screen.query_one(Listed).rows[0][1]
        assert {meaning for _, meaning in cells} == {"dim"}
        assert about(app).startswith("us-reg-t cannot trade EURCHF: it is priced in CHF")
        await press(app, "enter")
        assert isinstance(app.screen, VenueChooser)
        await press(app, "escape", "escape")
        await until(app, TapeChooser)
        assert app.screen.query_one("#search", Lines).text.startswith(" search: eurchf_")


@pytest.mark.parametrize(
    ("tape", "first"),
    [
        ("six years of eth", ["binance-usdm", "phemex-perpetual"]),
        ("spy-us-1d", ["esma-cfd", "ibkr", "kraken-margin", "robinhood", "us-reg-t"]),
    ],
)
async def test_the_rule_books_of_venues_that_list_such_a_tape_stand_first(
    tape: str, first: list[str]
) -> None:
    """ETH is a perpetual in USDT: books in USDT with funding. SPY has none, and is in USD."""
    async with tapes() as app:
        await press(app, *tape, "enter")
        await until(app, VenueChooser)
        await listed(app, 12)
        rows = app.screen.query_one(Listed).rows
        assert [name for name, _ in rows][: len(first)] == first
        await press(app, "f1")
        await until(app, GuideScreen)
        await app.workers.wait_for_complete()
        assert "A VENUE OF YOUR OWN" in app.screen.query_one("#page", Lines).text
        await press(app, "escape")
        await until(app, VenueChooser)


async def test_an_option_comes_back_marked_with_the_tape_that_it_is_on() -> None:
    async with tapes() as app:
        await press(app, *"spy-us-1d", "ctrl+t")
        await until(app, DerivedForm)
        await press(app, "right", "tab", "tab", "tab", "enter")
        assert about(app) == "! Strike: enter a number"
        await press(app, *"130", "tab", *"2008-03-20", "enter")
        await until(app, TapeChooser)
        await heard(app)
        rows = app.screen.query_one(Listed).rows
        marked = [cells[1][0] for _, cells in rows if cells[0][0] == "[x]"]
        assert marked == ["SPY-OPT", "SPY"]
        await press(app, "ctrl+t")
        assert about(app).startswith("A token or an option is made from a tape of prices")
        await press(app, "enter")
        await until(app, VenueChooser)
        await listed(app, 12)
        await press(app, *"binance-usdm")
        assert about(app).startswith("binance-usdm cannot trade SPY-OPT: it lends no money")


async def test_a_path_that_is_pasted_into_the_list_is_a_file_to_import(tmp_path: Path) -> None:
    async with tapes() as app:
        app.post_message(Paste(f"'{tmp_path}/prices.csv'\n"))
        await until(app, ImportTape)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if "no such file" in about(app):
                break
        assert "there is no such file" in about(app)
        await press(app, "enter")
        await app.workers.wait_for_complete()  # it was read once more, and refused
        assert isinstance(app.screen, ImportTape)
        await press(app, "escape")
        await until(app, TapeChooser)
        await press(app, *"/a/b.csv", "ctrl+o")  # typed into the search instead
        await until(app, ImportTape)
        assert app.screen.query_one(Fields).values["path"] == "/a/b.csv"


@pytest.mark.parametrize("typed", ["", "My Account"])
async def test_a_name_that_no_account_can_have_begins_nothing(typed: str) -> None:
    async with tapes() as app:
        await press(app, *"spy-us-1d", "enter")
        await until(app, VenueChooser)
        await listed(app, 12)
        await press(app, *"us-reg-t", "enter")
        await until(app, NewAccount)
        await press(app, "ctrl+u", *typed, "enter")
        for _ in range(500):
            await asyncio.sleep(0.01)
            if "! Name: " in about(app):
                break
        assert "! Name: allowed: small letters, digits and -" in about(app)
        await press(app, "escape", "escape", "escape", "escape", "escape")
        await until(app, Welcome)
