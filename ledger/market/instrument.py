"""What can be traded: its steps of price and quantity, and what one unit of it is worth."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.money import ZERO


class Kind(StrEnum):
    """How holding the instrument changes what an account is worth."""

    SPOT = "spot"
    """Bought and owned: worth quantity times price, paid for in full at the fill."""
    LINEAR = "linear"
    """A contract: worth quantity times (price - entry), nothing is paid but margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One listed instrument. `tick`, `lot`, `min_notional` are in price, base units, currency."""

    symbol: str
    kind: Kind
    tick: Decimal
    lot: Decimal
    currency: str
    min_notional: Decimal = ZERO
    multiplier: Decimal = Decimal(1)
    underlying: str = ""
    """What it is exposure to, for offsetting: instruments with the same name hedge each other."""

    @property
    def exposed_to(self) -> str:
        """The underlying, or the instrument itself."""
        return self.underlying or self.symbol

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Signed exposure in the currency: quantity x price x multiplier."""
        return quantity * price * self.multiplier

    def worth(self, quantity: Decimal, basis: Decimal, price: Decimal) -> Decimal:
        """What a position adds to equity; `basis` is the signed notional at entry."""
        value = quantity * price * self.multiplier
        return value - basis if self.kind is Kind.LINEAR else value
