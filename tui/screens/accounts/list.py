"""The accounts of the ledger: go on with one, or manage them; the same as `tightrope accounts`.

Letters are commands, except in the filter that `/` opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from ledger.books.file.errors import LedgerError
from ledger.money import plain, trim
from ledger.practice.accounts.known import Known, known
from ledger.practice.accounts.overview import AccountRow
from ledger.refused import Refused
from tui.runtime.account_book import AccountBook
from tui.runtime.opener import Own
from tui.screens.accounts.beyond import chooser, journal_of, reset_card
from tui.screens.accounts.foot import pair_of
from tui.screens.accounts.shown import ShownAccounts
from tui.text import format as fmt
from tui.type_ahead import Heard
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Lines

_FILTER, _NAME, _PURSE = "filter", "new name", "purse"


class AccountsScreen(ShownAccounts):
    """Dismissed with the account to go on with, or a new one to begin; with `None` if the desk
    stays as it was."""

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
        Binding("N,shift+n", "new", "New account", show=False),
    ]

    def __init__(
        self,
        book: AccountBook,
        side_by_side: Callable[[tuple[str, str]], Screen[None]],
        *,
        ascii_only: bool = False,
    ) -> None:
        """`side_by_side` is the page that compares two accounts."""
        super().__init__(book, ascii_only=ascii_only)
        self._side_by_side = side_by_side
        self._stuck: Exception | None = None
        """Why the account on the desk cannot be opened again."""

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
        card = reset_card(row, ascii_only=self.ascii_only)
        self.app.push_screen(card, lambda answer: self._reset(row) if answer else None)

    def _reset(self, row: AccountRow) -> None:
        self._work(lambda: self._book.reset(row.account))

    def action_journal(self) -> None:
        """Show the trades of the selected account, an archived one's too."""
        row = self._selected()
        if row is not None:
            self.app.push_screen(journal_of(self._book, row, ascii_only=self.ascii_only))

    def action_new(self) -> None:
        """Start a new account; leaving the form comes back here."""
        self._aside = True
        self.run_worker(self._know, thread=True)

    def _know(self) -> None:
        found = known(self._book.ledger)
        self.app.call_from_thread(self._choose_tapes, found)

    def _choose_tapes(self, found: Known) -> None:
        if self.is_attached:
            self._aside = False
            self.app.push_screen(chooser(found, ascii_only=self.ascii_only), self._made)
            self.post_message(Heard())

    def _made(self, own: Own | None) -> None:
        if own is not None:
            self.dismiss(own)

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
