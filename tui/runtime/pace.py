"""How fast the market's clock goes: in whole bars that are due, never in scaled time.

A run's result does not depend on its speed: a frame only decides how many bars are due now.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

FRAMES_PER_SECOND = 15
BUDGET = 0.008
"""Seconds of each frame that the engine may take."""
HURRY = 0.025
"""The same while the clock runs to the next event and there is nothing else to show."""
_LONGEST_FRAME = 0.5
_MOST_DEBT = 0.25
"""Seconds of bars that may be owed: beyond this the clock slows down instead of freezing."""

SPEEDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0, 20_000.0)
"""Bars per second; the highest are reached where most bars are quiet."""

EXAM_SPEED = 1.0
"""Bars per second at most while a margin call is open in an exam."""


@dataclass(slots=True)
class Pace:
    """Counts the bars that are due, and those that were done."""

    index: int = 1
    running: bool = False
    hurrying: bool = False
    """Running to the next event, at full speed."""
    limit: float | None = None
    """Bars per second at most, whatever was chosen; then nothing is hurried either."""
    _owed: float = 0.0
    _since: float | None = None
    _done: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def speed(self) -> float:
        """The bars per second that were chosen, within the limit."""
        chosen = SPEEDS[self.index]
        return chosen if self.limit is None else min(chosen, self.limit)

    def change(self, steps: int) -> None:
        """Go faster or slower, within the list."""
        self.index = min(max(self.index + steps, 0), len(SPEEDS) - 1)

    def start(self, *, hurry: bool = False) -> None:
        """Run from here, with the first bar due at once."""
        self.running, self.hurrying = True, hurry and self.limit is None
        self._owed = 1.0
        self._since = None
        self._done.clear()

    def stop(self) -> None:
        """Stop the clock."""
        self.running = self.hurrying = False
        self._owed = 0.0
        self._done.clear()

    def elapse(self, seconds: float) -> None:
        """Add wall time, in seconds."""
        if self.running:
            due = self._owed + min(seconds, _LONGEST_FRAME) * self.speed
            self._owed = min(due, max(self.speed * _MOST_DEBT, 1.0) + 1.0)

    @property
    def due(self) -> bool:
        """Whether a bar is due now."""
        return self.running and (self.hurrying or self._owed >= 1.0)

    @property
    def bars_due(self) -> int | None:
        """How many are due now; `None` means no limit."""
        return None if self.hurrying else int(self._owed)

    def stepped(self, now: float, bars: int) -> None:
        """Record that `bars` were done by `now`."""
        if not self.hurrying:
            self._owed -= bars
        self._since = now if self._since is None else self._since
        self._done.append((now, bars))

    def measured(self, now: float) -> float | None:
        """Bars done within the last second; `None` if there were none."""
        while self._done and self._done[0][0] < now - 1.0:
            self._done.popleft()
        return float(sum(bars for _, bars in self._done)) if self._done else None

    def settled(self, now: float) -> bool:
        """Whether it has run long enough to be measured."""
        return self._since is not None and now - self._since > 1.0


def multiple_of(bars_per_second: float, interval: int) -> str:
    """Market time per second of wall time: `x300`."""
    times = bars_per_second * interval
    return f"x{times:,.0f}" if times >= 1 else f"x{times:.1f}"
