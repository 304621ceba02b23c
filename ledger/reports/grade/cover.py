"""What the stops of a position do for it at one moment: how much they cover, and when they act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.order import Order
from ledger.account.risk.requirement import entry_price
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import Account, Position
from ledger.market.rules.rulebook import Rung
from ledger.money import ONE, ZERO
from ledger.reports.grade.past import valued
from ledger.reports.trades.orders import protects


@dataclass(frozen=True, slots=True)
class Cover:
    """`level` is the farthest stop that is needed to close all that is held, `loss` what the
    position loses at its stops, both fees included; both `None` where stops do not cover it all.

    `too_late`: the position would be liquidated before that stop has filled.
    """

    level: Decimal | None = None
    loss: Decimal | None = None
    too_late: bool = False


NONE = Cover()


def stops_of(account: Account, position: Position) -> list[Order]:
    """The orders that close a position when the price turns against it, the nearest first.

    Any order that waits for a trigger counts, whoever placed it. A stop-limit that rests at its
    limit, or would, protects nothing.
    """
    found = [
        order
        for order in account.orders.values()
        if order.symbol == position.symbol and order.side is not position.side and protects(order)
    ]
    return sorted(found, key=lambda order: -position.side.sign * (order.trigger or ZERO))


def cover_of(account: Account, position: Position, prices: Mapping[str, Decimal]) -> Cover:
    """What the stops do for a position as things stand."""
    parts = list(_parts(account, position))
    if sum((size for _, size in parts), ZERO) < abs(position.quantity):
        return NONE
    instrument, sign = account.instruments[position.symbol], position.side.sign
    entry, fee = entry_price(account, position), account.rulebook.taker_fee
    loss = ZERO
    for level, size in parts:
        loss -= instrument.gain(size * sign, entry, level)
        loss += fee * (
            abs(instrument.notional(size, entry)) + abs(instrument.notional(size, level))
        )
    farthest = parts[-1][0]
    return Cover(farthest, loss, _too_late(account, position, prices, farthest))


def _parts(account: Account, position: Position) -> Iterator[tuple[Decimal, Decimal]]:
    left = abs(position.quantity)
    for order in stops_of(account, position):
        part = min(order.quantity, left)
        if part > 0 and order.trigger is not None:
            yield order.trigger, part
        left -= part


def _too_late(
    account: Account, position: Position, prices: Mapping[str, Decimal], stop: Decimal
) -> bool:
    """Whether the price at which the stop fills, with the rule book's slippage, is at or beyond the
    one at which the position is liquidated."""
    level = account.rulebook.level(Rung.LIQUIDATION)
    known = valued(account, prices)
    pocket = account.pockets[position.pocket]
    beside = {account.instruments[symbol].option for symbol in pocket.positions}
    if level is None or any(terms is not None and terms.on not in known for terms in beside):
        return False  # nothing is liquidated, or the price it hangs on is not known
    gone = threshold_price(account, pocket, known, level, position.symbol)
    sign = position.side.sign
    if gone is None or (known[position.symbol] - gone) * sign <= 0:
        return False  # no price against the position liquidates it
    filled = stop * (ONE - sign * account.rulebook.stop_slippage)
    return (filled - gone) * sign <= 0
