"""The panels of the desk: which of them is chosen, and what each shows of a view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ledger.market.instrument import in_contracts
from ledger.practice.views.desk_view import DeskView, OrderView, PositionView
from ledger.practice.views.explain import explain_account, explain_position
from tui.chart.candles import History, frame_name, frames_of
from tui.chart.chart import Chart
from tui.chart.fan import Fan
from tui.chart.fill_marks import Fills
from tui.chart.model import Level
from tui.panels import desk_figures, event_rows
from tui.panels.account_panel import account_lines
from tui.runtime.conductor import Snapshot
from tui.runtime.opened import Opened
from tui.screens.desk.parts import PANELS, DeskChart, panels
from tui.screens.desk.watch import Watch
from tui.text import display
from tui.text import format as fmt
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Lines

ACCOUNT_WIDTH = 36
ACCOUNT, CHART, POSITIONS, ORDERS, LEDGER, WATCH = range(len(PANELS))


@dataclass(frozen=True, slots=True)
class Planned:
    """What a ticket would lead to, for the chart: the desk after it, and the fan."""

    after: DeskView
    fan: Fan | None


class Panels(Vertical):
    """The chosen one gets the keys; on a small screen it is the only one shown."""

    def __init__(self, opened: Opened, *, ascii_only: bool = False) -> None:
        super().__init__(id="main")
        session = opened.session
        self._session = session
        self.tabs = Lines(id="tabs", ascii_only=ascii_only)
        """The line above them: it names all panels if one is shown alone."""
        self._ascii = ascii_only
        self.record = event_rows.Log(
            session.account.name,
            session.account.currency,
            in_contracts(session.account.instruments),
        )
        self.record.recall(opened.past)
        self._fills = Fills(opened.past)
        self.symbol = next(iter(session.account.instruments))
        self._histories = {s: History(session.timeline, s) for s in session.timeline.tapes}
        self._frame = self._histories[self.symbol].interval
        several = len(session.account.instruments) > 1
        self._watch = Watch(session.timeline, ascii_only=ascii_only) if several else None
        self.names = PANELS if several else PANELS[:WATCH]
        """The panels that this run has."""
        self.chosen = POSITIONS
        self._widths = (0, 0, 0)
        self._shown: tuple[DeskView, Snapshot] | None = None
        self._plan: Planned | None = None
        self._charts: Sequence[Chart] = ()

    def compose(self) -> ComposeResult:
        yield from panels(self._ascii, self._watch)

    def on_mount(self) -> None:
        """Keep handles: a frame must not search for them."""
        self.chart = self.query_one("#canvas", DeskChart)
        self.chart.look = replace(self.chart.look, ascii=self._ascii)
        self._figures = self.query_one("#figures", Lines)
        self._held = self.query_one("#held", DataGrid)
        self._resting = self.query_one("#resting", DataGrid)
        self._record = self.query_one("#record", DataGrid)
        self.each: list[Widget] = [self.query_one(f"#{name}") for name in self.names]
        for place in range(len(self.names)):
            self._title(place)

    def on_resize(self) -> None:
        """Give the tables the room that a form at the side took or gave back."""
        if self._shown is not None:
            self.show(*self._shown)

    # which one is chosen

    @property
    def alone(self) -> bool:
        """Whether only the chosen one is shown."""
        return self.screen.has_class("compact") or self.screen.has_class("zoomed")

    def focus_on(self, index: int) -> None:
        """Choose a panel, and give it the keys."""
        self._choose(index)
        inner: dict[int, Widget] = {CHART: self.chart, POSITIONS: self._held, ORDERS: self._resting,
                 LEDGER: self._record}  # fmt: skip
        if self._watch is not None:
            inner[WATCH] = self._watch.grid
        self.screen.set_focus(inner.get(index, self.each[ACCOUNT]))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Choose the panel that was clicked."""
        for place, panel in enumerate(self.each):
            if place != self.chosen and event.widget in (panel, *panel.walk_children()):
                self._choose(place)

    def _choose(self, index: int) -> None:
        """Restyle only the panels that change: nothing inside them depends on it."""
        changed = {self.chosen, index}
        self.chosen = index
        for place in changed:
            self.each[place].set_class(place == index, "-active", update=False)
            self._title(place)
        self.app.stylesheet.update_nodes([self.each[place] for place in changed])
        for place in changed:
            self.each[place].refresh()
        self.hold()
        self._show_tabs()

    def _show_tabs(self) -> None:
        """All panels by name; at the right the price, which no other panel shows."""
        runs: list[tuple[str, str]] = [(" ", "")]
        gap = " " if self._watch is None else ""
        for place, name in enumerate(self.names):
            text = f" {place + 1} {name.capitalize()} "
            runs += [(text, "tab" if place == self.chosen else "dim"), (gap, "")]
        price = self._last_price()
        room = self.screen.size.width - sum(len(text) for text, _ in runs) - len(price) - 2
        symbol = fmt.plain(self.symbol, max(min(room, 20), 0))
        if price and room >= 0:
            gap = " " * (room - len(symbol))
            runs += [(f"{gap}{symbol} ", "dim"), (f"{price} ", "strong")]
        self.tabs.show([runs])

    def _last_price(self) -> str:
        """The last price of the symbol on the chart."""
        if self._shown is None:
            return ""
        view, _ = self._shown
        last = next((p for s, p, _ in view.prices if s == self.symbol), None)
        return fmt.price(last, view.steps(self.symbol)[0])

    def hold(self) -> None:
        """If one panel is shown alone, let its container take the room."""
        if self.alone:
            self.query_one("#top").set_class(self.chosen in (ACCOUNT, CHART, WATCH), "-holds")
            self.query_one("#prices").set_class(self.chosen in (CHART, WATCH), "-holds")
            self.query_one("#bottom").set_class(self.chosen in (ORDERS, LEDGER), "-holds")

    def make_room(self, *, aside: bool) -> None:
        """Make room for a form beside them.

        Set on the one panel it concerns: a class of the screen would restyle everything.
        """
        self.each[ORDERS].styles.width = "1fr" if aside else None

    def _title(self, place: int) -> None:
        extra = {ACCOUNT: self._begun_as, CHART: self._charted}.get(place, str)()
        mark = ">" if place == self.chosen else " "
        title = f"{mark}{place + 1} {PANELS[place].capitalize()}{extra} "
        panel = self.each[place]
        if panel.border_title != title:
            panel.border_title = title.replace("[", "(")

    def _begun_as(self) -> str:
        """Of what it is a fork; else the title of a rehearsal, which is no account's name."""
        session = self._session
        if session.fork is not None:
            return f"  {fmt.plain(str(session.fork), 60)}"
        named = session.title in ("", session.account.name)
        return "" if named else f"  {fmt.plain(session.title, 60)}"

    def _charted(self) -> str:
        """The title of the chart, which says so if its prices are synthetic."""
        if self._shown is None:
            return ""
        label = self._session.timeline.synthetic.get(self.symbol, "")
        named = f"  {fmt.plain(self.symbol, 20)} {frame_name(self._frame)}"
        made_up = f"  {fmt.plain(label, 60).upper()}" if label else ""
        return f"{named}  {self._last_price()}{made_up}"

    # contents

    def add(self, snapshot: Snapshot) -> None:
        """Add a snapshot's news to the log and the chart; drawn with the next view."""
        if snapshot.news:
            self.record.add(snapshot.news)
            self._fills.add(snapshot.news)

    def show(self, view: DeskView, snapshot: Snapshot) -> None:
        """Show everything anew."""
        self._shown = (view, snapshot)
        self._show_tables(view)
        self._show_tabs()
        self.show_chart()
        inner = self.each[ACCOUNT].scrollable_content_region.width or ACCOUNT_WIDTH - 2
        self._figures.show(account_lines(view, inner))
        if self._watch is not None:
            self._watch.show(view, snapshot.place, self.symbol)

    @on(Watch.Picked)
    def picked(self, message: Watch.Picked) -> None:
        """Chart a symbol of the watchlist."""
        message.stop()
        self.chart_symbol(message.symbol)
        self.on_resize()
        if message.opened:
            self.focus_on(CHART)
            self.call_after_refresh(self.on_resize)

    def _show_tables(self, view: DeskView) -> None:
        width, record = self._held.size.width, self._record.size.width
        number = self.record.rows[0][0] if self.record.rows else ""
        positions = desk_figures.position_rows(view, width)
        if (width, record, len(number)) != self._widths:
            self._widths = (width, record, len(number))
            contracts = len(view.contracts) == len(view.listed)
            columns = desk_figures.position_columns(width, contracts=contracts)
            self._held.set_columns(columns, positions)
            orders = desk_figures.order_columns(contracts=contracts)
            self._resting.set_columns(orders, desk_figures.order_rows(view))
            self._record.set_columns(event_rows.columns(record, number), self.record.rows)
        compact = self.screen.has_class("compact")
        self._held.show(positions)
        self._held.styles.height = None if compact else max(len(positions), 1) + 1
        self._resting.show(desk_figures.order_rows(view))
        newest = self._record.cursor == 0
        self._record.show(self.record.rows)
        if newest:
            self._record.cursor = 0
        self.query_one("#sum", Lines).show([desk_figures.sum_line(view)])
        held = self.selected()
        detail = desk_figures.detail_lines(held, view) if held and compact else []
        shown = self.query_one("#detail", Lines)
        shown.display = bool(detail)
        shown.show(detail)

    def plan(self, plan: Planned | None, charts: Sequence[Chart] = ()) -> None:
        """The plan of a ticket, drawn with the next picture; on its own `charts` too."""
        self._plan, self._charts = plan, charts

    def show_chart(self) -> None:
        """Draw the chart, and the same on those of a ticket."""
        if self._shown is None:
            return
        view, snapshot = self._shown
        tick, _ = view.steps(self.symbol)
        if self.chart.look.tick != tick:
            self.chart.look = replace(self.chart.look, tick=tick)
        plan = self._plan
        levels = self._levels(view if plan is None else plan.after)
        if plan is not None:  # the fan begins at the last price: a line there would hide it
            levels = [level for level in levels if level.kind != "last"]
        history = self._histories[self.symbol]
        candles = history.candles(snapshot.place, self._frame)
        marks = history.restated(self._fills.marks(self.symbol))
        if display.hides_entry() and any(held.symbol == self.symbol for held in view.positions):
            marks = []
        fan = None if plan is None else plan.fan
        for chart in (self.chart, *self._charts):
            chart.look = replace(self.chart.look, volume=chart is self.chart)
            chart.show(candles, levels, marks, fan)
        self._title(CHART)

    def _levels(self, view: DeskView) -> list[Level]:
        tick, _ = view.steps(self.symbol)
        held = next((p for p in view.positions if p.symbol == self.symbol), None)
        return [
            Level(float(price), name, kind, fmt.price(price, tick))
            for name, kind, price in desk_figures.levels(held, view, self.symbol)
        ]

    # what the chart shows; drawn with the next picture

    def chart_symbol(self, symbol: str) -> None:
        """Chart a symbol, in the tape's own timeframe."""
        self.symbol = symbol
        self._frame = self._frames()[0]

    def next_symbol(self) -> None:
        """Chart the next symbol."""
        symbols = list(self._session.account.instruments)
        self.chart_symbol(symbols[(symbols.index(self.symbol) + 1) % len(symbols)])

    def next_frame(self, steps: int) -> str:
        """Choose a longer or a shorter timeframe; says which, since the chart may not be shown."""
        frames = self._frames()
        place = frames.index(self._frame) + steps
        said = "" if 0 <= place < len(frames) else f", the {'longest' if steps > 0 else 'shortest'}"
        self._frame = frames[min(max(place, 0), len(frames) - 1)]
        return f"Chart: {frame_name(self._frame)} bars{said}"

    def _frames(self) -> tuple[int, ...]:
        return frames_of(self._histories[self.symbol].interval)

    # what is selected

    def selected(self) -> PositionView | None:
        """The position that keys act on: under the cursor, or the first."""
        positions = () if self._shown is None else self._shown[0].positions
        here = (p for p in positions if p.symbol == self._held.cursor_key)
        return next(here, positions[0] if positions else None)

    def selected_order(self) -> OrderView | None:
        """The order under the cursor."""
        orders = () if self._shown is None else self._shown[0].orders
        return next((order for order in orders if order.id == self._resting.cursor_key), None)

    def copied(self) -> str:
        """The selected row as plain text, or the whole account panel."""
        if self.chosen == ACCOUNT and self._shown is not None:
            return desk_figures.joined(account_lines(self._shown[0], 40))
        table = {ORDERS: self._resting, LEDGER: self._record}.get(self.chosen, self._held)
        if self.chosen == WATCH and self._watch is not None:
            table = self._watch.grid
        row = next((cells for key, cells in table.rows if key == table.cursor_key), None)
        return "  ".join(cell for cell, _ in row) if row else ""

    def explained(self) -> tuple[str, list[tuple[str, ...]]] | None:
        """The explanation of the selected row: a title, and headings with their lines."""
        if self._shown is None:
            return None
        if self.chosen == LEDGER:
            return self._recorded()
        if display.chosen() is not display.Display.ALL:
            return "Hidden", [(display.chosen().said, "H shows everything again.")]
        _, snapshot = self._shown
        held = self.selected()
        if self.chosen == ACCOUNT or held is None:
            paragraphs = explain_account(snapshot.account, snapshot.market)
            return "The account's arithmetic", paragraphs
        paragraphs = explain_position(snapshot.account, snapshot.market, held.symbol)
        return f"The arithmetic of {fmt.plain(held.symbol, 20)}", paragraphs

    def _recorded(self) -> tuple[str, list[tuple[str, ...]]] | None:
        key = self._record.cursor_key
        wire = next((w for w in self.record.wires if str(w.get("seq")) == key), None)
        if wire is None:
            return None
        return "Event", [event_rows.recorded(wire)]
