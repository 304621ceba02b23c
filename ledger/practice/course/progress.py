"""How far somebody has come: what was done, by the ledger, and which page was read last."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from ledger.practice.course.lessons import Lesson, lessons
from ledger.practice.scenarios.debrief import attempts
from ledger.refused import Refused

_LARGEST = 10_000
"""Bytes of a file that is read."""


def places_file() -> Path:
    """Where the page read last in each lesson is kept. It is not created here."""
    from platformdirs import user_config_path  # not before it is needed

    return user_config_path("tightrope", appauthor=False) / "course.toml"


def done_in(ledger: Path | None) -> dict[str, bool]:
    """Of each lesson whether its task was done in a ledger: an attempt that met the whole goal."""
    graded = {} if ledger is None else attempts(ledger)
    return {
        each.id: any(
            tried.grade is not None and all(goal.met for goal in tried.grade.verdicts)
            for tried in graded.get(each.play.id, ())
        )
        for each in lessons()
    }


def places(file: Path) -> dict[str, int]:
    """The page read last in each lesson, from 0; nothing where the file cannot be read: then every
    lesson begins at its first page."""
    try:
        with file.open("rb") as opened:
            found = tomllib.loads(opened.read(_LARGEST).decode("utf-8")).get("pages", {})
    except (OSError, ValueError):
        return {}
    return {
        each.id: min(max(found[each.id], 0), len(each.pages))
        for each in lessons()
        if isinstance(found, dict) and type(found.get(each.id)) is int
    }


def keep_place(file: Path, lesson: Lesson, page: int) -> None:
    """Remember the page. Raises `Refused` if the file cannot be written."""
    known: Mapping[str, int] = {**places(file), lesson.id: page}
    rows = [f"{json.dumps(name)} = {at}\n" for name, at in known.items()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(["[pages]\n", *rows]), "utf-8")
    except OSError as fault:
        raise Refused(f"the page is not kept, {file}: {fault.strerror or fault}") from fault
