"""Open lots: what was bought at which cost and is still held, or sold short and not yet covered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ledger.market.corporate import Ratio
from ledger.money import ZERO, units
from ledger.refused import Refused
from ledger.reports.tax.deals import Asset, Deal, part_of
from ledger.reports.tax.law import Method
from ledger.text import clean

NONE = "none"
"""Instead of lots: the sale is left to the method again."""
_PART = re.compile(r"([0-9]{1,9})\s*:\s*([0-9]{1,12}(?:\.[0-9]{1,8})?)")

Picks = Mapping[int, Mapping[int, Decimal]]
"""By the number of a sale: how much of which lot, by the number of its purchase."""


@dataclass(slots=True, kw_only=True)
class OpenLot:
    """Units of one purchase. `money` is their cost with `carried`, the losses they took over; of a
    short sale what it brought, less those.

    `held_from` is earlier than `acquired` where a holding period was taken over. What has
    `replaced` other units takes over no second loss.
    """

    seq: int
    asset: Asset
    quantity: Decimal
    money: Decimal
    acquired: date
    held_from: date
    short: bool
    replaced: bool = False
    carried: Decimal = ZERO

    def take(self, quantity: Decimal) -> "OpenLot":
        """Split off a part, with its share of the money; the rest keeps what is left."""
        currency = self.asset.currency
        taken = replace(
            self,
            quantity=quantity,
            money=part_of(self.money, quantity, self.quantity, currency),
            carried=part_of(self.carried, quantity, self.quantity, currency),
        )
        self.quantity -= quantity
        self.money -= taken.money
        self.carried -= taken.carried
        return taken

    @property
    def unit_cost(self) -> Decimal:
        """Money for one unit."""
        return self.money / self.quantity


def lot_of(deal: Deal) -> OpenLot:
    """The lot that a deal opens."""
    return OpenLot(
        seq=deal.seq,
        asset=deal.asset,
        quantity=deal.quantity,
        money=deal.money,
        acquired=deal.day,
        held_from=deal.day,
        short=deal.side.sign < 0,
    )


def picked(
    lots: list[OpenLot], quantity: Decimal, method: Method, picks: Mapping[int, Decimal]
) -> list[OpenLot]:
    """Take a quantity out of lots, which are in the order of their dates.

    Specific lots come as `picks` says; what it leaves open is taken first in, first out. Raises
    `Refused` if a lot that was picked is not there, or too small.
    """
    taken = [_named(lots, seq, part) for seq, part in picks.items()]
    quantity -= sum((lot.quantity for lot in taken), ZERO)
    if quantity < 0:
        raise Refused("more was picked from the lots than was sold")
    for lot in _in_order(lots, method):
        if not quantity:
            break
        taken.append(lot.take(min(quantity, lot.quantity)))
        quantity -= taken[-1].quantity
    assert not quantity, "no more can be sold than is held"
    lots[:] = [lot for lot in lots if lot.quantity]
    return taken


def _in_order(lots: list[OpenLot], method: Method) -> list[OpenLot]:
    if method is Method.LIFO:
        return lots[::-1]
    if method is Method.HIFO:
        return sorted((lot for lot in lots if lot.quantity), key=lambda lot: -lot.unit_cost)
    return list(lots)


def _named(lots: list[OpenLot], seq: int, quantity: Decimal) -> OpenLot:
    parts = [lot for lot in lots if lot.seq == seq and lot.quantity >= quantity]
    if not parts:
        raise Refused(f"lot {seq} has no {quantity:f} left to be sold")
    return parts[0].take(quantity)


def divide(lots: list[OpenLot], by: Ratio, total: Decimal) -> None:
    """A split: other quantities at the same cost, `total` together."""
    before = done = ZERO
    for index, lot in enumerate(lots):
        before += lot.quantity
        upto = total if index + 1 == len(lots) else units(by.quantity(before))
        lot.quantity, done = upto - done, upto


def lots_of(text: str) -> dict[int, Decimal]:
    """`6:10, 9:0.5` as lots and quantities. Raises `Refused`."""
    if text.strip().lower() == NONE:
        return {}
    wanted: dict[int, Decimal] = {}
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None or not Decimal(found[2]):
            raise Refused(
                f"{clean(part.strip(), 40) or 'nothing'} is not a lot and a quantity; write 6:10, "
                f"or 6:10, 9:5 for two lots, or {NONE}"
            )
        wanted[int(found[1])] = Decimal(found[2])
    return wanted
