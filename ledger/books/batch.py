"""What is handed to the books: events with their legs, and the clock's place after them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ledger.account.events.kinds import Event
from ledger.books.entries import Leg


@dataclass(frozen=True, slots=True)
class Record:
    """One event to store. `idem_key` is unique in its branch and made before writing."""

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
    """What is stored together or not at all; `place` is the clock's place after it.

    What takes time to compute is computed when it is written: records may be made on demand, and a
    place may be a function.
    """

    records: Records
    place: dict[str, Any] | Callable[[], dict[str, Any]] | None = None
    snapshot: Callable[[], str] | None = None
    """The account after the last record, as text; called only if a snapshot is due."""
    closing: bool = False
    """Whether this is the last batch for now: then a snapshot is due sooner."""
    beside: "tuple[int, Batch] | None" = None
    """Another branch and its batch, stored with this one or not at all."""
