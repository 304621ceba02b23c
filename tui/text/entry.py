"""What a person typed into a field, as an exact number; refused with a sentence, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]+)?", re.ASCII)
_LONGEST = 24
_HUNDRED = Decimal(100)


class Unreadable(Exception):
    """The text cannot be read; the sentence names the field and says what is allowed."""


def number(text: str, field: str) -> Decimal:
    """`1,234.5` or `1234.5`. Raises `Unreadable`, also for an empty text."""
    value = optional_number(text, field)
    if value is None:
        raise Unreadable(f"{field}: enter a number")
    return value


def optional_number(text: str, field: str) -> Decimal | None:
    """The same; `None` if the field is empty."""
    typed = text.strip()
    if not typed:
        return None
    if len(typed) > _LONGEST or not _NUMBER.fullmatch(typed) or not re.search("[0-9]", typed):
        raise Unreadable(f"{field}: not a number; write it like 1234.5")
    return Decimal(typed.replace(",", ""))


def trail(text: str, field: str) -> tuple[Decimal | None, Decimal | None]:
    """How far behind the price: `5` is a distance, `5%` a fraction of 0.05; nothing is neither."""
    typed = text.strip()
    if not typed.endswith("%"):
        return optional_number(typed, field), None
    percent = number(typed.removesuffix("%"), field)
    if not 0 < percent < _HUNDRED:
        raise Unreadable(f"{field}: enter a percentage above 0 and below 100")
    return None, percent.scaleb(-2)


def parts(text: str) -> list[tuple[str, str]]:
    """`8000:50 8500:50` as pairs of price and percent; a price alone has no percent."""
    pairs = []
    for piece in text.replace(";", " ").split():
        price, _, share = piece.partition(":")
        pairs.append((price, share.removesuffix("%")))
    return pairs
