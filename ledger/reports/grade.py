"""The grade: what the trader did, not what the market did. A pure function of the events.

A hundred points (`metrics.md`): a stop within a bar of every entry 20, no stop ever widened or
removed 20, size within the plan 20, every call answered before its deadline by the trader's own act
20, the plan and a review written down 10, no bigger entry right after a loss or a winning streak
10.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ledger.account.event_terms import FORCED_EXITS, CallExpiredBy, CancelReason
from ledger.account.events import kinds as e
from ledger.account.state import Cause
from ledger.times import Time

AFTER_LOSS = Decimal("-0.5")
AFTER_WIN = Decimal(2)
LARGER = Decimal("1.25")
SOON = 30 * 60
"""Seconds after a closed trade in which the next entry counts as a response to it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the grade: its rule, the points it can give, and those earned."""

    name: str
    points: int
    won: int
    why: str


@dataclass(frozen=True, slots=True)
class Grade:
    """All parts; `total` is out of a hundred."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        return sum(part.won for part in self.parts)


def grade_of(events: Iterable[e.Event], bar: int) -> Grade | None:
    """The grade of an account's events; `bar` is the length of a bar in seconds.

    `None` if nothing was traded.
    """
    history = list(events)
    opened = [event for event in history if isinstance(event, e.PositionOpened)]
    if not opened:
        return None
    return Grade(
        (
            _part("a stop within a bar of each entry", 20, _bare(history, opened, bar)),
            _part("no stop widened or removed", 20, _widened(history)),
            _part("size within the plan", 20, _oversized(history, opened)),
            _part("calls answered in time by the trader", 20, _unanswered(history)),
            _part("the plan and an afterthought written down", 10, _unwritten(history, opened)),
            _part("no bigger entry after a loss or a streak", 10, _heated(history, opened)),
        )
    )


def _part(name: str, points: int, fault: str) -> Part:
    return Part(name, points, 0 if fault else points, fault or "kept")


def _bare(history: Sequence[e.Event], opened: list[e.PositionOpened], bar: int) -> str:
    stops = [
        event
        for event in history
        if isinstance(event, e.OrderPlaced) and event.cause is Cause.STOP_LOSS
    ]
    for entry in opened:
        if not any(s.symbol == entry.symbol and 0 <= s.at - entry.at <= bar for s in stops):
            return f"{entry.symbol} had no stop within a bar"
    return ""


def _widened(history: Sequence[e.Event]) -> str:
    for event in history:
        if isinstance(event, e.OrderAmended) and event.widened_r:
            return f"the stop of {event.symbol} was widened"
        if isinstance(event, e.OrderCancelled) and event.reason == CancelReason.STOP_REMOVED:
            return f"the stop of {event.symbol} was removed"
    return ""


def _oversized(history: Sequence[e.Event], opened: list[e.PositionOpened]) -> str:
    """More at stake at the first stop than planned; a tenth more is allowed for fees."""
    plans: dict[str, Decimal] = {}
    for event in history:
        if isinstance(event, e.PlanRecorded) and event.risk is not None:
            plans[event.symbol] = event.risk
        if isinstance(event, e.PositionOpened):
            planned = plans.get(event.symbol)
            if planned is None or event.risk is None:
                return f"{event.symbol} was opened without a planned risk"
            if event.risk > planned * Decimal("1.1"):
                return f"{event.symbol} risked more than planned"
    return "" if opened else "nothing was opened"


def _unanswered(history: Sequence[e.Event]) -> str:
    """A call that was met by the venue's own sale, or by the market only after it expired, was not
    answered."""
    for event in history:
        if isinstance(event, e.MarginCallExpired):
            ran_out = event.by == CallExpiredBy.DUE
            return "a call ran out" if ran_out else "a call was overtaken by a more severe one"
        if isinstance(event, e.MarginCallMet) and event.by in FORCED_EXITS:
            return "a call was met by a forced exit"
        if isinstance(event, e.Liquidated | e.ForceSold):
            return f"{event.symbol} was closed by force"
    return ""


def _unwritten(history: Sequence[e.Event], opened: list[e.PositionOpened]) -> str:
    if not any(isinstance(event, e.PlanRecorded) and event.reason for event in history):
        return "no reason was written with an order"
    if not any(isinstance(event, e.NoteAdded) and event.at >= opened[0].at for event in history):
        return "no note was written afterwards"
    return ""


def _heated(history: Sequence[e.Event], opened: list[e.PositionOpened]) -> str:
    """The first entry after a loss of half an R, a win of two, or three wins in a row, within half
    an hour, and a quarter larger than the usual size of the last ten."""
    closed = [event for event in history if isinstance(event, e.PositionClosed)]
    sizes: list[Decimal] = []
    for entry in opened:
        size = entry.quantity * entry.entry_price
        before = [event for event in closed if event.at <= entry.at]
        if len(sizes) >= 1 and _stirred(before, entry.at) and size >= LARGER * median(sizes[-10:]):
            return f"{entry.symbol} was opened larger right after a result"
        sizes.append(size)
    return ""


def _stirred(before: list[e.PositionClosed], now: Time) -> bool:
    if not before or now - before[-1].at > SOON:
        return False
    last = before[-1].r_multiple
    streak = len(before) >= 3 and all(event.net_pnl > 0 for event in before[-3:])
    return streak or (last is not None and (last <= AFTER_LOSS or last >= AFTER_WIN))
