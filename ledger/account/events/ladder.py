"""The events of the margin ladder: warned, called, answered, met, expired, and what is still
owed."""

from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.event_terms import Answer, Bearer, CallMetBy, JudgedBy
from ledger.account.events.base import Event
from ledger.frozen import later, quick
from ledger.money import ZERO
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class MarginAlert(Event):
    """A rung of the ladder was reached: `health` and `threshold` are in the venue's measure.

    `shortfall` is the cash, `sale_to_cure` the value to sell, that would end it at `prices`.
    """

    pocket: str
    level: str
    health: Decimal | None
    threshold: Decimal | None
    judged_by: JudgedBy
    shortfall: Decimal
    sale_to_cure: Decimal
    due: Time | None
    prices: dict[str, Decimal] = field(default_factory=dict)


@quick
@dataclass(frozen=True, kw_only=True)
class MarginWarned(MarginAlert):
    """Health has come near the call's level."""


@quick
@dataclass(frozen=True, kw_only=True)
class MarginWarningCleared(Event):
    """Health recovered above the warning by the clear band; it may warn again."""

    pocket: str


@quick
@dataclass(frozen=True, kw_only=True)
class MarginCallIssued(MarginAlert):
    """`would_sell` is what the broker would sell if nothing is done: symbol and quantity."""

    would_sell: dict[str, Decimal] = field(default_factory=dict)


@quick
@dataclass(frozen=True, kw_only=True)
class MarginCallMet(Event):
    """A call is over: a trade, a transfer or the market restored the requirement."""

    pocket: str
    call: int
    by: CallMetBy


@quick
@dataclass(frozen=True, kw_only=True)
class MarginCallExpired(Event):
    """`by` is `CallExpiredBy.DUE`, or the schedule of the level whose breach withdrew the call."""

    pocket: str
    call: int
    by: str


@quick
@dataclass(frozen=True, kw_only=True)
class CallAnswered(Event):
    """What the trader chose to do about a call."""

    pocket: str
    call: int
    answer: Answer
    amount: Decimal | None = None
    symbol: str | None = None
    quantity: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class DeficitRecorded(Event):
    """What is owed after everything was sold.

    `symbol` is that of the last trade if the venue bears it, `interest` the part of it that is
    interest: the trader's own money pays that first.
    """

    pocket: str
    amount: Decimal
    absorbed_by: Bearer
    symbol: str | None = later(None)
    interest: Decimal = later(ZERO)
