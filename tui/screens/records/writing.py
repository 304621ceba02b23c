"""Notes and tags from the journal's pages: asked for on a card, then written into the account."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from textual.screen import Screen

from ledger.account.commands import AddNote
from ledger.practice.journal.write_notes import note_on, revision, tagging
from ledger.practice.review.entry import Entry
from ledger.refused import Refused
from ledger.reports.trades.notes import Note
from tui.runtime.journal_book import JournalBook
from tui.screens.records.note_card import NoteCard, Written

_ELSEWHERE = "This trade was made elsewhere: its notes come with its file."


class Tells(Protocol):
    """What is told how it went: the words and their meaning, `warned` if nothing was written."""

    def __call__(self, words: str, meaning: str = "notice") -> None: ...


class Writing:
    """What a page lets a person write about a trade."""

    def __init__(
        self,
        page: Screen[Any],
        book: JournalBook,
        known: Callable[[], Iterable[str]],
        tell: Tells,
    ) -> None:
        """`known` gives the tags in use."""
        self._page, self._book, self._known, self._tell = page, book, known, tell

    def note(self, entry: Entry) -> None:
        """Ask for a note on a trade."""
        self._ask(
            entry,
            f"Note on trade {entry.number}",
            "",
            (),
            lambda written: [note_on(entry.trade, written.text or "", written.tags)],
            "note written",
        )

    def revise(self, entry: Entry, note: Note) -> None:
        """Ask for a new text of a note; what it said before stays on record."""
        self._ask(
            entry,
            f"Revise note #{note.seq}",
            note.text,
            note.tags,
            lambda written: [revision(entry.trade, note.seq, written.text or "", written.tags)],
            "note revised; what it said before is kept",
        )

    def tag(self, entry: Entry) -> None:
        """Ask for the tags of a trade: those that are new are given, those missing taken off."""

        def commands(written: Written) -> list[AddNote]:
            off = [tag for tag in entry.trade.tags if tag not in written.tags]
            new = [tag for tag in written.tags if tag not in entry.trade.tags]
            made = [tagging(entry.trade, new)] if new else []
            return [*made, *([tagging(entry.trade, off, off=True)] if off else [])]

        title = f"Tags of trade {entry.number}"
        self._ask(entry, title, None, entry.trade.tags, commands, "tags written")

    def _ask(
        self,
        entry: Entry,
        title: str,
        text: str | None,
        tags: tuple[str, ...],
        commands: Callable[[Written], list[AddNote]],
        done: str,
    ) -> None:
        if entry.elsewhere:
            self._tell(_ELSEWHERE, "warned")
            return

        def answered(written: Written | None) -> None:
            if written is None:
                return
            try:
                made = commands(written)
            except Refused as fault:
                self._tell(str(fault).removeprefix("TEXT: "), "warned")
                return
            self._write(made, done)

        plain = bool(getattr(self._page.app, "ascii_only", False))
        card = NoteCard(title, text, tags, self._known(), ascii_only=plain)
        self._page.app.push_screen(card, answered)

    def _write(self, commands: list[AddNote], done: str) -> None:
        """One after the other, each once the one before is on disk."""
        if not commands:
            self._tell(done)
            return
        first, *rest = commands

        def then(wrong: str) -> None:
            if wrong:
                self._tell(wrong, "warned")
            else:
                self._write(rest, done)

        if self._book.pen is not None:
            self._book.pen(first, then)
        else:
            self._page.run_worker(
                lambda: self._page.app.call_from_thread(then, self._book.write(first)), thread=True
            )
