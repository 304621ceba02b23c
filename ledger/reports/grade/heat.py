"""Entries in the heat of a result: more risk than usual right after a loss or a winning streak.

The thresholds are in R; after Ben-David, Birru and Prokopenya (2014) on
leverage after gains and Garvey, Murphy and Wu (2007) on risk after losses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ledger.account.events import kinds as e
from ledger.times import DAY

AFTER_LOSS = Decimal("-0.5")
AFTER_WIN = Decimal(2)
STREAK = 3
LARGER = Decimal("1.25")
ENTRIES = 3
"""The entries after a result that count as a response to it; so do all within a day of it."""


@dataclass(frozen=True, slots=True)
class Heat:
    """`tested`: an entry came in the wake of a result. `fault` says which one was larger."""

    tested: bool
    fault: str


def heat_of(events: Sequence[e.Event]) -> Heat:
    """Risk at the first stop is compared with the median of the last ten entries; where one of them
    had no stop, their value is."""
    opened: list[e.PositionOpened] = []
    closed: list[e.PositionClosed] = []
    stirred: list[tuple[int, int]] = []
    """For each result that stirs: the entries until then, and its time."""
    tested, fault = False, ""
    for event in events:
        if isinstance(event, e.PositionClosed):
            closed.append(event)
            if _stirs(closed):
                stirred.append((len(opened), event.at))
        elif isinstance(event, e.PositionOpened):
            hot = any(
                len(opened) - entries < ENTRIES or event.at - at <= DAY for entries, at in stirred
            )
            if hot and opened:
                tested = True
                if not fault and _is_larger(event, opened[-10:]):
                    fault = f"{event.symbol} was opened larger in the wake of a result"
            opened.append(event)
    return Heat(tested, fault)


def _stirs(closed: Sequence[e.PositionClosed]) -> bool:
    last = closed[-1].r_multiple
    streak = len(closed) >= STREAK and all(each.net_pnl > 0 for each in closed[-STREAK:])
    return streak or (last is not None and (last <= AFTER_LOSS or last >= AFTER_WIN))


def _is_larger(entry: e.PositionOpened, before: Sequence[e.PositionOpened]) -> bool:
    risks = [each.risk for each in (*before, entry) if each.risk is not None]
    if len(risks) == len(before) + 1:
        return risks[-1] >= LARGER * median(risks[:-1])
    values = [each.quantity * each.entry_price for each in before]
    return entry.quantity * entry.entry_price >= LARGER * median(values)
