"""What is on the screen before anything else is loaded."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

_LINES = ("T I G H T R O P E", "", "a flight simulator for margin trading", "", "opening …")


class First(Widget):
    """The very first screen: a name, and that something is coming."""

    DEFAULT_CSS = "First { width: 1fr; height: 1fr; }"

    def render_line(self, y: int) -> Strip:
        """A few words in the middle."""
        width, height = self.size
        row = y - (height - len(_LINES)) // 2
        text = _LINES[row] if 0 <= row < len(_LINES) else ""
        if getattr(self.app, "ascii_only", False):
            text = text.replace("…", "...")
        style = self.visual_style.rich_style
        return Strip([Segment(text.center(width), style)]).adjust_cell_length(width, style)
