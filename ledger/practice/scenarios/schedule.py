"""What to practise next: a drill that went badly comes back, less and less often once it is passed.

Dates are of the wall clock and no part of any account's history; whoever asks says what day it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ledger.practice.scenarios.debrief import Attempt
from ledger.practice.scenarios.scenario import Scenario

PASSED = 80
"""Grade from which a drill is passed."""

INTERVALS = (1, 3, 7, 21)
"""Days until it comes back: after a drill that was not passed, then each time it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """A drill to practise. `due` is `None` for one that was never graded; `last` is its last
    grade."""

    drill: Scenario
    due: date | None
    last: int | None
    is_due: bool

    def when(self, today: date) -> str:
        """`due 3 days ago`, `due today`, `due in 2 days`, or `new`."""
        if self.due is None:
            return "new"
        days = (self.due - today).days
        if days == 0:
            return "due today"
        count = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
        return f"due in {count}" if days > 0 else f"due {count} ago"

    def wire(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.drill.id,
            "title": self.drill.title,
            "due": None if self.due is None else self.due.isoformat(),
            "is_due": self.is_due,
            "last_grade": self.last,
        }


def due_on(attempts: Sequence[Attempt]) -> date | None:
    """When a drill comes back, from its attempts, oldest first; `None` where it does not.

    It begins with a grade below `PASSED`. A pass before the day it is due changes nothing: what was
    read an hour ago is not yet learned. After the last interval it is done.
    """
    due, stage = None, 0
    for attempt in attempts:
        if attempt.grade is None:
            continue
        if attempt.grade.total < PASSED:
            due, stage = attempt.day + timedelta(INTERVALS[0]), 0
        elif due is not None and attempt.day >= due:
            stage += 1
            due = attempt.day + timedelta(INTERVALS[stage]) if stage < len(INTERVALS) else None
    return due


def what_next(
    drills: Sequence[Scenario], attempted: Mapping[str, Sequence[Attempt]], today: date
) -> list[Next]:
    """The drills that come back, the one due first at the head, then those of the course that were
    never graded, in its order."""
    back, new = [], []
    for drill in drills:
        attempts = attempted.get(drill.id, ())
        graded = [attempt.grade.total for attempt in attempts if attempt.grade is not None]
        due = due_on(attempts)
        if due is not None:
            back.append(Next(drill=drill, due=due, last=graded[-1], is_due=due <= today))
        elif not graded:
            new.append(Next(drill=drill, due=None, last=None, is_due=False))
    back.sort(key=lambda each: each.due or today)
    return [*(x for x in back if x.is_due), *new, *(x for x in back if not x.is_due)]
