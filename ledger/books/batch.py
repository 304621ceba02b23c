"""What is handed to the books: events with their legs, and where the clock stands after them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ledger.account.events.kinds import Event
from ledger.books.entries import Leg


@dataclass(frozen=True, slots=True)
class Record:
    """One event to keep. `idem_key` is unique in its branch and made before writing."""

    seq: int
    event: Event
    legs: tuple[Leg, ...]
    idem_key: str


class Records(Protocol):
    """Records in the order of their numbers."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Record]: ...


@dataclass(frozen=True, slots=True)
class Batch:
    """What is kept together or not at all; `place` is where the clock stands after it.

    What takes time to tell is told when it is written: records may be made when they are asked
    for, and a place may be a function.
    """

    records: Records
    place: dict[str, Any] | Callable[[], dict[str, Any]] | None = None
    snapshot: Callable[[], str] | None = None
    """The account after the last record, as text; asked for where one is due."""
    closing: bool = False
    """Whether this is the last batch for now: then a snapshot is due sooner."""
