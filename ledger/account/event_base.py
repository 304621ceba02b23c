"""What every event is."""

from dataclasses import dataclass

from ledger.market.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at a market time."""

    at: Time
