"""The table: cursor, keys, mouse, what is repainted, and strangers' text."""

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.message import Message

from tui.widgets.grid import Column, DataGrid, Row

COLUMNS = [Column("Sym", 6), Column("uPnL", 10, "right")]
HOSTILE = [
    "\x1b[31mred",
    "[/nope]",
    "[@click=app.quit]quit[/]",
    "\u202eabc",
    "x" * 10_000,
    "漢字漢字漢字",
]


def rows(count: int, tick: int = 0) -> list[Row]:
    return [(f"k{n}", ((f"S{n}", "strong"), (f"{n + tick}", "up"))) for n in range(count)]


class OneGrid(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield DataGrid(COLUMNS, empty="no positions yet: b opens one")

    @property
    def grid(self) -> DataGrid:
        return self.query_one(DataGrid)

    def on_data_grid_row_highlighted(self, message: DataGrid.RowHighlighted) -> None:
        self.heard.append(("highlighted", message.key))

    def on_data_grid_row_selected(self, message: DataGrid.RowSelected) -> None:
        self.heard.append(("selected", message.key))


def line(grid: DataGrid, y: int) -> str:
    return grid.render_line(y).text.rstrip()


async def test_columns_are_fixed_and_figures_stand_at_the_right() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 8)) as pilot:
        app.grid.show([("a", (("BTC", ""), ("-1.50", "down")))])
        await pilot.pause()
        assert line(app.grid, 0) == " Sym          uPnL"
        assert line(app.grid, 1) == ">BTC         -1.50"


async def test_an_empty_table_says_what_to_do() -> None:
    app = OneGrid()
    async with app.run_test(size=(40, 8)):
        assert line(app.grid, 1) == " no positions yet: b opens one"
        assert app.grid.cursor_key is None


async def test_a_column_that_does_not_fit_is_left_out_whole() -> None:
    app = OneGrid()
    async with app.run_test(size=(15, 8)) as pilot:
        app.grid.show([("a", (("BTC", ""), ("123456", "")))])
        await pilot.pause()
        assert line(app.grid, 1) == ">BTC"
        assert len(app.grid.render_line(1).text) == 15


async def test_a_figure_too_wide_for_its_column_shows_that_it_is_cut() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 8)) as pilot:
        app.grid.show([("a", (("BTC", ""), ("123456789012", "")))])
        await pilot.pause()
        assert line(app.grid, 1) == ">BTC    123456789…"


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        (["down", "j"], "k2"),
        (["down", "down", "up"], "k1"),
        (["j", "j", "k"], "k1"),
        (["end"], "k99"),
        (["G"], "k99"),
        (["G", "home"], "k0"),
        (["G", "g"], "k0"),
        (["up"], "k0"),
        (["pagedown"], "k9"),
        (["pagedown", "pageup"], "k0"),
        (["G", "down"], "k99"),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], key: str) -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(100))
        await pilot.pause()
        await pilot.press(*keys)
        assert app.grid.cursor_key == key
        assert any(line(app.grid, y).startswith(">S" + key[1:]) for y in range(10))


async def test_moving_tells_the_row_and_enter_selects_it() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(3))
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.heard == [("highlighted", "k0"), ("highlighted", "k1"), ("selected", "k1")]


async def test_a_click_puts_the_cursor_on_a_row_and_another_click_opens_it() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(3))
        await pilot.pause()
        await pilot.click(DataGrid, offset=(3, 0))
        await pilot.click(DataGrid, offset=(3, 9))
        assert app.heard[1:] == [], "neither the heading nor what is below is a row"
        await pilot.click(DataGrid, offset=(3, 3))
        await pilot.pause()
        assert app.heard[1:] == [("highlighted", "k2")]
        await pilot.click(DataGrid, offset=(3, 1))
        await pilot.click(DataGrid, offset=(3, 3))
        await pilot.pause()
        assert app.heard[2:] == [("highlighted", "k0"), ("highlighted", "k2")]
        await pilot.click(DataGrid, offset=(3, 3))
        await pilot.pause()
        assert app.heard[4:] == [("selected", "k2")]


async def test_the_cursor_stays_with_its_row_when_rows_come_and_go() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(4))
        app.grid.move_to(2)
        app.grid.show([("new", (("N", ""), ("", ""))), *rows(4)])
        await pilot.pause()
        assert (app.grid.cursor, app.grid.cursor_key) == (3, "k2")
        app.grid.show(rows(2))
        assert app.grid.cursor_key == "k1"
        app.grid.show([])
        assert app.grid.cursor_key is None


async def test_without_focus_the_row_loses_its_sign() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(3))
        app.set_focus(None)
        await pilot.pause()
        assert line(app.grid, 1).startswith(" S0")


async def test_only_rows_that_changed_are_repainted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(100))
        await pilot.pause()
        asked: list[int] = []
        monkeypatch.setattr(
            app.grid, "refresh", lambda *regions, **_: asked.extend(r.y for r in regions)
        )
        changed = rows(100)
        changed[2] = ("k2", (("S2", ""), ("other", "down")))
        changed[50] = ("k50", (("S50", ""), ("unseen", "down")))
        app.grid.show(changed)
        assert asked == [3]
        app.grid.show(list(changed))
        assert asked == [3]


async def test_a_row_changed_out_of_sight_is_new_when_it_comes_into_sight() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(100))
        await pilot.press("G", "g")
        changed = rows(100)
        changed[99] = ("k99", (("NEW", ""), ("", "")))
        app.grid.show(changed)
        await pilot.press("G")
        assert line(app.grid, 9) == ">NEW"


async def test_hostile_cells_are_shown_as_plain_text() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show([(f"h{n}", ((text, text), (text, text))) for n, text in enumerate(HOSTILE)])
        await pilot.pause()
        assert line(app.grid, 1) == ">[31mr…    [31mred"
        assert line(app.grid, 2) == " [/nop…    [/nope]"
        for y in range(10):
            assert cell_len(app.grid.render_line(y).text) == 30
            assert "\x1b" not in line(app.grid, y)
            assert "\u202e" not in line(app.grid, y)
        await pilot.click(DataGrid, offset=(2, 3))
        assert app.is_running


async def test_another_theme_repaints_the_rows() -> None:
    app = OneGrid()
    async with app.run_test(size=(30, 10)) as pilot:
        app.grid.show(rows(3))
        await pilot.pause()
        before = app.grid.render_line(2)
        app.theme = "textual-light"
        await pilot.pause()
        assert app.grid.render_line(2) != before


async def test_a_tick_of_a_thousand_rows_repaints_no_row_out_of_sight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = OneGrid()
    async with app.run_test(size=(120, 40)) as pilot:
        app.grid.show(rows(1000))
        await pilot.pause()
        asked: list[int] = []
        monkeypatch.setattr(
            app.grid, "refresh", lambda *regions, **_: asked.extend(r.y for r in regions)
        )
        app.grid.show(rows(1000, tick=1))
        assert asked == list(range(1, 40)), "below the heading, each row on screen once"


def test_messages_name_their_grid() -> None:
    grid = DataGrid(COLUMNS)
    message: Message = DataGrid.RowSelected(grid, "k")
    assert isinstance(message, DataGrid.RowSelected)
    assert message.control is grid
