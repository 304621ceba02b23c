"""Lines of text with a meaning for each run: status lines, panels of figures, texts of dialogs.

Only rows that changed are repainted. Text is drawn as it is and never read as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui import format as fmt
from tui.widgets.meanings import MEANINGS, component_css

Run = tuple[str, str]
"""Text and the name of a meaning; an empty name is plain."""
Line = Sequence[Run]

_ALERTS = {
    "alert": "background: $error; color: auto 95%; text-style: bold;",
    "notice": "color: $foreground 85%;",
    "key": "color: $accent; text-style: bold;",
    "title": "color: $primary; text-style: bold;",
    "tab": "background: $primary; color: auto 95%; text-style: bold;",
}
LINE_MEANINGS = {**MEANINGS, **_ALERTS}
_LONGEST = 600


class Lines(Widget):
    """`show` is all a screen needs to call."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(LINE_MEANINGS)
    DEFAULT_CSS = "Lines { width: 1fr; height: auto; }\n" + component_css(
        "Lines", LINE_MEANINGS.items()
    )
    ALLOW_SELECT = False

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        id: str | None = None,
        classes: str | None = None,
        ascii_only: bool = False,
        fill: str = "",
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.ascii_only = ascii_only
        self._fill = fill
        self._lines: tuple[tuple[Run, ...], ...] = tuple(tuple(line) for line in lines)

    @property
    def text(self) -> str:
        """What is shown, without its colours."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def show(self, lines: Sequence[Line]) -> None:
        """The lines from now on."""
        before = self._lines
        self._lines = after = tuple(tuple(line) for line in lines)
        if len(before) != len(after):
            self.refresh(layout=True)
            return
        width = max(self.size.width, 1)
        changed = [Region(0, y, width, 1) for y in range(len(after)) if before[y] != after[y]]
        if changed:
            self.refresh(*changed)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are lines."""
        return max(1, len(self._lines))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as the longest line."""
        return max((sum(cell_len(text) for text, _ in line) for line in self._lines), default=0)

    def render_line(self, y: int) -> Strip:
        """One line, cut or padded to the width."""
        base = self.visual_style.rich_style
        if self._fill:
            base = base + self.get_component_rich_style(self._fill)
        if y >= len(self._lines):
            return Strip.blank(self.size.width, base)
        segments = [
            Segment(self._clean(text), self._ink(name, base)) for text, name in self._lines[y]
        ]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _ink(self, name: str, base: Style) -> Style:
        return base + self.get_component_rich_style(name) if name in LINE_MEANINGS else base

    def _clean(self, text: str) -> str:
        text = fmt.clean(text, _LONGEST)
        return fmt.asciify(text) if self.ascii_only else text


def wrap(text: str, width: int) -> list[str]:
    """Words on lines no longer than the width; a longer word is cut."""
    lines: list[str] = []
    left = ""
    for word in text.split():
        while len(word) > width:
            lines += [left] if left else []
            lines.append(word[:width])
            left, word = "", word[width:]
        joined = f"{left} {word}" if left else word
        if len(joined) > width:
            lines.append(left)
            joined = word
        left = joined
    return [*lines, left] if left else lines
