"""nautilus_trader: its `BacktestEngine` on bars, with a bracket order per trade.

Set up for speed: logging bypassed altogether, the pre-trade risk engine bypassed, no analysis
after the run, only the last bar kept, no latency. The strategy does not even subscribe to bars, as
all the examples do, but sets an alarm for its next entry: 10 to 20 % quicker than a handler that
does nothing on most bars.

What differs from `worst`: a bar is walked open, high, low, close, so that a target is met before a
stop in a bar that reaches both. The market order is filled at the close of the bar on which it was
sent, which here is the open of the next one. Nothing is liquidated. The money told in the end has
paid the fee of a trade that is still open.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.common.component import TimeEvent
from nautilus_trader.config import CacheConfig, LoggingConfig, RiskEngineConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide, OrderType
from nautilus_trader.model.events import PositionClosed
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

from tests.bench.peers.engines.plain import Played
from tests.bench.peers.workload import MINUTE, START, TICKS, Exit, Trade, Workload

VENUE = Venue("SIM")
NAME = InstrumentId(Symbol("COIN"), VENUE)
BARS = BarType.from_str(f"{NAME}-1-MINUTE-LAST-EXTERNAL")
NANO = 1_000_000_000
PLENTY = 1e6
"""Volume of a bar: no order is filled in parts."""


class Bracketed(Strategy):
    """Buys with a stop and a target, and again so many bars after the exit."""

    def __init__(self, plan: Workload) -> None:
        super().__init__(StrategyConfig(log_events=False, log_commands=False))
        self.plan = plan
        self.entered = 0
        self.trades: list[Trade] = []

    def on_start(self) -> None:
        self.wake_for(self.plan.first)

    def wake_for(self, bar: int) -> None:
        """An alarm right after the close of the bar before."""
        if bar < len(self.plan.bars):
            self.entered = bar
            self.clock.set_time_alert_ns(f"{bar}", opening(bar) + 1, self.enter)

    def enter(self, _: TimeEvent) -> None:
        plan = self.plan
        entry = plan.bars.opens[self.entered]
        self.submit_order_list(
            self.order_factory.bracket(
                instrument_id=NAME,
                order_side=OrderSide.BUY,
                quantity=Quantity(plan.quantity(entry), 0),
                sl_trigger_price=Price(plan.stop_of(entry) / TICKS, 3),
                tp_price=Price(plan.target_of(entry) / TICKS, 3),
                tp_order_type=OrderType.LIMIT,
                tp_post_only=False,
            )
        )

    def on_position_closed(self, event: PositionClosed) -> None:
        """It is stamped with the close of the bar in which it happened."""
        left = (event.ts_closed // NANO - START) // MINUTE - 1
        entry, leaves = (round(price * TICKS) for price in (event.avg_px_open, event.avg_px_close))
        why = Exit.TARGET if leaves > entry else Exit.STOP
        self.trades.append(Trade(self.entered, left, entry, leaves, why))
        self.wake_for(left + self.plan.pause)


def opening(bar: int) -> int:
    """When a bar opens, in nanoseconds."""
    return (START + MINUTE * bar) * NANO


def loaded(plan: Workload) -> BacktestEngine:
    """An engine with its venue, its instrument and its bars; a bar is stamped with its close."""
    engine = BacktestEngine(
        BacktestEngineConfig(
            cache=CacheConfig(bar_capacity=1, tick_capacity=1),
            logging=LoggingConfig(bypass_logging=True),
            risk_engine=RiskEngineConfig(bypass=True),
            run_analysis=False,
        )
    )
    engine.add_venue(
        VENUE,
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        starting_balances=[Money(plan.wallet, USDT)],
        default_leverage=Decimal(plan.leverage),
    )
    engine.add_instrument(_instrument(plan))
    engine.add_data(_bars(plan), validate=False, sort=False)
    engine.add_strategy(Bracketed(plan))
    return engine


def _instrument(plan: Workload) -> CryptoPerpetual:
    fee = Decimal(plan.fee) / 10_000
    return CryptoPerpetual(
        instrument_id=NAME,
        raw_symbol=NAME.symbol,
        base_currency=BTC,
        quote_currency=USDT,
        settlement_currency=USDT,
        is_inverse=False,
        price_precision=3,
        price_increment=Price.from_str("0.001"),
        size_precision=0,
        size_increment=Quantity.from_int(1),
        margin_init=Decimal(1),
        margin_maint=Decimal(plan.maintenance) / 10_000,
        maker_fee=fee,
        taker_fee=fee,
        ts_event=0,
        ts_init=0,
    )


def _bars(plan: Workload) -> list[Bar]:
    bars = plan.bars
    columns = (np.asarray(x) / TICKS for x in (bars.opens, bars.highs, bars.lows, bars.closes))
    volumes = np.full(len(bars), PLENTY)
    stamps = (np.asarray(bars.times).astype(np.uint64) + np.uint64(MINUTE)) * np.uint64(NANO)
    return Bar.from_raw_arrays_to_list(BARS, 3, 0, *columns, volumes, stamps, stamps)


def play(plan: Workload, engine: BacktestEngine) -> Played:
    """One run over all bars."""
    engine.run()
    strategy = engine.trader.strategies()[0]
    account = engine.cache.account_for_venue(VENUE)
    return Played(strategy.trades, float(account.balance_total(USDT)))
