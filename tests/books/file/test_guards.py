"""What the tables refuse by themselves, whoever writes: the store, a shell, another program."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledger.account.events import kinds as e
from ledger.books.store import Ledger
from ledger.books.wire.codec import compact, to_wire
from tests.books.lives import Life, first_call
from tests.books.shelves import guarded, keep, plainly
from tests.worlds import D

LIFE: Life = first_call()
LAST = len(LIFE.events)
HISTORY = ("rulebooks", "branches", "accounts", "events", "legs", "commit_log")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("guards") / "ledger.db"
    with Ledger.open(made) as ledger:
        keep(ledger, LIFE)
        keep(ledger, LIFE, "other")
    return made


def refused(path: Path, *statements: str, plain: bool = False) -> str:
    """The message that a transaction of these statements fails with; nothing of it stays."""
    with plainly(path) if plain else guarded(path) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.IntegrityError) as caught:
            carry_out(db, *statements, "COMMIT")
        db.rollback()
    return str(caught.value)


def carry_out(db: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)


@pytest.mark.parametrize("plain", [False, True], ids=["guarded", "plain connection"])
@pytest.mark.parametrize("table", HISTORY)
def test_history_is_not_changed_removed_or_replaced(path: Path, table: str, plain: bool) -> None:
    with plainly(path) as db:
        first = next(column[1] for column in db.execute(f"PRAGMA table_info({table})"))
    for statement in (
        f"UPDATE {table} SET {first} = {first}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        f"INSERT OR IGNORE INTO {table} SELECT * FROM {table} LIMIT 1",
    ):
        assert refused(path, statement, plain=plain) == f"{table} is append-only" or (
            # a stronger guard of the same table may speak first
            "INSERT" in statement
        )


def test_a_balance_stays_as_long_as_its_account(path: Path) -> None:
    assert "a balance stays" in refused(path, "DELETE FROM balances")


def leg(seq: int, n: int = 1, credit: str = "equity:opening", **more: Any) -> str:
    """The statement that writes a leg of branch 1; `more` may change branches and the amount."""
    of = {"branch": 1, "debit_branch": 1, "credit_branch": 1, "amount": "100", **more}
    return (
        "INSERT INTO legs (branch_id, event_seq, n, debit_id, credit_id, amount) SELECT"
        f" {of['branch']}, {seq}, {n}, d.id, c.id, {of['amount']} FROM accounts d, accounts c"
        f" WHERE d.name = 'cash' AND d.branch_id = {of['debit_branch']}"
        f" AND c.name = '{credit}' AND c.branch_id = {of['credit_branch']}"
    )


def event(seq: int = LAST + 1, legs: int = 1, at: int = LIFE.end.time, **changes: str) -> str:
    """The statement that writes a deposit as the next event of branch 1, but for the changes."""
    wire = to_wire(e.Deposited(at=at, amount=D("1.00")), seq, "test")
    values = {
        "branch_id": "1",
        "seq": str(seq),
        "time": f"'{wire['time']}'",
        "type": "'deposited'",
        "account": "'test'",
        "idem_key": "'mine'",
        "version": "1",
        "n_legs": str(legs),
        "body": "'" + compact(wire) + "'",
        "prev_hash": f"(SELECT hash FROM events WHERE branch_id = 1 AND seq = {LAST})",
        "hash": "'" + "0" * 64 + "'",
        **changes,
    }
    return f"INSERT INTO events ({', '.join(values)}) VALUES ({', '.join(values.values())})"


NEXT = LAST + 1


def test_an_event_as_the_store_writes_it_is_taken(path: Path) -> None:
    """The base of the attacks below: they fail for what they change and for nothing else."""
    with guarded(path) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute(leg(NEXT))
        db.execute(event())
        assert db.execute("SELECT max(seq) FROM events WHERE branch_id = 1").fetchone() == (NEXT,)
        db.rollback()


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        pytest.param([leg(NEXT)], "FOREIGN KEY", id="a leg without its event"),
        pytest.param([leg(5, 9)], "takes no further leg", id="a leg for an event that stands"),
        pytest.param([event()], "as many legs as it claims", id="an event without its legs"),
        pytest.param(
            [leg(NEXT), event(legs=0)], "as many legs as it claims", id="an event hiding a leg"
        ),
        pytest.param(
            [leg(NEXT, 2), event()], "as many legs as it claims", id="legs that begin with two"
        ),
        pytest.param([leg(NEXT), leg(NEXT)], "append-only", id="one leg twice"),
        pytest.param([event(NEXT + 1, 0)], "next number", id="a gap in the numbers"),
        pytest.param([event(0, 0)], "next number", id="a number before the first"),
        pytest.param([event(LAST, 0)], "append-only|next number", id="a number that is taken"),
        pytest.param(
            [leg(NEXT), event(prev_hash="'" + "1" * 64 + "'")],
            "hash of the one before",
            id="a link to nothing",
        ),
        pytest.param(
            [
                leg(NEXT),
                event(prev_hash="(SELECT hash FROM events WHERE branch_id = 1 AND seq = 1)"),
            ],
            "hash of the one before",
            id="a link past the last event",
        ),
        pytest.param(
            [leg(NEXT), event(at=LIFE.end.time - 1)], "never goes back", id="a time before the last"
        ),
        pytest.param(
            [leg(NEXT), event(time="'2024-2-1 00:00'")], "CHECK|repeat", id="a time of another form"
        ),
        pytest.param(
            [leg(NEXT), event(type="'withdrawn'")], "repeat its body", id="a type beside the body"
        ),
        pytest.param([leg(NEXT), event(idem_key="'e:1'")], "UNIQUE", id="a key that is taken"),
        pytest.param([leg(NEXT), event(branch_id="9")], "", id="an event of no branch"),
        pytest.param([leg(NEXT, amount="0")], "CHECK", id="a leg of nothing"),
        pytest.param([leg(NEXT, amount="-1")], "CHECK", id="a leg below zero"),
        pytest.param([leg(NEXT, amount="1.5")], "cannot store REAL", id="half an atom"),
        pytest.param([leg(NEXT, amount="'ten'")], "cannot store TEXT", id="a word for an amount"),
        pytest.param(
            [leg(NEXT, amount="9223372036854775807")] * 1
            + [leg(NEXT, 2, amount="9223372036854775807")],
            "cannot store REAL",
            id="more than a balance can hold",
        ),
        pytest.param([leg(NEXT, credit="trade:ACME")], "one asset", id="money from a quantity"),
        pytest.param([leg(NEXT, credit_branch=2)], "one asset", id="money from another branch"),
        pytest.param([leg(NEXT, branch=2)], "one asset", id="a leg of another branch"),
        pytest.param([leg(NEXT, credit="cash")], "one asset|CHECK", id="cash from itself"),
        pytest.param(
            ["INSERT INTO legs VALUES (1, 99, 1, 98, 99, 5)"], "one asset", id="accounts of nobody"
        ),
        pytest.param(
            [
                "INSERT INTO branches (name, parent_id, fork_seq, seed, engine, title, setup,"
                f" genesis) VALUES ('x', 1, 99, 0, '', '', '', '{'0' * 64}')"
            ],
            "FOREIGN KEY",
            id="a fork from an event to come",
        ),
        pytest.param(
            [
                "INSERT INTO branches (name, parent_id, seed, engine, title, setup, genesis)"
                f" VALUES ('x', 1, 0, '', '', '', '{'0' * 64}')"
            ],
            "CHECK",
            id="a fork from nowhere",
        ),
    ],
)
def test_what_is_no_entry_is_refused(path: Path, statements: list[str], message: str) -> None:
    assert re.search(message, refused(path, *statements))


def test_a_writer_that_forgets_its_transaction_fails_at_its_first_statement(path: Path) -> None:
    with guarded(path) as db, pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        db.execute(leg(NEXT))


def test_every_body_is_the_json_it_was_hashed_with(path: Path) -> None:
    with plainly(path) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM events")]
    assert all(isinstance(body, dict) for body in bodies)
