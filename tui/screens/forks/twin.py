"""An account and its twin side by side. The clock runs on below it, by the desk's own keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from ledger.practice.views.twin_view import Both
from tui.pages.twin_lines import lines
from tui.runtime.conductor import Conductor
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Lines

_EVERY = 0.2
"""Seconds between two pictures while the clock runs."""


class TwinScreen(PageScreen[None]):
    """What it shows is made anew whenever the ledger has more of either."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "dismiss(None)", "Back", show=False),
        Binding("space", "clock('run')", "Run", show=False),
        Binding("full_stop", "clock('step')", "Step", show=False),
        Binding("n", "clock('next_event')", "Next", show=False),
        Binding("less_than_sign", "clock('speed(-1)')", "Slower", show=False),
        Binding("greater_than_sign", "clock('speed(1)')", "Faster", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]
    HINTS = (
        Hint((("space", "clock('run')"),), "run"),
        Hint(((".", "clock('step')"),), "step"),
        Hint((("<", "clock('speed(-1)')"), (">", "clock('speed(1)')")), "speed"),
        Hint((("n", "clock('next_event')"),), "next event"),
        Hint((("y", "copy"),), "copy"),
        Hint((("Esc", "dismiss(None)"),), "back to the desk"),
    )

    def __init__(
        self,
        both: Callable[[], Both],
        act: Callable[[str], Awaitable[Any]],
        conductor: Conductor,
        notice: Callable[[], str],
        *,
        ascii_only: bool = False,
    ) -> None:
        """`act` does on the desk what one of its keys does; `notice` is what it says at its foot,
        which is said here too."""
        super().__init__(ascii_only=ascii_only)
        self._both, self._act, self._conductor, self._notice = both, act, conductor, notice
        self._shown = ("", "")
        self._stale = True

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        with VerticalScroll(id="rows"):
            yield Lines(id="twins", ascii_only=self.ascii_only)
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar(list(self.HINTS), id="keys")

    def on_mount(self) -> None:
        self.query_one("#rows").focus()
        self.set_interval(_EVERY, self._look)

    def take(self) -> None:
        """There is more to show: at once while the clock stands, else with the next picture."""
        self._stale = True
        if not self._conductor.pace.running:
            self._show()

    def fit(self) -> None:
        """Lay the lines out for the width."""
        self._stale = True
        self.call_after_refresh(self._show)

    def _look(self) -> None:
        if self._stale or self._shown != self._heading():
            self._show()

    def _heading(self) -> tuple[str, str]:
        """What moves even when neither account does: the clock's state, and what the desk says."""
        pace = self._conductor.pace
        state = "RUNNING" if pace.running else "PAUSED"
        return "END OF TAPE" if self._conductor.session.ended else state, self._notice()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        self._shown = state, notice = self._heading()
        both = self._both()
        now = f" at {fmt.when(both.first.view.time)}, in {both.first.view.currency}  "
        meaning = "up" if self._conductor.pace.running else "warned"
        self.query_one("#filter", Lines).show(
            [[(" TWINS ", "title"), (now, "dim"), (state, meaning)]]
        )
        if self._stale:
            self._stale = False
            self.query_one("#twins", Lines).show(lines(both, self.size.width))
        self.query_one("#notice", Lines).show([[(f" {notice}", "notice")]])

    async def action_clock(self, action: str) -> None:
        """Do on the desk what the key does there."""
        await self._act(action)
        self._look()

    def action_copy(self) -> None:
        """Copy everything shown, as text."""
        self.app.copy_to_clipboard(self.query_one("#twins", Lines).text)
