"""The desk as a picture: panels, their sizes, and how a snapshot becomes what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from ledger.market.instrument import in_contracts
from ledger.practice.view import DeskView, PositionView
from tui import figures, log, status
from tui import format as fmt
from tui.account_panel import account_lines
from tui.candles import History, frame_name, frames_of
from tui.chart_fan import Fan
from tui.chart_model import Level
from tui.conductor import Conductor, Snapshot
from tui.fills import Fills
from tui.opened import Opened
from tui.screens.desk_parts import PANELS, DeskChart, footer_hints, panels
from tui.screens.page import STYLES
from tui.sizes import complaint, is_too_small, is_wide
from tui.widgets.chart import Chart
from tui.widgets.gauge import Gauge
from tui.widgets.grid import DataGrid
from tui.widgets.inks import INKS, screen_css
from tui.widgets.keybar import KeyBar
from tui.widgets.lines import Line, Lines

ACCOUNT_WIDTH = 36
LEAST_BETWEEN = 0.15
"""Seconds between two pictures while the clock runs: an SSH line feels every one."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a ticket would lead to, for the chart: the desk after it, and the fan."""

    after: DeskView
    fan: Fan | None


class DeskPicture(Screen[None]):
    """Everything of the desk that is shown; what keys do is in `desk.Desk`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    DEFAULT_CSS = screen_css("DeskPicture")
    CSS_PATH = STYLES
    AUTO_FOCUS = ""
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As every screen has it, but another focus repaints two panels and not everything."""

    @dataclass
    class Arrived(Message):
        """The ledger has it: it may be shown. Posted by whoever wrote."""

        snapshot: Snapshot

    def __init__(self, opened: Opened, size: Size, *, ascii_only: bool = False) -> None:
        super().__init__(classes=_classes(size, ascii_only))
        self.opened = opened
        self.ascii_only = ascii_only
        session = opened.session
        self.conductor = Conductor(session, lambda shot: self.post_message(self.Arrived(shot)))
        self.record = log.Log(
            session.account.name,
            session.account.currency,
            in_contracts(session.account.instruments),
        )
        self.record.recall(opened.past)
        self.fills = Fills(opened.past)
        self.symbol = next(iter(session.account.instruments))
        self._histories = {s: History(session.timeline, s) for s in session.timeline.tapes}
        self.frame = self._histories[self.symbol].interval
        self.snapshot: Snapshot | None = None
        self.view: DeskView | None = None
        self.panel = 2
        self._drawn_at, self._stale = 0.0, False
        self.notice_text = ""
        self._aside = False
        self.planned: Planned | None = None

    def compose(self) -> ComposeResult:
        """From the top: how it stands, the panels, what is wrong, and the keys."""
        plain = self.ascii_only
        yield Lines(id="status", ascii_only=plain)
        yield Gauge(id="health", ascii_only=plain)
        yield Lines(id="tabs", ascii_only=plain)
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield from panels(plain)
            yield Container(id="side")
        yield Lines(id="alert", ascii_only=plain)
        yield Lines(id="notice", ascii_only=plain, wrapped=True)
        yield KeyBar(footer_hints(), id="keys")
        yield Lines(id="too-small", ascii_only=plain)

    def on_mount(self) -> None:
        """Handles are kept: a frame must not search for them."""
        self._status = self.query_one("#status", Lines)
        self._health = self.query_one("#health", Gauge)
        self._chart = self.query_one("#canvas", DeskChart)
        self._chart.look = replace(self._chart.look, ascii=self.ascii_only)
        self._figures = self.query_one("#figures", Lines)
        self._held = self.query_one("#held", DataGrid)
        self._resting = self.query_one("#resting", DataGrid)
        self._record = self.query_one("#record", DataGrid)
        self._panels = [self.query_one(f"#{name}") for name in PANELS]
        self._widths = (0, 0, 0)
        for place in range(len(PANELS)):
            self._title(place)
        self.focus_panel(self.panel)

    @property
    def shown_panels(self) -> list[Widget]:
        """The panels in the order of their numbers."""
        return self._panels

    # layout

    def on_resize(self, event: events.Resize) -> None:
        """All panels, one panel, or none."""
        wide = is_wide(event.size)
        self.set_class(is_too_small(event.size), "small")
        self.set_class(wide, "wide")
        self.set_class(not wide, "compact")
        self._hold()
        self.make_room(aside=self._aside)
        self.query_one("#too-small", Lines).show([[(f" {complaint(event.size)}", "warned")]])
        self.call_after_refresh(self.redraw)

    def focus_panel(self, index: int) -> None:
        """The panel that keys go to; the only one that is seen where there is little room."""
        self._choose(index)
        inner = {1: self._chart, 2: self._held, 3: self._resting, 4: self._record}
        self.set_focus(inner.get(index, self._panels[0]))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click on a panel is its number."""
        for place, panel in enumerate(self._panels):
            if place != self.panel and event.widget in (panel, *panel.walk_children()):
                self._choose(place)

    def _choose(self, index: int) -> None:
        """Restyle only the panels that change: nothing inside them depends on it."""
        changed = {self.panel, index}
        self.panel = index
        for place in changed:
            self._panels[place].set_class(place == index, "-active", update=False)
            self._title(place)
        self.app.stylesheet.update_nodes([self._panels[place] for place in changed])
        for place in changed:
            self._panels[place].refresh()
        self._hold()
        self._tabs()

    def make_room(self, *, aside: bool) -> None:
        """For a form at the side; where there is little room, in the place of the panels.

        Set on the few widgets it concerns: a class of the screen would restyle all of it.
        """
        self._aside = aside
        compact = self.has_class("compact")
        self.query_one("#side").display = aside
        self.query_one("#side").styles.width = "1fr" if compact else None
        self.query_one("#main").display = not (aside and compact)
        self._panels[3].styles.width = "1fr" if aside else None

    def _hold(self) -> None:
        """Where one panel is shown alone, what it stands in takes the room."""
        if self.has_class("compact") or self.has_class("zoomed"):
            self.query_one("#top").set_class(self.panel in (0, 1), "-holds")
            self.query_one("#bottom").set_class(self.panel in (3, 4), "-holds")

    def _title(self, place: int) -> None:
        name = PANELS[place].capitalize()
        extra = ""
        if place == 1 and self.view is not None:
            last = next((p for s, p, _ in self.view.prices if s == self.symbol), None)
            tick, _ = self.view.steps(self.symbol)
            extra = (
                f"  {fmt.plain(self.symbol, 20)} {frame_name(self.frame)}  {fmt.price(last, tick)}"
            )
            label = self.conductor.session.timeline.synthetic.get(self.symbol, "")
            extra += f"  {fmt.plain(label, 60).upper()}" if label else ""
        mark = ">" if place == self.panel else " "
        title = f"{mark}{place + 1} {name}{extra} "
        panel = self._panels[place]
        if panel.border_title != title:
            panel.border_title = title.replace("[", "(")

    def _tabs(self) -> None:
        runs: list[tuple[str, str]] = [(" ", "")]
        for place, name in enumerate(PANELS):
            text = f" {place + 1} {name.capitalize()} "
            runs += [(text, "tab" if place == self.panel else "dim"), (" ", "")]
        self.query_one("#tabs", Lines).show([runs])

    # contents

    def take(self, snapshot: Snapshot) -> None:
        """A new state of things, and its news."""
        self.snapshot = snapshot
        if snapshot.news:
            self.record.add(snapshot.news)
            self.fills.add(snapshot.news)
        self._stale = True
        if not self.conductor.pace.running:
            self.catch_up()

    def catch_up(self) -> None:
        """Value and draw what arrived since the last picture."""
        if self._stale and self.snapshot is not None:
            self._stale = False
            self.view = self.snapshot.view()
            self.redraw()

    def redraw(self) -> None:
        """Every panel from the view that is held."""
        view = self.view
        if view is None or not self.is_mounted:
            return
        self._drawn_at = perf_counter()
        self.show_status()
        name = figures.health_words(view.health)
        self._health.show(figures.health_of(view.health, name))
        self._show_tables(view)
        self._show_chart(view)
        inner = self._panels[0].scrollable_content_region.width or ACCOUNT_WIDTH - 2
        self._figures.show(account_lines(view, inner))
        self._show_alert(view)

    def show_status(self) -> None:
        """The top line; it moves even when the account does not."""
        if self.view is not None and self.snapshot is not None:
            line = status.line(
                self.view, self.snapshot, self.conductor, self.size.width, perf_counter()
            )
            self._status.show([line])

    def _show_tables(self, view: DeskView) -> None:
        width, record = self._held.size.width, self._record.size.width
        number = self.record.rows[0][0] if self.record.rows else ""
        positions = figures.position_rows(view, width)
        if (width, record, len(number)) != self._widths:
            self._widths = (width, record, len(number))
            contracts = len(view.contracts) == len(view.listed)
            columns = figures.position_columns(width, contracts=contracts)
            self._held.set_columns(columns, positions)
            orders = figures.order_columns(contracts=contracts)
            self._resting.set_columns(orders, figures.order_rows(view))
            self._record.set_columns(log.columns(record, number), self.record.rows)
        self._held.show(positions)
        self._held.styles.height = None if self.has_class("compact") else max(len(positions), 1) + 1
        self._resting.show(figures.order_rows(view))
        newest = self._record.cursor == 0
        self._record.show(self.record.rows)
        if newest:
            self._record.cursor = 0
        self.query_one("#sum", Lines).show([figures.sum_line(view)])
        held = self.selected()
        detail = figures.detail_lines(held, view) if held and self.has_class("compact") else []
        shown = self.query_one("#detail", Lines)
        shown.display = bool(detail)
        shown.show(detail)

    def _show_chart(self, view: DeskView) -> None:
        snapshot = self.snapshot
        assert snapshot is not None
        tick, _ = view.steps(self.symbol)
        if self._chart.look.tick != tick:
            self._chart.look = replace(self._chart.look, tick=tick)
        planned = self.planned
        levels = self._levels(view if planned is None else planned.after)
        history = self._histories[self.symbol]
        candles = history.candles(snapshot.place, self.frame)
        marks = history.restated(self.fills.marks(self.symbol))
        fan = None if planned is None else planned.fan
        for chart in self._charts():
            chart.look = replace(self._chart.look, volume=chart is self._chart)
            chart.show(candles, levels, marks, fan)
        self._title(1)

    def _charts(self) -> list[Chart]:
        """Every chart that shows the symbol: a form may have one of its own."""
        return [self._chart]

    def show_symbol(self, symbol: str) -> None:
        """On the chart, in the tape's own timeframe."""
        self.symbol = symbol
        self.frame = self.frames()[0]
        self.redraw()

    def _levels(self, view: DeskView) -> list[Level]:
        tick, _ = view.steps(self.symbol)
        held = next((p for p in view.positions if p.symbol == self.symbol), None)
        return [
            Level(float(price), name, kind, fmt.price(price, tick))
            for name, kind, price in figures.levels(held, view, self.symbol)
        ]

    def _show_alert(self, view: DeskView) -> None:
        alert = self.query_one("#alert", Lines)
        lines: Sequence[Line] = [
            figures.call_line(view, call, self.size.width) for call in view.calls
        ]
        alert.display = bool(lines)
        alert.show(lines)

    def selected(self) -> PositionView | None:
        """The position that keys work on: under the cursor, or the chart's."""
        view = self.view
        if view is None or not view.positions:
            return None
        key = self._held.cursor_key
        return next((p for p in view.positions if p.symbol == key), view.positions[0])

    def notice(self, text: str, meaning: str = "notice") -> None:
        """What was done, or could not be done: a line, or as many as it needs."""
        self.notice_text = text
        self.query_one("#notice", Lines).show([[(f" {text}", meaning)]])

    def frames(self) -> tuple[int, ...]:
        """Timeframes of the symbol on the chart."""
        return frames_of(self._histories[self.symbol].interval)


def _classes(size: Size, ascii_only: bool) -> str:
    """What the style sheet goes by, right from the first paint."""
    names = ["wide" if is_wide(size) else "compact"]
    names += ["small"] if is_too_small(size) else []
    return " ".join([*names, "ascii"] if ascii_only else names)
