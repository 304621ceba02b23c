"""Every page behind the desk of a blind account with a twin, a margin call and a fork."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, TextArea

from tests.cli.run.test_blind_leaks import DAYS, begun, secrets
from tests.tui.desks import WIDE, Hands
from tests.tui.test_app import until
from tui.app import TightropeApp
from tui.screens.accounts.list import AccountsScreen
from tui.screens.desk.desk import Desk
from tui.screens.forks.compare import CompareScreen
from tui.screens.forks.twin import TwinScreen
from tui.screens.ledger import LedgerScreen
from tui.screens.records.calls import CallsScreen
from tui.screens.records.journal import JournalScreen
from tui.screens.records.review import ReviewScreen
from tui.screens.records.tax import TaxScreen
from tui.screens.records.trade import TradeScreen

PAGES: dict[type[Screen[object]], tuple[str, ...]] = {
    JournalScreen: ("J",),
    TradeScreen: ("J", "enter"),
    CallsScreen: ("J", "c"),
    TaxScreen: ("J", "x"),
    ReviewScreen: ("r",),
    TwinScreen: ("v",),
    LedgerScreen: ("L",),
    AccountsScreen: ("A",),
    CompareScreen: ("C",),
}
"""Each page, and the keys that lead to it from the desk."""

LEAVES = ("back", "leave", "dismiss(None)", "app.pop_screen")
ELSEWHERE = ("new", "fork", "archive", "clock('run')", "clock('next_event')", "clock('step')")
"""What opens the library, another desk, or changes what is looked at."""


class Walker:
    """Presses every key of every page, and reads what comes."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.app = hands, hands.app
        self.texts: dict[str, str] = {}

    async def press(self, key: str) -> None:
        await self.hands.press(key)
        for _ in range(2):  # what a thread read is shown by another
            await self.app.workers.wait_for_complete()
            await self.hands.settle()

    def keep(self, name: str) -> None:
        app = self.app
        told = [self.hands.screen(), app.title, app.sub_title, str(app.clipboard)]
        self.texts[name] = "\n".join(told)

    async def walk(self, page: type[Screen[object]], way: tuple[str, ...]) -> None:
        for key in ["", *keys(page)]:
            if not isinstance(self.app.screen, page):
                await self.home()
                for step in way:
                    await self.press(step)
                assert isinstance(self.app.screen, page), self.hands.screen()
            if key:
                await self.press(key)
            self.keep(f"{page.__name__} {key}")
            if isinstance(self.app.focused, Input | TextArea):
                await self.press("escape")
        await self.home()

    async def fork(self) -> None:
        """Undo the first order, step on, and compare."""
        old = self.hands.desk
        for key in ("L", "G", "up", "up", "T"):
            await self.press(key)
        await until(self.app, Desk, old)
        assert isinstance(self.app.screen, Desk)
        self.hands = Hands(self.hands.pilot, self.app.screen)
        for key in ("full_stop", "C"):
            await self.press(key)
            self.keep(f"fork {key}")
        assert isinstance(self.app.screen, CompareScreen)

    async def home(self) -> None:
        """Back to the desk."""
        for _ in range(8):
            if isinstance(self.app.screen, Desk):
                return
            await self.press("escape")
        raise AssertionError(self.hands.screen())


def keys(page: type[Screen[object]]) -> Iterator[str]:
    """One for each thing that it can do."""
    for binding in page.BINDINGS:
        assert isinstance(binding, Binding)
        if binding.action not in (*LEAVES, *ELSEWHERE):
            yield binding.key.partition(",")[0]


async def bought(walker: Walker) -> None:
    """With all the buying power, and held until the broker sells."""
    await walker.press("b")
    for key in ("up", "left", "down"):  # by a share of buying power
        await walker.press(key)
    await walker.hands.press("~100", "enter", "enter")
    for _ in range(len(DAYS)):
        walker.keep(f"bar {len(walker.texts)}")
        if not isinstance(walker.app.screen, Desk):
            await walker.press("w")
            walker.keep("waiting")
            await walker.home()
        if "sold" in walker.hands.screen():
            break
        await walker.press("full_stop")


@pytest.mark.parametrize("blind", [True, False], ids=["blind", "open: the canary"])
async def test_no_page_behind_a_blind_desk_says_what_its_prices_are(
    tmp_path: Path, *, blind: bool
) -> None:
    how = ("--blind", "--seed", "3") if blind else ()
    ledger = begun(tmp_path, *how, "--twin", "us-tiered", "--until", f"{DAYS[25]}T00:00:00Z")
    app = TightropeApp(ledger)
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        walker = Walker(Hands(pilot, app.screen))
        while app.screen.view is None:
            await asyncio.sleep(0.01)
        await bought(walker)
        pages = PAGES if blind else {TradeScreen: PAGES[TradeScreen]}
        for page, way in pages.items():
            await walker.walk(page, way)
        await walker.fork()
    app.close_session()
    found = {name: told for name, text in walker.texts.items() if (told := secrets(text))}
    assert found == {} if blind else {"TradeScreen ", "fork full_stop"} <= {*found}
    assert len(walker.texts) > 80 or not blind
