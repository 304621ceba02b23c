"""The events of incidents: what began, what ended, and what the venue closed on its own account."""

from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.events.base import Event
from ledger.account.incident import IncidentKind, StopsThere
from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class IncidentStarted(Event):
    """Something went wrong. `until` is null if it is over at once; the rest says what it changes: a
    share, a delay in seconds, an instrument, or rules (`rules_changed` has their old figures)."""

    kind: IncidentKind
    until: Time | None = None
    symbol: str | None = None
    share: Decimal | None = None
    seconds: int = 0
    seed: int = 0
    stops: StopsThere | None = None
    rules: dict[str, str] = field(default_factory=dict)


@quick
@dataclass(frozen=True, kw_only=True)
class IncidentEnded(Event):
    """An incident is over, and what it stopped resumes."""

    kind: IncidentKind
