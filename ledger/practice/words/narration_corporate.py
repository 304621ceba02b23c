"""Sentences about dividends and splits."""

from ledger.account.event_terms import Side
from ledger.practice.words.wording import Wire, figure, signed, size, symbol, text
from ledger.text import clean


def dividend_paid(wire: Wire, unit: str) -> str:
    """Received by a long, paid by a short."""
    amount = figure(wire.get("amount"))
    direction = "paid" if amount.startswith("-") else "received"
    return (
        f"Dividend {direction}: {amount.removeprefix('-')}{unit}, "
        f"{figure(wire.get('per_share'))} a share on {size(wire)}"
    )


def split(wire: Wire, unit: str) -> str:
    """The position in new shares at its adjusted entry price, or the orders' adjustment."""
    what = f"{symbol(wire)} split {text(wire, 'ratio', 20)}"
    if wire.get("pocket") is None:
        return f"{what}: orders adjusted"
    side = "long" if wire.get("side") == Side.BUY else "short"
    return (
        f"{what}: {side} {figure(wire.get('was'))} became {figure(wire.get('quantity'))} at "
        f"{figure(wire.get('entry_price'))}"
    )


def order_adjusted(wire: Wire, unit: str) -> str:
    levels = [("limit", wire.get("limit")), ("stop", wire.get("trigger"))]
    prices = "".join(f" {name} {figure(level)}" for name, level in levels if level is not None)
    trail = f", trail {figure(wire.get('trail'))}" if wire.get("trail") is not None else ""
    stop = wire.get("stop_loss")
    guard = f", stop {figure(stop)}" if stop is not None else ""
    return (
        f"Order {clean(str(wire.get('order')), 40)} adjusted for the split: "
        f"{text(wire, 'side', 10)} {size(wire)}{prices}{trail}{guard}"
    )


def cash_in_lieu(wire: Wire, unit: str) -> str:
    """The fraction of a share that was settled in cash."""
    gain = wire.get("realized_pnl")
    direction = "paid" if wire.get("side") == Side.BUY else "received"
    return (
        f"Cash in lieu {direction}: {figure(wire.get('value'))}{unit} for {size(wire)} at "
        f"{figure(wire.get('price'))}, realized {signed(gain)}"
    )
