"""The watchlist: the symbols of a run with several, and which of them is on the chart."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from ledger.practice.library.pictures import picture
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Timeline
from ledger.practice.views.desk_view import DeskView
from tui.chart.lately import lately
from tui.panels.desk_figures import sized
from tui.text import format as fmt
from tui.widgets.grid import Column, DataGrid, Row

_LEAST, _MOST = 6, 60
"""Cells of the picture of the last bars."""
_HELD = 60
"""From this width on, what is held has a column."""


class Watch(Vertical):
    """Wherever the cursor goes, the chart follows."""

    @dataclass
    class Picked(Message):
        """A symbol for the chart; `opened` if the chart is to be looked at next."""

        symbol: str
        opened: bool = False

    def __init__(self, timeline: Timeline, *, ascii_only: bool = False) -> None:
        super().__init__(id="watch", classes="panel")
        self._timeline = timeline
        self.grid = DataGrid((), id="quotes", ascii_only=ascii_only)
        self._symbol = ""
        self._width = 0

    def compose(self) -> ComposeResult:
        yield self.grid

    def show(self, view: DeskView, place: Place, symbol: str) -> None:
        """Show every symbol's price anew; `symbol` is on the chart."""
        width = self.grid.size.width
        columns = _columns(width)
        rows = [_row(view, self._timeline, name, place, columns) for name, _, _ in view.prices]
        self._symbol = symbol
        if width != self._width:
            self._width = width
            self.grid.set_columns(columns, rows)
        self.grid.show(rows)
        names = [name for name, _ in rows]
        if symbol in names:
            self.grid.cursor = names.index(symbol)
        compact = self.screen.has_class("compact") or self.screen.has_class("zoomed")
        self.grid.styles.height = None if compact else len(rows) + 1

    @on(DataGrid.RowHighlighted)
    def moved(self, message: DataGrid.RowHighlighted) -> None:
        """Put the symbol under the cursor on the chart."""
        message.stop()
        key = self.grid.cursor_key
        if key is not None and key != self._symbol:
            self.post_message(self.Picked(key))

    @on(DataGrid.RowSelected)
    def opened(self, message: DataGrid.RowSelected) -> None:
        """Go to its chart, on Enter or a second click."""
        message.stop()
        self.post_message(self.Picked(message.key, opened=True))


def _columns(width: int) -> list[Column]:
    fixed = [Column("Symbol", 8), Column("Last", 10, "right"), Column("Change", 9, "right")]
    if width >= _HELD:
        fixed.append(Column("Held", 12, "right"))
    room = width - sum(column.width + 1 for column in fixed) - 3
    bars = min(max(room, _LEAST), _MOST)
    return [*fixed, Column(f"Last {bars} bars" if bars > 12 else "Lately", bars)]


def _row(
    view: DeskView, timeline: Timeline, symbol: str, place: Place, columns: list[Column]
) -> Row:
    tick, _ = view.steps(symbol)
    last = next(last for name, last, _ in view.prices if name == symbol)
    recent = lately(timeline, symbol, place, columns[-1].width)
    change = (last - recent.before) / recent.before if recent.before else None
    ink = "" if not change else "up" if change > 0 else "down"
    held = next((p for p in view.positions if p.symbol == symbol), None)
    size = fmt.NOTHING if held is None else f"{held.side} {sized(view, symbol, held.quantity)}"
    cells = [
        (symbol, "strong"),
        (fmt.price(last, tick), ""),
        (fmt.signed_percent(change, 2), ink),
        *([(size, "" if held else "dim")] if len(columns) > 4 else []),
        (picture(recent.closes, columns[-1].width) if recent.closes else "", ink),
    ]
    return symbol, tuple(cells)
