"""What does not fit is told: above and below in a list, before and after in a row of choices."""

import pytest
from textual.app import App, ComposeResult
from textual.scrollbar import ScrollBar

from tests.tui.widgets.test_grid import OneGrid, line, rows
from tui.widgets.choice import Choice
from tui.widgets.grid import DataGrid
from tui.widgets.scrollbar import Bar, Plain, use_bars

VENUES = ("binance-margin", "binance-usdm", "kraken-margin", "us-reg-t")


async def test_a_list_counts_the_rows_above_and_below_its_window() -> None:
    """30 rows; 8 lines less the heading show 7 of them, and 10 steps down leave 4 above."""
    app = OneGrid()
    async with app.run_test(size=(40, 8)) as pilot:
        app.grid.show(rows(30))
        await pilot.pause()
        assert line(app.grid, 0).endswith(" ↓23")
        app.grid.move_to(10)
        await pilot.pause()
        assert line(app.grid, 0).endswith(" ↑4 ↓19")
        app.grid.move_to(29)
        await pilot.pause()
        assert line(app.grid, 0).endswith(" ↑23")
        app.grid.show(rows(7))
        await pilot.pause()
        assert line(app.grid, 0) == " Sym          uPnL"


def bar(renderer: type[Bar], position: float) -> str:
    cells = renderer.render_bar(size=10, virtual_size=100, window_size=20, position=position)
    return "".join(cell.text for cell in cells.segments)


def test_a_scroll_bar_is_seen_without_colours_and_points_to_where_there_is_more() -> None:
    """A fifth is in the window, so the thumb has 2 of 10 cells."""
    assert bar(Bar, 0) == "██│││││││▼"
    assert bar(Bar, 40) == "▲│││██│││▼"
    assert bar(Bar, 80) == "▲│││││││██"
    assert bar(Plain, 40) == "^|||##|||v"


async def test_a_long_list_has_such_a_bar_without_utf_8_too() -> None:
    class Lists(App[None]):
        def compose(self) -> ComposeResult:
            yield DataGrid([], ascii_only=True)

    app = Lists()
    use_bars(ascii_only=True)
    try:
        async with app.run_test(size=(20, 8)) as pilot:
            app.query_one(DataGrid).show(rows(30))
            await pilot.pause()
            assert app.query_one(DataGrid).show_vertical_scrollbar
            strips = app.screen._compositor.render_strips(app.size)
            assert [strip.text[-1] for strip in strips] == [*"##|||||v"]
    finally:
        use_bars(ascii_only=False)
    assert ScrollBar.renderer is Bar


class OneChoice(App[None]):
    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self._ascii = ascii_only

    def compose(self) -> ComposeResult:
        yield Choice(VENUES, "us-reg-t", ascii_only=self._ascii)

    @property
    def choice(self) -> Choice:
        return self.query_one(Choice)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, "binance-margin binance-usdm kraken-margin [us-reg-t]"),
        (40, "◂ [us-reg-t] binance-margin        4/4 ▸"),
        (20, "◂ [us-reg-t]   4/4 ▸"),
    ],
)
async def test_a_row_of_choices_says_which_of_how_many(width: int, shown: str) -> None:
    app = OneChoice()
    async with app.run_test(size=(width, 3)):
        assert app.choice.render_line(0).text.rstrip() == shown


async def test_the_arrows_of_a_row_of_choices_turn_it() -> None:
    app = OneChoice(ascii_only=True)
    async with app.run_test(size=(30, 3)) as pilot:
        assert app.choice.render_line(0).text == "< [us-reg-t]             4/4 >"
        await pilot.click(Choice, offset=(29, 0))
        assert app.choice.value == "binance-margin"
        await pilot.click(Choice, offset=(0, 0))
        await pilot.click(Choice, offset=(0, 0))
        assert app.choice.value == "kraken-margin"
