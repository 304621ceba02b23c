"""Dividends and splits: what a company does to its shares, and so to their holders and short
sellers.

They are events of a tape at its raw prices; a tape adjusted for splits has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ledger.frozen import quick
from ledger.times import Time


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of `new` units to `old` ones: 4:1 makes four of one, 1:10 one of ten."""

    new: int
    old: int

    @classmethod
    def of(cls, text: str) -> "Ratio":
        """The ratio in a text such as `4:1`. Raises `ValueError` for anything else."""
        new, colon, old = text.partition(":")
        if not (colon and new.isdecimal() and old.isdecimal() and int(new) and int(old)):
            raise ValueError(f"{text} is not a ratio")
        return cls(int(new), int(old))

    def __str__(self) -> str:
        return f"{self.new}:{self.old}"

    def quantity(self, before: Decimal) -> Decimal:
        """A quantity after the split."""
        return before * self.new / self.old

    def price(self, before: Decimal) -> Decimal:
        """A price after the split: its value stays the same."""
        return before * self.old / self.new


@quick
@dataclass(frozen=True, kw_only=True)
class CorporateAction:
    """A `dividend`, in money per unit, or a `split` such as 4:1: four new units for one old.

    It takes effect at the open of its symbol's first bar at or after `at`, the ex-day, for whoever
    held before that open.
    """

    symbol: str
    at: Time
    dividend: Decimal | None = None
    split: str | None = None


class _Bars(Protocol):
    """What is needed of a tape here."""

    @property
    def times(self) -> Sequence[int]: ...

    @property
    def actions(self) -> tuple[CorporateAction, ...]: ...

    def find(self, time: Time) -> int: ...


def by_open(tapes: Mapping[str, _Bars]) -> dict[Time, tuple[CorporateAction, ...]]:
    """The actions that take effect at the open of a bar, by the time of that open."""
    actions: dict[Time, tuple[CorporateAction, ...]] = {}
    for tape in tapes.values():
        for action in tape.actions:
            index = tape.find(action.at)
            if index < len(tape.times):
                time = tape.times[index]
                actions[time] = (*actions.get(time, ()), action)
    return dict(sorted(actions.items()))


def splits_of(tape: _Bars) -> tuple[tuple[Time, Ratio], ...]:
    """The splits of a tape, oldest first: the open of the first bar at the new price, and the
    ratio."""
    return tuple(
        (time, Ratio.of(action.split))
        for time, actions in by_open({"": tape}).items()
        for action in actions
        if action.split is not None
    )
