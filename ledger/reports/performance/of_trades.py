"""Closed trades as the numbers that performance works on."""

from collections.abc import Iterable
from decimal import Decimal

from ledger.reports.performance.results import Result
from ledger.reports.trades.notes import tags_of
from ledger.reports.trades.trade import Trade


def results_of(trades: Iterable[Trade]) -> list[Result]:
    """Those that are closed, in the order in which they were."""
    closed = [trade for trade in trades if not trade.is_open]
    return [result_of(trade) for trade in sorted(closed, key=lambda trade: trade.closed_seq or 0)]


def result_of(trade: Trade) -> Result:
    """One closed trade; its tags are the journal's."""
    planned = (plan.tags for plan in (trade.plan, *trade.later_plans))
    return Result(
        net=float(trade.net),
        costs=float(trade.costs.total),
        r=_float(trade.r),
        number=trade.number,
        symbol=trade.symbol,
        opened=trade.opened_at,
        closed=trade.opened_at if trade.closed_at is None else trade.closed_at,
        mae_r=_float(trade.mae_r),
        mfe_r=_float(trade.mfe_r),
        leverage=float(trade.leverage),
        mode=trade.mode.value,
        confidence=trade.plan.confidence,
        tags=tags_of(planned, trade.notes),
    )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
