"""What was planned before an order, as recorded with it."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.state import Order, Target
from ledger.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of one order: of the one that opened a trade, or of one that added to it.

    `seq` is the number of `plan_recorded`, or of the order where nothing was planned. `stop`,
    `risk` (money) and `targets` are those of the order; `quantity` is what it was to open.
    """

    seq: int
    at: Time
    order: str
    quantity: Decimal
    stop: Decimal | None = None
    targets: tuple[Target, ...] = ()
    risk: Decimal | None = None
    reason: str = ""
    answer_to_call: str = ""
    tags: tuple[str, ...] = ()
    confidence: int | None = None


def plan_of(
    order: Order, placed: tuple[int, str], recorded: tuple[int, e.PlanRecorded] | None
) -> Plan:
    """The plan of an order that is about to open something.

    `placed` is the number of its event and the reason written there; `recorded` its plan, if there
    is one.
    """
    seq, reason = placed
    bare = Plan(
        seq=seq,
        at=order.placed_at,
        order=order.id,
        quantity=order.quantity,
        stop=order.stop_loss,
        targets=order.targets,
        reason=reason,
    )
    if recorded is None:
        return bare
    seq, said = recorded
    return Plan(
        seq=seq,
        at=said.at,
        order=order.id,
        quantity=order.quantity,
        stop=said.stop,
        targets=order.targets,
        risk=said.risk,
        reason=said.reason,
        answer_to_call=said.answer_to_call,
        tags=said.tags,
        confidence=said.confidence,
    )
