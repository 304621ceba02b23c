"""An account, or a part of it, with one thing changed: what the folds are made of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from ledger.account.state import Account, Pocket, Totals
from ledger.frozen import replace

K = TypeVar("K")
V = TypeVar("V")
Pockets = Mapping[str, Pocket]


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """The mapping with a value under a key."""
    return {**mapping, key: value}


def without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """The mapping without a key that may be in it."""
    left = {**mapping}
    left.pop(key, None)
    return left


def put_pocket(account: Account, pocket: Pocket) -> Account:
    """The account with this pocket in place of the one of its name."""
    return replace(account, pockets=put(account.pockets, pocket.name, pocket))


def cash(pockets: Pockets, name: str, change: Decimal) -> Pockets:
    """The pockets with more cash in one, or less below zero."""
    pocket = pockets[name]
    return put(pockets, name, replace(pocket, cash=pocket.cash + change))


def total(account: Account, **changes: Decimal) -> Totals:
    """The totals with sums grown, by their names."""
    totals = account.totals
    grown = {name: getattr(totals, name) + change for name, change in changes.items()}
    return replace(totals, **grown)


def on_position(pockets: Pockets, name: str, symbol: str | None, **changes: Decimal) -> Pockets:
    """The pockets with sums of a position grown; as they are if it is closed."""
    pocket = pockets[name]
    if symbol is None or symbol not in pocket.positions:
        return pockets
    position = pocket.positions[symbol]
    grown = {field: getattr(position, field) + change for field, change in changes.items()}
    changed: Any = replace(position, **grown)
    return put(pockets, name, replace(pocket, positions=put(pocket.positions, symbol, changed)))
