"""What an order is: its side, type and prices, and what it brings when it fills."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.frozen import later, quick
from ledger.market.rules.rulebook import Mode
from ledger.times import Time


class Side(StrEnum):
    """Direction of an order, or of the position it made; `sign` is that of its quantity."""

    BUY = "buy"
    SELL = "sell"

    sign: int

    def __init__(self, word: str) -> None:
        self.sign = 1 if word == "buy" else -1

    @property
    def opposite(self) -> "Side":
        return _SELL if self.sign > 0 else _BUY


_BUY, _SELL = Side.BUY, Side.SELL


class OrderType(StrEnum):
    """How an order meets the market.

    A `market` order trades at once. A `limit` order rests until its limit or better trades and
    never fills worse. A `stop` order rests until its trigger trades and is a market order then. A
    `stop_limit` order is a limit order from the moment its trigger trades: where the price has
    gapped beyond its limit it does not fill but rests there. A `trailing` order is a stop order
    whose trigger follows the best price since it was placed, at the distance `trail` or at the
    fraction `trail_fraction` of that price, and never goes back. `has_trigger` tells the kinds
    that wait for one.
    """

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING = "trailing"

    has_trigger: bool

    def __init__(self, word: str) -> None:
        self.has_trigger = word in ("stop", "stop_limit", "trailing")


PRICES_OF: dict[OrderType, tuple[str, ...]] = {
    OrderType.MARKET: (),
    OrderType.LIMIT: ("limit",),
    OrderType.STOP: ("trigger",),
    OrderType.STOP_LIMIT: ("trigger", "limit"),
    OrderType.TRAILING: (),
}
"""The prices that an order of each type has. A trail may also be that of the stop it brings."""

_LIMIT = OrderType.LIMIT  # looked up once: see `demand`


class GoodFor(StrEnum):
    """How long an order rests: until it is cancelled, or until the session's close."""

    GTC = "gtc"
    DAY = "day"


class Cause(StrEnum):
    """Who or what an order came from."""

    TRADER = "trader"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"


@quick
@dataclass(frozen=True)
class Target:
    """A price to take profit at, for a fraction of the position."""

    price: Decimal
    fraction: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Order:
    """A resting order. Its protection (stop, targets) comes to life when it fills.

    `trigger` of a trailing order is where it stands now: the best price since it was placed less
    `trail`, or less `trail_fraction` of it. On an order of another type both belong to the stop
    that it brings. `triggered`
    is a stop-limit whose trigger has traded and that rests at its limit. Of the orders that share
    `oco` (one cancels other) one fills, and the others are cancelled with it.
    """

    id: str
    symbol: str
    side: Side
    quantity: Decimal
    order_type: OrderType
    limit: Decimal | None = None
    trigger: Decimal | None = None
    leverage: Decimal
    mode: Mode
    reduce_only: bool = False
    cause: Cause = Cause.TRADER
    stop_loss: Decimal | None = None
    targets: tuple[Target, ...] = ()
    placed_at: Time = 0
    trail: Decimal | None = None
    oco: str | None = None
    good_for: GoodFor = GoodFor.GTC
    triggered: bool = False
    crossed: bool = False
    """A limit order whose limit was beyond the price as it was placed: it takes what is there."""
    trail_fraction: Decimal | None = later(None)
    unrounded: Decimal | None = later(None)
    """What a target would take if there were no lots: a part closed by anything else leaves its
    share as it is. `None` of other orders, and of targets on older records."""

    def awaits_trigger(self) -> bool:
        """Whether it waits for its trigger: a stop of any kind that has not traded yet."""
        return self.order_type.has_trigger and not self.triggered

    def waits_for(self) -> tuple[Decimal | None, bool]:
        """The price it waits for, if any, and whether to rise to it: it trades there or above."""
        trigger = self.awaits_trigger()
        return self.trigger if trigger else self.limit, (self.side.sign > 0) is trigger

    @property
    def level(self) -> Decimal | None:
        """The price it waits for; `None` for a market order."""
        return self.waits_for()[0]

    def makes_market(self) -> bool:
        """Whether its fill is a resting limit order's: that pays the maker's fee."""
        return (self.triggered or self.order_type is _LIMIT) and not self.crossed

    def trades_at(self, price: Decimal) -> bool:
        """Whether a price is the one it waits for, or beyond: a market order waits for none."""
        level, rises = self.waits_for()
        if level is None:
            return True
        return price >= level if rises else price <= level

    def within_limit(self, price: Decimal) -> bool:
        """Whether a price is the limit or better; one without a limit takes any."""
        if self.limit is None:
            return True
        return price <= self.limit if self.side is Side.BUY else price >= self.limit
