"""What an account is at one moment: frozen values, changed only by folding events over them.

They have no slots, so that a changed copy is quick (`ledger.frozen`).

A *pocket* is the wall that risk cannot cross: an isolated position has one of its own, everything
crossed shares the pocket `main`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ledger.account.incident import Incident
from ledger.frozen import quick
from ledger.market.instrument import Instrument
from ledger.market.rulebook import Mode, Rulebook
from ledger.market.times import Time
from ledger.money import ZERO

MAIN = "main"
"""The pocket of the wallet and of every crossed position."""


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
    whose trigger follows the best price since it was placed, at the distance `trail`, and never
    goes back. `has_trigger` tells the kinds that wait for one.
    """

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING = "trailing"

    has_trigger: bool

    def __init__(self, word: str) -> None:
        self.has_trigger = word in ("stop", "stop_limit", "trailing")


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


class Convention(StrEnum):
    """What is assumed of the path inside a bar (`fills.md`)."""

    WORST = "worst"
    OHLC = "ohlc"


@quick
@dataclass(frozen=True)
class Target:
    """A price to take profit at, for a fraction of the position."""

    price: Decimal
    fraction: Decimal


@quick
@dataclass(frozen=True)
class Lot:
    """One fill still held: signed quantity, its price, its cost as posted, and its time.

    `rollover` is the rate that it was filled at and keeps, of its cost for each period.
    """

    quantity: Decimal
    price: Decimal
    cost: Decimal
    at: Time = 0
    rollover: Decimal = ZERO


@quick
@dataclass(frozen=True, kw_only=True)
class Position:
    """A holding in one instrument. `basis` is the exact signed notional at entry of what is held.

    `risk` (R0) is the money at stake at the first stop with round-trip fees, frozen at entry, and
    `None` without a stop. `realized`, `fees`, `carry` (interest and funding) are its running sums.
    """

    symbol: str
    pocket: str
    lots: tuple[Lot, ...]
    quantity: Decimal
    basis: Decimal
    leverage: Decimal
    opened_at: Time
    peak: Decimal
    first_entry: Decimal
    risk: Decimal | None = None
    realized: Decimal = ZERO
    fees: Decimal = ZERO
    carry: Decimal = ZERO

    @property
    def side(self) -> Side:
        return _BUY if self.quantity >= 0 else _SELL


@quick
@dataclass(frozen=True, kw_only=True)
class Loan:
    """Borrowed money: principal, interest posted but unpaid, and the exact unposted remainder.

    `carried` is in currency x seconds x rate; divided by the contract's denominator it is money.
    """

    principal: Decimal = ZERO
    accrued: Decimal = ZERO
    carried: Decimal = ZERO
    accrued_to: Time = 0

    def owed(self) -> Decimal:
        """Principal and posted interest."""
        return self.principal + self.accrued


@quick
@dataclass(frozen=True, kw_only=True)
class Pocket:
    """Cash, what is owed, and what is held behind one wall."""

    name: str
    cash: Decimal = ZERO
    loan: Loan = field(default_factory=Loan)
    positions: Mapping[str, Position] = field(default_factory=dict)


@quick
@dataclass(frozen=True, kw_only=True)
class Order:
    """A resting order. Its protection (stop, targets) comes to life when it fills.

    `trigger` of a trailing order is where it stands now: the best price since it was placed less
    `trail`. On an order of another type `trail` belongs to the stop that it brings. `triggered`
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
        return self.triggered or (self.order_type is _LIMIT and not self.crossed)

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


@quick
@dataclass(frozen=True, kw_only=True)
class Call:
    """An open margin call: `seq` is the number of the event that raised it."""

    seq: int
    pocket: str
    level: str
    issued_at: Time
    shortfall: Decimal
    due: Time | None
    expired: bool = False
    answer: str | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class Totals:
    """Running sums since the account was opened, in its currency."""

    deposited: Decimal = ZERO
    withdrawn: Decimal = ZERO
    realized_pnl: Decimal = ZERO
    interest: Decimal = ZERO
    interest_paid: Decimal = ZERO
    fees_paid: Decimal = ZERO
    funding_paid: Decimal = ZERO
    absorbed: Decimal = ZERO


@quick
@dataclass(frozen=True, kw_only=True)
class Account:
    """Everything a rule can ask about. `seq` is the number of the last event folded in."""

    name: str
    rulebook: Rulebook
    mode: Mode
    convention: Convention
    instruments: Mapping[str, Instrument]
    pockets: Mapping[str, Pocket]
    orders: Mapping[str, Order] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    warned: frozenset[str] = frozenset()
    totals: Totals = field(default_factory=Totals)
    incidents: tuple[Incident, ...] = ()
    """What is wrong with the venue now; of a kind there may be several, each with its own end."""
    delisted: frozenset[str] = frozenset()
    savings: Decimal = ZERO
    time: Time = 0
    seq: int = 0
    orders_made: int = 0
    ocos_filled: frozenset[str] = frozenset()
    """Names of one-cancels-other groups of which an order has filled: they take no more orders."""

    @property
    def main(self) -> Pocket:
        return self.pockets[MAIN]

    @property
    def currency(self) -> str:
        return self.rulebook.currency

    @property
    def next_order(self) -> str:
        """What an order without a name of the trader's is called: they are counted, #1, #2, …"""
        return f"#{self.orders_made + 1}"

    def linked(self, order: Order) -> list[Order]:
        """The other resting orders of its one-cancels-other group, oldest first.

        A group is named by `oco`: a word, or the id of the order that the others were tied to.
        """
        group = order.oco or order.id
        return [
            other
            for other in self.orders.values()
            if other.id != order.id and group == (other.oco or other.id)
        ]

    def positions(self) -> list[Position]:
        """Every open position, in the order the instruments are listed."""
        found = {
            symbol: position
            for pocket in self.pockets.values()
            for symbol, position in pocket.positions.items()
        }
        return [found[symbol] for symbol in self.instruments if symbol in found]

    def position(self, symbol: str) -> Position | None:
        """The position in a symbol: one at a time, in whichever pocket it stands."""
        for pocket in self.pockets.values():
            if symbol in pocket.positions:
                return pocket.positions[symbol]
        return None


def open_account(
    name: str,
    rulebook: Rulebook,
    mode: Mode,
    convention: Convention,
    instruments: Mapping[str, Instrument],
) -> Account:
    """An account before its first event."""
    return Account(
        name=name,
        rulebook=rulebook,
        mode=mode,
        convention=convention,
        instruments=dict(instruments),
        pockets={MAIN: Pocket(name=MAIN)},
    )
