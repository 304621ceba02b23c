"""The session plan: made before the first order, and locked by it."""

from decimal import Decimal

from ledger.account.commands import PlanSession
from ledger.account.events.kinds import SessionPlanned
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.frozen import event_from
from ledger.money import ONE
from ledger.times import DAY

_SHARES = ("loss_per_trade", "put_aside", "daily_loss", "trailing_floor")


def plan_session(draft: Draft, command: PlanSession) -> None:
    """Record the plan. Raises `Refusal` for limits that make no sense, and once it is locked."""
    _check_limits(command)
    _check_unlocked(draft)
    draft.record(event_from(SessionPlanned, command, at=draft.market.time))


def _check_limits(command: PlanSession) -> None:
    if not command.limits():
        raise Refusal("the plan sets no limit")
    for key in _SHARES:
        share: Decimal | None = getattr(command, key)
        if share is not None and not 0 < share <= 1:
            raise Refusal(f"{key} must be above zero and at most 1, such as 0.02 for 2%")
    if command.max_leverage is not None and command.max_leverage < ONE:
        raise Refusal("max_leverage must be 1 or more")
    if command.max_trades is not None and command.max_trades < 1:
        raise Refusal("max_trades must be 1 or more")
    if command.purse is not None and command.purse <= 0:
        raise Refusal("the purse holds nothing: set the loss as a share of the account")


def _check_unlocked(draft: Draft) -> None:
    """A plan stands until its day is over and nothing of it is open any more."""
    account, plan = draft.account, draft.account.plan
    if plan is not None and plan.own:
        raise Refusal("the scenario has its own plan")
    if account.positions() or account.orders:
        raise Refusal("a plan is made with no position and no order open")
    if plan is None or account.orders_made == plan.orders_made:
        return
    if draft.market.time // DAY == plan.at // DAY:
        raise Refusal("the plan is locked since the first order; the next day takes a new one")
