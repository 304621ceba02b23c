"""The tuned plain loop: what a careful programmer writes in plain Python for this one plan.

It is the floor for looking at every bar in this language. What makes it quick, and what it gives
up for that:

- Prices are whole ticks in lists, everything else floats in local variables: no decimals, no
  rounding to the cent, no event, no ledger, nothing that could be asked or shown in between.
- The bars are read through one iterator; while nothing is held it is moved on in C. While
  something is held with a cost, the loop runs hour by hour, so that between two stamps it is
  nothing but two comparisons a bar.
- Stop and liquidation are one level, the higher of the two: within a bar it is the nearer to the
  open. It only moves with the hour.

The rules are those of the convention `worst`: what the open has passed goes at the open, then the
low is met before the high, and in the bar of its entry a position can meet its stop but not its
target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tests.bench.peers.workload import TICKS, Carry, Exit, Trade, Workload

HOURS = 365 * 24
MINUTES = 60
"""Bars in an hour."""

Columns = tuple[list[int], list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Played:
    """The trades that were closed, and the wallet after the last of them."""

    trades: list[Trade]
    wallet: float


def loaded(workload: Workload) -> Columns:
    """Opens, highs and lows as lists: an array makes each number anew when it is read."""
    bars = workload.bars
    return list(bars.opens), list(bars.highs), list(bars.lows)


def play(workload: Workload, columns: Columns) -> Played:
    """The whole plan over all bars."""
    opens, highs, lows = columns
    bars = zip(range(len(opens)), lows, highs, strict=True)
    fee, wallet = workload.fee / 10_000, float(workload.wallet)
    trades: list[Trade] = []
    at = workload.first
    next(islice(bars, at - 1, at - 1), None)
    while at < len(opens):
        entered, entry = at, opens[at]
        size = workload.quantity(entry) / TICKS
        left = hold(workload, bars, opens, entered, size)
        if left is None:
            break
        at, price, why, cost = left
        trades.append(Trade(entered, at, entry, price, why))
        wallet += (price - entry) * size - (price + entry) * size * fee - cost
        at += workload.pause
        next(islice(bars, workload.pause - 1, workload.pause - 1), None)
    return Played(trades, wallet)


def hold(
    workload: Workload,
    bars: Iterator[tuple[int, int, int]],
    opens: list[int],
    entered: int,
    size: float,
) -> tuple[int, int, Exit, float] | None:
    """Until the position is left: the bar, the price, why, and what holding it cost.

    A contract stands on notional / leverage, a loan lends all but that: `owed` is the rest of the
    notional with what was charged since, and the position is liquidated where
    size x price - owed = rate x size x price.
    """
    entry, end = opens[entered], len(opens)
    stop, target = workload.stop_of(entry), workload.target_of(entry)
    borrowed = owed = entry * size * (1 - 1 / workload.leverage)
    kept = size * (1 - workload.maintenance / 10_000)
    hourly = 0.0 if workload.carry is Carry.NONE else workload.yearly_rate / HOURS
    funding = workload.carry is Carry.FUNDING
    span = MINUTES if hourly else end
    level = max(stop, owed / kept)
    at, low, _ = next(bars)
    if low <= level:
        return at, *_exit(opens[at], low, stop, owed / kept, target), 0.0
    while at + 1 < end:
        if hourly and (at + 1) % MINUTES == 0:
            since = min(at + 1 - entered, MINUTES) / MINUTES
            owed += size * opens[at + 1] * hourly if funding else borrowed * hourly * since
            level = max(stop, owed / kept)
        rest = islice(bars, span - (at + 1) % span)
        for at, low, high in rest:
            if low <= level or high >= target:
                cost = owed - borrowed
                if not funding:  # interest runs to the bar of the exit
                    cost = borrowed * hourly * (at - entered) / MINUTES
                return at, *_exit(opens[at], low, stop, owed / kept, target), cost
    return None


def _exit(first: int, low: int, stop: int, liquidation: float, target: int) -> tuple[int, Exit]:
    """Price and reason of an exit in a bar that reaches at least one of the levels."""
    if first <= stop:
        return first, Exit.STOP
    if first >= target:
        return first, Exit.TARGET
    if first <= liquidation:
        return first, Exit.LIQUIDATION
    if low <= stop and stop >= liquidation:
        return stop, Exit.STOP
    if low <= liquidation:
        return int(liquidation), Exit.LIQUIDATION
    return target, Exit.TARGET
