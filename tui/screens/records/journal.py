"""The journal: every trade of an account on a line, narrowed down as you type.

Letters are commands, except in the filter that `/` opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ledger.books.file.errors import LedgerError
from ledger.practice.journal.sorting import ORDERS, order_words, sort
from ledger.practice.review.entry import Entry
from ledger.practice.review.filter import parse
from ledger.practice.review.journal import Journal
from ledger.refused import Refused
from tui.pages import journal_rows
from tui.runtime.forking import Try
from tui.runtime.journal_book import JournalBook
from tui.screens.page import PageScreen
from tui.screens.records.far import Far
from tui.screens.records.journal_doors import open_calls, open_tax
from tui.screens.records.journal_keys import ASKING, BINDINGS, HINTS
from tui.screens.records.writing import Writing
from tui.text import format as fmt
from tui.type_ahead import Heard
from tui.widgets.asked import Asked
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import KeyBar
from tui.widgets.lines import Line, Lines
from tui.widgets.row import Row

if TYPE_CHECKING:
    from tui.screens.records.trade import TradeScreen

_FILTER, _NAME = "filter", "name"
_LONGEST_FILTER = 200


class JournalScreen(PageScreen[Try | None]):
    """Dismissed with a decision to try again, if the account is on the desk."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [*BINDINGS]

    def __init__(self, book: JournalBook, *, typed: str = "", ascii_only: bool = False) -> None:
        """`typed` is the filter to begin with."""
        super().__init__(ascii_only=ascii_only)
        self._book = book
        self._journal: Journal | None = None
        self._shown: list[Entry] = []
        self._typed = typed
        self._order, self._upwards = next(iter(ORDERS)), False
        self._made: dict[str, Row] = {}
        self._sorted: tuple[tuple[int, str, bool], list[Entry]] = (0, "", False), []
        self._told = ("", "notice")
        self._asked = Asked(ascii_only=ascii_only, longest=_LONGEST_FILTER)
        self._busy = True
        self._page: TradeScreen | None = None
        self.writing = Writing(self, book, self.known_tags, self.reread)

    @property
    def is_changing(self) -> bool:
        """Whether the journal is being read or written."""
        return self._busy

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only, wrapped=True)
        yield DataGrid(journal_rows.columns(80), id="rows", empty="reading …",
                       ascii_only=self.ascii_only)  # fmt: skip
        yield Lines(id="account-about", ascii_only=self.ascii_only, wrapped=True)
        yield self._asked
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar([], id="keys")

    def on_mount(self) -> None:
        """Read in a thread: a long account takes a moment."""
        self.query_one(DataGrid).focus()
        self._show_keys()
        self._say(self._book.read_filters(), "warned")
        self.read()

    def fit(self) -> None:
        """Show the columns that there is room for."""
        self.call_after_refresh(self._lay_out)

    def reread(self, words: str, meaning: str = "notice") -> None:
        """Say what became of a note, and read the journal again, if it was written."""
        if meaning == "warned":
            self._say(words, meaning)
        else:
            self.read(lambda: self._say(words, meaning))

    def read(self, then: Callable[[], None] | None = None) -> None:
        """Read the journal again, with the cursor where it is."""
        self._busy = True
        self.run_worker(lambda: self._read(then), thread=True)

    def _read(self, then: Callable[[], None] | None) -> None:
        try:
            far = Far(self.app, self.query_one(DataGrid).say_when_empty, "reading")
            found: Journal | None = self._book.read(far)
            fault = self._book.wrong
        except (Refused, LedgerError) as wrong:
            found, fault = self._journal, str(wrong)
        self.app.call_from_thread(self._have, found, fault, then)
        self._book.read_on()

    def _have(self, found: Journal | None, fault: str, then: Callable[[], None] | None) -> None:
        if not self.is_attached:
            return
        self._journal, self._busy = found, False
        if fault:
            self._say(fault, "warned")
        self._narrow()
        self.post_message(Heard())
        if self._page is not None:
            self._page.refreshed()
        if then is not None:
            then()

    @property
    def entries(self) -> list[Entry]:
        """The trades on the list, in its order."""
        return self._shown

    def known_tags(self) -> list[str]:
        """Every tag in use, the most used first."""
        used: dict[str, int] = {}
        for entry in self._journal.entries if self._journal else ():
            for tag in entry.tags:
                used[tag] = used.get(tag, 0) + 1
        return sorted(used, key=lambda tag: -used[tag])

    # what is shown

    def _narrow(self) -> None:
        """List the trades that pass the filter, at once; a filter half typed changes nothing."""
        try:
            chosen = parse(self._typed)
        except Refused as fault:
            self._say(fault.faults[0], "warned")
            self._head()
            return
        if self._told[1] == "warned":
            self._say("")
        self._shown = chosen.of(self._in_order())
        self._lay_out()

    def _in_order(self) -> list[Entry]:
        """Every trade in the present order: sorted once, not with each letter."""
        among = self._journal.entries if self._journal else ()
        key = id(among), self._order, self._upwards
        if key != self._sorted[0]:
            self._sorted = key, sort(among, self._order, upwards=self._upwards)
        return self._sorted[1]

    def _lay_out(self) -> None:
        grid, width = self.query_one(DataGrid), self.size.width
        self._made = {}
        grid.say_when_empty(self._why_empty())
        rows = journal_rows.rows(self._shown, width, self._made)
        grid.set_columns(journal_rows.columns(width), rows)
        self._head()
        self._tell_about()

    def _why_empty(self) -> str:
        if self._journal is None:
            return "reading …" if self._busy else "the journal cannot be read"
        if self._journal.entries:
            return "no trade fits the filter: / changes it, Esc drops it"
        return "no trades yet: a trade is listed as soon as it is opened"

    def _head(self) -> None:
        found = self._journal
        title = journal_rows.title(
            "" if found is None else found.account,
            self._shown,
            0 if found is None else len(found.entries),
            order_words(self._order, upwards=self._upwards),
        )
        lines: list[Line] = [title, journal_rows.tabs(self._book.filters, self._typed)]
        if self._typed not in self._book.filters.values() or self._asked.what == _FILTER:
            lines.append([(" filter: ", "dim"), (fmt.plain(self._typed, 200), "strong")])
        self.query_one("#filter", Lines).show(lines)

    def _tell_about(self) -> None:
        entry = self._selected()
        lines: list[Line] = [[("", "")]] if entry is None else journal_rows.about(entry)
        self.query_one("#account-about", Lines).show(lines)

    def _selected(self) -> Entry | None:
        key = self.query_one(DataGrid).cursor_key
        return next((entry for entry in self._shown if entry.key == key), None)

    def _say(self, words: str, meaning: str = "notice") -> None:
        self._told = words, meaning
        self.query_one("#notice", Lines).show([[(f" {fmt.clean(words, 300)}", meaning)]])

    def _show_keys(self) -> None:
        if self._asked.what == _FILTER:
            words = "tag:breakout  r<-1  closed:liquidation  2020-03  long  missing:stop  a word"
            self._say(f"such as {words}", "dim")
        hints = ASKING if self._asked.what else HINTS
        self.query_one(KeyBar).show(hints)

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        self._tell_about()

    # what is done

    @on(DataGrid.RowSelected)
    def selected(self) -> None:
        """Open the trade."""
        self.action_open()

    def action_open(self) -> None:
        """Show everything about the selected trade."""
        from tui.screens.records.trade import TradeScreen  # it draws a chart

        entry = self._selected()
        if entry is not None and not self._busy:
            self._page = page = TradeScreen(self._book, self, entry, ascii_only=self.ascii_only)
            self.app.push_screen(page, self._left)

    def _left(self, chosen: Try | None) -> None:
        self._page = None
        if chosen is not None:
            self.dismiss(chosen)

    def action_calls(self) -> None:
        """Show the margin calls, and from one of them the trade that met it."""
        open_calls(self, self._book, self._called)

    def _called(self, number: int) -> None:
        self._typed = f"number={number}"
        self._narrow()
        self.action_open()

    def action_tax(self) -> None:
        """Show the account as a tax return would have it."""
        open_tax(self, self._book)

    def action_saved(self, steps: int) -> None:
        """The next saved filter."""
        texts = list(self._book.filters.values())
        at = texts.index(self._typed) if self._typed in texts else -1
        self._typed = texts[(at + steps) % len(texts)]
        self._narrow()

    def action_sort(self) -> None:
        """Sort by the next figure."""
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self._narrow()

    def action_turn(self) -> None:
        """Turn the order round."""
        self._upwards = not self._upwards
        self._narrow()

    def action_note(self) -> None:
        """Write a note on the selected trade."""
        entry = self._selected()
        if entry is not None and not self._busy:
            self.writing.note(entry)

    def action_tag(self) -> None:
        """Give the selected trade tags, or take them off."""
        entry = self._selected()
        if entry is not None and not self._busy:
            self.writing.tag(entry)

    def action_copy(self) -> None:
        """Copy the row as text."""
        grid = self.query_one(DataGrid)
        if grid.rows:
            _, cells = grid.rows[grid.cursor]
            self.app.copy_to_clipboard("  ".join(text.strip() for text, _ in cells))
            self._say("copied")

    def action_back(self) -> None:
        """Leave the question, then the filter, then the journal."""
        if self._asked.what:
            self._answered()
        elif self._typed:
            self._typed = ""
            self._narrow()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where it was opened."""
        self.dismiss(None)

    # a line of text

    def action_filter(self) -> None:
        """Type into the filter until Enter."""
        self._ask(_FILTER, "Filter:", self._typed)

    def action_name(self) -> None:
        """Save the filter under a name; one of the person's own names gives it up."""
        if not self._typed:
            self._say("There is no filter to save: / types one.", "warned")
            return
        mine = [name for name, text in self._book.saved.items() if text == self._typed]
        if mine:
            self._tell_saved(self._book.save_filter(mine[0], ""), f"{mine[0]} is removed")
        else:
            self._ask(_NAME, "Save the filter as:", "")

    def _ask(self, what: str, words: str, value: str) -> None:
        self._asked.ask(what, words, value)
        self._show_keys()
        self._head()

    def _answered(self) -> None:
        self._asked.close()
        self.set_focus(self.query_one(DataGrid))
        self._say("")
        self._show_keys()
        self._narrow()

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list with each letter."""
        if self._asked.what == _FILTER:
            self._typed = event.value.strip()
            self._narrow()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, or save it under the name."""
        event.stop()
        question, name = self._asked.what, event.value.strip()
        self._answered()
        if question == _NAME and name:
            self._tell_saved(self._book.save_filter(name, self._typed), f"saved as {name}")

    def _tell_saved(self, wrong: str, done: str) -> None:
        self._head()
        self._say(wrong or done, "warned" if wrong else "notice")
