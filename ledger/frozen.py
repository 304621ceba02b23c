"""Frozen values that are quick to make, and quick to copy with a change.

Every event makes a few of them, and every bar some more. The library's frozen dataclasses set each
field through `object.__setattr__`, and its `replace` does that again for a copy; here a value is
given its `__dict__` whole. That makes it quicker to read, too: a dict that shares its keys with
the others of its class is slow once somebody has touched it. So it is for values that keep their
fields there (no slots) and have no `__post_init__`; `replace` takes all along that stands there,
and so is not for those that keep what they have worked out (a rule book, an instrument).
"""

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["finish", "quick", "replace"]

T = TypeVar("T")


def _own_dict(kind: type) -> Any:
    """What reads and writes the `__dict__` of a value of this kind."""
    return next(each.__dict__["__dict__"] for each in kind.__mro__ if "__dict__" in each.__dict__)


def quick(kind: type[T]) -> type[T]:
    """A frozen dataclass whose values are made in half the time, with the signature that it has.

    Its `__init__` is written anew, as `dataclass` writes it: with one plain assignment a field.
    """
    assert not hasattr(kind, "__post_init__"), "it would never be called"
    slow: Any = kind.__init__
    own: list[Any] = list(fields(kind))  # type: ignore[arg-type]
    names = [each.name for each in own]
    by_place = slow.__code__.co_argcount - 1
    parameters = [*names[:by_place], *(["*"] if by_place < len(names) else []), *names[by_place:]]
    lines = [f"def __init__(self, {', '.join(parameters)}):", " put(self, {"]
    space: dict[str, Any] = {"put": _own_dict(kind).__set__}
    for each in own:
        value = each.name
        if each.default_factory is not MISSING:
            space[f"make_{value}"] = each.default_factory
            space["absent"] = slow.__kwdefaults__[value]
            value = f"make_{value}() if {value} is absent else {value}"
        lines.append(f" {each.name!r}: {value},")
    exec("\n".join([*lines, " })"]), space)
    made = space["__init__"]
    for told in ("__defaults__", "__kwdefaults__", "__annotations__", "__qualname__"):
        setattr(made, told, getattr(slow, told))
    kind.__init__ = made  # type: ignore[method-assign]
    return kind


if TYPE_CHECKING:
    from dataclasses import replace
    from dataclasses import replace as finish  # the type checker knows what it does with fields
else:
    _make, _put = object.__new__, object.__setattr__

    def finish(copy, /, **changes):
        """The very copy that was just made and nobody has seen yet, with its last figures."""
        copy.__dict__.update(changes)
        return copy

    def replace(value, /, **changes):
        """The value with other figures; that they are fields of it, the type checker has seen."""
        copy = _make(value.__class__)
        _put(copy, "__dict__", value.__dict__ | changes)
        return copy
