"""Notes of the journal with their revisions, and the tags of a trade."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ledger.account.events import kinds as e
from ledger.times import Time


class Written(StrEnum):
    """When a note was written, as seen from its trade."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text that a note had, with its tags; `seq` is the number of its event."""

    seq: int
    at: Time
    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note with its latest text and tags; `past` are the texts that it had before, oldest first.

    `seq` and `at` are those of its first text, whose number is the note's for good. A note without
    a text gives tags to the trade, or takes its `untags` off.
    """

    seq: int
    at: Time
    text: str
    tags: tuple[str, ...]
    written: Written
    untags: tuple[str, ...] = ()
    past: tuple[Revision, ...] = ()
    revised: tuple[int, Time] | None = None
    """The number and the time of the latest revision."""


@dataclass(slots=True)
class Notebook:
    """Where each note stands, so that a revision finds it; and notes that wait for a trade."""

    early: dict[str, list[Note]] = field(default_factory=dict)
    _where: dict[int, list[list[Note]]] = field(default_factory=dict)
    """The pages that have a note, by the numbers of the note and of its revisions."""

    def write(self, page: list[Note], seq: int, event: e.NoteAdded, written: Written) -> None:
        """Write a note on the page of a trade."""
        note = Note(
            seq=seq,
            at=event.at,
            text=event.text,
            tags=event.tags,
            written=written,
            untags=event.untags,
        )
        page.append(note)
        self._where.setdefault(seq, []).append(page)

    def wait(self, symbol: str, seq: int, event: e.NoteAdded) -> None:
        """Write a note that waits for the next trade in a symbol."""
        self.write(self.early.setdefault(symbol, []), seq, event, Written.BEFORE)

    def begun(self, symbol: str) -> list[Note]:
        """The page of a trade that begins, with the notes that waited for it."""
        return self.early.pop(symbol, [])

    def revise(self, seq: int, event: e.NoteAdded) -> bool:
        """Put a revision in place of its note's text; false if there is no such note."""
        pages = self._where.get(event.revises or 0, [])
        for page in pages:
            for place, note in enumerate(page):
                if event.revises in _numbers(note):
                    page[place] = _revised(note, seq, event)
        self._where[seq] = pages
        return bool(pages)


def _numbers(note: Note) -> set[int]:
    latest = () if note.revised is None else (note.revised[0],)
    return {note.seq, *(text.seq for text in note.past), *latest}


def _revised(note: Note, seq: int, event: e.NoteAdded) -> Note:
    had, when = note.revised or (note.seq, note.at)
    was = Revision(seq=had, at=when, text=note.text, tags=note.tags)
    return replace(
        note,
        text=event.text,
        tags=event.tags,
        past=(*note.past, was),
        revised=(seq, event.at),
    )


def tags_of(planned: Iterable[tuple[str, ...]], notes: Iterable[Note]) -> tuple[str, ...]:
    """The tags of a trade: those of its plans and notes, in the order of giving, less those taken
    off since."""
    given: dict[str, int] = {}
    for tags in planned:
        given |= dict.fromkeys(tags, 0)
    off: dict[str, int] = {}
    for note in notes:
        since = note.seq if note.revised is None else note.revised[0]
        for tag in note.tags:
            given[tag] = max(since, given.get(tag, 0))
        off |= dict.fromkeys(note.untags, since)
    return tuple(tag for tag, since in given.items() if since >= off.get(tag, -1))
