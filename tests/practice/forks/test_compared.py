"""Forks of the first call, whose every figure can be checked by hand, and what they come to.

200 ACME at 100.00, half of it borrowed; at the fork (the open of 4 January) the price is 94, the
stop stands at 92 and is moved to 80, later taken away. A call comes on 10 January at 70; on the
11th 73 shares are sold by force at 62, at which the tape ends.
"""

import gzip
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events.kinds import OrderAmended
from ledger.account.state import Side
from ledger.books.checks.doctor import examine
from ledger.books.store import Ledger
from ledger.books.wire.fingerprint import state_hash
from ledger.practice.forks.again import Rerun, lived_after
from ledger.practice.forks.compare import compare, course
from ledger.practice.forks.fork import (
    begin_fork,
    decision_at,
    junction_before,
    keep,
    session_at,
    trunk_in,
)
from ledger.practice.forks.ready import Made, Ready, make_ready
from ledger.practice.rehearsals.rehearsal import load_rehearsal, read_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import ForkedFrom
from ledger.practice.sessions.timeline import Phase
from ledger.refused import Refused
from tests.books.shelves import plainly
from tests.places import DATA, REHEARSALS
from tests.worlds import D

ENTRY, STOP_MOVED, STOP_REMOVED, CALL, ANSWER = 3, 12, 17, 21, 22


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = REHEARSALS / "first-call.toml"  # at an edition whose events have these numbers
    text = file.read_text("utf-8").replace('"us-reg-t"', '"us-reg-t@2026-11"')
    rehearsal = read_rehearsal(text, file)
    session = begin(rehearsal, tmp_path / "l.db", "first-call")
    run(session, rehearsal.actions, lambda _: None)
    session.close()
    return tmp_path / "l.db"


def ready(path: Path, seq: int, kind: Ready) -> Made:
    return make_ready(path, "first-call", seq, kind)


def test_a_fork_stands_where_the_decision_was_made_with_all_before_it(path: Path) -> None:
    session = begin_fork(path, None, STOP_MOVED)
    assert session.fork == ForkedFrom("first-call", STOP_MOVED - 1)
    assert session.place.phase is Phase.OPEN
    assert session.market.last["ACME"] == 94
    (stop,) = session.account.orders.values()
    assert stop.trigger == 92
    session.close()


def test_any_event_of_a_decision_names_it(path: Path) -> None:
    """The purchase led to events 3 to 8: plan, order, loan, fill, position, stop."""
    session = begin_fork(path, None, 6)
    assert session.account.seq == ENTRY - 1
    assert not session.account.positions()
    session.close()


def test_a_fork_goes_on_when_it_is_opened_again(path: Path) -> None:
    begin_fork(path, None, STOP_MOVED, "other").close()
    session = resume(path)
    assert session.account.name == "other"
    session.send(c.MoveStop(symbol="ACME", price=D(93)))
    session.close()
    again = resume(path)
    assert again.fork == ForkedFrom("first-call", STOP_MOVED - 1)
    assert again.account.seq == STOP_MOVED
    again.close()


def test_forking_leaves_the_account_as_it_is(path: Path) -> None:
    with trunk_in(path, "first-call", read_only=True) as trunk:
        before = list(trunk.ledger.events(trunk.branch.id)), trunk.place
    begin_fork(path, None, STOP_MOVED).close()
    ready(path, STOP_MOVED, Ready.STOP_LEFT)
    with trunk_in(path, "first-call", read_only=True) as trunk:
        assert (list(trunk.ledger.events(trunk.branch.id)), trunk.place) == before


@pytest.mark.parametrize(
    ("seq", "why"),
    [
        (10, r"event 10 .* is not part of a decision.*nearest: 3 \(plan recorded\), 12 \(order am"),
        (CALL, "not part of a decision"),
        (99, "has no event 99; its last is 31"),
    ],
)
def test_only_a_decision_can_be_undone(path: Path, seq: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        begin_fork(path, None, seq)
    with Ledger.open(path, read_only=True) as ledger:
        assert len(ledger.branches()) == 1


def test_a_stop_that_is_left_where_it_was(path: Path) -> None:
    """The fork sells 200 at its stop, 92, two below: -400, and pays no more interest. The account
    held 127 from 94 to 62, -4,064. What was on paper already of the 73 sold by force, 73 x -6, is
    lost in the forced exit, 73 x (62 - 100) = -2,774: -4,064 + 438 = -3,626. Its interest since:
    2.22 x 6 + 2.23 + 1.22 x 2 = 17.99."""
    made = ready(path, STOP_MOVED, Ready.STOP_LEFT)
    assert [(each.seq, each.refused) for each in made.untold] == [
        (STOP_REMOVED, False),
        (ANSWER, False),
    ]
    found = compare(path, "first-call", made.name)
    first, second = found.first.rows.amounts(), found.second.rows.amounts()
    assert {name: amount for name, amount in first.items() if amount} == {
        "price": D("-3626.00"),
        "interest": D("-17.99"),
        "forced_exits": D("-2774.00"),
    }
    assert {name: amount for name, amount in second.items() if amount} == {"price": D("-400.00")}
    assert found.difference == D("-400.00") + D("6417.99") == found.rows.total


def test_a_call_that_is_answered_by_paying_counts_what_was_paid_in_as_no_gain(path: Path) -> None:
    """Of 220.00 paid the day before, 17.78 is for interest then owed and 202.22 for principal."""
    made = ready(path, ANSWER, Ready.CALL_PAY)
    found = compare(path, "first-call", made.name)
    assert found.second.paid_in - found.first.paid_in == 220
    assert found.second.equity - found.first.equity == 220 + found.difference
    assert found.rows.total == found.difference


def test_a_call_that_is_answered_by_selling_at_once(path: Path) -> None:
    """733.34 cures at 70: 11 shares, -330 on paper then, are sold before the fall to 62."""
    made = ready(path, CALL, Ready.CALL_SELL)
    with trunk_in(path, made.name, read_only=True) as fork:
        sold = [event for _, event in fork.ledger.events(fork.branch.id, CALL)][:4]
    assert [type(event).__name__ for event in sold][:2] == ["CallAnswered", "OrderPlaced"]
    assert compare(path, "first-call", made.name).rows.total != 0


def test_half_the_leverage_is_half_the_shares_and_no_loan(path: Path) -> None:
    """100 shares for 10,000: from 100 to 62, -3,800, and no interest."""
    made = ready(path, ENTRY, Ready.HALF_LEVERAGE)
    rows = compare(path, "first-call", made.name).second.rows
    assert (rows.price, rows.interest, rows.total) == (-3800, 0, -3800)


def test_half_is_taken_at_one_r(path: Path) -> None:
    """R is 100 - 92 = 8 a share, so half is offered at 108."""
    made = ready(path, ENTRY, Ready.HALF_AT_1R)
    with trunk_in(path, made.name, read_only=True) as fork:
        targets = [
            order.limit
            for order in fork.account_at(ENTRY + 10).orders.values()
            if order.limit is not None
        ]
    assert targets == [108]


@pytest.mark.parametrize(
    ("seq", "kind", "why"),
    [
        (ENTRY, Ready.STOP_LEFT, "is not a stop that was moved or taken away"),
        (STOP_MOVED, Ready.HALF_LEVERAGE, "is not an order that opens or adds"),
        (STOP_MOVED, Ready.CALL_SELL, "is not a margin call, an answer to one"),
        (ENTRY, Ready.PLAN_SIZE, "this order opened the trade; choose one that adds to it"),
    ],
)
def test_what_a_ready_made_fork_is_not_of_is_refused_and_leaves_nothing(
    path: Path, seq: int, kind: Ready, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        ready(path, seq, kind)
    with Ledger.open(path, read_only=True) as ledger:
        assert len(ledger.branches()) == 1


def test_the_desk_goes_on_where_it_was_after_a_ready_made_fork(path: Path) -> None:
    ready(path, STOP_MOVED, Ready.STOP_LEFT)
    session = resume(path)
    assert session.account.name == "first-call"
    session.close()


def test_the_one_that_stands_later_is_taken_back_to_the_earlier_moment(path: Path) -> None:
    """Of the account's life nothing counts that came after the open of 4 January."""
    begin_fork(path, None, STOP_MOVED, "other").close()
    found = compare(path, "first-call", "other")
    assert (found.first.seq, found.second.seq) == (STOP_MOVED, STOP_MOVED - 1)
    assert found.difference == 0
    assert found.first.equity == found.second.equity == D("8793.33")  # 200 x 94 - 10,006.67


@pytest.mark.parametrize("names", [("paid", "other"), ("other", "paid")])
def test_two_are_held_against_the_same_moment_though_one_went_on_without_a_command(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    """50 ACME, paid in full, so that nothing happens between the order and the stop's move: the
    fork's next event is its stop's fill, days later. What they made since they parted differs by
    what their equity does, as neither was paid anything since."""
    path = tmp_path / "paid.db"
    session = begin(load_rehearsal(REHEARSALS / "first-call.toml"), path, "paid")
    session.advance()
    session.send(c.Deposit(amount=D(10000)))
    order = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(50), stop_loss=D(92))
    session.send(order)
    session.advance()
    session.advance()
    session.send(c.MoveStop(symbol="ACME", price=D(60)))
    for _ in range(6):
        session.advance()
    session.close()
    with Ledger.open(path, read_only=True) as ledger:
        (moved,) = (seq for seq, each in ledger.events(1, 0) if isinstance(each, OrderAmended))
    fork = begin_fork(path, "paid", moved, "other")
    for _ in range(6):
        fork.advance()
    assert not [*fork.account.positions()]  # stopped out
    fork.close()
    found = compare(path, *names)
    assert found.first.paid_in == found.second.paid_in
    assert found.difference == found.second.equity - found.first.equity == found.rows.total


def test_an_account_is_not_compared_with_itself(path: Path) -> None:
    with pytest.raises(Refused, match="is named twice"):
        compare(path, "first-call", "first-call")


def test_lines_part_at_the_fork_and_end_where_they_are_compared(path: Path) -> None:
    """Left alone from 4 January on, the stop at 92 would have sold: the same as the fork. At the
    close of the 1st the price was 100, 6 above the fork's, and of interest 2.22 + 2.23 was still to
    come."""
    made = ready(path, STOP_MOVED, Ready.STOP_LEFT)
    drawn = course(path, "first-call", made.name)
    assert [line.name for line in drawn.lines] == ["first-call", made.name, "hands off"]
    assert all(len(line.points) == len(drawn.times) for line in drawn.lines)
    played, other, alone = (line.points for line in drawn.lines)
    assert drawn.forked > 0
    assert other[: drawn.forked] == alone[: drawn.forked] == (None,) * drawn.forked
    assert played[0] == 200 * 6 + D("4.45")
    assert played[drawn.forked] == other[drawn.forked] == alone[drawn.forked] == 0
    assert (played[-1], other[-1], alone[-1]) == (D("-6417.99"), -400, -400)


def test_forks_of_forks_thirty_deep_are_what_their_trunk_was(path: Path) -> None:
    """Each leaves before the second of the two notes that the one above wrote, so that each first
    note stays: the last has the trunk's 11 events, 30 first notes and a second one."""
    name, seq = "first-call", STOP_MOVED
    for _ in range(30):
        session = begin_fork(path, name, seq)
        name = session.account.name
        session.send(c.AddNote(text="here"))
        session.send(c.AddNote(text="there"))
        seq = session.account.seq
        told = state_hash(session.account)
        session.close()
    again = resume(path, name)
    assert state_hash(again.account) == told
    assert again.account.seq == STOP_MOVED - 1 + 31
    assert again.fork is not None
    again.close()


def test_an_account_of_an_older_ledger_can_be_forked(tmp_path: Path) -> None:
    """Its commands do not say whether a bar was open: the events around them do."""
    old = tmp_path / "old.db"
    (kept, *_) = sorted((DATA / "ledgers").glob("*.db.gz"))
    old.write_bytes(gzip.decompress(kept.read_bytes()))
    old.chmod(0o600)
    session = begin_fork(old, "first-call", STOP_MOVED)
    assert (session.place.phase, session.market.last["ACME"]) == (Phase.OPEN, 94)
    while not session.ended:
        session.advance(len(session.timeline))
    session.close()
    found = compare(old, "first-call", "first-call-fork")
    assert (found.second.result, found.difference) == (-400, D("6017.99"))
    assert not [check for check in examine(old, deep=True) if not check.ok]


def test_a_fork_that_was_put_elsewhere_is_found_by_the_doctor(path: Path) -> None:
    """Before its first own event too: its clock is sealed when it is made."""
    begin_fork(path, None, STOP_MOVED).close()
    with plainly(path) as db:
        db.execute("UPDATE places SET body = replace(body, 'open', 'closed') WHERE branch_id = 2")
    (found,) = [check for check in examine(path) if not check.ok]
    assert "the clock of first-call-fork is not where it was left" in found.detail


@pytest.mark.parametrize("seq", [2, ENTRY, STOP_MOVED, STOP_REMOVED, ANSWER])
def test_the_same_decisions_again_come_to_the_same_to_the_last_unit(path: Path, seq: int) -> None:
    with trunk_in(path, None) as trunk:
        at = junction_before(decision_at(trunk, seq))
        session = session_at(trunk, at)
        rerun = Rerun(session)
        rerun.give_all(lived_after(trunk, at), trunk.stands_at(), trunk.stands_since())
        keep(trunk, at, session, "again")
        assert state_hash(session.account) == trunk.place["state_hash"]
    found = compare(path, "first-call", "again")
    assert found.first.rows == found.second.rows
    assert not any(found.rows.amounts().values())
