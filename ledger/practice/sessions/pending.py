"""Events that were decided but not yet stored, turned into records by the writer."""

from collections.abc import Iterator

from ledger.account.events.kinds import Event
from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.books.entries import legs_of
from ledger.books.store import Record

Decided = tuple[Event, str, int]
"""An event, the key of its cause, and its number among the events of that cause."""


class Kept:
    """Records made on demand, with the legs of each.

    Only the account before the first is held: those in between follow from the events and would
    take much memory until they are written.
    """

    def __init__(self, before: Account, decided: list[Decided]) -> None:
        self._before = before
        self._decided = decided

    def __len__(self) -> int:
        return len(self._decided)

    def __iter__(self) -> Iterator[Record]:
        account = self._before
        for event, cause, place in self._decided:
            legs = legs_of(account, event)
            account = apply(account, event)
            yield Record(account.seq, event, legs, f"{cause}:{place}")
