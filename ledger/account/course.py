"""The course of a trade so far, as its position carries it along."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.frozen import later, quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class Course:
    """A trade from its opening to its last fill: all it bought and sold, and its best and worst
    result.

    `entry_value` and `exit_value` are the exact notionals of what was `entered` and `exited`.
    `worst` and `best` are the lowest and the highest sum of realized and unrealized profit so far,
    in money before fees; both begin at zero. `bar` is the opening time of the bar of the last fill,
    `ways` the number of its straight moves that were done by then, and `low_ahead` and `high_ahead`
    say which of its extremes came after the fill. `low` and `high` are the furthest prices so far;
    trades that began before they were recorded have none.
    """

    entered: Decimal
    entry_value: Decimal
    exited: Decimal
    exit_value: Decimal
    worst: Decimal
    best: Decimal
    bar: Time
    ways: int
    low_ahead: bool
    high_ahead: bool
    low: Decimal | None = later(None)
    high: Decimal | None = later(None)
