"""What the list of accounts opens: the question before a reset, a journal, a new account.

Pages are imported when they are asked for: they take a while to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.card import AskCard
from tui.text import format as fmt

if TYPE_CHECKING:
    from ledger.practice.accounts.known import Known
    from ledger.practice.accounts.overview import AccountRow
    from tui.runtime.account_book import AccountBook
    from tui.screens.first.tape_chooser import TapeChooser
    from tui.screens.records.journal import JournalScreen
    from tui.widgets.lines import Line


def reset_card(row: AccountRow, *, ascii_only: bool) -> AskCard:
    """Asks whether to begin an account again."""
    name = fmt.plain(row.account, 44)
    lines: list[Line] = [
        [(f" {name} is archived as it is, and the same account starts again:", "")],
        [(" the same tapes, rules, start and opening deposit.", "")],
    ]
    if row.funded:
        words = " The purse pays the deposit again; the money in the old account stays there."
        lines.append([(words, "")])
    lines.append([(" Nothing is deleted.", "dim")])
    return AskCard(f"Reset {name}?", lines, "resets", ascii_only=ascii_only)


def journal_of(book: AccountBook, row: AccountRow, *, ascii_only: bool) -> JournalScreen:
    """The trades of an account, an archived one's too."""
    from tui.screens.records.ways import journal_of_file

    return journal_of_file(book.ledger, row.account, let_go=book.let_go, ascii_only=ascii_only)


def chooser(found: Known, *, ascii_only: bool) -> TapeChooser:
    """The first page of a new account; `found` is what it has to fit in with."""
    from tui.screens.first.tape_chooser import TapeChooser

    return TapeChooser(found, ascii_only=ascii_only)
