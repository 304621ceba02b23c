"""The rows of a table as whole numbers in arrays: each row is read, or reported as a fault."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

from ledger.market.csv_import.layout import Layout
from ledger.market.csv_import.moments import Stamp, Unix
from ledger.market.csv_import.numbers import (
    MOST_DECIMALS,
    MOST_DIGITS,
    NOTHING,
    Number,
    Numbers,
    added,
    is_missing,
    volume_of,
)
from ledger.market.csv_import.report import FaultKind, Faults
from ledger.market.csv_import.zones import Zone, is_unclear
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import DAY, HOUR

Progress = Callable[[int, int], None]

ROOM = 2**63
"""One more than the largest whole number in an array."""
PRICES = ("open", "high", "low", "close")
_POWERS = [10**power for power in range(MOST_DECIMALS + 1)]
_ALWAYS_FITS = 6
"""With up to this many decimals every price fits: twelve digits and six decimals < 2**63."""
_OFTEN = 2_000
"""Rows between two reports of progress."""
_LEFT_OUT = "left out"
_MOST_VOLUME_DECIMALS = 8


@dataclass(slots=True)
class Bars:
    """Bars in columns. `prices` has open, high, low and close of each bar, at `scale` decimals.

    `local` are the times as written, `times` the same in UTC, `lines` the line of each bar.
    """

    lines: array[int] = field(default_factory=lambda: array("q"))
    times: array[int] = field(default_factory=lambda: array("q"))
    local: array[int] = field(default_factory=lambda: array("q"))
    prices: array[int] = field(default_factory=lambda: array("q"))
    scale: int = 0
    volumes: array[int] = field(default_factory=lambda: array("q"))
    volume_scale: int = 0

    def __len__(self) -> int:
        return len(self.times)

    def pick(self, order: list[int]) -> Bars:
        """Only these bars, in this order."""
        prices = self.prices
        return Bars(
            lines=array("q", map(self.lines.__getitem__, order)),
            times=array("q", map(self.times.__getitem__, order)),
            local=array("q", map(self.local.__getitem__, order)),
            prices=array("q", [p for i in order for p in prices[4 * i : 4 * i + 4]]),
            scale=self.scale,
            volumes=array("q", map(self.volumes.__getitem__, order)),
            volume_scale=self.volume_scale,
        )

    def add_prices(self, four: list[Number]) -> bool:
        """Append four prices; `False` if they and the others cannot share one scale."""
        finest = max([number.decimals for number in four])
        if finest > self.scale and not self._scale_prices(finest):
            return False
        scale = self.scale
        values = [number.mantissa * _POWERS[scale - number.decimals] for number in four]
        if scale > _ALWAYS_FITS and max(map(abs, values)) >= ROOM:
            return False
        self.prices.extend(values)
        return True

    def _scale_prices(self, decimals: int) -> bool:
        """Rescale all prices to more decimals; `False` if they do not fit."""
        factor = 10 ** (decimals - self.scale)
        if self.prices:
            if max(max(self.prices), -min(self.prices)) * factor >= ROOM:
                return False
            self.prices = array("q", [price * factor for price in self.prices])
        self.scale = decimals
        return True

    def add_volume(self, volume: Number) -> bool:
        """Append a volume; `False` if digits were lost: volumes have up to eight decimals, and all
        lose some if the largest would not fit otherwise."""
        decimals = min(volume.decimals, _MOST_VOLUME_DECIMALS)
        mantissa = _coarser(volume.mantissa, volume.decimals - decimals)
        exact = decimals == volume.decimals and not volume.rounded
        if decimals > self.volume_scale:
            self._scale_volumes(decimals)
        if decimals > self.volume_scale:
            mantissa, exact = _coarser(mantissa, decimals - self.volume_scale), False
        else:
            mantissa *= 10 ** (self.volume_scale - decimals)
        while mantissa >= ROOM and self.volume_scale:
            self.volume_scale -= 1
            mantissa, exact = _coarser(mantissa, 1), False
            self.volumes = array("q", [_coarser(volume, 1) for volume in self.volumes])
        self.volumes.append(mantissa)
        return exact

    def _scale_volumes(self, decimals: int) -> None:
        largest = max(self.volumes, default=0)
        while (
            decimals > self.volume_scale and largest * 10 ** (decimals - self.volume_scale) >= ROOM
        ):
            decimals -= 1
        factor = 10 ** (decimals - self.volume_scale)
        self.volumes = array("q", [volume * factor for volume in self.volumes])
        self.volume_scale = decimals


def _bare(symbol: str) -> str:
    """A symbol without the signs in which spellings differ: `BTC/USDT` is `BTCUSDT`."""
    return "".join(filter(str.isalnum, symbol)).upper()


def _coarser(value: int, digits: int) -> int:
    """A whole number without its last digits, rounded half up."""
    divisor: int = 10**digits
    return (value + divisor // 2) // divisor


@dataclass(slots=True)
class Reading:
    """The result of reading the rows: bars in the file's order, and what the rows revealed."""

    bars: Bars
    rows: int = 0
    symbol: str | None = None
    offsets: bool = False
    naive: bool = False
    units: tuple[str, ...] = ()
    zone: str | None = None
    """The time zone written after the times, if all have it."""
    is_late: bool = False
    """Whether any time is written 24:00."""
    unknown: set[int] = field(default_factory=set)
    """Lines without a volume."""


def read_rows(
    text: str,
    layout: Layout,
    name: str,
    faults: Faults,
    zone: str | None = None,
    progress: Progress | None = None,
) -> Reading:
    """Every row below the heading. Raises `Refused` for two symbols in one file."""
    reader = _RowReader(layout, name, faults, zone)
    total = 2 * (text.count("\n") + 1)
    for line, fields in layout.rows(text, name):
        reader.take(line, fields)
        if progress is not None and line % _OFTEN == 0:
            progress(min(line, total // 2), total)
    reading = reader.read()
    if isinstance(reader.clock, Unix):
        reading.units = tuple(sorted(reader.clock.units))
    else:
        reading.is_late = reader.clock.is_late
    return reading


class _RowReader:
    def __init__(self, layout: Layout, name: str, faults: Faults, zone: str | None) -> None:
        self.reading = Reading(Bars(), symbol=layout.columns.symbol)
        self.clock = layout.clock()
        self._columns = layout.columns
        self._numbers = Numbers(layout.sign)
        self._volumes = self._numbers
        if layout.columns.billionths:
            self._numbers = Numbers(layout.sign, billionths=True)
        self._name = name
        self._faults = faults
        self._wished = zone
        self._parts: list[str] = []
        self._naive: list[int] = []
        """The bars whose times have no offset."""

    def read(self) -> Reading:
        """The result of reading the rows, with times in UTC."""
        zone = self._zone()
        if zone is not None and self._naive:
            self._bring_to_utc(Zone(zone), clean(zone, 40))
        return self.reading

    def _zone(self) -> str | None:
        """The zone of the times without an offset; `None` if they are taken as UTC."""
        behind = set() if isinstance(self.clock, Unix) else self.clock.zones
        if self._wished is not None:
            return self._wished
        if len(behind) > 1:
            listed = ", ".join(sorted(clean(zone or "none", 40) for zone in behind))
            raise Refused(
                f"{self._name}: the times are in several zones ({listed}); choose one with --zone"
            )
        self.reading.zone = next(iter(behind), None)
        zone = self.reading.zone or self._columns.zone
        return None if zone is None or zone == "UTC" or is_unclear(zone) else zone

    def _bring_to_utc(self, zone: Zone, zone_name: str) -> None:
        """Convert times to UTC once all rows are read: only then is the second pass of a repeated
        hour known. A time that the clocks skipped is reported and left out, except for daily bars,
        which stand for their date."""
        bars = self.reading.bars
        local = [bars.local[at] for at in self._naive]
        times, unseen = zone.to_utc(local)
        for at, time in zip(self._naive, times, strict=True):
            bars.times[at] = time
        if len({time % DAY for time in local}) == 1:
            return
        left_out = {self._naive[number] for number in unseen}
        for at in sorted(left_out):
            clock = f"{bars.local[at] % DAY // HOUR:02}:{bars.local[at] % HOUR // 60:02}"
            what = f"{clock} does not exist on that day in {zone_name}: the clocks go forward"
            self._faults.note(FaultKind.SKIPPED_HOUR, bars.lines[at], what, _LEFT_OUT)
        if left_out:
            self.reading.bars = bars.pick([at for at in range(len(bars)) if at not in left_out])

    def take(self, line: int, fields: list[str]) -> None:
        """Read one row."""
        self.reading.rows += 1
        problem = self._problem(line, fields)
        if problem is not None:
            kind, what = problem
            self._faults.note(kind, line, what, _LEFT_OUT)

    def _problem(self, line: int, fields: list[str]) -> tuple[FaultKind, str] | None:
        """Add the row's bar, or return why it cannot be read."""
        columns = self._columns
        if len(fields) != columns.width:
            while len(fields) > columns.width and not fields[-1].strip():
                fields = fields[:-1]
            if len(fields) != columns.width:
                return FaultKind.UNREADABLE, f"{len(fields)} fields instead of {columns.width}"
        written = columns.time_text(fields)
        stamp = self.clock.read(written)
        if stamp is None:
            return FaultKind.UNREADABLE, f'"{clean(written.strip(), 40)}" is not a time'
        texts = [fields[at] for at in columns.prices]
        prices = list(map(self._numbers.read, texts))
        if None in prices:
            return self._no_price(texts, prices)
        return self._bar(line, stamp, texts, [price for price in prices if price], fields)

    def _bar(
        self, line: int, stamp: Stamp, texts: list[str], prices: list[Number], fields: list[str]
    ) -> tuple[FaultKind, str] | None:
        volume, problem = self._volume(line, fields)
        if problem:
            return FaultKind.UNREADABLE, problem
        odd = [index for index, price in enumerate(prices) if price.odd]
        for at in odd:
            if prices[at].large:
                shown = f"the {PRICES[at]} {clean(texts[at].strip(), 40)}"
                return FaultKind.TOO_LARGE, f"{shown} has more than {MOST_DIGITS} digits"
            if prices[at].fine:
                shown = f"the {PRICES[at]} {clean(texts[at].strip(), 40)}"
                return FaultKind.TOO_FINE, f"{shown} needs more than {MOST_DECIMALS} decimals"
        self._check_symbol(line, fields)
        if not self.reading.bars.add_prices(prices):
            return FaultKind.TOO_LARGE, "with the other prices, these need more than 18 digits"
        if odd:
            done = "rounded to the decimals they stand for"
            self._faults.note(FaultKind.ROUNDED, line, "prices written as binary fractions", done)
        self._add(line, stamp)
        if not self.reading.bars.add_volume(volume):
            self._faults.note(FaultKind.ROUNDED, line, "a volume with too many decimals", "rounded")
        return None

    def _no_price(self, texts: list[str], numbers: list[Number | None]) -> tuple[FaultKind, str]:
        if all(
            number is None and is_missing(text) for number, text in zip(numbers, texts, strict=True)
        ):
            return FaultKind.EMPTY, "no prices"
        at = numbers.index(None)
        shown = clean(texts[at].strip(), 40)
        return FaultKind.UNREADABLE, f'{PRICES[at]}: "{shown}" is not a number'

    def _volume(self, line: int, fields: list[str]) -> tuple[Number, str]:
        """The volume, 0 where the row has none, and what is wrong with it."""
        columns = self._columns
        if columns.volume is None:
            return NOTHING, ""
        text = fields[columns.volume]
        number, problem = volume_of(self._volumes, text)
        if columns.volume_too is not None and number is not None and not problem:
            other, problem = volume_of(self._volumes, fields[columns.volume_too])
            number = None if other is None else added(number, other)
        if number is None:
            self.reading.unknown.add(line)
        return number or NOTHING, problem

    def _check_symbol(self, line: int, fields: list[str]) -> None:
        if self._columns.parts:
            self._check_parts(line, [fields[at].strip() for at in self._columns.parts])
        at = self._columns.symbol_at
        symbol = "" if at is None else fields[at].strip()
        if not symbol:
            return
        known = self.reading.symbol
        if known is None:
            self.reading.symbol = symbol
        elif symbol != known and self._columns.symbol is None and _bare(symbol) != _bare(known):
            self._refuse_another(line, symbol, known)

    def _check_parts(self, line: int, parts: list[str]) -> None:
        self._parts = self._parts or parts
        for part, before in zip(parts, self._parts, strict=True):
            if part != before:
                self._refuse_another(line, part, before)

    def _refuse_another(self, line: int, symbol: str, before: str) -> None:
        raise Refused(
            f"{self._name}:{line}: this row is for {clean(symbol, 20)}, the rows above are for "
            f"{clean(before, 20)}; import one symbol at a time"
        )

    def _add(self, line: int, stamp: Stamp) -> None:
        bars, offset = self.reading.bars, stamp.offset
        if offset is None:
            self.reading.naive = True
            self._naive.append(len(bars.times))
            time = stamp.local
        else:
            self.reading.offsets = True
            time = stamp.local - offset
        bars.lines.append(line)
        bars.local.append(stamp.local)
        bars.times.append(time)
