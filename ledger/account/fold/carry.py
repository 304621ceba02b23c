"""The fold of what holding costs and earns: interest, funding, the night, interest on cash."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.fold.changes import cash, on_position, put, put_pocket, total
from ledger.account.state import Account, Pocket
from ledger.frozen import replace
from ledger.money import ZERO


def fold_interest(account: Account, event: e.InterestAccrued) -> Account:
    """Interest accrued on a loan, to the trades that bear it."""
    pocket = account.pockets[event.pocket]
    loan = replace(
        pocket.loan,
        accrued=pocket.loan.accrued + event.amount,
        carried=event.carried,
        accrued_to=event.to if event.to > event.from_ else pocket.loan.accrued_to,
    )
    shares = _by_cost(pocket, event.amount) if event.borne_by is None else event.borne_by
    positions = {
        symbol: replace(position, carry=position.carry + shares[symbol])
        if symbol in shares
        else position
        for symbol, position in pocket.positions.items()
    }
    pocket = replace(pocket, loan=loan, positions=positions)
    return replace(
        account,
        pockets=put(account.pockets, pocket.name, pocket),
        totals=total(account, interest=event.amount),
    )


def _by_cost(pocket: Pocket, amount: Decimal) -> Mapping[str, Decimal]:
    """Interest that no event assigned to a trade: the longs', by cost."""
    costs = {s: abs(p.basis) for s, p in pocket.positions.items() if p.quantity > 0}
    whole = sum(costs.values(), ZERO)
    return {symbol: amount * cost / whole for symbol, cost in costs.items()} if whole else {}


def fold_capitalized(account: Account, event: e.InterestCapitalized) -> Account:
    """Accrued interest joined the principal."""
    pocket = account.pockets[event.pocket]
    loan = replace(
        pocket.loan,
        principal=event.principal,
        accrued=pocket.loan.accrued - event.amount,
        capitalized=event.capitalized,
    )
    return put_pocket(account, replace(pocket, loan=loan))


def fold_funding(account: Account, event: e.FundingPaid) -> Account:
    """Funding paid, or received below zero."""
    pockets = on_position(account.pockets, event.pocket, event.symbol, carry=event.amount)
    return replace(
        account,
        pockets=cash(pockets, event.pocket, -event.amount),
        totals=total(account, funding_paid=event.amount),
    )


def fold_overnight(account: Account, event: e.OvernightCharged) -> Account:
    """The night of a contract, paid or received from its pocket."""
    pockets = on_position(account.pockets, event.pocket, event.symbol, carry=event.amount)
    return replace(
        account,
        pockets=cash(pockets, event.pocket, -event.amount),
        totals=total(account, overnight=event.amount),
    )


def fold_credit(account: Account, event: e.CreditInterestPaid) -> Account:
    """Interest on cash joined it; it belongs to no trade."""
    pocket = account.pockets[event.pocket]
    paid = replace(pocket, cash=pocket.cash + event.amount, credit_carried=event.carried)
    totals = total(account, credit_interest=event.amount)
    return replace(put_pocket(account, paid), totals=totals)
