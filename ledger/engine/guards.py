"""The stop and the targets of an open position, moved and taken away by the trader."""

from decimal import Decimal

from ledger.account.commands import MoveStop
from ledger.account.state import Cause, Position
from ledger.engine import protection
from ledger.engine.acceptance import Refusal, held_in
from ledger.engine.draft import Draft
from ledger.engine.trailing import behind
from ledger.engine.weather import check_open
from ledger.money import fits, plain


def move_stop(draft: Draft, wish: MoveStop) -> None:
    """Set or move the stop of an open position, to a price or to trail behind it."""
    check_open(draft)
    position = held_in(draft, wish.symbol)
    if (wish.price is None) is (wish.trail is None):
        raise Refusal("give the stop either a price or a trail")
    if wish.price is not None:
        _check_level(draft, position, "stop", wish.price, Cause.STOP_LOSS)
        protection.set_stop(draft, position, wish.price)
        return
    assert wish.trail is not None, "one of them is given"
    instrument = draft.account.instruments[wish.symbol]
    if not fits(wish.trail, instrument.tick) or wish.trail <= 0:
        raise Refusal(f"the trail must be a positive multiple of the tick {plain(instrument.tick)}")
    last = draft.market.last[wish.symbol]
    first = behind(instrument, position.side.opposite, last, wish.trail)
    if first <= 0:
        raise Refusal("the trail must be smaller than the price that it follows")
    protection.set_trail(draft, position, wish.trail, first)


def remove_stop(draft: Draft, symbol: str) -> None:
    """Take the stop of an open position away."""
    check_open(draft)
    held_in(draft, symbol)
    stops = protection.orders_for(draft, symbol, Cause.STOP_LOSS)
    if not stops:
        raise Refusal(f"{symbol} has no stop")
    for stop in stops:
        protection.cancel(draft, stop, "stop removed by the trader")


def move_target(draft: Draft, symbol: str, price: Decimal) -> None:
    """Set or move the target of an open position."""
    check_open(draft)
    position = held_in(draft, symbol)
    _check_level(draft, position, "target", price, Cause.TAKE_PROFIT)
    protection.move_target(draft, position, price)


def _check_level(draft: Draft, position: Position, name: str, price: Decimal, cause: Cause) -> None:
    tick = draft.account.instruments[position.symbol].tick
    if not fits(price, tick) or price <= 0:
        raise Refusal(f"the {name} must be a positive multiple of the tick {plain(tick)}")
    last = draft.market.last[position.symbol]
    below = (position.quantity > 0) is (cause is Cause.STOP_LOSS)
    if price >= last if below else price <= last:
        where = "below" if below else "above"
        raise Refusal(f"the {name} must be {where} the last price {plain(last)}")
