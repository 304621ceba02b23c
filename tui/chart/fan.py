"""The fan beside the candles: where simulated futures of the price lie, from now to the horizon.

It has a time scale of its own: thirty days of it fit beside an hour of candles. The outer shade
holds most of the futures, the inner one the middle half of them, and the line is the median.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.chart.axes import Scale
from tui.chart.model import Grid

_OUTER, _INNER, _MIDDLE, _NOW = "░", "▒", "─", "┊"
_WIDEST, _USUAL, _NARROWEST = 40, 12, 6


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles along the time, each point from the lowest to the highest, an odd number of them.

    `label` is the distance of the last point from now.
    """

    points: Sequence[tuple[float, ...]]
    label: str

    @property
    def reach(self) -> tuple[float, ...]:
        """Its lowest and its highest price."""
        if not self.points:
            return ()
        return min(point[0] for point in self.points), max(point[-1] for point in self.points)


def width_of(fan: Fan | None, plot: int) -> int:
    """Its columns out of those of the plot: a third, up to half if there are few, or none."""
    if fan is None or not fan.points or plot // 2 < _NARROWEST:
        return 0
    return min(max(plot // 3, min(plot // 2, _USUAL)), _WIDEST)


def draw_fan(grid: Grid, fan: Fan, scale: Scale, columns: range, rows: int) -> None:
    """Draw shades over the columns, and a line for now before the first of them.

    Levels are drawn before it, and show through in every second column.
    """
    for y in range(rows):
        if grid.chars[y][columns.start - 1] == " ":
            grid.put(columns.start - 1, y, _NOW, "hole")
    for place, x in enumerate(columns):
        point = fan.points[(place + 1) * len(fan.points) // len(columns) - 1]
        levels = [scale.row(price) for price in point]
        quarter = len(point) // 4
        for y in range(levels[-1], levels[0] + 1):
            if x % 2 and grid.chars[y][x] != " ":
                continue
            inner = levels[-1 - quarter] <= y <= levels[quarter]
            middle = y == levels[len(point) // 2]
            char = _MIDDLE if middle else _INNER if inner else _OUTER
            grid.put(x, y, char, "fan-middle" if middle else "fan")


def label_fan(grid: Grid, fan: Fan, columns: range) -> None:
    """Write the horizon under its end, over whatever was written there."""
    grid.write(columns.start - 1, grid.height - 1, " " * (len(columns) + 1), "")
    label = fan.label[: len(columns)]
    grid.write(columns.stop - len(label), grid.height - 1, label, "axis")
