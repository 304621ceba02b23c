"""The hash chain: a checksum that finds a changed bit and names a history in one line.

It is not a signature: the owner of the file can compute it anew. It covers every column of an event
and of its legs that is not derived from others, but not the wall clock, so that the same input
gives the same hashes.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import Any

from ledger.books.wire.json_text import canonical

LegRow = tuple[str, str, str, int]
"""Debit account, credit account, asset, atoms."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as stored; `body` is the wire object as JSON text."""

    seq: int
    time: str
    type: str
    account: str
    idem_key: str
    version: int
    body: str


def event_hash(prev_hash: str, row: EventRow, legs: Sequence[LegRow]) -> str:
    """The checksum of one event, its legs, and everything before."""
    moved = ",".join(f"[{quoted(d)},{quoted(c)},{quoted(a)},{n:d}]" for d, c, a, n in legs)
    return content_hash(
        *(prev_hash, row.seq, row.time, row.type, row.account, row.idem_key, row.version),
        *(row.body, moved),
    )


def content_hash(
    before: str,
    seq: int,
    time: str,
    kind: str,
    account: str,
    key: str,
    version: int,
    body: str,
    legs: str,
) -> str:
    """The same for an event in pieces, its legs as text.

    Over the canonical JSON of all its columns, put together by hand here, since a long history has
    millions.
    """
    content = (
        f"{before}[{seq:d},{quoted(time)},{quoted(kind)},{quoted(account)},{quoted(key)},"
        f"{version:d},{quoted(body)},[{legs}]]"
    )
    return sha256(content.encode()).hexdigest()


def genesis(
    name: str, seed: int, engine: str, title: str, setup: str, forked_from: tuple[str, int] | None
) -> str:
    """The checksum with which a branch begins; a what-if line builds on the event it forked
    from."""
    parent_hash, fork_seq = forked_from or ("", 0)
    return hashed(parent_hash, [name, seed, engine, title, setup, fork_seq])


def hashed(prev_hash: str, content: list[object]) -> str:
    """The checksum of content that builds on another checksum."""
    return sha256((prev_hash + canonical(content)).encode()).hexdigest()


_EVENT = "branch_id, prev_hash, hash, seq, time, type, account, idem_key, version, body"
_LEG = "d.name, c.name, d.asset, l.amount"
_JOINED = (
    "legs l LEFT JOIN accounts d ON d.id = l.debit_id LEFT JOIN accounts c ON c.id = l.credit_id"
)


def broken_of_last(db: sqlite3.Connection, last: int) -> Iterator[str]:
    """Each of the last events whose checksum does not match its content, at a cost that does not
    grow with the ledger."""
    rows = db.execute(
        f"SELECT {_EVENT} FROM events WHERE rowid > (SELECT max(rowid) FROM events) - ?", (last,)
    )
    for row in rows:
        yield from _mismatch(row, legs_of_row(db, row[0], row[3]))


def legs_of_row(db: sqlite3.Connection, branch_id: int, seq: int) -> list[LegRow]:
    """The legs of one event in their order, by the names of their accounts."""
    return db.execute(
        f"SELECT {_LEG} FROM {_JOINED} WHERE l.branch_id = ? AND l.event_seq = ? ORDER BY l.n",
        (branch_id, seq),
    ).fetchall()


def wrong_origins(db: sqlite3.Connection, branch_id: int | None = None) -> Iterator[str]:
    """Each branch whose first checksum does not match its own row, or whose events do not begin
    with it; or only one branch."""
    rows = db.execute(
        "SELECT b.name, b.seed, b.engine, b.title, b.setup, b.genesis, e.hash, b.fork_seq,"
        " f.prev_hash, EXISTS (SELECT 1 FROM events WHERE branch_id = b.id)"
        " FROM branches b LEFT JOIN events e ON e.branch_id = b.parent_id AND e.seq = b.fork_seq"
        " LEFT JOIN events f ON f.branch_id = b.id AND f.seq = coalesce(b.fork_seq, 0) + 1"
        " WHERE b.id = coalesce(?, b.id)",
        (branch_id,),
    )
    for name, seed, engine, title, setup, stored, forked, fork_seq, built_on, begun in rows:
        forked_from = None if fork_seq is None else (str(forked), int(fork_seq))
        if genesis(name, seed, engine, title, setup, forked_from) != stored:
            yield f"the branch {name} does not match its checksum"
        elif begun and built_on != stored:
            yield f"the events of {name} do not begin with it"


def _mismatch(row: tuple[Any, ...], legs: Sequence[LegRow]) -> Iterator[str]:
    branch, prev_hash, stored, *content = row
    event = EventRow(*content)
    if event_hash(prev_hash, event, legs) != stored:
        yield f"event {event.seq} of branch {branch} does not match its checksum"
