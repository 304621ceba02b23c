"""The base of every event, and of every trade."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.state import Side
from ledger.frozen import later, quick
from ledger.money import ZERO
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened at a market time."""

    at: Time


@quick
@dataclass(frozen=True, kw_only=True)
class Fill(Event):
    """What every trade of a position has in common, ordered or forced.

    `value` is the notional as posted; `realized_pnl` is that of the part that closed, before fees.
    `held_shift` is what the lender holds for the rest of an isolated short beyond what its lots
    brought in.
    """

    pocket: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    value: Decimal
    realized_pnl: Decimal
    held_shift: Decimal = later(ZERO)
