"""One pass over the record finds what the laws in SQL find, in whatever pieces it is walked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from ledger.books import walk
from ledger.books.checks.doctor import examine
from ledger.books.file.connect import connect_reader
from ledger.books.file.views import INVARIANTS
from ledger.books.store import Ledger
from ledger.books.wire.chain import EventRow, event_hash
from tests.books.checks.test_doctor import tamper
from tests.books.lives import first_call, long_life
from tests.books.shelves import fork_of, keep, plainly, shelf

CALL, LONG = first_call(), long_life()

DAMAGE = {
    "nothing": "UPDATE events SET seq = seq",
    "a leg more": "INSERT INTO legs VALUES (1, 2, 9, 1, 2, 5)",
    "a leg less": "DELETE FROM legs WHERE event_seq = 4 AND n = 1",
    "every leg": "DELETE FROM legs",
    "a leg of no event": "INSERT INTO legs VALUES (1, 99, 1, 1, 2, 5)",
    "a leg of no account": "UPDATE legs SET debit_id = 99 WHERE event_seq = 2",
    "an early time": "UPDATE events SET time = '2023-01-01T00:00:00Z' WHERE seq = 9",
    "another hash": "UPDATE events SET hash = lower(hex(zeroblob(32))) WHERE seq = 3",
    "another link": "UPDATE events SET prev_hash = lower(hex(zeroblob(32))) WHERE seq = 3",
    "the first link": "UPDATE events SET prev_hash = lower(hex(zeroblob(32))) WHERE seq = 1",
    "a gap": "DELETE FROM events WHERE seq = 4",
    "a number": "UPDATE events SET seq = 9999 WHERE seq = 5",
    "a type": "UPDATE events SET type = 'swept' WHERE seq = 2",
    "a body": "UPDATE events SET body = 'so what' WHERE seq = 3",
    "an origin": "UPDATE branches SET genesis = lower(hex(zeroblob(32))) WHERE id = 1",
    "a branch": "DELETE FROM branches WHERE id = 2",
}


class Dead(ThreadPoolExecutor):
    """Its processes were ended from outside."""

    def submit(self, *_: object, **__: object) -> Any:  # type: ignore[override]
        raise BrokenProcessPool


@contextmanager
def looking(path: Path) -> Iterator[Connection]:
    with closing(connect_reader(path)) as db:
        yield db


def three_lines(folder: Path) -> Path:
    """Two accounts and a what-if line of the first."""
    path = shelf(folder, CALL, LONG)
    with Ledger.open(path) as ledger:
        fork = fork_of(ledger, 1, 9)
        assert fork == 3
        keep(ledger, CALL, "what came after")
    return path


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_walk_finds_what_the_laws_find_in_sql(tmp_path: Path, damage: str) -> None:
    path = three_lines(tmp_path)
    tamper(path, DAMAGE[damage])
    with looking(path) as db:
        broken = walk.walk(db).broken
        for law in walk.LAWS:
            (count,) = db.execute(f"SELECT count(*) FROM ({INVARIANTS[law]})").fetchone()
            assert broken[law] == count, law


@pytest.mark.parametrize("damage", DAMAGE)
def test_pieces_of_a_record_tell_together_what_the_whole_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    path = three_lines(tmp_path)
    tamper(path, DAMAGE[damage])
    with looking(path) as db, ThreadPoolExecutor(2) as executor:
        whole = walk.begun(db, path, executor)()
        monkeypatch.setattr(walk, "PIECE", 5)
        spans = walk.pieces(db)
        (count,) = db.execute("SELECT count(*) FROM events").fetchone()
        assert len(spans) == -(-count // 5)
        assert walk.begun(db, path, executor)() == whole


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE legs SET amount = amount + 1 WHERE event_seq = 2", 2),
        ("UPDATE events SET idem_key = 'x' || idem_key WHERE seq = 7", 7),
        ("UPDATE events SET body = body || char(0) || 'more' WHERE seq = 3", 3),
    ],
)
def test_the_first_event_that_differs_is_named(tmp_path: Path, statement: str, first: int) -> None:
    path = shelf(tmp_path, CALL)
    tamper(path, statement)
    with looking(path) as db:
        found = walk.walk(db)
    assert found.unlike == 1
    assert found.named == [f"event {first} of branch 1 does not match its checksum"]


def test_what_a_desk_writes_meanwhile_is_not_walked(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    with looking(path) as db:
        *_, (_, last) = walk.pieces(db)
    assert last == (1, len(CALL.events))


def test_the_record_is_walked_here_where_the_processes_have_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelf(tmp_path, CALL)
    tamper(path, "UPDATE events SET idem_key = 'x' || idem_key WHERE seq = 7")
    monkeypatch.setattr(walk, "PIECE", 5)
    with looking(path) as db, Dead() as executor:
        assert walk.begun(db, path, executor)().unlike == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET portfolio = 'longterm' WHERE name = 'realized_pnl'",
        "UPDATE accounts SET portfolio = 'longterm' WHERE name = 'equity:opening'",
        "UPDATE accounts SET portfolio = 'trading'",
    ],
)
def test_the_laws_that_are_asked_in_another_order_find_the_same(
    tmp_path: Path, statement: str
) -> None:
    path = shelf(tmp_path, CALL, LONG)
    tamper(path, statement)
    found = {check.name: not check.ok for check in examine(path)}
    with plainly(path) as db:
        told = dict(db.execute("SELECT law, broken > 0 FROM v_invariants"))
    assert {law: found[law] for law in told} == {law: bool(broken) for law, broken in told.items()}


def test_a_checksum_is_over_the_canonical_text_of_every_column() -> None:
    """By hand: the hash before, then the JSON of the columns with the legs as lists."""
    row = EventRow(3, "2024-01-01T00:00:00Z", "note_added", 'a "b"', "k:1", 1, '{"text":"é"}')
    told = (
        'ff[3,"2024-01-01T00:00:00Z","note_added","a \\"b\\"","k:1",1,"{\\"text\\":\\"é\\"}",'
        '[["cash","equity","USD",5]]]'
    )
    assert (
        event_hash("ff", row, [("cash", "equity", "USD", 5)]) == sha256(told.encode()).hexdigest()
    )
