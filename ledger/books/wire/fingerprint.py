"""One hash, equal for two accounts exactly when nothing distinguishes them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from ledger.account.state import Account
from ledger.books.wire.codec import canonical, rules_hash
from ledger.frozen import left_out_as
from ledger.market.rules.rulebook import Rulebook
from ledger.money import plain


def state_hash(account: Account) -> str:
    """SHA-256 over everything in the account except its name.

    Numbers count by value (1.0 is 1). The order of instruments and orders counts: the rules go
    through them in that order, so another order is another future.
    """
    state = {
        field.name: _state(getattr(account, field.name))
        for field in fields(account)
        if field.name != "name" and getattr(account, field.name) != left_out_as(field)
    }
    return sha256(canonical(state).encode()).hexdigest()


def _state(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value.normalize() + 0)  # + 0 turns -0 into 0
    if isinstance(value, Rulebook):
        return rules_hash(value)
    if isinstance(value, Mapping):
        return [[key, _state(item)] for key, item in value.items()]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_state(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return {
            field.name: _state(held)
            for field in fields(value)
            if (held := getattr(value, field.name)) != left_out_as(field)
        }
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"no fingerprint of {type(value).__name__}")
