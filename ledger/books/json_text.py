"""The one JSON text of a value, with no float in it; what a checksum is computed over."""

import json
from collections.abc import Mapping


class BadWire(ValueError):
    """JSON that is no such value: the message names the place and what is wrong with it."""


def canonical(data: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces. Raises `BadWire` for a float."""
    _refuse_floats(data)
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def compact(data: object) -> str:
    """JSON without spaces, keys in their own order: the order of instruments has a meaning."""
    _refuse_floats(data)
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(data: object) -> None:
    if isinstance(data, float):
        raise BadWire(f"{data!r} is a float: exact numbers are strings")
    if isinstance(data, Mapping):
        for value in data.values():
            _refuse_floats(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _refuse_floats(value)
