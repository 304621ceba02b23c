"""Every key that a rule book may have, with its meaning and its values, as Markdown.

Made from the tables that check a rule book, so that the guide cannot fall behind them.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ledger.market.rule_files.field_types import Sourced
from ledger.market.rule_files.figures import marks_of, says_of, text_of
from ledger.market.rule_files.rulebook_tables import BookTable
from ledger.money import LARGEST

_HEAD = "| key | what it says | takes |\n| --- | --- | --- |"


def keys_markdown() -> str:
    """A heading and a table of keys for each table of the file."""
    parts = [_table("At the top of the file", BookTable)]
    parts += [_table(title, table) for title, table in _inner(BookTable, "")]
    return "\n\n".join(parts)


def _table(title: str, table: type[BaseModel]) -> str:
    rows = [_key(name, field) for name, field in table.model_fields.items() if not _nested(field)]
    return "\n".join([f"### {title}", "", _HEAD, *rows])


def _inner(table: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """The tables within a table, as their headers are written; rows of a figure by its key."""
    for name, field in table.model_fields.items():
        inner = _nested(field)
        if inner is not None:
            listed = any(get_origin(part) is list for part in _parts(field.annotation))
            header = f"[[{path}{name}]]" if listed else f"[{path}{name}]"
            yield f"{header}: {field.description}", inner
            yield from _inner(inner, f"{path}{name}.")
        elif (row := _row(field)) is not None:
            yield f"In `{path}{name}`", row


def _nested(field: FieldInfo) -> type[BaseModel] | None:
    """The table that a key opens; `None` for a value, or a figure with its source."""
    return next((table for table in _tables(field) if not issubclass(table, Sourced)), None)


def _row(field: FieldInfo) -> type[BaseModel] | None:
    """The table that the value of a figure is made of."""
    figure = _figure(field)
    return None if figure is None else _nested(figure.model_fields["value"])


def _figure(field: FieldInfo) -> type[BaseModel] | None:
    return next((table for table in _tables(field) if issubclass(table, Sourced)), None)


def _tables(field: FieldInfo) -> Iterator[type[BaseModel]]:
    for part in _parts(field.annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def _parts(annotation: Any) -> Iterator[Any]:
    """A type and everything it consists of, except inside tables."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _parts(part)


def _key(name: str, field: FieldInfo) -> str:
    figure = _figure(field)
    takes = _takes(figure.model_fields["value"], "figure") if figure else _takes(field, "number")
    if not field.is_required():
        default = field.get_default(call_default_factory=True)
        takes += f"; default {_word(default)}" if default not in (None, []) else "; optional"
    return f"| `{name}` | {field.description} | {takes} |"


def _takes(field: FieldInfo, what: str) -> str:
    """Words with their meaning, or the bounds of a number."""
    meanings = says_of(field)
    words = list(_words(field.annotation))
    if words and meanings:
        return "; ".join(
            f"{_word(word)}: {meanings[word]}" if word in meanings else _word(word)
            for word in words
        )
    if words:
        return ", ".join(map(_word, words))
    if _nested(field) is not None:
        return "rows, see below"
    bounds = " ".join(filter(None, (_bound(mark) for mark in marks_of(field))))
    return f"a {what} {bounds}" if bounds else "text"


def _words(annotation: Any) -> Iterator[str]:
    """Every value of a key, if it takes one of a few words."""
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            yield from map(text_of, get_args(part))
        elif part is bool:
            yield from ("true", "false")
        elif isinstance(part, type) and issubclass(part, Enum):
            yield from (member.value for member in part)


def _word(value: object) -> str:
    return f"`{text_of(value)}`"


def _bound(mark: object) -> str:
    """One bound of a number, from the annotation that checks it."""
    for name, word in (("ge", "from"), ("gt", "above"), ("le", "to"), ("lt", "below")):
        bound = getattr(mark, name, None)
        if bound is not None and bound != LARGEST:
            return f"{word} {bound}"
    return ""
