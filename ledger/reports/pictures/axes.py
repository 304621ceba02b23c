"""A plot's frame: values to places, and round numbers along an axis."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

from ledger.reports.pictures.svg import Drawing, Point

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of a drawing in which values from low to high are shown on both axes."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: float, y: float) -> Point:
        """Where a pair of values lies."""
        return self.across(x), self.down(y)

    def across(self, x: float) -> float:
        """Where a value lies from the left."""
        low, high = self.x
        return self.left + self.width * (x - low) / ((high - low) or 1.0)

    def down(self, y: float) -> float:
        """Where a value lies from the top."""
        low, high = self.y
        return self.top + self.height * (1 - (y - low) / ((high - low) or 1.0))

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


def ticks(low: float, high: float, most: int = 5) -> Iterator[float]:
    """At most about so many round values between two."""
    span = high - low
    if span <= 0:
        yield low
        return
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in _ROUND if power * each >= rough * 0.999)
    for count in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1):
        yield count * step


def rules(drawing: Drawing, frame: Frame, label: Callable[[float], str], most: int = 5) -> None:
    """Lines across at round values, labelled at the left."""
    for value in ticks(*frame.y, most):
        y = frame.down(value)
        drawing.line((frame.left, y), (frame.right, y), "rule")
        drawing.text((frame.left - 6, y + 4), label(value), "dim", "right")


def padded(low: float, high: float, share: float = 0.05) -> tuple[float, float]:
    """The same range with some room at both ends; around one value, room for a line."""
    room = (high - low) * share or abs(high) * share or 1.0
    return low - room, high + room
