"""The figures in a rule book's file, one by one, for a page that a person reads.

Made from the tables themselves: a new key there appears here with its label, its unit and its
meaning, and nothing has to be stated twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ledger.market.rule_files.field_types import Sourced
from ledger.market.rule_files.rulebook_tables import BookTable
from ledger.money import plain
from ledger.toml_file import Says, Unit

_HEADING = frozenset({"id", "title", "edition", "follows", "change"})
"""Keys that are shown in the page's heading, or with what changed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a figure; a list of tiers has several in each of its rows."""

    label: str
    value: str
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a rule book as its page shows it, with its source.

    `place` is the table it is in, in words; empty for the top of the file.
    """

    key: str
    value: str
    source: str
    date: str
    certainty: str
    place: str
    label: str
    meaning: str
    rows: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A name or choice of a rule book, which needs no source; `says` is its meaning."""

    key: str
    value: str
    says: str
    place: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a table: a prefix for its keys, and one for its labels."""

    key: str = ""
    label: str = ""

    def within(self, name: str, label: str) -> "_Place":
        return _Place(f"{self.key}{name}.", f"{self.label}: {label}" if self.label else label)


def entries(table: BookTable) -> Iterator[Figure | Word]:
    """Everything in the file but its name, in the order of the tables."""
    return _entries(table, _Place(), _HEADING)


def _entries(
    table: BaseModel, place: _Place, shown: frozenset[str] = frozenset()
) -> Iterator[Figure | Word]:
    """Figures and words in the file, except the keys that are `shown` in its heading."""
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        hidden = name in shown or name in getattr(table, "unlisted", ())
        if hidden or name not in table.model_fields_set or value == []:
            continue
        if isinstance(value, Sourced):
            yield _figure(name, field, value, place)
        elif isinstance(value, BaseModel):
            yield from _entries(value, place.within(name, label_of(name, field)))
        elif isinstance(value, list) and isinstance(value[0] if value else None, BaseModel):
            for item, called in _named(value):
                inner = place.within(name, label_of(name, field))
                inner = inner.within(called.replace(" ", "-"), called)
                yield from _entries(item, inner, frozenset(_heads(item)))
        else:
            yield _word(name, field, value, place)


def _named(items: list[BaseModel]) -> Iterator[tuple[BaseModel, str]]:
    """The tables of a list under their head keys; a number where two have the same."""
    firsts = [
        " ".join(text_of(head) for key in _heads(item) if (head := getattr(item, key)) is not None)
        for item in items
    ]
    often = Counter(firsts)
    for number, (item, first) in enumerate(zip(items, firsts, strict=True), start=1):
        yield item, first if often[first] == 1 else f"{first}-{number}"


def _heads(item: BaseModel) -> tuple[str, ...]:
    """The keys that name a table of a list: the first one, unless it defines others."""
    heads: tuple[str, ...] = getattr(item, "called_by", ()) or (
        next(iter(type(item).model_fields)),
    )
    return heads


def _figure(name: str, field: FieldInfo, figure: Sourced[Any], place: _Place) -> Figure:
    value = figure.value
    unit = unit_of(type(figure).model_fields["value"])
    rows: tuple[tuple[Part, ...], ...] = ((Part("", text_of(value), unit),),)
    if isinstance(value, BaseModel):
        rows = (_parts(value),)
    elif isinstance(value, list):
        rows = tuple(
            _parts(row) if isinstance(row, BaseModel) else (Part("", text_of(row), unit),)
            for row in value
        )
    return Figure(
        key=place.key + name,
        value=text_of(value),
        source=figure.source,
        date=figure.date,
        certainty=figure.certainty,
        place=place.label,
        label=label_of(name, field),
        meaning=field.description or "",
        rows=rows,
    )


def _parts(row: BaseModel) -> tuple[Part, ...]:
    return tuple(
        Part(label_of(name, field), text_of(value), unit_of(field))
        for name, field in type(row).model_fields.items()
        if (value := getattr(row, name)) is not None
    )


def _word(name: str, field: FieldInfo, value: Any, place: _Place) -> Word:
    meanings = says_of(field)
    if isinstance(value, list):
        meaning = "; ".join(_meaning(text_of(one), meanings) for one in value)
    else:
        meaning = meanings.get(text_of(value), "")
    return Word(
        key=place.key + name,
        value=text_of(value),
        says=meaning,
        place=place.label,
        label=label_of(name, field),
        meaning=field.description or "",
    )


def _meaning(word: str, meanings: dict[str, str]) -> str:
    return f"{word}: {meanings[word]}" if word in meanings else word


def label_of(name: str, field: FieldInfo) -> str:
    """The field's title, or its key in words: `taker_fee` as `Taker fee`."""
    return field.title or name.replace("_", " ").capitalize()


def unit_of(field: FieldInfo) -> Unit | None:
    """What its number counts; `None` if its type does not state it."""
    return next((mark for mark in marks_of(field) if isinstance(mark, Unit)), None)


def says_of(field: FieldInfo) -> dict[str, str]:
    """The meaning of each of its words; empty if its type does not state any."""
    return next((mark.words for mark in marks_of(field) if isinstance(mark, Says)), {})


def marks_of(field: FieldInfo) -> Iterator[Any]:
    """Every annotation in the type of a field, at any depth except inside tables."""
    yield from field.metadata
    yield from _marks(field.annotation)


def _marks(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _flat(annotation.__metadata__)
    inner = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Sourced):
        inner = annotation.__pydantic_generic_metadata__["args"]
    for part in inner:
        yield from _marks(part)


def _flat(marks: Iterable[Any]) -> Iterator[Any]:
    for mark in marks:
        yield from mark.metadata if isinstance(mark, FieldInfo) else [mark]


def text_of(value: Any) -> str:
    """A value on one line: `rate 0.004, floor 0; ...` for tiers."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        joint = "; " if any(isinstance(row, BaseModel) for row in value) else ", "
        return joint.join(text_of(row) for row in value)
    if isinstance(value, BaseModel):
        return ", ".join(f"{key} {text_of(part)}" for key, part in value)
    return str(value)
