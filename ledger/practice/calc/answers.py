"""The calculators' answers: one value for each, whose fields are the keys of `interface.md`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

_OPTIONAL = {"optional": True}


class Answer(Mapping[str, Any]):
    """Figures by name, in the order of the fields: as a mapping it is what JSON and lines show.

    A figure that does not exist is `None`; one with the mark `_OPTIONAL` is then left out.
    """

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        if key not in tuple(self):
            raise KeyError(key)
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            if getattr(self, each.name) is not None or not each.metadata.get("optional"):
                yield each.name

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Liquidation(Answer):
    """Prices of a position just opened; `None` for one that no market can reach."""

    liquidation_price: Decimal | None
    bankruptcy_price: Decimal | None
    call_price: Decimal | None
    margin: Decimal
    nearest_stop: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginCall(Answer):
    """A loan account's call and its cures; `None` for what needs a value that is not known."""

    equity: Decimal | None = None
    equity_ratio: Decimal | None = None
    call_price: Decimal | None
    shortfall: Decimal | None = None
    sale_to_cure: Decimal | None = None
    quantity_to_cure: Decimal | None = None
    value_to_cure: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TierInterest(Answer):
    """The interest on the slice of a loan inside one tier, which begins at `floor`."""

    floor: Decimal
    principal: Decimal
    rate: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoanInterest(Answer):
    """The interest on a loan, its blended `rate`, and its whole `periods` where it counts them."""

    interest: Decimal
    rate: Decimal
    periods: int | None = field(default=None, metadata=_OPTIONAL)
    tiers: tuple[TierInterest, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HoldingCost(Answer):
    """What holding a position costs, below zero what it brings, and each part of it that its rule
    book has; `yearly_rate` is the cost as a share of the value, for 365 days."""

    cost: Decimal
    yearly_rate: Decimal
    interest: Decimal | None = field(default=None, metadata=_OPTIONAL)
    fees: Decimal | None = field(default=None, metadata=_OPTIONAL)
    funding: Decimal | None = field(default=None, metadata=_OPTIONAL)
    overnight: Decimal | None = field(default=None, metadata=_OPTIONAL)
    nights: int | None = field(default=None, metadata=_OPTIONAL)
    funding_unknown: bool | None = field(default=None, metadata=_OPTIONAL)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Excess(Answer):
    """Regulation T at the end of a day: below zero `excess_equity` the account is restricted."""

    equity: Decimal
    excess_equity: Decimal
    sma: Decimal
    buying_power: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TokenReturn(Answer):
    """A leveraged token's return over days, next to the multiple of its underlying's."""

    token_return: Decimal
    underlying_return: Decimal
    multiple_of_underlying: Decimal
    drag: Decimal
    return_after_fees: Decimal | None = field(default=None, metadata=_OPTIONAL)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requirement(Answer):
    """The margin to open and to keep a position."""

    initial_margin: Decimal
    maintenance_margin: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderCost(Answer):
    """What an order takes from the wallet, and its parts."""

    order_cost: Decimal
    initial_margin: Decimal
    open_fee: Decimal
    close_fee: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PositionSize(Answer):
    """A size by the risk at its stop."""

    quantity: Decimal
    notional: Decimal
    risk: Decimal | None
    leverage_used: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VenueSize(PositionSize):
    """A size at a venue, with the liquidation that its stop must come before."""

    liquidation_price: Decimal | None
    nearest_stop: Decimal | None
    liquidated_first: bool
