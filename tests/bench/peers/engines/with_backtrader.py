"""backtrader: `Cerebro` with a bracket order per trade.

Set up for speed: preloaded and run once, no observers, no check of submitted orders against cash.
Its feeds fill their lines row by row when the run begins, which takes longer than the run; here
the arrays are put into the lines whole, before it, and count as loading.

What differs from `worst`: stop and target come to life with the bar after the entry's. Nothing is
liquidated.
"""

from __future__ import annotations

from array import array

import backtrader as bt

from tests.bench.peers.engines.plain import Played
from tests.bench.peers.workload import TICKS, Bars, Exit, Trade, Workload

DAY = 86_400
EPOCH = 719_163
"""1 January 1970 in days as backtrader counts them."""


class Lines(bt.feed.DataBase):
    """A feed whose columns are there already."""

    params = (("columns", None),)

    def preload(self) -> None:
        for name, column in self.p.columns.items():
            getattr(self.lines, name).array = column
        self.home()


class Bracketed(bt.Strategy):
    """Buys with a stop and a target, and again so many bars after the exit."""

    params = (("plan", None),)

    def __init__(self) -> None:
        self.plan: Workload = self.p.plan
        self.bar = -1
        self.enter_after = self.plan.first - 1
        self.last = len(self.plan.bars) - 1
        self.entered = 0
        self.wallet = float(self.plan.wallet)
        self.trades: list[Trade] = []

    def notify_order(self, order: bt.Order) -> None:
        """It is told of an exit before the close of the bar in which it happened."""
        if order.status == order.Completed and order.issell():
            left = self.bar + 1
            entry = self.plan.bars.opens[self.entered]
            why = Exit.STOP if order.exectype == order.Stop else Exit.TARGET
            leaves = round(order.executed.price * TICKS)
            self.trades.append(Trade(self.entered, left, entry, leaves, why))
            self.wallet = self.broker.getcash()
            self.enter_after = left + self.plan.pause - 1

    def next(self) -> None:
        """At a bar's close: what is bought is filled at the next open."""
        self.bar += 1
        if self.bar == self.enter_after < self.last:
            self.enter()

    def enter(self) -> None:
        plan = self.plan
        self.entered = self.bar + 1
        entry = plan.bars.opens[self.entered]
        self.buy_bracket(
            size=plan.quantity(entry),
            exectype=bt.Order.Market,
            stopprice=plan.stop_of(entry) / TICKS,
            limitprice=plan.target_of(entry) / TICKS,
        )


def loaded(plan: Workload) -> bt.Cerebro:
    """A `Cerebro` with the lines' arrays made."""
    cerebro = bt.Cerebro(stdstats=False, runonce=True, preload=True)
    cerebro.adddata(Lines(columns=_columns(plan.bars)))
    cerebro.addstrategy(Bracketed, plan=plan)
    cerebro.broker.setcash(plan.wallet)
    cerebro.broker.setcommission(commission=plan.fee / 10_000, leverage=plan.leverage)
    cerebro.broker.set_checksubmit(False)
    return cerebro


def _columns(bars: Bars) -> dict[str, array[float]]:
    prices = {"open": bars.opens, "high": bars.highs, "low": bars.lows, "close": bars.closes}
    columns = {name: array("d", (x / TICKS for x in ticks)) for name, ticks in prices.items()}
    nothing = array("d", bytes(8 * len(bars)))
    columns["datetime"] = array("d", (EPOCH + time / DAY for time in bars.times))
    return columns | {"volume": nothing, "openinterest": nothing}


def play(plan: Workload, cerebro: bt.Cerebro) -> Played:
    """One run over all bars."""
    (strategy,) = cerebro.run()
    return Played(strategy.trades, strategy.wallet)
