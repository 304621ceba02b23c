"""All rule books side by side, for a person who has to choose: as lines for the command line and
the screen."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from ledger.market.rule_files.figures import Figure
from ledger.practice.venues.choice import Choice
from ledger.text import clean

if TYPE_CHECKING:
    from tui.widgets.lines import Line

_HEADS = ("rule book", "leverage", "call", "closed out", "30 days of a full position")
_ENDLESS = 100_000
_INDENT = 3


def choice_lines(choices: Sequence[Choice], width: int | None = None) -> list[Line]:
    """A table of figures, then each book in sentences."""
    wide = width or _ENDLESS
    rows = [(c.id, c.leverage, c.call, c.liquidation, c.month) for c in choices]
    sizes = [max(len(row[n]) for row in (_HEADS, *rows)) + 2 for n in range(len(_HEADS))]
    fits = sum(sizes) < wide
    lines: list[Line] = []
    if fits:
        lines.append([(" " + _line(_HEADS, sizes), "dim")])
        lines += [[(" " + _line(row, sizes), "")] for row in rows]
    lines += _text("A call and a close-out: how far a fully leveraged long can fall.", wide, "dim")
    for each in choices:
        lines += [[("", "")], *_text(f"{each.id}: {each.title}", wide, "title", 1)]
        if not fits:
            figures = (each.leverage, each.call, each.liquidation, each.month)
            cells = zip(_HEADS[1:], figures, strict=True)
            lines += _text("; ".join(f"{head}: {cell}" for head, cell in cells), wide, "strong")
        for sentence in each.bites:
            lines += _text(sentence, wide, "")
        lines += _text(f"At the call: {each.at_call}. Below zero: {each.below_zero}.", wide, "")
        lines += _sourced("Who may open one", each.who, wide)
        lines += _sourced("What protects the money", each.protects, wide)
    return lines


def _line(cells: Sequence[str], sizes: Sequence[int]) -> str:
    return "".join(cell.ljust(size) for cell, size in zip(cells, sizes, strict=True)).rstrip()


def _sourced(label: str, figure: Figure | None, width: int) -> list[Line]:
    if figure is None:
        return []
    mark = f" ({figure.certainty}, {clean(figure.date)})"
    return _text(f"{label}: {clean(figure.value, 400)}{mark}", width, "dim")


def _text(text: str, width: int, ink: str, indent: int = _INDENT) -> list[Line]:
    pieces = wrap(clean(text, 2000), max(width - indent - 1, 20)) or [""]
    return [[(" " * indent + piece, ink)] for piece in pieces]
