"""One scroll bar for every list, page and form, which shows that there is more than fits.

It is drawn with characters, so that it is visible without colours and, as `Plain`, without UTF-8.
"""

from __future__ import annotations

from typing import ClassVar

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBar, ScrollBarRender

_DEFAULT = Color.parse("#808080")


class Bar(ScrollBarRender):
    """A track with a thumb, and an arrow at each end that has more."""

    ABOVE: ClassVar[str] = "▲"
    BELOW: ClassVar[str] = "▼"
    THUMB: ClassVar[str] = "█"
    TRACK: ClassVar[str] = "│"

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = _DEFAULT,
        bar_color: Color = _DEFAULT,
    ) -> Segments:
        """The bar from its top; horizontal bars are not used."""
        beyond = max(virtual_size - window_size, 0) if window_size else 0
        track = Style(color=bar_color, bgcolor=back_color, dim=True)
        if not vertical or not beyond or size < 1:
            return Segments([Segment(" ", track)] * max(int(size), 0), new_lines=vertical)
        thumb = max(round(size * window_size / virtual_size), 1)
        start = round((size - thumb) * min(position / beyond, 1))
        seen = Style(color=bar_color, bgcolor=back_color)
        cells = [cls.THUMB if start <= y < start + thumb else cls.TRACK for y in range(size)]
        if position >= 1:
            cells[0] = cls.ABOVE
        if position <= beyond - 1:
            cells[-1] = cls.BELOW
        segments = []
        for y, cell in enumerate(cells):
            does = "grab" if start <= y < start + thumb else ""
            does = does or ("scroll_up" if y < start else "scroll_down")
            style = (track if cell == cls.TRACK else seen) + Style(meta={"@mouse.down": does})
            segments.append(Segment(cell * max(thickness, 1), style))
        return Segments(segments, new_lines=True)


class Plain(Bar):
    """For a terminal without UTF-8."""

    ABOVE, BELOW, THUMB, TRACK = "^", "v", "#", "|"


def use_bars(*, ascii_only: bool) -> None:
    """Use these for every scroll bar from now on."""
    ScrollBar.renderer = Plain if ascii_only else Bar
