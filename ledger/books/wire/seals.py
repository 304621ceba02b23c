"""The checksum of what no event covers: the clock's place, and the log of commits.

Like the chain of events it finds what was changed without computing it anew, and no more than that.
The clock's place decides what the trader has seen and how much of a script is done: put back, the
trader would know the future, and the script's deposits would come twice.
"""

import json
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import Any

from ledger.books.wire.chain import hashed
from ledger.books.wire.json_text import compact

NO_COMMITS = hashed("", [])


def keep_place(db: sqlite3.Connection, branch_id: int, place: dict[str, Any] | None) -> None:
    """Store the clock's place (`None`: unchanged), and seal it with what is on record.

    The ledger's guard refuses a clock that went back.
    """
    if place is not None:
        db.execute(
            "INSERT INTO places (branch_id, body) VALUES (?, ?)"
            " ON CONFLICT (branch_id) DO UPDATE SET body = excluded.body",
            (branch_id, compact(place)),
        )
    db.execute(
        "INSERT INTO seals (branch_id, seq, step, closed, script_done, commits, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (branch_id) DO UPDATE SET seq = excluded.seq,"
        " step = excluded.step, closed = excluded.closed, script_done = excluded.script_done,"
        " commits = excluded.commits, hash = excluded.hash",
        (branch_id, *_sealed(db, branch_id, _commits_of(db, branch_id))),
    )


def _commits_of(db: sqlite3.Connection, branch_id: int) -> str:
    """The checksum over a branch's commits: what was sealed, and those since."""
    row = db.execute("SELECT seq, commits FROM seals WHERE branch_id = ?", (branch_id,)).fetchone()
    since, link = row or (0, NO_COMMITS)
    return _linked(db, branch_id, since, link)


def _linked(db: sqlite3.Connection, branch_id: int, since: int, link: str) -> str:
    rows = db.execute(
        "SELECT first_seq, last_seq, wall_time, version FROM commit_log"
        " WHERE branch_id = ? AND last_seq > ? ORDER BY id",
        (branch_id, since),
    )
    for first, last, at, version in rows:  # as `hashed` would, for perhaps a hundred thousand
        content = f"{link}[{first:d},{last:d},{quoted(at)},{quoted(version)}]"
        link = sha256(content.encode()).hexdigest()
    return link


def _is_longer(db: sqlite3.Connection, branch_id: int, most: int) -> bool:
    """Whether a branch has more than `most` commits."""
    query = "SELECT 1 FROM commit_log WHERE branch_id = ? LIMIT 1 OFFSET ?"
    return db.execute(query, (branch_id, most)).fetchone() is not None


def _sealed(
    db: sqlite3.Connection, branch_id: int, commits: str
) -> tuple[int, int, int, int, str, str]:
    """The row of `seals` that the rest of the ledger implies."""
    seq, tip = db.execute(
        "SELECT coalesce(e.seq, b.fork_seq, 0), coalesce(e.hash, b.genesis) FROM branches b"
        " LEFT JOIN events e ON e.branch_id = b.id AND e.seq ="
        " (SELECT max(seq) FROM events WHERE branch_id = b.id) WHERE b.id = ?",
        (branch_id,),
    ).fetchone()
    row = db.execute("SELECT body FROM places WHERE branch_id = ?", (branch_id,)).fetchone()
    body = str(row[0]) if row else ""
    place = json.loads(body) if body else {}
    step = int(place.get("index", -1))
    closed = int(place.get("phase") == "closed")
    done = int(place.get("script_done", 0))
    return seq, step, closed, done, commits, hashed(tip, [seq, body, commits])


def broken_seals(
    db: sqlite3.Connection, branch_id: int | None = None, most: int | None = None
) -> Iterator[str]:
    """What a seal does not fit, a sentence each; of one branch, or of all.

    Where the log of commits is longer than `most`, it is assumed to be as sealed.
    """
    rows = db.execute(
        "SELECT b.id, b.name, s.seq, s.step, s.closed, s.script_done, s.commits, s.hash"
        " FROM branches b LEFT JOIN seals s ON s.branch_id = b.id WHERE b.id = coalesce(?, b.id)"
        " AND (s.branch_id IS NOT NULL"  # a fork stands somewhere before its first own event
        " OR EXISTS (SELECT 1 FROM events WHERE branch_id = b.id))",
        (branch_id,),
    ).fetchall()
    for id_, name, *sealed in rows:
        long = most is not None and _is_longer(db, id_, most)
        commits = sealed[4] if long else _linked(db, id_, 0, NO_COMMITS)
        try:
            expected = _sealed(db, id_, commits)
        except (ValueError, TypeError, AttributeError):
            yield f"the place of {name} cannot be read"
            continue
        if tuple(sealed) == expected:
            continue
        if sealed[4] == commits:
            yield f"the clock of {name} is not where it was left"
        else:
            yield f"the commits of {name} do not match their checksum"


def moved_clocks(db: sqlite3.Connection) -> set[int]:
    """The branches whose clock or last event is not what was sealed; commits are taken as sealed.

    For a list of thousands: what it costs does not depend on how long their histories are.
    """
    moved = set()
    rows = db.execute(
        "SELECT branch_id, seq, step, closed, script_done, commits, hash FROM seals"
    ).fetchall()
    for branch_id, *sealed in rows:
        try:
            expected = _sealed(db, branch_id, str(sealed[4]))
        except (ValueError, TypeError, AttributeError):
            expected = None
        if expected != tuple(sealed):
            moved.add(int(branch_id))
    return moved


def seal_all(db: sqlite3.Connection) -> None:
    """Seal what a ledger of format 1 holds now."""
    for (branch_id,) in db.execute("SELECT id FROM branches ORDER BY id").fetchall():
        keep_place(db, branch_id, None)
