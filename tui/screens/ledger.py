"""The whole record, page by page, as the ledger has it; filtered by kind."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from math import inf
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ledger.books.file.errors import LedgerError
from ledger.market.instrument import in_contracts
from ledger.refused import Refused
from tui.panels import event_rows
from tui.panels.junction import Junction, ways_from
from tui.runtime.forking import Target, Try
from tui.runtime.opened import Opened
from tui.screens.card import Card, paragraphs
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.text.sizes import is_wide
from tui.widgets.grid import DataGrid, Row
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

PAGE = 500
"""Events read at a time."""


class LedgerScreen(PageScreen[Target | None]):
    """Oldest first; the newest page is shown first, older ones on demand.

    With `forks` it is dismissed with a decision to try again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,L,shift+l,5", "app.pop_screen", "Back", show=False),
        Binding("f", "kind(1)", "Next kind", show=False),
        Binding("F,shift+f", "kind(-1)", "Previous kind", show=False),
        Binding("o", "older", "Older page", show=False),
        Binding("w", "newer", "Newer page", show=False),
        Binding("O,shift+o", "oldest", "Oldest page", show=False),
        Binding("W,shift+w", "newest", "Newest page", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("right", "junction", "The lines from here", show=False),
        Binding("T,shift+t", "again(0)", "Try another line", show=False),
        *(Binding(str(n), f"again({n})", "A ready-made line", show=False) for n in (1, 2, 3)),
    ]

    def __init__(
        self,
        opened: Opened,
        shown: event_rows.Log,
        *,
        ascii_only: bool = False,
        forks: bool = False,
    ) -> None:
        super().__init__(ascii_only=ascii_only)
        self._forks = forks
        self._junction = Junction(ascii_only=ascii_only)
        self._tried: dict[int, list[str]] = {}
        self._opened = opened
        self._log = shown
        self._kind = 0
        self._wires: Sequence[Mapping[str, object]] = ()
        self._fault = ""
        self._said = self._said_at = ""
        """Why a key did nothing, until the cursor leaves the row where that was."""

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        yield DataGrid(event_rows.columns(100), id="rows", empty="no event of this kind yet",
                       ascii_only=self.ascii_only)  # fmt: skip
        yield self._junction
        yield KeyBar(
            [
                Hint((("f", "kind(1)"), ("F", "kind(-1)")), "kind"),
                Hint((("o", "older"), ("O", "oldest")), "older, oldest"),
                Hint((("w", "newer"), ("W", "newest")), "newer, newest"),
                Hint((("enter", "show"),), "the event as recorded"),
                *([Hint((("right", "junction"),), "lines")] if self._forks else []),
                Hint((("y", "copy"),), "copy"),
                Hint((("Esc", "app.pop_screen"),), "back to the desk"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        with suppress(LedgerError, Refused):  # reported when the page is read
            self._tried = self._opened.forks()
        self._read()
        self.query_one(DataGrid).focus()

    def fit(self) -> None:
        """The sentence takes the width that is left."""
        self.call_after_refresh(self._show)

    def _read(self, *, after: int = 0, before: int | None = None, oldest: bool = False) -> bool:
        """Read the page next to a number; whether there was one: if not, the present page stays."""
        kinds = list(event_rows.KINDS.values())[self._kind]
        try:
            page, self._fault = self._events(kinds, after, before, oldest=oldest), ""
        except (LedgerError, Refused) as fault:  # deleted, perhaps: the desk keeps what it shows
            page, self._fault = [], str(fault)
        beyond = after > 0 or before is not None
        found = bool(page or self._fault) or not beyond
        self._wires = page if found else self._wires
        self._said = "" if found else f"There is nothing {'newer' if after else 'older'}."
        self._said_at = self._here
        self._show()
        return found

    def _events(
        self, kinds: tuple[str, ...], after: int, before: int | None, *, oldest: bool
    ) -> Sequence[Mapping[str, object]]:
        """Events from the file, or from memory without one."""
        if self._opened.ledger is None:
            among = [w for w in self._log.wires if not kinds or w.get("type") in kinds]
            among = [w for w in among if after < _number(w) < (before or inf)]
            return among[:PAGE] if oldest else among[-PAGE:]
        return self._opened.recorded(PAGE, kinds, after=after, before=before, oldest=oldest)

    def _show(self) -> None:
        grid = self.query_one(DataGrid)
        account = self._opened.session.account
        contracts = in_contracts(account.instruments)
        currency = account.currency
        rows = [self._counted(wire, currency, contracts) for wire in reversed(self._wires)]
        newest = rows[0][0] if rows else ""
        grid.set_columns(event_rows.columns(max(grid.size.width, 60), newest), rows)
        wide = is_wide(self.size)
        runs: list[tuple[str, str]] = [(" LEDGER ", "title")]
        if self._opened.session.timeline.synthetic:  # instead of the title if both do not fit
            runs = [*(runs if wide else []), (" SYNTHETIC ", "warned")]
        for place, name in enumerate(event_rows.KINDS):
            runs += [(f" {name} ", "tab" if place == self._kind else "dim")]
        if wide:  # a cut number would be another number
            runs += [(part, "dim") for part in self._told_where(sum(len(run) for run, _ in runs))]
        fault = wrap(fmt.clean(self._fault, 400), max(self.size.width - 2, 20))
        said = [self._said] if self._said else []
        lines: list[Line] = [runs, *([(f" {line}", "warned")] for line in (*fault, *said))]
        self.query_one("#filter", Lines).show(lines)
        self._offer()

    def _counted(
        self, wire: Mapping[str, object], currency: str, contracts: Container[object]
    ) -> Row:
        """A row; where other lines leave it, with their number."""
        key, (*others, (words, meaning)) = event_rows.row_of(wire, currency, contracts)
        tried = len(self._tried.get(_number(wire), ()))
        count = f"({tried} line{'s' if tried > 1 else ''}) " if tried else ""
        return key, (*others, (count + words, meaning))

    def _told_where(self, used: int) -> list[str]:
        """How many are shown, between which numbers they lie, and where there is room, in which
        order."""
        if not self._wires:
            return []
        first, last = _number(self._wires[0]), _number(self._wires[-1])
        where, order = f"   {len(self._wires)} events, No {first:,} to {last:,}", ", newest first"
        if self._tried:
            many = sum(map(len, self._tried.values()))
            order = f", {many} fork{'s' if many > 1 else ''}"
        return [where, order] if used + len(where + order) <= self.size.width else [where]

    def action_kind(self, steps: int) -> None:
        """Show another kind of event."""
        self._kind = (self._kind + steps) % len(event_rows.KINDS)
        self.action_newest()

    def action_older(self) -> None:
        """Show the page before."""
        if self._wires and self._read(before=_number(self._wires[0])):
            self.query_one(DataGrid).move_to(0)

    def action_newer(self) -> None:
        """Show the page after."""
        if self._wires and self._read(after=_number(self._wires[-1]), oldest=True):
            self.query_one(DataGrid).move_to(PAGE)

    def action_oldest(self) -> None:
        """Show the first page of the record, from its beginning."""
        self._read(oldest=True)
        self.query_one(DataGrid).move_to(PAGE)

    def action_newest(self) -> None:
        """Show the last page of the record, from its top."""
        self._read()
        self.query_one(DataGrid).move_to(0)

    def action_copy(self) -> None:
        """Copy the row as text."""
        grid = self.query_one(DataGrid)
        row = next((cells for key, cells in grid.rows if key == grid.cursor_key), None)
        if row is not None:
            self.app.copy_to_clipboard("  ".join(text for text, _ in row))

    @on(DataGrid.RowHighlighted)
    def row_highlighted(self, message: DataGrid.RowHighlighted) -> None:
        """Offer what can be tried again at the row."""
        message.stop()
        if self._said and self._said_at != self._here:
            self._said = ""
            self._show()
        self._offer()

    def _offer(self) -> None:
        """The lines that leave the event under the cursor."""
        wire = self._wire()
        if wire is None:
            self._junction.offer(())
            return
        tried = self._tried.get(_number(wire), [])
        ways = ways_from(wire, tried, self._opened.session.fork) if self._forks else ()
        self._junction.offer(ways, tried)

    def action_junction(self) -> None:
        """Choose among the lines from here, in place."""
        if not self._junction.open():
            self.app.bell()
            self._said, self._said_at = "Only a decision of yours can be tried again.", self._here
            self._show()

    @on(Junction.Left)
    def left(self) -> None:
        self.query_one(DataGrid).focus()

    @on(Junction.Entered)
    def entered(self, message: Junction.Entered) -> None:
        self.dismiss(message.target)

    @property
    def _here(self) -> str:
        """The number of the event that the cursor is on."""
        return self.query_one(DataGrid).cursor_key or ""

    def _wire(self) -> Mapping[str, object] | None:
        """The event that the cursor is on."""
        key = self._here
        return next((wire for wire in self._wires if str(wire.get("seq")) == key), None)

    def action_again(self, offer: int) -> None:
        """Try another line: from before the decision, or one of those that are offered."""
        wire = self._wire()
        if self._forks and wire is not None and not offer:
            self.dismiss(Try(_number(wire)))
        for way in self._junction.ways:
            if offer and way.key == str(offer):
                self.dismiss(way.target)

    @on(DataGrid.RowSelected)
    def row_selected(self, message: DataGrid.RowSelected) -> None:
        """Show the event with every key."""
        message.stop()
        self.action_show()

    def action_show(self) -> None:
        """Show the event as it was recorded."""
        wire = self._wire()
        if wire is not None:
            body = paragraphs([event_rows.recorded(wire)])
            self.app.push_screen(Card("Event", body, ascii_only=self.ascii_only))


def _number(wire: Mapping[str, object]) -> int:
    """The number of an event in the record."""
    return int(str(wire["seq"]))
