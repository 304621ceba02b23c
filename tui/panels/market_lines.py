"""A synthetic price path, in a line for each instrument."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from ledger.market.tapes.tape import Tape
from tui.text import format as fmt
from tui.widgets.lines import Line


def span(tape: Tape, *, cut: bool) -> str:
    """Its duration; `cut` if it goes on after what is shown."""
    days = (tape.end - tape.first) / 86_400
    return f"{'the first ' if cut else ''}{len(tape):,} bars, {days:,.0f} days"


def path_lines(tapes: Sequence[Tape]) -> list[Line]:
    """First and last price, lowest and highest, and the worst fall between."""
    lines: list[Line] = []
    for tape in tapes:
        first, last = tape.bar(0).open, tape.bar(len(tape) - 1).close
        low, high = tape.step * min(tape.lows), tape.step * max(tape.highs)
        tick = tape.recipe.tick if tape.recipe is not None else tape.step
        opened, closed, bottom, top = (fmt.price(price, tick) for price in (first, last, low, high))
        lines.append([
            (f" {fmt.plain(tape.symbol, 8):<6}", "strong"),
            (f"{opened} to {closed}, low {bottom}, high {top}, max drawdown ", "dim"),
            (f"{worst_fall(tape):.0%}", "down"),
        ])  # fmt: skip
    return lines


def worst_fall(tape: Tape) -> float:
    """The deepest close below the highest close before it, as a fraction of that."""
    highest = accumulate(tape.closes, max)
    return max(1 - close / top for close, top in zip(tape.closes, highest, strict=True))
