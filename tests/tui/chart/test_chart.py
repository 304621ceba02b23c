"""The chart on a screen: what is repainted, and that nothing in it is obeyed."""

import pytest
from textual.app import App, ComposeResult

from tui.chart.chart import Chart
from tui.chart.model import Candle, Level, Mark

T = 1_584_009_600
CANDLES = [Candle(T + 60 * n, 100 + n, 108 + n, 98, 103 + n) for n in range(50)]


class OneChart(App[None]):
    def compose(self) -> ComposeResult:
        yield Chart()

    @property
    def chart(self) -> Chart:
        return self.query_one(Chart)


async def test_the_same_picture_again_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        app.chart.show(CANDLES, [Level(120, "stop", "stop")])
        asked: list[object] = []
        monkeypatch.setattr(app.chart, "refresh", lambda *regions, **_: asked.append(regions))
        app.chart.show(list(CANDLES), [Level(120, "stop", "stop")])
        assert asked == []
        app.chart.show(CANDLES, [Level(120, "stop", "stop", "120.50")])
        assert len(asked) == 1


async def test_before_the_first_candle_it_says_so() -> None:
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        assert "no candles yet" in app.chart.text


async def test_painted_rows_are_the_picture() -> None:
    app = OneChart()
    async with app.run_test(size=(60, 20)) as pilot:
        app.chart.show(CANDLES, [Level(120, "stop", "stop")], [Mark(T, 100, "buy")])
        await pilot.pause()
        painted = "\n".join(app.chart.render_line(y).text for y in range(20))
        assert painted == app.chart.text
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert app.chart.text.count("\n") == 23


async def test_zoom_and_pan_stop_at_their_ends() -> None:
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        app.chart.show(CANDLES)
        app.chart.zoom(9)
        assert app.chart.look.step == 4
        app.chart.zoom(-9)
        assert app.chart.look.step == 1
        app.chart.pan(1000)
        assert app.chart.look.back == len(CANDLES) - 1
        app.chart.pan(-5000)
        assert app.chart.look.back == 0


@pytest.mark.parametrize("text", ["\x1b[31mred", "[/nope]", "[@click=app.quit]x", "\u202eabc"])
async def test_a_hostile_level_is_plain_text(text: str) -> None:
    app = OneChart()
    async with app.run_test(size=(60, 20)) as pilot:
        app.chart.show(CANDLES, [Level(120, text * 100, "stop", text * 100)])
        await pilot.pause()
        painted = "".join(app.chart.render_line(y).text for y in range(20))
        assert len(painted) == 60 * 20
        assert "\x1b" not in painted
        assert "\u202e" not in painted
        await pilot.click(Chart, offset=(50, 10))
        assert app.is_running


async def test_without_colour_falls_are_told_by_their_glyph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        assert app.chart.look.mono
