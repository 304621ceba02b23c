"""The tapes side by side as steps of one clock, and what the market is at each of them."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from ledger.market.blocks import Whole
from ledger.market.columns import Column, column
from ledger.market.corporate import CorporateAction, by_open, splits_of
from ledger.market.quote import Bar, Market, Step
from ledger.market.tape import FundingTape, Tape, place_of
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


_BEFORE, _OPEN = Phase.BEFORE, Phase.OPEN  # looked up once: see `account/demand.py`


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
    def times(self) -> Whole:
        """Opening times of the steps, in order."""
        rows = [t.times[t.find(self.start) : t.find(self.end)] for t in self.tapes.values()]
        if all(row == rows[0] for row in rows[1:]):
            return rows[0]
        return array("q", sorted(set().union(*rows)))

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
        return place_of(time, self.times, self._pace)

    def step(self, index: int) -> Step:
        """The bars that open at the step's time, and what the calendar says of it."""
        if index not in self._known:
            self._known.clear()  # a step is asked for at its open, and again at its close
            self._known[index] = self._made(index)
        return self._known[index]

    @cached_property
    def _known(self) -> dict[int, Step]:
        return {}

    def _made(self, index: int) -> Step:
        time, closes = self.times[index], self.closes(index)
        bars = self._bars(self.tapes, time)
        before = self.times[index - 1] if index else self.start
        return Step(
            time=time,
            closes=closes,
            bars=bars,
            marks=self._marks(time, bars) if self.marks else {},
            funding={s: r.stamps(before + 1, closes + 1) for s, r in self.funding.items()},
            session_end=index + 1 == len(self.times) or self.times[index + 1] // DAY > time // DAY,
            sessions=self._sessions_after(time),
            actions=self._actions.get(time, ()),
        )

    @cached_property
    def _actions(self) -> dict[Time, tuple[CorporateAction, ...]]:
        return by_open(self.tapes)

    def next_action(self, symbols: Collection[str], index: int) -> int | None:
        """The first step from an index on at which a dividend or split of these takes effect."""
        first = self.times[index] if index < len(self.times) else self.end
        for time, actions in self._actions.items():
            if time >= first and any(action.symbol in symbols for action in actions):
                return self.index_at(time)
        return None

    def _marks(self, time: Time, traded: Mapping[str, Bar]) -> dict[str, Bar]:
        bars = self._bars(self.marks, time)
        return {symbol: bar for symbol, bar in bars.items() if symbol in traded}

    def session_close(self, index: int) -> Time | None:
        """When the session ends that a step is in; `None` past the last step."""
        return self.closes(self.session_end(index)) if 0 <= index < len(self) else None

    def closes(self, index: int) -> Time:
        """When a step ends: with its longest bar, but not after the next step has begun."""
        if self._interval is not None:
            longest = self._interval
        else:
            longest = max(self.tapes[symbol].interval for symbol in self._trading(index))
        end = self.times[index] + longest
        return min(end, self.times[index + 1]) if index + 1 < len(self.times) else end

    @cached_property
    def _interval(self) -> int | None:
        """How long a bar is, where all are equally long."""
        intervals = {tape.interval for tape in self.tapes.values()}
        return intervals.pop() if len(intervals) == 1 else None

    @cached_property
    def _pace(self) -> int:
        """How far apart steps are at the least where every bar traded."""
        return min(tape.interval for tape in self.tapes.values())

    def session_end(self, index: int) -> int:
        """The last step of the session that a step is in: of its day."""
        return self.index_at((self.times[index] // DAY + 1) * DAY) - 1

    def first_reaching(self, time: Time) -> int:
        """The first step that ends at or after a time: whatever fell due by then is done in it."""
        index = self.index_at(time)
        if index and self.closes(index - 1) >= time:
            return index - 1
        return index

    def _sessions_after(self, time: Time) -> tuple[Time, ...]:
        day = time // DAY
        if day not in self._ahead:
            days, ends_of = self.sessions
            first = bisect_right(days, day)
            self._ahead[day] = tuple(ends_of[first : first + AHEAD])
        return self._ahead[day]

    @cached_property
    def _ahead(self) -> dict[int, tuple[Time, ...]]:
        return {}

    @staticmethod
    def _bars(tapes: Mapping[str, Tape], time: Time) -> dict[str, Bar]:
        return {
            symbol: tape.bar(number)
            for symbol, tape in tapes.items()
            if (number := tape.at(time)) is not None
        }

    def _trading(self, index: int) -> list[str]:
        """The symbols that have a bar at a step."""
        time = self.times[index]
        return [symbol for symbol, tape in self.tapes.items() if tape.at(time) is not None]

    def prepare(self) -> None:
        """Work out beforehand what is searched later: once for a tape, a moment for a long one."""
        self._sessions_after(self.start)
        for symbol in self.tapes:
            self.traded(symbol)
            self.judged(symbol, carry=False)
            self.judged(symbol, carry=True)

    def traded(self, symbol: str) -> Column:
        """What a symbol's bars reach, by step."""
        return self._column(symbol, None, carry=False)

    def judged(self, symbol: str, *, carry: bool) -> Column:
        """What margin is judged by, by step; in a hole nothing, or the price carried on."""
        return self._column(symbol, self.marks.get(symbol), carry=carry)

    def _column(self, symbol: str, mark: Tape | None, *, carry: bool) -> Column:
        key = symbol, mark is not None, carry
        if key not in self._columns:
            plain = self._column(symbol, mark, carry=False) if carry else None
            if plain is None or not plain.whole:
                plain = column(self.tapes[symbol], self.times, mark, carry=carry)
            self._columns[key] = plain
        return self._columns[key]

    @cached_property
    def _columns(self) -> dict[tuple[str, bool, bool], Column]:
        return {}

    def extremes(self, symbol: str, since: Time, until: Time) -> tuple[Decimal, Decimal] | None:
        """Lowest low and highest high of the bars with since <= time < until.

        Prices from before a split in that time are told as they would be after it.
        """
        found: tuple[Decimal, Decimal] | None = None
        for time, ratio in splits_of(self.tapes[symbol]):
            if since < time <= until:
                found = _wider(found, self._reached(symbol, since, time))
                found = found and (ratio.price(found[0]), ratio.price(found[1]))
                since = time
        return _wider(found, self._reached(symbol, since, until))

    def _reached(self, symbol: str, since: Time, until: Time) -> tuple[Decimal, Decimal] | None:
        first, end = self.index_at(since), self.index_at(until)
        if first >= end:
            return None
        bars = self.traded(symbol)
        low, high = bars.blocks.extremes(first, end)
        return (bars.unit * low, bars.unit * high) if low <= high else None

    def market(self, index: int, phase: Phase) -> Market:
        """The market as it is when the clock rests here."""
        if phase is _BEFORE:
            return Market(time=self.start, last={}, mark={}, history=self)
        time = self.times[index]
        opened = phase is _OPEN
        last: dict[str, Decimal] = {}
        mark: dict[str, Decimal] = {} if self.marks else last
        marked = set()
        for symbol, tape in self.tapes.items():
            number = tape.find(time)
            if number == len(tape) or tape.times[number] > time:
                number -= 1  # a hole: its last bar stands
            if number < 0 or tape.times[number] < self.start:
                continue  # it has not traded yet
            began = tape.times[number]
            opening = opened and began == time
            last[symbol] = mark[symbol] = tape.price(number, opening=opening)
            judge = self.marks.get(symbol)
            judging = None if judge is None else judge.at(began)
            if judge is not None and judging is not None:
                mark[symbol] = judge.price(judging, opening=opening)
                if began == time:
                    marked.add(symbol)
        return Market(
            time=time if opened else self.closes(index),
            last=last,
            mark=mark,
            marked=frozenset(marked),
            trading=frozenset(self._trading(index)) if opened else frozenset(),
            bars=self.step(index).bars if opened else {},
            sessions=self._sessions_after(time),
            history=self,
        )


def _wider(
    one: tuple[Decimal, Decimal] | None, other: tuple[Decimal, Decimal] | None
) -> tuple[Decimal, Decimal] | None:
    """The lower of two lows and the higher of two highs."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
