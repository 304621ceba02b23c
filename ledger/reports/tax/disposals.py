"""A disposal: something sold or covered, with what it cost and why its loss may wait."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.money import ZERO
from ledger.reports.tax.deals import Asset
from ledger.reports.tax.law import Term


class Matched(StrEnum):
    """What a sale was held against."""

    LOT = "lot"
    SAME_DAY = "same_day"
    NEXT_DAYS = "next_days"
    POOL = "pool"
    MARKED = "marked"
    """Valued at the end of the year (section 1256)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Units of a later or earlier purchase that took over a disallowed loss."""

    seq: int
    day: date
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """One row of a return. `seq` is the number of the event that sold or covered, `lot` that of the
    purchase or the short sale.

    `acquired` is `None` where no single day is: a pool. `basis` holds the losses that `lot` took
    over; `carried` says how much of it that is. `disallowed`, at or above zero, is the part of a
    loss that waits, and `replaced_by` says where.
    """

    seq: int
    asset: Asset
    quantity: Decimal
    acquired: date | None
    disposed: date
    proceeds: Decimal
    basis: Decimal
    matched: Matched
    lot: int | None = None
    term: Term | None = None
    exempt: bool = False
    short_sale: bool = False
    forced: bool = False
    carried: Decimal = ZERO
    disallowed: Decimal = ZERO
    replaced_by: tuple[Replacement, ...] = ()

    @property
    def result(self) -> Decimal:
        """Proceeds less basis, before anything is disallowed."""
        return self.proceeds - self.basis

    @property
    def gain(self) -> Decimal:
        """The gain that counts, or the loss, below zero: column (h) of Form 8949."""
        return self.result + self.disallowed
