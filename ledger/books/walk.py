"""Every event of a ledger read once, in order, and everything in it that is not as written.

A long account has a million events: whatever can be checked while an event is at hand is checked in
this one pass, and parts of the record are walked side by side by separate processes. The laws that
are checked here exist in SQL too, for readers without this program (`views.INVARIANTS`).
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from json.encoder import encode_basestring as quoted
from pathlib import Path

from ledger.books.file.connect import connect_reader
from ledger.books.wire.chain import content_hash

LEGS = "legs claimed are legs present"
TIME = "market time never goes backwards"
LINK = "each event carries the hash of the one before"
HEAD = "columns say what the body says"
LAWS = frozenset({LEGS, TIME, LINK, HEAD})
"""The laws of `views.INVARIANTS` that a walk checks."""

PIECE = 50_000
"""Events that are worth a process of their own: fewer are read sooner than it starts."""
_NAMED = 3
"""Events of a piece that are named; all are counted."""

Mark = tuple[int, int]
"""A branch and the number of an event: where in the record a piece begins or ends."""
_LAST = 2**63 - 1
_BEGINNING, _END = (0, 0), (_LAST, _LAST)

_Row = tuple[int, int, str, str, str, str, int, int, str, str, str]


@dataclass(slots=True)
class Walked:
    """The findings: how many events do not match their checksums, the first of them named, and how
    many break each law."""

    unlike: int = 0
    named: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, later: "Walked") -> None:
        """Add the findings of a later piece."""
        self.unlike += later.unlike
        self.named = [*self.named, *later.named][:_NAMED]
        self.broken += later.broken


def walk(db: sqlite3.Connection, since: Mark = _BEGINNING, upto: Mark = _END) -> Walked:
    """Every event after one mark and up to another."""
    walked = Walked()
    moved = _legs(db, since, upto)
    origins = dict(db.execute("SELECT id, genesis FROM branches"))
    branch_before, seq_before, time_before, link = _before(db, since)
    for row in _rows(db, since, upto):
        branch, seq, time, kind, account, key, version, claimed, body, before, stored = row
        count, legs = moved(branch, seq)
        if content_hash(before, seq, time, kind, account, key, version, body, legs) != stored:
            walked.unlike += 1
            if len(walked.named) < _NAMED:
                walked.named.append(f"event {seq} of branch {branch} does not match its checksum")
        if count != claimed:
            walked.broken[LEGS] += 1
        if not body.startswith(f'{{"seq":{seq},"time":"{time}","type":"{kind}","account":"'):
            walked.broken[HEAD] += 1
        if branch != branch_before or seq != seq_before + 1:
            time_before, link = "", origins.get(branch, before)
        if before != link:
            walked.broken[LINK] += 1
        if time < time_before:
            walked.broken[TIME] += 1
        branch_before, seq_before, time_before, link = branch, seq, time, stored
    return walked


def _rows(db: sqlite3.Connection, since: Mark, upto: Mark) -> Iterator[_Row]:
    return db.execute(
        "SELECT branch_id, seq, time, type, account, idem_key, version, n_legs, body, prev_hash,"
        " hash FROM events WHERE (branch_id, seq) > (?, ?) AND (branch_id, seq) <= (?, ?)"
        " ORDER BY branch_id, seq",
        (*since, *upto),
    )


def _before(db: sqlite3.Connection, mark: Mark) -> tuple[int, int, str, str]:
    """The event at a mark, which the one after it must follow: its mark, time and checksum."""
    row: tuple[str, str] | None = db.execute(
        "SELECT time, hash FROM events WHERE (branch_id, seq) = (?, ?)", mark
    ).fetchone()
    return (*mark, *row) if row else (0, 0, "", "")


def _legs(db: sqlite3.Connection, since: Mark, upto: Mark) -> Callable[[int, int], tuple[int, str]]:
    """A function that returns the legs of each event: their number, and the text for its checksum.

    Call it in the order of the record. Legs without an event are skipped.
    """
    names, assets = (
        {id_: quoted(text) for id_, text in db.execute(f"SELECT id, {column} FROM accounts")}
        for column in ("name", "asset")
    )
    rows = db.execute(
        "SELECT branch_id, event_seq, debit_id, credit_id, amount FROM legs"
        " WHERE (branch_id, event_seq) > (?, ?) AND (branch_id, event_seq) <= (?, ?)"
        " ORDER BY branch_id, event_seq, n",
        (*since, *upto),
    )
    none = _LAST, _LAST, 0, 0, 0
    ahead = next(rows, none)

    begins: dict[tuple[int, int], str] = {}

    def begin(debit: int, credit: int) -> str:
        """The text of a leg before its amount; `null` for a missing account."""
        text = f"[{names.get(debit)},{names.get(credit)},{assets.get(debit)},"
        return begins.setdefault((debit, credit), text)

    def legs_at(branch: int, seq: int) -> tuple[int, str]:
        nonlocal ahead
        if ahead[1] != seq and ahead[:2] > (branch, seq):
            return 0, ""
        texts = []
        while ahead[:2] <= (branch, seq):
            of, at, debit, credit, amount = ahead
            if at == seq and of == branch:
                text = begins.get((debit, credit)) or begin(debit, credit)
                texts.append(f"{text}{amount}]")
            ahead = next(rows, none)
        return len(texts), ",".join(texts)

    return legs_at


def pieces(db: sqlite3.Connection) -> list[tuple[Mark, Mark]]:
    """The record in pieces of about `PIECE` events, from its first to its last."""
    (count,) = db.execute("SELECT count(*) FROM events").fetchone()
    query = "SELECT branch_id, seq FROM events ORDER BY branch_id, seq LIMIT 1 OFFSET ?"
    marks = [db.execute(query, (place - 1,)).fetchone() for place in range(PIECE, count, PIECE)]
    last = db.execute("SELECT branch_id, seq FROM events ORDER BY branch_id DESC, seq DESC LIMIT 1")
    ends = [*marks, last.fetchone()] if count else []
    return list(pairwise([_BEGINNING, *ends]))


def begun(db: sqlite3.Connection, path: Path, executor: Executor | None) -> Callable[[], Walked]:
    """Start walking over everything on record now; the returned function waits for the findings.

    A long record is walked by the `executor`, piece by piece.
    """
    spans = pieces(db)
    if executor is None or len(spans) < 2:
        return partial(walk, db)
    try:
        going = [executor.submit(_piece, path, *span) for span in spans]
    except BrokenExecutor:
        return partial(walk, db)

    def finished() -> Walked:
        walked = Walked()
        try:
            for piece in going:
                walked.add(piece.result())
        except BrokenExecutor:  # killed from outside
            return walk(db)
        return walked

    return finished


def _piece(path: Path, since: Mark, upto: Mark) -> Walked:
    """Walk a piece, in a process of its own. What is on record up to a mark never changes."""
    with closing(connect_reader(path)) as db:
        return walk(db, since, upto)
