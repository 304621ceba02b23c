"""How a table is to be read: what its columns are, how its numbers and its times are written.

What the file does not settle is asked for, never guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from ledger.market.csv_import import dialects
from ledger.market.csv_import.columns import Columns, find_columns
from ledger.market.csv_import.lines import DELIMITERS, Row, delimiter_of, fields_of, lines_of
from ledger.market.csv_import.moments import (
    Calendar,
    Unix,
    ends_in_the_year,
    has_short_year,
    is_unix,
    orders_of,
    runs_one_way,
    usual_step,
)
from ledger.market.csv_import.numbers import Numbers, decimal_sign
from ledger.market.csv_import.other_formats import refuse_other_tables
from ledger.market.tapes.sessions import Trades
from ledger.refused import Refused
from ledger.text import clean

_SAMPLE = 300
_FITTING = 0.9
"""The part of a table without a header that has to fit open, high, low, close."""
_CLEARLY = 1.5
"""How much nearer the closes must be to the opens before them than the other way round, before
open and close are taken to have changed places."""
_NEARER = 10
"""How much nearer dates must be to each other in one reading than in another."""
_TOO_FEW = 5
"""Bars that show no such thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user says because no file can: names, and what a file leaves open.

    `dates` is `day-first`, `month-first` or `year-first`, `decimal` is `point` or
    `comma`, `zone` the time zone of times without an offset, `market` whose days are sessions.
    """

    symbol: str | None = None
    dates: str | None = None
    decimal: str | None = None
    zone: str | None = None
    market: Trades | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything that reading the rows needs."""

    columns: Columns
    delimiter: str
    sign: str
    unix: bool
    day_first: bool | None
    """`None` where the dates have an order that needs no word."""
    year_first: bool = False
    """Whether a year of two digits stands first."""
    why: str
    """What settled the order of day and month."""

    def rows(self, text: str, name: str) -> Iterator[Row]:
        """The rows below the heading, with their lines."""
        above = frozenset(self.columns.heading)
        for line, written in lines_of(text, name):
            if line not in above:
                yield line, fields_of(written, self.delimiter)

    def clock(self) -> Unix | Calendar:
        """What reads the times of this table."""
        return (
            Unix()
            if self.unix
            else Calendar(day_first=bool(self.day_first), year_first=self.year_first)
        )

    def dialect(self) -> dialects.Dialect:
        """The program the table is of; European ones are known by how they write, not by names."""
        known = self.columns.dialect
        nameless = known in (dialects.TABLE, dialects.BARE, dialects.STOOQ_TABLE)
        return dialects.EUROPEAN if nameless and self.sign == "," else known


def recognise(text: str, name: str, wishes: Wishes) -> Layout:
    """The layout of a table. Raises `Refused` where it is none, or leaves something open."""
    head = list(islice(lines_of(text, name), _SAMPLE))
    if not head:
        raise Refused(f"{name}: the file is empty; allowed: a table of prices")
    delimiter = delimiter_of([line for _, line in head])
    if delimiter is None:
        refuse_other_tables([line for _, line in head], name)
        raise Refused(
            f"{name}: this is no table of prices: no {', '.join(DELIMITERS.values())} parts its "
            "lines into five columns or more"
        )
    rows = [(number, fields_of(line, delimiter)) for number, line in head]
    try:
        columns = find_columns(rows, delimiter, name)
        return _settled(text, name, wishes, columns, delimiter, rows)
    except Refused:
        refuse_other_tables([line for _, line in head], name)
        raise


def _settled(
    text: str, name: str, wishes: Wishes, columns: Columns, delimiter: str, rows: list[Row]
) -> Layout:
    data = [fields for line, fields in rows if line not in columns.heading]
    data = [fields for fields in data if len(fields) >= columns.width]
    if not data:
        raise Refused(
            f"{name}: no row has the {columns.width} fields of its header; allowed: as many"
        )
    every = _Every(text, name, columns, delimiter)
    sign = _sign(every, wishes, delimiter, columns.time_text(data[0]).strip(), name)
    unix = sum(is_unix(columns.time_text(fields)) for fields in data) * 2 > len(data)
    first, year_first, why = None, False, ""
    if not unix and any(ends_in_the_year(columns.time_text(fields)) for fields in data):
        dates = every.dates()
        year_first = _year_first(dates, wishes, name)
        first, why = _order(dates, wishes, sign, name) if not year_first else (None, "")
    layout = Layout(
        columns=columns,
        delimiter=delimiter,
        sign=sign,
        unix=unix,
        day_first=first,
        year_first=year_first,
        why=why,
    )
    if columns.header_line is None:
        _check_shape(data, layout, name)
    return layout


@dataclass(frozen=True, slots=True)
class _Every:
    """All rows of a table, for what no sample can settle."""

    text: str
    name: str
    columns: Columns
    delimiter: str

    def _rows(self) -> Iterator[list[str]]:
        above = frozenset(self.columns.heading)
        for line, written in lines_of(self.text, self.name):
            if line not in above:
                fields = fields_of(written, self.delimiter)
                if len(fields) >= self.columns.width:
                    yield fields

    def numbers(self) -> Iterator[str]:
        columns = self.columns
        wanted = columns.prices if columns.volume is None else (*columns.prices, columns.volume)
        return (fields[at] for fields in self._rows() for at in wanted)

    def dates(self) -> list[str]:
        """The dates in the file's order, repeated ones once."""
        at = self.columns.time[0]
        found: dict[str, None] = {}
        for fields in self._rows():
            written = fields[at].strip()
            if ends_in_the_year(written):
                found[written.replace("T", " ").partition(" ")[0]] = None
        return list(found)


def _usual_sign(delimiter: str, first_time: str) -> str:
    """Semicolons part where the comma is taken for decimals; a program that writes dates without
    any sign between their parts writes numbers with a point."""
    return "," if delimiter == ";" and not first_time[:8].isdigit() else "."


def _sign(every: _Every, wishes: Wishes, delimiter: str, first_time: str, name: str) -> str:
    if wishes.decimal is not None:
        return "," if wishes.decimal == "comma" else "."
    if delimiter == "," and '"' not in every.text:
        return "."
    sign = decimal_sign(every.numbers(), _usual_sign(delimiter, first_time))
    if sign is None:
        raise Refused(
            f"{name}: a number such as 1.234 or 1,234 may be a thousand or one and a part, and the "
            "file does not settle it; say --decimal point or --decimal comma"
        )
    return sign


def _year_first(dates: list[str], wishes: Wishes, name: str) -> bool:
    """Whether the year of dates such as 24/08/05 stands first: read rightly, dates that follow
    each other are near each other, since read wrongly they are a year apart."""
    short = [date for date in dates if has_short_year(date)]
    if len(short) < len(dates):
        return False
    if wishes.dates is not None:
        return wishes.dates == "year-first"
    step = usual_step(short, year_first=True)
    others = [usual_step(short, day_first=first) for first in (True, False)]
    other = min((step for step in others if step is not None), default=None)
    if step is None or other is None:
        return other is None and step is not None
    if step * _NEARER < other or other * _NEARER < step:
        return step < other
    raise Refused(
        f"{name}: {clean(short[0], 20)} may begin or end with the year, and no date in the file "
        "settles it; say --dates year-first, day-first or month-first"
    )


def _order(dates: list[str], wishes: Wishes, sign: str, name: str) -> tuple[bool, str]:
    """Whether the day stands first, and what says so."""
    if wishes.dates in ("day-first", "month-first"):
        return wishes.dates == "day-first", "as you said"
    day, month, dotted = orders_of(dates)
    if day and month:
        raise Refused(
            f"{name}: some dates have the day first, some the month; allowed: one order, or say "
            "--dates day-first or --dates month-first"
        )
    if day or month:
        return day, "a number above 12 stands there"
    if dotted:
        return True, "dates with dots are written so"
    if sign == ",":
        return True, "countries with a decimal comma write so"
    forward, back = (runs_one_way(dates, day_first=first) for first in (True, False))
    if forward != back:
        return forward, "only so are the dates in order"
    shown = clean(dates[0], 20) if dates else ""
    raise Refused(
        f"{name}: {shown} may begin with the day or with the month, and no date in the file "
        "settles it; say --dates day-first or --dates month-first"
    )


def _check_shape(data: list[list[str]], layout: Layout, name: str) -> None:
    """Without known names the prices themselves must tell open, high, low and close."""
    numbers = Numbers(layout.sign)
    bars = [_values(numbers, fields, layout.columns) for fields in data]
    seen = [bar for bar in bars if bar is not None]
    unknown = layout.columns.dialect is dialects.BARE
    moving = [bar for bar in seen if len(set(bar)) > 1]
    seen = moving if moving or unknown else seen  # a flat bar fits any order of columns
    fitting = sum(
        low <= min(opened, close) and high >= max(opened, close)
        for opened, high, low, close in seen
    )
    if not seen or fitting < _FITTING * len(seen) or (unknown and _opens_close(data, seen, layout)):
        raise Refused(
            f"{name}: without a header of known names the columns cannot be told: they do not fit "
            "as open, high, low, close; allowed: a header that names them"
        )


def _values(numbers: Numbers, fields: list[str], columns: Columns) -> tuple[int, ...] | None:
    """A row's prices at one scale, for comparing; `None` where one is missing."""
    read = [numbers.read(fields[at]) for at in columns.prices]
    found = [price.mantissa * 10 ** (40 - price.decimals) for price in read if price is not None]
    return tuple(found) if len(found) == len(read) else None


def _opens_close(data: list[list[str]], bars: list[tuple[int, ...]], layout: Layout) -> bool:
    """Whether open and close seem to have changed places: a bar opens near the close before it."""
    clock, columns = layout.clock(), layout.columns
    first, last = (clock.read(columns.time_text(data[at])) for at in (0, -1))
    if first is not None and last is not None and first.local > last.local:
        bars.reverse()
    following = sum(abs(bar[0] - before[3]) for before, bar in pairwise(bars))
    crossing = sum(abs(bar[3] - before[0]) for before, bar in pairwise(bars))
    return len(bars) > _TOO_FEW and following > _CLEARLY * crossing
