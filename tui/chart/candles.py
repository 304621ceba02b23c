"""The past of a tape as candles for the chart, and never a price of the future.

While a bar is open only its open is known: it is the last candle then, a mere line. Prices from
before a split are adjusted for it, as on any chart, from the moment of the split.
"""

from __future__ import annotations

from dataclasses import replace

from ledger.market.corporate import splits_of
from ledger.market.tapes.tape import Tape
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import DAY, HOUR, Time
from tui.chart.model import Candle, Mark, resample

FRAMES = (60, 300, 900, 1_800, HOUR, 4 * HOUR, DAY, 7 * DAY)
"""Timeframes of the chart, besides the tape's own interval."""
_MOST = 400
"""Candles to make: more than any terminal shows."""
_DEEPEST = 60_000
"""Bars that are read for one picture."""


def frames_of(interval: int) -> tuple[int, ...]:
    """The timeframes in which a tape of this interval can be shown, its own first."""
    return (interval, *(frame for frame in FRAMES if frame > interval))


def frame_name(seconds: int) -> str:
    """`1m`, `4h`, `1d`, `1w`."""
    for size, unit in ((7 * DAY, "w"), (DAY, "d"), (HOUR, "h"), (60, "m")):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


class History:
    """The candles of one symbol up to the clock; finished ones are made once."""

    def __init__(self, timeline: Timeline, symbol: str) -> None:
        self._tape: Tape = timeline.tapes[symbol]
        self._timeline = timeline
        self._made: list[Candle] = []
        self._frame = 0
        self._next = 0
        self._splits = [(time, by.old / by.new) for time, by in splits_of(self._tape)]
        self._past: Time = 0
        """The last split for which the candles are adjusted."""

    @property
    def interval(self) -> int:
        """Seconds of the tape's own bars."""
        return self._tape.interval

    def candles(self, place: Place, frame: int) -> list[Candle]:
        """What is known at a place, at a timeframe of `frame` seconds."""
        if place.phase is Phase.BEFORE:
            return []
        opened = place.phase is Phase.OPEN
        now = self._timeline.times[place.index] if opened else self._timeline.closes(place.index)
        begun = self._tape.find(now + 1 if opened else now)
        self._pass_to(self._tape.times[begun - 1] if begun else 0)
        if not begun or self._tape.end_of(begun - 1) <= now:
            return self._finished(begun, frame)
        opening = self._opening(begun - 1)
        candles = self._finished(begun - 1, frame)
        return _with_opening(candles, opening, frame, frame == self.interval)

    def _pass_to(self, time: Time) -> None:
        """Make the candles anew when a split is passed, in either direction."""
        past = max((at for at, _ in self._splits if at <= time), default=0)
        if past != self._past:
            self._past, self._next, self._frame = past, 0, 0

    def _factor(self, time: Time) -> float:
        """The adjustment of a price at this time for the splits since."""
        factor = 1.0
        for at, by in self._splits:
            if time < at <= self._past:
                factor *= by
        return factor

    def restated(self, marks: list[Mark]) -> list[Mark]:
        """Marks adjusted like the candles."""
        if not self._past:
            return marks
        return [replace(mark, price=mark.price * self._factor(mark.time)) for mark in marks]

    def _candle(self, index: int) -> Candle:
        candle = _candle(self._tape, index)
        by = self._factor(candle.time)
        if by == 1.0:
            return candle
        return replace(
            candle,
            open=candle.open * by,
            high=candle.high * by,
            low=candle.low * by,
            close=candle.close * by,
            volume=candle.volume / by,
        )

    def _finished(self, end: int, frame: int) -> list[Candle]:
        """Bars before the index `end`. Kept between frames, since the clock only goes forward."""
        if frame != self._frame or end < self._next:
            self._frame, self._made = frame, []
            self._next = max(0, end - min(_DEEPEST, _MOST * max(frame // self.interval, 1)))
        fresh = [self._candle(index) for index in range(self._next, end)]
        self._next = end
        if frame == self.interval:
            self._made = (self._made + fresh)[-_MOST:] if fresh else self._made
        elif fresh:
            self._made = _joined(self._made, resample(fresh, frame))[-_MOST:]
        return self._made

    def _opening(self, index: int) -> Candle:
        price = self._tape.opens[index] * 10.0**-self._tape.scale
        return Candle(self._tape.times[index], price, price, price, price)


def whole_tape(tape: Tape, most: int) -> list[Candle]:
    """A tape from end to end in at most `most` candles: for one that is not played yet."""
    candles = [_candle(tape, index) for index in range(len(tape))]
    per = -(-(tape.end - tape.first) // (most * tape.interval))
    return resample(candles, per * tape.interval)[-most:] if per > 1 else candles


def _candle(tape: Tape, index: int) -> Candle:
    unit = 10.0**-tape.scale
    hole = index > 0 and tape.times[index] - tape.times[index - 1] > tape.interval
    return Candle(
        tape.times[index],
        tape.opens[index] * unit,
        tape.highs[index] * unit,
        tape.lows[index] * unit,
        tape.closes[index] * unit,
        tape.volumes[index] * 10.0**-tape.volume_scale,
        hole_before=hole and tape.continuous,
    )


def _with_opening(candles: list[Candle], opening: Candle, frame: int, own: bool) -> list[Candle]:
    return [*candles, opening] if own else _joined(candles, resample([opening], frame))


def _joined(before: list[Candle], after: list[Candle]) -> list[Candle]:
    """Two stretches of candles; if they meet in one candle, it becomes one."""
    if not before or not after or before[-1].time != after[0].time:
        return [*before, *after]
    old, new = before[-1], after[0]
    meeting = Candle(
        old.time,
        old.open,
        max(old.high, new.high),
        min(old.low, new.low),
        new.close,
        old.volume + new.volume,
        hole_before=old.hole_before,
    )
    return [*before[:-1], meeting, *after[1:]]
