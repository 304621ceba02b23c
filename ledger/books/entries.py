"""Each event as double entry: which book account is debited, which credited, and by how much.

A leg moves one positive amount of one asset from its credit account to its debit account, so no set
of legs can be out of balance. Unrealized profit is never posted. Quantities are kept the same way,
in units of the instrument, so that a lost or doubled lot is an imbalance too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.account.event_terms import Bearer
from ledger.account.events import kinds as e
from ledger.account.lots import split
from ledger.account.state import MAIN, Account
from ledger.money import ZERO

SAVINGS = "savings"
OPENING = "equity:opening"
REALIZED = "realized_pnl"
ABSORBED = "income:venue_absorbed"
INTEREST = "expense:interest"
FUNDING = "expense:funding"
OVERNIGHT = "expense:overnight"
CREDIT = "income:interest"
DIVIDENDS = "income:dividends"
FEES = "expense:fees:"
POSITION = "position:"
QUANTITY = "qty:"
TRADE = "trade:"


@dataclass(frozen=True, slots=True)
class Leg:
    """`amount` (above zero, at the asset's scale) of `asset` moves from `credit` to `debit`."""

    debit: str
    credit: str
    asset: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Head:
    """A row of the chart of accounts; `portfolio` is `trading`, or `longterm` out of its reach."""

    kind: str
    portfolio: str = "trading"


CHART: Mapping[str, Head] = {
    "cash": Head("asset"),
    "margin": Head("asset"),  # of one isolated position
    "savings": Head("asset", "longterm"),
    "position": Head("asset"),  # at cost, spot only; negative for a short
    "loan_principal": Head("liability"),
    "accrued_interest": Head("liability"),
    "equity": Head("equity"),
    "realized_pnl": Head("income"),
    "income": Head("income"),
    "expense": Head("expense"),
    "qty": Head("units"),
    "trade": Head("units"),
}
"""The chart of accounts by the first word of an account's name."""


def head_of(name: str) -> Head:
    """Class and portfolio of a book account. Raises `KeyError` for a name not in the chart."""
    return CHART[name.partition(":")[0]]


def cash_of(pocket: str) -> str:
    """The account of a pocket's cash: the wallet's, or an isolated position's margin."""
    return "cash" if pocket == MAIN else f"margin:{pocket.removeprefix('isolated:')}"


def principal_of(pocket: str) -> str:
    return "loan_principal" if pocket == MAIN else f"loan_principal:{pocket}"


def accrued_of(pocket: str) -> str:
    return "accrued_interest" if pocket == MAIN else f"accrued_interest:{pocket}"


def legs_of(account: Account, event: e.Event) -> tuple[Leg, ...]:
    """The legs of an event; `account` is as it was before it. Amounts of zero make no leg."""
    post = _POSTINGS.get(type(event))
    return tuple(post(account, event)) if post else ()


def balances(legs: Iterable[Leg]) -> dict[tuple[str, str], Decimal]:
    """Debits less credits by (account, asset)."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for leg in legs:
        sums[leg.debit, leg.asset] += leg.amount
        sums[leg.credit, leg.asset] -= leg.amount
    return dict(sums)


def disagreements(account: Account, books: Mapping[tuple[str, str], Decimal]) -> tuple[str, ...]:
    """Where the books and the account differ, a sentence each; empty if they agree."""
    expected = _expected(account)
    return tuple(
        f"{name}: the books say {books.get((name, asset), ZERO)} {asset}, "
        f"the account {expected.get((name, asset), ZERO)}"
        for name, asset in sorted({*books, *expected})
        if not name.startswith((FEES, TRADE))
        and books.get((name, asset), ZERO) != expected.get((name, asset), ZERO)
    ) + _unequal_fees(account, books)


def _expected(account: Account) -> dict[tuple[str, str], Decimal]:
    """What every balance sheet and result account must hold for this account."""
    money, totals = account.currency, account.totals
    expected = {
        (SAVINGS, money): account.savings,
        (OPENING, money): totals.withdrawn - totals.deposited,
        (REALIZED, money): -totals.realized_pnl,
        (INTEREST, money): totals.interest,
        (FUNDING, money): totals.funding_paid,
        (OVERNIGHT, money): totals.overnight,
        (CREDIT, money): -totals.credit_interest,
        (DIVIDENDS, money): -totals.dividends,
        (ABSORBED, money): -totals.absorbed,
    }
    for pocket in account.pockets.values():
        expected[cash_of(pocket.name), money] = pocket.cash
        expected[principal_of(pocket.name), money] = -pocket.loan.principal
        expected[accrued_of(pocket.name), money] = -pocket.loan.accrued
        for symbol, position in pocket.positions.items():
            expected[QUANTITY + symbol, symbol] = position.quantity
            if account.instruments[symbol].owned:
                expected[POSITION + symbol, money] = sum((lot.cost for lot in position.lots), ZERO)
    return expected


def _unequal_fees(account: Account, books: Mapping[tuple[str, str], Decimal]) -> tuple[str, ...]:
    posted = sum((sum_ for (name, _), sum_ in books.items() if name.startswith(FEES)), ZERO)
    if posted == account.totals.fees_paid:
        return ()
    return (f"fees: the books say {posted}, the account {account.totals.fees_paid}",)


def _move(debit: str, credit: str, asset: str, amount: Decimal) -> list[Leg]:
    """One leg; below zero it goes the other way (a rebate, funding received), zero makes none."""
    if amount == 0:
        return []
    if amount < 0:
        return [Leg(credit, debit, asset, -amount)]
    return [Leg(debit, credit, asset, amount)]


def _deposited(account: Account, event: e.Deposited) -> list[Leg]:
    return _move(cash_of(MAIN), OPENING, account.currency, event.amount)


def _withdrawn(account: Account, event: e.Withdrawn) -> list[Leg]:
    return _move(OPENING, cash_of(MAIN), account.currency, event.amount)


def _swept(account: Account, event: e.Swept) -> list[Leg]:
    return _move(SAVINGS, cash_of(MAIN), account.currency, event.amount)


def _loan_drawn(account: Account, event: e.LoanDrawn) -> list[Leg]:
    cash, principal = cash_of(event.pocket), principal_of(event.pocket)
    return _move(cash, principal, account.currency, event.amount)


def _loan_repaid(account: Account, event: e.LoanRepaid) -> list[Leg]:
    """Interest that was once capitalized leaves the principal again and is paid as interest."""
    cash, money = cash_of(event.pocket), account.currency
    accrued, principal = accrued_of(event.pocket), principal_of(event.pocket)
    added = event.capitalized_part
    return [
        *_move(principal, accrued, money, added),
        *_move(accrued, cash, money, event.interest_part + added),
        *_move(principal, cash, money, event.principal_part - added),
    ]


def _interest_accrued(account: Account, event: e.InterestAccrued) -> list[Leg]:
    return _move(INTEREST, accrued_of(event.pocket), account.currency, event.amount)


def _interest_capitalized(account: Account, event: e.InterestCapitalized) -> list[Leg]:
    accrued, principal = accrued_of(event.pocket), principal_of(event.pocket)
    return _move(accrued, principal, account.currency, event.amount)


def _fee_charged(account: Account, event: e.FeeCharged) -> list[Leg]:
    return _move(FEES + event.kind, cash_of(event.pocket), account.currency, event.amount)


def _funding_paid(account: Account, event: e.FundingPaid) -> list[Leg]:
    return _move(FUNDING, cash_of(event.pocket), account.currency, event.amount)


def _overnight_charged(account: Account, event: e.OvernightCharged) -> list[Leg]:
    return _move(OVERNIGHT, cash_of(event.pocket), account.currency, event.amount)


def _credit_interest_paid(account: Account, event: e.CreditInterestPaid) -> list[Leg]:
    return _move(cash_of(event.pocket), CREDIT, account.currency, event.amount)


def _dividend_paid(account: Account, event: e.DividendPaid) -> list[Leg]:
    return _move(cash_of(event.pocket), DIVIDENDS, account.currency, event.amount)


def _split(account: Account, event: e.Split) -> list[Leg]:
    """Units alone: their cost stays where it is."""
    if event.side is None:
        return []
    more, symbol = (event.quantity - event.was) * event.side.sign, event.symbol
    return _move(QUANTITY + symbol, TRADE + symbol, symbol, more)


def _margin_added(account: Account, event: e.MarginAdded) -> list[Leg]:
    return _move(cash_of(event.pocket), cash_of(MAIN), account.currency, event.amount)


def _margin_removed(account: Account, event: e.MarginRemoved) -> list[Leg]:
    return _move(cash_of(MAIN), cash_of(event.pocket), account.currency, event.amount)


def _deficit(account: Account, event: e.DeficitRecorded) -> list[Leg]:
    """What the venue absorbs comes in as money; the trader's own deficit is already a debt."""
    if event.absorbed_by is Bearer.TRADER:
        return []
    return _move(cash_of(event.pocket), ABSORBED, account.currency, event.amount)


def _fill(account: Account, event: e.Fill) -> list[Leg]:
    """A trade: always units; for spot the cost and its gain, for a contract only the gain."""
    sign = event.side.sign
    units = _move(
        QUANTITY + event.symbol, TRADE + event.symbol, event.symbol, event.quantity * sign
    )
    cash, money = cash_of(event.pocket), account.currency
    if not account.instruments[event.symbol].owned:
        return units + _move(cash, REALIZED, money, event.realized_pnl)
    position = POSITION + event.symbol
    held = account.pockets[event.pocket].positions.get(event.symbol)
    if held is None or held.quantity * sign >= 0:
        return units + _move(position, cash, money, event.value * sign)
    closed, _ = split(held.lots, event.quantity, money)
    cost = sum((lot.cost for lot in closed), ZERO)
    gain = -event.value * sign - cost
    return units + _move(cash, position, money, cost) + _move(cash, REALIZED, money, gain)


_POSTINGS: dict[type[e.Event], Callable[[Account, Any], list[Leg]]] = {
    e.Deposited: _deposited,
    e.Withdrawn: _withdrawn,
    e.Swept: _swept,
    e.LoanDrawn: _loan_drawn,
    e.LoanRepaid: _loan_repaid,
    e.InterestAccrued: _interest_accrued,
    e.InterestCapitalized: _interest_capitalized,
    e.FeeCharged: _fee_charged,
    e.FundingPaid: _funding_paid,
    e.OvernightCharged: _overnight_charged,
    e.CreditInterestPaid: _credit_interest_paid,
    e.DividendPaid: _dividend_paid,
    e.Split: _split,
    e.CashInLieu: _fill,
    e.MarginAdded: _margin_added,
    e.MarginRemoved: _margin_removed,
    e.OrderFilled: _fill,
    e.ForceSold: _fill,
    e.Liquidated: _fill,
    e.OptionSettled: _fill,
    e.VenueClosed: _fill,
    e.DeficitRecorded: _deficit,
}
"""Events missing here move nothing: orders, plans, warnings, calls, notes."""
