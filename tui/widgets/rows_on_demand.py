"""Rows of a table that are made when they are shown: of ten thousand, a screen sees thirty."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from tui.widgets.row import Row


class RowsOnDemand(Sequence[Row]):
    """`keys` are those of the rows in their order; `make` gives the row at a place."""

    def __init__(self, keys: Sequence[str], make: Callable[[int], Row]) -> None:
        self._keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._make(index) for index in range(*place.indices(len(self)))]
        return self._make(range(len(self))[place])

    def __iter__(self) -> Iterator[Row]:
        return map(self._make, range(len(self)))


def place_of(rows: Sequence[Row], key: str | None) -> int | None:
    """Where the row with a key stands, without making a row; `None` if it is not there."""
    keys = rows._keys if isinstance(rows, RowsOnDemand) else [row[0] for row in rows]
    return keys.index(key) if key is not None and key in keys else None
