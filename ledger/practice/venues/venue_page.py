"""A rule book as a page that a person reads, and two of them side by side.

Pure, and generic over the rule book's tables: a new key appears with its own label and unit.
The calculators supply the figures in sentences.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.market.rule_files.figures import Figure, Part, Word
from ledger.market.rule_files.rulebook_file import RulebookPage
from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.practice.calc.full_position import FullPosition, full_positions
from ledger.practice.venues.choice import bites_of
from ledger.practice.venues.venue_words import (
    ASSUMED,
    Entry,
    distinct,
    ladder_examples,
    leverage_words,
    loan_examples,
    loan_words,
    read,
    rung_words,
)

_FEES = "fees"
_TITLES = {
    "": "The account",
    _FEES: "Fees and slippage",
    "interest": "What the loan costs",
    "schedule": "Margin requirements",
    "choice": "What bites here",
}
_ORDER = ("choice", "", "interest", "funding", "schedule", "level", "forced_exit")
"""Tables in the order of the page; others come after them, fees last."""
_DEEP = 2
"""Parts of a table's name that make a section: `level.call`; deeper tables belong to it."""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading, and sentences on what they mean. `place` is the table's key."""

    place: str
    title: str
    sentences: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class VenuePage:
    """A rule book for a person.

    `full` are positions at maximum leverage; `examples` are computed figures for them and for a
    loan, found in no file.
    """

    id: str
    title: str
    edition: str
    summary: str
    full: tuple[FullPosition, ...]
    examples: tuple[Entry, ...]
    sections: tuple[Section, ...]

    @property
    def figures(self) -> tuple[Entry, ...]:
        """The entries with a source."""
        return tuple(e for section in self.sections for e in section.entries if e.certainty)

    @property
    def assumed(self) -> int:
        """The number of assumed figures."""
        return sum(entry.assumed for entry in self.figures)


def venue_page(page: RulebookPage) -> VenuePage:
    """The page of a rule book."""
    book = page.rulebook
    full = full_positions(book)
    kind = "loan" if book.kind is AccountKind.LOAN else "derivatives"
    modes = " and ".join(book.modes)
    return VenuePage(
        id=book.id,
        title=book.title,
        edition=book.edition,
        summary=f"{kind} account in {book.currency}, {modes} margin; {_certainties(page)}",
        full=distinct(full),
        examples=(*ladder_examples(full), *loan_examples(book)),
        sections=tuple(_sections(page, full)),
    )


def _certainties(page: RulebookPage) -> str:
    certainties = [figure.certainty for figure in page.figures]
    counts = [f"{certainties.count(c)} {c}" for c in ("stated", "secondary", ASSUMED)]
    summary = f"{len(certainties)} figures: {', '.join(counts)}"
    if not page.extends:
        return summary
    own = len(certainties) - len(page.taken)
    return f"{summary}; extends {page.extends}, {own} of the figures are its own"


def _sections(page: RulebookPage, full: tuple[FullPosition, ...]) -> Iterator[Section]:
    book = page.rulebook
    entries: list[Figure | Word] = [*page.words, *page.figures]
    for place in sorted(dict.fromkeys(map(_place, entries)), key=_rank):
        here = [entry for entry in entries if _place(entry) == place]
        yield Section(
            place=place,
            title=_title(place, here[0].place),
            sentences=bites_of(page) if place == "choice" else tuple(_sentences(book, full, place)),
            entries=tuple(_entry(entry, page) for entry in here),
        )


def _place(entry: Figure | Word) -> str:
    """The table it belongs to, and no deeper; the book's own fees form one section."""
    if "." not in entry.key and entry.key.endswith(("_fee", "_slippage")):
        return _FEES
    return ".".join(entry.key.split(".")[:-1][:_DEEP])


def _rank(place: str) -> int:
    root = place.partition(".")[0]
    if root == _FEES:
        return len(_ORDER) + 1
    return _ORDER.index(root) if root in _ORDER else len(_ORDER)


def _title(place: str, label: str) -> str:
    first, *rest = label.split(": ")[:_DEEP]
    return ": ".join([_TITLES.get(place.partition(".")[0], first), *rest])


def _sentences(book: Rulebook, full: tuple[FullPosition, ...], place: str) -> Iterator[str]:
    """What a section's figures mean, in sentences."""
    root, _, name = place.partition(".")
    if not root:
        yield from leverage_words(book, full)
    elif root == "interest" and not name:
        yield from loan_words(book)
    elif root == "level":
        yield from rung_words(book, full, name)


def _entry(source: Figure | Word, page: RulebookPage) -> Entry:
    deeper = " ".join(source.place.split(": ")[_DEEP:])
    label = f"{deeper}, {source.label.lower()}" if deeper else source.label
    if isinstance(source, Word):
        shown = source.says or source.value.replace("_", " ")
        return Entry(source.key, label, (shown,), source.meaning)
    return Entry(
        key=source.key,
        label=label,
        shown=tuple(_row(row, page.rulebook.currency) for row in source.rows),
        meaning=source.meaning,
        source=source.source,
        date=source.date,
        certainty=source.certainty,
        taken=page.extends if source.key in page.taken else "",
    )


def _row(row: tuple[Part, ...], currency: str) -> str:
    return ", ".join(_labelled(part.label, read(part, currency)) for part in row)


def _labelled(label: str, value: str) -> str:
    """The label before its value, or around it: `at least {} a share`."""
    return label.replace("{}", value) if "{}" in label else f"{label} {value}".strip()


@dataclass(frozen=True, slots=True)
class Pair:
    """One key in two books; `None` if a book lacks it."""

    key: str
    section: str
    label: str
    left: Entry | None
    right: Entry | None

    @property
    def differs(self) -> bool:
        """Whether the figures differ, whatever their sources."""
        return _shown(self.left) != _shown(self.right)


def _shown(entry: Entry | None) -> tuple[str, ...]:
    return entry.shown if entry else ()


def compare(left: VenuePage, right: VenuePage) -> tuple[Pair, ...]:
    """Two books key by key, in the order of the page."""
    pairs = list(_pairs("Maximum leverage and a loan", left.examples, right.examples))
    sections = {s.place: s.title for page in (left, right) for s in page.sections}
    for place in sorted(sections, key=_rank):
        both = [_entries_of(page, place) for page in (left, right)]
        pairs += _pairs(sections[place], *both)
    return tuple(pairs)


def _entries_of(page: VenuePage, place: str) -> tuple[Entry, ...]:
    return next((s.entries for s in page.sections if s.place == place), ())


def _pairs(section: str, left: tuple[Entry, ...], right: tuple[Entry, ...]) -> Iterator[Pair]:
    lefts, rights = ({entry.key: entry for entry in side} for side in (left, right))
    for key in {**lefts, **rights}:
        known = lefts.get(key) or rights[key]
        yield Pair(key, section, known.label, lefts.get(key), rights.get(key))
