"""What can go wrong around a market: the kinds of incident, and one that is running."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.times import Time


class IncidentKind(StrEnum):
    """The incident deck."""

    OUTAGE = "outage"
    """The venue is down: orders bounce, nothing of it trades, its own exits do not act either."""
    WITHDRAWAL_FREEZE = "withdrawal_freeze"
    INSOLVENCY = "insolvency"
    """The venue fails: a share of the wallet is lost."""
    HACK = "hack"
    """Thieves take a share of the wallet."""
    LEVERAGE_CUT = "leverage_cut"
    MAINTENANCE_HIKE = "maintenance_hike"
    RATE_HIKE = "rate_hike"
    DELISTING = "delisting"
    """An instrument is closed out at the market and trades no more."""
    AUTO_DELEVERAGING = "auto_deleveraging"
    """A winner is closed by the venue, since nobody else can pay what the losers owe."""
    ORDER_REJECTS = "order_rejects"
    LATENCY = "latency"
    PARTIAL_FILLS = "partial_fills"
    SPREAD_WIDENING = "spread_widening"


LASTING = frozenset(
    {
        IncidentKind.OUTAGE,
        IncidentKind.WITHDRAWAL_FREEZE,
        IncidentKind.ORDER_REJECTS,
        IncidentKind.LATENCY,
        IncidentKind.PARTIAL_FILLS,
        IncidentKind.SPREAD_WIDENING,
    }
)
"""Kinds that go on for a time and end; the others are done in the moment they strike."""


class StopsThere(StrEnum):
    """What becomes of orders that rest at a venue which goes down."""

    SURVIVE = "survive"
    DIE = "die"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One that is running until a time. `share` is a probability, a part or a rate by its kind;
    `seconds` a delay; `seed` decides which orders are rejected."""

    kind: IncidentKind
    since: Time
    until: Time
    share: Decimal | None = None
    seconds: int = 0
    seed: int = 0
