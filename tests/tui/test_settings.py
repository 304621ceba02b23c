"""Facts of what is remembered from one start to the next."""

from pathlib import Path

import pytest

from ledger.practice.library.files import assets
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from tests.tui.desks import Hands
from tests.tui.test_app import until
from tui.app import TightropeApp
from tui.runtime.opened import Opened
from tui.screens.desk.desk import Desk
from tui.settings import Settings, read_settings, write_settings


def two_symbols() -> Opened:
    """A rehearsal with ALFA and BETA."""
    file = assets() / "rehearsals" / "made-up-panic.toml"
    return Opened(begin(load_rehearsal(file), None, "made"))


async def test_theme_speed_and_symbol_are_found_again(tmp_path: Path) -> None:
    file = tmp_path / "of" / "desk.toml"
    app = TightropeApp(None, opened=two_symbols(), ascii_only=False, settings=file)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, Desk)
        hands = Hands(pilot, app.screen)
        await hands.press("slash", "greater_than_sign", "t")
        first = (app.theme, hands.desk.conductor.pace.speed, hands.desk.panels.symbol)
        assert first[1:] == (2.0, "BETA")
    assert app.remember() == ""
    again = TightropeApp(None, opened=two_symbols(), ascii_only=False, settings=file)
    async with again.run_test(size=(120, 40)):
        await until(again, Desk)
        desk = again.screen
        assert (again.theme, desk.conductor.pace.speed, desk.panels.symbol) == first


async def test_a_wrong_file_costs_a_line_and_never_the_start(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text("theme = [", "utf-8")
    app = TightropeApp(None, opened=two_symbols(), ascii_only=False, settings=file)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, Desk)
        await Hands(pilot, app.screen).settle()
        assert "Settings not read" in app.screen.picture.notice_text


@pytest.mark.parametrize(
    "text", ["speed = 'fast'", "theme = 3", "symbol = true", "\x00", "theme = 'a'\ntheme = 'b'"]
)
def test_what_is_wrong_is_named_and_not_taken(text: str, tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text(text, "utf-8")
    found, said = read_settings(file)
    assert found == Settings()
    assert str(file) in said


def test_what_is_written_is_read_and_unknown_keys_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    wanted = Settings("nord", 0.5, 'A"\\Ü')
    assert write_settings(file, wanted) == ""
    file.write_text(file.read_text("utf-8") + "later = 1\n", "utf-8")
    assert read_settings(file) == (wanted, "")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert "Settings not saved" in write_settings(tmp_path / "file" / "desk.toml", Settings("nord"))
