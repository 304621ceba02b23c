"""Which column holds what: by the header's names or, without a header, by the table's shape."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.market.csv_import import dialects
from ledger.market.csv_import.dialects import Dialect, plain_name, words_of
from ledger.market.csv_import.headings import (
    INDEX_NAMES,
    Prices,
    is_time,
    is_written_clock,
    mostly,
    prices_in,
    time_in,
)
from ledger.market.csv_import.lines import Row
from ledger.market.csv_import.moments import clock_text, has_clock, is_date, is_unix
from ledger.market.csv_import.numbers import Numbers
from ledger.market.csv_import.zones import is_zone, zone_named
from ledger.refused import Refused
from ledger.text import clean

_HEADER_WITHIN = 30
"""The header is looked for in this many rows at the top."""
_MORE_HEADERS = 3
_CLOSE_TIME = re.compile(r"\d{10,19}", re.ASCII)
"""The last moment of a bar, such as 1704067259999 in milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The position of each column, counted from 0; `names` are the header's names for them.

    `time` is one column, or a date and a clock. `heading` are the lines above the rows: comments
    and the header itself, which is `header_line`. `zone` is the time zone that the header names,
    `zone_at` a column with the zone of each row, and `are_ends` says whether times are the ends of
    bars. `volume` and `volume_too` are added up. The columns in `parts` must be the same in every
    row. `billionths`: whether prices are whole numbers of billionths.
    """

    dialect: Dialect
    time: tuple[int, ...]
    zone: str | None = None
    zone_at: int | None = None
    are_ends: bool = False
    prices: Prices
    volume: int | None
    volume_too: int | None = None
    billionths: bool = False
    parts: tuple[int, ...] = ()
    symbol_at: int | None = None
    symbol: str | None = None
    names: tuple[str, ...] = ()
    header_line: int | None = None
    heading: tuple[int, ...] = ()
    width: int

    def time_text(self, fields: list[str]) -> str:
        """The text of a row's time."""
        text = fields[self.time[0]]
        if len(self.time) == 2:
            text = f"{text.strip()} {clock_text(fields[self.time[1]])}"
        return text if self.zone_at is None else f"{text.strip()} {fields[self.zone_at].strip()}"


def find_columns(rows: list[Row], delimiter: str, name: str) -> Columns:
    """The columns of a table, from its first rows. Raises `Refused` with what is missing."""
    for index, (_, fields) in enumerate(rows[:_HEADER_WITHIN]):
        names = [plain_name(field) for field in fields]
        prices = prices_in(names, fields, name)
        if prices is not None:
            return _under_a_header(rows, index, names, prices, delimiter, name)
    return _by_shape(rows, name)


def _under_a_header(
    rows: list[Row],
    index: int,
    names: list[str],
    prices: Prices,
    delimiter: str,
    name: str,
) -> Columns:
    more = list(_further_headers(rows[index + 1 :], prices))
    data = [fields for _, fields in rows[index + 1 + len(more) :]]
    heading = [*rows[:index], *more]
    if not data:
        raise Refused(f"{name}: no rows below the header; at least two are needed")
    header, time = rows[index][1], time_in(names, data, name)
    symbol = _symbol_above(heading, prices, name)
    columns = Columns(
        dialect=_dialect(header, names, heading, delimiter, is_tall=bool(more)),
        time=time,
        zone=next((zone for at in time if (zone := zone_named(header[at].strip()))), None),
        zone_at=_zone_at(names, time, data),
        are_ends=names[time[0]] in dialects.ENDS,
        prices=prices,
        volume=None,
        symbol_at=next((i for i, n in enumerate(names) if n in dialects.SYMBOLS), None),
        symbol=symbol,
        parts=tuple(at for at, n in enumerate(names) if n in dialects.PARTS and at not in time),
        billionths=_in_billionths(names, prices, data),
        names=tuple(clean(field.strip(), 40) for field in header),
        header_line=rows[index][0],
        heading=tuple(sorted((rows[index][0], *(line for line, _ in heading)))),
        width=_width(header, data),
    )
    if columns.billionths:
        columns = replace(columns, dialect=dialects.DATABENTO)
    if columns.symbol_at in (*prices, *columns.time):
        columns = replace(columns, symbol_at=None)
    volume, volume_too = _volume(names, columns, data), None
    if volume is None:
        volume, volume_too = _two_volumes(names)
    return replace(columns, volume=volume, volume_too=volume_too)


def _zone_at(names: list[str], time: tuple[int, ...], data: list[list[str]]) -> int | None:
    """The column of time zones beside dates; Unix time needs none."""
    at = next((at for at, name in enumerate(names) if name in dialects.ZONES), None)
    if at is None or not mostly(data, time[0], is_date) or not mostly(data, at, is_zone):
        return None
    return at


def _two_volumes(names: list[str]) -> tuple[int | None, int | None]:
    for one, other in dialects.VOLUME_PARTS:
        if one in names and other in names:
            return names.index(one), names.index(other)
    return None, None


def _in_billionths(names: list[str], prices: Prices, data: list[list[str]]) -> bool:
    """Whether a table has Databento's columns, and only whole numbers as prices."""
    if len(dialects.BILLIONTHS & set(names)) < 2:
        return False
    texts = [fields[at].strip() for fields in data for at in prices if at < len(fields)]
    return all(text.isdigit() for text in texts if text)


def _further_headers(rows: list[Row], prices: tuple[int, ...]) -> Iterator[Row]:
    """Rows below a header that belong to it; yfinance writes symbols, then `Date,,,,,`."""
    for line, fields in rows[:_MORE_HEADERS]:
        cells = [fields[at].strip() for at in prices if at < len(fields)]
        first = plain_name(fields[0])
        if (first in INDEX_NAMES or first in dialects.TIMES) and not any(
            any(char.isdigit() for char in cell) and Numbers(".").read(cell) for cell in cells
        ):
            yield line, fields
        else:
            return


def _symbol_above(heading: list[Row], prices: tuple[int, ...], name: str) -> str | None:
    """The symbol that a second row of the header names."""
    for _, fields in heading:
        cells = {fields[at].strip() for at in prices if at < len(fields)}
        if plain_name(fields[0]) in ("ticker", "") and cells and all(cells):
            if len(cells) > 1:
                raise Refused(
                    f"{name}: prices of {', '.join(clean(c, 20) for c in sorted(cells))} in one "
                    "file; import one symbol at a time"
                )
            return cells.pop()
    return None


def _dialect(
    header: list[str], names: list[str], heading: list[Row], delimiter: str, *, is_tall: bool
) -> Dialect:
    header_names = tuple(field.strip() for field in header)
    above = " ".join(" ".join(fields) for _, fields in heading).lower()
    if dialects.CRYPTO_DATA_MARK in above:
        return dialects.CRYPTO_DATA
    if is_tall:
        return dialects.YFINANCE
    for dialect in dialects.BY_HEADER:
        if dialect.has <= set(names):
            return dialect
    if delimiter == "\t" and header[0].strip().startswith("<"):
        return dialects.METATRADER
    if header_names[:5] == dialects.TRADINGVIEW_HEADER:
        return dialects.TRADINGVIEW
    if header_names[0] == "Datetime" or header_names[-5:] == dialects.YFINANCE_HEADER:
        return dialects.YFINANCE
    return dialects.STOOQ_TABLE if header_names == dialects.STOOQ_HEADER else dialects.TABLE


def _volume(names: list[str], columns: Columns, data: list[list[str]]) -> int | None:
    """The volume in units where there are several, else the one there is."""
    taken = {*columns.prices, *columns.time}
    free = [(index, name) for index, name in enumerate(names) if index not in taken]
    for word in dialects.VOLUMES.split(","):
        for index, name in free:
            if name == word:
                return index
    several = [(index, name[6:].strip(" ()")) for index, name in free if name.startswith("volume")]
    at = columns.symbol_at
    traded = data[0][at].strip().lower() if at is not None and at < len(data[0]) else ""
    units = [index for index, unit in several if unit and traded.startswith(unit)]
    units += [index for index, unit in several if unit not in dialects.MONEY]
    beside = tuple("volume" if w == "open" else w for w in words_of(names[columns.prices[0]]))
    named = [index for index, name in free if words_of(name) == beside]
    return next(iter([*units, *(index for index, _ in several), *named]), None)


def _width(header: list[str], data: list[list[str]]) -> int:
    """Fields in a row: those of the header, less trailing empty ones that no row fills."""
    named = _filled(header)
    usual = Counter(map(_filled, data[:50])).most_common(1)[0][0]
    return min(max(named, usual), len(header))


def _filled(fields: list[str]) -> int:
    """The number of fields, less the empty ones at the end."""
    count = len(fields)
    while count and not fields[count - 1].strip():
        count -= 1
    return count


def _by_shape(rows: list[Row], name: str) -> Columns:
    """A table without a header: a time, then open, high, low, close and maybe the volume."""
    advice = "add a header that names the time, open, high, low and close"
    width = max((len(fields) for _, fields in rows), key=[len(f) for _, f in rows].count)
    data = [(line, fields) for line, fields in rows if len(fields) == width]
    sample = [fields for _, fields in data]
    unix, dated = mostly(sample, 0, is_unix), mostly(sample, 0, is_date)
    if not unix and not dated:
        raise Refused(f"{name}: no header, and the first column is not a time; {advice}")
    clocked = dated and mostly(sample, 1, is_written_clock) and not mostly(sample, 0, has_clock)
    first = 2 if clocked else 1
    if width < first + 4:
        raise Refused(f"{name}: too few columns ({width}); {advice}")
    volume = first + 4 if width > first + 4 else None
    if unix and width == 8:
        volume = 6
    start = next(line for line, fields in data if is_time(fields[0]))
    above = next((f for line, f in reversed(rows) if line < start and len(f) == width), [])
    columns = Columns(
        dialect=_shape_of(sample[0], width, unix=unix, clocked=clocked),
        time=(0, 1) if clocked else (0,),
        prices=(first, first + 1, first + 2, first + 3),
        volume=volume,
        names=tuple(clean(field.strip(), 40) for field in above),
        heading=tuple(line for line, _ in rows if line < start),
        width=width,
    )
    if above:  # a header that names no prices may still name the volume
        names = [plain_name(field) for field in above]
        columns = replace(columns, volume=_volume(names, columns, sample))
    return columns


def _shape_of(fields: list[str], width: int, *, unix: bool, clocked: bool) -> Dialect:
    if unix and width in (11, 12) and _CLOSE_TIME.fullmatch(fields[6].strip()):
        return dialects.BINANCE
    if unix and width in (7, 8):
        return dialects.KRAKEN
    if clocked and fields[0].strip()[4:5] == ".":
        return dialects.METATRADER
    return dialects.HISTDATA if len(fields[0].strip()) == 15 else dialects.BARE
