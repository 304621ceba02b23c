"""What has become of a symbol lately: its recent closes, and the close before its session.

Never a price of the future. Prices from before a split are adjusted for it, as on the chart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.market.corporate import Ratio, splits_of
from ledger.market.tapes.sessions import session_day
from ledger.market.tapes.tape import Tape
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import DAY, Time

_LONGEST = DAY // 60
"""Bars of the longest session: a day of minutes."""


@dataclass(frozen=True, slots=True)
class Lately:
    """The last closes as whole numbers of a common scale, oldest first.

    `before` is the last close of the session before; `None` on a tape's first day.
    """

    closes: tuple[int, ...]
    before: Decimal | None


def lately(timeline: Timeline, symbol: str, place: Place, most: int) -> Lately:
    """What is known at a place, with at most so many closes; the last one is the price now."""
    if place.phase is Phase.BEFORE:
        return Lately((), None)
    tape = timeline.tapes[symbol]
    is_open = place.phase is Phase.OPEN
    now = timeline.times[place.index] if is_open else timeline.closes(place.index)
    begun = tape.find(now + 1 if is_open else now)
    if not begun:
        return Lately((), None)
    finished = begun if tape.end_of(begun - 1) <= now else begun - 1
    splits = [(at, by) for at, by in splits_of(tape) if at <= tape.times[begun - 1]]
    recent = range(max(finished - most, 0), finished)
    closes = [_adjusted(tape, index, splits) for index in recent]
    if finished < begun:
        closes.append(Decimal(tape.opens[begun - 1]))
    first = _first_of_session(tape, begun - 1)
    before = _adjusted(tape, first - 1, splits).scaleb(-tape.scale) if first else None
    return Lately(tuple(int(close) for close in closes[-most:]), before)


def _first_of_session(tape: Tape, index: int) -> int:
    """The first bar of the session that a bar belongs to."""

    def day(bar: int) -> int:
        return session_day(tape.market, tape.times[bar], tape.interval)

    earliest = max(index - _LONGEST, 0)
    return bisect_left(range(index + 1), day(index), lo=earliest, key=day)


def _adjusted(tape: Tape, index: int, splits: Sequence[tuple[Time, Ratio]]) -> Decimal:
    """A close in the tape's own scale, as it reads after these splits."""
    close = Decimal(tape.closes[index])
    for at, by in splits:
        if tape.times[index] < at:
            close = by.price(close)
    return close
