"""Tapes computed from another tape: a leveraged token's, an option's."""

from dataclasses import replace

from ledger.market.tapes.leveraged_token import token_tape
from ledger.market.tapes.option_tape import Pricing, option_tape
from ledger.market.tapes.origin import Derived
from ledger.market.tapes.tape import Tape


def derive(made_of: Derived, underlying: Tape, symbol: str) -> Tape:
    """The tape computed from its underlying's. Raises `ValueError` for prices that it cannot
    handle."""
    if min(underlying.lows, default=1) <= 0:
        raise ValueError("its underlying has prices at or below zero")
    source = f"{made_of.label} ({underlying.source})"
    if made_of.token is not None:
        tape = token_tape(underlying, made_of.token, symbol, source)
    else:
        assert made_of.option is not None, "a derived tape is of a token or an option"
        fixed = None if made_of.volatility is None else float(made_of.volatility)
        pricing = Pricing(volatility=fixed, days=made_of.days, rate=float(made_of.rate))
        tape = option_tape(underlying, made_of.option, pricing, symbol, source)
    return replace(tape, derived=made_of, lent_by=underlying)
