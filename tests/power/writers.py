"""Processes that write and promise: the program's own writer, and canaries that do it wrong.

Each prints its branch's number, then after each batch the last number that it says is kept.
A harness that does not catch every canary proves nothing about the program.
"""

import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.books.chain import EventRow, event_hash
from ledger.books.codec import BODY_VERSION, canonical, compact, encode, rules_hash, to_wire
from ledger.books.doctor import examine
from ledger.books.entries import head_of
from ledger.books.errors import LedgerError
from ledger.books.store import Batch, Ledger, Record, leg_row, per_unit
from ledger.books.writer import Writer
from tests.books.lives import Life, long_life

PROMISES = 1
"""stdout, unbuffered: a promise is out when it is made."""


@dataclass(frozen=True)
class Found:
    """What was wrong after a kill, and how long the next start took, in seconds."""

    findings: list[str]
    start: float


def promise(number: int) -> None:
    os.write(PROMISES, f"{number}\n".encode())


def batches(life: Life, chance: random.Random) -> list[Batch]:
    """The life in batches of one to eight events."""
    records = life.records()
    made, first = [], 0
    while first < len(records):
        size = chance.randint(1, 8)
        batch = records[first : first + size]
        made.append(Batch(batch, {"seq": batch[-1].seq}))
        first += size
    return made


def _numbers(batch: Batch) -> list[int]:
    return [record.seq for record in batch.records]


def start(path: Path, life: Life) -> tuple[Ledger, int]:
    """An open ledger with a new branch for the life."""
    ledger = Ledger.open(path)
    ledger.put_rulebook(rules_hash(life.rulebook), canonical(encode(life.rulebook)))
    branch = ledger.new_branch("test", 7, "", {})
    promise(branch)
    return ledger, branch


def sound(path: Path, life: Life, work: list[Batch]) -> None:
    """The program's own way: promised when the writer says it is committed."""
    ledger, branch = start(path, life)
    writer = Writer(ledger, branch)
    for batch in work:
        writer.submit(batch, lambda: promise(writer.committed_seq))
    writer.close()
    ledger.close()


def hasty(path: Path, life: Life, work: list[Batch]) -> None:
    """Canary: promises before it commits."""
    ledger, branch = start(path, life)
    for batch in work:
        promise(_numbers(batch)[-1])
        ledger.append(branch, batch)


def lazy(path: Path, life: Life, work: list[Batch]) -> None:
    """Canary: promises each batch, commits every fourth."""
    ledger, branch = start(path, life)
    waiting: list[Record] = []
    for number, batch in enumerate(work):
        waiting += batch.records
        promise(_numbers(batch)[-1])
        if number % 4 == 3:
            ledger.append(branch, Batch(tuple(waiting), batch.place))
            waiting.clear()


def careless(path: Path, life: Life, work: list[Batch]) -> None:
    """Canary: no transaction, each statement its own commit (foreign keys off, or all fails)."""
    _by_hand(path, life, work, ())


def interrupted(path: Path, life: Life, work: list[Batch]) -> None:
    """Canary: something commits in the middle of a batch, as `executescript` does."""
    _by_hand(path, life, work, ("COMMIT", "BEGIN"))


def _by_hand(path: Path, life: Life, work: list[Batch], between: tuple[str, ...]) -> None:
    """The store's rows without the store's transaction; `between` is done after each event."""
    ledger, branch = start(path, life)
    name = ledger.branch(branch).name
    (prev,) = ledger._db.execute("SELECT genesis FROM branches WHERE id = ?", (branch,)).fetchone()
    ledger.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for batch in work:
            if between:
                db.execute("BEGIN")
            for record in batch.records:
                prev = _write(db, branch, name, record, prev)
                for statement in between:
                    db.execute(statement)
            numbers = _numbers(batch)
            first, last = numbers[0], numbers[-1]
            db.execute(
                "INSERT INTO commit_log (branch_id, first_seq, last_seq, version)"
                " VALUES (?, ?, ?, '')",
                (branch, first, last),
            )
            db.execute(
                "INSERT OR REPLACE INTO places (branch_id, body) VALUES (?, ?)",
                (branch, compact({"seq": last})),
            )
            if db.in_transaction:
                db.execute("COMMIT")
            promise(last)


def _write(db: sqlite3.Connection, branch: int, name: str, record: Record, prev: str) -> str:
    wire = to_wire(record.event, record.seq, name)
    time_, kind = str(wire["time"]), str(wire["type"])
    row = EventRow(record.seq, time_, kind, name, record.idem_key, BODY_VERSION, compact(wire))
    legs = [leg_row(leg) for leg in record.legs]
    for n, (debit, credit, asset, amount) in enumerate(legs, start=1):
        ids = [_account(db, branch, account, asset) for account in (debit, credit)]
        db.execute("INSERT INTO legs VALUES (?, ?, ?, ?, ?, ?)", (branch, row.seq, n, *ids, amount))
    hash_ = event_hash(prev, row, legs)
    db.execute(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(branch, row.seq, time_, kind, name, row.idem_key, row.version),
            *(len(legs), row.body, prev, hash_),
        ),
    )
    return hash_


def _account(db: sqlite3.Connection, branch: int, name: str, asset: str) -> int:
    found = db.execute(
        "SELECT id FROM accounts WHERE branch_id = ? AND name = ? AND asset = ?",
        (branch, name, asset),
    ).fetchone()
    if found:
        return int(found[0])
    head = head_of(name)
    cursor = db.execute(
        "INSERT INTO accounts (branch_id, portfolio, name, class, asset, per_unit)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (branch, head.portfolio, name, head.kind, asset, per_unit(name, asset)),
    )
    return int(cursor.lastrowid or 0)


def rewriting(path: Path, life: Life, work: list[Batch]) -> None:
    """Canary: a JSON file written anew in its place."""
    promise(1)
    kept: list[dict[str, object]] = []
    for batch in work:
        kept += [to_wire(record.event, record.seq, "test") for record in batch.records]
        with path.open("w") as file:
            for number, wire in enumerate(kept):
                file.write(("[" if not number else ",") + compact(wire))
                file.flush()
            file.write("]")
        promise(_numbers(batch)[-1])


LEDGER = "sound"
JSON_FILE = ("rewriting",)
WRITERS: dict[str, Callable[[Path, Life, list[Batch]], None]] = {
    LEDGER: sound,
    "hasty": hasty,
    "lazy": lazy,
    "careless": careless,
    "interrupted": interrupted,
    "rewriting": rewriting,
}
CANARIES = tuple(name for name in WRITERS if name != LEDGER)


def lost_from_ledger(path: Path, branch: int, acknowledged: int) -> Found:
    """What a killed writer left: promised events missing, half batches, or any broken law."""
    if not path.exists():
        return Found([], 0.0)  # killed before it had made anything
    began = time.perf_counter()
    try:
        ledger = Ledger.open(path)
    except LedgerError as fault:
        return Found([str(fault)], time.perf_counter() - began)
    took = time.perf_counter() - began
    findings = []
    with ledger:
        if branch:
            kept = ledger.last_seq(branch)
            if kept < acknowledged:
                findings.append(f"{acknowledged} was promised, {kept} is kept")
            if (ledger.place(branch) or {"seq": 0})["seq"] != kept:
                findings.append(f"half a batch is kept, up to {kept}")
    failed = [check for check in examine(path, deep=True) if not check.ok]
    return Found(findings + [f"{check.name}: {check.detail}" for check in failed], took)


def lost_from_json(path: Path, branch: int, acknowledged: int) -> Found:
    """The same of the file that is no ledger."""
    try:
        kept = json.loads(path.read_text())[-1]["seq"] if path.exists() else 0
    except ValueError as fault:
        return Found([f"the file cannot be read: {fault}"], 0.0)
    return Found(
        [f"{acknowledged} was promised, {kept} is kept"] if kept < acknowledged else [], 0.0
    )


def main() -> None:
    name, path, seed = sys.argv[1:]
    life = long_life()
    WRITERS[name](Path(path), life, batches(life, random.Random(seed)))


if __name__ == "__main__":
    main()
