"""Whose cost a pocket's interest is: each amount goes to trades, to the last unit."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.state import Account, Pocket
from ledger.money import ZERO, settle


def borne_by(
    account: Account, pocket: Pocket, amount: Decimal, symbol: str | None
) -> dict[str, Decimal] | None:
    """An amount of interest by the symbols whose trades bear it; `None` where nothing is held.

    The interest on what was drawn for a trade is that trade's. Any other is shared by cost among
    what is held with lent money: longs, or where there are none whatever is held.
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
    """Shares in proportion, rounded along the row so that they add up to the amount."""
    shares: dict[str, Decimal] = {}
    upto = done = ZERO
    for symbol, cost in costs.items():
        upto += cost
        next_ = settle(amount * upto / whole, currency)
        shares[symbol], done = next_ - done, next_
    return shares
