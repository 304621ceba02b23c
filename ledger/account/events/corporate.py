"""The facts of dividends and splits."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.events.base import Event, Fill
from ledger.account.state import Cause, OrderType, Side, Target
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class DividendPaid(Event):
    """`amount` came in for a long; below zero, a short owed it. `per_share` is in money a unit."""

    pocket: str
    symbol: str
    side: Side
    quantity: Decimal
    per_share: Decimal
    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Split(Event):
    """Of each `old` unit held so many new ones, `ratio` is new:old; no money moves.

    `quantity` is what `was` became, at eight decimals: what is no whole lot of it is paid out
    afterwards. `entry_price` is the average after the split. Where only orders rest, nothing is
    held before and after, and there is no pocket.
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
    """A resting order as it stands after a split, in whole lots and ticks."""

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
    """What a split left of a lot was paid out in money at `price`, or by a short paid for.

    `value` is that of the exact fraction, which `quantity` tells at eight decimals.
    """

    ratio: str
