"""Which trades bear a pocket's interest, to the last unit."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.state import Account, Pocket
from ledger.money import ZERO, settle


def borne_by(
    account: Account, pocket: Pocket, amount: Decimal, symbol: str | None
) -> dict[str, Decimal] | None:
    """An amount of interest by the symbols whose trades bear it; `None` if nothing is held.

    Interest on a loan drawn for a trade is that trade's. Any other is split by cost among what is
    held on borrowed money: longs, or if there are none, whatever is held.
    """
    if symbol is not None and symbol in pocket.positions:
        return {symbol: amount}
    held = {s: p for s, p in pocket.positions.items() if p.quantity}
    costs = {s: abs(p.basis) for s, p in held.items() if p.quantity > 0}
    costs = costs or {s: abs(p.basis) for s, p in held.items()}
    whole = sum(costs.values(), ZERO)
    return _shared(amount, costs, whole, account.currency) if whole else None


def _shared(
    amount: Decimal, costs: Mapping[str, Decimal], whole: Decimal, currency: str
) -> dict[str, Decimal]:
    """An amount split in proportion, rounded cumulatively so that the parts add up to it."""
    shares: dict[str, Decimal] = {}
    upto = done = ZERO
    for symbol, cost in costs.items():
        upto += cost
        next_ = settle(amount * upto / whole, currency)
        shares[symbol], done = next_ - done, next_
    return shares
