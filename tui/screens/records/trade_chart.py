"""The bars of a trade's chart at a moment of the walk: what was known then, and no bar more."""

from __future__ import annotations

from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase
from ledger.reports.trades.trade import Trade
from ledger.times import DAY, Time
from tui.chart.candles import History, frames_of
from tui.chart.model import Candle
from tui.runtime.journal_book import Clock

_BARS = 48
"""Candles into which a whole trade should fit."""


class Walk:
    """A cursor on the account's clock, which moves within the trade and a while around it."""

    def __init__(self, trade: Trade, clock: Clock) -> None:
        self._timeline, self._end = clock.timeline, clock.place
        self._history = History(clock.timeline, trade.symbol)
        self.frame = _frame(trade.seconds, frames_of(self._history.interval))
        around = max(trade.seconds, 20 * self.frame, DAY)
        self._first = self._index(trade.opened_at - 20 * self.frame)
        ended = trade.seen_until if trade.closed_at is None else trade.closed_at
        self._last = min(self._index(ended + around), self._end.index)
        self.index = min(self._index(ended), self._last)

    def _index(self, time: Time) -> int:
        """The step in which a moment lies."""
        times = self._timeline.times
        index = self._timeline.index_at(time)
        if index == len(times) or times[index] > time:
            index -= 1
        return max(index, 0)

    @property
    def time(self) -> Time:
        """When the bar under the cursor opened."""
        return self._timeline.times[self.index]

    @property
    def known_until(self) -> Time:
        """What has happened by then is shown."""
        if self.index == self._end.index and self._end.phase is Phase.OPEN:
            return self.time
        return self._timeline.closes(self.index)

    def move(self, candles: int) -> None:
        """By so many candles, within the bounds of the walk and of the account's clock."""
        bars = max(self.frame // self._history.interval, 1)
        self.index = min(max(self.index + candles * bars, self._first), self._last)

    def go_to(self, time: Time) -> None:
        """To the bar in which something happened."""
        self.index = min(max(self._index(time), 0), self._last)

    def candles(self) -> list[Candle]:
        """The bars up to the cursor."""
        same = self.index == self._end.index
        phase = self._end.phase if same else Phase.CLOSED
        return self._history.candles(Place(self.index, phase), self.frame)


def _frame(seconds: int, frames: tuple[int, ...]) -> int:
    """The shortest timeframe in which a trade fits."""
    return next((frame for frame in frames if frame * _BARS >= seconds), frames[-1])
