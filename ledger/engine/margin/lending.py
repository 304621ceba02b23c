"""What a lender asks before it lends, by whatever door the money is drawn."""

from decimal import Decimal

from ledger.account.risk.margin import equity, forbidden
from ledger.engine.decision.draft import Draft
from ledger.market.rules.rulebook import Forbids
from ledger.money import ZERO, plain, round_down, trim


def lendable(draft: Draft) -> Decimal:
    """How far the wallet's equity is above the least with which anything is lent; may be below."""
    worth = equity(draft.account, draft.account.main, draft.market.mark)
    return worth - draft.account.rulebook.minimum_equity


def refused(draft: Draft, *, crossed: bool = True, leaves: Decimal = ZERO) -> str | None:
    """Why nothing is lent now; `None` where it is.

    `leaves` is what goes out of the account with it: the loan then stands on what is left. Behind
    an isolated wall the wallet's own health does not matter.
    """
    account, currency = draft.account, draft.account.currency
    if crossed and forbidden(account, account.main, draft.market.mark, Forbids.BORROW):
        return "health is too low to borrow more: repay, reduce or deposit first"
    if lendable(draft) >= leaves:
        return None
    least = account.rulebook.minimum_equity
    worth = plain(trim(round_down(lendable(draft) + least - leaves, currency)))
    there = f"{worth} would be left" if leaves else f"this account has {worth}"
    return f"borrowing needs at least {plain(least)} {currency} of equity, {there}"


def owed_things(draft: Draft) -> Decimal:
    """What the things that the wallet sold short are worth: it owes them beside its loan."""
    account, mark = draft.account, draft.market.mark
    return sum(
        (
            abs(account.instruments[symbol].notional(position.quantity, mark[symbol]))
            for symbol, position in account.main.positions.items()
            if account.instruments[symbol].lent_to(position.quantity < 0)
        ),
        ZERO,
    )
