"""The hash chain: a checksum that finds a changed bit and names a history in one line.

It is no seal. Whoever owns the file can compute it anew. Every column of an event and of its legs
that is not derived from others is inside; the wall clock is not, so that the same input gives the
same hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.books.codec import canonical

LegRow = tuple[str, str, str, int]
"""Debit account, credit account, asset, atoms."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it stands in the store; `body` is the wire object as JSON text."""

    seq: int
    time: str
    type: str
    account: str
    idem_key: str
    version: int
    body: str


def event_hash(prev_hash: str, row: EventRow, legs: Sequence[LegRow]) -> str:
    """The checksum of one event, its legs, and everything before."""
    content = [row.seq, row.time, row.type, row.account, row.idem_key, row.version, row.body]
    return _hash(prev_hash, [*content, [list(leg) for leg in legs]])


def genesis(
    name: str, seed: int, engine: str, title: str, setup: str, forked_from: tuple[str, int] | None
) -> str:
    """The checksum a branch begins with; a what-if line builds on the event it forked from."""
    parent_hash, fork_seq = forked_from or ("", 0)
    return _hash(parent_hash, [name, seed, engine, title, setup, fork_seq])


def _hash(prev_hash: str, content: list[object]) -> str:
    return sha256((prev_hash + canonical(content)).encode()).hexdigest()
