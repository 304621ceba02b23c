"""The events of dividends and splits."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.events.base import Event, Fill
from ledger.account.state import Cause, OrderType, Side, Target
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class DividendPaid(Event):
    """`amount` was received for a long; below zero, a short owed it. `per_share` is money per
    unit."""

    pocket: str
    symbol: str
    side: Side
    quantity: Decimal
    per_share: Decimal
    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Split(Event):
    """The units held were multiplied by `ratio`, new:old; no money moved.

    `quantity` is what `was` became, at eight decimals; a fraction of a lot is paid out afterwards.
    `entry_price` is the average after the split. Where only orders rest, nothing is held before and
    after, and there is no pocket.
    """

    symbol: str
    ratio: str
    pocket: str | None = None
    side: Side | None = None
    was: Decimal
    quantity: Decimal
    entry_price: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class OrderAdjusted(Event):
    """A resting order as restated by a split, in whole lots and ticks."""

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    cause: Cause
    ratio: str
    quantity: Decimal
    limit: Decimal | None = None
    trigger: Decimal | None = None
    trail: Decimal | None = None
    stop_loss: Decimal | None = None
    targets: tuple[Target, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True)
class CashInLieu(Fill):
    """A fraction of a lot left by a split was paid out at `price`, or paid for by a short.

    `value` is that of the exact fraction, which `quantity` gives at eight decimals.
    """

    ratio: str
