"""`fork` and `compare`, as scripts use them."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.practice.forks.ready import Ready
from ledger.practice.scenarios.debrief import attempts
from tests.cli.driving import REHEARSALS, Ended, exact, tightrope
from tui.cli.options.forks import READY
from tui.panels.offers import offers
from tui.runtime.opener import Door

ROWS = ["price", "interest", "fees", "funding", "overnight", "slippage", "forced_exits"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ended = tightrope("rehearse", REHEARSALS / "first-call.toml", "--ledger", tmp_path / "l.db")
    assert ended.status == 0
    return tmp_path / "l.db"


def fork(path: Path, *more: object) -> Ended:
    return tightrope("fork", "--ledger", path, *more)


def test_without_a_number_the_decisions_are_listed(path: Path) -> None:
    ended = fork(path)
    assert [int(line.split()[0]) for line in ended.lines] == [2, 3, 12, 17, 22]
    assert "Stop #2 of ACME moved from 92 to 80" in ended.lines[2]
    listed = exact(fork(path, "--json").out)
    assert [each["seq"] for each in listed["decisions"]] == [2, 3, 12, 17, 22]


def test_a_fork_says_where_it_is(path: Path) -> None:
    made = exact(fork(path, "--at", 12, "--as", "tighter", "--json").out)
    assert made == {
        "account": "tighter",
        "parent": "first-call",
        "at": 12,
        "ready": None,
        "time": "2024-01-04T00:00:00Z",
        "not_repeated": [],
    }
    listed = exact(tightrope("accounts", "--json", "--ledger", path).out)
    assert [(row["account"], row["parent"], row["opens_next"]) for row in listed] == [
        ("first-call", None, False),
        ("tighter", "first-call", True),
    ]


def test_status_and_the_list_say_what_a_fork_is_of(path: Path) -> None:
    fork(path, "--at", 12, "--as", "tighter")
    assert (
        "Fork of             first-call, before event 12"
        in tightrope("status", "--ledger", path).lines
    )
    played = tightrope("status", "--account", "first-call", "--ledger", path)
    assert "Fork of" not in played.out
    head, _, row = tightrope("accounts", "--ledger", path).lines
    assert head.endswith("fork of")
    assert row.endswith("first-call")


def test_the_rows_add_up_to_the_difference(path: Path) -> None:
    fork(path, "--at", 12, "--ready", "stop-left", "--as", "left")
    found = exact(tightrope("compare", "first-call", "left", "--json", "--ledger", path).out)
    assert list(found["rows"]) == ROWS
    assert sum(map(Decimal, found["rows"].values())) == Decimal(found["difference"])
    assert found["difference"] == "6017.99"
    for side in (found["first"], found["second"]):
        assert sum(map(Decimal, side["rows"].values())) == Decimal(side["result"])
    table = tightrope("compare", "first-call", "left", "--ledger", path).out
    assert "result" in table
    assert "+6,017.99" in table


def test_what_of_the_account_was_not_repeated_is_told(path: Path) -> None:
    ended = fork(path, "--at", 12, "--ready", "stop-left")
    assert "#17 remove stop left out: the stop of ACME is left where it was" in ended.out
    assert "#22 answer call left out: no margin call is open here" in ended.out


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--at", "x"), '--at: "x" is not the number of an event'),
        (("--at", "0"), '--at: "0" is not the number of an event'),
        (("--at", "10"), "not part of a decision of yours; nearest: 3 (plan recorded), 12"),
        (("--at", "12", "--as", "First Call"), "--as: "),
        (("--at", "12", "--as", "first-call"), "already an account called first-call"),
        (("--ready", "stop-left"), "--at: say which decision to undo"),
        (("--at", "12", "--account", "other"), 'no account is called "other"'),
    ],
)
def test_what_cannot_be_forked_is_refused_in_a_line(
    path: Path, more: tuple[str, ...], why: str
) -> None:
    ended = fork(path, *more)
    assert (ended.status, ended.out) == (2, "")
    assert why in ended.err
    assert len(exact(tightrope("accounts", "--json", "--ledger", path).out)) == 1


def attempted(path: Path, *, to_the_end: bool) -> str:
    """An attempt at a drill, in which a note was written; the account's name."""
    door = Door(path)
    session = door.begin(door.scenario("drill-05-leave-the-stop")).session
    session.send(c.AddNote(text="here"))
    while to_the_end and not session.ended:
        session.advance(len(session.timeline))
    session.close()
    return session.account.name


def test_a_graded_attempt_cannot_be_forked_before_it_has_ended(tmp_path: Path) -> None:
    attempted(tmp_path / "l.db", to_the_end=False)
    for more in ((), ("--at", "5"), ("--at", "5", "--ready", "half-leverage")):
        ended = fork(tmp_path / "l.db", *more)
        assert ended.status == 2
        assert "is graded: it can be forked once it has ended" in ended.err


def test_the_fork_of_an_attempt_is_none(tmp_path: Path) -> None:
    """Its first money came by itself, and was no decision."""
    path = tmp_path / "l.db"
    name = attempted(path, to_the_end=True)
    (decided, *_) = exact(fork(path, "--json").out)["decisions"]
    assert decided["type"] == "note_added"
    ended = fork(path, "--at", decided["seq"])
    assert ended.status == 0, ended.err
    assert len(attempts(path)[name]) == 1


def test_every_ready_made_fork_can_be_named_and_is_offered() -> None:
    """The names stand where they are typed, so that no other command loads what makes them."""
    assert set(READY) == set(Ready)
    order = {"type": "order_placed", "cause": "trader"}
    stop = {"type": "order_amended", "cause": "stop_loss"}
    told = [name for wire in (order, stop, {"type": "call_answered"}) for name, _ in offers(wire)]
    assert sorted(told) == sorted(READY)


def test_a_ledger_that_is_not_there_has_nothing_to_fork(tmp_path: Path) -> None:
    ended = fork(tmp_path / "none.db", "--at", 2)
    assert ended.status == 2
    assert "there is no ledger yet" in ended.err
