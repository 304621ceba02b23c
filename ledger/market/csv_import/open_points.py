"""What a table says about itself, and what it leaves open: columns, dates, time zone."""

from ledger.market.csv_import.layout import ImportOptions, Layout
from ledger.market.csv_import.report import FaultKind, Faults
from ledger.market.csv_import.rows import PRICES, Bars, Reading
from ledger.market.csv_import.zones import is_unclear
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import DAY

_FEW = 10
_BILLION = 10**9
_ROUND = 10**5
_ONE_TIME = 0.7
"""The share of rows that must have a time of their own."""


def check_clock(bars: int, layout: Layout, reading: Reading, name: str) -> None:
    """Raises `Refused` if so many rows share a time that part of it was not understood."""
    read = len(reading.bars)
    if read > _FEW and bars < _ONE_TIME * read:
        ignored = ", ".join(left_aside(layout)) or "none"
        raise Refused(
            f"{name}: {read - bars} of {read} rows have the same time as another row: the time of "
            f"day may be in a column that was ignored ({ignored}); put times such as 09:30 in a "
            "column called time"
        )


def check_days(layout: Layout, reading: Reading, name: str) -> None:
    """Raises `Refused` if the day that a daily bar stands for is ambiguous."""
    if reading.is_late or layout.columns.are_ends:
        raise Refused(
            f"{name}: daily bars are stamped with the end of the day; write the date alone, or the "
            "start of the day"
        )


def columns_of(layout: Layout) -> tuple[tuple[str, str], ...]:
    columns = layout.columns
    roles = [("time", columns.time)]
    roles += [(role, (at,)) for role, at in zip(PRICES, columns.prices, strict=True)]
    if columns.volume is not None:
        too = () if columns.volume_too is None else (columns.volume_too,)
        roles.append(("volume", (columns.volume, *too)))
    return tuple((role, " + ".join(name_of(layout, at) for at in ats)) for role, ats in roles)


def name_of(layout: Layout, at: int) -> str:
    names = layout.columns.names
    return names[at] if at < len(names) and names[at] else f"column {at + 1}"


def left_aside(layout: Layout) -> tuple[str, ...]:
    """Columns that are ignored."""
    columns = layout.columns
    used = {
        columns.zone_at,
        *columns.time,
        *columns.prices,
        columns.volume,
        columns.volume_too,
        columns.symbol_at,
    }
    return tuple(name_of(layout, at) for at in range(columns.width) if at not in used)


def check_unit(bars: Bars, name: str) -> None:
    """Raises `Refused` if all prices look like whole numbers of billionths."""
    if not bars.scale and all(p >= _BILLION and p % _ROUND == 0 for p in bars.prices):
        raise Refused(
            f"{name}: all prices are round numbers above a billion, as if in billionths; "
            "divide them by 1,000,000,000"
        )


def report_no_volume(layout: Layout, reading: Reading, faults: Faults) -> None:
    """Note that no volume was read, though a column that was ignored may hold it."""
    columns = layout.columns
    if reading.unknown and not any(reading.bars.volumes):
        line = min(reading.unknown)
        faults.note(FaultKind.NO_VOLUME, line, "no row has a volume", "imported without volume")
    if columns.volume is None and columns.header_line is not None and left_aside(layout):
        what = f"no column is called volume; ignored: {', '.join(left_aside(layout))}"
        faults.note(FaultKind.NO_VOLUME, columns.header_line, what, "imported without volume")


def order_of_dates(layout: Layout) -> str:
    if layout.year_first:
        return "year first"
    if layout.day_first is None:
        return ""
    return f"{'day' if layout.day_first else 'month'} first: {layout.why}"


def zone_of(layout: Layout, reading: Reading, options: ImportOptions, interval: int) -> str:
    """How the times were read."""
    if layout.unix:
        return f"UTC (Unix time in {' and '.join(reading.units)})"
    if interval >= DAY:
        return "not needed: bars are dated 00:00 UTC on their day"
    phrases = []
    if reading.offsets:
        phrases.append("converted to UTC by the offsets in the file")
    if reading.naive:
        named = clean(options.zone, 40) if options.zone else ""
        taken = "none in the file: taken as UTC (use --zone for another, such as your broker's)"
        if layout.columns.zone:
            taken = f"{clean(layout.columns.zone, 40)}, from the header"
        if reading.zone:
            taken = f"{clean(reading.zone, 40)}, from the file"
        phrases.append(f"{named}, from --zone" if named else taken)
    return "; ".join(phrases)


def is_zone_open(layout: Layout, reading: Reading, options: ImportOptions, interval: int) -> bool:
    """Whether nothing gives the time zone."""
    return (
        reading.naive
        and interval < DAY
        and not (options.zone or reading.zone or layout.columns.zone)
    )


def check_zone(
    layout: Layout, reading: Reading, options: ImportOptions, interval: int, name: str
) -> None:
    """Raises `Refused` if the zone is a word such as EST, which may mean one of several."""
    zone = reading.zone or layout.columns.zone
    if zone is None or not is_unclear(zone) or options.zone or not reading.naive or interval >= DAY:
        return
    raise Refused(
        f"{name}: the times are in {clean(zone, 40)}, which is ambiguous; add --zone, such as "
        "America/New_York (with summer time) or -05:00 (without)"
    )
