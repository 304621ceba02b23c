"""The way to the desk: first screen, first run, and back to where one was."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from textual.events import Key
from textual.screen import Screen

from ledger.account.commands import Deposit
from ledger.books.file.errors import LedgerError
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin, resume
from ledger.refused import Refused
from tests.books.shelves import unguarded
from tests.tui.desks import WIDE, Hands
from tests.tui.worlds import folder
from tests.worlds import D
from tui.app import TightropeApp
from tui.screens.card import Card
from tui.screens.desk.desk import Desk
from tui.screens.ledger import LedgerScreen
from tui.screens.welcome import Welcome
from tui.screenshot import SCENES, picture
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Lines

HEAVY = ("pydantic", "sqlite3", "sqlite_utils", "ledger.market.tapes.tape", "ledger.books.store")


def test_nothing_heavy_stands_before_the_first_paint() -> None:
    code = f"import sys, tui.app; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


async def until(
    app: TightropeApp, kind: type[Screen[object]], other: Screen[object] | None = None
) -> None:
    """Wait until a screen of this kind, not the `other`, is on top with something to show."""
    for _ in range(2000):
        await asyncio.sleep(0.005)
        top = app.screen if app._screen_stacks else None
        ready = isinstance(top, kind) and top is not other
        if ready and top is not None and getattr(top, "view", True) is not None:
            await asyncio.sleep(0.1)
            return
    raise AssertionError(f"no {kind.__name__}")


async def test_the_first_run_offers_the_guided_rehearsal_and_the_next_resumes(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "ledger.db"
    app = TightropeApp(ledger, ascii_only=False)
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Welcome)
        rows = app.screen.query_one(DataGrid).rows
        assert rows[0][1][0][0] == "First call"
        assert len(rows) >= 4
        app.post_message(Key("enter", None))
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        hands = Hands(pilot, app.screen)
        await hands.press("d", "~10000", "enter", "enter", "b", "~200", "enter", "enter", ".", ".")
        assert "first-call  us-reg-t@2026-11 cross" in hands.text("status")
        before = app.screen.snapshot
        await hands.press("L")
        assert isinstance(app.screen, LedgerScreen)
        assert "Account opened" in app.screen.query_one(DataGrid).rows[-1][1][3][0]
    app.close_session()
    again = TightropeApp(ledger, ascii_only=False)
    async with again.run_test(size=WIDE):
        await until(again, Desk)
        assert isinstance(again.screen, Desk)
        after = again.screen.snapshot
        assert before is not None
        assert after is not None
        assert after.account == before.account
        assert after.place == before.place
        assert len(again.screen.query_one("#record", DataGrid).rows) == before.account.seq
    again.close_session()


async def test_another_rehearsal_leaves_the_first_where_it_is(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    session = begin(load_rehearsal(folder() / "first-call.toml"), ledger, "first")
    session.advance()
    session.close()
    app = TightropeApp(ledger, ascii_only=False)
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        first = app.screen
        app.post_message(Key("R", "R"))
        await until(app, Welcome)
        for letter in "thursday, 10x":
            app.post_message(Key(letter, letter))
        app.post_message(Key("enter", None))
        await until(app, Desk, first)
        assert "black-thursday-cross" in app.screen.query_one("#status", Lines).text
        assert isinstance(app.screen, Desk)
        await Hands(pilot, app.screen).press("R")
        await until(app, Welcome)
        app.post_message(Key("q", "q"))
        await until(app, Desk)
    app.close_session()
    kept = resume(ledger, "first")
    assert kept.place.index == 0
    kept.close()


async def test_the_picture_of_the_readme_is_the_call() -> None:
    svg = (await picture(SCENES["call"], (80, 24))).replace("&#160;", " ")
    for figure in ("MARGIN CALL", "220.00", "sell 11 ACME"):
        assert figure in svg


def unwrapped(screen: str) -> str:
    """The words on a screen in one line, without the frame of a card."""
    return " ".join(screen.replace("┃", " ").split())


async def test_keys_typed_before_the_desk_is_there_are_for_the_desk(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    begin(load_rehearsal(folder() / "first-call.toml"), path, "first").close()
    app = TightropeApp(path, ascii_only=False)
    async with app.run_test(size=WIDE) as pilot:
        for key, character in (("i", "i"), ("s", "s"), ("o", "o"), ("enter", None)):
            app.post_message(Key(key, character))
        await until(app, Desk)
        desk = app.screen
        assert isinstance(desk, Desk)
        await Hands(pilot, desk).settle()
        assert '"text":"so"' in str(desk.panels.record.wires[-1]).replace(" ", "").replace("'", '"')
        assert desk.side.form is None


async def test_a_ledger_that_another_writes_to_is_shown_and_not_traded_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    session = begin(load_rehearsal(folder() / "first-call.toml"), path, "first")
    session.advance()
    session.commit().result()
    app = TightropeApp(path, ascii_only=False)
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Card)
        shown = Hands(pilot, next(s for s in app.screen_stack if isinstance(s, Desk)))
        await shown.settle()
        assert "Read only" in shown.screen()
        assert "in use by another Tightrope" in unwrapped(shown.screen())
        for key in ("escape", "b", "space", "full_stop", "p"):
            await pilot.press(key)
        assert isinstance(app.screen, Desk)
        assert app.screen.conductor.session.account == session.account
    app.close_session()
    session.close()


async def test_a_damaged_ledger_is_shown_and_not_traded_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    session = begin(load_rehearsal(folder() / "first-call.toml"), path, "first")
    session.advance()
    session.send(Deposit(amount=D(3000)))
    session.close()
    with unguarded(path, "events") as db:
        db.execute("UPDATE events SET body = replace(body, '3000.00', '9000.00')")
    before = path.read_bytes()
    app = TightropeApp(path, ascii_only=False)
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Card)
        shown = Hands(pilot, next(s for s in app.screen_stack if isinstance(s, Desk)))
        await shown.settle()
        assert "does not match its checksum" in unwrapped(shown.screen())
        for key in ("escape", "b", "space"):
            await pilot.press(key)
        assert isinstance(app.screen, Desk)
    app.close_session()
    assert path.read_bytes() == before


async def test_what_cannot_be_opened_ends_with_its_cause(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    begin(load_rehearsal(folder() / "first-call.toml"), path, "first").close()
    unknown = TightropeApp(path, "nobody", ascii_only=False)
    async with unknown.run_test(size=WIDE):
        for _ in range(1000):
            await asyncio.sleep(0.005)
            if unknown.return_value is not None:
                break
    assert isinstance(unknown.return_value, Refused | LedgerError)
    with pytest.raises(Refused):
        resume(path, "nobody")


@pytest.mark.parametrize(
    ("locale", "ascii_only"), [("C", True), ("POSIX", True), ("C.UTF-8", False)]
)
def test_a_locale_that_knows_only_ascii_is_drawn_in_ascii(locale: str, ascii_only: bool) -> None:
    """Python writes UTF-8 under `LC_ALL=C` (PEP 540), which that terminal cannot show."""
    code = "from tui.app import TightropeApp; print(TightropeApp(None).ascii_only)"
    environment = {**os.environ, "LC_ALL": locale}
    environment.pop("PYTHONIOENCODING", None)
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert result.stdout.strip() == str(ascii_only)
