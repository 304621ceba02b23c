"""Entries in the heat of a result: more risk than usual right after a loss or a winning streak.

What counts as a response to a result is what the discipline report counts
(`reports/discipline/entries.py`, with its sources).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ledger.account.events import kinds as e
from ledger.reports.discipline.entries import (
    AFTER_LOSS,
    AFTER_WIN,
    BEFORE,
    ENTRIES,
    LARGER,
    STREAK,
)
from ledger.reports.trades.trade import Trade
from ledger.times import DAY


@dataclass(frozen=True, slots=True)
class Heat:
    """`tested`: an entry came in the wake of a result. `fault` says which one was larger."""

    tested: bool
    fault: str


def heat_of(events: Sequence[e.Event], results: Sequence[Trade]) -> Heat:
    """Risk at the first stop is compared with the median of the last ten entries; where one of them
    had no stop, their value is. `results` are the closed trades in their order."""
    opened: list[e.PositionOpened] = []
    closed: list[Trade] = []
    waiting = iter(results)
    stirred: list[tuple[int, int]] = []
    """For each result that stirs: the entries until then, and its time."""
    tested, fault = False, ""
    for event in events:
        if isinstance(event, e.PositionClosed):
            closed.append(next(waiting))
            if _stirs(closed):
                stirred.append((len(opened), event.at))
        elif isinstance(event, e.PositionOpened):
            hot = any(
                len(opened) - entries < ENTRIES or event.at - at <= DAY for entries, at in stirred
            )
            if hot and opened:
                tested = True
                if not fault and _is_larger(event, opened[-BEFORE:]):
                    fault = f"{event.symbol} was opened larger in the wake of a result"
            opened.append(event)
    return Heat(tested, fault)


def _stirs(closed: Sequence[Trade]) -> bool:
    last = closed[-1].r
    streak = len(closed) >= STREAK and all(each.net > 0 for each in closed[-STREAK:])
    return streak or (last is not None and (last <= AFTER_LOSS or last >= AFTER_WIN))


def _is_larger(entry: e.PositionOpened, before: Sequence[e.PositionOpened]) -> bool:
    risks = [each.risk for each in (*before, entry) if each.risk is not None]
    if len(risks) == len(before) + 1:
        return risks[-1] >= LARGER * median(risks[:-1])
    values = [each.quantity * each.entry_price for each in before]
    return entry.quantity * entry.entry_price >= LARGER * median(values)
