"""The clock's place at each recorded event, and which events were decisions.

An event's key names its cause: `open:T`, `close:T` (the step that begins at T), `wait:T`, or a
command, `cmd:N:PHASE`, of which N is the first event. Older ledgers have only `cmd:N`; there the
surrounding events show whether a bar was open (`_told`).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile

from ledger.books.causes import Caused, caused, caused_before
from ledger.practice.sessions.along.going import order_of
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import Time

_SEEN_FIRST = frozenset(
    {"margin_call_issued", "force_sold", "liquidated", "venue_closed", "incident_started",
     "rules_changed"}
)  # fmt: skip
"""What stops the clock (`session.stops_the_clock`), by wire name."""

_REFUSED = frozenset({"order_refused", "action_refused"})
_EVENTS_OF_FATE = frozenset({"incident_started", "rules_changed"})
_LOOKED = frozenset({"revealed"})


@dataclass(frozen=True, slots=True)
class Group:
    """Events of one cause, `first` to `last`; `type` is that of the first. `at` is market time."""

    first: int
    last: int
    at: Time
    type: str
    place: Place
    wished: bool
    """Whether a command led to it, and not the clock."""

    @property
    def decided(self) -> bool:
        """Whether it is a decision: a command of the trader's that did something."""
        return self.wished and self.type not in _REFUSED | _EVENTS_OF_FATE | _LOOKED


class Record:
    """The events of a branch as the clock met them on its timeline."""

    def __init__(self, db: sqlite3.Connection, branch_id: int, timeline: Timeline) -> None:
        self._db, self._branch, self._timeline = db, branch_id, timeline

    def groups(self, after: int = 0) -> Iterator[Group]:
        """Every cause after an event, in order."""
        for _, events in groupby(caused(self._db, self._branch, after), lambda each: each.cause):
            yield self._group(list(events))

    def group_of(self, seq: int) -> Group | None:
        """The cause of an event, with everything it led to; `None` for an unknown event."""
        back = caused_before(self._db, self._branch, seq)
        event = next(back, None)
        if event is None or event.seq != seq:
            return None
        same = [*takewhile(lambda each: each.cause == event.cause, back)]
        first = same[-1].seq if same else seq
        onward = caused(self._db, self._branch, first - 1)
        return self._group([*takewhile(lambda each: each.cause == event.cause, onward)])

    def decision_before(self, seq: int) -> Group | None:
        """The last decision before an event."""
        return self._nearest(caused_before(self._db, self._branch, seq - 1))

    def decision_after(self, seq: int) -> Group | None:
        """The first decision after an event."""
        return self._nearest(caused(self._db, self._branch, seq))

    def _nearest(self, events: Iterator[Caused]) -> Group | None:
        for event in events:
            if event.cause.startswith("cmd:"):
                group = self.group_of(event.seq)
                if group is not None and group.decided:
                    return group
        return None

    def commands_before(self, group: Group) -> int:
        """The number of commands given at the same place of the clock before one."""
        causes = set()
        for event in caused_before(self._db, self._branch, group.first - 1):
            if not event.cause.startswith("cmd:") or self._place(event) != group.place:
                break
            causes.add(event.cause)
        return len(causes)

    def last_at(self, place: Place, time: Time, before: int) -> int:
        """The last event up to `before` that had happened when the clock left a place, or had
        waited there until a time."""
        for event in caused_before(self._db, self._branch, before):
            if event.time <= time and order_of(self._place(event)) <= order_of(place):
                return event.seq
        return 0

    def _group(self, events: Sequence[Caused]) -> Group:
        first, last = events[0], events[-1]
        wished = first.cause.startswith("cmd:")
        return Group(first.seq, last.seq, first.time, first.type, self._place(first), wished)

    def _place(self, event: Caused) -> Place:
        kind, _, rest = event.cause.partition(":")
        if kind in ("open", "close") and rest:
            phase = Phase.OPEN if kind == "open" else Phase.CLOSED
            return Place(self._timeline.index_at(int(rest)), phase)
        if kind == "open":
            return Place(-1, Phase.BEFORE)  # the account's own opening
        if kind == "wait":
            return self._closed(event.time)
        phase_word = rest.partition(":")[2]
        if not phase_word:
            return self._told(event)
        if phase_word == Phase.OPEN.value:
            return Place(self._timeline.index_at(event.time), Phase.OPEN)
        return self._closed(event.time)

    def _closed(self, time: Time) -> Place:
        """The step that was closed when the clock was at a time with no bar open."""
        index = self._timeline.index_at(time) - 1
        return Place(index, Phase.CLOSED) if index >= 0 else Place(-1, Phase.BEFORE)

    def _told(self, event: Caused) -> Place:
        """The place of a command whose key does not state it.

        Where one bar ends as the next begins, events of that opening show which it was. If there
        are none, the bar was open, unless the clock had stopped at the last close for something
        that must be seen.
        """
        timeline, time = self._timeline, event.time
        index = timeline.index_at(time)
        if index == len(timeline) or timeline.times[index] != time:
            return self._closed(time)
        here = Place(index, Phase.OPEN)
        if index == 0 or timeline.closes(index - 1) < time:
            return here
        opening = f"open:{time}"
        if self._comes(opening, event.seq):
            return self._closed(time)
        before = caused_before(self._db, self._branch, event.seq - 1)
        clock = [each for each in before_commands(before) if each.cause != opening]
        stopped = f"close:{timeline.times[index - 1]}"
        if any(each.cause == stopped and each.type in _SEEN_FIRST for each in clock):
            return self._closed(time)
        return here

    def _comes(self, cause: str, seq: int) -> bool:
        """Whether events of a cause follow an event within the same second."""
        onward = caused(self._db, self._branch, seq)
        time = next(caused_before(self._db, self._branch, seq)).time
        return any(each.cause == cause for each in takewhile(lambda x: x.time == time, onward))


def before_commands(events: Iterator[Caused]) -> list[Caused]:
    """The last events of one cause that the clock led to, skipping commands since."""
    latest: list[Caused] = []
    for event in events:
        if event.cause.startswith("cmd:") and not latest:
            continue
        if latest and event.cause != latest[0].cause:
            break
        latest.append(event)
    return latest
