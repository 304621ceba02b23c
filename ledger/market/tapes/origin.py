"""What a derived tape is made of: a leveraged token's terms, or an option's."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.market.instrument import OptionTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTerms:
    """`multiple` is 3 for a 3x long, -3 for a 3x short; `fee` is taken daily out of the NAV."""

    multiple: Decimal
    first: Decimal = Decimal(100)
    fee: Decimal = Decimal("0.0005")
    trigger: Decimal = Decimal("0.15")
    tick: Decimal = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Everything a tape is made of besides its underlying, so that it can be made again."""

    token: TokenTerms | None = None
    option: OptionTerms | None = None
    volatility: Decimal | None = None
    days: int = 30
    rate: Decimal = Decimal(0)

    @property
    def label(self) -> str:
        """The label of these prices, with their kind."""
        if self.token is not None:
            return f"{self.token.multiple:f}x token, worked out"
        assert self.option is not None, "a derived tape is of a token or an option"
        return f"{self.option.right} {self.option.strike:f} on {self.option.on}, worked out"
