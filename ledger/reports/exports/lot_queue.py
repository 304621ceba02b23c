"""Which lots each event brought and took, first in, first out as in our books."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from ledger.account.event_terms import MAIN
from ledger.market.corporate import Ratio
from ledger.money import ONE, ZERO, trim, units
from ledger.reports.exports.record import Entry

_DIGITS = 27
"""One less than beancount computes with: what a lot is worth must not be rounded."""
_UNIT_PLACES = 8
_SPLIT = "split"


class NotInLots(Exception):
    """A record in which more is sold than was bought, or a trade has no price."""


@dataclass(frozen=True, slots=True)
class Lot:
    """So many units at a price, below zero for a short. As a part of a transaction: what came, or,
    with the other sign, what went."""

    label: str
    day: str
    price: Decimal
    quantity: Decimal

    @property
    def worth(self) -> Decimal:
        return self.quantity * self.price


class LotQueues:
    """What is held, the oldest first, for each symbol in each pocket. `multipliers` has the units
    that a symbol's price is for, where that is not one."""

    def __init__(self, multipliers: Mapping[str, Decimal]) -> None:
        self._multipliers = multipliers
        self._queues: dict[tuple[str, str], list[Lot]] = defaultdict(list)

    def take(self, entry: Entry, symbol: str, atoms: int) -> list[Lot]:
        """The parts of an event that moved so many units, in atoms. Raises `NotInLots`."""
        quantity = Decimal(atoms).scaleb(-_UNIT_PLACES)
        queue = self._queues[symbol, str(entry.wire.get("pocket", MAIN))]
        if entry.kind == _SPLIT:
            gone = [replace(lot, quantity=-lot.quantity) for lot in queue]
            queue[:] = _split(queue, entry, quantity)
            return [*gone, *queue]
        if queue and (queue[0].quantity > 0) != (quantity > 0):
            return list(_sold(queue, -quantity))
        queue.append(self._bought(entry, symbol, quantity))
        return queue[-1:]

    def _bought(self, entry: Entry, symbol: str, quantity: Decimal) -> Lot:
        try:
            price = Decimal(str(entry.wire.get("price"))) * self._multipliers.get(symbol, ONE)
        except InvalidOperation:
            raise NotInLots(f"event {entry.seq} has no price") from None
        return Lot(f"L{entry.seq}", entry.date, _exact(price, quantity), quantity)


def _sold(queue: list[Lot], quantity: Decimal) -> Iterator[Lot]:
    """Takes so much, of the sign of what is held, from the oldest lots."""
    while quantity:
        if not queue:
            raise NotInLots("more was sold than is held")
        lot = queue[0]
        taken = min(lot.quantity, quantity, key=abs)
        yield replace(lot, quantity=-taken)
        quantity -= taken
        rest = lot.quantity - taken
        queue[:] = [replace(lot, quantity=rest), *queue[1:]] if rest else queue[1:]


def _split(queue: list[Lot], entry: Entry, more: Decimal) -> list[Lot]:
    """The lots in other units, each at what it is worth."""
    try:
        ratio = Ratio.of(str(entry.wire.get("ratio")))
    except ValueError as fault:
        raise NotInLots(f"event {entry.seq}: {fault}") from None
    total = sum((lot.quantity for lot in queue), more)
    before = done = ZERO
    came = []
    for number, lot in enumerate(queue, start=1):
        before += lot.quantity
        upto = total if number == len(queue) else units(ratio.quantity(before))
        quantity, done = upto - done, upto
        if quantity:
            price = _exact(lot.worth / quantity, quantity)
            came.append(Lot(f"L{entry.seq}-{number}", entry.date, price, quantity))
    return came


def _exact(price: Decimal, quantity: Decimal) -> Decimal:
    """The price with as many decimals as let beancount multiply it without rounding."""
    whole = max((price * quantity).adjusted() + 1, price.adjusted() + 1, 1)
    places = max(_DIGITS - _UNIT_PLACES - whole, 0)
    step = Decimal(1).scaleb(-places)
    return price if price % step == 0 else trim(price.quantize(step, ROUND_HALF_EVEN))
