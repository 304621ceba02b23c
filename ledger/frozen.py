"""A changed copy of a frozen value: `dataclasses.replace`, five times as fast.

Every event makes a few such copies, and every bar some more. The library's function goes through
`__init__` and sets each field again; here the fields are taken over as they are. It is for values
that keep theirs in a `__dict__` (no slots) and nothing else in it.
"""

from typing import TYPE_CHECKING

__all__ = ["finish", "replace"]

if TYPE_CHECKING:
    from dataclasses import replace
    from dataclasses import replace as finish  # the type checker knows what it does with fields
else:

    def finish(copy, /, **changes):
        """The very copy that was just made and nobody has seen yet, with its last figures."""
        copy.__dict__.update(changes)
        return copy

    def replace(value, /, **changes):
        """The value with other figures; that they are fields of it, the type checker has seen."""
        copy = object.__new__(type(value))
        copy.__dict__.update(value.__dict__, **changes)
        return copy
