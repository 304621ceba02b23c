"""A broken step for each law about the reports."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ledger.account.events import kinds as e
from ledger.reports.grade.limits import Limits
from ledger.reports.trades import round_trip
from ledger.reports.trades.orders import Orders
from ledger.reports.trades.running import Running

Patch = pytest.MonkeyPatch
Broken = Callable[[Patch], None]


def a_trade_forgets_its_fees(patch: Patch) -> None:
    patch.setattr(Running, "charge", lambda trade, event: None)


def a_cancelled_stop_still_protects(patch: Patch) -> None:
    patch.delitem(round_trip._DOES, e.OrderCancelled)


def a_reversal_is_one_trade_s_order(patch: Patch) -> None:
    """What closed the trade before counts as planned for the next."""
    sound = Orders.take

    def take(orders: Orders, seq: int, event: Any) -> Any:
        before, after = sound(orders, seq, event)
        if isinstance(event, e.OrderFilled) and before is not None and after is not None:
            orders.resting[event.order] = before
        return before, after

    patch.setattr(Orders, "take", take)


def a_plan_counts_no_trades(patch: Patch) -> None:
    patch.setattr(Limits, "_too_many", lambda limits, plan, event: iter(()))


OF_REPORTS: Mapping[str, tuple[Broken, ...]] = {
    "results": (a_trade_forgets_its_fees,),
    "second_reading": (a_cancelled_stop_still_protects, a_reversal_is_one_trade_s_order),
    "planned": (a_plan_counts_no_trades,),
}
