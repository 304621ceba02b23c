"""Reading a tape from a file's bytes: every row checked, all or nothing.

Seventy thousand rows must load in no noticeable time, so whole columns are converted at once; only
where that fails are the rows checked one by one, to say what is wrong and where. A file is read
block by block into arrays: ten years of minutes are 250 MB of numbers and never text.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import compress, pairwise
from operator import le, lt, sub

from ledger.market.tapes.compression import pieces
from ledger.market.tapes.sessions import Trades, likely_market
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.market.tapes.tape_rows import Rows, times_of
from ledger.money import ONE
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import DAY, HOUR, iso

HEADER = "time,open,high,low,close,volume"
FUNDING_HEADER = "time,funding_rate"
MOST_FAULTS = 20
MOST_BARS = 5_500_000
"""Ten years of minutes are 5.26 million."""
_LONGEST_LINE = 1_000

_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?", re.ASCII)
_VOLUME = re.compile(r"\d{1,18}(\.\d{1,12})?", re.ASCII)
_PLAIN = "digits with at most one point, no exponent"
_ALLOWED = dict.fromkeys(("open", "high", "low", "close", "funding_rate"), _PLAIN) | {
    "time": "a time between 1900 and 2199, such as 2020-03-12T10:00:00Z",
    "volume": f"{_PLAIN} and no sign",
}
_SATURDAY = 2
"""The remainder by seven of a Saturday, in days counted from Thursday, 1 January 1970."""


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

    The interval defaults to the most common spacing. By default a market is continuous if it traded
    on a Saturday or through a whole day without a gap, and its times tell whose days its sessions
    are.
    """
    table = _read(data, name, HEADER)
    times, (opens, highs, lows, closes), scale = table.times, table.prices, table.scale
    volumes, volume_scale = table.volumes, table.volume_scale
    _check_times(times, name)
    if min(volumes) < 0 or not _bounded(opens, highs, lows, closes):
        raise Refused(*_outside(opens, highs, lows, closes, volumes, name))
    interval = interval or _spacing(times, name)
    if continuous is None:
        continuous = never_closes(times, interval)
    bars = len(times)
    if 0 in volumes and any(volumes):
        times, opens, highs, lows, closes = (
            array("q", compress(column, volumes)) for column in (times, opens, highs, lows, closes)
        )
        volumes = array("q", filter(None, volumes))
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
        times=times,
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=volumes,
    )


def parse_funding(data: bytes, *, name: str, symbol: str, source: str = "") -> FundingTape:
    """The funding rates in a file's bytes. Raises `Refused` with line numbers."""
    table = _read(data, name, FUNDING_HEADER)
    times, (rates,), scale = table.times, table.prices, table.scale
    _check_times(times, name)
    return FundingTape(
        symbol=symbol,
        source=source or name,
        step=ONE.scaleb(-scale),
        sha256=hashlib.sha256(data).hexdigest(),
        times=times,
        rates=rates,
    )


def _read(data: bytes, name: str, header: str) -> Rows:
    """Every row below the header. Raises `Refused`, for too many rows as soon as they are
    reached."""
    prices = tuple(array("q") for _ in range(header.count(",") - header.endswith("volume")))
    table = Rows(prices, array("q"))
    faults: list[str] = []
    line, bad = 2, False
    for body in _blocks(data, name, header):
        rows = body.count("\n") + 1
        if line + rows - 2 > MOST_BARS:
            raise Refused(f"{name}: more than {MOST_BARS} rows: split the file")
        try:
            table.add(body, header)
        except ValueError:
            bad = True
            faults += _malformed(body, name, header, line)
        if len(faults) >= MOST_FAULTS:
            raise Refused(*faults[:MOST_FAULTS], f"{name}: there may be more")
        line += rows
    if bad:
        wide = f"{name}: a column needs more than 18 digits in all"
        raise Refused(*(faults or [wide]))
    return table


def _blocks(data: bytes, name: str, header: str) -> Iterator[str]:
    """The text below the header, some thousand whole lines at a time."""
    blocks = _whole_lines(data, name)
    heading, below, text = next(blocks, "").removeprefix("\ufeff").partition("\n")
    if heading != header:
        raise Refused(f'{name}:1: the header is "{clean(heading, 60)}"; allowed: {header}')
    following = next(blocks, None)
    if following is None and not text.strip("\n"):
        raise Refused(f"{name}: no rows below the header")
    if below:
        yield text
    if following is not None:
        yield following
        yield from blocks


def _whole_lines(data: bytes, name: str) -> Iterator[str]:
    """Blocks of lines, without the line end between two blocks or after the last."""
    rest = b""
    for piece in pieces(data, name):
        whole, end, rest = (rest + piece).rpartition(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise Refused(f"{name}: a line is too long; allowed: up to {_LONGEST_LINE} characters")
        if end:
            yield _text(whole.removesuffix(b"\r"), name)
    if rest:
        yield _text(rest, name)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused(f"{name}: not a text file; it must be CSV in UTF-8") from None


def _malformed(body: str, name: str, header: str, first: int) -> list[str]:
    """The faulty rows of a block, whose first line has this number, each with what does not fit."""
    names = header.split(",")
    faults: list[str] = []
    for line, text in enumerate(body.split("\n"), start=first):
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
            break
    return faults


def _fits(key: str, value: str) -> bool:
    if key != "time":
        return bool((_VOLUME if key == "volume" else _NUMBER).fullmatch(value))
    try:
        times_of([value])
    except ValueError:
        return False
    return True


def _check_times(times: array[int], name: str) -> None:
    """Raises `Refused` unless each is later than the one before."""
    if all(map(lt, times, times[1:])):
        return
    faults: list[str] = []
    for line, (before, time) in enumerate(pairwise(times), start=3):
        if before >= time and len(faults) < MOST_FAULTS:
            what = "is a duplicate" if before == time else f"comes after {iso(before)}"
            faults.append(
                f"{name}:{line}: time: {iso(time)} {what}; allowed: times in order, each once"
            )
    raise Refused(*faults)


def _bounded(opens: array[int], highs: array[int], lows: array[int], closes: array[int]) -> bool:
    """Whether low and high bound the other two everywhere."""
    return all(
        all(map(le, smaller, larger))
        for smaller, larger in ((lows, opens), (lows, closes), (opens, highs), (closes, highs))
    )


def _outside(
    opens: array[int],
    highs: array[int],
    lows: array[int],
    closes: array[int],
    volumes: array[int],
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


def _spacing(times: array[int], name: str) -> int:
    """The most common distance of two bars, the smallest if several are."""
    counts: Counter[int] = Counter(map(sub, times[1:], times))
    if not counts:
        raise Refused(f"{name}: one row only; at least two are needed to show how long a bar lasts")
    most = max(counts.values())
    return min(spacing for spacing, count in counts.items() if count == most)


def never_closes(times: array[int], interval: int) -> bool:
    """Whether a market trades on Saturdays, or through a whole day without a gap.

    Friday evening in New York is Saturday in UTC: bars of less than a day count from 06:00 on.
    """
    night = 6 * HOUR if interval < DAY else 0
    if any((time - night) // DAY % 7 == _SATURDAY for time in times):
        return True
    return times[-1] - times[0] >= DAY and all(
        later - earlier == interval for earlier, later in pairwise(times)
    )
