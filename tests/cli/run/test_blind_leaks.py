"""Nothing of a blind run says what its prices are: no screen, window title, command or file name.

The tape is one that nobody else has, so that every text can be read without exceptions.
"""

import asyncio
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from textual.events import Key as Pressed

from tests.cli.driving import tightrope
from tests.tui.desks import NARROW, WIDE, Hands
from tui.app import TightropeApp
from tui.cli.options.exports import FORMATS
from tui.cli.parser import _COMMANDS
from tui.keymap import CHART, DESK, KEYMAP
from tui.screens.desk.desk import Desk
from tui.screens.welcome import Welcome

SYMBOL, VENUE = "ZORBLAX", "quuxchange"
DAYS = [f"1994-09-{day:02}" for day in range(1, 31)]
FALL = 12
"""The day on which the price halves."""
PRICES = [
    (Decimal("41.3717") + Decimal("0.0613") * (number % 11)) / (1 if number < FALL else 2)
    for number in range(len(DAYS))
]

ASIDE = {
    "rehearse": "plays a file of its own",
    "play": "is for scenarios",
    "venues": "is about rule books",
    "tapes": "is the library, which is no part of a run",
    "course": "is a book",
    "guide": "is a book",
    "calc": "knows no account",
    "next": "is about drills",
    "odds": "asks for a tape by its name",
    "reveal": "is meant to",
}
"""Commands that say nothing of an account, or are asked to say it all."""

WRITTEN = [form for form in FORMATS if form != "8949"]
"""Exports that leave a file: nothing was sold, so there is no row of Form 8949."""

RUNS = ("app.quit", "clock.run", "clock.next", "clock.script")
"""Keys that end the program, or the tape: then everything is told."""
LIBRARY = ("app.new",)
"""Keys to the library of tapes, which is no part of a run."""
EVERY = [k.id for k in KEYMAP if k.where in (DESK, CHART) and k.id not in (*RUNS, *LIBRARY)]


@pytest.fixture(autouse=True)
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret tape is in no other test's library."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "library"))


def secrets(text: str) -> set[str]:
    """What a text gives away."""
    prices = "|".join(re.escape(f"{price}") for price in sorted(set(PRICES)))
    patterns = {
        "symbol": SYMBOL,
        "venue": VENUE,
        "date": r"1994|\d Sep\b",
        "price": rf"(?<![\d.,])(?:{prices})(?!\d)",
    }
    return {what for what, told in patterns.items() if re.search(told, text, re.IGNORECASE)}


def begun(folder: Path, *how: str) -> Path:
    """An account on the secret tape, with a position, a stop and a note."""
    file = folder / "prices.csv"
    rows = [f"{day}T00:00:00Z,{p},{p},{p},{p},9" for day, p in zip(DAYS, PRICES, strict=True)]
    file.write_text("\n".join(["time,open,high,low,close,volume", *rows, ""]))
    imported = ("tapes", "import", file, "--symbol", SYMBOL, "--id", f"{VENUE}-own")
    assert tightrope(*imported).status == 0
    ledger = folder / "l.db"
    ended = tightrope(
        *("new", "own", "--ledger", ledger, "--venue", "us-reg-t", "--deposit", "2000"),
        *("--tape", f"{SYMBOL}={VENUE}-own", "--start", f"{DAYS[4]}T00:00:00Z", *how),
    )
    assert ended.status == 0, ended.err
    assert "--blind" not in how or not secrets(ended.out + ended.err)
    return ledger


class Reader:
    """Reads a desk, screen by screen."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def read(
        self, ledger: Path, size: tuple[int, int], ids: Collection[str] = EVERY
    ) -> dict[str, str]:
        """The text of every screen that a key of the desk leads to, with the window's title."""
        app = TightropeApp(ledger)
        async with app.run_test(size=size) as pilot:
            for _ in range(2000):
                await asyncio.sleep(0.002)
                if isinstance(app.screen, Desk) and app.screen.view is not None:
                    break
            desk = app.screen
            assert isinstance(desk, Desk)
            hands = Hands(pilot, desk)
            await self._trade(hands)
            for key in KEYMAP:
                if key.id in ids:
                    await self._look(hands, key.keys.split(",")[0])
        return self.texts

    async def _trade(self, hands: Hands) -> None:
        await hands.press("b", "~3", "enter", "enter", "full_stop", "i", "~so far", "enter")
        self._keep(hands, "traded")

    async def _look(self, hands: Hands, key: str) -> None:
        hands.app.post_message(Pressed("2", "2"))
        hands.app.post_message(Pressed(key, key if len(key) == 1 else None))
        for _ in range(30):
            await asyncio.sleep(0.002)
        if isinstance(hands.app.screen, Desk):
            await hands.settle()
        self._keep(hands, key)
        for _ in range(6):
            if hands.app.screen is hands.desk and not hands.desk.is_changing:
                break
            if isinstance(hands.app.screen, Desk | Welcome):
                break
            hands.app.post_message(Pressed("escape", None))
            for _ in range(20):
                await asyncio.sleep(0.002)
        hands.app.post_message(Pressed("escape", None))
        await asyncio.sleep(0.02)

    def _keep(self, hands: Hands, name: str) -> None:
        app = hands.app
        copied = str(app.clipboard)
        self.texts[name] = "\n".join([hands.screen(), app.title, app.sub_title, copied])


def printed(ledger: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """What each command prints about the account, on both streams."""
    twins: dict[str, tuple[tuple[object, ...], ...]] = {
        "status": ((),),
        "positions": ((),),
        "orders": ((),),
        "ledger": ((), ("--json",)),
        "watch": (("--once",),),
        "export": tuple((form, folder / f"export-{form}") for form in FORMATS),
        "new": (("own", "--venue", "us-reg-t", "--start", "1", "--deposit", "1"),),
        "twin": ((),),
        "accounts": ((), ("--json",)),
        "purse": ((), ("--json",)),
        "plan": ((), ("--json",)),
        "fork": ((), ("--json",), ("--at", "3", "--as", "line")),
        "compare": (("own", "line"), ("own", "line", "--json")),
        "journal": ((), ("--json",), ("--csv",)),
        "trade": (("1",), ("1", "--json")),
        "passive": (("1",),),
        "report": ((), ("--json",)),
        "tax": ((), ("--json",), ("2103", "--explain")),
        "note": (("1", "seen"),),
        "tag": (("1", "fear"),),
        "doctor": (("--deep",), ("--deep", "--json")),
        "backup": ((folder / "copy.db",),),
        "switch": (("own",),),
        "rename": (("line", "other"),),
        "archive": (("other",),),
        "reset": (("own",),),
    }
    for command in sorted(set(_COMMANDS) - set(twins) - set(ASIDE)):
        twins[command] = ((), ("--json",))  # one that came later, as far as it needs nothing
    for command, ways in twins.items():
        for way in ways:
            ended = tightrope(command, *way, "--ledger", ledger)
            yield " ".join(map(str, (command, *way))), ended.out + ended.err


def written(path: Path) -> str:
    """Everything in an exported file: of a folder in its files, of a workbook in its sheets."""
    if path.is_dir():
        return "\n".join(file.read_text("utf-8") for file in sorted(path.iterdir()))
    if not is_zipfile(path):
        return path.read_text("utf-8")
    with ZipFile(path) as book:
        sheets = (name for name in book.namelist() if not name.startswith("docProps"))
        return "\n".join(book.read(name).decode() for name in sheets)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_no_screen_of_a_blind_run_says_what_its_prices_are(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    texts = await Reader().read(begun(tmp_path, "--blind", "--seed", "3"), size)
    assert "BLIND" in texts["traded"]
    assert "LONG" in texts["traded"] if size == WIDE else "AAA" in texts["traded"]
    assert len(texts) > 40
    assert {name: found for name, text in texts.items() if (found := secrets(text))} == {}


def test_no_command_and_no_file_of_a_blind_run_says_what_its_prices_are(tmp_path: Path) -> None:
    ledger = begun(tmp_path, "--blind", "--seed", "3")
    told = {name: secrets(text) for name, text in printed(ledger, tmp_path)}
    assert {name: found for name, found in told.items() if found} == {}
    for form in WRITTEN:
        assert not secrets(written(tmp_path / f"export-{form}"))
    for file in (ledger, tmp_path / "copy.db"):
        assert not secrets(file.name)
        assert not secrets(file.read_bytes().decode("latin-1"))


async def test_an_open_run_is_caught_on_its_screens_its_commands_and_in_its_file(
    tmp_path: Path,
) -> None:
    """The canary: what the tests above look for is there where nothing is hidden."""
    ledger = begun(tmp_path)
    some = ("view.ledger", "app.log", "app.accounts", "app.reveal", "trade.long", "app.explain")
    texts = await Reader().read(ledger, WIDE, some)
    assert secrets(texts["traded"]) == {"symbol", "date", "price"}
    assert [name for name, text in texts.items() if not secrets(text)] == []
    by_command = {name for name, text in printed(ledger, tmp_path) if secrets(text)}
    assert {"status", "ledger --json", "accounts --json", "positions"} <= by_command
    assert "venue" in secrets(ledger.read_bytes().decode("latin-1"))
    for form in WRITTEN:
        assert "symbol" in secrets(written(tmp_path / f"export-{form}"))
