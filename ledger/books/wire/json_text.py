"""The one JSON text of a value, without floats, over which checksums are computed."""

import json
import re

_SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_AS_IT_IS = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class BadWire(ValueError):
    """JSON that does not encode a value: the message names the place and what is wrong."""


def canonical(data: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces. Raises `BadWire` for a float."""
    _refuse_floats(data)
    return _SORTED(data)


def compact(data: object) -> str:
    """JSON without spaces, keys in their own order: the order of instruments matters."""
    _refuse_floats(data)
    return _AS_IT_IS(data)


def _refuse_floats(data: object) -> None:
    if isinstance(data, str):
        return
    if isinstance(data, float):
        raise BadWire(f"{data!r} is a float: exact numbers are strings")
    if isinstance(data, dict):
        data = data.values()
    elif not isinstance(data, list | tuple):
        return
    for value in data:
        if not isinstance(value, str):
            _refuse_floats(value)


_KIND = re.compile(r'\{"seq":\d+,"time":"[^"\\]*","type":"([a-z_]+)"')


def kind_of(body: str) -> str | None:
    """The kind of a stored event, from the head of its body; `None` where it does not begin like
    one: reading it in full says what is wrong."""
    found = _KIND.match(body)
    return found[1] if found else None
