"""The lessons: Markdown files with a head in TOML, in the order of their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ledger.practice.library.files import assets, read_text
from ledger.practice.library.guide import chapter
from ledger.practice.scenarios.scenario import Scenario, scenario
from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.toml_file import Line, Table, Whole, check_table, read_toml

_FENCE = "+++\n"
_BREAK = "\n***\n"


class _Head(Table):
    title: Line
    minutes: Annotated[Whole, Field(ge=1, le=15)]
    play: Line
    task: Line
    shows: Line
    drill: Line
    guide: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One lesson. `pages` are Markdown. `play` is the scenario it ends in, `task` what to do there,
    `shows` what its figures show; `drill` is what to practise next, and `chapter` the part of the
    guide that says more."""

    id: str
    number: int
    title: str
    minutes: int
    pages: tuple[str, ...]
    play: Scenario
    task: str
    shows: str
    drill: Scenario
    chapter: str


@cache
def lessons() -> tuple[Lesson, ...]:
    """All of them. Raises `Refused` when one cannot be read."""
    files = sorted((assets() / "course").glob("*.md"))
    return tuple(_read(file, number) for number, file in enumerate(files, start=1))


def lesson(name: str) -> Lesson:
    """The lesson of an id or a number. Raises `Refused`."""
    known = lessons()
    for each in known:
        if name in (each.id, str(each.number)):
            return each
    raise Refused(
        f"no lesson is called {clean(name, 40)}; {nearest(name, [each.id for each in known])}"
    )


def _read(file: Path, number: int) -> Lesson:
    text = read_text(file, file.name)
    _, head, body = text.split(_FENCE, 2)
    table = check_table(_Head, read_toml(head, file.name), head, file.name)
    return Lesson(
        id=file.stem.partition("-")[2],
        number=number,
        title=table.title,
        minutes=table.minutes,
        pages=tuple(page.strip() + "\n" for page in body.split(_BREAK)),
        play=scenario(table.play),
        task=table.task,
        shows=table.shows,
        drill=scenario(table.drill),
        chapter=chapter(table.guide).id,
    )


def after(known: Mapping[str, bool]) -> Lesson | None:
    """The first lesson that is not done; `None` if all are."""
    return next((each for each in lessons() if not known.get(each.id)), None)
