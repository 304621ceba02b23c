"""The life of a trade's targets: set, moved, met, taken away."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import Cause
from ledger.account.events import kinds as e
from ledger.account.state import Order
from ledger.reports.trades.orders import OrderEvent
from ledger.times import Time


class TargetAct(StrEnum):
    """What happened to a target."""

    SET = "set"
    MOVED = "moved"
    RESIZED = "resized"
    ADJUSTED = "adjusted"
    FILLED = "filled"
    FILLED_IN_PART = "filled_in_part"
    CANCELLED = "cancelled"
    """`why` says by whom or what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChange:
    """One change of one target: its `order`, and the level and quantity that it has from here on
    (those that it had, if it is gone)."""

    seq: int
    at: Time
    act: TargetAct
    order: str
    level: Decimal
    quantity: Decimal
    was: Decimal | None = None
    why: str = ""


@dataclass(slots=True)
class TargetRecorder:
    """The life of the targets while their trade is running."""

    changes: list[TargetChange] = field(default_factory=list)

    def take(self, seq: int, event: OrderEvent, orders: tuple[Order | None, Order | None]) -> None:
        """One event of an order against the position, as it was before and is after."""
        before, after = orders
        order = after or before
        if order is None or order.cause is not Cause.TAKE_PROFIT or order.limit is None:
            return
        act = _act(event, before, after)
        if act is None:
            return
        self.changes.append(
            TargetChange(
                seq=seq,
                at=event.at,
                act=act,
                order=order.id,
                level=order.limit,
                quantity=order.quantity,
                was=None if before is None else before.limit,
                why=event.reason if isinstance(event, e.OrderCancelled) else "",
            )
        )


def _act(event: OrderEvent, before: Order | None, after: Order | None) -> TargetAct | None:
    match event:
        case e.OrderPlaced():
            return TargetAct.SET
        case e.OrderCancelled():
            return TargetAct.CANCELLED
        case e.OrderFilled():
            return TargetAct.FILLED if after is None else TargetAct.FILLED_IN_PART
        case e.OrderAdjusted():
            return TargetAct.ADJUSTED
    if before is None or after is None:
        return None
    if before.limit != after.limit:
        return TargetAct.MOVED
    return TargetAct.RESIZED if before.quantity != after.quantity else None
