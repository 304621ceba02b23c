"""A rule book that extends another: its own keys replace those of the book it extends.

Tables are merged key by key, at any depth; a figure is replaced whole, with its source. Schedules,
levels and restrictions are matched by name and merged like tables; every other list (tiers, rates,
bands) is replaced whole. `without` removes what nothing replaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.toml_file import Line, Location, Table

Tables = Mapping[str, Any]

_CALLED_BY = {
    "schedule": ("name", "symbols", "assets"),
    "level": ("rung",),
    "restriction": ("forbids",),
    "overnight": ("name",),
}
_RUNGS = ("warning", "call", "liquidation")
_OWN = ("id", "title", "extends", "without", "edition", "follows", "change")
"""Keys that are always a book's own, whatever it extends."""


class Extending(Table):
    """First in the order of keys: what the rest of the file extends."""

    extends: Line | None = Field(
        default=None,
        description="the rule book that this one starts from: an id, or the path of a .toml file",
    )
    without: list[Line] = Field(
        default_factory=list,
        title="Taken away",
        description="what to leave out of that book, such as `borrow_fee` or `level.call."
        "due_sessions`",
    )


@dataclass(frozen=True, slots=True)
class Laid:
    """Merged tables, and where the rows of lists are in the file itself, by list and number."""

    tables: dict[str, Any]
    rows: dict[tuple[str, int], int | None] = field(default_factory=dict)

    def home(self, location: Location) -> Location | None:
        """A place in the merged tables as one in the file; `None` if the file does not have it."""
        if len(location) < 2 or not isinstance(location[1], int):
            return location
        index = self.rows.get((str(location[0]), location[1]), location[1])
        return None if index is None else (location[0], index, *location[2:])


def laid_over(own: Tables, parent: Tables, parent_id: str, name: str) -> Laid:
    """A file's tables merged over those of the book that it extends. Raises `Refused`."""
    inherited = {key: value for key, value in parent.items() if key not in _OWN}
    without = own.get("without", [])
    if isinstance(without, list):
        for path in without:
            inherited = _without(inherited, path, parent_id, name)
    laid = Laid({})
    for key, value in {**inherited, **own}.items():
        if key in _CALLED_BY and _rows(value) and _rows(inherited.get(key)):
            laid.tables[key] = _merged_rows(key, inherited[key], own.get(key, []), laid)
        else:
            laid.tables[key] = _merged(inherited.get(key), value) if key in own else value
    if "title" in parent:
        laid.tables.setdefault("title", f"{parent['title']}, changed")
    return laid


def _merged(parent: Any, own: Any) -> Any:
    """Two tables merged key by key; anything else is the file's own."""
    if not (isinstance(parent, dict) and isinstance(own, dict)) or "value" in own:
        return own
    both = {**parent, **own}
    return {k: _merged(parent.get(k), v) if k in own else v for k, v in both.items()}


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _called(key: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(head, "")) for head in _CALLED_BY[key])


def _merged_rows(
    key: str, parents: list[dict[str, Any]], own: list[dict[str, Any]], laid: Laid
) -> list[dict[str, Any]]:
    """The parent's rows merged with the file's of the same name, then the file's others; rungs in
    the order of the ladder."""
    rows: list[tuple[dict[str, Any], int | None]] = [(row, None) for row in parents]
    for index, row in enumerate(own):
        called = _called(key, row)
        at = next((n for n, (old, _) in enumerate(rows) if _called(key, old) == called), None)
        if at is None or rows[at][1] is not None:
            rows.append((row, index))
        else:
            rows[at] = (_merged(rows[at][0], row), index)
    if key == "level" and all(row.get("rung") in _RUNGS for row, _ in rows):
        rows.sort(key=lambda pair: _RUNGS.index(pair[0]["rung"]))
    for number, (_, home) in enumerate(rows):
        laid.rows[key, number] = home
    return [row for row, _ in rows]


def _without(tables: dict[str, Any], path: Any, parent_id: str, name: str) -> dict[str, Any]:
    """The tables without one entry. Raises `Refused` if it does not exist."""
    parts = path.split(".") if isinstance(path, str) else []
    left = _less(tables, parts)
    if left is None:
        shown = clean(str(path), 60)
        raise Refused(
            f'{name}: without: "{shown}" is not in {parent_id}; {nearest(shown, _paths(tables))}'
        )
    return left


def _less(table: dict[str, Any], parts: list[str]) -> dict[str, Any] | None:
    if not parts or parts[0] not in table:
        return None
    first, rest, inner = parts[0], parts[1:], table[parts[0]]
    if not rest:
        return {key: value for key, value in table.items() if key != first}
    if first in _CALLED_BY and _rows(inner):
        head = _CALLED_BY[first][0]
        at = next((n for n, row in enumerate(inner) if row.get(head) == rest[0]), None)
        if at is None:
            return None
        if not rest[1:]:  # with those of the same name for some symbols only
            kept = [row for row in inner if row.get(head) != rest[0]]
            return {**table, first: kept}
        row = _less(inner[at], rest[1:])
        if row is None:
            return None
        return {**table, first: [*inner[:at], row, *inner[at + 1 :]]}
    if not isinstance(inner, dict) or "value" in inner:
        return None
    left = _less(inner, rest)
    return None if left is None else {**table, first: left}


def _paths(tables: Tables) -> list[str]:
    """Everything that `without` may name, spelled as it is named."""
    paths = []
    for key, value in tables.items():
        paths.append(key)
        if isinstance(value, dict) and "value" not in value:
            paths += [f"{key}.{inner}" for inner in value]
        elif key in _CALLED_BY and _rows(value):
            for row in value:
                called = f"{key}.{row.get(_CALLED_BY[key][0])}"
                paths += [called, *(f"{called}.{inner}" for inner in row)]
    return paths
