"""The events of a trading day: the test at its close, and the calls that its trades bring about."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import CallMetBy, DayCallKind
from ledger.account.events.base import Event
from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class InitialMarginTested(Event):
    """At a session's close: `equity` against `required`, the initial margin of what is kept.

    `memorandum` is the special memorandum account afterwards: below zero, initial margin is
    lacking.
    """

    equity: Decimal
    required: Decimal
    memorandum: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class DayCallIssued(Event):
    """`amount` has to be paid in; a sale counts as much as the margin it frees."""

    kind: DayCallKind
    amount: Decimal
    due: Time | None


@quick
@dataclass(frozen=True, kw_only=True)
class DayCallMet(Event):
    """A day's call is over; credit that it had frozen is free again."""

    kind: DayCallKind
    call: int
    by: CallMetBy


@quick
@dataclass(frozen=True, kw_only=True)
class DayCallExpired(Event):
    """A day's call ran out unmet. `frozen_until`: no new credit and no new short until then."""

    kind: DayCallKind
    call: int
    frozen_until: Time | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class CreditRestored(Event):
    """The time for which new credit was frozen is over."""
