"""The built-in guide: chapters in Markdown, in the order of their numbers.

What the program knows itself (the keys of a rule book, a folder of this machine) is filled in when
a chapter is opened, so that the text cannot go stale.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.practice.library.files import assets, read_text
from ledger.refused import Refused, nearest
from ledger.text import clean


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file of the guide. `id` is its name in commands, `title` its first heading."""

    id: str
    title: str
    file: Path


def chapters() -> tuple[Chapter, ...]:
    """Every chapter. Raises `Refused` when one cannot be read."""
    files = sorted((assets() / "guide").glob("*.md"), key=_number)
    return tuple(_chapter(file) for file in files)


def chapter(name: str) -> Chapter:
    """The chapter of an id or a number. Raises `Refused`."""
    known = chapters()
    for number, each in enumerate(known, start=1):
        if name in (each.id, str(number)):
            return each
    raise Refused(
        f'guide: no chapter is called "{clean(name, 40)}"; '
        f"{nearest(name, [each.id for each in known])}"
    )


def text_of(chosen: Chapter) -> str:
    """Its Markdown, with the placeholders filled in."""
    text = read_text(chosen.file, chosen.file.name)
    for placeholder, content in _PLACEHOLDERS.items():
        if placeholder in text:
            text = text.replace(placeholder, content())
    return text


def _number(file: Path) -> int:
    return int(file.stem.partition("-")[0])


def _chapter(file: Path) -> Chapter:
    title = read_text(file, file.name).partition("\n")[0].removeprefix("#").strip()
    return Chapter(file.stem.partition("-")[2], title, file)


def _keys() -> str:
    from ledger.market.rule_files.keys import keys_markdown  # only this chapter needs the tables

    return keys_markdown()


def _folder() -> str:
    from ledger.practice.library.venue_shelf import venues_folder

    return str(venues_folder())


_PLACEHOLDERS: dict[str, Callable[[], str]] = {
    "{keys of a rule book}": _keys,
    "{venues folder}": _folder,
}
