"""The accounts of a ledger while the desk is open: what they are, and what is done with one.

A ledger has one writer: before anything is done the session on the desk lets go of it, and whoever
leaves the list takes its account up again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger.practice.accounts import manage
from ledger.practice.accounts.overview import AccountRow, accounts
from ledger.practice.accounts.purse import PurseRow, purses, set_purse
from tui.runtime.opened import Opened
from tui.runtime.opener import Door
from tui.text import format as fmt


class AccountBook:
    """Each act gives the sentence that tells of it, and raises `Refused` or a `LedgerError`.

    `here` is what the account on the desk is called by now; `None` where none is open.
    """

    def __init__(self, ledger: Path, here: str | None, let_go: Callable[[], None]) -> None:
        self.ledger = ledger
        self._release = let_go
        self.here = here
        self.has_let_go = False
        """Whether the session that was on the desk is closed."""

    def let_go(self) -> None:
        """Close the session that was on the desk: another is about to write."""
        self.has_let_go = True
        self._release()

    def rows(self) -> list[AccountRow]:
        """All accounts: the open ones first, and of those the one played last."""
        rows = sorted(accounts(self.ledger), key=lambda row: row.last_played or "", reverse=True)
        return sorted(rows, key=lambda row: row.is_archived)

    def purses(self) -> list[PurseRow]:
        """What there is for practice outside the accounts."""
        return purses(self.ledger)

    def set_purse(self, amount: str, currency: str) -> str:
        """What a purse holds from here on."""
        self.let_go()
        row = set_purse(self.ledger, amount, currency)
        return f"The purse holds {fmt.money(row.left, currency)} {currency}."

    def rename(self, name: str, new: str) -> str:
        """Another name."""
        self.let_go()
        manage.rename(self.ledger, name, new)
        if name == self.here:
            self.here = new
        return f"{name} is now called {new}."

    def archive(self, name: str) -> str:
        """Out of sight."""
        self.let_go()
        manage.archive(self.ledger, name)
        return f"{name} is archived: h shows it, a brings it back."

    def restore(self, name: str) -> str:
        """In sight again."""
        self.let_go()
        manage.restore(self.ledger, name)
        return f"{name} is out of the archive."

    def reset(self, name: str) -> str:
        """Archived, and begun again under the same name."""
        self.let_go()
        old = manage.reset(self.ledger, name)
        return f"{name} begins again. The old one is archived as {old}."

    def open(self, name: str) -> Opened:
        """Take up an account; the desk opens it next time too."""
        self.let_go()
        return Door(self.ledger).go_on(name)
