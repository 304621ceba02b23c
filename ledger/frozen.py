"""Frozen values that are quick to make, and quick to copy with a change.

Every event makes a few of them, and every bar some more. The library's frozen dataclasses set each
field through `object.__setattr__`, and its `replace` does that again for a copy; here a value is
given its `__dict__` whole. That makes it quicker to read, too: a dict that shares its keys with the
others of its class is slow once it has been touched. So it is for values that keep their fields
there (no slots) and have no `__post_init__`. `replace` copies everything in it, so it is not for
values that cache what they have computed (a rule book, an instrument). `event_from` takes over the
fields that two kinds share and is quicker still: a call with many names costs more than what is
done with them.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields
from inspect import signature
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["ALWAYS", "event_from", "finish", "later", "left_out_as", "quick", "replace", "scratch"]

T = TypeVar("T")

_make = object.__new__

ALWAYS = object()
"""What `left_out_as` returns for a field that is always written."""


def later(default: T) -> T:
    """A field added to a kind of value that is already on record.

    At its default it is neither written nor hashed, so that older records and fingerprints stay
    valid.
    """
    made: T = field(default=default, metadata={"later": True})
    return made


def left_out_as(one: "Field[Any]") -> object:
    """The value with which a field is left out of records and hashes; `ALWAYS` for none."""
    return one.default if one.metadata.get("later") else ALWAYS


_PUT: dict[type, Callable[[object, dict[str, Any]], None]] = {}
"""The function that sets the `__dict__` of a value, by kind."""


def _put_of(kind: type) -> Callable[[object, dict[str, Any]], None]:
    """The quickest such function: that of the class above it, if any, that brought the
    `__dict__`."""
    owners = (each.__dict__["__dict__"] for each in kind.__mro__ if "__dict__" in each.__dict__)
    put: Callable[[object, dict[str, Any]], None] = next(owners).__set__
    return put


def quick(kind: type[T]) -> type[T]:
    """A frozen dataclass whose values are made in half the time, with the same signature.

    Its `__init__` is written anew, as `dataclass` writes it, with one plain assignment for each
    field.
    """
    space = {"put": _put_of(kind)}
    _initialized(kind, [" put(self, {", *(f" {n!r}: {v}," for n, v in _given(kind)), " })"], space)
    return kind


def scratch(kind: type[T]) -> type[T]:
    """The same for a value that lives for one step and is never recorded: made faster still.

    Only the type checker sees that no field is set afterwards; the runtime does not. That lets the
    interpreter set the fields of a new value in the quickest way it knows.
    """
    for guard in ("__setattr__", "__delattr__"):
        delattr(kind, guard)
    _initialized(kind, [f" self.{name} = {value}" for name, value in _given(kind)], {})
    return kind


def _given(kind: Any) -> list[tuple[str, str]]:
    """The fields, each with what an `__init__` gives it: the argument, or what a default makes."""
    return [
        (
            each.name,
            each.name
            if each.default_factory is MISSING
            else f"make_{each.name}() if {each.name} is absent else {each.name}",
        )
        for each in fields(kind)
    ]


def _initialized(kind: Any, body: list[str], space: dict[str, Any]) -> None:
    """Give a kind an `__init__` with this body and the signature of the one that it has."""
    assert not hasattr(kind, "__post_init__"), "it would never be called"
    slow = kind.__init__
    names = [each.name for each in fields(kind)]
    by_place = slow.__code__.co_argcount - 1
    parameters = [*names[:by_place], *(["*"] if by_place < len(names) else []), *names[by_place:]]
    for each in fields(kind):
        if each.default_factory is not MISSING:
            space[f"make_{each.name}"] = each.default_factory
            space["absent"] = signature(slow).parameters[each.name].default
    exec("\n".join([f"def __init__(self, {', '.join(parameters)}):", *body]), space)
    made = space["__init__"]
    for name in ("__defaults__", "__kwdefaults__", "__annotations__", "__qualname__"):
        setattr(made, name, getattr(slow, name))
    kind.__init__ = made
    _PUT[kind] = _put_of(kind)


_LEFT: dict[tuple[type, type], tuple[str, ...]] = {}
"""For two kinds, the fields of the second that it does not take over from the first."""


def event_from(kind: type[T], other: object, /, **given: object) -> T:
    """A value with the fields that another has under the same names, and the rest as given."""
    made = _make(kind)
    taken = other.__dict__ | given
    pair = kind, type(other)
    if pair not in _LEFT:
        _LEFT[pair] = _left(taken, kind)
    for name in _LEFT[pair]:
        del taken[name]
    _PUT[kind](made, taken)
    return made


def _left(taken: dict[str, Any], kind: Any) -> tuple[str, ...]:
    names = [each.name for each in fields(kind)]
    lacking = [name for name in names if name not in taken]
    assert not lacking, f"{kind.__name__} lacks {lacking}"
    return tuple(name for name in taken if name not in names)


if TYPE_CHECKING:
    from dataclasses import replace
    from dataclasses import replace as finish  # the type checker knows what it does with fields
else:

    def finish(copy, /, **changes):
        """Set the last fields of a copy that nothing else holds yet."""
        copy.__dict__.update(changes)
        return copy

    def replace(value, /, **changes):
        """A copy with other figures; that they are its fields is the type checker's to see."""
        kind = type(value)
        copy = _make(kind)
        _PUT[kind](copy, value.__dict__ | changes)
        return copy
