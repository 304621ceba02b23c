"""The whole record, page by page, as the ledger has it; filtered by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ledger.books.errors import LedgerError
from ledger.market.faults import Refused
from ledger.market.instrument import in_contracts
from tui import format as fmt
from tui import log
from tui.opened import Opened
from tui.screens.card import Card, paragraphs
from tui.screens.page import PageScreen
from tui.sizes import is_wide
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

PAGE = 500
"""Events that are read at a time."""


class LedgerScreen(PageScreen[None]):
    """Oldest first; the newest page is shown first, older ones as they are asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,L,shift+l,5", "app.pop_screen", "Back", show=False),
        Binding("f,right", "kind(1)", "Next kind", show=False),
        Binding("F,shift+f,left", "kind(-1)", "Kind before", show=False),
        Binding("o", "older", "Older page", show=False),
        Binding("w", "newer", "Newer page", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, opened: Opened, shown: log.Log, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._opened = opened
        self._log = shown
        self._kind = 0
        self._page = 0
        self._wires: Sequence[Mapping[str, object]] = ()
        self._pages = 1
        self._fault = ""

    def contents(self) -> ComposeResult:
        """Filter, rows, keys."""
        yield Lines(id="filter", ascii_only=self.ascii_only)
        yield DataGrid(log.columns(100), id="rows", empty="nothing of this kind yet",
                       ascii_only=self.ascii_only)  # fmt: skip
        yield KeyBar(
            [
                Hint((("f", "kind(1)"), ("F", "kind(-1)")), "kind"),
                Hint((("o", "older"),), "older page"),
                Hint((("w", "newer"),), "newer page"),
                Hint((("enter", "show"),), "the event as recorded"),
                Hint((("y", "copy"),), "copy"),
                Hint((("Esc", "app.pop_screen"),), "back to the desk"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """The newest page."""
        self._read()
        self.query_one(DataGrid).focus()

    def fit(self) -> None:
        """The sentence takes the width that is left."""
        self.call_after_refresh(self._show)

    def _read(self) -> None:
        kinds = list(log.KINDS.values())[self._kind]
        try:
            found, self._fault = self._events(kinds), ""
        except (LedgerError, Refused) as fault:  # deleted, say: what is on the desk stays there
            found, self._fault = [], str(fault)
        self._pages = max(1, -(-len(found) // PAGE))
        self._page = min(self._page, self._pages - 1)
        end = len(found) - self._page * PAGE
        self._wires = found[max(0, end - PAGE) : end]
        self._show()

    def _events(self, kinds: tuple[str, ...]) -> list[Mapping[str, object]]:
        """From the file, or from memory where nothing is kept."""
        if self._opened.ledger is None:
            return [w for w in self._log.wires if not kinds or w.get("type") in kinds]
        return [*self._opened.recorded(kinds, last=PAGE * (self._page + 2))]

    def _show(self) -> None:
        grid = self.query_one(DataGrid)
        account = self._opened.session.account
        contracts = in_contracts(account.instruments)
        rows = [log.row_of(wire, account.currency, contracts) for wire in reversed(self._wires)]
        grid.set_columns(log.columns(max(grid.size.width, 60)), rows)
        wide = is_wide(self.size)
        runs: list[tuple[str, str]] = [(" LEDGER ", "title")]
        if self._opened.session.timeline.synthetic:  # in the title's place where both do not fit
            runs = [*(runs if wide else []), (" SYNTHETIC ", "warned")]
        for place, name in enumerate(log.KINDS):
            runs += [(f" {name} ", "tab" if place == self._kind else "dim")]
        if wide:  # cut off, it would be another number
            runs.append((f"   {len(rows)} events, newest first", "dim"))
        told = wrap(fmt.clean(self._fault, 400), max(self.size.width - 2, 20))
        lines: list[Line] = [runs, *([(f" {line}", "warned")] for line in told)]
        self.query_one("#filter", Lines).show(lines)

    def action_kind(self, steps: int) -> None:
        """Another kind of event."""
        self._kind = (self._kind + steps) % len(log.KINDS)
        self._page = 0
        self._read()
        self.query_one(DataGrid).move_to(0)

    def action_older(self) -> None:
        """The page before."""
        self._page += 1
        self._read()

    def action_newer(self) -> None:
        """The page after."""
        self._page = max(0, self._page - 1)
        self._read()

    def action_copy(self) -> None:
        """The row as text."""
        grid = self.query_one(DataGrid)
        row = next((cells for key, cells in grid.rows if key == grid.cursor_key), None)
        if row is not None:
            self.app.copy_to_clipboard("  ".join(text for text, _ in row))

    @on(DataGrid.RowSelected)
    def row_selected(self, message: DataGrid.RowSelected) -> None:
        """Enter shows the event with every key."""
        message.stop()
        self.action_show()

    def action_show(self) -> None:
        """The event as it is on record."""
        key = self.query_one(DataGrid).cursor_key
        wire = next((w for w in self._wires if str(w.get("seq")) == key), None)
        if wire is not None:
            lines = [f"{name}: {value}" for name, value in wire.items()]
            body = paragraphs([(f"Event {key}", *lines)])
            self.app.push_screen(Card("Event", body, ascii_only=self.ascii_only))
