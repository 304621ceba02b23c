"""The desk's border: no row leaves for the terminal with anything but printable characters.

Widgets clean what they draw as a matter of manners. This holds whatever they do: fields, titles,
the palette, and whatever widget comes next.
"""

from __future__ import annotations

import os
import sys

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from ledger.text import clean


class Border(LineFilter):
    """Every row of every widget passes through it, last of all."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same cells, cleaned; a removed character that had width leaves blanks."""
        return [self._passed(segment) for segment in segments]

    def _passed(self, segment: Segment) -> Segment:
        text = segment.text
        passed = clean(text, len(text))
        if passed == text:
            return segment
        return Segment(set_cell_size(passed, cell_len(text)), segment.style)


def speaks_utf8() -> bool:
    """Whether the terminal shows UTF-8. Python writes it under `LC_ALL=C` too (PEP 540), but who
    sets that says that the terminal cannot."""
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        return False
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf8sig")
