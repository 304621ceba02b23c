"""Figures, times and text of the wire as they stand inside a sentence.

Numbers keep every digit that is recorded. What comes from outside is cleaned; what is no number
where one should be is shown as the text that it is.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from ledger.practice.words import formats
from ledger.practice.words.formats import NOTHING as NOTHING
from ledger.text import clean

Wire = Mapping[str, object]

_LONGEST = 40
"""Characters of a figure: more than any amount that the ledger can hold has."""


def when(time: object) -> str:
    """`2024-01-12T00:00:00Z` as `Fri 12 Jan 2024 00:00`; seconds only where there are any."""
    try:
        moment = datetime.fromisoformat(str(time))
    except ValueError:
        return clean(str(time), 40)
    return formats.when(moment)


def figure(value: object) -> str:
    """`10,000.00`: every digit as it is recorded, thousands apart; a dash where there is none."""
    number = number_of(value)
    if number is None:
        return NOTHING if value is None else clean(str(value), 40)
    return f"{number:,f}"


def percent(value: object, places: int = 2) -> str:
    """`28.43%` for 0.28428571, half up; below one percent up to six decimals that it needs."""
    number = number_of(value)
    if number is None:
        return figure(value)
    if number == 0 or abs(number) >= Decimal("0.01"):
        return formats.percent(number, places)
    return formats.trimmed_percent(number, 6)


def trail_of(wire: Wire) -> str:
    """How far behind the price a stop follows: a distance, or a part of it in percent."""
    fraction = wire.get("trail_fraction")
    return figure(wire.get("trail")) if fraction is None else percent(fraction)


def number_of(value: object) -> Decimal | None:
    """The number that a string of the wire is; `None` for anything else, or of absurd size."""
    try:
        number = Decimal(value) if isinstance(value, str) and len(value) <= _LONGEST else None
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or abs(number.adjusted()) > _LONGEST // 2 - 2:
        return None
    return number


def is_zero(value: object) -> bool:
    """Whether there is nothing to tell: zero, or no number."""
    return number_of(value) in (None, Decimal(0))


def text(wire: Wire, key: str, limit: int = 200) -> str:
    """A word of the wire as one reads it: `forced_sale` as `forced sale`."""
    value = wire.get(key)
    return NOTHING if value is None else clean(str(value).replace("_", " "), limit)


def symbol(wire: Wire) -> str:
    """What was traded."""
    return NOTHING if wire.get("symbol") is None else clean(str(wire["symbol"]), 40)


class InContracts(dict[str, object]):
    """The wire of something that is counted in contracts of a dollar each."""


def size(wire: Wire) -> str:
    """How much of what."""
    return f"{figure(wire.get('quantity'))} {counted(wire)}{symbol(wire)}"


def counted(wire: Wire) -> str:
    """What stands between a quantity and its symbol."""
    return "contracts of " if isinstance(wire, InContracts) else ""


def pairs(value: object) -> list[tuple[str, object]]:
    """What a table of the wire holds, its keys cleaned; nothing where it is no table."""
    return [(clean(str(k), 40), v) for k, v in value.items()] if isinstance(value, Mapping) else []


def synthetic(wire: Wire) -> str:
    """After the opening of an account: the symbols whose prices nobody recorded."""
    hashes = pairs(wire.get("tapes"))
    made = ", ".join(name for name, known in hashes if str(known).startswith("synthetic "))
    return f"; synthetic prices: {made}" if made else ""


def texts(value: object) -> list[str]:
    """The items of a list, cleaned; nothing where it is no list."""
    return [clean(str(item), 40) for item in value] if isinstance(value, list | tuple) else []


def reason(wire: Wire) -> str:
    """What the trader wrote, after a colon."""
    return f": {clean(str(wire['reason']))}" if wire.get("reason") else ""


def tags(wire: Wire) -> str:
    """The words a trade or a note is filed under, in brackets."""
    found = texts(wire.get("tags"))
    return f" [{', '.join(found)}]" if found else ""


def signed(value: object) -> str:
    """A result: with its sign, unless it is zero."""
    shown = figure(value)
    return shown if shown.startswith("-") or is_zero(value) else f"+{shown}"
