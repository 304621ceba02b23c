"""Events of a position beside its trades: how it was left, and its leverage."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.events.base import Event
from ledger.account.state import Side
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class ProfitTaken(Event):
    """A target was filled."""

    symbol: str
    quantity: Decimal
    price: Decimal
    realized_pnl: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class StoppedOut(Event):
    """A stop was filled."""

    symbol: str
    quantity: Decimal
    price: Decimal
    realized_pnl: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class LeverageChanged(Event):
    """An order for more at another leverage changed that of the whole position, just before its
    fill. `side` and `quantity` are the position's until then."""

    pocket: str
    symbol: str
    side: Side
    quantity: Decimal
    was: Decimal
    leverage: Decimal
