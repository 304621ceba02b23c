"""Stop and liquidation: which acts first, and the nearest stop with room before liquidation."""

from decimal import Decimal

from ledger.account.state import Side
from ledger.money import FINEST_PRICE, ceil_to, floor_to, step_of

LIQUIDATED_FIRST = "Liquidated before the stop"

ROOM = Decimal("0.05")
"""As a ratio of the way from liquidation to entry. Source: freqtrade, docs/leverage.md."""

_CENT = Decimal("0.01")
_FIGURES = 5
"""The digits a market quotes at least, if no tick is known."""


def nearest_stop(
    side: Side, entry: Decimal, liquidation: Decimal | None, tick: Decimal
) -> Decimal | None:
    """The liquidation price and 5 % of the distance to the entry, on the first tick beyond that.

    A stop nearer to the liquidation may be overtaken: in a gap the venue acts first. `None` if no
    price liquidates, or if no tick is left between the two and the entry.
    """
    if liquidation is None or (entry - liquidation) * side.sign <= 0:
        return None
    to_tick = ceil_to if side is Side.BUY else floor_to
    stop = to_tick(liquidation + ROOM * (entry - liquidation), tick)
    return stop if (entry - stop) * side.sign > 0 else None


def liquidated_first(side: Side, stop: Decimal | None, liquidated_at: Decimal | None) -> bool:
    """Whether the venue closes a position before its stop can act: the stop lies beyond the tick
    at which the liquidation acts. At the same price the stop comes first."""
    if stop is None or liquidated_at is None:
        return False
    return (liquidated_at - stop) * side.sign > 0


def tick_of(price: Decimal) -> Decimal:
    """The default tick for a price: a cent, or finer for small prices."""
    figures = Decimal(1).scaleb(price.adjusted() - _FIGURES + 1)
    return max(min(_CENT, step_of(price), figures), FINEST_PRICE)
