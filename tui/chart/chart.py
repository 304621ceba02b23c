"""The price chart on the screen: a thin skin over `canvas.draw`.

The picture is drawn when there is something new to show; painting only returns finished strips.
After a tick only the cells that changed are repainted, which an SSH connection notices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.chart.averages import average_true_range
from tui.chart.canvas import columns_seen, draw, legend
from tui.chart.fan import Fan
from tui.chart.model import Candle, Grid, Level, Look, Mark
from tui.text import format as fmt
from tui.widgets.meanings import CHART_MEANINGS, DRAWN, FAINT, component_css, legible

STEPS = (1, 2, 4)
"""Columns per candle, from the far view to the near one."""
STRETCHES = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
"""How far the prices are stretched up and down."""
AVERAGES = ((), (20,), (20, 50))
"""Lengths of the moving averages to choose from, in bars."""


class Chart(Widget):
    """Candles, levels and fills; `show` is all a screen needs to call."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(CHART_MEANINGS)
    DEFAULT_CSS = "Chart { width: 1fr; height: 1fr; }\n" + component_css(
        "Chart", CHART_MEANINGS.items()
    )
    ALLOW_SELECT = False

    def __init__(
        self, *, id: str | None = None, classes: str | None = None, look: Look | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.empty = "no candles yet"
        self._look = look or Look()
        self._candles: Sequence[Candle] = ()
        self._levels: tuple[Level, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._fan: Fan | None = None
        self._grid = Grid(0, 0)
        self._strips: dict[int, Strip] = {}
        self._inks: dict[str, Style] = {}
        self._ground: tuple[Color, Color] | None = None

    @property
    def look(self) -> Look:
        """How it is drawn; set it to zoom, to go back in time, or to change the characters."""
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self._redraw()

    def show(
        self,
        candles: Sequence[Candle],
        levels: Sequence[Level] = (),
        marks: Sequence[Mark] = (),
        fan: Fan | None = None,
    ) -> None:
        """Show this from now on; the same picture again repaints nothing."""
        self._candles, self._levels, self._marks = candles, tuple(levels), tuple(marks)
        self._fan = fan
        self._redraw()

    def zoom(self, nearer: int) -> None:
        """Zoom by one step, nearer (1) or farther (-1)."""
        place = STEPS.index(self._look.step) if self._look.step in STEPS else 0
        step = STEPS[min(max(place + nearer, 0), len(STEPS) - 1)]
        self.look = replace(self._look, step=step)

    def stretch(self, more: int) -> None:
        """Prices farther apart (1) or nearer together (-1)."""
        tall = self._look.tall
        place = STRETCHES.index(tall) if tall in STRETCHES else 1
        place = min(max(place + more, 0), len(STRETCHES) - 1)
        self.look = replace(self._look, tall=STRETCHES[place])

    def switch_log(self) -> None:
        """Equal ratios at equal distances, or equal differences."""
        self.look = replace(self._look, log=not self._look.log)

    def switch_crosshair(self) -> None:
        """One on the newest bar drawn, or none."""
        self.look = replace(self._look, cursor=0 if self._look.cursor is None else None)

    def switch_averages(self) -> None:
        """The next of `AVERAGES`."""
        at = AVERAGES.index(self._look.averages) if self._look.averages in AVERAGES else 0
        self.look = replace(self._look, averages=AVERAGES[(at + 1) % len(AVERAGES)])

    def pan(self, candles: int) -> None:
        """Go back in time by some candles, or forward with a negative number."""
        if self._look.cursor is not None:
            self._move_cursor(1 if candles > 0 else -1)
            return
        back = min(max(self._look.back + candles, 0), max(len(self._candles) - 1, 0))
        self.look = replace(self._look, back=back)

    def _move_cursor(self, back: int) -> None:
        """One bar back or on; at the edge the picture goes along."""
        cursor = (self._look.cursor or 0) + back
        seen = columns_seen(self._candles, self._levels, *self.size, self._look)
        if 0 <= cursor < seen:
            self.look = replace(self._look, cursor=cursor)
        elif 0 <= self._look.back + back < len(self._candles) - seen + 1:
            self.look = replace(self._look, back=self._look.back + back)

    @property
    def reading(self) -> str:
        """The bar under the crosshair in words, and what the averages are."""
        return self.reading_in(None)

    def reading_in(self, width: int | None) -> str:
        """The same in a width: if it does not fit, without weekday, change and averages named."""
        full = self._read(brief=False)
        return full if width is None or len(full) <= width else self._read(brief=True)

    def _read(self, *, brief: bool) -> str:
        end = len(self._candles) - self._look.back
        known = [candle for candle in self._candles[: max(end, 0)] if candle.is_drawable]
        parts = []
        if self._look.cursor is not None and self._look.cursor < len(known):
            candle = known[-1 - self._look.cursor]
            moment = _moment(candle.time, weekday=not brief)
            parts.append(f"{moment}  {legend(candle, self._look, brief=brief)}")
        if self._look.averages:
            if not (brief and parts):
                parts.append(f"avg {', '.join(map(str, self._look.averages))}")
            if (atr := average_true_range(known)) is not None:
                parts.append(f"ATR {fmt.price(Decimal(repr(atr)), self._look.tick)}")
        return "  ".join(parts)

    @property
    def text(self) -> str:
        """The picture as plain text."""
        return self._grid.text()

    def on_mount(self) -> None:
        """Without colour, let the glyphs tell a fall from a rise."""
        if self.app.no_color:
            self.look = replace(self._look, mono=True)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the picture anew."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Drop the strips: they hold colours, which a new theme makes stale."""
        super().notify_style_update()
        self._strips.clear()
        self._inks.clear()

    def _redraw(self) -> None:
        width, height = self.size
        if not (width and height):
            return
        before = self._grid
        self._grid = grid = draw(
            self._candles,
            self._levels,
            width,
            height,
            marks=self._marks,
            look=self._look,
            fan=self._fan,
        )
        if not (self._candles or self._levels):
            words = fmt.plain(self.empty, width)
            grid.write((width - len(words)) // 2, height // 2, words, "axis")
        if (before.width, before.height) != (width, height):
            self._strips.clear()
            self.refresh()
            return
        spans = {y: span for y in range(height) if (span := _changed(before, grid, y))}
        for y in spans:
            self._strips.pop(y, None)
        if spans:
            self.refresh(*(Region(start, y, end - start, 1) for y, (start, end) in spans.items()))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render on the background of the chart's container."""
        if (ground := self.background_colors) != self._ground:
            self._ground = ground
            self._strips.clear()
            self._inks.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A finished row; rendered once for each picture."""
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._strip(y)
        return strip

    def _strip(self, y: int) -> Strip:
        if y >= self._grid.height:
            return Strip.blank(self.size.width, self.visual_style.rich_style)
        segments = [Segment(text, self._ink(name)) for text, name in self._grid.runs(y)]
        return Strip(segments, self._grid.width)

    def _ink(self, name: str) -> Style:
        style = self._inks.get(name)
        if style is None:
            plain = self.visual_style.rich_style
            style = self.get_component_rich_style(name) if name else plain
            if name not in FAINT:
                style = legible(style, DRAWN)
            self._inks[name] = style
        return style


def _moment(time: int, *, weekday: bool) -> str:
    return f"{fmt.day(time, weekday=weekday)} {fmt.clock(time)}"


def _changed(before: Grid, after: Grid, y: int) -> tuple[int, int] | None:
    """The span of a row from its first changed cell to its last; `None` if it is the same."""
    old_chars, chars = before.chars[y], after.chars[y]
    old_styles, styles = before.styles[y], after.styles[y]
    if old_chars == chars and old_styles == styles:
        return None
    same = [
        was == char and wore == style
        for was, char, wore, style in zip(old_chars, chars, old_styles, styles, strict=True)
    ]
    return same.index(False), len(same) - same[::-1].index(False)
