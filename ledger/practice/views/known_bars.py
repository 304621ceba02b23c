"""The bars that an account went through: what it was worth in them, and what prices were when.

Between two events an account does not change, and equity is a sum over what is held: a constant,
and for each symbol an exposure times its price (one over it, for an inverse contract). So a bar
costs a multiplication, not a valuation.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.state import Account, Convention, Position
from ledger.frozen import replace
from ledger.market.rules.rulebook import AccountKind
from ledger.market.tapes.tape import Tape
from ledger.money import ONE, ZERO
from ledger.practice.sessions.statement import equity_of
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.reports.grade.bars import Mark
from ledger.times import DAY, Time

Floats = Sequence[float]


def line(account: Account, held: Sequence[str]) -> tuple[float, list[float]]:
    """Equity as a constant and an exposure to each symbol's price, or to one over it."""
    pockets = account.pockets.values()
    constant = sum((pocket.cash for pocket in pockets), ZERO)
    lends = account.rulebook.kind is not AccountKind.DERIVATIVES
    if lends:
        constant -= sum((pocket.loan.owed() for pocket in pockets), ZERO)
    exposures = []
    for symbol in held:
        position, instrument = account.position(symbol), account.instruments[symbol]
        assert position is not None, "it is held"
        exposure = instrument.exposure(position.quantity)
        if not lends:  # at a price of one, its own inverse, the exposure is the value
            constant += instrument.unrealized(position.quantity, position.basis, ONE) - exposure
        exposures.append(float(exposure))
    return float(constant), exposures


def equities(
    account: Account, held: Sequence[str], summed: tuple[float, Floats], rows: Sequence[Floats]
) -> Floats:
    """What an unchanged account is worth at each row of prices; `summed` is its `line`."""
    constant, exposures = summed
    inverse = [account.instruments[symbol].inverse for symbol in held]
    terms = list(zip(exposures, inverse, strict=True))
    found = []
    for prices in zip(*rows, strict=True):
        equity = constant
        for price, (exposure, over) in zip(prices, terms, strict=True):
            equity += exposure / price if over else exposure * price
        found.append(equity)
    return found


def closing(timeline: Timeline, symbol: str, first: int, end: int) -> Floats:
    """The price by which a symbol is valued at the close of each of some steps."""
    tape, mark = timeline.tapes[symbol], timeline.marks.get(symbol)
    if timeline.overlap or (mark is not None and mark.interval != tape.interval):
        markets = (timeline.market(step, Phase.CLOSED) for step in range(first, end))
        return [float(market.mark[symbol]) for market in markets]
    times = timeline.times[first:end]
    plain = _row(tape, times)
    if mark is None:
        return plain if plain is not None else [_last(tape, time) for time in times]
    judged = None if plain is None else _row(mark, times)
    return judged if judged is not None else [_judged(tape, mark, time) for time in times]


def _row(tape: Tape, times: Sequence[Time]) -> list[float] | None:
    """Closes at these times if there is a bar at each; `None` if there is not."""
    at = tape.find(times[0])
    if tape.times[at : at + len(times)] != times:
        return None
    step = float(tape.step)
    return [close * step for close in tape.closes[at : at + len(times)]]


def _last(tape: Tape, time: Time) -> float:
    return float(tape.price(bisect_right(tape.times, time) - 1, opening=False))


def _judged(tape: Tape, mark: Tape, time: Time) -> float:
    """The mark of the last bar up to a time, or its close where that bar has none."""
    number = bisect_right(tape.times, time) - 1
    at = mark.at(tape.times[number])
    return _last(tape, time) if at is None else float(mark.price(at, opening=False))


@dataclass(frozen=True, slots=True)
class KnownBars:
    """The bars of a timeline, as `reports/grade` asks for them."""

    timeline: Timeline

    def ended(self, at: Time) -> int:
        """How many steps had ended by a time."""
        steps = self.timeline.index_at(at)
        return steps - 1 if steps and self.timeline.closes(steps - 1) > at else steps

    def prices(self, at: Time) -> Mapping[str, Decimal]:
        """What each symbol was judged by at a time: where a bar opened, by its open."""
        steps, times = self.timeline.index_at(at), self.timeline.times
        if steps < len(times) and times[steps] == at:
            return self.timeline.market(steps, Phase.OPEN).mark
        if not steps:
            return {}
        over = self.timeline.closes(steps - 1) <= at
        return self.timeline.market(steps - 1, Phase.CLOSED if over else Phase.OPEN).mark

    def marks(self, account: Account, first: int, end: int, *, whole: bool) -> Iterator[Mark]:
        """What an unchanged account was worth in some steps; of the first one only at its close
        unless it is `whole`.

        A day has its lowest equity and its last, its highest close, and both ends of its deepest
        fall from a close: whatever limit of a day or of a fall was broken, one of these tells.
        """
        held = [position.symbol for position in account.positions()]
        if not held:
            yield self._at_close(account, end - 1)
            return
        closes, worst = self._worth(account, held, first, end)
        if not whole:
            worst = [closes[0], *worst[1:]]
        begin = first
        for step in range(first + 1, end + 1):
            if step == end or self._day(step) != self._day(begin):
                span = slice(begin - first, step - first)
                for number, at_close in _telling(closes[span], worst[span]):
                    unknown = begin + number == first and not whole
                    mark = self._at_close if at_close or unknown else self._at_worst
                    yield mark(account, begin + number)
                begin = step

    def _day(self, step: int) -> int:
        return self.timeline.times[step] // DAY

    def _worth(
        self, account: Account, held: Sequence[str], first: int, end: int
    ) -> tuple[Floats, Floats]:
        """Equity at the close of each step, and the least that it was inside."""
        summed = line(account, held)
        rows = [closing(self.timeline, symbol, first, end) for symbol in held]
        closes = equities(account, held, summed, rows)
        if not _extremes_known(account, held):
            return closes, closes
        rows = [self._against(position, first, end) for position in account.positions()]
        worst = equities(account, held, summed, rows)
        return closes, [min(pair) for pair in zip(closes, worst, strict=True)]

    def _against(self, position: Position, first: int, end: int) -> Floats:
        column = self.timeline.judged(position.symbol, carry=True)
        lows, highs = column.blocks.levels[0]
        unit = float(column.unit)
        return [price * unit for price in (lows if position.quantity > 0 else highs)[first:end]]

    def _at_close(self, account: Account, step: int) -> Mark:
        market = self.timeline.market(step, Phase.CLOSED)
        return Mark(self.timeline.closes(step) - 1, equity_of(account, market))

    def _at_worst(self, account: Account, step: int) -> Mark:
        market = self.timeline.market(step, Phase.CLOSED)
        prices = dict(market.mark)
        for position in account.positions():
            column = self.timeline.judged(position.symbol, carry=True)
            lows, highs = column.blocks.levels[0]
            price = (lows if position.quantity > 0 else highs)[step]
            prices[position.symbol] = price * column.unit
        return Mark(self.timeline.times[step], equity_of(account, replace(market, mark=prices)))


def _extremes_known(account: Account, held: Sequence[str]) -> bool:
    """Whether the worst of a bar is known: of several symbols only by the convention that all are
    at their worst together."""
    return len(held) == 1 or account.convention is Convention.WORST


def _telling(closes: Floats, worst: Floats) -> list[tuple[int, bool]]:
    """The bars of a day that tell it all, in order; each with whether its close is meant."""
    lowest = min(range(len(worst)), key=worst.__getitem__)
    highest = max(range(len(closes)), key=closes.__getitem__)
    peak, fell, fall = 0, None, 1.0
    top = 0
    for number in range(1, len(closes)):
        if closes[top] > 0 and worst[number] / closes[top] < fall:
            peak, fell, fall = top, number, worst[number] / closes[top]
        if closes[number] > closes[top]:
            top = number
    found = {(lowest, False), (highest, True), (len(closes) - 1, True)}
    if fell is not None:
        found |= {(peak, True), (fell, False)}
    return sorted(found)
