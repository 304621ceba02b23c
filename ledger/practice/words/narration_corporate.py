"""Sentences about dividends and splits."""

from ledger.account.event_terms import Side
from ledger.practice.words.wording import Wire, figure, signed, size, symbol, text
from ledger.text import clean


def dividend_paid(wire: Wire, unit: str) -> str:
    """What a long received, or a short owed."""
    amount = figure(wire.get("amount"))
    told = "owed" if amount.startswith("-") else "received"
    return (
        f"Dividend {told}: {amount.removeprefix('-')}{unit}, {figure(wire.get('per_share'))} on "
        f"each of {size(wire)}"
    )


def split(wire: Wire, unit: str) -> str:
    """What is held in new units, and at what average price."""
    told = f"{symbol(wire)} split {text(wire, 'ratio', 20)}"
    if wire.get("pocket") is None:
        return f"{told}: orders are adjusted"
    side = "long" if wire.get("side") == Side.BUY else "short"
    return (
        f"{told}: {side} {figure(wire.get('was'))} became {figure(wire.get('quantity'))} at "
        f"{figure(wire.get('entry_price'))}"
    )


def order_adjusted(wire: Wire, unit: str) -> str:
    """An order in new units."""
    levels = [("limit", wire.get("limit")), ("stop", wire.get("trigger"))]
    told = "".join(f" {name} {figure(level)}" for name, level in levels if level is not None)
    trail = f", trail {figure(wire.get('trail'))}" if wire.get("trail") is not None else ""
    stop = wire.get("stop_loss")
    guard = f", stop {figure(stop)}" if stop is not None else ""
    return (
        f"Order {clean(str(wire.get('order')), 40)} adjusted for the split: "
        f"{text(wire, 'side', 10)} {size(wire)}{told}{trail}{guard}"
    )


def cash_in_lieu(wire: Wire, unit: str) -> str:
    """The fraction of a lot that was settled in money."""
    gain = wire.get("realized_pnl")
    told = "paid" if wire.get("side") == Side.BUY else "received"
    return (
        f"Cash in lieu {told}: {figure(wire.get('value'))}{unit} for {size(wire)} at "
        f"{figure(wire.get('price'))}, realized {signed(gain)}"
    )
