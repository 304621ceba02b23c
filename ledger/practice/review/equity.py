"""Equity at the close of every bar, from events folded once and the tapes they happened on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import Tape
from ledger.practice.forks.record import Group
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.statement import equity_of
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.practice.views.known_bars import closing, equities, line
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
            self._mark(group.at, line(before, ())[0], group.place.index)
        if not after.positions():
            self._mark(events[-1].at, line(after, ())[0], group.place.index)

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
        summed = line(account, held)
        timeline, closes = self._timeline, self._timeline.closes
        if not held:
            for step in self._days.ends(first, end):
                self._mark(closes(step), summed[0], step)
            return
        rows = [closing(timeline, symbol, first, end) for symbol in held]
        for step, equity in enumerate(equities(account, held, summed, rows), first):
            self._mark(closes(step), equity, step)
