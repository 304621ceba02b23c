"""Resting orders as an account's events leave them, with the plan of each."""

from dataclasses import dataclass, field

from ledger.account.event_terms import Amended
from ledger.account.events import kinds as e
from ledger.account.fold.orders import fold_terms
from ledger.account.state import Cause, Order, OrderType, Side
from ledger.frozen import event_from, replace
from ledger.reports.trades.plan import Plan, plan_of

OrderEvent = (
    e.OrderPlaced
    | e.OrderAmended
    | e.OrderTriggered
    | e.OrderCancelled
    | e.OrderFilled
    | e.OrderAdjusted
)


@dataclass(slots=True)
class Orders:
    """The orders that rest now. `take` returns an order as it was before and as it is after."""

    resting: dict[str, Order] = field(default_factory=dict)
    placed: dict[str, tuple[int, str]] = field(default_factory=dict)
    plans: dict[str, tuple[int, e.PlanRecorded]] = field(default_factory=dict)
    unplaced: tuple[int, e.PlanRecorded] | None = None
    """A plan, of which the order is the next event."""

    def planned(self, seq: int, event: e.PlanRecorded) -> None:
        """A plan, recorded just before its order."""
        self.unplaced = seq, event

    def take(self, seq: int, event: OrderEvent) -> tuple[Order | None, Order | None]:
        """Fold one event; `None` before for a new order, after for one that has ended."""
        before = self.resting.get(event.order)
        match event:
            case e.OrderPlaced():
                after: Order | None = self._placed(seq, event)
            case e.OrderCancelled():
                after = None
            case _ if before is None:
                return None, None
            case e.OrderFilled():
                left = before.quantity - event.quantity
                after = replace(before, quantity=left) if left > 0 else None
            case e.OrderAmended():
                after = amended(before, event)
            case e.OrderTriggered():
                after = replace(before, triggered=event.rests)
            case e.OrderAdjusted():
                after = replace(
                    before,
                    quantity=event.quantity,
                    limit=event.limit,
                    trigger=event.trigger,
                    stop_loss=event.stop_loss,
                    targets=event.targets,
                )
        if after is None:
            self.resting.pop(event.order, None)
        else:
            self.resting[event.order] = after
        return before, after

    def _placed(self, seq: int, event: e.OrderPlaced) -> Order:
        order = event_from(Order, event, id=event.order, placed_at=event.at, triggered=False)
        self.placed[order.id] = seq, event.reason
        self.plans.pop(order.id, None)
        if order.cause is Cause.TRADER:
            if self.unplaced is not None and self.unplaced[1].symbol == order.symbol:
                self.plans[order.id] = self.unplaced
            self.unplaced = None
        return order

    def plan(self, order: Order) -> Plan:
        """The plan of an order that is about to open something."""
        placed = self.placed.get(order.id, (0, ""))
        return plan_of(order, placed, self.plans.get(order.id))

    def against(self, symbol: str, side: Side) -> list[Order]:
        """The resting orders that would close a position of this side, oldest first."""
        return [o for o in self.resting.values() if o.symbol == symbol and o.side is not side]


def amended(order: Order, event: e.OrderAmended) -> Order:
    """An order after an amendment."""
    if event.what is Amended.TERMS:
        return fold_terms(order, event)
    if event.what is Amended.QUANTITY:
        return replace(order, quantity=event.now)
    if order.trigger is None:
        return replace(order, limit=event.now)
    if event.what is Amended.PRICE and order.order_type is OrderType.TRAILING:
        order = replace(order, order_type=OrderType.STOP, trail=None, trail_fraction=None)
    return replace(order, trigger=event.now)


def protects(order: Order) -> bool:
    """Whether an order against a position is a stop for it, whoever placed it, that has not been
    triggered: a stop-limit that rests protects nothing, and one whose limit is better than its
    trigger would rest."""
    if not order.awaits_trigger() or order.trigger is None:
        return False
    return order.limit is None or (order.trigger - order.limit) * order.side.sign <= 0
