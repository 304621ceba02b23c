"""How far a price can move against a position, as a line of characters with letters on it.

`W`, `C` and `L` are warning, call and liquidation. The line is `=` before the call, `-` after it,
`.` after the liquidation: it reads without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from ledger.money import ONE, ZERO
from ledger.practice.calc.full_position import FullPosition
from ledger.practice.venues.venue_words import far, percent, who_of
from ledger.text import clean

if TYPE_CHECKING:
    from tui.widgets.lines import Line, Run

_MOST, _LEAST = 60, 14
"""Cells of the line."""
_NAME = 24
"""Cells of a name at most."""
_BESIDE = 28
"""Cells on both sides of it, without the name."""
_MORE = 8
"""Additional cells for the leverage at its end."""
_ROOM_FOR_END = 72
"""Least width at which there is room for what is left."""
_RUNGS = {
    "warning": ("W", "=", "warned"),
    "call": ("C", "-", "called"),
    "liquidation": ("L", ".", "liquidating"),
}
"""Letter, line from there on, and meaning."""


def fall_lines(full: Sequence[FullPosition], width: int) -> list[Line]:
    """Each position up to the loss of all its margin, with its figures below."""
    names = [f"{who_of(position, tuple(full))} {position.leverage:f}x" for position in full]
    longest = max(map(len, names), default=0)
    cells = _cells(width - longest)
    lines: list[Line] = []
    for name, position in zip(names, full, strict=True):
        end = f" nothing left {percent(position.ruin)}"
        lines.append(_line(name.ljust(longest), _bar(position, cells, position.ruin), end))
        figures = ", ".join(f"{step.rung} {far(step.move)}" for step in position.steps)
        indent = longest + 5
        lines += [[(" " * indent + piece, "dim")] for piece in wrap(figures, width - indent - 1)]
    return lines


def shared_lines(named: Sequence[tuple[str, FullPosition | None]], width: int) -> list[Line]:
    """Positions of several books on one scale, which shows how different they are."""
    whole = max((p.ruin for _, p in named if p is not None and p.ruin), default=ZERO)
    named = [(clean(name, _NAME), position) for name, position in named]
    longest = max((len(name) for name, _ in named), default=0)
    cells = _cells(width - longest - _MORE)
    lines: list[Line] = []
    for name, position in named:
        if position is None:
            lines.append(_line(name.ljust(longest), [(" " * cells, "")], " no leverage"))
            continue
        end = f" {position.leverage:f}x, nothing left {percent(position.ruin)}"
        label = end if width >= _ROOM_FOR_END else end.partition(",")[0]
        lines.append(_line(name.ljust(longest), _bar(position, cells, whole), label))
    return lines


def _cells(width: int) -> int:
    return max(min(width - _BESIDE, _MOST), _LEAST)


def _line(name: str, bar: Sequence[Run], end: str) -> Line:
    return [(f"   {name} |", ""), *bar, ("|", ""), (end, "dim")]


def _bar(position: FullPosition, cells: int, whole: Decimal | None) -> list[Run]:
    """From the entry at the left to a move of `whole`; empty beyond what the margin carries."""
    marks: dict[int, str] = {}
    for step in position.steps:
        if step.move is not None and whole:
            marks[_cell(step.move, whole, cells)] = step.rung
    last = _cell(position.ruin, whole, cells) if position.ruin and whole else cells - 1
    runs: list[Run] = []
    line, ink = "=", "safe"
    for cell in range(cells):
        letter = line
        if rung := marks.get(cell):
            letter, line, ink = _RUNGS[rung]
        runs.append((letter, ink) if cell <= last else (" ", ""))
    inks = groupby(runs, key=lambda run: run[1])
    return [("".join(text for text, _ in same), ink) for ink, same in inks]


def _cell(move: Decimal, whole: Decimal, cells: int) -> int:
    return min(round(min(max(move / whole, ZERO), ONE) * cells), cells - 1)
