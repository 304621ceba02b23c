"""Stops and the liquidation: which of them acts first, and the stop that leaves room before it."""

from decimal import Decimal

from ledger.account.state import Side
from ledger.money import FINEST_PRICE, ceil_to, floor_to, step_of

LIQUIDATED_FIRST = "Liquidated before it is stopped"

ROOM = Decimal("0.05")
"""Of the way from the liquidation price to the entry. Source: freqtrade, docs/leverage.md."""

_CENT = Decimal("0.01")
_FIGURES = 5
"""Digits of a price that a market quotes at least, where no tick is known."""


def nearest_stop(
    side: Side, entry: Decimal, liquidation: Decimal | None, tick: Decimal
) -> Decimal | None:
    """The liquidation price and 5 % of the distance to the entry, on the first tick beyond that.

    A stop nearer to the liquidation may be overtaken by it: in a gap the venue acts first. `None`
    where no price liquidates, or where no tick is left between it and the entry.
    """
    if liquidation is None or (entry - liquidation) * side.sign <= 0:
        return None
    to_tick = ceil_to if side is Side.BUY else floor_to
    stop = to_tick(liquidation + ROOM * (entry - liquidation), tick)
    return stop if (entry - stop) * side.sign > 0 else None


def liquidated_first(side: Side, stop: Decimal | None, liquidated_at: Decimal | None) -> bool:
    """Whether the venue closes a position out before its stop can act: the stop lies beyond the
    tick at which the liquidation acts. At the same price the stop is first."""
    if stop is None or liquidated_at is None:
        return False
    return (liquidated_at - stop) * side.sign > 0


def tick_of(price: Decimal) -> Decimal:
    """A tick for a price of which none is known: a cent, or finer where the price is."""
    figures = Decimal(1).scaleb(price.adjusted() - _FIGURES + 1)
    return max(min(_CENT, step_of(price), figures), FINEST_PRICE)
