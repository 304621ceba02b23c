"""The loan: drawn when cash runs out, charged by its calendar, repaid interest first."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.risk.margin import free_cash
from ledger.account.state import Account, Loan
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.bearers import borne_by
from ledger.frozen import scratch
from ledger.market.quote import Market
from ledger.market.rules.carry import Calendar, Capitalize
from ledger.market.rules.rulebook import AccountKind
from ledger.money import ratio, settle
from ledger.times import Time, month_of


def accrue(draft: Draft, name: str, until: Time) -> None:
    """Post the interest of a pocket's loan up to `until`, carrying the rounding remainder.

    principal x rate x seconds is exact and only the posted sum is rounded, so that any number of
    postings over a span adds up to one posting over the whole span, to the last unit. With a
    calendar of whole periods only those that fell due count; repaying inside one costs nothing.
    """
    loan = draft.pocket(name).loan
    contract = draft.account.rulebook.interest
    if loan.principal == 0 or until <= loan.accrued_to or contract.free:
        return
    if contract.calendar is Calendar.SECONDS:
        periods, end, seconds = 0, until, until - loan.accrued_to
    else:
        periods, end = contract.whole_periods(loan.accrued_to, until)
        seconds = periods * contract.post_every
        if not periods:
            return
    yearly = contract.yearly(loan.principal)
    exact = loan.carried + yearly * seconds
    amount = settle(exact / contract.denominator, draft.account.currency)
    draft.record(
        e.InterestAccrued(
            at=end,
            pocket=name,
            amount=amount,
            principal=loan.principal,
            rate=ratio(yearly / loan.principal),
            from_=loan.accrued_to,
            to=end,
            carried=exact - amount * contract.denominator,
            periods=periods,
            borne_by=borne_by(draft.account, draft.pocket(name), amount, None),
        )
    )


def next_posting(draft: Draft, name: str) -> Time | None:
    """When this pocket's interest is next posted by the calendar."""
    loan = draft.pocket(name).loan
    return posting_after(draft.account, loan)


def posting_after(account: Account, loan: Loan) -> Time | None:
    """The next posting of a loan; `None` if it bears no interest."""
    contract = account.rulebook.interest
    if loan.principal == 0 or contract.free:
        return None
    return contract.boundary_after(loan.accrued_to) + contract.counted.lag


def post(draft: Draft, name: str, at: Time) -> None:
    """A posting by the calendar, after which interest may be added to the principal.

    Where that is monthly, with the first posting of a month.
    """
    before = draft.pocket(name).loan.accrued_to
    accrue(draft, name, at)
    when = draft.account.rulebook.interest.capitalize
    now = draft.pocket(name).loan.accrued_to
    monthly = when is Capitalize.MONTHLY and month_of(before) != month_of(now)
    if monthly or when is Capitalize.EACH_POSTING:
        capitalize(draft, name, now)


def capitalize(draft: Draft, name: str, at: Time) -> None:
    """Add the accrued interest to the principal, which bears interest from now on."""
    loan = draft.pocket(name).loan
    if loan.accrued:
        draft.record(
            e.InterestCapitalized(
                at=at,
                pocket=name,
                amount=loan.accrued,
                principal=loan.principal + loan.accrued,
                capitalized=loan.capitalized + loan.accrued,
            )
        )


@scratch
@dataclass(frozen=True)
class Drawing:
    """A loan just drawn, on top of what was `owed` already."""

    pocket: str
    owed: Decimal
    amount: Decimal
    at: Time


def draw(
    draft: Draft, name: str, amount: Decimal, at: Time | None = None, symbol: str | None = None
) -> None:
    """Borrow into the pocket's cash and charge at once what the first period costs (on behalf of a
    trade in `symbol`, if any)."""
    charge_drawing(draft, lend(draft, name, amount, at), symbol)


def lend(draft: Draft, name: str, amount: Decimal, at: Time | None = None) -> Drawing:
    """Borrow into the pocket's cash; interest runs from this moment, or begins with a period.

    A drawing on a running loan joins its periods. What it costs at once is still to be charged.
    """
    at = draft.market.time if at is None else at
    contract = draft.account.rulebook.interest
    accrue(draft, name, at + contract.counted.lag)  # a period that begins now is the old loan's
    owed = draft.pocket(name).loan.principal
    draft.record(e.LoanDrawn(at=at, pocket=name, amount=amount, principal=owed + amount))
    return Drawing(name, owed, amount, at)


def cover(draft: Draft, name: str, symbol: str, at: Time | None = None) -> None:
    """Borrow what a lender's pocket has to pay for a position beyond its free cash."""
    if draft.account.rulebook.kind is not AccountKind.LOAN:
        return
    lacking = -free_cash(draft.account, draft.pocket(name))
    if lacking > 0:
        draw(draft, name, lacking, at, symbol)


def charge_drawing(draft: Draft, drawn: Drawing, symbol: str | None) -> None:
    """Where the rule book says so, charge one period on a drawing at once, to the trade that it was
    drawn for. It covers no span, so the calendar stays."""
    contract = draft.account.rulebook.interest
    if contract.free or not contract.at_drawing:
        return
    name, amount, at = drawn.pocket, drawn.amount, drawn.at
    yearly = contract.yearly_of_drawing(drawn.owed, amount)
    exact = draft.pocket(name).loan.carried + yearly * contract.post_every
    charged = settle(exact / contract.denominator, draft.account.currency)
    draft.record(
        e.InterestAccrued(
            at=at,
            pocket=name,
            amount=charged,
            principal=amount,
            rate=ratio(yearly / amount),
            from_=at,
            to=at,
            carried=exact - charged * contract.denominator,
            periods=1,
            borne_by=borne_by(draft.account, draft.pocket(name), charged, symbol),
        )
    )
    if contract.capitalize is Capitalize.EACH_POSTING:
        capitalize(draft, name, at)


def repay(draft: Draft, name: str, amount: Decimal) -> None:
    """Pay from the pocket's cash: interest before principal, and of the principal capitalized
    interest first. Interest that is owed is posted before."""
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
            capitalized_part=min(principal, loan.capitalized),
        )
    )


def posted_now(account: Account, name: str, market: Market, *, selling: bool = False) -> Account:
    """The account with a pocket's interest posted to this moment: what any sale does first, and any
    payment where the book repays automatically; elsewhere unchanged."""
    draft = Draft(account, market)
    if selling or account.rulebook.auto_repay:
        accrue(draft, name, market.time)
    return draft.account


def owed_now(draft: Draft, name: str) -> Decimal:
    """Principal and interest to this moment, as a repayment would find it."""
    trial = draft.copy()
    accrue(trial, name, draft.market.time)
    return trial.pocket(name).loan.owed()


def repay_from_cash(draft: Draft, name: str, limit: Decimal | None = None) -> None:
    """Where the book repays automatically, use free cash to repay the loan: all of it, or up to a
    limit."""
    if not draft.account.rulebook.auto_repay or draft.pocket(name).loan.principal == 0:
        return
    amount = min(free_cash(draft.account, draft.pocket(name)), owed_now(draft, name))
    if limit is not None:
        amount = min(amount, limit)
    if amount > 0:
        repay(draft, name, amount)
