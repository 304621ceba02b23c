"""The event of a plan for the session."""

from dataclasses import dataclass

from ledger.account.events.base import Event
from ledger.account.plan import PlanTerms
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class SessionPlanned(Event, PlanTerms):
    """The trader committed to limits; they are judged, not enforced."""
