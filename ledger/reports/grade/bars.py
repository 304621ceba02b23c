"""What is asked about the bars that an account went through, and what holds them against a plan.

Events tell what an account was worth only where something happened. Between them the bars do, as
far as they are known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ledger.account.state import Account
from ledger.times import Time


@dataclass(frozen=True, slots=True)
class Mark:
    """What an account was worth at a time at which nothing happened to it."""

    at: Time
    equity: Decimal


class Bars(Protocol):
    """The bars by number, from the first that the account could have seen."""

    def ended(self, at: Time) -> int:
        """How many had ended by a time."""
        ...

    def prices(self, at: Time) -> Mapping[str, Decimal]:
        """What each symbol was judged by at a time."""
        ...

    def marks(self, account: Account, first: int, end: int, *, whole: bool) -> Iterable[Mark]:
        """What an unchanged account was worth in the bars `first` to `end` less one, in order, as
        far as a limit can be broken there; in the first only at its close unless it is `whole`."""
        ...


class NoBars:
    """Nothing is known of them."""

    def ended(self, at: Time) -> int:
        return 0

    def prices(self, at: Time) -> Mapping[str, Decimal]:
        return {}

    def marks(self, account: Account, first: int, end: int, *, whole: bool) -> Iterable[Mark]:
        return ()


NO_BARS: Bars = NoBars()
