"""vectorbt: `Portfolio.from_signals` with stops, its loop compiled by numba.

Set up for speed: compiled on a few bars before anything is timed, room for few orders, nothing
logged. When the next entry comes depends on the last exit, which no array of signals made in
advance can know, so the signals come from a compiled function that is asked at every bar; sizes
and stops are arrays made while loading.

What differs from `worst`: stop and target come to life with the bar after the entry's. Leverage is
only the size of the order, paid from a wallet that is large enough. Nothing is liquidated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import vectorbt as vbt
from numba import njit
from vectorbt.portfolio.enums import OrderSide, SignalContext, StopEntryPrice, StopExitPrice

from tests.bench.peers.engines.plain import Played
from tests.bench.peers.workload import TICKS, Exit, Trade, Workload

MOST_ORDERS = 10_000
COMPILED_ON = 5_000
"""Bars for the run in which numba compiles."""

HAIR = 1e-12
"""Levels are shares of the entry here; so much nearer, a price that just touches one meets it."""

ENTER_AT, HELD = 0, 1


@njit
def signals(
    context: SignalContext, state: np.ndarray, pause: int
) -> tuple[bool, bool, bool, bool]:  # pragma: no cover
    """Long entry, long exit, short entry, short exit; asked where no stop was met."""
    if state[HELD] and context.position_now == 0.0:  # it went in the bar before
        state[HELD] = 0
        state[ENTER_AT] = context.i - 1 + pause
    if context.i != state[ENTER_AT]:
        return False, False, False, False
    state[HELD] = 1
    return True, False, False, False


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything `from_signals` is given."""

    arrays: dict[str, Any]


def loaded(plan: Workload) -> Loaded:
    """Arrays, and the loop compiled on the first of them."""
    few = replace(plan, bars=plan.bars.first(COMPILED_ON))
    _run(few, Loaded(_arrays(few)))
    return Loaded(_arrays(plan))


def _arrays(plan: Workload) -> dict[str, Any]:
    bars = plan.bars
    entry = np.asarray(bars.opens)
    stop = entry * (10_000 - plan.stop) // 10_000
    target = -(-entry * (10_000 + plan.target) // 10_000)
    return {
        "open": entry / TICKS,
        "high": np.asarray(bars.highs) / TICKS,
        "low": np.asarray(bars.lows) / TICKS,
        "close": np.asarray(bars.closes) / TICKS,
        "price": entry / TICKS,
        "size": (plan.stake * plan.leverage * TICKS // entry).astype(float),
        "sl_stop": 1 - stop / entry - HAIR,
        "tp_stop": target / entry - 1 - HAIR,
    }


def _run(plan: Workload, data: Loaded) -> vbt.Portfolio:
    return vbt.Portfolio.from_signals(
        **data.arrays,
        signal_func_nb=signals,
        signal_args=(np.array([plan.first, 0]), plan.pause),
        fees=plan.fee / 10_000,
        init_cash=float(plan.wallet),
        stop_entry_price=StopEntryPrice.FillPrice,
        stop_exit_price=StopExitPrice.StopLimit,
        max_orders=MOST_ORDERS,
        attach_call_seq=False,
    )


def play(plan: Workload, data: Loaded) -> Played:
    """One run over all bars."""
    orders = _run(plan, data).orders.values
    orders = orders[: len(orders) // 2 * 2]  # without the entry of a trade that is still open
    trades = [
        _trade(*both)
        for both in zip(
            orders["idx"][::2],
            orders["idx"][1::2],
            orders["price"][::2],
            orders["price"][1::2],
            strict=True,
        )
    ]
    sign = np.where(orders["side"] == OrderSide.Buy, -1, 1)
    paid = (sign * orders["size"] * orders["price"] - orders["fees"]).sum()
    return Played(trades, plan.wallet + float(paid))


def _trade(entered: int, left: int, entry: float, leaves: float) -> Trade:
    why = Exit.TARGET if leaves > entry else Exit.STOP
    return Trade(int(entered), int(left), round(entry * TICKS), round(leaves * TICKS), why)
