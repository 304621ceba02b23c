"""What a table is given: cells, rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cell = tuple[str, str]
"""Text and the name of a meaning; an unknown or empty name is plain."""
Row = tuple[str, tuple[Cell, ...]]
"""A key that stays with the row wherever it moves, and its cells."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a fixed width in cells; figures are right-aligned."""

    title: str
    width: int
    align: Literal["left", "right"] = "left"
