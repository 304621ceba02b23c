"""Turns another program's price table into a tape: recognised, read, checked and reported.

Nothing is dropped or repaired in silence: a row becomes a bar exactly as written, or a fault with
its line says what was done. The tape comes out in Tightrope's own format, ready to be stored.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from array import array
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from ledger.market.csv_import import dialects
from ledger.market.csv_import.doubts.shapes import report_jumps, report_quiet, report_wicks
from ledger.market.csv_import.doubts.spacing import (
    check_one_interval,
    interval_name,
    interval_of,
    report_spacing,
)
from ledger.market.csv_import.layout import ImportOptions, Layout, recognise
from ledger.market.csv_import.lines import DELIMITERS, HEADINGS, MOST_ROWS, with_plain_line_ends
from ledger.market.csv_import.open_points import (
    check_clock,
    check_days,
    check_unit,
    check_zone,
    columns_of,
    is_zone_open,
    left_aside,
    name_of,
    order_of_dates,
    report_no_volume,
    zone_of,
)
from ledger.market.csv_import.order import begun, dated, in_order, once_each, possible, written
from ledger.market.csv_import.other_formats import refuse_other_files, refuse_other_text
from ledger.market.csv_import.report import FaultKind, Faults, TapeFault
from ledger.market.csv_import.rows import Bars, Progress, Reading, read_rows
from ledger.market.tapes.compression import decoded, unpacked
from ledger.market.tapes.tape import Tape
from ledger.market.tapes.tape_file import HEADER, never_closes, parse_tape
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import DAY, HOUR, iso

_FEWEST = 0.2
"""The share of rows that must become bars, in a table of more than `_A_FEW`."""
_A_FEW = 20
_SATURDAY = 5
"""Weekday number; Monday is 0."""
_SYMBOL = re.compile(r"[^A-Z0-9.^=-]+")
_EXCHANGES = dialects.words(
    "BINANCE,BITSTAMP,COINBASE,KRAKEN,BITFINEX,BYBIT,OKX,BITMEX,GEMINI,POLONIEX,NASDAQ,NYSE,AMEX,"
    "OANDA,FX,INDEX,TVC,CME,COMEX,NYMEX,CBOE,SP,FXCM,FOREXCOM,BATS,ARCA,OTC,LSE,XETR,EURONEXT,"
    "CAPITALCOM,PEPPERSTONE,CRYPTO,KUCOIN,BITGET,DERIBIT,PHEMEX,IDC,DLY,DL,MINI"
)
"""Names of exchanges that precede the symbol in file names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTape:
    """How a file was understood, its faults, and the resulting tape.

    `columns` pairs each role with the file's name for it; `heading` are the lines above the rows;
    `lines` has the line of each bar; `first` and `last` are the times of the first and last bar;
    `packed` is the tape's own file.
    """

    dialect: str
    title: str
    encoding: str
    delimiter: str
    columns: tuple[tuple[str, str], ...]
    aside: tuple[str, ...]
    heading: tuple[int, ...]
    symbol: str
    symbol_from: str
    dates: str
    zone: str
    zone_open: bool
    market_from: str
    newest_first: bool
    rows: int
    faults: tuple[TapeFault, ...]
    lines: array[int]
    first: int
    last: int
    sha256: str
    packed: bytes
    tape: Tape

    @property
    def interval(self) -> str:
        """The bar length, such as `1h`."""
        return interval_name(self.tape.interval)

    @property
    def bars(self) -> int:
        """The number of bars, those without a trade included."""
        return len(self.lines)

    def refuse_if_faulty(self, name: str) -> None:
        """Raise `Refused` with every fault that is more than a note."""
        _refuse(name, [fault for fault in self.faults if not fault.is_note])

    def refuse_if_changed(self, name: str) -> None:
        """Raise `Refused` with every fault for which a row was left out or corrected."""
        _refuse(name, [fault for fault in self.faults if not fault.changed_nothing])

    def refuse_if_open(self, name: str) -> None:
        """Raise `Refused` where the time zone is assumed and not given."""
        if self.zone_open:
            raise Refused(f"{name}: the times have no time zone; write them in UTC, with a Z")


def _refuse(name: str, faults: list[TapeFault]) -> None:
    if faults:
        raise Refused(*(f"{name}:{fault.line}: {fault.what}" for fault in faults))


def read_foreign(
    data: bytes, name: str, options: ImportOptions | None = None, progress: Progress | None = None
) -> ForeignTape:
    """The tape in any program's file. `name` appears in messages and may supply the symbol.

    Raises `Refused` for a file that is not a table of prices, or that is ambiguous.
    """
    options = options or ImportOptions()
    refuse_other_files(data, name)
    inside = unpacked(data, name, MOST_ROWS + HEADINGS)
    refuse_other_files(inside, name)
    text, encoding = decoded(inside, name)
    refuse_other_text(text, name)
    text = with_plain_line_ends(text, name)
    layout = recognise(text, name, options)
    faults = Faults(name)
    reading = read_rows(text, layout, name, faults, options.zone, progress)
    judged = _judged(layout, reading, faults, name)
    check_zone(layout, reading, options, judged.interval, name)
    symbol, symbol_from = _symbol(options, layout, reading, name)
    packed = _packed(judged.bars, progress)
    dialect = _dialect(layout, text, reading)
    return ForeignTape(
        dialect=dialect.id,
        title=dialect.title,
        encoding=encoding,
        delimiter=DELIMITERS[layout.delimiter],
        columns=columns_of(layout),
        aside=left_aside(layout),
        heading=layout.columns.heading,
        symbol=symbol,
        symbol_from=symbol_from,
        dates=order_of_dates(layout),
        zone=zone_of(layout, reading, options, judged.interval),
        zone_open=is_zone_open(layout, reading, options, judged.interval),
        market_from="judged from the bars" if options.market is None else "from --market",
        newest_first=judged.newest_first,
        rows=reading.rows,
        faults=faults.by_line(),
        lines=judged.bars.lines,
        first=judged.bars.times[0],
        last=judged.bars.times[-1],
        sha256=hashlib.sha256(data).hexdigest(),
        packed=packed,
        tape=_tape(packed, name, symbol, judged, options),
    )


def _tape(packed: bytes, name: str, symbol: str, judged: _Judged, options: ImportOptions) -> Tape:
    return parse_tape(
        packed,
        name=name,
        symbol=symbol,
        interval=judged.interval,
        continuous=judged.continuous,
        market=options.market,
    )


class _Judged(NamedTuple):
    bars: Bars
    interval: int
    continuous: bool
    newest_first: bool


def _judged(layout: Layout, reading: Reading, faults: Faults, name: str) -> _Judged:
    """The bars in order, once each and possible; whatever is doubtful becomes a fault."""
    if not len(reading.bars):
        raise Refused(*_nothing_read(reading, faults, name))
    bars, newest_first = in_order(reading.bars, faults)
    bars = once_each(bars, faults)
    check_clock(len(bars), layout, reading, name)
    interval = interval_of(bars.times, name)
    check_one_interval(bars, interval, name)
    if interval < DAY or layout.unix:
        bars = begun(bars, interval, faults, are_ends=layout.columns.are_ends)
    else:
        check_days(layout, reading, name)
        bars = once_each(dated(bars, faults), faults)
    bars = possible(bars, faults)
    check_unit(bars, name)
    if len(bars) < 2 or (reading.rows > _A_FEW and len(bars) < _FEWEST * reading.rows):
        raise Refused(*_nothing_read(reading, faults, name))
    interval = interval_of(bars.times, name)
    continuous = _is_continuous(layout, bars, interval)
    report_spacing(bars, interval, faults, continuous=continuous)
    report_wicks(bars, faults)
    report_jumps(bars, faults)
    report_quiet(bars, reading.unknown, faults)
    report_no_volume(layout, reading, faults)
    return _Judged(bars, interval, continuous, newest_first)


def _nothing_read(reading: Reading, faults: Faults, name: str) -> list[str]:
    reported = [
        f"{name}:{fault.line}: {fault.what}" for fault in faults.by_line() if not fault.is_note
    ]
    bars = len(reading.bars)
    return [
        *reported[:20],
        f"{name}: too few of its {reading.rows} rows are bars ({bars} could be read); check that "
        "this is a table of prices, or export it again",
    ]


def _is_continuous(layout: Layout, bars: Bars, interval: int) -> bool:
    if layout.dialect().continuous:
        return True
    if interval >= DAY:
        return any((time // DAY + 3) % 7 == _SATURDAY for time in bars.times)
    return never_closes(bars.times, interval)


def _packed(bars: Bars, progress: Progress | None) -> bytes:
    """The bars in Tightrope's format, gzipped; the same bytes for the same bars."""
    count, scale, volume_scale, prices = len(bars), bars.scale, bars.volume_scale, bars.prices
    rows = [HEADER]
    days: dict[int, str] = {}
    texts = _Texts(scale)
    for index, time in enumerate(bars.times):
        day, second = divmod(time, DAY)
        date = days.get(day) or days.setdefault(day, iso(time)[:11])
        clock = f"{second // HOUR:02}:{second % HOUR // 60:02}:{second % 60:02}Z"
        opened, high, low, close = prices[4 * index : 4 * index + 4]
        volume = written(bars.volumes[index], volume_scale)
        rows.append(
            f"{date}{clock},{texts[opened]},{texts[high]},{texts[low]},{texts[close]},{volume}"
        )
        if progress is not None and index % 2_000 == 0:
            progress(count + index, 2 * count)
    return gzip.compress(("\n".join(rows) + "\n").encode(), compresslevel=6, mtime=0)


class _Texts(dict[int, str]):
    """Prices as text, each formatted once: a close is often the next open."""

    def __init__(self, scale: int) -> None:
        super().__init__()
        self._scale = scale

    def __missing__(self, price: int) -> str:
        text = self[price] = written(price, self._scale)
        return text


def _dialect(layout: Layout, text: str, reading: Reading) -> dialects.Dialect:
    known = layout.dialect()
    if known is dialects.TRADINGVIEW and text.lstrip("\ufeff").startswith(HEADER):
        return dialects.TRADINGVIEW if layout.unix or reading.naive else dialects.OWN
    if known is dialects.STOOQ_TABLE and reading.offsets:
        return dialects.YFINANCE
    return known


def _symbol(options: ImportOptions, layout: Layout, reading: Reading, name: str) -> tuple[str, str]:
    """The symbol, and where it comes from."""
    if options.symbol is not None:
        return options.symbol, "from --symbol"
    at = layout.columns.symbol_at  # CoinMarketCap's `name` is a number of its own for the coin
    is_number = at is not None and name_of(layout, at).lower() == "name"
    is_number = is_number and (reading.symbol or "").isdigit()
    if reading.symbol and not is_number and (tidied := _tidy(reading.symbol)):
        return tidied, "from the file"
    stem = PurePath(name).name.partition(".")[0].replace(",", " ").replace("-", " ")
    words = [word for word in re.split(r"[_\s]+", stem.upper()) if word not in _EXCHANGES]
    return _tidy(words[0] if words else "") or "TAPE", "from the file's name"


def _tidy(symbol: str) -> str:
    return _SYMBOL.sub("", clean(symbol.strip(), 40).upper())[:24]


__all__ = ["FaultKind", "ForeignTape", "ImportOptions", "read_foreign"]
