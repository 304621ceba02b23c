"""The sentences of blind play."""

from ledger.practice.words.wording import Wire, figure, pairs, when
from ledger.text import clean


def blind_mark(wire: Wire) -> str:
    """What is said of a blind account where it is opened."""
    if wire.get("exam") is True:
        return "; a blind exam"
    return "; blind" if wire.get("blind") is True else ""


def revealed(wire: Wire, unit: str) -> str:
    """`Revealed: AAA is BTCUSDT, prices times 7, on Thu 12 Mar 2020 10:00`."""
    named = [f"{name} is {clean(str(true), 40)}" for name, true in pairs(wire.get("symbols"))]
    return (
        f"Revealed: {', '.join(named)}; prices are times {figure(str(wire.get('factor')))}; "
        f"in truth it was {when(wire.get('true_time'))} UTC"
    )
