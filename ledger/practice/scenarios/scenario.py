"""Scenarios: rehearsals that a person plays, with a briefing, a goal, a debrief and a grade."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.account.events.kinds import Event
from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.practice.library.catalog import tape_info
from ledger.practice.library.files import assets
from ledger.practice.words.formats import money
from ledger.refused import Refused, nearest
from ledger.reports.grade import Grade, grade_of
from ledger.text import clean
from ledger.times import DAY, HOUR, Time

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal
    from ledger.practice.rehearsals.tables import ScenarioTable
    from ledger.practice.sessions.statement import Statement

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
    )


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
    )


def attempts(ledger: Path | None) -> dict[str, list[Grade | None]]:
    """The grade of every attempt in a ledger, by scenario, oldest first.

    An attempt without a trade has no grade, nor has one that was abandoned: both still count.
    """
    grades: dict[str, list[Grade | None]] = {}
    if ledger is None or not ledger.exists():
        return grades
    bars = {each.id: each.bar for each in scenarios()}
    with Ledger.open(ledger, read_only=True) as opened, ledger_errors(ledger):
        for branch in opened.branches():
            place = opened.place(branch.id) or {}
            begun = str(place.get("rehearsal", ""))
            name = begun.removeprefix(FOLDER)
            forked = branch.parent_id is not None  # it knows what comes
            if forked or not begun.startswith(FOLDER) or name not in bars:
                continue
            grade = None
            if place.get("ended"):
                grade = grade_of((event for _, event in opened.events(branch.id)), bars[name])
            grades.setdefault(name, []).append(grade)
    return grades


def events_of(ledger: Path | None, account: str) -> list[Event]:
    """Every event of an account in a ledger; empty without a ledger.

    Raises a `LedgerError` if the file is gone or damaged.
    """
    if ledger is None:
        return []
    with Ledger.open(ledger, read_only=True) as opened, ledger_errors(ledger):
        branch = next(each for each in opened.branches() if each.name == account)
        return [event for _, event in opened.events(branch.id)]


def best(grades: Iterable[Grade | None]) -> int | None:
    """The best of several attempts; `None` if none was graded."""
    return max((grade.total for grade in grades if grade is not None), default=None)


def debriefing(played: Scenario, events: Iterable[Event], statement: "Statement") -> list[str]:
    """The debrief in lines: what it was about, the goal next to the account's final `statement`,
    and the grade."""
    grade = grade_of(events, played.bar)
    result = f"You ended with {money(statement.equity, statement.currency)} {statement.currency}."
    lines = [played.debrief, "", f"The goal was: {played.goal} {result}", ""]
    if grade is None:
        return [*lines, "You did not trade, so there is no grade."]
    lines.append(f"Grade: {grade.total} of 100, for what you did, not for what the market did")
    for part in grade.parts:
        mark = "+" if part.won else "-"
        why = "" if part.won else f": {part.why}"
        lines.append(f"  {mark} {part.won:>2} of {part.points}  {part.name}{why}")
    return lines
