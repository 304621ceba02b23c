"""The chart on a screen: what is repainted, and that nothing in it is obeyed."""

import pytest
from textual.app import App, ComposeResult

from tests.tui.desks import desk
from tests.tui.worlds import black_thursday
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


async def test_the_crosshair_reads_the_bar_it_stands_on() -> None:
    """Bar n opens at 100 + n at T + 60 n; T is Thu 12 Mar 2020 10:40."""
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        app.chart.show(CANDLES)
        assert app.chart.reading == ""
        app.chart.switch_crosshair()
        assert app.chart.reading.startswith("Thu 12 Mar 11:29  O 149.00  H 157.00  L 98.00")
        app.chart.pan(8)
        assert app.chart.reading.startswith("Thu 12 Mar 11:28  O 148.00")
        for _ in range(100):
            app.chart.pan(8)
        assert app.chart.reading.startswith("Thu 12 Mar 10:40  O 100.00")
        app.chart.switch_crosshair()
        assert app.chart.reading == ""


async def test_averages_and_the_true_range_are_named() -> None:
    """Each bar reaches from 98 to 108 + n: the last range is 157 - 98 = 59."""
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        app.chart.show(CANDLES)
        app.chart.switch_averages()
        assert app.chart.reading.startswith("avg 20  ATR ")
        app.chart.switch_averages()
        assert app.chart.reading.startswith("avg 20, 50")
        app.chart.switch_crosshair()
        full = "Thu 12 Mar 11:29  O 149.00  H 157.00  L 98.00  C 152.00  ▲+2.01%  avg 20, 50  ATR "
        assert app.chart.reading_in(100).startswith(full)
        brief = "12 Mar 11:29  O 149.00 H 157.00 L 98.00 C 152.00  ATR "
        assert app.chart.reading_in(76).startswith(brief)
        app.chart.switch_crosshair()
        app.chart.switch_averages()
        assert app.chart.reading == ""


async def test_the_prices_are_stretched_and_squeezed_within_bounds() -> None:
    app = OneChart()
    async with app.run_test(size=(60, 20)):
        app.chart.show(CANDLES)
        before = app.chart.text
        for _ in range(9):
            app.chart.stretch(1)
        assert app.chart.look.tall == 5.0
        for _ in range(4):
            app.chart.stretch(-1)
        assert app.chart.text == before
        app.chart.switch_log()
        assert app.chart.text != before


async def test_the_keys_of_the_desk_move_the_chart_back_and_on() -> None:
    async with desk(black_thursday()) as hands:
        await hands.press(*["."] * 20, "2", "left")
        chart = hands.desk.panels.chart
        assert chart.look.back == 8
        await hands.press("right", "k", "left")
        assert (chart.look.back, chart.look.cursor) == (0, 1)
        assert "Thu 12 Mar 09:19" in str(hands.desk.panels.each[1].border_subtitle)
