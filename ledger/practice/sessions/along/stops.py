"""What the clock stops for, in an account and in its twin."""

from collections.abc import Iterable

from ledger.account.events.kinds import (
    Event,
    ForceSold,
    IncidentStarted,
    Liquidated,
    MarginCallIssued,
    RulesChanged,
    VenueClosed,
)

_SEEN_FIRST = frozenset(
    {MarginCallIssued, ForceSold, Liquidated, VenueClosed, IncidentStarted, RulesChanged}
)


def stops_the_clock(events: Iterable[Event]) -> bool:
    """Whether a person must see one of these before time goes on."""
    return not _SEEN_FIRST.isdisjoint(map(type, events))
