"""The plan of an account, seen and made without the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ledger.account.commands import PlanSession
from ledger.account.events.kinds import ActionRefused
from ledger.account.plan import PlanTerms, SessionPlan
from ledger.books.file.errors import LedgerUnusable
from ledger.frozen import event_from
from ledger.practice.library.session_plans import typed_plan
from ledger.practice.sessions.open_session import look, resume
from ledger.practice.sessions.session import Session
from ledger.refused import Refused


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan in force of an account; `None` without one."""

    account: str
    currency: str
    plan: SessionPlan | None


def plan_in(path: Path, account: str | None) -> Planned:
    """The plan of an account (or the one last written). Raises as `look`."""
    session = look(path, account, LedgerUnusable(path, "it was opened to be read"))
    try:
        return _planned(session)
    finally:
        session.close()


def make_plan(
    path: Path, account: str | None, preset: str | None, changes: Mapping[str, str]
) -> Planned:
    """Make a plan from a preset and changed limits. Raises `Refused`, and then nothing is recorded;
    and as `resume`."""
    typed_plan(preset, changes, Decimal(1))  # faults of what was typed come before the ledger's
    session = resume(path, account)
    try:
        held = None if session.funds is None else session.funds.left
        commit_to(session, typed_plan(preset, changes, held))
        return _planned(session)
    finally:
        session.close()


def commit_to(session: Session, terms: PlanTerms) -> None:
    """Record a plan. Raises `Refused` where the engine refuses it."""
    command = event_from(PlanSession, terms)
    for event in session.preview(command).events:
        if isinstance(event, ActionRefused):
            raise Refused(f"the plan: {event.reason}")
    session.send(command)


def _planned(session: Session) -> Planned:
    account = session.account
    return Planned(account.name, account.currency, account.plan)
