"""What every event is."""

from dataclasses import dataclass

from ledger.frozen import quick
from ledger.market.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at a market time."""

    at: Time
