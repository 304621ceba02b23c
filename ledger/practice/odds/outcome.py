"""How a plan ends on one future of the price.

In floats: a statistic, never posted. Within a step the adverse extreme comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from math import inf
from operator import sub

from ledger.practice.odds.futures import Path


@dataclass(frozen=True, slots=True)
class Level:
    """A price that moves in a straight line with time, from `now` to `then`."""

    now: float
    then: float

    def drift(self, bars: int) -> list[float]:
        """How far it has moved at each bar."""
        step = (self.then - self.now) / bars
        return [step * bar for bar in range(1, bars + 1)]


@dataclass(frozen=True, slots=True)
class Forced:
    """What a forced sale costs besides its price: a fee, slippage as a ratio of the price, and
    whether the venue keeps the remaining margin."""

    fee: float = 0.0
    slippage: float = 0.0
    all_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A position with its exits, as floats. `side` is 1 or -1; absent levels are `None`.

    `price` is where the futures begin, `None` for the entry: an existing position was bought
    elsewhere. An `inverse` contract gains with 1/price. `at_close`: a call is tested only at a
    session's close; `patience` is the number of sessions after which an unmet call ends in a forced
    sale, `None` for never; the market ends a call only above `cleared`. `sale_calls`: a liquidation
    raises a call of its own, due at once. `worst` is the result with all the margin lost, if no
    more can be lost. A target rests in the book and has a fee of its own. `interest` is what
    holding costs in one step, carry fees included.
    """

    side: int
    quantity: float
    entry: float
    bars: int
    price: float | None = None
    inverse: bool = False
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
    target_fee: float = 0.0
    forced: Forced = Forced()
    worst: float = -inf
    interest: float = 0.0
    risk: float | None = None

    @property
    def start(self) -> float:
        """The price at which the futures begin."""
        return self.entry if self.price is None else self.price


class Ending(StrEnum):
    """What ends a future."""

    STOP = "stop"
    TARGET = "target"
    LIQUIDATION = "liquidation"
    FORCED_SALE = "forced_sale"
    HORIZON = "horizon"


@dataclass(frozen=True, slots=True)
class End:
    """How one future ended."""

    how: Ending
    bar: int
    price: float
    called: int | None
    result: float
    interest: float


def end_of(plan: Plan, path: Path) -> End:
    """The result of the plan on one future; a forced sale, even of a part, ends it."""
    bar, how, price = plan.bars, Ending.HORIZON, path.closes[-1]
    way = inf  # how far into that bar, against the plan
    stop = None if plan.stop is None else Level(plan.stop, plan.stop)
    exits = [
        (*exit_, name)
        for level, name in ((stop, Ending.STOP), (plan.liquidation, Ending.LIQUIDATION))
        if (exit_ := _adverse(plan, path, level)) is not None
    ]
    if exits:  # the first bar, in it the nearer level, and a stop before a liquidation
        bar, way, price, how = min(exits, key=lambda exit_: exit_[:2])
    call = _called(plan, path)
    sale = None if call is None else _unmet(plan, path, call[0])
    if sale is not None and (sale, 0.0) < (bar, way):  # at the open, after what rests there
        bar, way, price, how = sale, 0.0, path.opens[sale], Ending.FORCED_SALE
    reached = _favourable(plan, path)
    if reached is not None and reached < bar:
        assert plan.target is not None, "it was reached"
        bar, way, how = reached, inf, Ending.TARGET
        first = path.opens[reached]
        price = max(first, plan.target) if plan.side > 0 else min(first, plan.target)
    called = None if call is None or call >= (bar, way) else call[0]
    if how is Ending.LIQUIDATION and plan.sale_calls and called is None:
        called = bar
    interest = plan.interest * min(bar + 1, plan.bars)
    return End(how, bar, price, called, _result(plan, how, price, interest), interest)


def _result(plan: Plan, how: Ending, price: float, interest: float) -> float:
    """The profit or loss in the account's money, after all costs."""
    forced = plan.forced if how in (Ending.LIQUIDATION, Ending.FORCED_SALE) else None
    if forced is not None and forced.all_lost:
        return plan.worst
    fee = plan.target_fee if how is Ending.TARGET else plan.exit_fee
    if forced is not None:
        fee = forced.fee
        price *= 1 - forced.slippage * plan.side
    if plan.inverse:
        gain, value = 1 / plan.entry - 1 / price, 1 / price
    else:
        gain, value = price - plan.entry, price
    gained = (gain * plan.side - value * fee) * plan.quantity
    return max(gained - plan.fees - interest, plan.worst)


def _adverse(plan: Plan, path: Path, level: Level | None) -> tuple[int, float, float] | None:
    """The first step in which the price moves against the plan to a level: its number, how far into
    the step that is, and the price. A gap through it fills at the open."""
    if level is None:
        return None
    worst = path.lows if plan.side > 0 else path.highs
    bar = _first(plan.side, plan.bars, worst, level)
    if bar is None:
        return None
    at = level.now + (level.then - level.now) * (bar + 1) / plan.bars
    first = path.opens[bar]
    way = max((first - at) * plan.side, 0.0)
    return bar, way, min(first, at) if plan.side > 0 else max(first, at)


def _called(plan: Plan, path: Path) -> tuple[int, float] | None:
    """The first step with a call, and how far into it; a close comes after everything else in
    it."""
    if plan.call is None:
        return None
    if plan.at_close:
        below = _first(plan.side, plan.bars, path.closes, plan.call)
        bar = None if below is None else _closing_below(plan, path, plan.call, below)
        return None if bar is None else (bar, inf)
    met = _adverse(plan, path, plan.call)
    return None if met is None else met[:2]


def _closing_below(plan: Plan, path: Path, call: Level, since: int) -> int | None:
    """The first session from a step on that closes at or beyond the level: its last step."""
    for bar in range(since, plan.bars):
        if path.ends[bar] and not _above(plan, path.closes[bar], call, bar):
            return bar
    return None


def _unmet(plan: Plan, path: Path, called: int) -> int | None:
    """The step at whose open the lender sells, because a call's time is over: the first call's, or
    that of one raised after the market had ended it."""
    if plan.patience is None or plan.call is None or plan.cleared is None:
        return None
    due: int | None = _due(plan.patience, path, called)
    for bar in range(called + 1, plan.bars):
        if due is None:
            judged = path.ends[bar] or not plan.at_close
            if judged and not _above(plan, path.closes[bar], plan.call, bar):
                due = _due(plan.patience, path, bar)
        elif bar > due:
            if not _above(plan, path.opens[bar], plan.call, bar):
                return bar
            due = None
        elif _above(plan, path.closes[bar], plan.cleared, bar):
            due = None
    return None


def _due(patience: int, path: Path, called: int) -> int:
    """The step with whose close a call's time is over: the last of `patience` sessions after its
    own."""
    if not patience:
        return called
    ends = (bar for bar in range(called, len(path.ends)) if path.ends[bar])
    return next(islice(ends, patience, None), len(path.ends))


def _first(side: int, bars: int, prices: list[float], level: Level) -> int | None:
    """The first step at or beyond the level; three passes in C if there is none."""
    above = prices if level.now == level.then else list(map(sub, prices, level.drift(bars)))
    if side > 0:
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
    best = path.highs if plan.side > 0 else path.lows
    return _first(-plan.side, plan.bars, best, Level(plan.target, plan.target))
