"""What can go wrong at a venue: the kinds of incident, and one that is running."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.times import Time


class IncidentKind(StrEnum):
    """The incident deck."""

    OUTAGE = "outage"
    """The venue is down: orders bounce, nothing trades there, its own exits do not act either."""
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
    """The venue closes a winner, since nobody else can pay what the losers owe."""
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
"""Kinds that last for a time and end; the others are over the moment they strike."""


class StopsThere(StrEnum):
    """What happens to resting orders when a venue goes down."""

    SURVIVE = "survive"
    DIE = "die"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident that runs until a time. `share` is a probability, a part or a rate by its kind;
    `seconds` a delay; `seed` decides which orders are rejected."""

    kind: IncidentKind
    since: Time
    until: Time
    share: Decimal | None = None
    seconds: int = 0
    seed: int = 0
