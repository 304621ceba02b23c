"""Which fills a closing trade closes (first in, first out) and what it realizes."""

from decimal import Decimal

from ledger.account.state import Lot
from ledger.frozen import replace
from ledger.market.corporate import Ratio
from ledger.market.instrument import Instrument
from ledger.money import ZERO, settle, units


def split(
    lots: tuple[Lot, ...], size: Decimal, currency: str
) -> tuple[tuple[Lot, ...], tuple[Lot, ...]]:
    """The oldest lots that make up `size`, and the rest.

    A lot taken in part gives up its share of the cost, rounded once; what remains keeps the rest,
    so that no cent of cost is lost between the parts. `size` may not exceed what is held.
    """
    closed: list[Lot] = []
    for index, lot in enumerate(lots):
        if size == 0:
            return tuple(closed), lots[index:]
        held = abs(lot.quantity)
        if held <= size:
            closed.append(lot)
            size -= held
            continue
        quantity = size.copy_sign(lot.quantity)
        part = replace(lot, quantity=quantity, cost=settle(lot.cost * size / held, currency))
        rest = replace(lot, quantity=lot.quantity - quantity, cost=lot.cost - part.cost)
        return (*closed, part), (rest, *lots[index + 1 :])
    assert size == 0, "a trade may not close more than is held"
    return tuple(closed), ()


def realized(
    instrument: Instrument, closed: tuple[Lot, ...], price: Decimal, value: Decimal
) -> Decimal:
    """The profit of closing these lots at a price, before fees; `value` is the notional as
    posted."""
    if instrument.owned:
        cost = sum((lot.cost for lot in closed), ZERO)
        return value - cost if closed[0].quantity > 0 else -cost - value
    gain = sum((instrument.gain(lot.quantity, lot.price, price) for lot in closed), ZERO)
    return settle(gain, instrument.currency)


def basis(instrument: Instrument, lots: tuple[Lot, ...]) -> Decimal:
    """Exact signed notional at entry of what is held."""
    return sum((instrument.notional(lot.quantity, lot.price) for lot in lots), ZERO)


def converted(lots: tuple[Lot, ...], ratio: Ratio, total: Decimal) -> tuple[Lot, ...]:
    """The lots after a split, `total` units together, each at the cost that it had.

    Quantities are rounded to eight decimals cumulatively, so that they add up. Each price keeps its
    lot's cost.
    """
    divided: list[Lot] = []
    before = done = ZERO
    for index, lot in enumerate(lots):
        before += lot.quantity
        upto = total if index + 1 == len(lots) else units(ratio.quantity(before))
        quantity, done = upto - done, upto
        price = ratio.price(lot.price) if not quantity else lot.price * lot.quantity / quantity
        divided.append(replace(lot, quantity=quantity, price=price))
    return tuple(divided)
