"""The paths that prices take inside a bar: which extreme comes first, and where the marks are then.

Prices move in straight lines, all instruments together. Where a price bar holds several mark bars,
these are walked one after the other, each from its open to both extremes and its close.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.state import Account, Convention, Side
from ledger.engine.decision.draft import Draft
from ledger.frozen import replace, scratch
from ledger.market.quote import Bar, Market, Step

Prices = Mapping[str, Decimal]


@scratch
@dataclass(frozen=True)
class Way:
    """Where the next straight move ends, for traded and for mark prices.

    `gap`: prices jump there, with nothing in between.
    """

    last: Prices
    mark: Prices
    gap: bool = False


def inside(draft: Draft, step: Step) -> list[Way]:
    """The bar's moves except the last, to the close, in the account's convention (`fills.md`).

    The last one matters to what came about on the move before it: it can still be stopped out.
    """
    low_first = _low_first(draft.account, step)
    if step.later_marks:
        return _Parts(step, low_first).ways(draft.market)
    return [_extremes(draft.market, step, low_first, first) for first in (True, False)]


def closes(draft: Draft, step: Step) -> Way:
    end = _to(draft.market, step, lambda _, bar: bar.close)
    if not step.later_marks:
        return end
    return Way(
        end.last, {**end.mark, **{s: bars[-1].close for s, bars in step.later_marks.items()}}
    )


def opens(draft: Draft, step: Step) -> Way:
    return _to(draft.market, step, lambda _, bar: bar.open)


def at(market: Market, way: Way) -> Market:
    """The market at these prices."""
    if market.last is way.last and market.mark is way.mark:
        return market
    return replace(market, last=way.last, mark=way.mark)


def _low_first(account: Account, step: Step) -> Mapping[str, bool]:
    """For each bar, whether its low comes before its high."""
    if account.convention is Convention.WORST:
        return {symbol: _falls_first(account, symbol) for symbol in step.bars}
    bars = step.bars.items()
    return {s: bar.open - bar.low <= bar.high - bar.open for s, bar in bars}


def _falls_first(account: Account, symbol: str) -> bool:
    """Whether the adverse extreme is the low: a long's is. Where only orders rest, it is the
    reverse.

    With nothing held, an entry can be hurt in its own bar only by what comes after it. For a buy
    the high comes first and the low last, so that its stop is tested and its target is not.
    """
    position = account.position(symbol)
    if position is not None:
        return position.quantity > 0
    entries = (o for o in account.orders.values() if o.symbol == symbol)
    return next((o.side is Side.SELL for o in entries), True)


def _extremes(market: Market, step: Step, low_first: Mapping[str, bool], first: bool) -> Way:
    def pick(symbol: str, bar: Bar) -> Decimal:
        return bar.low if low_first[symbol] is first else bar.high

    return _to(market, step, pick)


def _to(market: Market, step: Step, pick: Callable[[str, Bar], Decimal]) -> Way:
    """The move to one price of each bar; a symbol without a bar stays where it is."""
    last = dict(market.last)
    for symbol, bar in step.bars.items():
        last[symbol] = pick(symbol, bar)
    if market.mark is market.last and not step.marks:
        return Way(last, last)  # everything is judged at its traded price
    mark = dict(market.mark)
    for symbol, bar in step.bars.items():
        mark[symbol] = pick(symbol, step.marks.get(symbol, bar))
    return Way(last, mark)


class _Parts:
    """A step cut where later mark bars begin, each part walked before the next.

    The marks show when a price had its extremes inside its bar: its first extreme falls into the
    part in which they reach theirs, its second into the best one from there on. A price without
    later marks may have had its extremes in any part: it is at the first from the first part on and
    reaches the second in the last, so that the worst possible combination occurs.
    """

    def __init__(self, step: Step, low_first: Mapping[str, bool]) -> None:
        later = (bar.time for bars in step.later_marks.values() for bar in bars)
        self._step, self._low_first = step, low_first
        self._times = [step.time, *sorted(set(later))]
        self._marks = {
            symbol: {0: step.marks[symbol]} if symbol in step.marks else {} for symbol in step.bars
        }
        for symbol, bars in step.later_marks.items():
            self._marks[symbol] |= {self._times.index(bar.time): bar for bar in bars}
        self._reached = {symbol: self._when(symbol) for symbol in step.bars}

    def _when(self, symbol: str) -> tuple[int, int]:
        """The parts in which a price has its first and its second extreme."""
        if symbol not in self._step.later_marks:
            return 0, len(self._times) - 1
        marks = self._marks[symbol]

        def furthest(parts: list[int], low: bool) -> int:
            if low:
                return min(parts, key=lambda part: marks[part].low)
            return max(parts, key=lambda part: marks[part].high)

        low = self._low_first[symbol]
        first = furthest(sorted(marks), low)
        return first, furthest(sorted(part for part in marks if part >= first), not low)

    def ways(self, market: Market) -> list[Way]:
        """Every move except the one to the close."""
        last, mark = dict(market.last), dict(market.mark)
        moves: list[Way] = []
        for part in range(len(self._times)):
            if part:
                self._move(mark, part, lambda _, bar: bar.open)
                moves.append(Way(dict(last), dict(mark), gap=True))
            for turn in (0, 1):
                self._turn(last, mark, part, turn)
                moves.append(Way(dict(last), dict(mark)))
            if part + 1 < len(self._times):
                self._move(mark, part, lambda _, bar: bar.close)
                moves.append(Way(dict(last), dict(mark)))
        return moves

    def _turn(
        self, last: dict[str, Decimal], mark: dict[str, Decimal], part: int, turn: int
    ) -> None:
        """Each price and mark to its first or second extreme, if that falls into this part."""

        def pick(symbol: str, bar: Bar) -> Decimal:
            return bar.low if self._low_first[symbol] is (turn == 0) else bar.high

        for symbol, bar in self._step.bars.items():
            if self._reached[symbol][turn] != part:
                continue
            last[symbol] = pick(symbol, bar)
            if symbol not in self._step.later_marks:
                mark[symbol] = pick(symbol, self._step.marks.get(symbol, bar))
        self._move(mark, part, pick)

    def _move(
        self, mark: dict[str, Decimal], part: int, pick: Callable[[str, Bar], Decimal]
    ) -> None:
        """The marks whose bar is in this part, of prices that have several."""
        for symbol in self._step.later_marks:
            if part in self._marks[symbol]:
                mark[symbol] = pick(symbol, self._marks[symbol][part])
