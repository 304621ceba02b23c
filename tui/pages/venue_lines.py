"""Rule books as lines of text with meanings: the same for the screen and the command line.

Nothing of the screen is imported here, so that a pipe does not pay for it. A figure that nobody
states is marked `?`, one that differs from the other book's `*`: both read without colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

from ledger.account.event_terms import Direction
from ledger.practice.calc.full_position import FullPosition
from ledger.practice.venues.changes import Change, Revision
from ledger.practice.venues.venue_page import Pair, Section, VenuePage
from ledger.practice.venues.venue_words import Entry, far
from ledger.text import clean
from tui.pages.venue_picture import fall_lines, shared_lines

if TYPE_CHECKING:
    from tui.widgets.lines import Line

ASSUMED, DIFFERS = "?", "*"
LEGEND = f"{ASSUMED} assumed: not stated anywhere, the source says why it was chosen"
_LABEL = 22
_ENDLESS = 100_000
"""A width at which nothing wraps."""


def page_lines(page: VenuePage, width: int | None = None) -> list[Line]:
    """A rule book's page; without a width nothing wraps."""
    wide = width or _ENDLESS
    lines: list[Line] = [
        *_wrapped(page.title, wide, 1, "title"),
        [(f" {_dated(page)}", "dim")],
        *_wrapped(page.summary, wide, 1, ""),
        *_wrapped(LEGEND, wide, 1, "dim"),
        [("", "")],
        *_pictured(page, wide),
    ]
    for section in page.sections:
        lines += [[("", "")], *_section(section, wide)]
    return lines


def _dated(page: VenuePage) -> str:
    """Its id with the date of its edition: an older edition's id has it already."""
    if not page.edition or page.id.endswith(page.edition):
        return page.id
    return f"{page.id}, edition {page.edition}"


def _pictured(page: VenuePage, width: int) -> list[Line]:
    if not page.full:
        return _wrapped("No leveraged position can be opened here.", width, 1, "")
    heading = "How far the price can move against a fully leveraged position"
    return [*_wrapped(heading, width, 1, "title"), *fall_lines(page.full, width)]


def _section(section: Section, width: int) -> list[Line]:
    lines: list[Line] = [[(f" {section.title}", "title")]]
    for sentence in section.sentences:
        lines += _wrapped(sentence, width, 3, "")
    for entry in section.entries:
        lines += _entry(entry, width)
    return lines


def _entry(entry: Entry, width: int) -> list[Line]:
    """Label and value, with the value's source below."""
    mark = ASSUMED if entry.assumed else " "
    ink = "warned" if entry.assumed else ""
    label = f" {mark} {clean(entry.label, 40):<{_LABEL - 4}} "
    rows = [piece for row in entry.shown for piece in _pieces(row, width - _LABEL)]
    lines: list[Line] = [[(label, ink), (rows[0], "strong")]]
    lines += [[(" " * len(label), ""), (row, "strong")] for row in rows[1:]]
    if entry.certainty:
        source = f"{entry.key} ({entry.certainty}, {clean(entry.date)}): {clean(entry.source, 500)}"
        if entry.taken:
            source += f" [taken from {entry.taken}]"
        lines += _wrapped(source, width, 5, "warned" if entry.assumed else "dim")
    return lines


def _pieces(text: str, width: int) -> list[str]:
    return wrap(clean(text, 2000), max(width, 10)) or [""]


def _wrapped(text: str, width: int, indent: int, ink: str) -> list[Line]:
    return [[(" " * indent + piece, ink)] for piece in _pieces(text, width - indent - 1)]


def compare_lines(
    left: VenuePage, right: VenuePage, pairs: Sequence[Pair], width: int | None = None
) -> list[Line]:
    """Two books side by side, key by key, with differences marked."""
    differ = sum(pair.differs for pair in pairs)
    columns = _columns(left, right, pairs, width)
    legend = f"{differ} of {len(pairs)} differ ({DIFFERS}); {LEGEND}"
    lines: list[Line] = [
        *_row(" ", "", [left.title], [right.title], columns, "title"),
        *_row(" ", "", [_dated(left)], [_dated(right)], columns, "dim"),
        *_wrapped(legend, width or _ENDLESS, 1, "dim"),
        [("", "")],
        [(" How far a fully leveraged long can fall, on one scale", "title")],
        *shared_lines([(page.id, long_of(page)) for page in (left, right)], width or _ENDLESS),
    ]
    for section, same in groupby(pairs, key=lambda pair: pair.section):
        lines += [[("", "")], [(f" {section}", "title")]]
        for pair in same:
            mark, ink = (DIFFERS, "strong") if pair.differs else (" ", "dim")
            both = _values(pair.left), _values(pair.right)
            lines += _row(mark, pair.label, *both, columns, ink)
    return lines


def _values(entry: Entry | None) -> list[str]:
    """A book's values, with a mark if assumed; a dash if it has none."""
    if entry is None:
        return ["—"]
    *most, last = entry.shown
    return [*most, f"{last} {ASSUMED}" if entry.assumed else last]


def _columns(
    left: VenuePage, right: VenuePage, pairs: Sequence[Pair], width: int | None
) -> tuple[int, int, int]:
    """Widths of label, left and right: as the text needs, or as the terminal allows."""
    label = max((len(pair.label) for pair in pairs), default=0)
    needs = [
        max(len(text) for text in (*_all(pairs, side), page.title))
        for side, page in enumerate((left, right))
    ]
    if width is None:
        return label, needs[0], needs[1]
    label = min(label, width // 3)
    half = (width - label - 8) // 2
    return label, half, half


def _all(pairs: Sequence[Pair], side: int) -> Iterator[str]:
    for pair in pairs:
        yield from _values((pair.left, pair.right)[side])


def _row(
    mark: str,
    label: str,
    left: Sequence[str],
    right: Sequence[str],
    columns: tuple[int, int, int],
    ink: str,
) -> list[Line]:
    texts = [label], left, right
    cells = [
        [piece for text in column for piece in _pieces(text, size)] if any(column) else [""]
        for column, size in zip(texts, columns, strict=True)
    ]
    lines: list[Line] = []
    for number, parts in enumerate(zip_longest(*cells, fillvalue="")):
        first, *rest = (part.ljust(size) for part, size in zip(parts, columns, strict=True))
        sign = mark if not number else " "
        values = ((f"  {text}", ink) for text in rest)
        lines.append([(f" {sign} ", "called"), (first, ink if ink != "strong" else ""), *values])
    return lines


def change_lines(name: str, revisions: Sequence[Revision], width: int | None = None) -> list[Line]:
    """What changed from edition to edition, the last change first."""
    wide = width or _ENDLESS
    if not revisions:
        return _wrapped(f"{name}: the first edition; nothing changed before it.", wide, 1, "")
    lines: list[Line] = []
    for revision in revisions:
        now, was = revision.after.rulebook, revision.before.rulebook
        count = len(revision.changes)
        figures = "figure" if count == 1 else "figures"
        head = f"{now.id}, edition {now.edition}: {count} {figures} changed since {was.id}"
        lines += [*([[("", "")]] if lines else []), *_wrapped(head, wide, 1, "title")]
        for change in revision.changes:
            lines += _change(change, wide)
    return lines


def _change(change: Change, width: int) -> list[Line]:
    """What it was and is, by which source, and why."""
    lines = [[("", "")], *_wrapped(f"{change.section}: {change.label}", width, 1, "strong")]
    for word, rows in (("was", change.was), ("now", change.now)):
        pieces = [piece for row in rows or ("—",) for piece in _pieces(row, width - 9)]
        lines += [
            [(f"   {'' if number else word:<5}", "dim"), (piece, "")]
            for number, piece in enumerate(pieces)
        ]
    source = change.key
    if change.certainty:
        source += f" ({change.certainty}, {clean(change.date)}): {clean(change.source, 500)}"
    lines += _wrapped(source, width, 5, "dim")
    return lines + (_wrapped(clean(change.why, 500), width, 5, "") if change.why else [])


def list_lines(
    pages: Sequence[VenuePage], own: frozenset[str], width: int | None = None
) -> list[Line]:
    """One row for each rule book: leverage, how far a long can fall, assumed figures, title."""
    head = ("rule book", "leverage", "call", "liquidation", "assumed", "")
    rows = [head, *(book_cells(page, own) for page in pages)]
    needs = [max(len(row[column]) for row in rows) for column in range(len(head) - 1)]
    gap = 2 if sum(needs) + 2 * len(needs) <= (width or _ENDLESS) else 1
    sizes = [need + gap for need in needs]
    room = (width or _ENDLESS) - sum(sizes) - 1
    lines: list[Line] = []
    for number, (*cells, title) in enumerate(rows):
        start = "".join(text.ljust(size) for text, size in zip(cells, sizes, strict=True))
        ink = "" if number else "dim"
        if room >= _LABEL or not title:
            first, *rest = _pieces(title, room)
            lines += [[(start, ink), (first, ink)]]
            lines += [[(" " * len(start) + piece, ink)] for piece in rest]
        else:
            lines += [[(start, ink)], *_wrapped(title, width or _ENDLESS, 4, "dim")]
    return lines


def book_cells(page: VenuePage, own: frozenset[str]) -> tuple[str, ...]:
    """Id, leverage, falls, assumed figures and title, for a fully leveraged long."""
    long = long_of(page)
    return (
        page.id,
        f"{long.leverage:f}x" if long else "—",
        far(long.move("call")) if long else "—",
        far(long.move("liquidation")) if long else "—",
        f"{page.assumed} of {len(page.figures)}",
        f"{page.title}{' (yours)' if page.id in own else ''}",
    )


def long_of(page: VenuePage) -> FullPosition | None:
    """The fully leveraged long in the first mode; `None` if none can be opened."""
    return next((position for position in page.full if position.side is Direction.LONG), None)


def text_of(lines: Sequence[Line]) -> list[str]:
    """The lines without their colours."""
    return ["".join(text for text, _ in line).rstrip() for line in lines]
