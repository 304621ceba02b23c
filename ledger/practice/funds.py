"""The purse that an account is funded from, while the account is open.

The ledger has one writer, so that nothing but this session moves the purse meanwhile.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Self

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.books.purse import Purse, funded_branches, purse
from ledger.books.store import Ledger
from ledger.engine.decide import Decision, decide
from ledger.market.quote import Market
from ledger.money import ZERO, plain, ratio, trim

MUCH = Decimal("0.2")
"""The share of what one practises with beyond which a deposit says that much is at risk."""


@dataclass(frozen=True, slots=True)
class Funds:
    """`left` is in the purse, `elsewhere` the equity of the other accounts funded from it."""

    left: Decimal
    elsewhere: Decimal = ZERO

    def after(self, events: Iterable[e.Event]) -> Self:
        """What it holds once these have happened to the account."""
        left = self.left + sum(map(_flow, events), ZERO)
        return self if left == self.left else replace(self, left=left)

    def at_risk(self, equity: Decimal) -> Decimal:
        """The share of what one practises with that lies in accounts: all of it can be lost."""
        inside = max(equity, ZERO) + self.elsewhere
        return ratio(inside / (inside + self.left)) if inside > 0 else ZERO


def funds_of(ledger: Ledger, branch_id: int, currency: str) -> Funds | None:
    """What an account that is on record is funded from; `None` where it brought its own money."""
    with ledger.looking() as db:
        held = purse(db, currency) if branch_id in funded_branches(db) else None
    return None if held is None else _funds(ledger, held, branch_id)


def funds_for_new(ledger: Ledger, currency: str, first: Decimal) -> Funds:
    """What a new account is funded from; `first` is in the purse where it was never set."""
    with ledger.looking() as db:
        held = purse(db, currency)
    return Funds(first) if held is None else _funds(ledger, held, None)


def _funds(ledger: Ledger, held: Purse, but: int | None) -> Funds:
    elsewhere = ZERO
    for branch in held.paid_in:
        place = ledger.place(branch)
        if branch != but and place is not None:
            elsewhere += max(Decimal(place["statement"]["equity"]), ZERO)
    return Funds(held.left, elsewhere)


def _flow(event: e.Event) -> Decimal:
    """What an event pays into the purse."""
    if isinstance(event, e.Deposited):
        return -event.amount
    return event.amount if isinstance(event, e.Withdrawn | e.Swept) else ZERO


def decide_within(
    funds: Funds | None, account: Account, market: Market, command: c.Command
) -> Decision:
    """The engine's decision; without one that would take more out of the purse than it holds."""
    decision = decide(account, market, command)
    if funds is None or funds.after(decision.events).left >= 0:
        return decision
    holds = f"{plain(trim(funds.left))} {account.currency}"
    reason = f"the purse holds {holds}; `tightrope purse set` changes that"
    return refused_outside(account, market, command, reason, funds.left)


def refused_outside(
    account: Account,
    market: Market,
    command: c.Command,
    reason: str,
    largest: Decimal | None = None,
) -> Decision:
    """What is refused for a reason that no rule book knows."""
    refused = e.ActionRefused(
        at=market.time, action=c.word_of(command), reason=reason, largest=largest
    )
    return Decision((refused,), apply(account, refused), market)
