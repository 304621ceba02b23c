"""What a trade may lose at its stop: by the plan in force, and whatever a plan says."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.reports.grade.past import Moment, worth

RUIN = Decimal("0.1")
"""The share of an account beyond which a stop protects nothing, whatever the plan allows: ten such
losses in a row leave a third of it."""
TOKEN = Decimal("0.01")
"""The share of an account below which a position shows nothing about its trader."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """`worth` is what the account held when the trade was opened, or the purse of its plan; money
    paid in since the plan was made does not count. `planned` is the plan's largest loss, `None`
    without one."""

    worth: Decimal
    planned: Decimal | None = None
    currency: str = ""

    @property
    def most(self) -> Decimal:
        """The largest loss at which a stop still protects."""
        ruin = self.worth * RUIN
        return ruin if self.planned is None else min(self.planned, ruin)

    @property
    def least(self) -> Decimal:
        """The value from which a position counts as a trade."""
        return self.worth * TOKEN


def allowance(moment: Moment) -> Allowance:
    """Of a trade that is opened now."""
    account, plan = moment.before, moment.before.plan
    own = worth(account, moment.prices) - moment.added
    if plan is None:
        return Allowance(own, None, account.currency)
    held = own if plan.purse is None else plan.purse
    return Allowance(held, plan.largest_loss(own), account.currency)
