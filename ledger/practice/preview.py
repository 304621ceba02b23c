"""What an order would do, before it is sent: the execution on scratch paper, read as two views."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.commands import TraderCommand
from ledger.account.events import (
    ActionRefused,
    Event,
    FeeCharged,
    LoanDrawn,
    OrderRefused,
    PlanRecorded,
)
from ledger.money import ZERO
from ledger.practice.session import Session
from ledger.practice.view import DeskView, view


@dataclass(frozen=True, slots=True)
class Preview:
    """`refused` is the reason, with `largest` that would pass; else `after` is what would be."""

    events: tuple[Event, ...]
    before: DeskView
    after: DeskView
    refused: str | None
    largest: Decimal | None
    fee: Decimal
    drawn: Decimal
    risk: Decimal | None


def preview(session: Session, command: TraderCommand) -> Preview:
    """Ask the engine what a wish would lead to where the clock stands. Changes nothing."""
    decision = session.preview(command)
    refused = next(
        (e for e in decision.events if isinstance(e, OrderRefused | ActionRefused)), None
    )
    plan = next((e for e in decision.events if isinstance(e, PlanRecorded)), None)
    return Preview(
        events=decision.events,
        before=view(session.account, session.market),
        after=view(decision.account, decision.market),
        refused=refused.reason if refused else None,
        largest=refused.largest if refused else None,
        fee=sum((e.amount for e in decision.events if isinstance(e, FeeCharged)), ZERO),
        drawn=sum((e.amount for e in decision.events if isinstance(e, LoanDrawn)), ZERO),
        risk=plan.risk if plan else None,
    )
