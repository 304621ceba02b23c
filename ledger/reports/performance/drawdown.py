"""The largest fall from a peak, on the series that deposits and withdrawals do not move."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.times import Time


@dataclass(frozen=True, slots=True)
class Drawdown:
    """A fall as a fraction of its peak (positive), and when it began, was deepest, and was made
    good; `None` while it is not."""

    depth: float
    peak: Time
    trough: Time
    recovered: Time | None


def drawdowns(index: Sequence[float]) -> list[float]:
    """How far below its highest so far a series is at each moment, as fractions: 0 at a high."""
    highest, falls = 0.0, []
    for level in index:
        highest = max(highest, level)
        falls.append(0.0 if highest <= 0 else 1 - level / highest)
    return falls


def max_drawdown(times: Sequence[Time], index: Sequence[float]) -> Drawdown | None:
    """The deepest fall; `None` of a series that never fell."""
    if not index:
        return None
    deepest, found = 0.0, None
    top = 0
    for place, level in enumerate(index):
        if level >= index[top]:
            top = place
            continue
        depth = 1 - level / index[top]
        if depth > deepest:
            deepest, found = depth, (top, place)
    if found is None:
        return None
    peak, trough = found
    high = index[peak]
    again = next((times[n] for n in range(trough, len(index)) if index[n] >= high), None)
    return Drawdown(deepest, times[peak], times[trough], again)


def index_of(returns: Sequence[float]) -> list[float]:
    """What one unit becomes, from the beginning on: one more value than there are returns."""
    index = [1.0]
    for each in returns:
        index.append(index[-1] * (1 + each))
    return index
