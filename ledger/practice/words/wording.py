"""Figures, times and text of the wire, as written inside a sentence.

Numbers keep every recorded digit but padding zeros. Text from outside is cleaned; a value that
should be a number and is not is shown as text.
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
_PADDED = 2
"""Decimals of money, shown even if they are zeros."""


def when(time: object) -> str:
    """`2024-01-12T00:00:00Z` as `Fri 12 Jan 2024 00:00`; seconds only if not zero."""
    try:
        moment = datetime.fromisoformat(str(time))
    except ValueError:
        return clean(str(time), 40)
    return formats.when(moment)


def figure(value: object) -> str:
    """`10,000.00`: exact, with thousands separators; a dash for `None`.

    A dollar coin's `10,000.000000` is `10,000.00` too: from the third decimal on, zeros at the end
    are left out.
    """
    number = number_of(value)
    if number is None:
        return NOTHING if value is None else clean(str(value), 40)
    whole, point, decimals = f"{number:,f}".partition(".")
    if len(decimals) > _PADDED:
        decimals = decimals[:_PADDED] + decimals[_PADDED:].rstrip("0")
    return f"{whole}{point}{decimals}"


def percent(value: object, places: int = 2) -> str:
    """`28.43%` for 0.28428571, half up; below one percent with up to six decimals."""
    number = number_of(value)
    if number is None:
        return figure(value)
    if number == 0 or abs(number) >= Decimal("0.01"):
        return formats.percent(number, places)
    return formats.trimmed_percent(number, 6)


def trail_of(wire: Wire) -> str:
    """How far a stop trails the price: a distance, or a percentage."""
    fraction = wire.get("trail_fraction")
    return figure(wire.get("trail")) if fraction is None else percent(fraction)


def number_of(value: object) -> Decimal | None:
    """The number in a string of the wire; `None` for anything else, or for an absurd size."""
    try:
        number = Decimal(value) if isinstance(value, str) and len(value) <= _LONGEST else None
    except InvalidOperation:
        return None
    if number is None or not number.is_finite() or abs(number.adjusted()) > _LONGEST // 2 - 2:
        return None
    return number


def is_zero(value: object) -> bool:
    """Whether it is zero or not a number."""
    return number_of(value) in (None, Decimal(0))


def text(wire: Wire, key: str, limit: int = 200) -> str:
    """A word of the wire as written in a sentence: `forced_sale` as `forced sale`."""
    value = wire.get(key)
    return NOTHING if value is None else clean(str(value).replace("_", " "), limit)


def symbol(wire: Wire) -> str:
    """The symbol, or a dash."""
    return NOTHING if wire.get("symbol") is None else clean(str(wire["symbol"]), 40)


class InContracts(dict[str, object]):
    """The wire of an event whose quantities are contracts of a dollar each."""


def size(wire: Wire) -> str:
    """Quantity and symbol."""
    return f"{figure(wire.get('quantity'))} {counted(wire)}{symbol(wire)}"


def counted(wire: Wire) -> str:
    """The unit between a quantity and its symbol."""
    return "contracts of " if isinstance(wire, InContracts) else ""


def pairs(value: object) -> list[tuple[str, object]]:
    """The items of a table, keys cleaned; empty for anything else."""
    return [(clean(str(k), 40), v) for k, v in value.items()] if isinstance(value, Mapping) else []


def synthetic(wire: Wire) -> str:
    """The symbols with synthetic prices, appended to the opening of an account."""
    hashes = pairs(wire.get("tapes"))
    symbols = ", ".join(name for name, tape in hashes if str(tape).startswith("synthetic "))
    return f"; synthetic prices: {symbols}" if symbols else ""


def texts(value: object) -> list[str]:
    """The items of a list, cleaned; empty for anything else."""
    return [clean(str(item), 40) for item in value] if isinstance(value, list | tuple) else []


def reason(wire: Wire) -> str:
    """The reason, after a colon."""
    return f": {clean(str(wire['reason']))}" if wire.get("reason") else ""


def tags(wire: Wire) -> str:
    """The tags of a trade or a note, in brackets."""
    words = texts(wire.get("tags"))
    return f" [{', '.join(words)}]" if words else ""


def signed(value: object) -> str:
    """A result with its sign, unless it is zero."""
    shown = figure(value)
    return shown if shown.startswith("-") or is_zero(value) else f"+{shown}"
