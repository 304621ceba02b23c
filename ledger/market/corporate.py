"""Dividends and splits: what a company does to its shares, and so to whoever holds or owes them.

They are events of a tape, at its raw prices: one that is adjusted for splits shows none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ledger.frozen import quick
from ledger.times import Time


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many `new` units for so many `old` ones: 4:1 makes four of one, 1:10 one of ten."""

    new: int
    old: int

    @classmethod
    def of(cls, text: str) -> "Ratio":
        """The ratio that `4:1` stands for. Raises `ValueError` for anything else."""
        new, colon, old = text.partition(":")
        if not (colon and new.isdecimal() and old.isdecimal() and int(new) and int(old)):
            raise ValueError(f"{text} is not a ratio")
        return cls(int(new), int(old))

    def __str__(self) -> str:
        return f"{self.new}:{self.old}"

    def quantity(self, before: Decimal) -> Decimal:
        """What a quantity becomes."""
        return before * self.new / self.old

    def price(self, before: Decimal) -> Decimal:
        """What a price becomes: its value stays."""
        return before * self.old / self.new


@quick
@dataclass(frozen=True, kw_only=True)
class CorporateAction:
    """A `dividend`, in money a unit, or a `split` such as 4:1: four new units for one old.

    It takes effect at the open of its symbol's first bar at or after `at`, the ex-day: who held
    before that open is concerned.
    """

    symbol: str
    at: Time
    dividend: Decimal | None = None
    split: str | None = None


class _Bars(Protocol):
    """What is asked of a tape here."""

    @property
    def times(self) -> Sequence[int]: ...

    @property
    def actions(self) -> tuple[CorporateAction, ...]: ...

    def find(self, time: Time) -> int: ...


def by_open(tapes: Mapping[str, _Bars]) -> dict[Time, tuple[CorporateAction, ...]]:
    """What takes effect at the open of a bar, by the time at which that bar opens."""
    found: dict[Time, tuple[CorporateAction, ...]] = {}
    for tape in tapes.values():
        for action in tape.actions:
            index = tape.find(action.at)
            if index < len(tape.times):
                time = tape.times[index]
                found[time] = (*found.get(time, ()), action)
    return dict(sorted(found.items()))


def splits_of(tape: _Bars) -> tuple[tuple[Time, Ratio], ...]:
    """The splits of a tape, oldest first: when the first bar at the new price opens, the ratio."""
    return tuple(
        (time, Ratio.of(action.split))
        for time, actions in by_open({"": tape}).items()
        for action in actions
        if action.split is not None
    )
