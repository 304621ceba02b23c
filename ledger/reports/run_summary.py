"""What happened in a run, counted from its events: trades, calls, forced exits, stops given up."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.account.event_terms import CancelReason
from ledger.account.events import kinds as e
from ledger.account.state import Cause

_BY_TRADER = (CancelReason.CANCELLED, CancelReason.STOP_REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """Counts over a whole account. A trade is what was opened and closed; `won` made money net."""

    trades: int
    won: int
    without_stop: int
    """Positions opened by an order that brought no stop."""
    widened: int
    removed: int
    """Stops moved away from the price, and stops taken off a position that was still open."""
    calls: int
    expired: int
    """Margin calls that ran out, or that a more severe level overtook."""
    forced: int
    """Forced sales and liquidations, each deal."""


def run_summary(events: Iterable[e.Event]) -> RunSummary:
    """The counts, in one pass."""
    counted = dict.fromkeys(RunSummary.__slots__, 0)
    for event in events:
        for name in _counts(event):
            counted[name] += 1
    return RunSummary(**counted)


def _counts(event: e.Event) -> Iterable[str]:
    if isinstance(event, e.PositionClosed):
        yield "trades"
        if event.net_pnl > 0:
            yield "won"
    elif isinstance(event, e.PositionOpened):
        if event.risk is None:
            yield "without_stop"
    elif isinstance(event, e.OrderAmended):
        if event.widened_r is not None and event.widened_r > 0:
            yield "widened"
    elif isinstance(event, e.OrderCancelled):
        if event.cause is Cause.STOP_LOSS and event.reason in _BY_TRADER:
            yield "removed"
    elif isinstance(event, e.MarginCallIssued):
        yield "calls"
    elif isinstance(event, e.MarginCallExpired):
        yield "expired"
    elif isinstance(event, e.ForceSold | e.Liquidated):
        yield "forced"
