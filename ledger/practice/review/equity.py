"""Equity at the close of every bar, from events folded once and the tapes they happened on.

Between two events an account does not change, and equity is a sum over what is held: a constant,
and for each symbol an exposure times its price (one over it, for an inverse contract). So a bar
costs a multiplication, not a valuation.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.market.rules.rulebook import AccountKind
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import Tape
from ledger.money import ONE, ZERO
from ledger.practice.forks.record import Group
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.statement import equity_of
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.reports.performance.equity_curve import EquityCurve, Stretch
from ledger.times import DAY, Time

_FLOWS = frozenset({e.Deposited, e.Withdrawn, e.Swept})


class Days:
    """The trading day of each step of a clock: of the market of coins if one is traded, since it
    never closes, else of the first tape's."""

    def __init__(self, timeline: Timeline) -> None:
        tapes = list(timeline.tapes.values())
        around = [tape for tape in tapes if tape.market is Trades.COINS]
        tape = min(around or tapes[:1], key=lambda tape: tape.interval)
        self._steps, self._market = len(timeline), tape.market
        self.begins: list[int] = []
        self.numbers: list[int] = []
        for first, day in _days(timeline, tape):
            if not self.numbers or self.numbers[-1] != day:
                self.begins.append(first)
                self.numbers.append(day)

    @property
    def per_year(self) -> int:
        """Days that a year of this market counts."""
        return 365 if self._market is Trades.COINS else 252

    def of(self, step: int) -> int:
        """The day of a step, counted from 1970; that of the first before it."""
        return self.numbers[max(bisect_right(self.begins, step) - 1, 0)]

    def first_step(self, day: int) -> int:
        """The first step of a day, or of the first one after it that has any."""
        at = bisect_left(self.numbers, day)
        return self.begins[at] if at < len(self.begins) else self._steps

    def steps(self, day: int) -> range:
        """The steps of a day."""
        return range(self.first_step(day), self.first_step(day + 1))

    def ends(self, first: int, end: int) -> Iterator[int]:
        """The last steps of the days that end within some steps."""
        at = bisect_right(self.begins, first)
        for begin in (*self.begins[at:], self._steps):
            if begin > end:
                return
            yield begin - 1


def _days(timeline: Timeline, tape: Tape) -> Iterator[tuple[int, int]]:
    """The first step of each day, and its number: of a blind account's as it shows its dates."""
    times, index, moved = timeline.times, 0, tape.shift // DAY
    while index < len(times):
        time = times[index]
        yield index, tape.session_day(time) + moved
        index += 1
        if tape.interval < DAY:
            index = bisect_left(times, tape.day_after(time), index)


class Marker:
    """Follows an account through its events and marks its equity on the way."""

    def __init__(self, timeline: Timeline, days: Days) -> None:
        self._timeline, self._days = timeline, days
        self.account: Account | None = None
        self._stretches = [Stretch()]
        self._marked = -1
        """The last step whose close was marked."""

    @property
    def curve(self) -> EquityCurve:
        """The curve so far, without the times at which there was nothing."""
        return EquityCurve(tuple(each for each in self._stretches if any(each.equity)))

    def reach(self, place: Place, *, over: bool) -> None:
        """Mark the closes up to a place of the clock; that of its own bar only if it is `over`."""
        end = place.index + (over and place.phase is Phase.CLOSED)
        first, self._marked = self._marked + 1, max(self._marked, end - 1)
        if first < end and self.account is not None:
            self._mark_closes(self.account, first, end)

    def is_over(self, group: Group) -> bool:
        """Whether the bar at whose close something happened was over before: what a command led to,
        or the time after it."""
        return group.wished or (
            group.place.index >= 0 and group.at > self._timeline.closes(group.place.index)
        )

    def take(
        self, group: Group, events: Sequence[e.Event], before: Account, after: Account
    ) -> None:
        """Go on over the events of one cause; money paid in or out cuts the curve."""
        self.account = after
        if not _FLOWS.isdisjoint(map(type, events)):
            market = self._timeline.market(group.place.index, group.place.phase)
            self._mark(group.at, float(equity_of(before, market)), group.place.index)
            self._stretches.append(Stretch())
            self._mark(group.at, float(equity_of(after, market)), group.place.index)
            return
        if not before.positions():  # until here it was worth the same
            self._mark(group.at, _line(before, ())[0], group.place.index)
        if not after.positions():
            self._mark(events[-1].at, _line(after, ())[0], group.place.index)

    def stop(self, place: Place, time: Time) -> None:
        """Mark where the clock was left."""
        self.reach(place, over=True)
        if self.account is not None and place.index >= 0:
            market = self._timeline.market(place.index, place.phase)
            self._mark(time, float(equity_of(self.account, market)), place.index)

    def _mark(self, time: Time, equity: float, step: int) -> None:
        self._stretches[-1].mark(time, equity, self._days.of(step))

    def _mark_closes(self, account: Account, first: int, end: int) -> None:
        held = [position.symbol for position in account.positions()]
        constant, exposures = _line(account, held)
        timeline, closes = self._timeline, self._timeline.closes
        if not held:
            for step in self._days.ends(first, end):
                self._mark(closes(step), constant, step)
            return
        rows = [closing(timeline, symbol, first, end) for symbol in held]
        inverse = [account.instruments[symbol].inverse for symbol in held]
        terms = list(zip(exposures, inverse, strict=True))
        for step, prices in enumerate(zip(*rows, strict=True), first):
            equity = constant
            for price, (exposure, over) in zip(prices, terms, strict=True):
                equity += exposure / price if over else exposure * price
            self._mark(closes(step), equity, step)


def _line(account: Account, held: Sequence[str]) -> tuple[float, list[float]]:
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


def closing(timeline: Timeline, symbol: str, first: int, end: int) -> list[float]:
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
