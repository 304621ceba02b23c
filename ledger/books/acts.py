"""An account's name, whether it is archived, which one the desk opens next, and the purse.

None of it is an account's history, so it is outside the chain of its events, in a table that only
grows: each act has the checksum of itself and of the act before, and a seal names the last. The
branch's name in its own events never changes.
"""

import sqlite3
from enum import StrEnum

from ledger.books.file.errors import EntryRefused
from ledger.books.twins import twins
from ledger.books.wire.chain import hashed

NO_ACTS = hashed("", [])


class Act(StrEnum):
    """A change to an account as a whole."""

    RENAMED = "renamed"
    ARCHIVED = "archived"
    RESTORED = "restored"
    """Taken out of the archive."""
    SWITCHED = "switched"
    """The desk opens it next, unless another is written to before."""
    FUNDED = "funded"
    """Deposits are taken from the purse, and withdrawals are paid back into it."""
    PURSE_SET = "purse_set"
    """Belongs to no account: from here on the purse of a currency holds this much."""


def record(
    db: sqlite3.Connection,
    branch_id: int | None,
    act: Act,
    name: str = "",
    money: tuple[str, int] | None = None,
) -> None:
    """Record an act: `name` is an account's new one, `money` the amount in a purse, in atoms of its
    currency. Raises `EntryRefused` if an act lacks what it needs."""
    row = db.execute("SELECT id, hash FROM acts ORDER BY id DESC LIMIT 1").fetchone()
    last, before = row or (0, NO_ACTS)
    (commit,) = db.execute("SELECT coalesce(max(id), 0) FROM commit_log").fetchone()
    content = [last + 1, branch_id, act.value, name, *(money or (None, None)), commit]
    hash_ = hashed(before, content)
    db.execute(
        "INSERT INTO acts (id, branch_id, act, name, asset, amount, after_commit, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*content, hash_),
    )
    if row is None:
        db.execute("INSERT INTO acts_seal (id, last, hash) VALUES (1, ?, ?)", (last + 1, hash_))
    else:
        db.execute("UPDATE acts_seal SET last = ?, hash = ? WHERE id = 1", (last + 1, hash_))


def names(db: sqlite3.Connection) -> dict[int, str]:
    """The name of each branch, by its number, in the order of creation."""
    called = {int(id_): str(name) for id_, name in db.execute("SELECT id, name FROM branches")}
    if has_table(db):
        renamed = "SELECT branch_id, name FROM acts WHERE act = ? ORDER BY id"
        called |= {int(id_): str(name) for id_, name in db.execute(renamed, (Act.RENAMED,))}
    return dict(sorted(called.items()))


def archived(db: sqlite3.Connection) -> set[int]:
    """The archived branches."""
    away: set[int] = set()
    if has_table(db):
        put = "SELECT branch_id, act FROM acts WHERE act IN (?, ?) ORDER BY id"
        for branch_id, act in db.execute(put, (Act.ARCHIVED, Act.RESTORED)):
            (away.add if act == Act.ARCHIVED else away.discard)(int(branch_id))
    return away


def last_used(db: sqlite3.Connection) -> str | None:
    """The name of the branch that was switched to or written to last, without archived ones and
    twins, which are played through the account that leads them.

    Raises `EntryRefused` if it is gone, which only damage can cause.
    """
    away, last = archived(db) | twins(db).keys(), None
    if has_table(db):
        last = db.execute(
            "SELECT branch_id FROM acts WHERE act = ? AND after_commit >="
            " (SELECT coalesce(max(id), 0) FROM commit_log) ORDER BY id DESC LIMIT 1",
            (Act.SWITCHED,),
        ).fetchone()
    if last is None or last[0] in away:
        written = db.execute("SELECT branch_id FROM commit_log ORDER BY id DESC")
        last = next((row for row in written if row[0] not in away), None)
    if last is None:
        return None
    called = names(db).get(last[0])
    if called is None:  # another in its place might be traded on by mistake
        raise EntryRefused(f"there is no branch {last[0]}, which was written to last")
    return called


def wrong_acts(db: sqlite3.Connection) -> list[str]:
    """Each act that does not match its checksum, or does not follow the one before."""
    if not has_table(db):
        return []
    wrong, before = [], NO_ACTS
    rows = db.execute(
        "SELECT id, branch_id, act, name, asset, amount, after_commit, hash FROM acts ORDER BY id"
    )
    for number, (*content, stored) in enumerate(rows, start=1):
        if content[0] != number or hashed(before, content) != stored:
            wrong.append(f"act {content[0]} on an account does not match its checksum")
        before = str(stored)
    (seen,) = db.execute("SELECT count(*) FROM acts").fetchone()
    sealed = db.execute("SELECT id, last, hash FROM acts_seal").fetchall()
    if sealed != ([(1, seen, before)] if seen else []):
        wrong.append("the acts on accounts are not those that were sealed")
    return wrong


def has_table(db: sqlite3.Connection) -> bool:
    """Ledgers of an earlier format that are only read have none."""
    query = "SELECT 1 FROM sqlite_schema WHERE name = 'acts' AND type = 'table'"
    return db.execute(query).fetchone() is not None
