"""The table for everything that ticks: fixed columns, one cursor, and no work that is not seen.

Rows are plain text and a meaning for each cell; nothing in them is ever read as markup. After a
tick only the rows on screen whose cells differ are repainted, so a thousand rows cost as much as
the visible ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.text import format as fmt
from tui.widgets.meanings import MEANINGS, component_css, legible
from tui.widgets.row import Cell as Cell
from tui.widgets.row import Column as Column
from tui.widgets.row import Row as Row
from tui.widgets.rows_on_demand import RowsOnDemand, place_of

_HEADER = 1
_CURSOR = ">"
_OWN = {
    "heading": "color: $foreground 60%; text-style: bold;",
    "cursor": "background: $primary 35%;",
    "resting": "background: $foreground 6%;",
}


class DataGrid(ScrollView, can_focus=True, inherit_bindings=False):
    """A virtual table; `show` is all a screen needs to call."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*MEANINGS, *_OWN}
    DEFAULT_CSS = (
        "DataGrid { width: 1fr; height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }\n"
        + component_css("DataGrid", (*MEANINGS.items(), *_OWN.items()))
        + "\nDataGrid:light > .cursor { background: $primary 18%; }"
        + "\nDataGrid:ansi > .cursor { background: ansi_default; text-style: bold underline; }"
    )
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="grid.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="grid.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="grid.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="grid.page_down"),
        Binding("home,g", "first", "First row", show=False, id="grid.first"),
        Binding("end,G,shift+g", "last", "Last row", show=False, id="grid.last"),
        Binding("enter", "select", "Select", show=False, id="grid.select"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row the cursor is on."""

    @dataclass
    class RowHighlighted(Message):
        """The cursor moved to a row."""

        grid: DataGrid
        key: str

        @property
        def control(self) -> DataGrid:
            """The widget, as Textual's `@on` needs it."""
            return self.grid

    @dataclass
    class RowSelected(Message):
        """A row was opened, with Enter or with a second click."""

        grid: DataGrid
        key: str

        @property
        def control(self) -> DataGrid:
            """The widget, as Textual's `@on` needs it."""
            return self.grid

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "nothing here yet",
        id: str | None = None,
        classes: str | None = None,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.ascii_only = ascii_only
        self._empty = empty
        self._columns = tuple(columns)
        self._rows: Sequence[Row] = ()
        self._strips: dict[int, Strip] = {}
        self._inks: dict[tuple[str, str], Style] = {}
        self._ground: tuple[Color, Color] | None = None
        self._clicked: str | None = None

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that are shown."""
        return self._rows

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; `None` without rows."""
        return self._rows[self.cursor][0] if self._rows else None

    def say_when_empty(self, words: str) -> None:
        """What stands where no row does."""
        if words != self._empty:
            self._empty = words
            self._repaint()

    def set_columns(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Change the columns, as a screen of another width needs, and the rows with them."""
        self._columns = tuple(columns)
        self._rows = ()
        self.show(rows)
        self._repaint()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Do nothing: no style depends on the focus, and matching them all again would delay a
        key."""

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows. The cursor stays with its row's key, wherever that row went."""
        before, key = self._rows, self.cursor_key
        self._rows = after = rows if isinstance(rows, RowsOnDemand) else tuple(rows)
        self._follow(key)
        if len(before) != len(after):
            self.virtual_size = Size(self.size.width, len(after) + _HEADER)
            self._repaint()
            return
        for index in self._visible():
            if before[index] != after[index]:
                self._repaint_row(index)

    def _follow(self, key: str | None) -> None:
        rows = self._rows
        stays = self.cursor < len(rows) and rows[self.cursor][0] == key
        if not stays:
            place, nearest = place_of(rows, key), min(self.cursor, max(len(rows) - 1, 0))
            self.cursor = nearest if place is None else place
        if rows and self.cursor_key != key:
            self.post_message(self.RowHighlighted(self, rows[self.cursor][0]))

    def _visible(self) -> range:
        """Indexes of the rows on screen."""
        top = self.scroll_offset.y
        shown = max(self.scrollable_content_region.height - _HEADER, 0)
        return range(min(top, len(self._rows)), min(top + shown, len(self._rows)))

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def _repaint_row(self, index: int) -> None:
        self._strips.pop(index, None)
        y = index - self.scroll_offset.y + _HEADER
        if y >= _HEADER:
            self.refresh(Region(0, y, max(self.size.width, 1), 1))

    def notify_style_update(self) -> None:
        """Drop the strips: they hold colours, which a new theme makes stale."""
        super().notify_style_update()
        self._strips.clear()
        self._inks.clear()

    def on_resize(self, event: events.Resize) -> None:
        """Make the rows anew: they are as wide as the grid."""
        self.virtual_size = Size(self.size.width, len(self._rows) + _HEADER)
        self._strips.clear()
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        """Show by the cursor's mark where keys go."""
        self._repaint_row(self.cursor)

    def on_blur(self) -> None:
        """Keep the row marked, but fainter and without the sign of focus."""
        self._repaint_row(self.cursor)

    def watch_cursor(self, before: int, after: int) -> None:
        """Repaint the two rows that change."""
        self._repaint_row(before)
        self._repaint_row(after)
        self._scroll_to_cursor()

    def _scroll_to_cursor(self) -> None:
        top, shown = self.scroll_offset.y, self.scrollable_content_region.height - _HEADER
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif shown > 0 and self.cursor >= top + shown:
            self.scroll_to(y=self.cursor - shown + 1, animate=False)

    def move_to(self, index: int) -> None:
        """Move the cursor to a row, or the nearest existing one."""
        index = min(max(index, 0), len(self._rows) - 1)
        if self._rows and index != self.cursor:
            self.cursor = index
            self.post_message(self.RowHighlighted(self, self._rows[index][0]))

    def action_move(self, rows: int) -> None:
        """Move the cursor up or down."""
        self.move_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by as many rows as are on screen."""
        self.move_to(self.cursor + pages * max(1, len(self._visible())))

    def action_first(self) -> None:
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self._rows) - 1)

    def action_select(self) -> None:
        """Open the row under the cursor; without one the key goes to the grid's parent."""
        if (key := self.cursor_key) is None:
            raise SkipAction
        self.post_message(self.RowSelected(self, key))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; a click on the row under the cursor opens it."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < _HEADER:
            return
        index = offset.y - _HEADER + self.scroll_offset.y
        if index < len(self._rows):
            self.move_to(index)
            again = self._clicked == self.cursor_key
            self._clicked = None if again else self.cursor_key
            if again:
                self.action_select()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render on the background of the grid's container."""
        if (ground := self.background_colors) != self._ground:
            self._ground = ground
            self._strips.clear()
            self._inks.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or a blank; rows are rendered once for each change."""
        width = self.size.width
        if y < _HEADER:
            return self._heading(width)
        index = y - _HEADER + self.scroll_offset.y
        if not self._rows and y == _HEADER:
            return self._words(self._empty, width)
        if index >= len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        strip = self._strips.get(index)
        if strip is None:
            strip = self._strips[index] = self._row_strip(index, width)
        return strip

    def _heading(self, width: int) -> Strip:
        """The titles; at the right, the number of rows above and below those on screen."""
        titles = tuple((column.title, "") for column in self._columns)
        strip = self._strip(" ", titles, "heading", width)
        seen = self._visible()
        above, below = seen.start, len(self._rows) - seen.stop
        more = " ".join([*([f"↑{above}"] if above else []), *([f"↓{below}"] if below else [])])
        if not more or not len(seen):
            return strip
        more = f" {fmt.asciify(more) if self.ascii_only else more} "
        mark = Strip([Segment(more, self._ink("heading", "strong"))])
        room = max(self.scrollable_content_region.width - len(more), 0)
        return Strip.join([strip.crop(0, room), mark]).adjust_cell_length(width)

    def _row_strip(self, index: int, width: int) -> Strip:
        if index != self.cursor:
            return self._strip(" ", self._rows[index][1], "", width)
        if self.has_focus:
            return self._strip(_CURSOR, self._rows[index][1], "cursor", width)
        return self._strip(" ", self._rows[index][1], "resting", width)

    def _strip(self, mark: str, cells: Sequence[Cell], base: str, width: int) -> Strip:
        """One row in whole columns: half a figure at the edge would read as another figure."""
        runs, used = [(mark, "")], 1
        for column, (text, name) in zip(self._columns, cells, strict=False):
            if used + column.width > width:
                break
            used += column.width + 1
            runs.append((self._fit(text, column) + " ", name if name in MEANINGS else ""))
        segments = [
            Segment("".join(text for text, _ in cells), self._ink(base, name))
            for name, cells in groupby(runs, key=itemgetter(1))
        ]
        return Strip(segments, used).adjust_cell_length(width, self._ink(base, ""))

    def _ink(self, base: str, name: str) -> Style:
        """A meaning's style on the background of the row: plain, cursor, or resting cursor."""
        style = self._inks.get((base, name))
        if style is None:
            plain = self.visual_style.rich_style
            style = self.get_component_rich_style(base) if base else plain
            if name:
                ink = self.get_component_rich_style(name)
                style += Style(color=ink.color, bold=ink.bold or None)
            style = self._inks[base, name] = legible(style)
        return style

    def _fit(self, text: str, column: Column) -> str:
        """The text, exactly as wide as the column; a cut is marked, since half a figure is a wrong
        figure."""
        limit = column.width * 4
        text = fmt.asciify(fmt.plain(text, limit)) if self.ascii_only else fmt.clean(text, limit)
        room = column.width - cell_len(text)
        if room < 0:
            cut = "~" if self.ascii_only else "…"
            return set_cell_size(text, max(column.width - 1, 0)) + cut
        return " " * room + text if column.align == "right" else text + " " * room

    def _words(self, text: str, width: int) -> Strip:
        words = Segment(" " + fmt.clean(text, 200), self.get_component_rich_style("dim"))
        return Strip([words]).adjust_cell_length(width, self.visual_style.rich_style)
