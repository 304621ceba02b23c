"""What changed from one edition of a rule book to the next: figure by figure, with the sources.

The list comes from the two books themselves; only the reasons are written down, in the newer one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.market.rule_files.edition_tables import reason_of
from ledger.market.rule_files.rulebook_file import RulebookPage
from ledger.practice.venues.venue_page import Pair, compare, venue_page
from ledger.practice.venues.venue_words import EXAMPLE, Entry

_CHOICE = "choice."
"""Keys of what helps to choose a book: none of its rules."""


@dataclass(frozen=True, slots=True)
class Change:
    """One key that differs; `was` or `now` is empty if a book does not have it. A word has no
    source, date and certainty."""

    key: str
    section: str
    label: str
    was: tuple[str, ...]
    now: tuple[str, ...]
    source: str
    date: str
    certainty: str
    why: str


@dataclass(frozen=True, slots=True)
class Revision:
    """An edition beside the one that it replaces."""

    before: RulebookPage
    after: RulebookPage
    changes: tuple[Change, ...]


def revisions(
    page: RulebookPage, book_before: Callable[[RulebookPage], RulebookPage | None]
) -> tuple[Revision, ...]:
    """Every change that led to a book, the last one first."""
    found: list[Revision] = []
    seen = {page.rulebook.id}
    while (before := book_before(page)) is not None and before.rulebook.id not in seen:
        seen.add(before.rulebook.id)
        found.append(Revision(before, page, changes_of(before, page)))
        page = before
    return tuple(found)


def changes_of(before: RulebookPage, after: RulebookPage) -> tuple[Change, ...]:
    """The keys whose figures or words differ, in the order of the page."""
    pairs = compare(venue_page(before), venue_page(after))
    return tuple(
        _change(pair, reason_of(pair.key, after.changes))
        for pair in pairs
        if pair.differs and not pair.key.startswith((EXAMPLE, _CHOICE))
    )


def _change(pair: Pair, why: str) -> Change:
    now = pair.right or Entry(pair.key, pair.label, (), "")
    return Change(
        key=pair.key,
        section=pair.section,
        label=pair.label,
        was=pair.left.shown if pair.left else (),
        now=now.shown,
        source=now.source,
        date=now.date,
        certainty=now.certainty,
        why=why,
    )
