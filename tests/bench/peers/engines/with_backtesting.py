"""backtesting.py: its `Backtest` with a strategy that sends one order with `sl` and `tp` per trade.

Set up for speed: no indicators, the progress bar off, a range index. Its run ends in statistics
over the whole year (a moment in pandas) that cannot be switched off.

What differs from `worst`: in the bar of its entry a position can meet its target too. Only its
equity below zero ends a run early, nothing is liquidated.
"""

from __future__ import annotations

import warnings

import backtesting.backtesting as engine
import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

from tests.bench.peers.engines.plain import Played
from tests.bench.peers.workload import TICKS, Exit, Trade, Workload

engine._tqdm = lambda bars, **_: bars


class Bracketed(Strategy):
    """Buys with a stop and a target, and again so many bars after the exit."""

    plan: Workload = None  # given when it runs

    def init(self) -> None:
        self.bar = 0
        self.enter_after = self.plan.first - 1
        self.last = len(self.plan.bars) - 1

    def next(self) -> None:
        """At a bar's close: what is bought is filled at the next open."""
        self.bar += 1
        if self.bar <= self.enter_after:
            if self.bar == self.enter_after < self.last:
                self.enter()
        elif not self.position:
            self.enter_after = self.bar + self.plan.pause - 1

    def enter(self) -> None:
        plan = self.plan
        entry = plan.bars.opens[self.bar + 1]
        self.buy(
            size=plan.quantity(entry),
            sl=plan.stop_of(entry) / TICKS,
            tp=plan.target_of(entry) / TICKS,
        )


def loaded(plan: Workload) -> Backtest:
    """A data frame in a `Backtest`."""
    bars = plan.bars
    columns = {"Open": bars.opens, "High": bars.highs, "Low": bars.lows, "Close": bars.closes}
    frame = pd.DataFrame({name: np.asarray(column) / TICKS for name, column in columns.items()})
    with warnings.catch_warnings(action="ignore"):  # it would like to have dates
        return Backtest(
            frame,
            Bracketed,
            cash=plan.wallet,
            commission=plan.fee / 10_000,
            margin=1 / plan.leverage,
        )


def play(plan: Workload, backtest: Backtest) -> Played:
    """One run over all bars."""
    with warnings.catch_warnings(action="ignore"):  # it warns of a trade that is still open
        found = backtest.run(plan=plan)
    closed = found["_trades"]
    rows = zip(closed.EntryBar, closed.ExitBar, closed.EntryPrice, closed.ExitPrice, strict=True)
    trades = [_trade(*row) for row in rows]
    return Played(trades, plan.wallet + float(closed.PnL.sum()))


def _trade(entered: int, left: int, entry: float, leaves: float) -> Trade:
    why = Exit.TARGET if leaves > entry else Exit.STOP
    return Trade(int(entered), int(left), round(entry * TICKS), round(leaves * TICKS), why)
