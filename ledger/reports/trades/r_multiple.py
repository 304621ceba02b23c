"""Risk in money, and results in R, the risk planned at the first stop.

R0 is the loss at the first stop for the planned quantity, with the fees of getting in and out
(`person.md`, section 6; Van Tharp's R). It is what `PositionOpened.risk` says of the quantity first
filled, in proportion. Adding to a trade never changes it. Without a stop at entry there is no R:
nothing is put in its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.account.state import Lot
from ledger.market.instrument import Instrument
from ledger.money import ZERO, ratio, settle


class NoR(StrEnum):
    """Why a figure in R is missing."""

    NO_STOP = "no_stop"
    """The order that opened the trade brought no stop."""
    OPEN = "open"
    """The trade is not over."""
    UNPROTECTED = "unprotected"
    """For some time there was no stop for all of it, so that the risk had no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What was at stake, in money.

    `r0` was planned for `quantity` units at the first `stop`; `peak` is the largest that was ever
    held, at the stops of the time. `added_r` is what adding to the trade put on top, in R: `None`
    where an addition had no stop.
    """

    quantity: Decimal
    stop: Decimal | None = None
    r0: Decimal | None = None
    added_r: Decimal | None = ZERO
    peak: Decimal | None = None
    no_r: NoR | None = None
    no_peak: NoR | None = None

    def in_r(self, amount: Decimal) -> Decimal | None:
        """An amount in R."""
        return ratio(amount / self.r0) if self.r0 else None

    def in_peaks(self, amount: Decimal) -> Decimal | None:
        """An amount over the largest risk held."""
        return ratio(amount / self.peak) if self.peak else None


def planned_risk(
    recorded: Decimal | None, filled: Decimal, planned: Decimal, currency: str
) -> Decimal | None:
    """R0: the recorded risk of the first fill, for the planned quantity; `None` without a stop."""
    if not recorded:
        return None
    return settle(recorded * planned / filled, currency)


def rate_of_leaving(
    instrument: Instrument, lot: Lot, stop: Decimal, recorded: Decimal, entry_costs: Decimal
) -> Decimal:
    """The fee, of value, with which the recorded risk expects to leave at the stop."""
    move = -instrument.gain(lot.quantity, lot.price, stop)
    value = abs(instrument.notional(lot.quantity, stop))
    return max(recorded - move - entry_costs, ZERO) / value if value else ZERO


def loss_at(
    instrument: Instrument,
    lots: tuple[Lot, ...],
    levels: Iterable[tuple[Decimal, Decimal]],
    leaving: Decimal,
) -> Decimal | None:
    """The loss if stops close what is held at their levels, with the fees of leaving; `None` where
    they do not cover it. The oldest lots leave first."""
    loss, held = ZERO, sum((abs(lot.quantity) for lot in lots), ZERO)
    for level, quantity, lot in _matched(lots, levels):
        loss -= instrument.gain(quantity.copy_sign(lot.quantity), lot.price, level)
        loss += abs(instrument.notional(quantity, level)) * leaving
        held -= quantity
    return None if held > 0 else loss


def _matched(
    lots: tuple[Lot, ...], levels: Iterable[tuple[Decimal, Decimal]]
) -> Iterator[tuple[Decimal, Decimal, Lot]]:
    left = [[abs(lot.quantity), lot] for lot in lots]
    for level, size in levels:
        rest = size
        while rest > 0 and left:
            quantity, lot = left[0]
            assert isinstance(quantity, Decimal)
            assert isinstance(lot, Lot)
            part = min(quantity, rest)
            yield level, part, lot
            rest -= part
            if part == quantity:
                left.pop(0)
            else:
                left[0][0] = quantity - part
