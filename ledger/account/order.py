"""What an order is: its side, type and prices, and what it brings when it fills."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import PRICES_OF as PRICES_OF
from ledger.account.event_terms import Cause as Cause
from ledger.account.event_terms import GoodFor as GoodFor
from ledger.account.event_terms import OrderType as OrderType
from ledger.account.event_terms import Side as Side
from ledger.frozen import later, quick
from ledger.market.rules.rulebook import Mode
from ledger.times import Time

_LIMIT = OrderType.LIMIT  # a global is read faster than a member


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

    A trailing order's `trigger` is its present level: the best price since it was placed less
    `trail`, or less `trail_fraction` of it. On an order of another type both belong to the stop
    that it brings. `triggered`: a stop-limit whose trigger has traded and that rests at its limit.
    Of the orders that share `oco` (one cancels other) one fills, and the others are cancelled.
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
    """A limit order whose limit was beyond the price when it was placed: it takes liquidity."""
    trail_fraction: Decimal | None = later(None)
    unrounded: Decimal | None = later(None)
    """A target's size if there were no lots: a part closed by anything else leaves its share as it
    is. `None` for other orders, and for targets on older records."""

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

    @property
    def share(self) -> Decimal:
        """A target's size if there were no lots, its size on older records."""
        return self.quantity if self.unrounded is None else self.unrounded

    def makes_market(self) -> bool:
        """Whether its fill is a resting limit order's, which pays the maker's fee."""
        return (self.triggered or self.order_type is _LIMIT) and not self.crossed

    def trades_at(self, price: Decimal) -> bool:
        """Whether a price is the one it waits for, or beyond: a market order waits for none."""
        level, rises = self.waits_for()
        if level is None:
            return True
        return price >= level if rises else price <= level

    def within_limit(self, price: Decimal) -> bool:
        """Whether a price is at the limit or better; true without a limit."""
        if self.limit is None:
            return True
        return price <= self.limit if self.side is Side.BUY else price >= self.limit
