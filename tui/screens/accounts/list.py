"""The accounts of the ledger: go on with one, or manage them; the same as `tightrope accounts`.

Letters are commands, except in the filter that `/` opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from ledger.books.file.errors import LedgerError
from ledger.money import plain, trim
from ledger.practice.accounts.overview import AccountRow
from ledger.practice.accounts.purse import PurseRow
from ledger.refused import Refused
from tui.pages.account_rows import about, columns, row_of, tree
from tui.runtime.account_book import AccountBook
from tui.runtime.opened import Opened
from tui.screens.accounts.foot import ASKED, head, keys, pair_of, sought_in, why_empty
from tui.screens.card import AskCard
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.type_ahead import Heard
from tui.widgets.asked import Asked
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import KeyBar
from tui.widgets.lines import Line, Lines

_FILTER, _NAME, _PURSE = "filter", "new name", "purse"


class AccountsScreen(PageScreen[Opened | None]):
    """Dismissed with the account to go on with; with `None` if the desk stays as it was."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q,A,shift+a", "leave", "Leave", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("r", "rename", "Rename", show=False),
        Binding("a", "archive", "Archive", show=False),
        Binding("h", "hidden", "Archived ones", show=False),
        Binding("X,shift+x", "reset", "Reset", show=False),
        Binding("p", "purse", "Purse", show=False),
        Binding("space", "mark", "Mark", show=False),
        Binding("c", "compare", "Compare", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("J,shift+j", "journal", "Journal", show=False),
    ]

    def __init__(
        self,
        book: AccountBook,
        side_by_side: Callable[[tuple[str, str]], Screen[None]],
        *,
        ascii_only: bool = False,
    ) -> None:
        """`side_by_side` is the page that compares two accounts."""
        super().__init__(ascii_only=ascii_only)
        self._book, self._side_by_side = book, side_by_side
        self._told = ("", "notice")
        self._stuck: Exception | None = None
        """Why the account on the desk cannot be opened again."""
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

    @on(DataGrid.RowSelected)
    def selected(self) -> None:
        """Go on with it, on Enter or a second click."""
        self.action_go_on()

    def action_go_on(self) -> None:
        """Go on with the selected account; if it is the one on the desk, by going back to it."""
        row = self._selected()
        if row is None:
            return
        if row.is_archived:
            self._say(f"{row.account} is archived: a brings it back.", "warned")
            return
        if row.account == self._book.here:
            self.action_leave()
        else:
            self._open(row.account)

    def action_rename(self) -> None:
        """Ask for a new name."""
        row = self._selected()
        if row is not None:
            self._ask(_NAME, f"New name of {fmt.plain(row.account, 24)}:", row.account)

    def action_archive(self) -> None:
        """Archive the account, or restore it."""
        row = self._selected()
        if row is None:
            return
        act = self._book.restore if row.is_archived else self._book.archive
        self._work(lambda: act(row.account))

    def action_reset(self) -> None:
        """Begin it again, after a confirmation."""
        row = self._selected()
        if row is None:
            return
        name = fmt.plain(row.account, 44)
        lines: list[Line] = [
            [(f" {name} is archived as it is, and the same account starts again:", "")],
            [(" the same tapes, rules, start and opening deposit.", "")],
        ]
        if row.funded:
            words = " The purse pays the deposit again; the money in the old account stays there."
            lines.append([(words, "")])
        lines.append([(" Nothing is deleted.", "dim")])
        card = AskCard(f"Reset {name}?", lines, "resets", ascii_only=self.ascii_only)
        self.app.push_screen(card, lambda answer: self._reset(row) if answer else None)

    def _reset(self, row: AccountRow) -> None:
        self._work(lambda: self._book.reset(row.account))

    def action_journal(self) -> None:
        """Show the trades of the selected account, an archived one's too."""
        from tui.screens.records.ways import journal_of_file

        row = self._selected()
        if row is not None:
            book, only = self._book, self.ascii_only
            page = journal_of_file(book.ledger, row.account, let_go=book.let_go, ascii_only=only)
            self.app.push_screen(page)

    def action_purse(self) -> None:
        """Ask what the purse of the account's currency holds from here on."""
        row = self._selected()
        if row is not None and row.currency:
            held = next((p.left for p in self._purses if p.currency == row.currency), None)
            value = "" if held is None else plain(trim(held))
            self._ask(_PURSE, f"The purse of {row.currency} holds:", value)

    def action_mark(self) -> None:
        """Mark the account for a comparison, or no more; of three the first is let go."""
        row = self._selected()
        if row is not None:
            others = tuple(name for name in self._marked if name != row.account)
            self._marked = others if row.account in self._marked else (*others, row.account)[-2:]
            self._show()

    def action_compare(self) -> None:
        """Two accounts side by side, where each left the other."""
        pair = pair_of(self._marked, self._selected())
        if pair is None:
            self._say("Mark two accounts with space, then c compares them.", "warned")
        else:
            self.app.push_screen(self._side_by_side(pair))

    def action_hidden(self) -> None:
        """Show or hide archived accounts."""
        self._archived_too = not self._archived_too
        self._show()

    def action_copy(self) -> None:
        """Copy everything about the selected account as text."""
        text = self.query_one("#account-about", Lines).text
        if text.strip():
            self.app.copy_to_clipboard(text)
            self._say("copied")

    def action_back(self) -> None:
        """Leave the question, then the filter, then the list."""
        if self._asked.what:
            self._answered()
        elif self._sought:
            self._sought = ""
            self._show()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Go back to the account on the desk, opened again where it was left."""
        if self._stuck is not None:
            self.app.exit(self._stuck)
        elif self._book.here is None or not self._book.has_let_go:
            self.dismiss(None)
        else:
            self._open(self._book.here)

    def _open(self, name: str) -> None:
        """Open it in a thread, with the list still there to show what went wrong."""
        self._aside = True
        self._say("opening …")
        self.run_worker(lambda: self._opened(name), thread=True)

    def _opened(self, name: str) -> None:
        try:
            opened = self._book.open(name)
        except (Refused, LedgerError) as fault:
            self._stuck = fault if name == self._book.here else None
            self.app.call_from_thread(self._read, self._rows, (str(fault), "warned"), name)
            return
        self.app.call_from_thread(self.dismiss, opened)

    # a line of text

    def action_filter(self) -> None:
        """Type into the filter until Enter."""
        self._ask(_FILTER, "Filter:", self._sought)

    def _ask(self, what: str, words: str, value: str) -> None:
        self._asked.ask(what, words, value)
        self._show_keys()

    def _answered(self) -> None:
        self._asked.close()
        self.set_focus(self.query_one(DataGrid))
        self._show_keys()

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Filter the list with each letter."""
        if self._asked.what == _FILTER:
            self._sought = event.value
            self._show()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, or use the name."""
        event.stop()
        question, new, row = self._asked.what, event.value.strip(), self._selected()
        self._answered()
        if question == _NAME and row is not None and new != row.account:
            self._work(lambda: self._book.rename(row.account, new), follow=new)
        elif question == _PURSE and row is not None and row.currency:
            currency = row.currency
            self._work(lambda: self._book.set_purse(new.replace(",", ""), currency))

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
