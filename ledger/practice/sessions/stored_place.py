"""What a batch stores of the clock, as a value and as JSON.

The JSON is written and read here alone; a batch adds the account's statement and summary to it. A
key that an older version did not write has a default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.frozen import scratch
from ledger.practice.sessions.standing import Standing, standing_of
from ledger.practice.sessions.timeline import Phase
from ledger.times import Time


@scratch
@dataclass(frozen=True)
class Place:
    """The clock's place on the tape: the step's number, and the phase inside it."""

    index: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class ForkedFrom:
    """The account that a fork left, and the last event that both have."""

    parent: str
    seq: int

    def __str__(self) -> str:
        return f"fork of {self.parent} at #{self.seq + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlace:
    """Where a clock was left, where the user's own tapes are, and what guides the account.

    `time` is `None` in places of older versions, which counted only the moments at which bars
    begin. `script_done` counts the actions of the `rehearsal` that are done; `ended` says that the
    tape has no further bar. The `standing` is part of the summary. `called` are a twin's names for
    the orders of the account that leads it.
    """

    index: int
    phase: Phase
    time: Time | None
    files: Mapping[str, str]
    rehearsal: str
    script_done: int
    ended: bool
    standing: Standing
    called: Mapping[str, str] = field(default_factory=dict)


def write_place(place: StoredPlace) -> dict[str, Any]:
    """The JSON of a place."""
    return {
        "index": place.index,
        "phase": place.phase.value,
        "time": place.time,
        "files": place.files,
        "rehearsal": place.rehearsal,
        "script_done": place.script_done,
        "ended": place.ended,
        **({"called": dict(place.called)} if place.called else {}),
    }


def read_place(data: Mapping[str, Any]) -> StoredPlace:
    """The place in a batch's JSON. Of a damaged one it raises what `damage.MISFITS` lists."""
    return StoredPlace(
        index=data["index"],
        phase=Phase(data["phase"]),
        time=data.get("time"),
        files=data["files"],
        rehearsal=data.get("rehearsal", ""),
        script_done=data.get("script_done", 0),
        ended=data.get("ended", False),
        standing=standing_of(data.get("summary")),
        called=data.get("called", {}),
    )
