"""The course on the first screen: a lesson is read page by page, and its task begins by a key."""

from pathlib import Path

import pytest

from tests.tui.desks import NARROW, WIDE
from tests.tui.screens.records.test_review import press, shown, until
from tui.app import TightropeApp
from tui.screens.first.course import CourseScreen
from tui.screens.welcome import Welcome


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_lesson_is_read_left_taken_up_again_and_played(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    app = TightropeApp(tmp_path / "l.db", ascii_only=False)
    async with app.run_test(size=size) as pilot:
        await until(lambda: isinstance(app.screen, Welcome))
        await press(pilot, *"the course", "enter")
        await until(lambda: isinstance(app.screen, CourseScreen))
        assert "0 of 10 lessons done" in shown(pilot)
        await press(pilot, "down", "down", "down", "enter")
        assert "4. Isolated, cross, smart cross  page 1 of 3" in shown(pilot)
        await press(pilot, "enter")
        assert "5,173.49, at 23:24  about 3,000" in shown(pilot)
        await press(pilot, "escape")
        assert "5 min, at page 2 of 3" in shown(pilot)
        await press(pilot, "enter", "right")
        assert "Hold the same trade until it is liquidated, once isolated" in shown(pilot)
        await press(pilot, "enter")
        await until(lambda: app.opened is not None)
        assert app.opened is not None
        assert "drill-06" in app.opened.session.account.name
