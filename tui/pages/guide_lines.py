"""A chapter's Markdown as lines of text with meanings: the same for the screen and a terminal.

The parser is a library's; what is drawn here is what the chapters use: headings, paragraphs, lists,
tables and code. Widths are in cells, and only code may be wider than the limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

    from tui.widgets.lines import Line, Run

_INKS = {"strong_open": "strong", "em_open": "strong"}
_WORDS = re.compile(r"\s+(?!%)|(?:\S|\s(?=%))+")
"""Words and what is between them; a percent sign stays with its number."""
_LEAST_COLUMN = 8
_BETWEEN = 2
_CODE = 4
"""Cells before code."""


def guide_lines(text: str, width: int, *, ticks: bool = False) -> list[Line]:
    """A chapter at a width; with `ticks` code keeps its backticks, for output without colour."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return _Drawing(width, ticks).draw(tokens)


class _Drawing:
    """The lines so far, and the indent of the next block."""

    def __init__(self, width: int, ticks: bool) -> None:
        self._width = width
        self._ticks = ticks
        self._lines: list[Line] = []
        self._indent = 0
        self._bullet = ""
        self._headed = False
        """Whether a heading with a rule under it came last, which is gap enough."""

    def draw(self, tokens: Sequence[Token]) -> list[Line]:
        """Draw every block in turn."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            match token.type:
                case "table_open":
                    end = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                    self._table(tokens[at:end])
                    at = end
                case "heading_open":
                    self._heading(tokens[at + 1], token.tag)
                    at += 1
                case "inline":
                    self._paragraph(self._runs(token))
                case "fence" | "code_block":
                    self._code(token.content)
                case "bullet_list_open":
                    self._gap()
                case "list_item_open":
                    self._indent, self._bullet = self._indent + 2, "- "
                case "list_item_close":
                    self._indent -= 2
                case "paragraph_open" if not self._indent:
                    self._gap()
            at += 1
        return self._lines

    def _gap(self) -> None:
        """Add one empty line between two blocks."""
        if self._lines and not self._headed and any(text for text, _ in self._lines[-1]):
            self._lines.append([("", "")])
        self._headed = False

    def _heading(self, token: Token, tag: str) -> None:
        self._gap()
        text = "".join(run for run, _ in self._runs(token))
        ink = "strong" if tag == "h3" else "title"
        shown = text.upper() if tag == "h1" else text
        self._lines += [[(piece, ink)] for piece in wrap(shown, self._width)]
        if tag == "h2":
            self._lines.append([("─" * min(len(text), self._width), "dim")])
            self._headed = True

    def _paragraph(self, runs: Sequence[Run]) -> None:
        bullet, self._bullet = self._bullet, ""
        for row in flow(runs, self._width - self._indent):
            self._lines.append([(bullet.rjust(self._indent), "dim"), *row])
            bullet = ""

    def _code(self, text: str) -> None:
        """Code as written, to be copied; on a screen, too long lines continue below."""
        self._gap()
        room = max(self._width - _CODE, 10)
        for line in text.rstrip("\n").split("\n"):
            rows = [line] if self._ticks else _folded(line, room)
            self._lines += [[(" " * _CODE + row, "key")] for row in rows]

    def _runs(self, token: Token) -> list[Run]:
        """The text of a block with its meanings."""
        ink, runs = "", list[tuple[str, str]]()
        for child in token.children or ():
            if child.type == "code_inline":
                runs.append((f"`{child.content}`" if self._ticks else child.content, "key"))
            elif child.type in ("softbreak", "hardbreak"):
                runs.append((" ", ink))
            elif child.type in _INKS:
                ink = _INKS[child.type]
            elif child.type.endswith("_close"):
                ink = ""
            elif child.content:
                runs.append((child.content, ink))
        return runs

    def _table(self, tokens: Sequence[Token]) -> None:
        self._gap()
        rows: list[list[list[Run]]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._runs(token))
        widths = column_widths(rows, self._width)
        for number, row in enumerate(rows):
            cells = [list(flow(cell, size)) for cell, size in zip(row, widths, strict=True)]
            for line in range(max(map(len, cells), default=0)):
                across = _across(cells, widths, line, "dim" if not number else "")
                self._lines.append(list(across)[:-1])  # no room is left after the last column
            if not number:
                rule = "─" * min(sum(widths) + _BETWEEN * (len(widths) - 1), self._width)
                self._lines.append([(rule, "dim")])


def _folded(line: str, room: int) -> list[str]:
    """A line of code on as many rows as it needs, the later ones indented."""
    return wrap(line, room, subsequent_indent="    ", break_on_hyphens=False) or [""]


def _across(
    cells: Sequence[Sequence[Sequence[Run]]], widths: Sequence[int], line: int, ink: str
) -> Iterator[Run]:
    """One line of a row through all its cells."""
    for cell, size in zip(cells, widths, strict=True):
        runs = cell[line] if line < len(cell) else ()
        used = sum(len(text) for text, _ in runs)
        yield from ((text, ink or own) for text, own in runs)
        yield " " * (size - used + _BETWEEN), ""


def column_widths(rows: Sequence[Sequence[Sequence[Run]]], width: int) -> list[int]:
    """The width that each column needs, or a share of the room: the widest are reduced first."""
    columns = list(zip(*rows, strict=True))
    needs = [max(sum(len(text) for text, _ in cell) for cell in column) for column in columns]
    room = width - _BETWEEN * (len(needs) - 1)
    while sum(needs) > room and max(needs) > _LEAST_COLUMN:
        widest = needs.index(max(needs))
        needs[widest] -= min(sum(needs) - room, needs[widest] - _second(needs, widest) or 1)
    return needs


def _second(needs: Sequence[int], widest: int) -> int:
    """The second widest, but no less than the minimum of a column."""
    others = [need for place, need in enumerate(needs) if place != widest]
    return max([*others, _LEAST_COLUMN])


def flow(runs: Sequence[Run], width: int) -> Iterator[list[Run]]:
    """Text wrapped at words; a longer word is broken."""
    row: list[Run] = []
    used = 0
    for text, ink in runs:
        for word in _WORDS.findall(text):
            rest = word
            while rest:
                if rest.isspace() and not used:
                    break
                if used + len(rest) > width and used:
                    yield _trimmed(row)
                    row, used = [], 0
                    continue
                row.append((rest[:width], ink))
                used += len(rest[:width])
                rest = rest[width:]
    if row:
        yield _trimmed(row)


def _trimmed(row: list[Run]) -> list[Run]:
    """Without the space before the break."""
    return row[:-1] if row and row[-1][0].isspace() else row
