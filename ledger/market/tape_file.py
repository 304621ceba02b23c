"""Reading a tape from a file's bytes: every row checked, all or nothing.

Seventy thousand rows have to be ready before a person notices, so whole columns are turned at
once; only where that fails are the rows walked one by one, to say what is wrong and where.
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections import Counter
from datetime import date
from itertools import compress, pairwise
from operator import le, lt, sub

from ledger.market.faults import Refused
from ledger.market.packed import unpacked
from ledger.market.sessions import Trades, likely_market
from ledger.market.tape import FundingTape, Tape
from ledger.market.text import clean
from ledger.market.times import DAY, HOUR, iso
from ledger.money import LARGEST, ONE

HEADER = "time,open,high,low,close,volume"
FUNDING_HEADER = "time,funding_rate"
MOST_FAULTS = 20
MOST_DECIMALS = 12

_TIME = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\dT[0-2]\d:[0-5]\d:[0-5]\dZ", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?", re.ASCII)
_VOLUME = re.compile(r"\d{1,18}(\.\d{1,12})?", re.ASCII)
_ROOM = 2**63
"""What an array's whole numbers hold."""
_MOST_VOLUME = 10**18
"""Coins of a millionth of a cent are traded by the trillion."""
_CHARACTERS = b"0123456789.,:TZ\n-"
_PLAIN = "digits with at most one point, no exponent"
_ALLOWED = dict.fromkeys(("open", "high", "low", "close", "funding_rate"), _PLAIN) | {
    "time": "a time of 1900 to 2199 such as 2020-03-12T10:00:00Z",
    "volume": f"{_PLAIN} and no sign",
}
_SATURDAY = 2
"""Of the days counted from 1 January 1970, a Thursday, those with this rest by seven."""


def parse_tape(
    data: bytes,
    *,
    name: str,
    symbol: str,
    source: str = "",
    interval: int | None = None,
    continuous: bool | None = None,
    market: Trades | None = None,
) -> Tape:
    """The tape in a file's bytes, plain or gzipped. Raises `Refused` with line numbers.

    Without an interval the most common spacing is taken; without a word about sessions a market
    counts as continuous when it traded on a Saturday or through a whole day without a gap; without
    one about the market its times tell whose days its sessions are.
    """
    body = _body(data, name, HEADER)
    try:
        stamps, *prices, volume = _columns(body, HEADER)
        times = _times(stamps)
        scale = _scale(*prices)
        opens, highs, lows, closes = (_whole(column, scale) for column in prices)
        volume_scale = _scale(volume)
        volumes = _whole(volume, volume_scale, _MOST_VOLUME)
    except ValueError:
        raise Refused(*_malformed(body, name, HEADER)) from None
    _check_times(times, name)
    if min(volumes) < 0 or not _bounded(opens, highs, lows, closes):
        raise Refused(*_outside(opens, highs, lows, closes, volumes, name))
    interval = interval or _spacing(times, name)
    if continuous is None:
        continuous = never_closes(times, interval)
    bars = len(times)
    if 0 in volumes and any(volumes):
        times, opens, highs, lows, closes = (
            list(compress(column, volumes)) for column in (times, opens, highs, lows, closes)
        )
        volumes = list(filter(None, volumes))
    return Tape(
        symbol=symbol,
        source=source or name,
        interval=interval,
        continuous=continuous,
        market=market or likely_market(times, continuous=continuous),
        step=ONE.scaleb(-scale),
        volume_step=ONE.scaleb(-volume_scale),
        sha256=hashlib.sha256(data).hexdigest(),
        holes=bars - len(times),
        times=array("q", times),
        opens=array("q", opens),
        highs=array("q", highs),
        lows=array("q", lows),
        closes=array("q", closes),
        volumes=array("q", volumes),
    )


def parse_funding(data: bytes, *, name: str, symbol: str, source: str = "") -> FundingTape:
    """The funding rates in a file's bytes. Raises `Refused` with line numbers."""
    body = _body(data, name, FUNDING_HEADER)
    try:
        stamps, column = _columns(body, FUNDING_HEADER)
        times = _times(stamps)
        scale = _scale(column)
        rates = _whole(column, scale)
    except ValueError:
        raise Refused(*_malformed(body, name, FUNDING_HEADER)) from None
    _check_times(times, name)
    return FundingTape(
        symbol=symbol,
        source=source or name,
        step=ONE.scaleb(-scale),
        sha256=hashlib.sha256(data).hexdigest(),
        times=array("q", times),
        rates=array("q", rates),
    )


def _body(data: bytes, name: str, header: str) -> str:
    """What stands below the header."""
    try:
        text = unpacked(data, name).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused(f"{name}: this is no text; allowed: a CSV file in UTF-8") from None
    found, _, body = text.partition("\n")
    if found != header:
        raise Refused(f'{name}:1: the header is "{clean(found, 60)}"; allowed: {header}')
    if not body.strip("\n"):
        raise Refused(f"{name}: there is no row below the header; allowed: one or more")
    return body.removesuffix("\n")


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
    """Seconds since 1970 of a day's first moment, for `2020-03-12T`; each worked out once."""

    def __missing__(self, text: str) -> int:
        if not _TIME.fullmatch(f"{text}00:00:00Z"):
            raise ValueError(text)
        seconds = (date.fromisoformat(text[:10]) - date(1970, 1, 1)).days * DAY
        self[text] = seconds
        return seconds


class _Clock(dict[str, int]):
    """Seconds since midnight, for `10:00:00Z`; each worked out once."""

    def __missing__(self, text: str) -> int:
        if not _TIME.fullmatch(f"2000-01-01T{text}") or text >= "24":
            raise ValueError(text)
        seconds = int(text[:2]) * HOUR + int(text[3:5]) * 60 + int(text[6:8])
        self[text] = seconds
        return seconds


def _times(column: list[str]) -> list[int]:
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
    """Written numbers below `largest` as whole numbers at a scale.

    Raises `ValueError` where one is malformed or too large.
    """
    if scale > MOST_DECIMALS:
        raise ValueError("decimals")
    full = ",".join(_filled(column, scale) if scale else column)
    if full.count(".") != (len(column) if scale else 0) or ",." in f",{full}" or "-." in full:
        raise ValueError("points")
    digits = full.replace(".", "")
    try:  # the JSON reader turns digits into numbers twice as fast as int does
        atoms: list[int] = json.loads(f"[{digits}]")
    except ValueError:  # it takes no leading zeros, which 0.5 has
        atoms = list(map(int, digits.split(",")))
    most = min(largest * 10**scale, _ROOM)
    if max(atoms) >= most or min(atoms) <= -most:
        raise ValueError("size")
    return atoms


def _filled(column: list[str], scale: int) -> list[str]:
    """Every number with all its decimals: the full, the one short of it, the whole, the rest."""
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


def _malformed(body: str, name: str, header: str) -> list[str]:
    """The first faulty rows, each with its line and the field that does not fit."""
    names = header.split(",")
    faults: list[str] = []
    for line, text in enumerate(body.split("\n"), start=2):
        fields = text.split(",")
        if len(fields) != len(names):
            faults.append(f"{name}:{line}: {len(fields)} fields; allowed: {len(names)}, {header}")
        else:
            faults += [
                f'{name}:{line}: {key}: "{clean(value, 40)}" does not fit; allowed: {_ALLOWED[key]}'
                for key, value in zip(names, fields, strict=True)
                if not _fits(key, value)
            ]
        if len(faults) >= MOST_FAULTS:
            return [*faults[:MOST_FAULTS], f"{name}: and perhaps more"]
    return faults or [f"{name}: a column is too large and too fine; allowed: 18 digits in all"]


def _fits(key: str, value: str) -> bool:
    if key != "time":
        return bool((_VOLUME if key == "volume" else _NUMBER).fullmatch(value))
    try:
        _times([value])
    except ValueError:
        return False
    return True


def _check_times(times: list[int], name: str) -> None:
    """Each later than the one before. Raises `Refused`."""
    if all(map(lt, times, times[1:])):
        return
    faults: list[str] = []
    for line, (before, time) in enumerate(pairwise(times), start=3):
        if before >= time and len(faults) < MOST_FAULTS:
            what = "is there twice" if before == time else f"comes after {iso(before)}"
            faults.append(
                f"{name}:{line}: time: {iso(time)} {what}; allowed: times in order, each once"
            )
    raise Refused(*faults)


def _bounded(opens: list[int], highs: list[int], lows: list[int], closes: list[int]) -> bool:
    """Whether low and high bound the other two everywhere."""
    return all(
        all(map(le, smaller, larger))
        for smaller, larger in ((lows, opens), (lows, closes), (opens, highs), (closes, highs))
    )


def _outside(
    opens: list[int],
    highs: list[int],
    lows: list[int],
    closes: list[int],
    volumes: list[int],
    name: str,
) -> list[str]:
    faults: list[str] = []
    rows = zip(opens, highs, lows, closes, volumes, strict=True)
    for line, (opened, high, low, close, volume) in enumerate(rows, start=2):
        wrong = ""
        if low > high:
            wrong = "the low is above the high; allowed: low <= high"
        elif not low <= opened <= high:
            wrong = "the open is outside; allowed: from low to high"
        elif not low <= close <= high:
            wrong = "the close is outside; allowed: from low to high"
        elif volume < 0:
            wrong = "the volume is negative; allowed: 0 or more"
        if wrong and len(faults) < MOST_FAULTS:
            faults.append(f"{name}:{line}: {wrong}")
    return faults


def _spacing(times: list[int], name: str) -> int:
    """The most common distance of two bars; the smallest of them where several are."""
    counts: Counter[int] = Counter(map(sub, times[1:], times))
    if not counts:
        raise Refused(f"{name}: one row only; allowed: two or more, to tell how long a bar lasts")
    most = max(counts.values())
    return min(spacing for spacing, count in counts.items() if count == most)


def never_closes(times: list[int], interval: int) -> bool:
    """Whether a market trades on Saturdays, or through a whole day without a gap.

    Friday evening in New York is Saturday in UTC: bars of less than a day count from 06:00 on.
    """
    night = 6 * HOUR if interval < DAY else 0
    if any((time - night) // DAY % 7 == _SATURDAY for time in times):
        return True
    return times[-1] - times[0] >= DAY and all(
        later - earlier == interval for earlier, later in pairwise(times)
    )
