"""The fold of a session plan."""

from ledger.account.events import kinds as e
from ledger.account.plan import SessionPlan
from ledger.account.state import Account
from ledger.frozen import event_from, replace


def fold_plan(account: Account, event: e.SessionPlanned) -> Account:
    """The plan that is in force from here on."""
    plan = event_from(SessionPlan, event, orders_made=account.orders_made)
    return replace(account, plan=plan)
