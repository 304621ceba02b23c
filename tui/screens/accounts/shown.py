"""What the list of accounts shows, and the threads in which it reads and changes them."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult

from ledger.books.file.errors import LedgerError
from ledger.practice.accounts.overview import AccountRow
from ledger.practice.accounts.purse import PurseRow
from ledger.refused import Refused
from tui.pages.account_rows import about, columns, row_of, tree
from tui.runtime.account_book import AccountBook
from tui.runtime.opened import Opened
from tui.runtime.opener import Own
from tui.screens.accounts.foot import ASKED, head, keys, sought_in, why_empty
from tui.screens.page import PageScreen
from tui.type_ahead import Heard
from tui.widgets.asked import Asked
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import KeyBar
from tui.widgets.lines import Line, Lines


class ShownAccounts(PageScreen[Opened | Own | None]):
    """The rows, the selected account's details, a notice and the keys; what is pressed is for the
    class below it."""

    keys_in_order = True

    def __init__(self, book: AccountBook, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._book = book
        self._told = ("", "notice")
        self._rows: list[AccountRow] = []
        self._purses: list[PurseRow] = []
        self._archived_too = False
        self._marked: tuple[str, ...] = ()
        """The accounts to compare, at most two."""
        self._sought = ""
        self._asked = Asked(ascii_only=self.ascii_only)
        self._loaded = False
        self._aside = True

    @property
    def is_changing(self) -> bool:
        """Whether a thread is reading or changing something."""
        return self._aside

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        yield DataGrid(columns(80), id="rows", empty="reading …", ascii_only=self.ascii_only)
        yield Lines(id="account-about", ascii_only=self.ascii_only, wrapped=True)
        yield self._asked
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar([], id="keys")

    def on_mount(self) -> None:
        """Read the list in a thread: the screen is there at once."""
        self.query_one(DataGrid).focus()
        self._work(lambda: "")

    def fit(self) -> None:
        """Show the columns that there is room for."""
        self.call_after_refresh(self._show)

    # what is shown

    def _shown(self) -> list[AccountRow]:
        among = [row for row in self._rows if self._archived_too or not row.is_archived]
        words = self._sought.lower().split()
        return [row for row in among if all(word in sought_in(row) for word in words)]

    def _show(self) -> None:
        grid, width = self.query_one(DataGrid), self.size.width
        rows = self._shown()
        grid.say_when_empty(why_empty(self._rows, self._sought, loaded=self._loaded))
        here, marked = self._book.here, self._marked
        lines = [
            row_of(row, here, width, depth, marked=row.account in marked)
            for row, depth in tree(rows)
        ]
        grid.set_columns(columns(width), lines)
        purses, sought, archived = self._purses, self._sought, self._archived_too
        top = head(self._rows, len(rows), purses, sought, archived_too=archived)
        self.query_one("#filter", Lines).show([top])
        self._tell_about()
        self.query_one("#notice", Lines).show([[(f" {self._told[0]}", self._told[1])]])
        self._show_keys()

    def _tell_about(self) -> None:
        row = self._selected()
        lines: list[Line] = [[("", "")]] if row is None else about(row)
        self.query_one("#account-about", Lines).show(lines)

    def _selected(self) -> AccountRow | None:
        key = self.query_one(DataGrid).cursor_key
        return next((row for row in self._rows if row.account == key), None)

    def _show_keys(self) -> None:
        archived_too = self._archived_too
        hints = keys(self._selected(), self._rows, archived_too=archived_too)
        self.query_one(KeyBar).show(list(ASKED) if self._asked.what else hints)

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        self._tell_about()
        self._show_keys()

    def _ask(self, what: str, words: str, value: str) -> None:
        self._asked.ask(what, words, value)
        self._show_keys()

    def _answered(self) -> None:
        self._asked.close()
        self.set_focus(self.query_one(DataGrid))
        self._show_keys()

    # in a thread

    def _work(self, act: Callable[[], str], follow: str = "") -> None:
        """Act in a thread, then read the list again; the cursor stays on its account."""
        self._aside = True
        self.run_worker(lambda: self._done(act, follow), thread=True)

    def _done(self, act: Callable[[], str], follow: str) -> None:
        rows, notice, held = self._rows, self._told, self._purses
        try:
            if words := act():
                notice = words, "notice"
        except (Refused, LedgerError) as fault:
            notice, follow = (str(fault), "warned"), ""
        try:
            rows, held = self._book.rows(), self._book.purses()
        except (Refused, LedgerError) as fault:
            notice = str(fault), "warned"
        self._purses = held
        self.app.call_from_thread(self._read, rows, notice, follow)

    def _read(self, rows: list[AccountRow], notice: tuple[str, str], follow: str) -> None:
        if not self.is_attached:
            return
        self.post_message(Heard())
        key = self.query_one(DataGrid).cursor_key if self._loaded else self._book.here
        self._rows, self._told = rows, notice
        self._aside, self._loaded = False, True
        self._show()
        names = [row.account for row, _ in tree(self._shown())]
        if (name := follow or key) in names:
            self.query_one(DataGrid).move_to(names.index(name))

    def _say(self, words: str, meaning: str = "notice") -> None:
        self._told = words, meaning
        self._show()
