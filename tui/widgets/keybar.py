"""The keys at the foot of a screen. A click on a hint presses its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.inks import ink

_GAP = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """Keys as shown, with their actions, and the word under which they are listed."""

    keys: tuple[tuple[str, str], ...]
    word: str

    @property
    def width(self) -> int:
        """Its width in cells."""
        return sum(len(shown) + 1 for shown, _ in self.keys) + len(self.word)


class KeyBar(Widget):
    """Hints on as many rows as they need."""

    DEFAULT_CSS = "KeyBar { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    def __init__(self, hints: Sequence[Hint], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints = tuple(hints)

    def show(self, hints: Sequence[Hint]) -> None:
        """Show other hints."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh(layout=True)

    def _rows(self, width: int) -> list[list[Hint]]:
        rows: list[list[Hint]] = [[]]
        used = 1
        for hint in self._hints:
            if rows[-1] and used + hint.width > width:
                rows.append([])
                used = 1
            rows[-1].append(hint)
            used += hint.width + _GAP
        return rows

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def render_line(self, y: int) -> Strip:
        base = ink(self, "")
        rows = self._rows(self.size.width)
        if y >= len(rows):
            return Strip.blank(self.size.width, base)
        key, word = ink(self, "key"), ink(self, "dim")
        segments = [Segment(" ", base)]
        for hint in rows[y]:
            for shown, action in hint.keys:
                segments.append(Segment(shown, key + Style(meta={"press": action})))
                segments.append(Segment(" ", base))
            meta = Style(meta={"press": hint.keys[0][1]})
            segments.append(Segment(hint.word, word + meta))
            segments.append(Segment(" " * _GAP, base))
        return Strip(segments).adjust_cell_length(self.size.width, base)

    async def on_click(self, event: events.Click) -> None:
        """Carry out the action of the hint under the mouse."""
        action = event.style.meta.get("press")
        if action:
            await self.screen.run_action(action)
