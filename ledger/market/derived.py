"""Tapes that are worked out from another tape: a leveraged token's, an option's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.market.instrument import OptionTerms
from ledger.market.leveraged_token import TokenTerms, token_tape
from ledger.market.option_tape import Pricing, option_tape
from ledger.market.tape import Tape


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a tape is made of beside its underlying: everything, so that it can be made again."""

    token: TokenTerms | None = None
    option: OptionTerms | None = None
    volatility: Decimal | None = None
    days: int = 30
    rate: Decimal = Decimal(0)

    @property
    def label(self) -> str:
        """What says of which kind these prices are."""
        if self.token is not None:
            return f"{self.token.multiple:f}x token, worked out"
        assert self.option is not None, "a derived tape is a token's or an option's"
        return f"{self.option.right} {self.option.strike:f} on {self.option.on}, worked out"

    def of(self, underlying: Tape, symbol: str) -> Tape:
        """The tape over its underlying's. Raises `ValueError` for prices it has no answer to."""
        if min(underlying.lows, default=1) <= 0:
            raise ValueError("its underlying has prices at or below zero")
        source = f"{self.label} ({underlying.source})"
        if self.token is not None:
            made = token_tape(underlying, self.token, symbol, source)
        else:
            assert self.option is not None, "a derived tape is a token's or an option's"
            fixed = None if self.volatility is None else float(self.volatility)
            pricing = Pricing(volatility=fixed, days=self.days, rate=float(self.rate))
            made = option_tape(underlying, self.option, pricing, symbol, source)
        return replace(made, derived=self, lent_by=underlying)
