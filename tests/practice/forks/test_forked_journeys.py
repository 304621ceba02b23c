"""Laws of forks over random journeys: other tapes, rule books, incidents and traders each time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events.kinds import AccountOpened
from ledger.account.state import Account
from ledger.books.checks.doctor import examine
from ledger.books.store import Ledger
from ledger.books.wire.codec import canonical, encode, rules_hash, to_wire
from ledger.books.wire.fingerprint import state_hash
from ledger.books.writer import Writer
from ledger.practice.forks import fork as forks
from ledger.practice.forks.again import REFUSED, Rerun, go_to, lived_after
from ledger.practice.forks.record import Group
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase
from ledger.times import Time
from tests.laws import tried
from tests.laws.skipping.passages import Journey, journey, meant, session_of


@dataclass
class Told:
    """A journey on record, and what its trader did where, as it was done."""

    trunk: forks.Trunk
    done: list[tuple[int, Place, Time, c.TraderCommand, Account]] = field(default_factory=list)


@contextmanager
def told(seed: int) -> Iterator[Told]:
    """The journey of a seed, played bar by bar into a ledger."""
    one, session, done = _sound(seed)
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "l.db") as ledger:
        ledger.put_rulebook(rules_hash(one.book), canonical(encode(one.book)))
        branch = ledger.new_branch("walker", 0, "", {})
        writer = Writer(ledger, branch)
        session.kept_by(writer, lambda: None)
        session.commit(sealed=True).result()
        writer.close()
        info, place = ledger.branch(branch), ledger.place(branch)
        assert place is not None
        yield Told(forks.Trunk(ledger, info, place, one.timeline, one.fate), done)


def _sound(seed: int) -> tuple[Journey, Session, list[Any]]:
    """The journey, or the next one that a ledger can hold: with a made-up book that posts interest
    by the second, an event may be told before an earlier one."""
    while True:
        one = journey(seed)
        session, _ = session_of(one)
        session.open_account(
            AccountOpened(
                at=one.timeline.start,
                venue=one.book.id,
                mode=one.mode,
                currency=one.book.currency,
                rules_hash=rules_hash(one.book),
                fills=one.convention,
                instruments=one.instruments,
            )
        )
        done = _played(one, session)
        times = [event.at for event, _, _ in session._pending]
        if times == sorted(times):
            return one, session, done
        seed += 1


def _played(one: Journey, session: Session) -> list[Any]:
    done = []

    def act() -> None:
        for wished in one.wishes.get((session.place.index, session.place.phase), ()):
            command = meant(one, session, wished)
            here = session.account.seq, session.place, session.market.time, command
            done.append((*here, session.account))
            session.send(command)

    while not session.ended:
        session.open_step()
        act()
        session.close_step()
        act()
    session.wait(one.timeline.end)
    return done


def decisions(one: Told) -> list[Group]:
    with one.trunk.record() as kept:
        return [
            group
            for group in kept.groups()
            if group.decided and not forks.by_itself(one.trunk, kept, group)
        ]


def wires(ledger: Ledger, branch: int, after: int) -> list[object]:
    """Events as they are written, but for the account's name."""
    return [to_wire(event, seq, "") for seq, event in ledger.events(branch, after)]


@tried(12)
@given(seed=st.integers(0, 2**48))
def test_the_record_knows_where_the_clock_stood_at_each_decision(seed: int) -> None:
    with told(seed) as one:
        stood = {before.seq: (place, time) for _, place, time, _, before in one.done}
        for group in decisions(one):
            assert (group.place, group.at) == stood[group.first - 1]


@tried(6)
@given(seed=st.integers(0, 2**48))
def test_a_fork_without_new_events_has_its_parents_state_and_market(seed: int) -> None:
    with told(seed) as one:
        before = {seq: account for seq, _, _, _, account in one.done}
        for group in Random(seed).sample(decisions(one), min(4, len(decisions(one)))):
            at = forks.junction_before(group)
            session = forks.session_at(one.trunk, at)
            made = forks.keep(one.trunk, at, session, None)
            assert state_hash(session.account) == state_hash(before[at.seq])
            place = one.trunk.ledger.place(made.id) or {}
            assert place["state_hash"] == state_hash(before[at.seq])
        path = one.trunk.ledger.path
        assert not [check for check in examine(path, deep=True) if not check.ok]


@tried(8)
@given(seed=st.integers(0, 2**48))
def test_the_same_commands_in_a_fork_give_the_same_events_byte_for_byte(seed: int) -> None:
    the_same_again(seed)


def the_same_again(seed: int) -> None:
    with told(seed) as one:
        chosen = Random(seed).sample(decisions(one), min(3, len(decisions(one))))
        for group in chosen:
            at = forks.junction_before(group)
            session = forks.session_at(one.trunk, at)
            for seq, place, _, command, _ in one.done:
                if seq >= at.seq:
                    go_to(session, place)
                    session.send(command)
            go_to(session, one.trunk.stands_at())
            session.wait(one.trunk.timeline.end)
            made = forks.keep(one.trunk, at, session, None)
            ledger = one.trunk.ledger
            assert wires(ledger, made.id, at.seq) == wires(ledger, one.trunk.branch.id, at.seq)
        path = one.trunk.ledger.path
        assert not [check for check in examine(path, deep=True) if not check.ok]


@tried(8)
@given(seed=st.integers(0, 2**48))
def test_commands_that_the_record_tells_are_given_again_where_they_were(seed: int) -> None:
    """All of them, so that nothing is refused or left out; without refused ones the orders of the
    fork are counted otherwise, and its events are the same but for that."""
    with told(seed) as one:
        for group in Random(seed).sample(decisions(one), min(3, len(decisions(one)))):
            at = forks.junction_before(group)
            session = forks.session_at(one.trunk, at)
            rerun = Rerun(session)
            rerun.give_all(
                lived_after(one.trunk, at), one.trunk.stands_at(), one.trunk.timeline.end
            )
            assert not rerun.untold
            made = forks.keep(one.trunk, at, session, None)
            ledger = one.trunk.ledger
            theirs = list(ledger.events(one.trunk.branch.id, at.seq))
            kinds = [type(x) for _, x in theirs if not isinstance(x, REFUSED)]
            made_kinds = [type(x) for _, x in ledger.events(made.id, at.seq)]
            assert [kind for kind in made_kinds if kind not in REFUSED] == kinds
            if len(kinds) == len(theirs):
                assert wires(ledger, made.id, at.seq) == wires(ledger, one.trunk.branch.id, at.seq)


def test_the_law_catches_a_fork_that_stands_at_another_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A canary: a clock one step late would miss a bar."""
    right = forks.junction_before

    def late(group: Group) -> forks.Junction:
        at = right(group)
        return forks.Junction(at.seq, Place(at.place.index + 1, Phase.OPEN), at.time)

    monkeypatch.setattr(forks, "junction_before", late)
    with pytest.raises((AssertionError, IndexError)):
        list(map(the_same_again, range(20)))
