"""Values as JSON and back, by their type hints: the wire of `interface.md` and the store's bodies.

Decimals are strings in plain notation exactly as they are, times marked `Time` are ISO 8601 with
`Z`, words are strings, an absent value is null. A float is an error anywhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, lru_cache
from hashlib import sha256
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ledger.account.events import kinds
from ledger.account.events.kinds import Event
from ledger.books.wire.json_text import BadWire as BadWire
from ledger.books.wire.json_text import canonical as canonical
from ledger.books.wire.json_text import compact as compact
from ledger.frozen import left_out_as
from ledger.market.rules.rulebook import Rulebook
from ledger.money import plain
from ledger.times import iso, parse_time

BODY_VERSION = 1
"""Version of the bodies written now; `UPGRADES` converts older ones when they are read."""

UPGRADES: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(type, version) -> the same body one version later. What is stored is never rewritten."""

HEADER = ("seq", "time", "type", "account")
"""Keys with which every wire object begins."""

_iso = lru_cache(1_024)(iso)  # many events share a second

_MAPPINGS = (dict, Mapping)

T = TypeVar("T")
Convert = Callable[[Any], Any]


def wire_name(event: type[Event] | Event) -> str:
    """`order_filled` for `OrderFilled`."""
    kind: Any = event if isinstance(event, type) else type(event)
    return _snake_case(kind.__name__)


@cache
def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _facts() -> dict[str, type[Event]]:
    """Every kind of event by its wire name, without the base classes."""
    named = [
        kind for kind in vars(kinds).values() if isinstance(kind, type) and issubclass(kind, Event)
    ]
    bases = {base for kind in named for base in kind.__mro__[1:]}
    return {wire_name(kind): kind for kind in named if kind not in bases}


KINDS: Mapping[str, type[Event]] = _facts()


def to_wire(event: Event, seq: int, account: str) -> dict[str, object]:
    """One line of the record: seq, time, type, account, then the event's keys in their order."""
    wire: dict[str, object] = {
        "seq": seq,
        "time": _iso(event.at),
        "type": wire_name(event),
        "account": account,
    }
    for name, key, write, left_out in _writers_of(event):
        value = getattr(event, name)
        if name != "at" and value != left_out:
            wire[key] = write(value)
    return wire


def from_wire(wire: Mapping[str, Any], version: int = BODY_VERSION) -> Event:
    """The event of a wire object. Raises `BadWire` for anything else."""
    name = wire.get("type")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None or name is None:
        raise BadWire(f"type: {name!r} is not a kind of event")
    body = {key: value for key, value in wire.items() if key not in ("seq", "type", "account")}
    for old in range(version, BODY_VERSION):
        upgrade = UPGRADES.get((name, old))
        body = upgrade(body) if upgrade else body
    event = _read_fields(kind, body, name)
    assert isinstance(event, Event)
    return event


def encode(value: object) -> Any:
    """A frozen value (rule book, instrument) as JSON by its type hints."""
    kind: Any = type(value)
    return _writer(kind)(value)


def decode(kind: type[T], data: object) -> T:
    """The value that was given to `encode`. Raises `BadWire`."""
    hint: Any = kind
    value: T = _reader(hint)(data)
    return value


def rules_hash(rulebook: Rulebook) -> str:
    """SHA-256 of a rule book: two books with the same figures have the same hash."""
    return sha256(canonical(encode(rulebook)).encode()).hexdigest()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _key(name: str) -> str:
    """The wire name of a field: `at` is `time`; `from_` only avoids Python's keyword."""
    return "time" if name == "at" else name.rstrip("_")


_Writer = tuple[str, str, Convert, object]
"""A field, its wire name, how it is written, and the value at which it is left out."""


def _writers_of(value: object) -> tuple[_Writer, ...]:
    kind: Any = type(value)
    return _writers(kind)


@cache
def _writers(kind: Any) -> tuple[_Writer, ...]:
    hints = _hints(kind)
    return tuple(
        (f.name, _key(f.name), _writer(hints[f.name]), left_out_as(f)) for f in fields(kind)
    )


@cache
def _writer(hint: Any) -> Convert:
    """How a value of this type is written."""
    if hint is Decimal:
        return plain
    if get_origin(hint) is Annotated:
        return _iso
    if _is_optional(hint):
        inner = _writer(_some(hint))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        each = _writer(get_args(hint)[0])
        return lambda value: [each(item) for item in value]
    if get_origin(hint) in _MAPPINGS:
        of = _writer(get_args(hint)[1])
        return lambda value: {key: of(item) for key, item in value.items()}
    if get_origin(hint) is frozenset:
        return sorted
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return str
    if is_dataclass(hint):
        return _write_fields
    if hint is str:
        return str.__str__  # an enum's member is written as its text
    if hint in (int, bool):
        return lambda value: value
    raise TypeError(f"no way to write {hint!r}")


def _write_fields(value: object) -> dict[str, Any]:
    return {
        key: write(held)
        for name, key, write, left_out in _writers_of(value)
        if (held := getattr(value, name)) != left_out
    }


@cache
def _reader(hint: Any) -> Convert:
    """How a value of this type is read; the inverse of `_writer`."""
    if hint is Decimal:
        return _decimal
    if get_origin(hint) is Annotated:
        return _time
    if _is_optional(hint):
        inner = _reader(_some(hint))
        return lambda data: None if data is None else inner(data)
    if get_origin(hint) is tuple:
        each = _reader(get_args(hint)[0])
        return lambda data: tuple(each(item) for item in _expect(list, data))
    if get_origin(hint) is frozenset:
        return lambda data: frozenset(_expect(list, data))
    if get_origin(hint) in _MAPPINGS:
        of = _reader(get_args(hint)[1])
        return lambda data: {key: of(item) for key, item in _expect(dict, data).items()}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda data: _word(hint, data)
    if is_dataclass(hint) and isinstance(hint, type):
        return lambda data: _read_fields(hint, _expect(dict, data), hint.__name__)
    if hint in (str, int, bool):
        return lambda data: _expect(hint, data)
    raise TypeError(f"no way to read {hint!r}")


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _some(hint: Any) -> Any:
    """The `T` of `T | None`, the only union in use."""
    (inner,) = (part for part in get_args(hint) if part is not type(None))
    return inner


@cache
def _readers(kind: Any) -> dict[str, tuple[str, Convert]]:
    """By wire name: the field and how it is read."""
    hints = _hints(kind)
    return {_key(f.name): (f.name, _reader(hints[f.name])) for f in fields(kind)}


@cache
def _needed(kind: Any) -> frozenset[str]:
    """Fields without a default. A field added later has one, which older bodies imply."""
    return frozenset(
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    )


def _read_fields(kind: Any, data: dict[str, Any], place: str) -> Any:
    readers = _readers(kind)
    values: dict[str, Any] = {}
    key = ""
    try:
        for key, value in data.items():
            name, read = readers[key]
            values[name] = read(value)
    except BadWire as fault:
        raise BadWire(f"{place}.{key}: {fault}") from None
    except KeyError:
        if key in readers:
            raise
        raise BadWire(f"{place}: unknown field {key}") from None
    missing = _needed(kind) - values.keys()
    if missing:
        names = ", ".join(sorted(map(_key, missing)))
        raise BadWire(f"{place}: {names} is missing")
    return kind(**values)


def _expect(kind: Any, data: object) -> Any:
    if type(data) is not kind:
        raise BadWire(f"{data!r} where {kind.__name__} is expected")
    return data


def _decimal(data: object) -> Decimal:
    if type(data) is not str:
        raise BadWire(f"{data!r} where str is expected")
    return _number(data)


@lru_cache(4_096)  # prices, quantities and noughts come again and again
def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadWire(f"{text!r} is not a number") from None
    if not value.is_finite() or plain(value) != text:
        raise BadWire(f"{text!r} is not a number in plain notation")
    return value


def _time(data: object) -> int:
    return _seconds(_expect(str, data))


@lru_cache(1_024)  # many events share their second
def _seconds(text: str) -> int:
    try:
        time = parse_time(text)
    except ValueError:
        raise BadWire(f"{text!r} is not a time") from None
    if _iso(time) != text:
        raise BadWire(f"{text!r} is not a UTC time in whole seconds")
    return time


def _word(kind: type[StrEnum], data: object) -> StrEnum:
    try:
        return kind(_expect(str, data))
    except ValueError:
        raise BadWire(f"{data!r} is not one of {', '.join(kind)}") from None
