"""The tapes side by side as steps of one clock, and what the market is at each of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from ledger.market.quote import Bar, Market, Step
from ledger.market.tape import FundingTape, Tape
from ledger.market.times import DAY, Time

AHEAD = 12
"""Sessions the core is told of: more than any rule book's deadline."""


class Phase(StrEnum):
    """Where inside a step the clock rests."""

    BEFORE = "before"
    """Before the first bar: nothing has traded yet."""
    OPEN = "open"
    """At the open of a bar: orders trade at its open price."""
    CLOSED = "closed"
    """After a bar: orders wait for the next open."""


@dataclass(frozen=True)
class Timeline:
    """Every moment from `start` up to `end` at which some tape has a bar."""

    tapes: Mapping[str, Tape]
    start: Time
    end: Time
    marks: Mapping[str, Tape] = field(default_factory=dict)
    funding: Mapping[str, FundingTape] = field(default_factory=dict)

    @cached_property
    def synthetic(self) -> dict[str, str]:
        """The symbols whose prices nobody recorded, each with what it is made of."""
        return {symbol: tape.synthetic for symbol, tape in self.tapes.items() if tape.synthetic}

    @cached_property
    def times(self) -> list[Time]:
        """Opening times of the steps, in order."""
        if len(self.tapes) == 1:
            (tape,) = self.tapes.values()
            return list(tape.times[tape.find(self.start) : tape.find(self.end)])
        found: set[Time] = set()
        for tape in self.tapes.values():
            found.update(tape.times[tape.find(self.start) : tape.find(self.end)])
        return sorted(found)

    @cached_property
    def sessions(self) -> tuple[list[int], list[Time]]:
        """The days that have bars, and the close of each: the end of its last bar."""
        last: dict[int, Time] = {}
        for tape in self.tapes.values():
            times = tape.times
            index = tape.find(self.start)
            while index < len(times):
                day = times[index] // DAY
                index = bisect_left(times, (day + 1) * DAY, index)
                last[day] = max(last.get(day, 0), times[index - 1] + tape.interval)
        days = sorted(last)
        return days, [last[day] for day in days]

    def __len__(self) -> int:
        return len(self.times)

    def index_at(self, time: Time) -> int:
        """The first step that opens at or after a time."""
        return bisect_left(self.times, time)

    def step(self, index: int) -> Step:
        """The bars that open at the step's time, and what the calendar says of it."""
        time = self.times[index]
        bars = self._bars(self.tapes, time)
        closes = time + max(self.tapes[symbol].interval for symbol in bars)
        following = self.times[index + 1] if index + 1 < len(self.times) else None
        if following is not None:
            closes = min(closes, following)
        marks = {s: b for s, b in self._bars(self.marks, time).items() if s in bars}
        days, ends_of = self.sessions
        ahead = bisect_right(days, time // DAY)
        ends = following is None or following // DAY != time // DAY
        before = self.times[index - 1] if index else self.start
        return Step(
            time=time,
            closes=closes,
            bars=bars,
            marks=marks,
            funding={s: r.stamps(before + 1, closes + 1) for s, r in self.funding.items()},
            session_end=ends,
            sessions=tuple(ends_of[ahead : ahead + AHEAD]),
        )

    def session_close(self, index: int) -> Time | None:
        """When the session ends that a step is in; `None` past the last step."""
        if not 0 <= index < len(self):
            return None
        tomorrow = (self.times[index] // DAY + 1) * DAY
        return self.step(self.index_at(tomorrow) - 1).closes

    @staticmethod
    def _bars(tapes: Mapping[str, Tape], time: Time) -> dict[str, Bar]:
        found = {}
        for symbol, tape in tapes.items():
            index = tape.find(time)
            if index < len(tape) and tape.times[index] == time:
                found[symbol] = tape.bar(index)
        return found

    def extremes(self, symbol: str, since: Time, until: Time) -> tuple[Decimal, Decimal] | None:
        """Lowest low and highest high of the bars with since <= time < until."""
        return self.tapes[symbol].extremes(since, until)

    def market(self, index: int, phase: Phase) -> Market:
        """The market as it is when the clock rests here."""
        if phase is Phase.BEFORE:
            return Market(time=self.start, last={}, mark={}, history=self)
        step = self.step(index)
        last: dict[str, Decimal] = {}
        mark: dict[str, Decimal] = {}
        for symbol in self.tapes:
            traded = self._price(self.tapes[symbol], step.time, phase)
            if traded is not None:
                last[symbol] = traded
                marked = self.marks.get(symbol)
                judged = self._price(marked, step.time, phase) if marked else None
                mark[symbol] = traded if judged is None else judged
        opened = phase is Phase.OPEN
        return Market(
            time=step.time if opened else step.closes,
            last=last,
            mark=mark,
            marked=frozenset(step.marks),
            trading=frozenset(step.bars) if opened else frozenset(),
            bars=step.bars if opened else {},
            sessions=step.sessions,
            history=self,
        )

    def _price(self, tape: Tape, time: Time, phase: Phase) -> Decimal | None:
        """The open of the bar at this time, else the close of the last bar up to it."""
        index = tape.find(time)
        here = index < len(tape) and tape.times[index] == time
        if here:
            bar = tape.bar(index)
            return bar.open if phase is Phase.OPEN else bar.close
        if index == 0 or tape.times[index - 1] < self.start:
            return None
        return tape.bar(index - 1).close
