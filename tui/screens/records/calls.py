"""Every margin call of an account: why it came, what was done, and what was sold for it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from ledger.books.file.errors import LedgerError
from ledger.practice.journal.call_answers import TRIED, CallLines, other_answers
from ledger.practice.journal.call_book import CallBook, read_calls, summary
from ledger.practice.words.formats import percent
from ledger.refused import Refused
from ledger.reports.trades.call_history import CallRecord
from tui.pages import call_rows
from tui.runtime.journal_book import JournalBook
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines


class CallsScreen(PageScreen[int | None]):
    """Dismissed with the number of a trade to show, or with `None`."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,c", "dismiss(None)", "Back", show=False),
        Binding("o", "answers", "Other answers", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, book: JournalBook, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._book = book
        self._found: CallBook | None = None
        self._fault = ""
        self._lines: dict[int, CallLines] = {}
        self._under_way = ""

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only, wrapped=True)
        yield DataGrid(call_rows.columns(80), id="rows", empty="reading …",
                       ascii_only=self.ascii_only)  # fmt: skip
        yield Lines(id="account-about", ascii_only=self.ascii_only, wrapped=True)
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar(
            [
                Hint((("Enter", "none"),), "its trade"),
                Hint((("o", "answers"),), "other answers"),
                Hint((("y", "copy"),), "copy"),
                Hint((("Esc", "dismiss(None)"),), "back"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """Read in a thread: every event is looked at."""
        self.query_one(DataGrid).focus()
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        try:
            self._found = read_calls(self._book.ledger, self._book.account)
        except (Refused, LedgerError) as fault:
            self._fault = str(fault)
        self.app.call_from_thread(self._show)

    def fit(self) -> None:
        """Show the columns that there is room for."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        grid, width, found = self.query_one(DataGrid), self.size.width, self._found
        head: list[tuple[str, str]] = [(" MARGIN CALLS ", "title")]
        if found is not None:
            grid.say_when_empty("no margin call yet")
            rows = [call_rows.row_of(each, found.currency, width) for each in found.calls]
            grid.set_columns(call_rows.columns(width), list(reversed(rows)))
            known = found.sums
            calls = "1 call" if known.calls == 1 else f"{known.calls} calls"
            head.append((f" {fmt.plain(found.account, 30)}  {calls}", "dim"))
            if known.ended:
                head.append((f"  {percent(known.share_cured, 0)} cured themselves", "strong"))
        said = self._fault or " ".join([] if found is None else summary(found))
        self.query_one("#filter", Lines).show([head])
        meaning = "warned" if self._fault else "dim"
        self.query_one("#notice", Lines).show([[(f" {fmt.clean(said, 300)}", meaning)]])
        self._tell()

    def _selected(self) -> CallRecord | None:
        key = self.query_one(DataGrid).cursor_key
        calls = self._found.calls if self._found else ()
        return next((each for each in calls if str(each.call.seq) == key), None)

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        self._tell()

    def _tell(self) -> None:
        record, lines = self._selected(), list[Line]([[("", "")]])
        if record is not None and self._found is not None:
            seq = record.call.seq
            near, found = self._found.closest.get(seq), self._lines.get(seq)
            lines = call_rows.about(record, self._found.currency, near, found)
            if self._under_way:
                lines.append([(f"   {self._under_way}", "notice")])
        self.query_one("#account-about", Lines).show(lines)

    @on(DataGrid.RowSelected)
    def selected(self) -> None:
        """Show the first of the trades that met it."""
        record = self._selected()
        if record is not None and record.trades:
            self.dismiss(record.trades[0])

    def action_answers(self) -> None:
        """Show what each answer to the selected call would have left: run again in a thread."""
        record = self._selected()
        if record is None or self._under_way or record.call.seq in self._lines:
            return
        self._progress(0, len(TRIED))
        self.run_worker(lambda: self._answers(record.call.seq), thread=True)

    def _answers(self, seq: int) -> None:
        def reach(done: int, total: int) -> None:
            self.app.call_from_thread(self._progress, done, total)

        try:
            found = other_answers(self._book.ledger, self._book.account, [seq], reach)
            self._lines |= {each.call: each for each in found}
        except (Refused, LedgerError) as fault:
            self._fault = str(fault)
        self._under_way = ""
        self.app.call_from_thread(self._show)

    def _progress(self, done: int, total: int) -> None:
        self._under_way = f"running it again: {done} of {total} answers …"
        self._tell()

    def action_copy(self) -> None:
        """Copy everything about the selected call."""
        self.app.copy_to_clipboard(self.query_one("#account-about", Lines).text)
