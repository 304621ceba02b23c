"""The sessions of a run: the days of each market that have bars, from first open to last close.

The tapes' own bars are the calendar. If a run has instruments of several markets, each has its own
sessions.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import Tape
from ledger.times import DAY, Time

AHEAD = 12
"""Sessions handed to the core in advance: more than any rule book's deadline."""


class Sessions:
    """When the sessions of one market open and close, in order, none inside another."""

    def __init__(self, tapes: Iterable[Tape], start: Time) -> None:
        spans: dict[int, tuple[Time, Time]] = {}
        for tape in sorted(tapes, key=lambda tape: tape.interval):
            known = frozenset(spans) if tape.interval > DAY else frozenset()
            for day, opens, closes in _days(tape, start):
                if day in known:
                    continue  # a weekly bar does not show when its days close
                first, last = spans.get(day, (opens, closes))
                spans[day] = min(first, opens), max(last, closes)
        self._begins: list[Time] = []
        self._closes: list[Time] = []
        for _, (opens, closes) in sorted(spans.items()):
            if not self._closes or closes > self._closes[-1]:
                self._begins.append(opens)
                self._closes.append(closes)
        self._known: dict[int, tuple[Time, ...]] = {}

    def close(self, time: Time) -> Time | None:
        """The close of the session that a time is in, or of the next one; `None` after the last."""
        number = bisect_right(self._closes, time)
        return self._closes[number] if number < len(self._closes) else None

    def after(self, time: Time) -> tuple[Time, ...]:
        """The closes of the next sessions after the one that a time is in."""
        number = bisect_right(self._closes, time)
        if number < len(self._begins) and self._begins[number] <= time:
            number += 1
        if number not in self._known:
            self._known[number] = tuple(self._closes[number : number + AHEAD])
        return self._known[number]


def _days(tape: Tape, start: Time) -> Iterator[tuple[int, Time, Time]]:
    """Each day of a tape from a time on: its number, open and close."""
    times, index = tape.times, tape.find(start)
    while index < len(times):
        first = index
        day = tape.session_day(times[first])
        index += 1
        if tape.interval < DAY:
            index = bisect_left(times, tape.day_after(times[first]), index)
        yield day, times[first], tape.end_of(index - 1)


class Calendars:
    """The sessions of each symbol."""

    def __init__(self, tapes: Mapping[str, Tape], start: Time) -> None:
        self._tapes, self._start = tapes, start
        self.main = next(iter(tapes.values())).market
        """The market of the first tape: in nearly every run the only one."""
        self.others = {s: tape.market for s, tape in tapes.items() if tape.market is not self.main}

    @cached_property
    def _sessions(self) -> dict[Trades, Sessions]:
        tapes = self._tapes.values()
        return {
            market: Sessions([tape for tape in tapes if tape.market is market], self._start)
            for market in dict.fromkeys(tape.market for tape in tapes)
        }

    def after(self, time: Time) -> tuple[Time, ...]:
        """The closes of the next sessions of the first tape's market."""
        return self._sessions[self.main].after(time)

    def elsewhere(self, time: Time) -> dict[str, tuple[Time, ...]]:
        """The same, by symbol, for symbols that trade in another market."""
        return {
            symbol: self._sessions[market].after(time) for symbol, market in self.others.items()
        }

    def close(self, time: Time, symbols: Iterable[str] | None = None) -> Time | None:
        """The next close of a session of some symbols, or of any; `None` after the last."""
        if not self.others:
            return self._sessions[self.main].close(time)
        markets: Iterable[Trades] = self._sessions
        if symbols is not None:
            markets = {self._tapes[symbol].market for symbol in symbols}
        closes = [self._sessions[market].close(time) for market in markets]
        return min((close for close in closes if close is not None), default=None)

    def ended(self, time: Time, closes: Time) -> frozenset[str]:
        """The symbols whose session closes in a step between these times."""
        symbols = set()
        for symbol, tape in self._tapes.items():
            close = self._sessions[tape.market].close(time)
            if close is not None and close <= closes:
                symbols.add(symbol)
        return frozenset(symbols)
