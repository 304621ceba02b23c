"""Every event of a ledger read once, in order, and whatever of it is not as it was written.

A long account has a million: what can be told while an event is at hand is told in this one pass,
and parts of the record are walked side by side by processes of their own. The laws that are found
here stand in SQL too, for whoever reads a ledger without this program (`views.INVARIANTS`).
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
"""The laws of `views.INVARIANTS` that a walk finds broken."""

PIECE = 50_000
"""Events that are worth a piece of their own: fewer are read sooner than a process starts."""
_TOLD = 3
"""Events of a piece that are named; all are counted."""

Mark = tuple[int, int]
"""A branch and the number of an event: where in the record a piece begins or ends."""
_LAST = 2**63 - 1
_BEGINNING, _END = (0, 0), (_LAST, _LAST)

_Row = tuple[int, int, str, str, str, str, int, int, str, str, str]


@dataclass(slots=True)
class Walked:
    """What was found: how many events are not what their checksums say, the first of them named,
    and how many break each law."""

    unlike: int = 0
    named: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, later: "Walked") -> None:
        """What was found further on."""
        self.unlike += later.unlike
        self.named = [*self.named, *later.named][:_TOLD]
        self.broken += later.broken


def walk(db: sqlite3.Connection, since: Mark = _BEGINNING, upto: Mark = _END) -> Walked:
    """Every event after one mark and up to another."""
    found = Walked()
    moved = _legs(db, since, upto)
    origins = dict(db.execute("SELECT id, genesis FROM branches"))
    branch_before, seq_before, time_before, link = _before(db, since)
    for row in _rows(db, since, upto):
        branch, seq, time, kind, account, key, version, claimed, body, before, stored = row
        count, legs = moved(branch, seq)
        if content_hash(before, seq, time, kind, account, key, version, body, legs) != stored:
            found.unlike += 1
            if len(found.named) < _TOLD:
                found.named.append(f"event {seq} of branch {branch} does not match its checksum")
        if count != claimed:
            found.broken[LEGS] += 1
        if not body.startswith(f'{{"seq":{seq},"time":"{time}","type":"{kind}","account":"'):
            found.broken[HEAD] += 1
        if branch != branch_before or seq != seq_before + 1:
            time_before, link = "", origins.get(branch, before)
        if before != link:
            found.broken[LINK] += 1
        if time < time_before:
            found.broken[TIME] += 1
        branch_before, seq_before, time_before, link = branch, seq, time, stored
    return found


def _rows(db: sqlite3.Connection, since: Mark, upto: Mark) -> Iterator[_Row]:
    return db.execute(
        "SELECT branch_id, seq, time, type, account, idem_key, version, n_legs, body, prev_hash,"
        " hash FROM events WHERE (branch_id, seq) > (?, ?) AND (branch_id, seq) <= (?, ?)"
        " ORDER BY branch_id, seq",
        (*since, *upto),
    )


def _before(db: sqlite3.Connection, mark: Mark) -> tuple[int, int, str, str]:
    """The event at a mark, which the one after it has to follow: its mark, time and checksum."""
    row: tuple[str, str] | None = db.execute(
        "SELECT time, hash FROM events WHERE (branch_id, seq) = (?, ?)", mark
    ).fetchone()
    return (*mark, *row) if row else (0, 0, "", "")


def _legs(db: sqlite3.Connection, since: Mark, upto: Mark) -> Callable[[int, int], tuple[int, str]]:
    """A function that tells the legs of each event, how many and in the words of its checksum.

    It is to be asked in the order of the record. Legs without an event are passed over.
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
        """All of a leg's text before its amount; `None` for an account that is not there."""
        text = f"[{names.get(debit)},{names.get(credit)},{assets.get(debit)},"
        return begins.setdefault((debit, credit), text)

    def told(branch: int, seq: int) -> tuple[int, str]:
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

    return told


def pieces(db: sqlite3.Connection) -> list[tuple[Mark, Mark]]:
    """The record in pieces of about `PIECE` events, from its first to its last."""
    (count,) = db.execute("SELECT count(*) FROM events").fetchone()
    query = "SELECT branch_id, seq FROM events ORDER BY branch_id, seq LIMIT 1 OFFSET ?"
    marks = [db.execute(query, (place - 1,)).fetchone() for place in range(PIECE, count, PIECE)]
    last = db.execute("SELECT branch_id, seq FROM events ORDER BY branch_id DESC, seq DESC LIMIT 1")
    ends = [*marks, last.fetchone()] if count else []
    return list(pairwise([_BEGINNING, *ends]))


def begun(db: sqlite3.Connection, path: Path, executor: Executor | None) -> Callable[[], Walked]:
    """Begin to walk over all that is on record now; what is returned waits for it and tells.

    A long record is walked by the `executor`, a piece at a time.
    """
    spans = pieces(db)
    if executor is None or len(spans) < 2:
        return partial(walk, db)
    try:
        going = [executor.submit(_piece, path, *span) for span in spans]
    except BrokenExecutor:
        return partial(walk, db)

    def told() -> Walked:
        found = Walked()
        try:
            for piece in going:
                found.add(piece.result())
        except BrokenExecutor:  # ended from outside
            return walk(db)
        return found

    return told


def _piece(path: Path, since: Mark, upto: Mark) -> Walked:
    """In a process of its own. What is on record up to a mark stays what it is."""
    with closing(connect_reader(path)) as db:
        return walk(db, since, upto)
