"""Branches: a run, or a what-if line that begins at an event of another. SQL of `store.Ledger`."""

import json
import sqlite3
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from ledger import __version__
from ledger.books import acts
from ledger.books.file.errors import EntryRefused
from ledger.books.wire.chain import genesis
from ledger.books.wire.json_text import compact, kind_of
from ledger.times import parse_time

_ALL = 2**63 - 1
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchInfo:
    """A run or a what-if line. `time` is its last event's, `None` before the first.

    `name` is the one in its events, `called` the one it goes by; `archived` ones are put away.
    """

    id: int
    name: str
    parent_id: int | None
    fork_seq: int | None
    seed: int
    engine: str
    title: str
    setup: dict[str, Any]
    last_seq: int
    time: int | None
    called: str
    archived: bool


@dataclass(frozen=True, slots=True)
class Fork:
    """Where a what-if line leaves its parent: after event `seq`, which is 1 or later."""

    parent_id: int
    seq: int


def list_branches(db: sqlite3.Connection) -> list[BranchInfo]:
    """Every branch in the order of creation."""
    called, away = acts.names(db), acts.archived(db)
    rows = db.execute(
        "SELECT id, name, parent_id, fork_seq, seed, engine, title, setup FROM branches ORDER BY id"
    ).fetchall()
    return [
        BranchInfo(
            id=id_,
            name=name,
            parent_id=parent_id,
            fork_seq=fork_seq,
            seed=seed,
            engine=engine,
            title=title,
            setup=json.loads(setup),
            last_seq=last_seq(db, id_),
            time=_last_time(db, id_),
            called=called[id_],
            archived=id_ in away,
        )
        for id_, name, parent_id, fork_seq, seed, engine, title, setup in rows
    ]


def lineage(db: sqlite3.Connection, branch_id: int) -> list[tuple[int, int]]:
    """The branches whose events a branch consists of, oldest first, each with the last event taken.

    Raises `EntryRefused` for a branch that is its own ancestor, which only damage can cause.
    """
    until: dict[int, int] = {}
    source, upto = branch_id, _ALL
    while source is not None:
        if source in until:
            raise EntryRefused(f"branch {branch_id} is its own ancestor: the ledger is damaged")
        until[source] = upto
        row = db.execute(
            "SELECT parent_id, fork_seq FROM branches WHERE id = ?", (source,)
        ).fetchone()
        if row is None:
            raise EntryRefused(f"there is no branch {source}")
        source, upto = row[0], min(upto, row[1] if row[1] is not None else _ALL)
    return [*reversed(until.items())]


def page_of(
    db: sqlite3.Connection,
    source: int,
    since: int,
    upto: int,
    passing: frozenset[str] = frozenset(),
) -> list[tuple[int, int, str]]:
    """Number, version and body of a branch's own next events after `since`: one page.

    Without the kinds in `passing`, except for its last event, after which the next page begins.
    """
    rows = db.execute(
        "SELECT seq, version, body FROM events"
        " WHERE branch_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
        (source, since, upto, _PAGE),
    ).fetchall()
    if not passing or not rows:
        return rows
    return [row for row in rows if row is rows[-1] or kind_of(row[2]) not in passing]


def last_seq(db: sqlite3.Connection, branch_id: int) -> int:
    """The number of the branch's last event, 0 before the first."""
    row = db.execute(
        "SELECT coalesce((SELECT max(seq) FROM events WHERE branch_id = b.id), fork_seq, 0)"
        " FROM branches b WHERE id = ?",
        (branch_id,),
    ).fetchone()
    if row is None:
        raise EntryRefused(f"there is no branch {branch_id}")
    return int(row[0])


def has_event(db: sqlite3.Connection, branch_id: int, kind: str) -> bool:
    """Whether an event of this kind is among the branch's own or inherited ones."""
    return any(
        db.execute(
            "SELECT 1 FROM events WHERE branch_id = ? AND seq <= ? AND type = ? LIMIT 1",
            (source, upto, kind),
        ).fetchone()
        for source, upto in lineage(db, branch_id)
    )


def last_own(db: sqlite3.Connection, branch_id: int) -> int:
    """The number of the last event that was written in the branch itself, 0 before the first."""
    row = db.execute("SELECT max(seq) FROM events WHERE branch_id = ?", (branch_id,)).fetchone()
    return int(row[0] or 0)


def _last_time(db: sqlite3.Connection, branch_id: int) -> int | None:
    seq = last_seq(db, branch_id)
    owner = _owner(db, branch_id, seq)
    row = db.execute(
        "SELECT time FROM events WHERE branch_id = ? AND seq = ?", (owner, seq)
    ).fetchone()
    return parse_time(row[0]) if row else None


def _owner(db: sqlite3.Connection, branch_id: int, seq: int) -> int:
    """The branch that an event was written in, which may be an ancestor of this one."""
    return next((source for source, upto in lineage(db, branch_id) if seq <= upto), branch_id)


def insert_branch(
    db: sqlite3.Connection,
    name: str,
    seed: int,
    title: str,
    setup: dict[str, Any],
    fork: Fork | None,
) -> int:
    """A new branch under a unique name (`name-2` and so on if it is taken)."""
    called = free_name(db, name)
    born = {str(row[0]) for row in db.execute("SELECT name FROM branches")}
    name = _first_free(called, born)
    text = compact(setup)
    parent_id = fork_seq = forked_from = None
    if fork is not None:
        parent_id, fork_seq = _owner(db, fork.parent_id, fork.seq), fork.seq
        row = db.execute(
            "SELECT hash FROM events WHERE branch_id = ? AND seq = ?", (parent_id, fork_seq)
        ).fetchone()
        if row is None:
            raise EntryRefused(f"there is no event {fork.seq} to fork from")
        forked_from = (str(row[0]), fork.seq)
    first = genesis(name, seed, __version__, title, text, forked_from)
    cursor = db.execute(
        "INSERT INTO branches (name, parent_id, fork_seq, seed, engine, title, setup, genesis)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (name, parent_id, fork_seq, seed, __version__, title, text, first),
    )
    branch_id = int(cursor.lastrowid or 0)
    if name != called:
        acts.record(db, branch_id, acts.Act.RENAMED, called)
    if parent_id is not None:
        _copy_balances(db, parent_id, fork_seq, branch_id)
    return branch_id


def free_name(db: sqlite3.Connection, name: str) -> str:
    """The name, or the first of name-2, name-3 … that no account is called."""
    return _first_free(name, set(acts.names(db).values()))


def _first_free(name: str, taken: Container[str]) -> str:
    free, n = name, 1
    while free in taken:
        n += 1
        free = f"{name}-{n}"
    return free


def _copy_balances(
    db: sqlite3.Connection, parent_id: int, fork_seq: int | None, branch_id: int
) -> None:
    """A what-if line opens with its parent's balances at the fork."""
    db.execute(
        "INSERT INTO accounts (branch_id, portfolio, name, class, asset, per_unit, opening)"
        " SELECT :made, portfolio, name, class, asset, per_unit, opening"
        " + coalesce((SELECT sum(amount) FROM legs WHERE debit_id = a.id AND event_seq <= :at), 0)"
        " - coalesce((SELECT sum(amount) FROM legs WHERE credit_id = a.id AND event_seq <= :at), 0)"
        " FROM accounts a WHERE branch_id = :parent ORDER BY id",
        {"made": branch_id, "at": fork_seq, "parent": parent_id},
    )


def hash_at(db: sqlite3.Connection, branch_id: int, seq: int) -> str | None:
    """The checksum of one event of a branch or of what it was forked from, `None` if there is no
    such event: a record that has it is the same up to there."""
    for source, upto in lineage(db, branch_id):
        if seq <= upto:
            row = db.execute(
                "SELECT hash FROM events WHERE branch_id = ? AND seq = ?", (source, seq)
            ).fetchone()
            if row is not None:
                return str(row[0])
    return None
