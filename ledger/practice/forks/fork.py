"""A fork: an account taken back to before one of its decisions, to go on from there another way.

The parent is untouched, and its events up to there are the fork's own: they are referred to, not
copied. Tapes, rules, seed and a scenario's own events are the parent's.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from ledger.account.events.kinds import (
    AccountOpened,
    Event,
    FeeCharged,
    InterestAccrued,
    InterestCapitalized,
    PlanRecorded,
)
from ledger.account.state import Account
from ledger.books import snapshots
from ledger.books.acts import Act, record
from ledger.books.branches import BranchInfo
from ledger.books.file.damage import ledger_errors
from ledger.books.replay import replay, verified
from ledger.books.store import Fork, Ledger
from ledger.books.writer import MemoryWriter, Writer
from ledger.frozen import replace
from ledger.market.quote import Market
from ledger.practice.accounts.fate import fate_of
from ledger.practice.accounts.names import LONGEST_NAME, checked_name
from ledger.practice.forks.record import Group, Record
from ledger.practice.rehearsals.incident_deck import is_deck
from ledger.practice.scenarios.scenario import FOLDER
from ledger.practice.sessions.find_account import check_there, find_branch, named_anew
from ledger.practice.sessions.find_tapes import timeline_of
from ledger.practice.sessions.session import Fated, ForkedFrom, Place, Session
from ledger.practice.sessions.setup import read_setup
from ledger.practice.sessions.standing import standing_of
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.refused import Refused
from ledger.times import Time

_BESIDE = (InterestAccrued, InterestCapitalized, FeeCharged, PlanRecorded)
"""What a decision may begin with that does not state it."""

SNAPSHOT = 500
"""Events between a fork and the last snapshot that make another worthwhile."""


@dataclass(frozen=True, slots=True)
class Junction:
    """Where a fork leaves: after the event `seq`, with the clock at `place` and market `time`."""

    seq: int
    place: Place
    time: Time


@dataclass(frozen=True, slots=True)
class Trunk:
    """An account that may be forked, with its clock: as recorded, unchanged."""

    ledger: Ledger
    branch: BranchInfo
    place: Mapping[str, Any]
    timeline: Timeline
    fate: Sequence[Fated]
    """Everything that happens by itself in it."""

    @contextmanager
    def record(self) -> Iterator[Record]:
        """Its events in the order in which the clock met them."""
        with self.ledger.looking() as db:
            yield Record(db, self.branch.id, self.timeline)

    @property
    def begun(self) -> str:
        """What it was begun with, if anything."""
        return str(self.place.get("rehearsal", ""))

    def done_by(self, place: Place) -> int:
        """How many of the events that happen by themselves had happened at a place of the clock."""
        waits = is_deck(self.begun)  # for the second bar: the first is open before it is drawn
        if place.index < 0 or (place.index == 0 and waits):
            return 0
        opened = self.timeline.times[place.index]
        return sum(1 for _ in takewhile(lambda fated: fated.at <= opened, self.fate))

    def told_after(self, seq: int) -> Iterator[tuple[Group, list[Event]]]:
        """The events after an event, cause by cause."""
        with self.record() as history:
            groups = list(history.groups(seq))
        ends = deque(groups)
        events: list[Event] = []
        for number, event in self.ledger.events(self.branch.id, seq):
            events.append(event)
            if ends and number == ends[0].last:
                yield ends.popleft(), events
                events = []

    def stands_at(self) -> Place:
        """The place at which its own clock was left."""
        return Place(self.place["index"], Phase(self.place["phase"]))

    def stands_since(self) -> Time:
        """The market time there; an older ledger does not record a wait after a bar."""
        place = self.stands_at()
        time = self.place.get("time")
        return int(time) if time is not None else self.market_at(place).time

    def market_at(self, place: Place) -> Market:
        """The market on the tapes at a place."""
        return self.timeline.market(place.index, place.phase)

    def account_at(self, seq: int) -> Account:
        """The account after an event."""
        account = replay(self.ledger, self.branch.id, upto=seq)
        assert account is not None, "no fork leaves before the opening"
        return account


@contextmanager
def trunk_in(path: Path, name: str | None, *, read_only: bool = False) -> Iterator[Trunk]:
    """An account of a ledger by its name, or the one used last. Raises `Refused`, also for a graded
    attempt that has not ended, and what `Ledger.open` raises."""
    check_there(path)
    with Ledger.open(path, read_only=read_only) as ledger, ledger_errors(path):
        yield trunk_of(ledger, find_branch(ledger, name))


def trunk_of(ledger: Ledger, branch: BranchInfo) -> Trunk:
    """The same for a branch in an open ledger."""
    place = ledger.place(branch.id)
    if place is None:
        raise Refused(f"{branch.called} was never opened")
    timeline = timeline_of(read_setup(branch.setup), place["files"])
    return Trunk(ledger, branch, place, timeline, fate_of(place.get("rehearsal", ""), timeline))


def check_ended(trunk: Trunk) -> None:
    """Raises `Refused` for an attempt at a scenario, or an exam, that still runs: its grade is for
    decisions made without knowing the future. A fork of one may be forked at any time."""
    if trunk.branch.parent_id is not None or trunk.place.get("ended"):
        return
    _, opened = next(trunk.ledger.events(trunk.branch.id))
    if isinstance(opened, AccountOpened) and opened.exam:
        raise Refused(f"{trunk.branch.called} is an exam: it can be forked once it has ended")
    if trunk.begun.startswith(FOLDER):
        raise Refused(f"{trunk.branch.called} is graded: it can be forked once it has ended")


def decision_at(trunk: Trunk, seq: int) -> Group:
    """The decision that an event belongs to. Raises `Refused` for any other event, naming the
    nearest decisions."""
    with trunk.record() as history:
        group = history.group_of(seq)
        if group is not None and group.decided and not by_itself(trunk, history, group):
            return group
        near = [history.decision_before(seq), history.decision_after(seq)]
    name = trunk.branch.called
    if group is None:
        raise Refused(f"--at: {name} has no event {seq}; its last is {trunk.branch.last_seq}")
    found = [f"{each.first} ({each.type.replace('_', ' ')})" for each in near if each is not None]
    nearest = f"; nearest: {', '.join(found)}" if found else "; it has none"
    raise Refused(f"--at: event {seq} of {name} is not part of a decision of yours{nearest}")


def decisions(trunk: Trunk) -> Iterator[tuple[Group, Event]]:
    """Every decision before which a fork can leave, each with the event that states it."""
    with trunk.record() as history:
        for group, events in trunk.told_after(0):
            if group.decided and not by_itself(trunk, history, group):
                stating = (x for x in events if not isinstance(x, _BESIDE))
                yield group, next(stating, events[0])


def by_itself(trunk: Trunk, history: Record, group: Group) -> bool:
    """Whether a command was the scenario's own: these come first when a bar opens."""
    if not trunk.fate or group.place.phase is not Phase.OPEN:
        return False
    before = Place(group.place.index - 1, Phase.CLOSED)
    struck = trunk.done_by(group.place) - trunk.done_by(before)
    return history.commands_before(group) < struck


def junction_before(decision: Group) -> Junction:
    """Where a fork leaves to undo a decision."""
    return Junction(decision.first - 1, decision.place, decision.at)


def session_at(trunk: Trunk, at: Junction) -> Session:
    """The account as it was at a junction, in memory, without anything later."""
    return session_with(trunk, trunk.account_at(at.seq), at, trunk.done_by(at.place))


def session_with(trunk: Trunk, account: Account, at: Junction, done: int) -> Session:
    """The same for an account that is known already, and so many of the events that happen by
    themselves done."""
    session = Session(
        account,
        trunk.timeline,
        MemoryWriter(at.seq),
        at.place,
        title=trunk.branch.title,
        files=trunk.place["files"],
        rehearsal=trunk.begun if trunk.fate else "",  # a rehearsal's guide does not fit this line
        script_done=done,
        time=at.time,
        standing=standing_of(None),
        fork=ForkedFrom(trunk.branch.called, at.seq),
    )
    session.fate = trunk.fate
    return session


def keep(
    trunk: Trunk,
    at: Junction,
    session: Session,
    name: str | None,
    *,
    named_after: str = "fork",
    goes_on: bool = True,
) -> BranchInfo:
    """Put a fork on record, with all that its session has decided since; the desk opens it next if
    it `goes_on`.

    Without a name it is called by its parent's and what it is `named_after`. Raises `Refused` for a
    name that is taken, or none.
    """
    ledger, parent = trunk.ledger, trunk.branch
    if name is not None:
        checked_name(name, "--as")
        named_anew(ledger, name, only=True)
    with ledger.together() as db:
        used = ledger.last_used()
        made = ledger.new_branch(
            name or f"{parent.called[: LONGEST_NAME - 18]}-{named_after}",
            parent.seed,
            parent.title,
            parent.setup,
            Fork(parent.id, at.seq),
        )
        branch = ledger.branch(made)
        _snapshot(ledger, branch, at)
        session.account = replace(session.account, name=branch.called)
        assert branch.parent_id is not None, "of a fork"
        session.fork = ForkedFrom(ledger.branch(branch.parent_id).called, at.seq)
        ledger.append(made, session.batch(sealed=True))
        following = made if goes_on else find_branch(ledger, used).id
        record(db, following, Act.SWITCHED)
    return branch


def _snapshot(ledger: Ledger, branch: BranchInfo, at: Junction) -> None:
    """Keep the account whole where the fork leaves, so that it opens as fast as its parent."""
    assert branch.parent_id is not None, "of a fork"
    with ledger.together() as db:
        newest = snapshots.newest(db, branch.id)
        if at.seq - (newest[0] if newest else 0) < SNAPSHOT:
            return
        account = replay(ledger, branch.id)
        assert account is not None, "it begins in its parent"
        snapshots.keep(db, branch.parent_id, at.seq, snapshots.body_of(account))


def begin_fork(path: Path, account: str | None, seq: int, name: str | None = None) -> Session:
    """A session in a fork that leaves before the decision that the event `seq` belongs to.

    Raises `Refused`: no such account or event, no decision, a graded attempt that goes on, a name.
    """
    check_there(path)
    ledger = Ledger.open(path)
    try:
        with ledger_errors(path):
            forked = trunk_of(ledger, find_branch(ledger, account))
            check_ended(forked)
            verified(ledger, forked.branch.id)
            at = junction_before(decision_at(forked, seq))
            session = session_at(forked, at)
            branch = keep(forked, at, session, name)
        session.kept_by(Writer(ledger, branch.id), ledger.close)
    except BaseException:
        ledger.close()
        raise
    return session
