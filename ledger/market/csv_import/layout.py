"""How to read a table: what its columns are, and how its numbers and times are written.

What the file does not settle must be given by the user; it is never guessed.
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
"""The share of rows that must fit open, high, low, close in a table without a header."""
_CLEARLY = 1.5
"""How many times nearer each close must be to the open before it than each open to the close
before it, for open and close to count as swapped."""
_NEARER = 10
"""How many times closer together the dates must be in one reading than in the other."""
_TOO_FEW = 5
"""Bars too few to show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the user gives because the file does not: names, and how to read what is ambiguous.

    `dates` is `day-first`, `month-first` or `year-first`; `decimal` is `point` or `comma`; `zone`
    is the time zone of times without an offset; `market` is the one whose days are the sessions.
    """

    symbol: str | None = None
    dates: str | None = None
    decimal: str | None = None
    zone: str | None = None
    market: Trades | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything needed to read the rows."""

    columns: Columns
    delimiter: str
    sign: str
    unix: bool
    day_first: bool | None
    """`None` where the order of the dates is plain."""
    year_first: bool = False
    """Whether a two-digit year comes first."""
    why: str
    """What settled the order of day and month."""

    def rows(self, text: str, name: str) -> Iterator[Row]:
        """The rows below the heading, with their line numbers."""
        above = frozenset(self.columns.heading)
        for line, written in lines_of(text, name):
            if line not in above:
                yield line, fields_of(written, self.delimiter)

    def clock(self) -> Unix | Calendar:
        """The reader for this table's times."""
        return (
            Unix()
            if self.unix
            else Calendar(day_first=bool(self.day_first), year_first=self.year_first)
        )

    def dialect(self) -> dialects.Dialect:
        """The program that wrote the table; a decimal comma marks an unknown one as European."""
        known = self.columns.dialect
        nameless = known in (dialects.TABLE, dialects.BARE, dialects.STOOQ_TABLE)
        return dialects.EUROPEAN if nameless and self.sign == "," else known


def recognise(text: str, name: str, options: ImportOptions) -> Layout:
    """The layout of a table. Raises `Refused` for other text, and for an ambiguous table."""
    head = list(islice(lines_of(text, name), _SAMPLE))
    if not head:
        raise Refused(f"{name}: the file is empty")
    delimiter = delimiter_of([line for _, line in head])
    if delimiter is None:
        refuse_other_tables([line for _, line in head], name)
        raise Refused(
            f"{name}: not a table of prices: no {', '.join(DELIMITERS.values())} splits its "
            "lines into five or more columns"
        )
    rows = [(number, fields_of(line, delimiter)) for number, line in head]
    try:
        columns = find_columns(rows, delimiter, name)
        return _settled(text, name, options, columns, delimiter, rows)
    except Refused:
        refuse_other_tables([line for _, line in head], name)
        raise


def _settled(
    text: str, name: str, options: ImportOptions, columns: Columns, delimiter: str, rows: list[Row]
) -> Layout:
    data = [fields for line, fields in rows if line not in columns.heading]
    data = [fields for fields in data if len(fields) >= columns.width]
    if not data:
        raise Refused(f"{name}: no row has {columns.width} fields, as its header does")
    every = _Every(text, name, columns, delimiter)
    sign = _sign(every, options, delimiter, columns.time_text(data[0]).strip(), name)
    unix = sum(is_unix(columns.time_text(fields)) for fields in data) * 2 > len(data)
    first, year_first, why = None, False, ""
    if not unix and any(ends_in_the_year(columns.time_text(fields)) for fields in data):
        dates = every.dates()
        year_first = _year_first(dates, options, name)
        first, why = _order(dates, options, sign, name) if not year_first else (None, "")
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
    """All rows of a table, for what a sample cannot settle."""

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
        columns_read = (
            columns.prices if columns.volume is None else (*columns.prices, columns.volume)
        )
        return (fields[at] for fields in self._rows() for at in columns_read)

    def dates(self) -> list[str]:
        """The dates in the file's order, each once."""
        at = self.columns.time[0]
        dates: dict[str, None] = {}
        for fields in self._rows():
            written = fields[at].strip()
            if ends_in_the_year(written):
                dates[written.replace("T", " ").partition(" ")[0]] = None
        return list(dates)


def _usual_sign(delimiter: str, first_time: str) -> str:
    """Programs that write a decimal comma separate fields by semicolons; but one that writes dates
    as bare digits (20240131) writes a decimal point."""
    return "," if delimiter == ";" and not first_time[:8].isdigit() else "."


def _sign(every: _Every, options: ImportOptions, delimiter: str, first_time: str, name: str) -> str:
    if options.decimal is not None:
        return "," if options.decimal == "comma" else "."
    if delimiter == "," and '"' not in every.text:
        return "."
    sign = decimal_sign(every.numbers(), _usual_sign(delimiter, first_time))
    if sign is None:
        raise Refused(
            f"{name}: the file does not show whether the sign in a number such as 1.234 or 1,234 "
            "marks decimals or thousands; add --decimal point or --decimal comma"
        )
    return sign


def _year_first(dates: list[str], options: ImportOptions, name: str) -> bool:
    """Whether the year comes first in dates such as 24/08/05: read correctly, neighbouring dates
    are close together; read wrongly, they are years apart."""
    short = [date for date in dates if has_short_year(date)]
    if len(short) < len(dates):
        return False
    if options.dates is not None:
        return options.dates == "year-first"
    step = usual_step(short, year_first=True)
    others = [usual_step(short, day_first=first) for first in (True, False)]
    other = min((step for step in others if step is not None), default=None)
    if step is None or other is None:
        return other is None and step is not None
    if step * _NEARER < other or other * _NEARER < step:
        return step < other
    raise Refused(
        f"{name}: {clean(short[0], 20)} may begin or end with the year, and no date in the file "
        "shows which; add --dates year-first, day-first or month-first"
    )


def _order(dates: list[str], options: ImportOptions, sign: str, name: str) -> tuple[bool, str]:
    """Whether the day comes first, and why."""
    if options.dates in ("day-first", "month-first"):
        return options.dates == "day-first", "from --dates"
    day, month, dotted = orders_of(dates)
    if day and month:
        raise Refused(
            f"{name}: some dates have the day first, others the month; add --dates day-first or "
            "--dates month-first to leave out the rows that do not fit"
        )
    if day or month:
        return day, "some dates have a number above 12 there"
    if dotted:
        return True, "usual for dates with dots"
    if sign == ",":
        return True, "usual with a decimal comma"
    forward, back = (runs_one_way(dates, day_first=first) for first in (True, False))
    if forward != back:
        return forward, "only this puts the dates in order"
    shown = clean(dates[0], 20) if dates else ""
    raise Refused(
        f"{name}: {shown} may begin with the day or the month, and no date in the file shows "
        "which; add --dates day-first or --dates month-first"
    )


def _check_shape(data: list[list[str]], layout: Layout, name: str) -> None:
    """Without known names, the prices themselves must fit as open, high, low and close."""
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
            f"{name}: no header names the columns, and they do not fit as open, high, low, close; "
            "add a header that names them"
        )


def _values(numbers: Numbers, fields: list[str], columns: Columns) -> tuple[int, ...] | None:
    """A row's prices at one scale, for comparison; `None` where one is missing."""
    read = [numbers.read(fields[at]) for at in columns.prices]
    values = [price.mantissa * 10 ** (40 - price.decimals) for price in read if price is not None]
    return tuple(values) if len(values) == len(read) else None


def _opens_close(data: list[list[str]], bars: list[tuple[int, ...]], layout: Layout) -> bool:
    """Whether open and close seem to be swapped: a bar opens near the close before it."""
    clock, columns = layout.clock(), layout.columns
    first, last = (clock.read(columns.time_text(data[at])) for at in (0, -1))
    if first is not None and last is not None and first.local > last.local:
        bars.reverse()
    following = sum(abs(bar[0] - before[3]) for before, bar in pairwise(bars))
    crossing = sum(abs(bar[3] - before[0]) for before, bar in pairwise(bars))
    return len(bars) > _TOO_FEW and following > _CLEARLY * crossing
