"""When initial margin is tested at the close: what an order needs by day, and what comes of it.

A US broker lends by day up to what it requires to keep, and tests Regulation T's half once, when
the session closes, through the special memorandum account. What a day's trades leave short of
maintenance while it lasts is a deficit of its own.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.money import ZERO
from ledger.times import DAY


class Unmet(StrEnum):
    """What a broker does about initial margin that is lacking at the close."""

    CALL = "call"
    """It calls, and sells after some sessions."""
    SOLD = "sold"
    """It sells at the close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTest:
    """Initial margin is tested at a session's close, and orders against the schedule `orders`.

    Source: 12 CFR 220.4 (a margin call of a day's transactions) and 220.5 (special memorandum
    account); Interactive Brokers, overview of margin, for the test at the close.
    """

    orders: str
    unmet: Unmet
    due_sessions: int | None = None
    """Sessions until the call falls due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intraday:
    """The intraday margin deficit: equity below `schedule` on a day that opened a position.

    It has to be met by the trader's own act or a forced sale; else new credit is frozen. One below
    both `least` and `least_share` of equity is left alone. Source: FINRA Regulatory Notice 26-10
    (rule 4210(d)(2), from 4 June 2026).
    """

    schedule: str
    due_sessions: int
    frozen_days: int
    least: Decimal = ZERO
    least_share: Decimal = ZERO

    @property
    def frozen(self) -> int:
        """Seconds for which new credit is frozen."""
        return self.frozen_days * DAY
