"""Lines of text with a meaning for each run: status lines, panels of figures, texts of dialogs.

Only rows that changed are repainted. Text is drawn as it is and never read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.text import format as fmt
from tui.widgets.inks import ink

Run = tuple[str, str]
"""Text and the name of a meaning; an empty name is plain."""
Line = Sequence[Run]

GLUE = "\u00a0"
"""Drawn as a space at which a wrapped line does not break: between a name and its figure."""

_LONGEST = 600


class Lines(Widget):
    """`show` is all a screen needs to call."""

    DEFAULT_CSS = "Lines { width: 1fr; height: auto; }"
    ALLOW_SELECT = False

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        id: str | None = None,
        classes: str | None = None,
        ascii_only: bool = False,
        fill: str = "",
        wrapped: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.ascii_only = ascii_only
        self._fill = fill
        self._wrapped = wrapped
        self._inks: dict[str, Style] = {}
        self._lines: tuple[tuple[Run, ...], ...] = tuple(tuple(line) for line in lines)

    @property
    def text(self) -> str:
        """The text that is shown, without its colours."""
        lines = ("".join(text for text, _ in line) for line in self._lines)
        return "\n".join(lines).replace(GLUE, " ")

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines. Before the first layout it is unknown which rows they fill."""
        shown, width = tuple(tuple(line) for line in lines), self.size.width
        if shown == self._lines:
            return  # no layout either: hidden lines are updated often
        before = self._rows(width)
        self._lines = shown
        if not width:
            self.refresh(layout=True)
            return
        after = self._rows(width)
        if len(before) != len(after):
            self.refresh(layout=True)
            return
        changed = [Region(0, y, width, 1) for y in range(len(after)) if before[y] != after[y]]
        if changed:
            self.refresh(*changed)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._rows(width)))

    def _rows(self, width: int) -> Sequence[Line]:
        if not self._wrapped or width < 1:
            return self._lines
        return [row for line in self._lines for row in reflow(line, width)]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return max((sum(cell_len(text) for text, _ in line) for line in self._lines), default=0)

    def render_line(self, y: int) -> Strip:
        base = self._ink(self._fill)
        rows = self._rows(self.size.width)
        if y >= len(rows):
            return Strip.blank(self.size.width, base)
        segments = [Segment(self._clean(text), self._ink(name)) for text, name in rows[y]]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _ink(self, name: str) -> Style:
        style = self._inks.get(name)
        if style is None:
            style = self._inks[name] = ink(self, name)
        return style

    def notify_style_update(self) -> None:
        """Drop the colours, which a new theme makes stale."""
        super().notify_style_update()
        self._inks.clear()

    def _clean(self, text: str) -> str:
        text = fmt.clean(text, _LONGEST)
        return fmt.asciify(text) if self.ascii_only else text


def reflow(line: Line, width: int) -> list[list[Run]]:
    """One line on as many rows as it needs, the later ones aligned with its first word."""
    whole = "".join(text for text, _ in line)
    if len(whole) <= width:
        return [[(text.replace(GLUE, " "), name) for text, name in line]]
    indent = min(len(whole) - len(whole.lstrip()), width // 2)
    rows: list[list[Run]] = [[(" " * indent, "")]]
    used = indent
    for chunk in _chunks(line):
        wide = sum(len(text) for text, _ in chunk)
        blank = all(text.isspace() for text, _ in chunk)
        if used + wide > width and used > indent:
            rows.append([(" " * indent, "")])
            used = indent
        if blank and used == indent:
            continue
        rows[-1] += [(text.replace(GLUE, " "), name) for text, name in chunk]
        used += wide
    return rows


def _chunks(line: Line) -> list[list[Run]]:
    """Words and spaces; words that are glued together in one."""
    chunks: list[list[Run]] = []
    for text, name in line:
        for word in re.findall(r"[^\S\u00a0]+|[\S\u00a0]+", text):
            if chunks and chunks[-1][-1][0].endswith(GLUE):
                chunks[-1].append((word, name))
            else:
                chunks.append([(word, name)])
    return chunks


def wrap(text: str, width: int) -> list[str]:
    """Text wrapped at words; a word longer than the width is cut."""
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
