"""The loan: drawn when cash runs out, accrued to the second, repaid interest first, compounded."""

from decimal import Decimal

from ledger.account import events as e
from ledger.account.margin import free_cash
from ledger.engine.draft import Draft
from ledger.market.rulebook import Capitalize
from ledger.market.times import Time, month_of
from ledger.money import ZERO, ratio, settle


def accrue(draft: Draft, name: str, until: Time) -> None:
    """Post the interest of a pocket's loan up to `until`, carrying what rounding leaves.

    principal x rate x seconds is exact, and only the posted sum is rounded: any number of
    postings over a span adds up to one posting over the whole span, to the last unit.
    """
    loan = draft.pocket(name).loan
    if loan.principal == 0 or until <= loan.accrued_to:
        return
    contract = draft.account.rulebook.interest
    yearly = contract.yearly(loan.principal)
    exact = loan.carried + yearly * (until - loan.accrued_to)
    amount = settle(exact / contract.denominator, draft.account.currency)
    draft.record(
        e.InterestAccrued(
            at=until,
            pocket=name,
            amount=amount,
            principal=loan.principal,
            rate=ratio(yearly / loan.principal),
            from_=loan.accrued_to,
            to=until,
            carried=exact - amount * contract.denominator,
        )
    )


def next_posting(draft: Draft, name: str) -> Time | None:
    """When this pocket's interest is next posted by the calendar."""
    loan = draft.pocket(name).loan
    if loan.principal == 0:
        return None
    every = draft.account.rulebook.interest.post_every
    return (loan.accrued_to // every + 1) * every


def post(draft: Draft, name: str, at: Time) -> None:
    """A posting by the calendar; the first one of a month also adds interest to the principal."""
    before = draft.pocket(name).loan.accrued_to
    accrue(draft, name, at)
    monthly = draft.account.rulebook.interest.capitalize is Capitalize.MONTHLY
    if monthly and month_of(before) != month_of(at):
        capitalize(draft, name, at)


def capitalize(draft: Draft, name: str, at: Time) -> None:
    """Add the accrued interest to the principal: from now on it bears interest itself."""
    loan = draft.pocket(name).loan
    if loan.accrued:
        draft.record(
            e.InterestCapitalized(
                at=at,
                pocket=name,
                amount=loan.accrued,
                principal=loan.principal + loan.accrued,
            )
        )


def draw(draft: Draft, name: str, amount: Decimal) -> None:
    """Borrow into the pocket's cash; interest runs from this moment."""
    at = draft.market.time
    accrue(draft, name, at)
    principal = draft.pocket(name).loan.principal + amount
    draft.record(e.LoanDrawn(at=at, pocket=name, amount=amount, principal=principal))


def repay(draft: Draft, name: str, amount: Decimal) -> None:
    """Pay from the pocket's cash: interest before principal. Owed interest is posted first."""
    at = draft.market.time
    accrue(draft, name, at)
    loan = draft.pocket(name).loan
    interest = min(amount, loan.accrued)
    principal = min(amount - interest, loan.principal)
    if interest + principal == 0:
        return
    draft.record(
        e.LoanRepaid(
            at=at,
            pocket=name,
            amount=interest + principal,
            principal=loan.principal - principal,
            interest_part=interest,
            principal_part=principal,
        )
    )


def owed_now(draft: Draft, name: str) -> Decimal:
    """Principal and interest to this moment, as a repayment would find it."""
    scratch = draft.copy()
    accrue(scratch, name, draft.market.time)
    return scratch.pocket(name).loan.owed


def repay_from_cash(draft: Draft, name: str, limit: Decimal | None = None) -> None:
    """Where the book repays by itself, free cash goes to the loan: all of it, or up to a limit."""
    if not draft.account.rulebook.auto_repay or draft.pocket(name).loan.principal == 0:
        return
    amount = _repayable(draft, name, ZERO, limit)
    if amount > 0:
        repay(draft, name, amount)


def would_repay(
    draft: Draft, name: str, incoming: Decimal, limit: Decimal | None = None
) -> Decimal:
    """How much of a sale's proceeds goes to the loan."""
    if not draft.account.rulebook.auto_repay:
        return ZERO
    return max(_repayable(draft, name, incoming, limit), ZERO)


def _repayable(draft: Draft, name: str, incoming: Decimal, limit: Decimal | None) -> Decimal:
    spare = free_cash(draft.account, draft.pocket(name)) + incoming
    amount = min(spare, owed_now(draft, name))
    return amount if limit is None else min(amount, limit)
