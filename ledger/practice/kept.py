"""What was decided and waits for the ledger, with the legs worked out by whoever writes it down."""

from collections.abc import Sequence
from typing import overload

from ledger.account.events import Event
from ledger.account.state import Account
from ledger.books.entries import legs_of
from ledger.books.store import Record

Decided = tuple[Account, Event, str, int]
"""The account before an event, the event, what it came from, and its place among what did."""


class Kept(Sequence[Record]):
    """Records that are made when they are asked for."""

    def __init__(self, decided: list[Decided]) -> None:
        self._decided = decided

    def __len__(self) -> int:
        return len(self._decided)

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> "Kept": ...

    def __getitem__(self, index: int | slice) -> "Record | Kept":
        if isinstance(index, slice):
            return Kept(self._decided[index])
        before, event, cause, place = self._decided[index]
        return Record(before.seq + 1, event, legs_of(before, event), f"{cause}:{place}")
