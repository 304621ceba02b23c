"""Margin health as a bar, a number and a word, so that it can be read at any distance.

The bar carries a tick at the call and one at the liquidation. Where low is bad the call is in the
middle and the bar empties toward it; where high is bad the bar fills toward the liquidation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.text import format as fmt
from tui.widgets.meanings import DRAWN, GAUGE_MEANINGS, component_css, legible

Rung = Literal["safe", "warned", "called", "liquidating"]
Run = tuple[str, str]
"""Text and style."""

_WORDS: dict[Rung, str] = {
    "safe": "safe",
    "warned": "WARNING",
    "called": "MARGIN CALL",
    "liquidating": "LIQUIDATION",
}
_PARTS = " ▏▎▍▌▋▊▉█"
_EMPTY, _CALL, _LIQUIDATION = "·", "│", "┃"
_LEAST_BAR, _MOST_BAR = 10, 40
_LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class Health:
    """One pocket's health as ratios, and on which side of them the danger lies."""

    name: str
    value: Decimal | None
    call: Decimal | None
    liquidation: Decimal | None
    worse: Literal["low", "high"]
    level: Rung = "safe"


def gauge(
    health: Health, width: int, *, name_width: int = 0, ascii_only: bool = False
) -> list[Run]:
    """One line of exactly `width` cells; the number and the word are dropped last.

    Parts have fixed widths, so that the bars of several pockets are aligned.
    """
    runs = _layout(health, max(width, 0), name_width)
    if ascii_only:
        return [(fmt.asciify(text), style) for text, style in runs]
    return runs


def name_of(health: Health) -> str:
    """The pocket's name as it is drawn."""
    return fmt.plain(health.name, _LONGEST_NAME)


def _layout(health: Health, width: int, name_width: int) -> list[Run]:
    word = (f" {_word(health):^15} ", f"word-{health.level}")
    number = (f"{fmt.percent(_finite(health.value)):>8} ", health.level)
    name = (f"{name_of(health):<{name_width}} ", "strong")
    marks = [_mark("call", health.call), _mark("liq", health.liquidation)]
    room = (f"  {distance(health):<22}", "")
    for before, after in (
        ([name], [number, word, *marks, room]),
        ([name], [number, word, *marks]),
        ([], [number, word, *marks]),
        ([], [number, word]),
    ):
        left = width - sum(len(text) for text, _ in (*before, *after)) - 2
        if left >= _LEAST_BAR:
            bar = bar_of(health, min(left, _MOST_BAR))
            return _filled([*before, ("[", "dim"), *bar, ("]", "dim"), *after], width)
    return _filled([number, word], width)


def _mark(name: str, level: Decimal | None) -> Run:
    level = _finite(level)
    text = "" if level is None else f"{name} {fmt.percent(level)}"
    return f"  {text:<{len(name) + 7}}", "dim"


def _filled(runs: list[Run], width: int) -> list[Run]:
    """The runs, cut or padded to the width."""
    fitted: list[Run] = []
    left = width
    for text, style in runs:
        if text[:left]:
            fitted.append((text[:left], style))
        left = max(0, left - len(text))
    return [*fitted, (" " * left, "")] if left else fitted


def _word(health: Health) -> str:
    if health.value is None and health.level == "safe":
        return "nothing at risk"
    return _WORDS[health.level]


def _thresholds(health: Health) -> list[tuple[str, Decimal]]:
    pairs = (("call", _finite(health.call)), ("liq", _finite(health.liquidation)))
    return [(name, level) for name, level in pairs if level is not None]


def distance(health: Health) -> str:
    """The distance to the next threshold, or how far beyond it, in percentage points."""
    value, thresholds = _finite(health.value), _thresholds(health)
    if value is None or not thresholds:
        return ""
    sign = 1 if health.worse == "low" else -1
    rooms = [(name, sign * (value - level)) for name, level in thresholds]
    name, room = next((known for known in rooms if known[1] >= 0), rooms[-1])
    points = fmt.percent(abs(room)).rstrip("%")
    return f"{points} points {'to' if room >= 0 else 'past'} {name}"


def bar_of(health: Health, width: int) -> list[Run]:
    """The bar alone: filled to the value in eighths of a cell, with its ticks on top."""
    value = _finite(health.value)
    eighths = 0 if value is None else round(_share(value, health) * 8 * width)
    parts = [min(max(eighths - 8 * x, 0), 8) for x in range(width)]
    cells = [(_PARTS[part], f"bar-{health.level}") if part else (_EMPTY, "dim") for part in parts]
    call = _place(health.call, health, width)
    liquidation = _place(health.liquidation, health, width)
    if call is not None and call == liquidation:
        call = min(max(call + (1 if health.worse == "low" else -1), 0), width - 1)
    if call is not None:
        cells[call] = (_CALL, "tick-call")
    if liquidation is not None:
        cells[liquidation] = (_LIQUIDATION, "tick-liquidation")
    return _joined(cells)


def _place(level: Decimal | None, health: Health, width: int) -> int | None:
    level = _finite(level)
    return None if level is None else min(int(_share(level, health) * width), width - 1)


def _share(value: Decimal, health: Health) -> float:
    """The place of a ratio on the bar, from 0 to 1."""
    call, liquidation = _finite(health.call), _finite(health.liquidation)
    if health.worse == "low":
        full = max(call or liquidation or Decimal(0), liquidation or Decimal(0)) * 2
    else:
        full = max(call or Decimal(0), liquidation or call or Decimal(0)) * Decimal("1.25")
    return min(max(float(value / (full if full > 0 else Decimal(1))), 0.0), 1.0)


def _finite(value: Decimal | None) -> Decimal | None:
    """The value; `None` if it is not finite, or absurdly large for a ratio."""
    sane = value is not None and value.is_finite() and abs(value) < 10**12
    return value if sane else None


def _joined(cells: list[Run]) -> list[Run]:
    runs: list[Run] = []
    for char, style in cells:
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + char, style)
        else:
            runs.append((char, style))
    return runs


class Gauge(Widget):
    """One line per pocket; `show` is all a screen needs to call."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(GAUGE_MEANINGS)
    DEFAULT_CSS = "Gauge { width: 1fr; height: auto; }\n" + component_css(
        "Gauge", GAUGE_MEANINGS.items()
    )
    ALLOW_SELECT = False

    def __init__(
        self, *, id: str | None = None, classes: str | None = None, ascii_only: bool = False
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.ascii_only = ascii_only
        self._healths: tuple[Health, ...] = ()

    def show(self, *healths: Health) -> None:
        """Show these pockets; the same figures again repaint nothing."""
        if healths != self._healths:
            rows_differ = len(healths) != len(self._healths)
            self._healths = healths
            self.refresh(layout=rows_differ)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return max(1, len(self._healths))

    def render_line(self, y: int) -> Strip:
        if y >= len(self._healths):
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        runs = gauge(
            self._healths[y],
            self.size.width,
            name_width=max(len(name_of(health)) for health in self._healths),
            ascii_only=self.ascii_only,
        )
        segments = [
            Segment(
                text,
                legible(self.get_component_rich_style(style), DRAWN)
                if style
                else self.visual_style.rich_style,
            )
            for text, style in runs
        ]
        return Strip(segments, self.size.width)
