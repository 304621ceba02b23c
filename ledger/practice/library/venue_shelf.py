"""The rule books a person can practise by, shipped or their own, each in its editions.

A rule book changes as its venue does. `ID.toml` is the newest edition; the older ones stand in the
folder `editions` beside it as `ID@DATE.toml` and stay playable under that name. A book without a
newest edition was withdrawn: its id means its last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ledger.market.rule_files.rulebook_file import RulebookPage, parse_rulebook
from ledger.practice.library.files import assets, data_folder, is_path, read_text, within
from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.times import Time

AT = "@"
_FOLDER = "editions"
_DEEPEST = 8
"""The longest chain of rule books that extend one another."""


@dataclass(frozen=True, slots=True)
class VenueShelf:
    """The rule books known by name; `own` are the user's, in `venues_folder`.

    `faults` has a line for each fault in a file of the user's that could not be read.
    """

    pages: tuple[RulebookPage, ...]
    own: frozenset[str]
    faults: tuple[str, ...]


def venues_folder() -> Path:
    """Where the user's own rule books are found by name. It is not created here."""
    return data_folder() / "venues"


def venue_ids() -> tuple[str, ...]:
    """The names of the shipped rule books and of the user's own, in their newest editions.

    Raises `Refused`."""
    return tuple(sorted({*_shipped_venues(), *_own_venues()}))


def readable_venue_ids() -> tuple[str, ...]:
    """The same; the shipped ones alone if the user's folder cannot be read."""
    try:
        return venue_ids()
    except Refused:
        return tuple(sorted(_shipped_venues()))


def venue_shelf() -> VenueShelf:
    """Every named rule book, read; a fault in one of the user's own does not hide the others."""
    shipped = _shipped_venues()
    pages = [load_venue(name) for name in shipped]
    own: set[str] = set()
    faults: list[str] = []
    try:
        own_files = _own_venues()
    except Refused as refused:
        own_files, faults = {}, [*refused.faults]
    for name, path in own_files.items():
        if name in shipped:
            faults.append(f"{clean(path.name)}: a shipped rule book already has this name")
            continue
        try:
            pages.append(_named(path))
            own.add(name)
        except Refused as refused:
            faults += refused.faults
    pages.sort(key=lambda page: page.rulebook.id)
    return VenueShelf(tuple(pages), frozenset(own), tuple(faults))


def load_venue(source: str, base: Path | None = None) -> RulebookPage:
    """The rule book of an id, or of a path relative to `base`. Raises `Refused`."""
    return _venue(source, base, ())


def _venue(source: str, base: Path | None, behind: tuple[Path, ...]) -> RulebookPage:
    """The same, for a rule book that others extend."""
    if is_path(source, ".toml"):
        path = within(base, source)
        return _parsed(path, read_text(path, source), clean(source, 80), behind)
    return _named(_venue_file(source), behind)


def _parsed(path: Path, text: str, name: str, behind: tuple[Path, ...]) -> RulebookPage:
    """A rule book on top of the one it extends, which is searched for in its folder."""
    here = (*behind, path.resolve())

    def find(source: str) -> RulebookPage:
        if here[-1] in behind or len(here) > _DEEPEST:
            raise Refused(f"{name}: extends: is circular, or longer than {_DEEPEST} books")
        return _venue(source, path.parent, here)

    return parse_rulebook(text, name, find, path.stem.partition(AT)[0])


def venue_text(source: str) -> str:
    """The text of a rule book's file, by id or path. Raises `Refused`."""
    path = within(None, source) if is_path(source, ".toml") else _venue_file(source)
    return read_text(path, source)


def _venue_file(source: str) -> Path:
    """Where the rule book of a name is. Raises `Refused`."""
    shipped = assets() / "venues"
    found = file_of(source, shipped) or file_of(source, venues_folder())
    if found is not None:
        return found
    id_, _, wanted = source.partition(AT)
    known = {**_own_venues(), **_shipped_venues()}
    if wanted and (dates := edition_dates(id_)):
        if wanted == dates[-1] and id_ in known:
            return known[id_]
        raise no_edition(id_, wanted, dates)
    raise Refused(
        f'venue: no rule book is called "{clean(source, 40)}"; '
        f"{nearest(source, sorted(known))}, or the path of a .toml file"
    )


def edition_dates(id_: str) -> tuple[str, ...]:
    """The dates of a named book's editions, oldest first; empty for an unknown or undated book.

    Raises `Refused`."""
    for folder in (assets() / "venues", venues_folder()):
        older = [name.partition(AT)[2] for name in editions_of(id_, folder)]
        newest = [load_venue(id_).rulebook.edition] if id_ in books_in(folder) else []
        if older or newest:
            return tuple(date for date in (*older, *newest) if date)
    return ()


def book_before(page: RulebookPage) -> RulebookPage | None:
    """The book that an edition replaces: the one it names, else the edition before; `None` for a
    first edition. Raises `Refused`."""
    if page.follows:
        return load_venue(page.follows)
    id_ = page.rulebook.id.partition(AT)[0]
    dates = edition_dates(id_)
    place = dates.index(page.rulebook.edition) if page.rulebook.edition in dates else 0
    return load_venue(name_of(id_, dates[place - 1])) if place else None


def _named(path: Path, behind: tuple[Path, ...] = ()) -> RulebookPage:
    """A rule book of the name of its file; an older edition's is its id and its date."""
    file = clean(path.name, 80)
    page = _parsed(path, read_text(path, file), file, behind)
    book = page.rulebook
    if AT in path.stem:
        stated = name_of(book.id, book.edition)
        if stated != path.stem:
            wrong = f'id and edition: "{clean(stated, 60)}" is not the name of their file'
            raise Refused(f'{file}: {wrong}; allowed: "{clean(path.stem, 60)}"')
        return replace(page, rulebook=replace(book, id=path.stem))
    if book.id != path.stem:
        wrong = f'id: "{book.id}" is not the name of its file'
        raise Refused(f'{file}: {wrong}; allowed: "{clean(path.stem, 40)}"')
    return page


def _shipped_venues() -> dict[str, Path]:
    return books_in(assets() / "venues")


def _own_venues() -> dict[str, Path]:
    return books_in(venues_folder())


def name_of(id_: str, edition: str) -> str:
    """The name of an older edition: its book's id, and its date behind an `@`."""
    return f"{id_}{AT}{edition}"


def books_in(folder: Path) -> dict[str, Path]:
    """The newest editions in a folder of rule books, by id; empty if the folder does not exist.

    Raises `Refused`."""
    try:
        return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix == ".toml"}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refused(f"{folder}: the folder cannot be read: {error.strerror}") from None


def editions_of(id_: str, folder: Path) -> list[str]:
    """The names of a book's older editions in a folder of rule books, oldest first."""
    return [name for name in books_in(folder / _FOLDER) if name.startswith(id_ + AT)]


def file_of(name: str, folder: Path) -> Path | None:
    """The file in a folder of rule books that a name means: an id, or one with an older date.

    `None` if it has none. Raises `Refused`."""
    newest = books_in(folder)
    if name in newest:
        return newest[name]
    older = books_in(folder / _FOLDER)
    if AT in name:
        return older.get(name)
    dated = editions_of(name, folder)
    return older[dated[-1]] if dated else None


def no_edition(id_: str, wanted: str, dates: Sequence[str]) -> Refused:
    """The refusal of an edition that a known book does not have."""
    allowed = ", ".join(name_of(id_, date) for date in dates)
    return Refused(
        f'venue: {clean(id_, 40)} has no edition "{clean(wanted, 20)}"; allowed: {allowed}'
    )


def whose_rules(edition: str, dates: Sequence[str], start: Time, *, hidden: bool = False) -> str:
    """Whose rules a run is judged by: those of its own time, today's, or an older edition's.

    `dates` are those of all editions of the book, oldest first; `start` is when the run begins. The
    book of its time is the last one dated by then. A `hidden` start is not told.
    """
    began = datetime.fromtimestamp(start, UTC)
    by_then = [date for date in dates if date <= began.strftime("%Y-%m-%d")]
    if by_then and by_then[-1] == edition and not hidden:
        return "the rules of that time"
    whose = "today's rules" if edition == dates[-1] else "rules of an older edition"
    return whose if hidden else f"{whose}, not those of {began.year}"
