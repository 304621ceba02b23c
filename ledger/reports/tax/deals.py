"""What is bought and sold, as tax sees it: single deals with their money."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from ledger.account.event_terms import Side
from ledger.money import ZERO, settle
from ledger.reports.tax.law import AssetClass
from ledger.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One thing that is held: a symbol, what the law takes it for, and the money of its amounts."""

    symbol: str
    what: AssetClass
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A purchase or a sale. `amount` is its value without the `fee`.

    `opens` says whether it begins or enlarges a position: a sale that opens is a short sale, and a
    purchase that does not covers one. A cover that `delivers` buys nothing: it takes what is held.
    A `transfer` takes units out of the account to another of the same owner: nothing is sold.
    """

    seq: int
    at: Time
    asset: Asset
    side: Side
    opens: bool
    quantity: Decimal
    amount: Decimal
    fee: Decimal = ZERO
    forced: bool = False
    delivers: bool = False
    transfer: bool = False

    @property
    def day(self) -> date:
        """The day of trading, in UTC."""
        return day_of(self.at)

    @property
    def money(self) -> Decimal:
        """What a purchase cost, or what a sale brought."""
        return self.amount + self.fee if self.side is Side.BUY else self.amount - self.fee


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """A split of what is held: `ratio` such as 4:1, and the `total` quantity after it."""

    seq: int
    at: Time
    asset: Asset
    ratio: str
    total: Decimal


def day_of(at: Time) -> date:
    """The day of a time, in UTC."""
    return datetime.fromtimestamp(at, UTC).date()


def part_of(whole: Decimal, part: Decimal, of: Decimal, currency: str) -> Decimal:
    """The share of an amount that belongs to a part of a quantity, rounded once; all of it for all
    of the quantity."""
    return whole if part == of else settle(whole * part / of, currency)
