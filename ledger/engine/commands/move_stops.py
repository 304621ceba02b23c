"""The stop and the targets of an open position, moved and removed by the trader."""

from decimal import Decimal

from ledger.account.commands import MoveStop, MoveTarget, RemoveTarget
from ledger.account.event_terms import CancelReason
from ledger.account.state import Cause, Order, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.orders import protection
from ledger.engine.orders.acceptance import check_trail, held_in
from ledger.engine.orders.trailing import Trail, behind, trail_of
from ledger.engine.orders.venue_state import check_open
from ledger.money import ZERO, fits, floor_to, plain

_TAKE_PROFIT = Cause.TAKE_PROFIT  # a global is read faster than a member


def move_stop(draft: Draft, command: MoveStop) -> None:
    """Set or move the stop of an open position, to a price or to trail behind it."""
    check_open(draft)
    position = held_in(draft, command.symbol)
    trail = trail_of(command)
    if (command.price is None) is (trail is None):
        raise Refusal("give the stop either a price or a trail")
    if command.price is not None:
        check_level(draft, position, "stop", command.price, Cause.STOP_LOSS)
        protection.set_stop(draft, position, command.price)
    elif trail is not None:
        protection.set_trail(draft, position, trail, first_of(draft, position, trail))


def first_of(draft: Draft, position: Position, trail: Trail) -> Decimal:
    """The first trigger of a stop that starts to trail the present price. Raises `Refusal`."""
    instrument = draft.account.instruments[position.symbol]
    check_trail(trail, instrument)
    last = draft.market.last[position.symbol]
    first = behind(instrument, position.side.opposite, last, trail)
    if first <= 0:
        raise Refusal("the trail must be smaller than the price it follows")
    return first


def remove_stop(draft: Draft, symbol: str) -> None:
    """Remove the stop of an open position."""
    check_open(draft)
    held_in(draft, symbol)
    stops = protection.orders_for(draft, symbol, Cause.STOP_LOSS)
    if not stops:
        raise Refusal(f"{symbol} has no stop")
    for stop in stops:
        protection.cancel(draft, stop, CancelReason.STOP_REMOVED)


def move_target(draft: Draft, command: MoveTarget) -> None:
    """Set or move a target of an open position: the one named, or the only one.

    Without a name, several become one: kept as it was before targets had names.
    """
    check_open(draft)
    position = held_in(draft, command.symbol)
    if command.price is None and command.fraction is None:
        raise Refusal("give the target a price or a fraction")
    if command.price is not None:
        check_level(draft, position, "target", command.price, _TAKE_PROFIT)
    targets = protection.orders_for(draft, command.symbol, _TAKE_PROFIT)
    if command.id is not None or command.was is not None:
        amend_target(draft, position, _named(targets, command), command.price, command.fraction)
    elif command.fraction is not None and len(targets) > 1:
        raise Refusal(f"say which target: {_listed(targets)}")
    elif command.fraction is not None and targets:
        amend_target(draft, position, targets[0], command.price, command.fraction)
    elif command.price is None:
        raise Refusal(f"{command.symbol} has no target: give it a price")
    elif command.fraction is None:
        protection.move_target(draft, position, command.price)
    else:
        share = abs(position.quantity) * check_fraction(command.fraction)
        size = _sized(draft, position, share, ZERO)
        protection.place_target(draft, position, size, command.price, share)


def amend_target(
    draft: Draft,
    position: Position,
    target: Order,
    price: Decimal | None,
    fraction: Decimal | None = None,
    quantity: Decimal | None = None,
) -> None:
    """Move one target or resize it, to a fraction of what is held or to a quantity.

    Another fraction counts even where the lots are the same: the target keeps it when a part of
    the position is closed.
    """
    others = protection.orders_for(draft, position.symbol, _TAKE_PROFIT)
    taken = sum((other.quantity for other in others if other.id != target.id), ZERO)
    terms: dict[str, Decimal | None] = {}
    share = quantity
    if price is not None:
        terms["limit"] = price
    if fraction is not None:
        share = abs(position.quantity) * check_fraction(fraction)
    if share is not None:
        terms["quantity"] = _sized(draft, position, share, taken, exact=fraction is None)
    same_share = fraction is None or share == target.share
    if same_share and all(value == getattr(target, key) for key, value in terms.items()):
        raise Refusal(f"the target {target.id} has these terms already")
    protection.amend(draft, target, terms, share=share)


def check_fraction(fraction: Decimal) -> Decimal:
    """Raises `Refusal` for a fraction of zero or less, or more than the whole."""
    if not 0 < fraction <= 1:
        raise Refusal("a target's fraction must be above zero and at most 1")
    return fraction


def _sized(
    draft: Draft, position: Position, share: Decimal, taken: Decimal, *, exact: bool = False
) -> Decimal:
    """A target's size in whole lots, out of what the other targets have not taken."""
    lot = draft.account.instruments[position.symbol].lot
    size = share if exact else floor_to(share, lot)
    left = abs(position.quantity) - taken
    if exact and not fits(size, lot):
        raise Refusal(f"quantity must be a multiple of the lot {plain(lot)}", left or None)
    if size <= 0:
        raise Refusal(f"the target would take less than one lot of {plain(lot)}", left or None)
    if size > left:
        raise Refusal(f"only {plain(left)} of the position is left for this target", left or None)
    return size


def remove_target(draft: Draft, command: RemoveTarget) -> None:
    """Remove one target, or all of them if none is named."""
    check_open(draft)
    held_in(draft, command.symbol)
    targets = protection.orders_for(draft, command.symbol, _TAKE_PROFIT)
    if not targets:
        raise Refusal(f"{command.symbol} has no target")
    if command.id is not None or command.was is not None:
        targets = [_named(targets, command)]
    for target in targets:
        protection.cancel(draft, target, CancelReason.TARGET_REMOVED)


def _named(targets: list[Order], command: MoveTarget | RemoveTarget) -> Order:
    """The target that is meant. Raises `Refusal` if none or several match."""
    if not targets:
        raise Refusal(f"{command.symbol} has no target")
    named = [
        target
        for target in targets
        if (command.id is None or target.id == command.id)
        and (command.was is None or target.limit == command.was)
    ]
    if not named:
        name = command.id if command.was is None else f"at {plain(command.was)}"
        raise Refusal(f"{command.symbol} has no target {name}; it has {_listed(targets)}")
    if len(named) > 1:
        raise Refusal(f"say which target: {_listed(named)}")
    return named[0]


def _listed(targets: list[Order]) -> str:
    return ", ".join(f"{t.id} at {plain(t.limit)}" for t in targets if t.limit is not None)


def check_level(draft: Draft, position: Position, name: str, price: Decimal, cause: Cause) -> None:
    """A stop or target on the tick, on its side of the last price. Raises `Refusal`."""
    tick = draft.account.instruments[position.symbol].tick
    if not fits(price, tick) or price <= 0:
        raise Refusal(f"the {name} must be a positive multiple of the tick {plain(tick)}")
    last = draft.market.last[position.symbol]
    below = (position.quantity > 0) is (cause is Cause.STOP_LOSS)
    if price >= last if below else price <= last:
        where = "below" if below else "above"
        raise Refusal(f"the {name} must be {where} the last price {plain(last)}")
