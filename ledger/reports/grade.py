"""The grade: what the trader did, not what the market did. A pure reading of the events.

A hundred points (`metrics.md`): a stop within a bar of every entry 20, no stop ever moved away or
taken off 20, size within the plan 20, every call answered before its deadline by an act of one's
own 20, the plan and an afterthought written down 10, no bigger entry right after a loss or a
streak of wins 10.
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
"""Seconds after a closed trade in which the next entry counts as an answer to it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the grade: what it asks, the points that there are, and those that were won."""

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

    `None` where nothing was traded: who does nothing is not graded.
    """
    told = list(events)
    opened = [event for event in told if isinstance(event, e.PositionOpened)]
    if not opened:
        return None
    return Grade(
        (
            _part("a stop within a bar of each entry", 20, _bare(told, opened, bar)),
            _part("no stop widened or removed", 20, _widened(told)),
            _part("size within the plan", 20, _oversized(told, opened)),
            _part("calls answered in time by the trader", 20, _unanswered(told)),
            _part("the plan and an afterthought written down", 10, _unwritten(told, opened)),
            _part("no bigger entry after a loss or a streak", 10, _heated(told, opened)),
        )
    )


def _part(name: str, points: int, fault: str) -> Part:
    return Part(name, points, 0 if fault else points, fault or "kept")


def _bare(told: Sequence[e.Event], opened: list[e.PositionOpened], bar: int) -> str:
    stops = [
        event
        for event in told
        if isinstance(event, e.OrderPlaced) and event.cause is Cause.STOP_LOSS
    ]
    for entry in opened:
        if not any(s.symbol == entry.symbol and 0 <= s.at - entry.at <= bar for s in stops):
            return f"{entry.symbol} had no stop within a bar"
    return ""


def _widened(told: Sequence[e.Event]) -> str:
    for event in told:
        if isinstance(event, e.OrderAmended) and event.widened_r:
            return f"the stop of {event.symbol} was widened"
        if isinstance(event, e.OrderCancelled) and event.reason == CancelReason.STOP_REMOVED:
            return f"the stop of {event.symbol} was removed"
    return ""


def _oversized(told: Sequence[e.Event], opened: list[e.PositionOpened]) -> str:
    """More at stake at the first stop than the plan said; a tenth more is let pass for fees."""
    plans: dict[str, Decimal] = {}
    for event in told:
        if isinstance(event, e.PlanRecorded) and event.risk is not None:
            plans[event.symbol] = event.risk
        if isinstance(event, e.PositionOpened):
            planned = plans.get(event.symbol)
            if planned is None or event.risk is None:
                return f"{event.symbol} was opened without a planned risk"
            if event.risk > planned * Decimal("1.1"):
                return f"{event.symbol} risked more than planned"
    return "" if opened else "nothing was opened"


def _unanswered(told: Sequence[e.Event]) -> str:
    """A call that is met by the venue's own sale, or only by the market's kindness after it ran
    out, was not answered."""
    for event in told:
        if isinstance(event, e.MarginCallExpired):
            ran_out = event.by == CallExpiredBy.DUE
            return "a call ran out" if ran_out else "a call was overtaken by a more severe one"
        if isinstance(event, e.MarginCallMet) and event.by in FORCED_EXITS:
            return "a call was met by a forced exit"
        if isinstance(event, e.Liquidated | e.ForceSold):
            return f"{event.symbol} was closed by force"
    return ""


def _unwritten(told: Sequence[e.Event], opened: list[e.PositionOpened]) -> str:
    if not any(isinstance(event, e.PlanRecorded) and event.reason for event in told):
        return "no reason was written with an order"
    if not any(isinstance(event, e.NoteAdded) and event.at >= opened[0].at for event in told):
        return "no note was written afterwards"
    return ""


def _heated(told: Sequence[e.Event], opened: list[e.PositionOpened]) -> str:
    """The first entry after a loss of half an R, a win of two, or three wins in a row, within half
    an hour, and a quarter larger than the usual size of the last ten."""
    closed = [event for event in told if isinstance(event, e.PositionClosed)]
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
