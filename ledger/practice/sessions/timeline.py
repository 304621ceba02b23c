"""The tapes side by side as steps of one clock, and the market at each step."""

from array import array
from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from ledger.market.corporate import CorporateAction, by_open, splits_of
from ledger.market.fences.blocks import Whole
from ledger.market.fences.moments import marks_within, moments, overlap
from ledger.market.fences.price_columns import Column, column
from ledger.market.quote import Bar, Market, Step
from ledger.market.tapes.tape import FundingTape, Tape, place_of
from ledger.practice.sessions.calendars import Calendars
from ledger.times import Time


class Phase(StrEnum):
    """Where inside a step the clock is."""

    BEFORE = "before"
    """Before the first bar: nothing has traded yet."""
    OPEN = "open"
    """At the open of a bar: orders trade at its open price."""
    CLOSED = "closed"
    """After a bar: orders wait for the next open."""


_Bars = dict[str, Bar]
_Later = dict[str, tuple[Bar, ...]]
_BEFORE, _OPEN = Phase.BEFORE, Phase.OPEN  # a module global is read faster than an enum's attribute


@dataclass(frozen=True)
class Timeline:
    """Every moment from `start` up to `end` at which a bar begins, or ends while another runs.

    The bars of each tape that begin in start <= time < end are played, each to its own end.
    """

    tapes: Mapping[str, Tape]
    start: Time
    end: Time
    marks: Mapping[str, Tape] = field(default_factory=dict)
    funding: Mapping[str, FundingTape] = field(default_factory=dict)

    @cached_property
    def synthetic(self) -> dict[str, str]:
        """The symbols with synthetic prices, each with its description."""
        return {symbol: tape.synthetic for symbol, tape in self.tapes.items() if tape.synthetic}

    @cached_property
    def times(self) -> Whole:
        """When the steps begin, in order."""
        if self.overlap:
            return moments(self.tapes.values(), self.start, self.end)
        rows = [t.times[t.find(self.start) : t.find(self.end)] for t in self.tapes.values()]
        if all(row == rows[0] for row in rows[1:]):
            return rows[0]
        return array("q", sorted(set().union(*rows)))

    @cached_property
    def overlap(self) -> bool:
        """Whether a bar of one tape may end while one of another runs: then some bars take several
        steps, and only the last of these shows more than their open."""
        return overlap(self.tapes.values())

    @cached_property
    def calendars(self) -> Calendars:
        """The sessions of each symbol."""
        return Calendars(self.tapes, self.start)

    def __len__(self) -> int:
        return len(self.times)

    def index_at(self, time: Time) -> int:
        """The first step that opens at or after a time."""
        return place_of(time, self.times, self._pace)

    def index_among_begins(self, number: int, phase: Phase) -> int:
        """The step of a place that counts only moments at which a bar begins: the one that opens
        there, or the last one before the next of them."""
        rows = (
            tape.times[n] for tape in self.tapes.values() for n in tape.part(self.start, self.end)
        )
        begins = sorted(set(rows))
        if phase is _OPEN:
            return self.index_at(begins[number])
        return (self.index_at(begins[number + 1]) if number + 1 < len(begins) else len(self)) - 1

    def step(self, index: int, *, ending: bool = False) -> Step:
        """The bars that are open in a step, and what the calendar says about it.

        At its beginning nothing but the open of a bar is known; with `ending`, all of each bar that
        ends with the step.
        """
        key = index, ending and self.overlap
        if key not in self._known:
            self._known.clear()  # a step is read at its open, and again at its close
            self._known[key] = self._made(*key)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[int, bool], Step]:
        return {}

    def _made(self, index: int, ending: bool) -> Step:
        time, closes = self.times[index], self.closes(index)
        bars, marks, later = self._bars(time, closes, ending)
        before, calendars = self.times[index - 1] if index else self.start, self.calendars
        return Step(
            time=time,
            closes=closes,
            bars=bars,
            marks=marks,
            later_marks=later,
            funding={s: r.stamps(before + 1, closes + 1) for s, r in self.funding.items()},
            session_end=self._ends_session(index, closes),
            sessions=calendars.after(time),
            elsewhere=calendars.elsewhere(time) if calendars.others else {},
            ended=self._ended(index, closes) if calendars.others else None,
            actions=self._actions.get(time, ()),
        )

    @cached_property
    def _actions(self) -> dict[Time, tuple[CorporateAction, ...]]:
        return by_open(self.tapes)

    def next_action(self, symbols: Collection[str], index: int) -> int | None:
        """The first step from `index` on at which a dividend or split of these symbols takes
        effect."""
        first = self.times[index] if index < len(self.times) else self.end
        for time, actions in self._actions.items():
            if time >= first and any(action.symbol in symbols for action in actions):
                return self.index_at(time)
        return None

    def _bars(self, time: Time, closes: Time, ending: bool) -> tuple[_Bars, _Bars, _Later]:
        """What is known of the bars of a step: prices, the marks they begin with, later marks."""
        bars: _Bars = {}
        marks: _Bars = {}
        later: _Later = {}
        apart = not self.overlap
        for symbol, tape in self.tapes.items():
            number = tape.at(time) if apart else self._running(tape, time)
            if number is None:
                continue
            bar = tape.bar(number)
            whole = apart or (tape.end_of(number) <= closes and (ending or bar.time == time))
            bars[symbol] = bar if whole else bar.at_open()
            mark = self.marks.get(symbol)
            if mark is None:
                continue
            judging = marks_within(mark, tape, number)
            if judging and mark.times[judging.start] == bar.time:
                first, judging = mark.bar(judging.start), judging[1:]
                marks[symbol] = first if whole else first.at_open()
            if judging and whole:
                later[symbol] = tuple(map(mark.bar, judging))
        return bars, marks, later

    def _running(self, tape: Tape, time: Time) -> int | None:
        """The number of a tape's bar that is open at the time of a step; `None` in a hole."""
        if not self.overlap:
            return tape.at(time)
        number = bisect_right(tape.times, time) - 1
        if number < 0 or tape.times[number] < self.start or tape.end_of(number) <= time:
            return None
        return number

    def session_close(self, index: int, symbol: str) -> Time | None:
        """The end of the session of a symbol that a step is in; `None` past the last step."""
        return self.closes(self.session_end(index, {symbol})) if 0 <= index < len(self) else None

    def session_end(self, index: int, symbols: Collection[str] | None = None) -> int:
        """The first step from one on that ends a session of some symbols, or of any."""
        close = self.calendars.close(self.times[index], symbols)
        return (len(self) if close is None else self.index_at(close)) - 1

    def _ends_session(self, index: int, closes: Time) -> bool:
        """Whether a session ends with a step; with the last step all do."""
        if index + 1 == len(self.times):
            return True
        close = self.calendars.close(self.times[index])
        return close is not None and close <= closes

    def _ended(self, index: int, closes: Time) -> frozenset[str]:
        if index + 1 == len(self.times):
            return frozenset(self.tapes)
        return self.calendars.ended(self.times[index], closes)

    def closes(self, index: int) -> Time:
        """When a step ends: with its bars, but not after the next step has begun."""
        time = self.times[index]
        if self.overlap:
            running = ((tape, self._running(tape, time)) for tape in self.tapes.values())
            end = max(tape.end_of(number) for tape, number in running if number is not None)
        else:
            end = time + self._pace
        return min(end, self.times[index + 1]) if index + 1 < len(self.times) else end

    @cached_property
    def _pace(self) -> int:
        """The length of the shortest bar."""
        return min(tape.interval for tape in self.tapes.values())

    def first_reaching(self, time: Time) -> int:
        """The first step that ends at or after a time: whatever fell due by then is done in it."""
        index = self.index_at(time)
        if index and self.closes(index - 1) >= time:
            return index - 1
        return index

    def prepare(self) -> None:
        """Prepare what is searched later: once for each tape; a long one takes a moment."""
        self.calendars.after(self.start)
        for symbol in self.tapes:
            self.traded(symbol)
            self.judged(symbol, carry=False)
            self.judged(symbol, carry=True)

    def traded(self, symbol: str) -> Column:
        """The highs and lows of a symbol's bars, by step."""
        return self._column(symbol, None, carry=False)

    def judged(self, symbol: str, *, carry: bool) -> Column:
        """The price by which margin is judged, by step; in a hole nothing, or the last price."""
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

        Prices from before a split in that time are adjusted for it.
        """
        reached: tuple[Decimal, Decimal] | None = None
        for time, ratio in splits_of(self.tapes[symbol]):
            if since < time <= until:
                reached = _wider(reached, self.tapes[symbol].extremes(since, time))
                reached = reached and (ratio.price(reached[0]), ratio.price(reached[1]))
                since = time
        return _wider(reached, self.tapes[symbol].extremes(since, until))

    def bar(self, symbol: str, time: Time, now: Time) -> Bar | None:
        """The bar that opened at a time, if one did, adjusted to prices `now`."""
        tape = self.tapes[symbol]
        number = tape.at(time)
        if number is None:
            return None
        bar = tape.bar(number)
        for split, ratio in splits_of(tape):
            if time < split <= now:
                first, high, low, close = map(ratio.price, (bar.open, bar.high, bar.low, bar.close))
                bar = Bar(time, first, high, low, close, ratio.quantity(bar.volume))
        return bar

    def funding_rate(self, symbol: str, until: Time) -> Decimal | None:
        """The last rate up to a time; `None` without a tape of rates."""
        tape = self.funding.get(symbol)
        return None if tape is None else tape.last_until(until)

    def market(self, index: int, phase: Phase) -> Market:
        """The market at a place of the clock."""
        if phase is _BEFORE:
            return Market(time=self.start, last={}, mark={}, history=self)
        time = self.times[index]
        opened = phase is _OPEN
        now = time if opened else self.closes(index)
        last: dict[str, Decimal] = {}
        mark: dict[str, Decimal] = {} if self.marks else last
        marked = set()
        for symbol, tape in self.tapes.items():
            number = tape.find(time)
            if number == len(tape) or tape.times[number] > time:
                number -= 1  # no bar begins here: the last one is open, or has closed
            if number < 0 or tape.times[number] < self.start:
                continue  # it has not traded yet
            end = tape.end_of(number)
            last[symbol] = mark[symbol] = tape.price(number, opening=end > now)
            judged = self._judged(symbol, number, opening=end > now)
            if judged is not None:
                mark[symbol] = judged
                if end > time:
                    marked.add(symbol)
        step = self.step(index)
        return Market(
            time=now,
            last=last,
            mark=mark,
            marked=frozenset(marked),
            trading=frozenset(step.bars) if opened else frozenset(),
            bars=step.bars if opened else {},
            sessions=step.sessions,
            elsewhere=step.elsewhere,
            history=self,
        )

    def _judged(self, symbol: str, number: int, *, opening: bool) -> Decimal | None:
        """The mark at a bar's open, or the last one before; `None` if there is none."""
        mark = self.marks.get(symbol)
        if mark is None:
            return None
        tape = self.tapes[symbol]
        judging = marks_within(mark, tape, number)
        if not judging or (opening and mark.times[judging[0]] > tape.times[number]):
            return None
        return mark.price(judging[0 if opening else -1], opening=opening)


def _wider(
    one: tuple[Decimal, Decimal] | None, other: tuple[Decimal, Decimal] | None
) -> tuple[Decimal, Decimal] | None:
    """The lower of two lows and the higher of two highs."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
