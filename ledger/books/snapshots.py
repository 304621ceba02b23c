"""Accounts as they were after an event, so that a long history opens without a full replay.

A snapshot is a convenience and never the truth: it is sealed with the checksum of its event, and
`doctor --deep` compares each with a replay. One that this program cannot read is skipped.
"""

import json
import sqlite3
from collections.abc import Callable

from ledger.account.state import Account
from ledger.books.branches import lineage
from ledger.books.wire.chain import hashed
from ledger.books.wire.codec import BadWire, compact, decode, encode

EVERY = 5_000
"""Events between two snapshots while the clock runs."""
AT_CLOSE = 500
"""Events since the last one that make another worthwhile when a ledger is closed."""


def body_of(account: Account) -> str:
    """The whole account as text; the order of its instruments and orders matters."""
    return compact(encode(account))


def keep(db: sqlite3.Connection, branch_id: int, seq: int, body: str) -> None:
    """Store a snapshot, sealed with the event after which it was taken."""
    db.execute(
        "INSERT INTO snapshots (branch_id, seq, body, hash) VALUES (?, ?, ?, ?)",
        (branch_id, seq, body, hashed(_event_hash(db, branch_id, seq), [seq, body])),
    )


def last_kept(db: sqlite3.Connection, branch_id: int) -> int:
    """The event of the branch's last snapshot, 0 without one."""
    row = db.execute(
        "SELECT coalesce(max(seq), 0) FROM snapshots WHERE branch_id = ?", (branch_id,)
    ).fetchone()
    return int(row[0])


def newest(
    db: sqlite3.Connection, branch_id: int, last: int | None = None
) -> tuple[int, Account] | None:
    """The last stored account of a branch or of what it was forked from, and its event."""
    if not _has_table(db):
        return None
    for source, upto in reversed(lineage(db, branch_id)):
        rows = db.execute(
            "SELECT seq, body, hash FROM snapshots WHERE branch_id = ? AND seq <= ?"
            " ORDER BY seq DESC",
            (source, upto if last is None else min(upto, last)),
        )
        for seq, body, stored in rows:
            if hashed(_event_hash(db, source, seq), [seq, body]) != stored:
                continue  # `doctor` reports it; here it is skipped, and more is replayed
            try:
                return int(seq), decode(Account, json.loads(body))
            except (BadWire, ValueError, TypeError, RecursionError):
                continue  # of another version
    return None


def kept_after(db: sqlite3.Connection, branch_id: int) -> Callable[[int], str | None]:
    """A function that returns the snapshot of a branch after an event, if there is one."""
    if not _has_table(db):
        return lambda _seq: None
    of_branch = db.execute("SELECT seq FROM snapshots WHERE branch_id = ?", (branch_id,))
    known = {seq for (seq,) in of_branch}
    query = "SELECT body FROM snapshots WHERE branch_id = ? AND seq = ?"
    return lambda seq: db.execute(query, (branch_id, seq)).fetchone()[0] if seq in known else None


def wrong_snapshots(db: sqlite3.Connection) -> list[str]:
    """Each snapshot that does not match its seal."""
    rows = db.execute(
        "SELECT b.name, s.seq, s.body, s.hash, e.hash FROM snapshots s"
        " JOIN branches b ON b.id = s.branch_id"
        " LEFT JOIN events e ON e.branch_id = s.branch_id AND e.seq = s.seq"
    )
    return [
        f"the snapshot of {name} after event {seq} does not match its checksum"
        for name, seq, body, stored, event in rows
        if hashed(event or "", [seq, body]) != stored
    ]


def _event_hash(db: sqlite3.Connection, branch_id: int, seq: int) -> str:
    row = db.execute(
        "SELECT hash FROM events WHERE branch_id = ? AND seq = ?", (branch_id, seq)
    ).fetchone()
    return str(row[0]) if row else ""


def _has_table(db: sqlite3.Connection) -> bool:
    """Whether there are snapshots at all: not in a ledger of format 1 that is only read."""
    query = "SELECT 1 FROM sqlite_schema WHERE name = 'snapshots' AND type = 'table'"
    return db.execute(query).fetchone() is not None
