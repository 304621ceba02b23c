"""How far a trade went against its holder and for him (MAE and MFE), during it and after.

The *position* version is the lowest and the highest sum of realized and unrealized profit, in money
before fees. The *price* version is the lowest and the highest price against the average entry, per
unit. Only points of the path between the first fill and the last count (`person.md`, section 6).
Source: Sweeney, Maximum Adverse Excursion (1997).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.course import Course
from ledger.account.event_terms import Side
from ledger.money import ZERO, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """The furthest that a trade went: `worst` is zero or below, `best` zero or above, in money.

    `low` and `high` are the furthest prices. Each is `None` where the record does not have it: for
    a trade that is still open, and for older ones.
    """

    worst: Decimal | None = None
    best: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def mae(self, entry: Decimal, side: Side) -> Decimal | None:
        """The price version of the adverse excursion, per unit, zero or above."""
        return _beyond(entry, self.low if side.sign > 0 else self.high, -side.sign)

    def mfe(self, entry: Decimal, side: Side) -> Decimal | None:
        """The price version of the favourable excursion, per unit, zero or above."""
        return _beyond(entry, self.high if side.sign > 0 else self.low, side.sign)


def _beyond(entry: Decimal, furthest: Decimal | None, sign: int) -> Decimal | None:
    return None if furthest is None else max(ZERO, (furthest - entry) * sign)


def excursion_of(
    course: Course | None, risk: Decimal | None, in_r: tuple[Decimal | None, Decimal | None]
) -> Excursion:
    """The excursion of a closed trade: from its course, or in older records, from MAE and MFE in R
    and the `risk` that they were measured by."""
    if course is not None:
        return Excursion(worst=course.worst, best=course.best, low=course.low, high=course.high)
    mae, mfe = in_r
    if risk is None or mae is None or mfe is None:
        return Excursion()
    return Excursion(worst=-mae * risk, best=mfe * risk)


def excursion_after(
    path: Iterable[tuple[Decimal, Decimal]], leave: Decimal, side: Side
) -> tuple[Decimal, Decimal]:
    """How far prices went after the exit at `leave`, per unit: against what was held, and for it.

    `path` has the low and the high of each bar after the exit: for as long as the trade lasted, and
    at least one session.
    """
    lows, highs = [leave], [leave]
    for low, high in path:
        lows.append(low)
        highs.append(high)
    down, up = leave - min(lows), max(highs) - leave
    return (down, up) if side.sign > 0 else (up, down)


GIVES_BACK_FROM = Decimal("0.5")
"""The least peak, in R, of which a share may be given back."""


def share_given_back(peak: Decimal, r: Decimal) -> Decimal | None:
    """The share of the peak R that was given back; `None` where the peak was under half an R."""
    return ratio((peak - r) / peak) if peak >= GIVES_BACK_FROM else None
