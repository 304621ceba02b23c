"""Notes of the journal, and which trade each belongs to."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.times import Time


class Written(StrEnum):
    """When a note was written, as seen from its trade."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as written; it is never changed."""

    seq: int
    at: Time
    text: str
    tags: tuple[str, ...]
    written: Written
