"""One pass over the arrays: what is left when nothing is simulated, the best there could be.

For each trade numpy looks for the first low at or below the stop and the first high at or above
the target, in stretches that double. That is all: it needs to know in advance that nothing but
these two levels can matter, which holds for the common workload and for little else. What holding
costs is added up afterwards, and a liquidation level that had come into play is refused.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.bench.peers.engines.plain import HOURS, MINUTES, Played
from tests.bench.peers.workload import TICKS, Carry, Exit, Trade, Workload

Column = npt.NDArray[np.int64]
Columns = tuple[Column, Column, Column]

STRETCH = 4_096
"""Bars looked at first; each further look is twice as long."""


def loaded(plan: Workload) -> Columns:
    """Opens, highs and lows as numpy's arrays."""
    bars = plan.bars
    return np.array(bars.opens), np.array(bars.highs), np.array(bars.lows)


def play(plan: Workload, columns: Columns) -> Played:
    """The whole plan over all bars."""
    opens, highs, lows = columns
    wallet, trades, at = float(plan.wallet), list[Trade](), plan.first
    while at < len(opens):
        entered, entry = at, int(opens[at])
        stop, target = plan.stop_of(entry), plan.target_of(entry)
        left = first_exit(lows, highs, entered, stop, target)
        if left is None:
            break
        first, low = int(opens[left]), int(lows[left])
        stopped = first <= stop or (low <= stop and first < target)
        level = stop if stopped else target
        price = (min if stopped else max)(first, level)
        why = Exit.STOP if stopped else Exit.TARGET
        trades.append(Trade(entered, left, entry, price, why))
        size = plan.quantity(entry) / TICKS
        cost = _cost(plan, opens, entered, left, size)
        kept = size * (1 - plan.maintenance / 10_000)
        if (entry * size * (1 - 1 / plan.leverage) + cost) / kept >= stop:
            raise ValueError(f"the liquidation level rose above the stop before bar {left}")
        wallet += (price - entry) * size - (price + entry) * size * plan.fee / 10_000 - cost
        at = left + plan.pause
    return Played(trades, wallet)


def first_exit(lows: Column, highs: Column, entered: int, stop: int, target: int) -> int | None:
    """The first bar that reaches a level; in the bar of the entry only the stop counts."""
    if lows[entered] <= stop:
        return entered
    at, stretch = entered + 1, STRETCH
    while at < len(lows):
        reached = (lows[at : at + stretch] <= stop) | (highs[at : at + stretch] >= target)
        found = int(reached.argmax())
        if reached[found]:
            return at + found
        at, stretch = at + stretch, 2 * stretch
    return None


def _cost(plan: Workload, opens: Column, entered: int, left: int, size: float) -> float:
    hourly = plan.yearly_rate / HOURS
    if plan.carry is Carry.FUNDING:
        stamps = opens[(entered // MINUTES + 1) * MINUTES : left + 1 : MINUTES]
        return float(stamps.sum()) * size * hourly
    if plan.carry is Carry.LOAN:
        borrowed = int(opens[entered]) * size * (1 - 1 / plan.leverage)
        return borrowed * hourly * (left - entered) / MINUTES
    return 0.0
