"""The events of an order before it trades: placed, amended, cancelled, refused."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Amended, Term
from ledger.account.events.base import Event
from ledger.account.state import Cause, GoodFor, OrderType, Side, Target
from ledger.frozen import later, quick
from ledger.market.rules.rulebook import Mode


@quick
@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An order was accepted; its protection comes to life when it fills.

    A trailing order's `trigger` is its first level; `trail` on another type is that of the stop
    which the order brings. A limit order that `crossed` the price does not rest: it takes
    liquidity.
    """

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    limit: Decimal | None = None
    trigger: Decimal | None = None
    leverage: Decimal
    mode: Mode
    reduce_only: bool = False
    cause: Cause = Cause.TRADER
    stop_loss: Decimal | None = None
    targets: tuple[Target, ...] = ()
    reason: str = ""
    trail: Decimal | None = None
    oco: str | None = None
    good_for: GoodFor = GoodFor.GTC
    crossed: bool = False
    trail_fraction: Decimal | None = later(None)
    unrounded: Decimal | None = later(None)


@quick
@dataclass(frozen=True)
class Change:
    """One amended term of an order, by its key; `None` for a term that it did not have, or has no
    more."""

    what: Term
    was: Decimal | None
    now: Decimal | None


@quick
@dataclass(frozen=True, kw_only=True)
class OrderTriggered(Event):
    """A stop-limit's trigger traded: from here on it is a limit order.

    `price` is what traded. The order `rests` at its limit if the price is beyond it, and fills
    otherwise.
    """

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    cause: Cause
    price: Decimal
    limit: Decimal
    rests: bool


@quick
@dataclass(frozen=True, kw_only=True)
class OrderAmended(Event):
    """`reason` says what amended it (`AmendReason`); `widened_r` is the R given away by a stop
    moved back.

    `trail` is a trailing order's trigger that followed the market; a `price` that the trader gave a
    trailing order makes it a stop order. `terms` are other terms that the trader set: each is one
    of `changes`, the order is of `order_type` from then on, and `was` and `now` are the price that
    it waits for, or if it waits for none its quantity. `unrounded` is the exact size of a target's
    new fraction. `targets` are those that the order brings from then on, instead of the
    `targets_were`; `None` if they stay.
    """

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    cause: Cause
    what: Amended
    was: Decimal
    now: Decimal
    widened_r: Decimal | None = None
    reason: str = ""
    changes: tuple[Change, ...] = later(())
    crossed: bool = later(False)
    unrounded: Decimal | None = later(None)
    targets: tuple[Target, ...] | None = later(None)
    targets_were: tuple[Target, ...] = later(())


@quick
@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    """A resting order left the market unfilled, with the prices it had then.

    `reason` is a `CancelReason`, or a text with figures.
    """

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    cause: Cause
    reason: str
    limit: Decimal | None = None
    trigger: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class OrderRefused(Event):
    """`largest` is the largest quantity that would pass, if there is one."""

    order: str
    symbol: str
    side: Side
    order_type: OrderType
    quantity: Decimal
    reason: str
    largest: Decimal | None = None
    limit: Decimal | None = None
    trigger: Decimal | None = None
