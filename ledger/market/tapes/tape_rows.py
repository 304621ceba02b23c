"""Rows of text as columns of whole numbers, converted some thousand at a time."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.money import LARGEST
from ledger.times import DAY, HOUR

MOST_DECIMALS = 12

_TIME = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\dT[0-2]\d:[0-5]\d:[0-5]\dZ", re.ASCII)
_ROOM = 2**63
"""The largest whole number an array holds."""
_MOST_VOLUME = 10**18
"""Coins of a millionth of a cent trade by the trillion."""
_CHARACTERS = b"0123456789.,:TZ\n-"


@dataclass(slots=True)
class Rows:
    """The columns so far, as whole numbers at the finest scale so far."""

    prices: tuple[array[int], ...]
    volumes: array[int]
    times: array[int] = field(default_factory=lambda: array("q"))
    scale: int = 0
    volume_scale: int = 0

    def add(self, body: str, header: str) -> None:
        """Add the rows of a block. Raises `ValueError` if one of them, or all, cannot be taken."""
        stamps, *columns = _columns(body, header)
        prices = columns[: len(self.prices)]
        self.times.extend(times_of(stamps))
        self.scale = _extend(self.prices, prices, self.scale, int(LARGEST))
        self.volume_scale = _extend(
            (self.volumes,), columns[len(prices) :], self.volume_scale, _MOST_VOLUME
        )


def _extend(
    columns: tuple[array[int], ...], more: list[list[str]], scale: int, largest: int
) -> int:
    """Extend columns that share a scale, from now on the finer of both."""
    finest = max(scale, _scale(*more)) if more else scale
    if finest > MOST_DECIMALS:
        raise ValueError("decimals")
    if finest > scale:
        factor = 10 ** (finest - scale)
        most = min(largest * 10**finest, _ROOM)
        for column in columns:
            if column and max(max(column), -min(column)) * factor >= most:
                raise ValueError("size")
            column[:] = array("q", (number * factor for number in column))
    for column, texts in zip(columns, more, strict=False):
        column.extend(_whole(texts, finest, largest))
    return finest


def _columns(body: str, header: str) -> list[list[str]]:
    """The fields of each column. Raises `ValueError` when a row has too few or too many."""
    if body.encode().translate(None, _CHARACTERS):
        raise ValueError("characters")
    width = header.count(",") + 2
    fields = body.replace("\n", ",\n,").split(",")
    rows = body.count("\n") + 1
    if len(fields) != rows * width - 1 or fields[width - 1 :: width].count("\n") != rows - 1:
        raise ValueError("fields")
    return [fields[index::width] for index in range(width - 1)]


class _Days(dict[str, int]):
    """Seconds since 1970 of a day's first moment, for `2020-03-12T`; each computed once."""

    def __missing__(self, text: str) -> int:
        if not _TIME.fullmatch(f"{text}00:00:00Z"):
            raise ValueError(text)
        seconds = (date.fromisoformat(text[:10]) - date(1970, 1, 1)).days * DAY
        self[text] = seconds
        return seconds


class _Clock(dict[str, int]):
    """Seconds since midnight, for `10:00:00Z`; each computed once."""

    def __missing__(self, text: str) -> int:
        if not _TIME.fullmatch(f"2000-01-01T{text}") or text >= "24":
            raise ValueError(text)
        seconds = int(text[:2]) * HOUR + int(text[3:5]) * 60 + int(text[6:8])
        self[text] = seconds
        return seconds


def times_of(column: Sequence[str]) -> list[int]:
    """Seconds since 1970. Raises `ValueError` for what is not a time."""
    days, clock = _Days(), _Clock()
    return [days[text[:11]] + clock[text[11:]] for text in column]


def _scale(*columns: list[str]) -> int:
    """The most decimals in use."""
    joined = ",".join(map(",".join, columns))
    scale = 0
    while re.search(rf"\.\d{{{scale + 1}}}", joined):
        scale += 1
    return scale


def _whole(column: list[str], scale: int, largest: int = int(LARGEST)) -> list[int]:
    """Numbers in text below `largest` as whole numbers at a scale.

    Raises `ValueError` if one is malformed or too large.
    """
    if scale > MOST_DECIMALS:
        raise ValueError("decimals")
    full = ",".join(_filled(column, scale) if scale else column)
    if full.count(".") != (len(column) if scale else 0) or ",." in f",{full}" or "-." in full:
        raise ValueError("points")
    digits = full.replace(".", "")
    try:  # the JSON reader converts digits twice as fast as int does
        atoms: list[int] = json.loads(f"[{digits}]")
    except ValueError:  # it rejects leading zeros, which 0.5 has
        atoms = list(map(int, digits.split(",")))
    most = min(largest * 10**scale, _ROOM)
    if max(atoms) >= most or min(atoms) <= -most:
        raise ValueError("size")
    return atoms


def _filled(column: list[str], scale: int) -> list[str]:
    """Every number with all its decimals: complete, one short, whole, or any other."""
    full, short, zeros = -scale - 1, -scale, f".{'0' * scale}"
    return [
        text
        if text[full:short] == "."
        else f"{text}0"
        if text[short : short + 1] == "."
        else f"{text}{zeros}"
        if "." not in text
        else _rest(text, scale)
        for text in column
    ]


def _rest(text: str, scale: int) -> str:
    if text[-1] == ".":
        raise ValueError(text)
    return text + "0" * (scale + 1 + text.index(".") - len(text))
