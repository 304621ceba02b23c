"""The sentences of an order's life before it trades; `narration` knows which event has which."""

from collections.abc import Mapping

from ledger.account.event_terms import Amended, Cause, GoodFor, OrderType, Side
from ledger.practice.words.wording import (
    Wire,
    figure,
    percent,
    reason,
    size,
    symbol,
    text,
    trail_of,
)
from ledger.text import clean


def _order(wire: Wire) -> str:
    """What an order is called: by the trader, or for what it protects."""
    names = {"stop_loss": "Stop", "take_profit": "Target"}
    name = names.get(str(wire.get("cause")), "Order")
    return f"{name} {clean(str(wire.get('order')), 40)}"


def order_placed(wire: Wire, unit: str) -> str:
    """What rests from now on, at which prices, and on which terms."""
    levels = [("limit", wire.get("limit")), ("stop", wire.get("trigger"))]
    given = [(told, figure(level)) for told, level in levels if level is not None]
    trails = wire.get("order_type") == OrderType.TRAILING
    behind = f", {trail_of(wire)} behind the best price" if trails else ""
    wish = f"{text(wire, 'side', 10)} {size(wire)}"
    if wire.get("cause") in (Cause.STOP_LOSS, Cause.TAKE_PROFIT):
        at = "".join(f" at {level}" for _, level in given)
        return f"{_order(wire)} set: {wish}{at}{behind}"
    price = "".join(f" {told} {level}" for told, level in given) or " at the market"
    return (
        f"{_order(wire)}: {wish}{price}{behind}, {figure(wire.get('leverage'))}x "
        f"{text(wire, 'mode', 10)}{_guards(wire)}{_terms(wire)}{reason(wire)}"
    )


def _terms(wire: Wire) -> str:
    """Until when it rests, what it may do, and which order ends with it."""
    told = ", only reducing" if wire.get("reduce_only") is True else ""
    told += ", for the day" if wire.get("good_for") == GoodFor.DAY else ""
    tied = wire.get("oco")
    return told if tied is None else f"{told}, one cancels other: {clean(str(tied), 40)}"


def _guards(wire: Wire) -> str:
    """The stop and the targets that come to life when the order fills."""
    stop = wire.get("stop_loss")
    told = [] if stop is None else [f"stop {figure(stop)}"]
    trails = wire.get("trail") is not None or wire.get("trail_fraction") is not None
    if trails and wire.get("order_type") != OrderType.TRAILING:
        told.append(f"stop trailing by {trail_of(wire)}")
    told += _targets(wire)
    return "".join(f", {guard}" for guard in told)


def _targets(wire: Wire) -> list[str]:
    found = wire.get("targets")
    return [
        f"target {figure(target.get('price'))} for {percent(target.get('fraction'))}"
        for target in (found if isinstance(found, list) else [])
        if isinstance(target, Mapping)
    ]


_TERMS = {
    "quantity": "quantity",
    "limit": "limit",
    "trigger": "stop",
    "trail": "trail",
    "trail_fraction": "trail",
    "stop_loss": "stop loss",
}


def _changes(wire: Wire) -> str:
    """Each of the terms that changed, by its own name."""
    found = wire.get("changes")
    told = []
    for change in found if isinstance(found, list) else []:
        if not isinstance(change, Mapping):
            continue
        what = str(change.get("what"))
        shown = percent if what == "trail_fraction" else figure
        was, now = (change.get(key) for key in ("was", "now"))
        name = _TERMS.get(what) or clean(what, 20)
        if now is not None:
            before = "" if was is None else f"{shown(was)} to "
            told.append(f"{name} {before}{shown(now)}")
        elif what == "stop_loss":
            told.append(f"no stop loss, was {shown(was)}")
    if isinstance(wire.get("targets"), list):
        told += _targets(wire) or ["no target"]
    return ", ".join(told)


def order_amended(wire: Wire, unit: str) -> str:
    """Moved by the trader, resized with its position, or pulled along by the price."""
    if wire.get("what") == Amended.TERMS:
        return f"{_order(wire)} of {symbol(wire)} amended: {_changes(wire)}"
    told = {"quantity": "resized", "trail": "trailed"}.get(str(wire.get("what")), "moved")
    given = wire.get("widened_r")
    widened = f", {figure(given)} R given away" if given is not None else ""
    was, now = figure(wire.get("was")), figure(wire.get("now"))
    return f"{_order(wire)} of {symbol(wire)} {told} from {was} to {now}{widened}"


def order_triggered(wire: Wire, unit: str) -> str:
    """A stop-limit whose trigger has traded."""
    then = "rests at" if wire.get("rests") is True else "fills up to"
    if wire.get("rests") is not True and wire.get("side") == Side.SELL:
        then = "fills down to"
    price, limit = figure(wire.get("price")), figure(wire.get("limit"))
    return f"{_order(wire)} of {symbol(wire)} triggered at {price}: {then} {limit}"


def order_cancelled(wire: Wire, unit: str) -> str:
    """Taken out of the market, and why."""
    return f"{_order(wire)} of {symbol(wire)} cancelled{reason(wire)}"


def largest(wire: Wire) -> str:
    """What would have passed."""
    most = wire.get("largest")
    return f"; the largest that passes is {figure(most)}" if most is not None else ""


def order_refused(wire: Wire, unit: str) -> str:
    """Not taken, and why."""
    wish = f"{text(wire, 'side', 10)} {size(wire)}"
    return f"{_order(wire)} refused, {wish}{reason(wire)}{largest(wire)}"
