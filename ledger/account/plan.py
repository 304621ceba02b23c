"""What a trader commits to before the first order: the session plan."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Answer
from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class PlanTerms:
    """The limits of a plan, `None` where it sets none; shares as ratios (0.02 is two percent).

    `loss_per_trade` is a share of the equity when the trade is opened; if `purse` is given, of that
    amount, which the purse held when the plan was made. `max_trades` counts positions opened in one
    day (UTC). `daily_loss` is a share of the equity at the day's first event. `trailing_floor` is
    how far equity may fall below its highest since the plan was made, as a share of that highest.
    `put_aside` is the share of realized profit to be moved out of the account's reach.
    `preset` names where the limits come from; a plan of the scenario's `own` cannot be replaced.
    """

    preset: str = ""
    loss_per_trade: Decimal | None = None
    purse: Decimal | None = None
    max_leverage: Decimal | None = None
    max_trades: int | None = None
    answer_to_call: Answer | None = None
    put_aside: Decimal | None = None
    daily_loss: Decimal | None = None
    trailing_floor: Decimal | None = None
    own: bool = False

    def largest_loss(self, equity: Decimal) -> Decimal | None:
        """The most that a trade opened at this equity may lose; `None` without a limit."""
        if self.loss_per_trade is None:
            return None
        return (equity if self.purse is None else self.purse) * self.loss_per_trade

    def limits(self) -> dict[str, Decimal | int | Answer]:
        """The limits that are set, by their keys."""
        values = {key: getattr(self, key) for key in LIMITS}
        return {key: value for key, value in values.items() if value is not None}


LIMITS = (
    "loss_per_trade",
    "max_leverage",
    "max_trades",
    "answer_to_call",
    "put_aside",
    "daily_loss",
    "trailing_floor",
)


@quick
@dataclass(frozen=True, kw_only=True)
class SessionPlan(PlanTerms):
    """The plan in force: `orders_made` is how many orders there had been when it was made."""

    at: Time
    orders_made: int
