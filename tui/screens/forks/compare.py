"""Two accounts side by side: their results, and where the difference comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from ledger.books.file.errors import LedgerError
from ledger.refused import Refused
from tui.runtime.forking import compared, course_of
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

if TYPE_CHECKING:
    from ledger.practice.forks.compare import Comparison, Course

_POINTS = 160
"""The most moments at which the lines are valued."""
_TABLE = 11
"""Rows below the chart."""


class CompareScreen(PageScreen[None]):
    """Read in a thread: a long account takes a moment."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,C,shift+c", "app.pop_screen", "Back", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, ledger: Path, pair: tuple[str, str], *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._ledger, self._pair = ledger, pair
        self._found: Comparison | None = None
        self._course: Course | None = None
        self._fault = ""

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        with VerticalScroll(id="rows"):
            yield Lines(id="compared", ascii_only=self.ascii_only)
        hints = [
            Hint((("y", "copy"),), "copy"),
            Hint((("Esc", "app.pop_screen"),), "back"),
        ]
        yield KeyBar(hints, id="keys")

    def on_mount(self) -> None:
        self.query_one("#rows").focus()
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        """Read the table first: the lines of a long account take longer."""
        try:
            self._found = compared(self._ledger, self._pair)
            self.app.call_from_thread(self._show)
            self._course = course_of(self._ledger, self._pair, _POINTS)
        except (Refused, LedgerError) as fault:
            self._fault = str(fault)
        self.app.call_from_thread(self._show)

    def fit(self) -> None:
        """The chart takes the rows that the table leaves."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        from tui.pages.compare_lines import chart, table  # with what it shows

        head: list[tuple[str, str]] = [(" COMPARE ", "title")]
        lines: list[Line] = [[(" reading …", "dim")]]
        if self._fault:
            width = max(self.size.width - 2, 20)
            lines = [[(f" {line}", "warned")] for line in wrap(fmt.clean(self._fault, 400), width)]
        elif self._found is not None:
            comparison, course = self._found, self._course
            head.append((f" at {fmt.when(comparison.time)}, in {comparison.currency}", "dim"))
            since = (
                f", since event {comparison.parted}" if comparison.parted else ", since each began"
            )
            head.append((since, "dim"))
            height = min(self.size.height - _TABLE - 5, 16)
            drawn = chart(course, comparison.currency, self.size.width, height) if course else []
            lines = [*drawn, *([[("", "")]] if drawn else []), *table(comparison, self.size.width)]
        self.query_one("#filter", Lines).show([head])
        self.query_one("#compared", Lines).show(lines)

    def action_copy(self) -> None:
        """Copy everything shown, as text."""
        self.app.copy_to_clipboard(self.query_one("#compared", Lines).text)
