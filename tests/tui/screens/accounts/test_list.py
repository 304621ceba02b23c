"""The list of accounts on the desk: what is done there, and which account is on the desk after."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Key
from textual.screen import Screen

from ledger.books.checks.doctor import examine
from ledger.practice.accounts.overview import State, accounts
from tests.cli.driving import FIRST_CALL, tightrope
from tests.tui.desks import NARROW, WIDE, Hands
from tui.app import TightropeApp
from tui.screens.accounts.list import AccountsScreen
from tui.screens.card import AskCard
from tui.screens.desk.desk import Desk
from tui.screens.first.tape_chooser import TapeChooser
from tui.screens.forks.compare import CompareScreen
from tui.screens.welcome import Welcome
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import KeyBar

RULES = ("maintenance_margin=0.30", "exchange_margin=0.25", "trade_fee=0")


def begun(folder: Path, *names: str) -> Path:
    """A ledger with accounts of one's own at ACME, begun one after the other."""
    for name in names:
        ended = tightrope(
            *("new", name, "--ledger", folder / "l.db", "--venue", "us-reg-t"),
            *("--tape", f"ACME={FIRST_CALL.with_name('acme.csv')}", "--deposit", "1000"),
            *("--start", "2024-01-01T00:00:00Z"),
            *(word for rule in RULES for word in ("--set", rule)),
        )
        assert ended.status == 0, ended.err
    return folder / "l.db"


async def until(app: TightropeApp, kind: type[Screen[object]], but: object = None) -> None:
    """Until a screen of this kind is on top, and not that one."""
    for _ in range(5000):
        await pause()
        here = app.screen
        if (
            isinstance(here, kind)
            and here is not but
            and not (isinstance(here, Desk) and here.view is None)
        ):
            return
    raise AssertionError(f"no {kind.__name__}, but {app.screen}")


async def pause() -> None:
    import asyncio

    await asyncio.sleep(0.002)


class Visitor:
    """Presses keys and reads the list."""

    def __init__(self, app: TightropeApp, hands: Hands) -> None:
        self.app = app
        self.hands = hands

    @property
    def names(self) -> list[str]:
        return [key for key, _ in self.app.screen.query_one(DataGrid).rows]

    @property
    def selected(self) -> str | None:
        return self.app.screen.query_one(DataGrid).cursor_key

    async def press(self, *keys: str) -> None:
        """Keys on the list, until what they asked for is done."""
        for key in keys:
            await self.hands.press(key)
            await self.done()

    async def done(self) -> None:
        while isinstance(self.app.screen, AccountsScreen) and self.app.screen.is_changing:
            await pause()
        await self.hands.settle()

    async def choose(self, name: str) -> None:
        """The cursor on an account."""
        self.app.screen.query_one(DataGrid).move_to(self.names.index(name))
        await self.hands.settle()

    @property
    def status(self) -> str:
        return self.hands.text("status")


@asynccontextmanager
async def visiting(
    ledger: Path, size: tuple[int, int] = WIDE, *, ascii_only: bool = False
) -> AsyncIterator[Visitor]:
    """The list of accounts, asked for on the desk."""
    app = TightropeApp(ledger, ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        visitor = Visitor(app, Hands(pilot, app.screen))
        await visitor.hands.press("A")
        await until(app, AccountsScreen)
        await visitor.done()
        yield visitor
    app.close_session()
    assert app.crash is None
    assert all(check.ok for check in examine(ledger, deep=True))


async def test_enter_goes_on_with_another_account_and_the_next_start_too(tmp_path: Path) -> None:
    path = begun(tmp_path, "first", "second")
    async with visiting(path) as visitor:
        assert visitor.names == ["second", "first"], "the one played last is first"
        assert visitor.selected == "second"
        old = visitor.app.screen_stack[-2]
        await visitor.press("down", "enter")
        await until(visitor.app, Desk, old)
        assert " first  us-reg-t cross " in visitor.status
    assert {row.account: row.opens_next for row in accounts(path)} == {
        "first": True,
        "second": False,
    }


@pytest.mark.parametrize("key", ["escape", "q", "A"])
async def test_whoever_only_looks_finds_the_desk_as_it_was(tmp_path: Path, key: str) -> None:
    async with visiting(begun(tmp_path, "first", "second")) as visitor:
        desk = visitor.app.screen_stack[-2]
        await visitor.hands.press(key)
        assert visitor.app.screen is desk
        await visitor.hands.press("d", "~500", "enter", "enter")
        assert "1,500.00" in visitor.status


async def test_the_one_on_the_desk_is_gone_on_with_by_going_back(tmp_path: Path) -> None:
    async with visiting(begun(tmp_path, "first", "second")) as visitor:
        desk = visitor.app.screen_stack[-2]
        await visitor.hands.press("enter")
        assert visitor.app.screen is desk


async def test_a_name_typed_at_one_go_is_the_account_s_name_on_the_desk_too(
    tmp_path: Path,
) -> None:
    async with visiting(begun(tmp_path, "first", "second")) as visitor:
        old = visitor.app.screen_stack[-2]
        for key in ("r", "q", "r", "a", "x", "minus", "2", "enter"):
            char = {"minus": "-", "enter": None}.get(key, key)
            visitor.app.post_message(Key(key, char))
        await visitor.hands.settle()
        await visitor.done()
        assert visitor.names == ["qrax-2", "first"]
        assert visitor.selected == "qrax-2"
        await visitor.hands.press("escape")
        await until(visitor.app, Desk, old)
        assert " qrax-2  us-reg-t cross " in visitor.status


async def test_a_name_that_is_taken_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    async with visiting(begun(tmp_path, "first", "second")) as visitor:
        await visitor.press("r", "~first", "enter")
        assert "there is already an account called first" in visitor.hands.text("notice")
        assert visitor.names == ["second", "first"]
        await visitor.press("r", "~third", "escape")
        assert visitor.names == ["second", "first"]


async def test_a_new_account_begins_from_the_list_and_escape_comes_back_to_it(
    tmp_path: Path,
) -> None:
    """Typed at one go: the tape, the rule book, and the form as it is proposed."""
    path = begun(tmp_path, "first")
    async with visiting(path) as visitor:
        listed, old = visitor.app.screen, visitor.app.screen_stack[-2]
        assert "N new account" in visitor.hands.screen()
        await visitor.press("N")
        await until(visitor.app, TapeChooser)
        await visitor.hands.press("escape")
        assert visitor.app.screen is listed
        for key in ("N", *"spy-us-1d", "enter", *"regulation", "enter", "enter"):
            visitor.app.post_message(Key(key, key if len(key) == 1 else None))
        await until(visitor.app, Desk, old)
    assert {row.account: row.opens_next for row in accounts(path)} == {"first": False, "spy": True}


async def test_an_archived_account_is_out_of_sight_until_it_is_asked_for(tmp_path: Path) -> None:
    async with visiting(begun(tmp_path, "first", "second")) as visitor:
        await visitor.choose("first")
        await visitor.press("a")
        assert visitor.names == ["second"]
        await visitor.press("h")
        assert visitor.names == ["second", "first"]
        await visitor.choose("first")
        await visitor.press("enter")
        assert "a brings it back" in visitor.hands.text("notice")
        await visitor.press("a", "h")
        assert visitor.names == ["second", "first"]


async def test_a_reset_asks_once_and_archives_what_was(tmp_path: Path) -> None:
    path = begun(tmp_path, "first", "second")
    async with visiting(path) as visitor:
        await visitor.hands.press("escape", "d", "~500", "enter", "enter")
        assert "1,500.00" in visitor.status
        old = visitor.app.screen
        await visitor.press("A", "X")
        assert isinstance(visitor.app.screen, AskCard)
        await visitor.press("escape")
        assert len(accounts(path)) == 2
        await visitor.press("X", "enter")
        await visitor.done()
        await visitor.press("escape")
        await until(visitor.app, Desk, old)
        assert " second  us-reg-t cross " in visitor.status
        assert "equity 1,000.00" in visitor.status
    states = {row.account: row.state for row in accounts(path)}
    assert states == {
        "first": State.OPEN,
        "second": State.OPEN,
        "second-old": State.ARCHIVED,
    }


async def test_the_purse_is_shown_and_set(tmp_path: Path) -> None:
    """10,000 less twice 1,000."""
    path = begun(tmp_path, "first", "second")
    async with visiting(path) as visitor:
        assert "purse 8,000.00 USD" in visitor.hands.text("filter")
        await visitor.press("p", "~many", "enter")
        assert "AMOUNT: 'many' is not an amount" in visitor.hands.text("notice")
        await visitor.press("p", "~1,500.50", "enter")
        assert "purse 1,500.50 USD" in visitor.hands.text("filter")
        await visitor.press("X")
        assert "The purse pays the deposit again" in visitor.app.screen.text
        await visitor.press("escape")


async def test_a_deposit_shows_the_purse_and_says_when_much_is_at_risk(tmp_path: Path) -> None:
    """10,000 - 2 x 1,000; with 500 more there are 2,500 of 10,000 in accounts: 25%."""
    async with visiting(begun(tmp_path, "first", "second")) as visitor:
        await visitor.hands.press("escape", "d", "~500")
        shown = visitor.hands.screen()
        assert "8,000.00 → 7,500.00" in shown
        assert "25.0%" in shown
        assert "More than a fifth" in shown
        await visitor.hands.press("escape", "escape", "d", "~8000.01")
        assert "the purse holds 8000 USD" in " ".join(visitor.hands.text("thought").split())


async def test_letters_filter_the_list_after_a_slash(tmp_path: Path) -> None:
    async with visiting(begun(tmp_path, "calm", "wild", "wild-2")) as visitor:
        await visitor.press("/", "~wil")
        assert visitor.names == ["wild-2", "wild"]
        await visitor.press("~d-")
        assert visitor.names == ["wild-2"]
        await visitor.press("enter", "~zz", "escape")
        assert visitor.names == ["wild-2", "wild", "calm"]
        await visitor.press("/", "~zz")
        assert "no account fits the filter" in visitor.hands.screen()


async def test_an_account_that_cannot_be_opened_is_told_in_the_list(tmp_path: Path) -> None:
    path = begun(tmp_path, "first")
    tape = tmp_path / "mine.csv"
    tape.write_bytes(FIRST_CALL.with_name("acme.csv").read_bytes())
    ended = tightrope(
        *("new", "gone", "--ledger", path, "--venue", "us-reg-t", "--deposit", "1000"),
        *("--tape", f"ACME={tape}", "--start", "2024-01-01T00:00:00Z"),
    )
    assert ended.status == 0, ended.err
    assert tightrope("switch", "first", "--ledger", path).status == 0
    tape.unlink()
    async with visiting(path) as visitor:
        old = visitor.app.screen_stack[-2]
        await visitor.choose("gone")
        await visitor.press("enter")
        assert "there is no such file" in visitor.hands.text("notice")
        await visitor.hands.press("escape")
        await until(visitor.app, Desk, old)
        assert " first  us-reg-t cross " in visitor.status


async def test_the_first_screen_leads_to_the_accounts_and_they_lead_back(tmp_path: Path) -> None:
    path = begun(tmp_path, "only")
    assert tightrope("archive", "only", "--ledger", path).status == 0
    app = TightropeApp(path, ascii_only=False)
    async with app.run_test(size=NARROW):
        await until(app, Welcome)
        await pressed(app, "A", lambda: until(app, AccountsScreen))
        while app.screen.is_changing:
            await pause()
        await pressed(app, "escape", lambda: until(app, Welcome))
        await pressed(app, "A", lambda: until(app, AccountsScreen))
        for key in ("h", "a", "enter"):
            while app.screen.is_changing:
                await pause()
            app.post_message(Key(key, key if len(key) == 1 else None))
            await pause()
        await until(app, Desk)
    app.close_session()
    assert app.crash is None


async def test_from_a_first_screen_over_the_desk_they_lead_back_to_it(tmp_path: Path) -> None:
    app = TightropeApp(begun(tmp_path, "only"), ascii_only=False)
    async with app.run_test(size=NARROW):
        await until(app, Desk)
        await pressed(app, "R", lambda: until(app, Welcome))
        await pressed(app, "A", lambda: until(app, AccountsScreen))
        while app.screen.is_changing:
            await pause()
        await pressed(app, "escape", lambda: until(app, Welcome))
    app.close_session()
    assert app.crash is None


async def pressed(app: TightropeApp, key: str, then: Callable[[], Awaitable[None]]) -> None:
    app.post_message(Key(key, key if len(key) == 1 else None))
    await then()


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_forks_stand_below_what_they_left_and_two_marked_accounts_are_compared(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """A deposit is undone in a fork, the same in a fork of the other account."""
    path = begun(tmp_path, "first", "second")
    for trunk in ("first", "second"):
        made = tightrope("fork", "--account", trunk, "--at", "2", "--ledger", path)
        assert made.status == 0, made.err
    tightrope("switch", "second", "--ledger", path)
    async with visiting(path, size) as visitor:
        names = visitor.names
        assert names.index("first-fork") == names.index("first") + 1
        assert names.index("second-fork") == names.index("second") + 1
        assert "└ first-fork" in visitor.hands.screen()
        await visitor.press("c" if visitor.selected == "second" else "escape")
        assert "Mark two accounts with space" in visitor.hands.text("notice")
        await visitor.choose("first")
        await visitor.press("space")
        await visitor.choose("second-fork")
        await visitor.press("c")
        await until(visitor.app, CompareScreen)
        for _ in range(500):
            await visitor.hands.settle()
            if "forced exits" in visitor.hands.screen():
                break
        assert "first" in visitor.hands.text("compared")
        assert "second-fork" in visitor.hands.text("compared")
        await visitor.press("escape")
        assert isinstance(visitor.app.screen, AccountsScreen)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_every_key_of_the_foot_is_on_the_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with visiting(begun(tmp_path, "first", "second"), size, ascii_only=True) as visitor:
        await visitor.choose("first")
        await visitor.press("a")
        shown = visitor.hands.screen()
        for word in ("go on there", "rename", "archive", "reset", "show archived", "filter",
                     "mark, compare", "copy", "back"):  # fmt: skip
            assert word in shown
        assert shown.isascii()
        bar = visitor.app.screen.query_one(KeyBar)
        assert bar.region.bottom <= size[1]
