"""Odds before the order: how often a plan meets its stop, a call or a liquidation.

The levels are the engine's own: the order is executed as a trial, and the prices of the call and of
the liquidation come from the function that the engine decides with, today and at the horizon's end,
when the loan has grown by its interest. What happens on each drawn future is then arithmetic, done
for many and counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field

from ledger.practice.odds.futures import Steps, futures
from ledger.practice.odds.outcome import End, Ending, Plan, end_of

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
POINTS = 60
"""Points of the fan along the time axis."""
PICTURED = 2_000
"""The fan uses this many futures: more would look the same and fill the memory."""
_PIECE, _PIECES = 100, 40


@dataclass(slots=True)
class Tally:
    """The ends of many futures, and for some of them the closes over time for the fan."""

    ends: list[End] = field(default_factory=list)
    closes: list[array[float]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add more futures of the same plan."""
        self.ends += other.ends
        self.closes += other.closes


def tally(plan: Plan, steps: Steps, seed: int, numbers: range) -> Tally:
    """The ends of the futures with these numbers: a piece of work that another machine can do."""
    counted = Tally()
    every = max(plan.bars // POINTS, 1)
    drawn = futures(steps, plan.start, plan.bars, seed, numbers)
    for number, path in zip(numbers, drawn, strict=True):
        counted.ends.append(end_of(plan, path))
        if number < PICTURED:
            counted.closes.append(array("d", path.closes[every - 1 :: every]))
    return counted


def run(
    plan: Plan,
    steps: Steps,
    count: int,
    seed: int,
    executor: Executor | None = None,
    piece: int | None = None,
) -> Iterator[Tally]:
    """The tally so far, again and again while futures come in; the last one has all of them.

    `executor` is any of `concurrent.futures` (threads, processes, a Dask client's): the result does
    not depend on it, since future number n is the same wherever it is drawn. Closing the iterator
    leaves pieces undone that have not begun. A piece is a hundred futures, or a fortieth of all if
    an `executor` takes them and that is more: each carries the steps along.
    """
    if piece is None:
        piece = _PIECE if executor is None else max(-(-count // _PIECES), _PIECE)
    pieces = [range(low, min(low + piece, count)) for low in range(0, count, piece)]
    whole = Tally()
    for part in _drawn(plan, steps, seed, pieces, executor):
        whole.add(part)
        yield whole


def _drawn(
    plan: Plan, steps: Steps, seed: int, pieces: list[range], executor: Executor | None
) -> Iterator[Tally]:
    """The pieces in order; those no longer waited for are cancelled."""
    if executor is None:
        yield from (tally(plan, steps, seed, part) for part in pieces)
        return
    sent = [executor.submit(tally, plan, steps, seed, part) for part in pieces]
    try:
        for future in sent:
            yield future.result()
    finally:
        for future in sent:
            future.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Ratios of the futures, and quantiles (5, 25, 50, 75, 95%) of their results."""

    futures: int
    called: float
    liquidated: float
    stopped: float
    target: float
    result: tuple[float, ...]
    r: tuple[float, ...] | None
    interest: tuple[float, ...]
    first_call: float | None
    """Median seconds to the first call, over the futures that have one."""
    fan: tuple[tuple[float, ...], ...]


def odds_of(plan: Plan, drawn: Tally, pace: float) -> Odds:
    """The odds in a tally; `pace` is the calendar time of a step in seconds."""
    ends, count = drawn.ends, len(drawn.ends)
    results = _quantiles([end.result for end in ends])
    calls = sorted((end.called + 1) * pace for end in ends if end.called is not None)

    def share(*endings: Ending) -> float:
        return sum(end.how in endings for end in ends) / count

    return Odds(
        futures=count,
        called=sum(end.called is not None for end in ends) / count,
        liquidated=share(Ending.LIQUIDATION, Ending.FORCED_SALE),
        stopped=share(Ending.STOP),
        target=share(Ending.TARGET),
        result=results,
        r=tuple(result / plan.risk for result in results) if plan.risk else None,
        interest=_quantiles([end.interest for end in ends]),
        first_call=float(calls[len(calls) // 2]) if calls else None,
        fan=tuple(_quantiles(list(column)) for column in zip(*drawn.closes, strict=True)),
    )


def _quantiles(values: list[float]) -> tuple[float, ...]:
    """The value at or below which that ratio of them lies (nearest rank)."""
    ordered = sorted(values)
    return tuple(ordered[min(int(q * len(ordered)), len(ordered) - 1)] for q in QUANTILES)
