"""Figures, times and durations as a screen shows them, on top of `ledger.practice.words.formats`.

Up and down are shown by an arrow and a sign, never by colour alone. A missing value (nothing open,
no price yet, not a number) is a dash, never a zero.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from ledger.money import price_places
from ledger.practice.words import formats
from ledger.practice.words.formats import NOTHING as NOTHING
from ledger.practice.words.formats import day as day
from ledger.practice.words.formats import fixed, moment_of, trimmed, with_unit
from ledger.practice.words.formats import month as month
from ledger.practice.words.formats import percent as percent
from ledger.text import clean as clean
from tui.text import display

UP, DOWN = "▲", "▼"

_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))

_ASCII = str.maketrans(
    {
        **dict.fromkeys("│┃║╷╵╻╹╽╿▏▎▍▌▐┆┊", "|"),
        **dict.fromkeys("─┄┅┈┉╌╍–—▁▂", "-"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯", "+"),
        **dict.fromkeys("█▉▊▋▆▇▀▄▓▒", "#"),
        **dict.fromkeys("·░", "."),
        **dict(zip("▲▼↑↓←→…×═━▃▅’", "^v^v<>~x==_='", strict=True)),
        "•": "*",
    }
)


def plain(text: str, limit: int) -> str:
    """Cleaned text in which every character fills exactly one cell of the terminal."""
    return "".join(char if _is_one_cell(char) else "?" for char in clean(text, limit))


def _is_one_cell(char: str) -> bool:
    wide = unicodedata.east_asian_width(char) in "WF"
    return not wide and unicodedata.category(char) not in ("Mn", "Me")


def asciify(text: str) -> str:
    """The same text for a terminal without UTF-8, cell for cell; `?` for a character without a
    substitute."""
    if text.isascii():
        return text
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def money(amount: Decimal | None, asset: str, *, exact: bool = False) -> str:
    """As `formats.money`, unless money is hidden."""
    if amount is not None and display.hides_money():
        return display.HIDDEN
    return formats.money(amount, asset, exact=exact)


def signed_money(amount: Decimal | None, asset: str) -> str:
    """`▲+413.20`, `▼-1,603.75`, and plain `0.00` without a sign."""
    return signed(money(amount, asset))


def signed(figure: str) -> str:
    """Arrow and sign for a formatted figure; zero and the dash have neither."""
    if not any(char in "123456789" for char in figure):
        return figure
    return f"{DOWN}{figure}" if figure.startswith("-") else f"{UP}+{figure}"


def price(value: Decimal | None, tick: Decimal, *, exact: bool = False) -> str:
    """A price with the decimals of its tick; `exact` keeps further decimals of a threshold."""
    places = places_of(tick)
    return trimmed(value, price_places(tick), places) if exact else fixed(value, places)


def quantity(value: Decimal | None, lot: Decimal | None = None) -> str:
    """With the decimals of its lot, or trimmed if no lot is known."""
    return trimmed(value, 8) if lot is None else fixed(value, places_of(lot))


def trail(distance: Decimal | None, fraction: Decimal | None, tick: Decimal) -> str:
    """How far behind the price a stop follows: `5.00`, or `5%` of it."""
    return price(distance, tick) if fraction is None else f"{quantity(fraction.scaleb(2))}%"


def signed_percent(ratio: Decimal | None, places: int = 1) -> str:
    """`▼-9.41%`."""
    return signed(percent(ratio, places))


def multiple(value: Decimal | None, places: int = 2) -> str:
    """`1.50 R`: a result in units of the risk."""
    return with_unit(fixed(value, places), " R")


def compact(value: Decimal | None) -> str:
    """`12.3M`: a size at a glance, for volumes."""
    if value is None or not value.is_finite():
        return NOTHING
    for power, unit in ((12, "T"), (9, "B"), (6, "M"), (3, "k")):
        if abs(value) >= Decimal(10) ** power:
            return with_unit(fixed(value, 1, shift=-power), unit)
    return trimmed(value, 2)


def places_of(step: Decimal) -> int:
    """Decimals a tick or lot needs: 2 for 0.25, 0 for 1 and for 10."""
    exponent = step.normalize().as_tuple().exponent
    return min(max(0, -exponent), 18) if isinstance(exponent, int) else 0


def when(time: int | None) -> str:
    """`Thu 12 Mar 2020 10:38`: market time, always UTC."""
    moment = moment_of(time)
    return NOTHING if moment is None else formats.when(moment)


def clock(time: int | None) -> str:
    """`10:38`."""
    moment = moment_of(time)
    return NOTHING if moment is None else f"{moment.hour:02}:{moment.minute:02}"


def duration(seconds: int | None) -> str:
    """`2 d 4 h`: the two largest units, rounded down."""
    if seconds is None:
        return NOTHING
    left, parts = abs(seconds), list[str]()
    for size, unit in _SPANS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    text = " ".join(parts[:2]) or "0 s"
    return f"-{text}" if seconds < 0 else text


def shortened(name: str, width: int) -> str:
    """A name cut in its middle: those of forks differ at their end. `first-call…p-left-2`."""
    if len(name) <= width:
        return name
    end = width // 2 - 1
    return f"{name[: width - end - 1]}…{name[-end:]}"
