"""What belongs to a span of trading days: one rule for every report that is asked for one.

A trade belongs to the day on which it was closed, or while it is open to that of its opening; a
finding to the days of the trades that it is about, and one about a margin call to the day on which
the call came.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ledger.practice.forks.fork import Trunk
from ledger.practice.review.equity import Days
from ledger.reports.discipline.findings import Detector, Finding
from ledger.reports.trades.trade import Trade

DayOf = Callable[[int], int]
"""The trading day, counted from 1970, on which an event happened."""

_OF_CALLS = frozenset({Detector.CALL_LEFT, Detector.FED_A_LOSER})


def day_in(ends: Sequence[tuple[int, int]], seq: int) -> int:
    """The day of an event; `ends` has the last event of each cause, and its day, in order."""
    at = bisect_left(ends, (seq, 0))
    return ends[min(at, len(ends) - 1)][1]


def day_of(trunk: Trunk) -> DayOf:
    """The trading day of each event of an account."""
    days = Days(trunk.timeline)
    with trunk.record() as record:
        ends = [(group.last, days.of(group.place.index)) for group in record.groups()]
    return lambda seq: day_in(ends, seq)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Membership of a span with both its ends; `None` for an end leaves it open."""

    first: int | None
    last: int | None
    day_of: DayOf

    def has(self, seq: int) -> bool:
        """Whether an event happened within the span."""
        day = self.day_of(seq)
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def closed(self, trade: Trade) -> bool:
        """Whether a trade was closed within the span."""
        return trade.closed_seq is not None and self.has(trade.closed_seq)

    def mine(self, trade: Trade) -> bool:
        """Whether a trade belongs to the span."""
        return self.has(trade.opened_seq if trade.closed_seq is None else trade.closed_seq)

    def found(self, findings: Iterable[Finding], trades: Iterable[Trade]) -> tuple[Finding, ...]:
        """The findings that belong to the span; `trades` are all of the account's."""
        numbers = {trade.number for trade in trades if self.mine(trade)}
        return tuple(each for each in findings if self._found(each, numbers))

    def _found(self, finding: Finding, numbers: set[int]) -> bool:
        if finding.detector in _OF_CALLS:
            return self.has(finding.key)
        return bool(numbers.intersection(finding.about))
