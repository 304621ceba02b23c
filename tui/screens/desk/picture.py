"""What the desk shows of a session: the newest snapshot, its view, and when it was drawn."""

from __future__ import annotations

from time import perf_counter

from ledger.practice.views.desk_view import DeskView
from tui.panels import desk_figures, status_line
from tui.runtime.conductor import Conductor, Snapshot
from tui.runtime.opened import Opened
from tui.screens.desk.panels import Panels
from tui.widgets.gauge import Gauge
from tui.widgets.lines import Lines

LEAST_BETWEEN = 0.15
"""Seconds between two frames while the clock runs: each one costs bandwidth over SSH."""


class Picture:
    """The widgets that show the account. While the clock runs they are drawn only now and then."""

    def __init__(self, opened: Opened, conductor: Conductor, *, ascii_only: bool) -> None:
        self._conductor = conductor
        self.status = Lines(id="status", ascii_only=ascii_only)
        self.health = Gauge(id="health", ascii_only=ascii_only)
        self.panels = Panels(opened, ascii_only=ascii_only)
        self.alert = Lines(id="alert", ascii_only=ascii_only)
        self.line = Lines(id="notice", ascii_only=ascii_only, wrapped=True)
        self.notice_text = ""
        self.snapshot: Snapshot | None = None
        self.view: DeskView | None = None
        self._drawn_at, self._stale = 0.0, False

    def take(self, snapshot: Snapshot) -> None:
        """Take a new snapshot with its news."""
        self.snapshot = snapshot
        self.panels.add(snapshot)
        self._stale = True
        if not self._conductor.pace.running:
            self.catch_up()

    def is_due(self, now: float) -> bool:
        """Whether the picture is stale, and was drawn long enough ago."""
        return self._stale and now - self._drawn_at >= LEAST_BETWEEN

    def catch_up(self) -> None:
        """Value and draw what arrived since the last picture."""
        if self._stale and self.snapshot is not None:
            self._stale = False
            self.view = self.snapshot.view()
            self.redraw()

    def redraw(self) -> None:
        """Draw everything from the present view."""
        view, snapshot = self.view, self.snapshot
        if view is None or snapshot is None or not self.panels.is_mounted:
            return
        self._drawn_at = perf_counter()
        self.show_status()
        name = desk_figures.health_words(view.health)
        self.health.show(desk_figures.health_of(view.health, name))
        self.panels.show(view, snapshot)
        self.alert.display = bool(view.calls)
        width = self.alert.screen.size.width
        self.alert.show([desk_figures.call_line(view, call, width) for call in view.calls])

    def show_status(self) -> None:
        """Draw the top line, which moves even when the account does not."""
        if self.view is not None and self.snapshot is not None:
            width = self.status.screen.size.width
            now = perf_counter()
            line = status_line.line(self.view, self.snapshot, self._conductor, width, now)
            self.status.show([line])

    def show_symbol(self, symbol: str) -> None:
        """Chart another symbol."""
        self.panels.chart_symbol(symbol)
        self.redraw()

    def notice(self, text: str, meaning: str = "notice") -> None:
        """Show what was done, or could not be done: on one line, or as many as it needs."""
        self.notice_text = text
        self.line.show([[(f" {text}", meaning)]])
