"""What can be traded: its steps of price and quantity, and the value of one unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from ledger.frozen import later, quick
from ledger.money import ZERO


class Kind(StrEnum):
    """How holding the instrument changes what an account is worth."""

    SPOT = "spot"
    """Bought and owned: its value is quantity x price, paid in full at the fill."""
    LINEAR = "linear"
    """A contract: its value is quantity x (price - entry); only margin is paid."""
    INVERSE = "inverse"
    """A contract of a fixed amount of money, settled in the coin: its value is quantity x (1/entry
    - 1/price) coins."""
    TOKEN = "token"
    """A leveraged token: owned and paid in full; its leverage is inside its price."""
    OPTION = "option"
    """A European option, settled in cash: bought in full, or written on margin."""


class Asset(StrEnum):
    """The class of what an instrument is on, where a rule book's figures depend on it.

    Source: ESMA's product intervention measures on contracts for difference (2018/796, annex I),
    which set leverage by these classes; gold is apart from the other commodities there.
    """

    MAJOR_FX = "major_fx"
    """Any two of the dollar, euro, yen, pound, Canadian dollar and Swiss franc."""
    MINOR_FX = "minor_fx"
    GOLD = "gold"
    MAJOR_INDEX = "major_index"
    """FTSE 100, CAC 40, DAX 30, Dow Jones, S&P 500, Nasdaq 100, Nikkei 225, ASX 200, EURO STOXX
    50."""
    MINOR_INDEX = "minor_index"
    COMMODITY = "commodity"
    SHARE = "share"
    CRYPTO = "crypto"

    @property
    def words(self) -> str:
        """The class in words, in the plural."""
        return _CLASSES[self]


_CLASSES = {
    Asset.MAJOR_FX: "major currency pairs",
    Asset.MINOR_FX: "other currency pairs",
    Asset.GOLD: "gold",
    Asset.MAJOR_INDEX: "major indices",
    Asset.MINOR_INDEX: "other indices",
    Asset.COMMODITY: "other commodities",
    Asset.SHARE: "shares",
    Asset.CRYPTO: "cryptocurrencies",
}


class Right(StrEnum):
    """What an option gives: to buy at the strike, or to sell at it."""

    CALL = "call"
    PUT = "put"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTerms:
    """The terms of an option; `on` is the symbol whose price sets its margin."""

    on: str
    right: Right
    strike: Decimal
    expires: int

    def intrinsic(self, price: Decimal) -> Decimal:
        """The value of exercising at a price of the underlying."""
        gain = price - self.strike if self.right is Right.CALL else self.strike - price
        return max(gain, ZERO)

    def out_of_the_money(self, price: Decimal) -> Decimal:
        """How far the underlying is from the strike on the side where the option is not
        exercised."""
        lacking = self.strike - price if self.right is Right.CALL else price - self.strike
        return max(lacking, ZERO)


@quick
@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One listed instrument. `tick`, `lot`, `min_notional` are in price, base units, currency.

    What follows from its kind is needed at every price, and so computed once.
    """

    symbol: str
    kind: Kind
    tick: Decimal
    lot: Decimal
    currency: str
    min_notional: Decimal = ZERO
    multiplier: Decimal = Decimal(1)
    underlying: str = ""
    """What it is exposed to, for offsetting: instruments with the same name hedge each other."""

    option: OptionTerms | None = None
    asset: Asset | None = later(None)
    """Its class, where it is known."""
    fund_leverage: Decimal = later(Decimal(1))
    """How many times a fund moves as its index does: -2 for one that falls twice as it rises."""

    @cached_property
    def owned(self) -> bool:
        """Whether it is paid for at the fill and has the value of its price, unlike a contract."""
        return self.kind not in (Kind.LINEAR, Kind.INVERSE)

    @cached_property
    def inverse(self) -> bool:
        """Whether it is settled in the coin: its value is linear in 1/price."""
        return self.kind is Kind.INVERSE

    def lent_to(self, seller: bool) -> bool:
        """Whether a short seller has to borrow it: an asset, not a contract."""
        return seller and self.kind is Kind.SPOT

    @cached_property
    def paid_in_full(self) -> bool:
        """Whether it cannot be bought on margin."""
        return self.kind in (Kind.TOKEN, Kind.OPTION)

    @cached_property
    def exposed_to(self) -> str:
        """The underlying, or the instrument itself."""
        return self.underlying or self.symbol

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """Signed exposure in the currency: quantity x price x multiplier, or over the price."""
        if self.inverse:
            return quantity * self.multiplier / price
        return quantity * price * self.multiplier

    def gain(self, quantity: Decimal, entry: Decimal, price: Decimal) -> Decimal:
        """The profit of a signed quantity from one price to another."""
        if self.inverse:
            return self.notional(quantity, entry) - self.notional(quantity, price)
        return self.notional(quantity, price - entry)

    def equity_value(self, quantity: Decimal, basis: Decimal, price: Decimal) -> Decimal:
        """What a position adds to equity; `basis` is the signed notional at entry."""
        value = self.notional(quantity, price)
        if self.owned:
            return value
        return basis - value if self.inverse else value - basis

    def unrealized(self, quantity: Decimal, basis: Decimal, price: Decimal) -> Decimal:
        """Unrealized profit; `basis` is the signed notional at entry."""
        value = self.notional(quantity, price)
        return basis - value if self.inverse else value - basis

    def entry(self, quantity: Decimal, basis: Decimal) -> Decimal:
        """Average price of what is held, from its signed notional at entry."""
        if self.inverse:
            return quantity * self.multiplier / basis
        return basis / quantity / self.multiplier

    def axis(self, price: Decimal) -> Decimal:
        """The price on the axis on which value is linear: itself, or its inverse; its own inverse
        function."""
        return 1 / price if self.inverse and price else price

    def exposure(self, quantity: Decimal) -> Decimal:
        """What equity gains for each unit on the axis."""
        return -quantity * self.multiplier if self.inverse else quantity * self.multiplier


def in_contracts(listed: Mapping[str, Instrument]) -> frozenset[str]:
    """The symbols whose quantities are contracts of one dollar each, not units of the asset."""
    return frozenset(symbol for symbol, instrument in listed.items() if instrument.inverse)
