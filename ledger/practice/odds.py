"""Odds before the order: how often a plan meets its stop, a call or a liquidation.

The levels are the engine's own: the order is executed on scratch paper, and the prices of the
call and of the liquidation are asked of the function that the engine decides with, today and at
the horizon's end, when the loan has grown by its interest. What happens on each drawn future is
then arithmetic in floats: a statistic, never posted. Inside a step the bad comes first.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from math import inf
from operator import sub

from ledger.practice.futures import Path, Steps, futures

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
POINTS = 60
"""Of the fan, along the time."""


@dataclass(frozen=True, slots=True)
class Level:
    """A price that moves in a straight line with time, from `now` to `then`."""

    now: float
    then: float

    def drift(self, bars: int) -> list[float]:
        """How far it has moved at each bar."""
        step = (self.then - self.now) / bars
        return [step * bar for bar in range(1, bars + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A position with its exits, as floats. `side` is 1 or -1; levels that are not there `None`.

    `price` is where the futures begin, `None` for at the entry: what is held already was bought
    elsewhere.
    `at_close` says that a call is tested at a step's close only; `patience` in how many steps an
    unmet call ends in a forced sale, `None` for never; only above `cleared` does the market end a
    call. `sale_calls` says that a liquidation raises a call of its own, due at once. `interest` is
    what holding costs in one step, fees that come back with time among it.
    """

    side: int
    quantity: float
    entry: float
    bars: int
    price: float | None = None
    stop: float | None = None
    target: float | None = None
    call: Level | None = None
    cleared: Level | None = None
    liquidation: Level | None = None
    at_close: bool = False
    patience: int | None = None
    sale_calls: bool = False
    fees: float = 0.0
    exit_fee: float = 0.0
    interest: float = 0.0
    risk: float | None = None

    @property
    def start(self) -> float:
        """Where the futures begin."""
        return self.entry if self.price is None else self.price


@dataclass(frozen=True, slots=True)
class End:
    """How one future ended: `how` is stop, target, liquidation, forced_sale or horizon."""

    how: str
    bar: int
    price: float
    called: int | None
    result: float
    interest: float


@dataclass(slots=True)
class Tally:
    """Many ends, and the closes along some of the time for the fan."""

    ends: list[End] = field(default_factory=list)
    closes: list[list[float]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Together with more futures of the same plan."""
        self.ends += other.ends
        self.closes += other.closes


def end_of(plan: Plan, path: Path) -> End:
    """What the plan comes to on one future; a forced sale, if only of a part, ends it."""
    bar, how, price = plan.bars, "horizon", path.closes[-1]
    way = inf  # how far into that bar, against the plan
    stop = None if plan.stop is None else Level(plan.stop, plan.stop)
    exits = [
        (*found, name)
        for level, name in ((stop, "stop"), (plan.liquidation, "liquidation"))
        if (found := _adverse(plan, path, level)) is not None
    ]
    if exits:  # the first bar, in it the nearer level, and a stop before a liquidation
        bar, way, price, how = min(exits, key=lambda found: found[:2])
    call = _called(plan, path)
    sale = None if call is None else _unmet(plan, path, call[0])
    if sale is not None and (sale, 0.0) < (bar, way):  # at the open, after what rests there
        bar, way, price, how = sale, 0.0, path.opens[sale], "forced_sale"
    reached = _favourable(plan, path)
    if reached is not None and reached < bar:
        assert plan.target is not None, "it was reached"
        bar, way, how = reached, inf, "target"
        first = path.opens[reached]
        price = max(first, plan.target) if plan.side > 0 else min(first, plan.target)
    called = None if call is None or call >= (bar, way) else call[0]
    if how == "liquidation" and plan.sale_calls and called is None:
        called = bar
    held = min(bar + 1, plan.bars)
    interest = plan.interest * held
    gain = (price - plan.entry) * plan.side * plan.quantity
    leave = price * plan.quantity * plan.exit_fee
    return End(how, bar, price, called, gain - plan.fees - leave - interest, interest)


def _adverse(plan: Plan, path: Path, level: Level | None) -> tuple[int, float, float] | None:
    """The first step in which the price goes against the plan to a level: its number, how far
    into the step that is, and the price. A gap through it is a gap: the open is what there is.
    """
    if level is None:
        return None
    ends = path.lows if plan.side > 0 else path.highs
    bar = _first(plan, ends, level)
    if bar is None:
        return None
    at = level.now + (level.then - level.now) * (bar + 1) / plan.bars
    first = path.opens[bar]
    way = max((first - at) * plan.side, 0.0)
    return bar, way, min(first, at) if plan.side > 0 else max(first, at)


def _called(plan: Plan, path: Path) -> tuple[int, float] | None:
    """The first step with a call, and how far into it; a close comes after all else in it."""
    if plan.call is None:
        return None
    if plan.at_close:
        bar = _first(plan, path.closes, plan.call)
        return None if bar is None else (bar, inf)
    met = _adverse(plan, path, plan.call)
    return None if met is None else met[:2]


def _unmet(plan: Plan, path: Path, called: int) -> int | None:
    """The step at whose open the lender sells, a call's time being over: the first one's, or of
    one that came after the market had ended it."""
    if plan.patience is None or plan.call is None or plan.cleared is None:
        return None
    due: int | None = called + plan.patience
    for bar in range(called + 1, plan.bars):
        if due is None:
            if not _above(plan, path.closes[bar], plan.call, bar):
                due = bar + plan.patience
        elif bar > due:
            if not _above(plan, path.opens[bar], plan.call, bar):
                return bar
            due = None
        elif _above(plan, path.closes[bar], plan.cleared, bar):
            due = None
    return None


def _first(plan: Plan, prices: list[float], level: Level) -> int | None:
    """The first step at or beyond the level; three passes in C where there is none."""
    above = prices if level.now == level.then else list(map(sub, prices, level.drift(plan.bars)))
    if plan.side > 0:
        if min(above) > level.now:
            return None
        return next(index for index, low in enumerate(above) if low <= level.now)
    if max(above) < level.now:
        return None
    return next(index for index, high in enumerate(above) if high >= level.now)


def _above(plan: Plan, price: float, level: Level, bar: int) -> bool:
    at = level.now + (level.then - level.now) * (bar + 1) / plan.bars
    return (price - at) * plan.side > 0


def _favourable(plan: Plan, path: Path) -> int | None:
    if plan.target is None:
        return None
    back = replace(plan, side=-plan.side)
    best = path.highs if plan.side > 0 else path.lows
    return _first(back, best, Level(plan.target, plan.target))


def tally(plan: Plan, steps: Steps, seed: int, numbers: range) -> Tally:
    """The ends of the futures of these numbers: a piece of work that another machine can do."""
    found = Tally()
    every = max(plan.bars // POINTS, 1)
    for path in futures(steps, plan.start, plan.bars, seed, numbers):
        found.ends.append(end_of(plan, path))
        found.closes.append(path.closes[every - 1 :: every])
    return found


def run(
    plan: Plan,
    steps: Steps,
    count: int,
    seed: int,
    executor: Executor | None = None,
    piece: int = 100,
) -> Iterator[Tally]:
    """The tally so far, again and again while futures come in; the last one has all of them.

    `executor` is any of `concurrent.futures` (threads, processes, a Dask client's): what comes
    out does not depend on it, since future number n is the same wherever it is drawn. Closing the
    iterator leaves undrawn what has not been begun.
    """
    pieces = [range(low, min(low + piece, count)) for low in range(0, count, piece)]
    whole = Tally()
    for part in _drawn(plan, steps, seed, pieces, executor):
        whole.add(part)
        yield whole


def _drawn(
    plan: Plan, steps: Steps, seed: int, pieces: list[range], executor: Executor | None
) -> Iterator[Tally]:
    """The pieces in their order; those that nobody waits for any more are given up."""
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
    """Shares of the futures, and quantiles (5, 25, 50, 75, 95 %) of what they come to."""

    futures: int
    called: float
    liquidated: float
    stopped: float
    target: float
    result: tuple[float, ...]
    r: tuple[float, ...] | None
    interest: tuple[float, ...]
    first_call: float | None
    """Median seconds to the first call, of the futures that have one."""
    fan: tuple[tuple[float, ...], ...]


def odds_of(plan: Plan, found: Tally, seconds: int) -> Odds:
    """What the tally says; `seconds` is the length of a step."""
    ends, count = found.ends, len(found.ends)
    results = _quantiles([end.result for end in ends])
    calls = sorted((end.called + 1) * seconds for end in ends if end.called is not None)

    def share(*names: str) -> float:
        return sum(end.how in names for end in ends) / count

    return Odds(
        futures=count,
        called=sum(end.called is not None for end in ends) / count,
        liquidated=share("liquidation", "forced_sale"),
        stopped=share("stop"),
        target=share("target"),
        result=results,
        r=tuple(result / plan.risk for result in results) if plan.risk else None,
        interest=_quantiles([end.interest for end in ends]),
        first_call=float(calls[len(calls) // 2]) if calls else None,
        fan=tuple(_quantiles(list(column)) for column in zip(*found.closes, strict=True)),
    )


def _quantiles(values: list[float]) -> tuple[float, ...]:
    """The value at or below which that share of them lies (nearest rank)."""
    ordered = sorted(values)
    return tuple(ordered[min(int(q * len(ordered)), len(ordered) - 1)] for q in QUANTILES)
