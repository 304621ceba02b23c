"""What an account is at one moment: frozen values, changed only by folding events over them.

They have no slots, so that a changed copy is quick (`ledger.frozen`).

A *pocket* is the wall that risk cannot cross: an isolated position has its own, and everything
crossed shares the pocket `main`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ledger.account.course import Course
from ledger.account.day_call import DayCall
from ledger.account.event_terms import MAIN as MAIN
from ledger.account.event_terms import Answer
from ledger.account.incident import Incident
from ledger.account.order import PRICES_OF as PRICES_OF
from ledger.account.order import Cause as Cause
from ledger.account.order import GoodFor as GoodFor
from ledger.account.order import Order as Order
from ledger.account.order import OrderType as OrderType
from ledger.account.order import Side as Side
from ledger.account.order import Target as Target
from ledger.account.plan import SessionPlan
from ledger.frozen import later, quick
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.money import ZERO
from ledger.times import Time

_BUY, _SELL = Side.BUY, Side.SELL  # a global is read faster than a member


class Convention(StrEnum):
    """What is assumed of the path inside a bar (`fills.md`)."""

    WORST = "worst"
    OHLC = "ohlc"


@quick
@dataclass(frozen=True)
class Lot:
    """One fill still held: signed quantity, its price, its cost as posted, and its time.

    `rollover` is the rate at which it was filled and which it keeps, of its cost for each period.
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
    `None` without a stop. `realized`, `fees`, `carry` (interest, funding and nights, less
    dividends) are sums.
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
    held_shift: Decimal = later(ZERO)
    """What the lender holds for an isolated short beyond what its lots brought in."""
    absorbed: Decimal = later(ZERO)
    """What the venue bore of its loss."""
    course: Course | None = later(None)
    """The course of its trade, up to the last fill."""

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
    capitalized: Decimal = later(ZERO)
    """The part of the principal that is unpaid interest added to it."""

    def owed(self) -> Decimal:
        """Principal and posted interest."""
        return self.principal + self.accrued


@quick
@dataclass(frozen=True, kw_only=True)
class Pocket:
    """Cash, debt and positions behind one wall."""

    name: str
    cash: Decimal = ZERO
    loan: Loan = field(default_factory=Loan)
    positions: Mapping[str, Position] = field(default_factory=dict)
    credit_carried: Decimal = later(ZERO)
    """What rounding left of interest on cash, in currency x seconds x rate."""


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
    answer: Answer | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class Totals:
    """Running sums since the account was opened, in its currency; `dividends` less those owed."""

    deposited: Decimal = ZERO
    withdrawn: Decimal = ZERO
    realized_pnl: Decimal = ZERO
    interest: Decimal = ZERO
    interest_paid: Decimal = ZERO
    fees_paid: Decimal = ZERO
    funding_paid: Decimal = ZERO
    absorbed: Decimal = ZERO
    dividends: Decimal = later(ZERO)
    interest_absorbed: Decimal = later(ZERO)
    """The part of the interest paid that a venue's money paid."""
    overnight: Decimal = later(ZERO)
    """Charges for the night, less those received."""
    credit_interest: Decimal = later(ZERO)
    """Interest received on cash."""


@quick
@dataclass(frozen=True, kw_only=True)
class Account:
    """Everything that rules depend on. `seq` is the number of the last event folded in."""

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
    """Running incidents; there may be several of a kind, each with its own end."""
    delisted: frozenset[str] = frozenset()
    savings: Decimal = ZERO
    time: Time = 0
    seq: int = 0
    orders_made: int = 0
    ocos_filled: frozenset[str] = frozenset()
    """Names of one-cancels-other groups of which an order has filled: they take no more orders."""
    plan: SessionPlan | None = later(None)
    """The limits that the trader committed to, if any."""
    memorandum: Decimal = later(ZERO)
    """The special memorandum account, where initial margin is tested at the close."""
    traded_today: bool = later(False)
    opened_today: bool = later(False)
    """Whether there were trades, and opening ones, since the last test at a close."""
    day_calls: tuple[DayCall, ...] = later(())
    frozen_until: Time | None = later(None)
    """Until when no new credit is given, after an intraday deficit that was not met."""

    @property
    def awaits_close(self) -> bool:
        """Whether the next close is run whatever its price: it tests what was traded before it."""
        return self.traded_today and self.rulebook.close_test is not None

    @property
    def main(self) -> Pocket:
        return self.pockets[MAIN]

    @property
    def currency(self) -> str:
        return self.rulebook.currency

    @property
    def next_order(self) -> str:
        """The name of an order to which the trader gave none: they are counted, #1, #2, …"""
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
        held = {
            symbol: position
            for pocket in self.pockets.values()
            for symbol, position in pocket.positions.items()
        }
        return [held[symbol] for symbol in self.instruments if symbol in held]

    def position(self, symbol: str) -> Position | None:
        """The position in a symbol: at most one, in whichever pocket."""
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


def held_pockets(account: Account) -> list[Pocket]:
    """Pockets with something at risk: the wallet's, then in the account's order of symbols."""
    held = []
    for pocket in account.pockets.values():
        for position in pocket.positions.values():
            if position.quantity:
                held.append(pocket)
                break
    if len(held) < 2:
        return held
    return [account.pockets[name] for name in in_order(account, (p.name for p in held))]


def in_order(account: Account, names: Iterable[str]) -> list[str]:
    """Names of pockets in the account's order of symbols, the wallet's first."""
    order = list(account.instruments)
    return sorted(
        names, key=lambda name: -1 if name == MAIN else order.index(name.partition(":")[2])
    )
