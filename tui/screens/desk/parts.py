"""Parts of the desk: its panels, and the hints at its foot."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widget import Widget

from tui import keymap
from tui.chart.chart import Chart
from tui.panels import desk_figures, event_rows
from tui.screens.desk.watch import Watch
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import Hint
from tui.widgets.lines import Lines

PANELS = ("account", "chart", "positions", "orders", "ledger", "watch")
"""The last is there if a run has several symbols."""
THEMES = ("textual-dark", "textual-light", "nord", "gruvbox", "tokyo-night", "monokai",
          "solarized-light", "textual-ansi")  # fmt: skip


class AccountPanel(VerticalScroll, can_focus=True):
    """The figures of the account."""

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Do nothing: no style depends on the focus, and matching them all again would delay a
        key."""


class DeskChart(Chart, can_focus=True):
    """The chart, with keys of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings(keymap.CHART)]

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Do nothing: no style depends on the focus, and matching them all again would delay a
        key."""

    def action_nearer(self, steps: int) -> None:
        """Zoom in or out."""
        self.zoom(steps)

    def action_pan(self, candles: int) -> None:
        self.pan(candles)

    def action_crosshair(self) -> None:
        self.switch_crosshair()

    def action_taller(self, more: int) -> None:
        self.stretch(more)

    def action_log(self) -> None:
        self.switch_log()

    def action_averages(self) -> None:
        self.switch_averages()

    def _redraw(self) -> None:
        """What is read off the chart stands in the border around it."""
        super()._redraw()
        if isinstance(self.parent, Widget):
            room = self.parent.size.width - 4  # corners, and the spaces beside a title
            self.parent.border_subtitle = self.reading_in(room).replace("[", "(")

    def on_click(self) -> None:
        """Focus the chart."""
        self.focus()


def panels(plain: bool, watch: Watch | None) -> ComposeResult:
    """The panels; a `watch` stands above the chart."""
    with Horizontal(id="top"):
        with AccountPanel(id="account", classes="panel"):
            yield Lines(id="figures", ascii_only=plain)
        with Vertical(id="prices"):
            if watch is not None:
                yield watch
            with Container(id="chart", classes="panel"):
                yield DeskChart(id="canvas")
    with Vertical(id="positions", classes="panel -active"):
        yield DataGrid(
            desk_figures.position_columns(114),
            id="held",
            empty="no open position: b buys, s sells short",
            ascii_only=plain,
        )
        yield Lines(id="detail", ascii_only=plain)
        yield Lines(id="sum", ascii_only=plain, wrapped=True)
    with Horizontal(id="bottom"):
        with Vertical(id="orders", classes="panel"):
            yield DataGrid(
                desk_figures.ORDER_COLUMNS, id="resting", empty="no resting order", ascii_only=plain
            )
        with Vertical(id="ledger", classes="panel"):
            yield DataGrid(event_rows.columns(60), id="record", ascii_only=plain)


def theme_after(theme: str, known: Collection[str]) -> str:
    """The next of a few themes, the first after any other."""
    themes = [name for name in THEMES if name in known]
    at = themes.index(theme) if theme in themes else -1
    return themes[(at + 1) % len(themes)]


def footer_hints() -> list[Hint]:
    """The keys at the foot, from the table."""
    return [
        Hint(tuple((key.shown, key.action) for key in same), same[0].short)
        for same in keymap.footer()
    ]
