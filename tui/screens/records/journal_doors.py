"""From the journal to the pages beside it: margin calls and tax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from tui.runtime.journal_book import JournalBook


def open_calls(screen: Screen[Any], book: JournalBook, then: Callable[[int], object]) -> None:
    """Show the margin calls; `then` is told the trade that was chosen there."""
    from tui.screens.records.calls import CallsScreen  # it reads every event

    def left(number: int | None) -> None:
        if number is not None:
            then(number)

    plain = screen.has_class("ascii")
    screen.app.push_screen(CallsScreen(book, ascii_only=plain), left)


def open_tax(screen: Screen[Any], book: JournalBook) -> None:
    """Show the account as a tax return would have it."""
    from tui.screens.records.tax import TaxScreen  # it reads every event

    screen.app.push_screen(TaxScreen(book, ascii_only=screen.has_class("ascii")))
