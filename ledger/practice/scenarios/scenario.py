"""Scenarios: rehearsals that a person plays, with a briefing, a goal, a debrief and a grade."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.practice.library.catalog import tape_info
from ledger.practice.library.files import assets
from ledger.practice.library.venue_shelf import AT, edition_dates, whose_rules
from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.times import DAY, HOUR, Time

if TYPE_CHECKING:
    from ledger.market.rules.rulebook import Rulebook
    from ledger.practice.rehearsals.rehearsal import Rehearsal
    from ledger.practice.rehearsals.tables import ScenarioTable

FOLDER = "scenarios/"
"""Prefix of a scenario's name in the place that says what an account was begun with."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of the library as the list shows it; its tapes are loaded when it is played.

    `bar` is the length of a bar in seconds, `seconds` that of the whole, from `start` on.
    """

    id: str
    title: str
    kind: str
    goal: str
    briefing: str
    debrief: str
    file: Path
    start: Time
    seconds: int
    bar: int
    picture: str
    """Its prices in fourteen blocks, drawn in advance: a list loads no tapes."""
    venue: str
    """The rule book it is judged by, as its file names it."""

    @property
    def length(self) -> str:
        """`3 days`, or `36 hours` if rounding to days would be too coarse."""
        if self.seconds % DAY and self.seconds < 3 * DAY:
            return f"{round(self.seconds / HOUR)} hours"
        days = round(self.seconds / DAY)
        return f"{days} day" if days == 1 else f"{days} days"


def scenarios() -> list[Scenario]:
    """The library: history first, in its order, then the drills."""
    return [_read(file) for file in sorted((assets() / "scenarios").glob("*.toml"))]


def scenario(name: str) -> Scenario:
    """The scenario of this name. Raises `Refused`."""
    known = {each.id: each for each in scenarios()}
    if name not in known:
        problem = f'no scenario is called "{clean(name, 40)}"'
        raise Refused(f"scenario: {problem}; {nearest(name, list(known))}")
    return known[name]


def of_rehearsal(file: Path, table: "ScenarioTable", rehearsal: "Rehearsal") -> Scenario:
    """The scenario in the user's own rehearsal file."""
    return Scenario(
        id=file.stem,
        title=rehearsal.title,
        kind=table.kind,
        goal=table.goal,
        briefing=table.briefing,
        debrief=table.debrief,
        file=file,
        start=rehearsal.start,
        seconds=rehearsal.end - rehearsal.start,
        bar=min(tape.interval for tape in rehearsal.tapes.values()),
        picture=table.picture or "",
        venue=rehearsal.rulebook.id,
    )


def rules_line(book: "Rulebook", start: Time, *, hidden: bool = False) -> str:
    """Which edition of which rule book judges a run, and whether it is of the run's own time."""
    if not book.edition:  # begun before books had editions, or a book of one's own
        return f"Rule book: {book.title}."
    dates = edition_dates(book.id.partition(AT)[0]) or (book.edition,)
    whose = whose_rules(book.edition, dates, start, hidden=hidden)
    return f"Rule book: {book.title}, edition {book.edition}: {whose}."


def _read(file: Path) -> Scenario:
    """What the list needs of a shipped file; the file is checked when it is played."""
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    texts = table["scenario"]
    info = tape_info(str(table["tape"][0]["source"]))
    return Scenario(
        id=file.stem,
        title=clean(str(table["title"]), 80),
        kind=str(texts["kind"]),
        goal=str(texts["goal"]),
        briefing=str(texts["briefing"]),
        debrief=str(texts["debrief"]),
        file=file,
        start=int(table["start"].timestamp()),
        seconds=int((table["end"] - table["start"]).total_seconds()),
        bar=DAY if info is None else info.seconds,
        picture=str(texts.get("picture", "")),
        venue=str(table["venue"]),
    )
