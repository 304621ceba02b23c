"""How one trade was protected, as it is found out on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.event_terms import ClosedBy
from ledger.account.events import kinds as e
from ledger.money import ZERO
from ledger.reports.grade.allowance import Allowance
from ledger.reports.grade.cover import Cover
from ledger.reports.grade.sums import sum_said
from ledger.times import Time

ROOM = Decimal("1.1")
"""What is at risk may exceed the plan by a tenth: fees, and lots that do not fit."""


@dataclass(slots=True)
class Guarded:
    """One trade. `unprotected` says why no stop counted within a bar of the entry, `given_up` why
    the first one did not stay; empty where there is nothing to say.

    `largest` is the most that its stops would ever have lost, `None` if it was never covered;
    `within` whether the last thing known is a stop that counts. `grave`: the trade was as good as
    unprotected, because there was no stop that counts, or none for more than a bar in all, or one
    that put another R at risk. `value` is the largest that the position ever had, at its entry.
    """

    opened: e.PositionOpened
    allowed: Allowance = field(default_factory=lambda: Allowance(ZERO))
    value: Decimal = ZERO
    unprotected: str = ""
    given_up: str = ""
    largest: Decimal | None = None
    problem: str = ""
    within: bool = False
    grave: bool = False
    first: Decimal | None = None
    first_loss: Decimal | None = None
    bare_since: Time | None = None
    bare: int = 0
    """Seconds in which no stop counted, after the first that did."""
    lost_in_outage: bool = False
    closed: e.PositionClosed | None = None

    @property
    def symbol(self) -> str:
        return self.opened.symbol

    @property
    def planned(self) -> Decimal | None:
        """The plan's largest loss on it; `None` without one."""
        return self.allowed.planned

    @property
    def counts(self) -> bool:
        """Whether it is a trade that shows something: not a token one, and not one that the trader
        closed in the second in which it was opened."""
        end = self.closed
        if end is not None and end.at == self.opened.at and end.closed_by is ClosedBy.TRADER:
            return False
        return self.value >= self.allowed.least

    @property
    def too_large(self) -> bool:
        """Whether more was at risk than planned, at any moment; unknown without a stop."""
        if self.planned is None or self.largest is None:
            return True
        return self.largest > self.planned * ROOM

    def said(self, amount: Decimal) -> str:
        """A sum in the account's currency."""
        return sum_said(amount, self.allowed.currency)

    def problem_of(self, cover: Cover) -> str:
        """Why what stands does not count as a stop; empty if it does."""
        name, allowed = self.symbol, self.allowed
        if cover.level is None or cover.loss is None:
            never = self.first is None
            return f"{name} had no stop" if never else f"the stop of {name} was taken off"
        if cover.too_late:
            return f"the stop of {name} lay beyond the liquidation price"
        if cover.loss > allowed.most * ROOM:
            risked = f"the stop of {name} risked {self.said(cover.loss)}"
            if allowed.planned is not None and allowed.planned <= allowed.most:
                return f"{risked}, and the plan allows {self.said(allowed.planned)}"
            return f"{risked}, more than a tenth of {self.said(allowed.worth)}"
        return ""


def faults(guards: Iterable[Guarded], key: str) -> str:
    """The first fault of a kind, in the order of the trades."""
    return next((said for each in guards if (said := getattr(each, key))), "")
