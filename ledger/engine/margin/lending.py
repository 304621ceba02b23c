"""What a lender requires before it lends, whatever the money is drawn for."""

from decimal import Decimal

from ledger.account.risk.margin import equity, forbidden
from ledger.engine.decision.draft import Draft
from ledger.market.rules.rulebook import Forbids
from ledger.money import ZERO, plain, round_down, trim
from ledger.times import iso


def lendable(draft: Draft) -> Decimal:
    """The wallet's equity above the least that is lent on; may be negative."""
    own = equity(draft.account, draft.account.main, draft.market.mark)
    return own - draft.account.rulebook.minimum_equity


def refused(draft: Draft, *, crossed: bool = True, leaves: Decimal = ZERO) -> str | None:
    """Why nothing is lent now; `None` if it is.

    `leaves` is what leaves the account with it: the loan is then judged on what is left. For an
    isolated position the wallet's own health does not matter.
    """
    account, currency = draft.account, draft.account.currency
    until = account.frozen_until
    if until is not None and until > draft.market.time:
        return (
            f"new credit is frozen until {iso(until)[:10]}, after an intraday margin deficit that "
            "was not met; pay it in to end that"
        )
    if crossed and forbidden(account, account.main, draft.market.mark, Forbids.BORROW):
        return "health is too low to borrow more: repay, reduce or deposit first"
    if lendable(draft) >= leaves:
        return None
    least = account.rulebook.minimum_equity
    amount = plain(trim(round_down(lendable(draft) + least - leaves, currency)))
    there = f"{amount} would be left" if leaves else f"this account has {amount}"
    return f"borrowing needs at least {plain(least)} {currency} of equity, {there}"


def owed_things(draft: Draft) -> Decimal:
    """The value of the assets that the wallet sold short: it owes them on top of its loan."""
    account, mark = draft.account, draft.market.mark
    return sum(
        (
            abs(account.instruments[symbol].notional(position.quantity, mark[symbol]))
            for symbol, position in account.main.positions.items()
            if account.instruments[symbol].lent_to(position.quantity < 0)
        ),
        ZERO,
    )
