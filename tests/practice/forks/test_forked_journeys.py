"""Laws of forks over random journeys: other tapes, rule books, incidents and traders each time."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.commands import AddNote
from ledger.books.checks.doctor import examine
from ledger.books.store import Ledger
from ledger.books.wire.codec import to_wire
from ledger.books.wire.fingerprint import state_hash
from ledger.practice.forks import attribution
from ledger.practice.forks import fork as forks
from ledger.practice.forks.again import REFUSED, Rerun, lived_after
from ledger.practice.forks.compare import compared
from ledger.practice.forks.record import Group
from ledger.practice.sessions.along.going import go_to
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase
from tests.laws import tried
from tests.practice.recorded import Told, told


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
    nothing_new(seed)


def nothing_new(seed: int) -> None:
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


def test_the_law_catches_a_fork_with_an_event_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    right = forks.session_at

    def noted(trunk: forks.Trunk, at: forks.Junction) -> Session:
        session = right(trunk, at)
        session.send(AddNote(text="forked here"))
        return session

    monkeypatch.setattr(forks, "session_at", noted)
    with pytest.raises(AssertionError):
        list(map(nothing_new, range(20)))


@tried(8)
@given(seed=st.integers(0, 2**48))
def test_the_rows_of_a_comparison_add_up_to_the_difference_to_the_last_unit(seed: int) -> None:
    adds_up(seed)


def adds_up(seed: int) -> None:
    """In the fork some of the trader's later commands are not given. What each made is equity and
    savings less what was paid in; up to the fork they made the same."""
    dice = Random(seed)
    with told(seed) as one:
        for group in dice.sample(decisions(one), min(2, len(decisions(one)))):
            at = forks.junction_before(group)
            session = forks.session_at(one.trunk, at)
            for seq, place, _, command, _ in one.done:
                if seq >= at.seq and dice.random() < 0.7:
                    go_to(session, place)
                    session.send(command)
            go_to(session, one.trunk.stands_at())
            session.wait(one.trunk.timeline.end)
            made = forks.keep(one.trunk, at, session, None)
            trunk = one.trunk
            ledger, place = trunk.ledger, trunk.ledger.place(made.id)
            assert place is not None
            fork = forks.Trunk(ledger, made, place, trunk.timeline, trunk.fate)
            found = compared(trunk, fork)
            first, second = found.first, found.second
            assert first.rows.total == first.result
            assert second.rows.total == second.result
            assert found.rows.total == found.difference
            gained = [side.equity + side.savings - side.paid_in for side in (first, second)]
            assert found.difference == gained[1] - gained[0]


@pytest.mark.parametrize("lost", ["FundingPaid", "InterestAccrued", "OrderFilled"])
def test_the_law_catches_a_row_that_leaves_something_out(
    monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    right = attribution._of
    monkeypatch.setattr(
        attribution, "_of", lambda e, listed: [] if type(e).__name__ == lost else right(e, listed)
    )
    with pytest.raises(AssertionError):
        list(map(adds_up, range(40)))
