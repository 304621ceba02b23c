"""A rule book that begins as another: its own keys stand in place of those of the book it extends.

Tables are merged key by key, at any depth; a figure is replaced whole, with its source. Demands,
levels and restrictions are met by what they are called by, and merged like tables; every other
list (tiers, rates, bands) is replaced whole. `without` takes away what nothing replaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from ledger.refused import Refused, nearest
from ledger.text import clean
from ledger.toml_file import Line, Location, Table

Tables = Mapping[str, Any]

_CALLED_BY = {"schedule": ("name", "symbol"), "level": ("rung",), "restriction": ("forbids",)}
_RUNGS = ("warning", "call", "liquidation")
_OWN = ("id", "title", "extends", "without")
"""Keys that a book has of its own, whatever it extends."""


class Extending(Table):
    """First in the order of keys: what the rest of the file is laid over."""

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
    """Merged tables, and where the rows of lists stand in the file itself, by list and number."""

    tables: dict[str, Any]
    rows: dict[tuple[str, int], int | None] = field(default_factory=dict)

    def home(self, location: Location) -> Location | None:
        """A place of the merged tables as one of the file; `None` where the file has it not."""
        if len(location) < 2 or not isinstance(location[1], int):
            return location
        index = self.rows.get((str(location[0]), location[1]), location[1])
        return None if index is None else (location[0], index, *location[2:])


def laid_over(own: Tables, parent: Tables, parent_id: str, name: str) -> Laid:
    """A file's tables over those of the book that it extends. Raises `Refused`."""
    kept = {key: value for key, value in parent.items() if key not in _OWN}
    without = own.get("without", [])
    if isinstance(without, list):
        for path in without:
            kept = _without(kept, path, parent_id, name)
    laid = Laid({})
    for key, value in {**kept, **own}.items():
        if key in _CALLED_BY and _rows(value) and _rows(kept.get(key)):
            laid.tables[key] = _merged_rows(key, kept[key], own.get(key, []), laid)
        else:
            laid.tables[key] = _merged(kept.get(key), value) if key in own else value
    if "title" in parent:
        laid.tables.setdefault("title", f"{parent['title']}, changed")
    return laid


def _merged(parent: Any, own: Any) -> Any:
    """Two tables key by key; of anything else the file's own."""
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
    """The parent's rows under the file's of the same name, and the file's others behind them;
    rungs in the order of the ladder."""
    found: list[tuple[dict[str, Any], int | None]] = [(row, None) for row in parents]
    for index, row in enumerate(own):
        called = _called(key, row)
        at = next((n for n, (old, _) in enumerate(found) if _called(key, old) == called), None)
        if at is None or found[at][1] is not None:
            found.append((row, index))
        else:
            found[at] = (_merged(found[at][0], row), index)
    if key == "level" and all(row.get("rung") in _RUNGS for row, _ in found):
        found.sort(key=lambda pair: _RUNGS.index(pair[0]["rung"]))
    for number, (_, home) in enumerate(found):
        laid.rows[key, number] = home
    return [row for row, _ in found]


def _without(tables: dict[str, Any], path: Any, parent_id: str, name: str) -> dict[str, Any]:
    """The tables with one thing less. Raises `Refused` where it is not there."""
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
        row = _less(inner[at], rest[1:]) if rest[1:] else {}
        if row is None:
            return None
        return {**table, first: [*inner[:at], *([row] if row else []), *inner[at + 1 :]]}
    if not isinstance(inner, dict) or "value" in inner:
        return None
    left = _less(inner, rest)
    return None if left is None else {**table, first: left}


def _paths(tables: Tables) -> list[str]:
    """All that `without` may name, as it is named."""
    found = []
    for key, value in tables.items():
        found.append(key)
        if isinstance(value, dict) and "value" not in value:
            found += [f"{key}.{inner}" for inner in value]
        elif key in _CALLED_BY and _rows(value):
            for row in value:
                called = f"{key}.{row.get(_CALLED_BY[key][0])}"
                found += [called, *(f"{called}.{inner}" for inner in row)]
    return found
