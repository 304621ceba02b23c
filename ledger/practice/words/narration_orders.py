"""The sentences of an order's life before it trades; `narration` knows which event has which."""

from collections.abc import Mapping

from ledger.account.event_terms import Amended, Cause, GoodFor, OrderType
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
    """Its kind and id: an order of the trader's, or the stop or target of a position."""
    names = {"stop_loss": "Stop", "take_profit": "Target"}
    name = names.get(str(wire.get("cause")), "Order")
    return f"{name} {clean(str(wire.get('order')), 40)}"


def order_placed(wire: Wire, unit: str) -> str:
    """Side, size, prices and terms."""
    levels = [("limit", wire.get("limit")), ("stop", wire.get("trigger"))]
    prices = [(label, figure(level)) for label, level in levels if level is not None]
    trails = wire.get("order_type") == OrderType.TRAILING
    behind = f", {trail_of(wire)} behind the best price" if trails else ""
    trade = f"{text(wire, 'side', 10)} {size(wire)}"
    if wire.get("cause") in (Cause.STOP_LOSS, Cause.TAKE_PROFIT):
        at = "".join(f" at {level}" for _, level in prices)
        return f"{_order(wire)} set: {trade}{at}{behind}"
    price = "".join(f" {label} {level}" for label, level in prices) or " at the market"
    return (
        f"{_order(wire)}: {trade}{price}{behind}, {figure(wire.get('leverage'))}x "
        f"{text(wire, 'mode', 10)}{_guards(wire)}{_terms(wire)}{reason(wire)}"
    )


def _terms(wire: Wire) -> str:
    """Reduce-only, time in force, and the order it cancels."""
    terms = ", reduce-only" if wire.get("reduce_only") is True else ""
    terms += ", day order" if wire.get("good_for") == GoodFor.DAY else ""
    tied = wire.get("oco")
    return terms if tied is None else f"{terms}, one cancels the other: {clean(str(tied), 40)}"


def _guards(wire: Wire) -> str:
    """The stop and the targets that are placed once the order fills."""
    stop = wire.get("stop_loss")
    guards = [] if stop is None else [f"stop {figure(stop)}"]
    trails = wire.get("trail") is not None or wire.get("trail_fraction") is not None
    if trails and wire.get("order_type") != OrderType.TRAILING:
        guards.append(f"stop trailing by {trail_of(wire)}")
    guards += _targets(wire)
    return "".join(f", {guard}" for guard in guards)


def _targets(wire: Wire) -> list[str]:
    targets = wire.get("targets")
    return [
        f"target {figure(target.get('price'))} for {percent(target.get('fraction'))}"
        for target in (targets if isinstance(targets, list) else [])
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
    """Each term that changed, with its old and new value."""
    changes = wire.get("changes")
    parts = []
    for change in changes if isinstance(changes, list) else []:
        if not isinstance(change, Mapping):
            continue
        what = str(change.get("what"))
        shown = percent if what == "trail_fraction" else figure
        was, now = (change.get(key) for key in ("was", "now"))
        name = _TERMS.get(what) or clean(what, 20)
        if what == "quantity" and was == now:
            parts.append(f"its share {figure(wire.get('unrounded'))}, in whole lots {shown(now)}")
        elif now is not None:
            before = "" if was is None else f"{shown(was)} to "
            parts.append(f"{name} {before}{shown(now)}")
        elif what == "stop_loss":
            parts.append(f"no stop loss (was {shown(was)})")
    if isinstance(wire.get("targets"), list):
        parts += _targets(wire) or ["no target"]
    return ", ".join(parts)


def order_amended(wire: Wire, unit: str) -> str:
    """Moved by the trader, resized with its position, or trailed by the price."""
    if wire.get("what") == Amended.TERMS:
        return f"{_order(wire)} of {symbol(wire)} amended: {_changes(wire)}"
    verb = {"quantity": "resized", "trail": "trailed"}.get(str(wire.get("what")), "moved")
    extra_risk = wire.get("widened_r")
    widened = f", widened by {figure(extra_risk)} R" if extra_risk is not None else ""
    was, now = figure(wire.get("was")), figure(wire.get("now"))
    return f"{_order(wire)} of {symbol(wire)} {verb} from {was} to {now}{widened}"


def order_triggered(wire: Wire, unit: str) -> str:
    """A stop-limit whose trigger has traded."""
    price, limit = figure(wire.get("price")), figure(wire.get("limit"))
    then = f"rests at {limit}" if wire.get("rests") is True else f"fills at {limit} or better"
    return f"{_order(wire)} of {symbol(wire)} triggered at {price}: {then}"


def order_cancelled(wire: Wire, unit: str) -> str:
    return f"{_order(wire)} of {symbol(wire)} cancelled{reason(wire)}"


def largest(wire: Wire) -> str:
    """The most that would have been accepted."""
    most = wire.get("largest")
    return f"; the most that would pass is {figure(most)}" if most is not None else ""


def order_refused(wire: Wire, unit: str) -> str:
    trade = f"{text(wire, 'side', 10)} {size(wire)}"
    return f"{_order(wire)} refused, {trade}{reason(wire)}{largest(wire)}"
