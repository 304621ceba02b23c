"""Times as other programs write them, in whole seconds since 1970.

Unix time in seconds, milliseconds, microseconds or nanoseconds, each value judged by its own size
(exchanges changed the unit, and dumps from before and after were joined); or a calendar date, with
or without a time of day and an offset. All dates of a file together decide whether `01/02/2024`
begins with the day.
"""

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ledger.market.csv_import.zones import seconds_east, zone_behind
from ledger.times import DAY, END_OF_TIME, FIRST_TIME, HOUR

_UNIX = re.compile(r"(-?\d{1,19})(?:\.(\d{1,9}))?", re.ASCII)
_UNITS = ((10**11, 1, "seconds"), (10**14, 10**3, "milliseconds"), (10**17, 10**6, "microseconds"))
_NANOSECONDS = 10**9
_YEAR_FIRST = r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
_COMPACT = r"(?P<cy>(?:19|20|21)\d\d)(?P<cm>\d\d)(?P<cd>\d\d)(?=$|[ T_]|\d{4}$|\d{6}$)"
_YEAR_LAST = r"(?P<a>\d{1,2})(?P<t>[-/.])(?P<b>\d{1,2})(?P=t)(?P<ly>\d{4}|\d\d)(?!\d)"
_NAMED = (
    r"(?P<nm>[A-Za-z]{3,9})\.? (?P<nd>\d{1,2}),? (?P<ny>\d{4})"
    r"|(?P<od>\d{1,2})[- ](?P<om>[A-Za-z]{3,9})\.?[- ](?P<oy>\d{4}|\d\d)(?!\d)"
)
_DATE = re.compile(f"{_YEAR_FIRST}|{_COMPACT}|{_YEAR_LAST}|{_NAMED}", re.ASCII)
_CLOCK = re.compile(
    r"(?:(?P<h>\d{1,2})(?::(?P<m>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?)?[ -]?(?P<p>[AP]M)?"
    r"|(?P<ch>\d\d)(?P<cm>\d\d)(?P<cs>\d\d)?)"
    r"(?: ?(?P<z>Z|UTC|GMT))?(?: ?(?P<o>[+-](?:\d\d(?::?\d\d)?|\d)))?",
    re.ASCII | re.IGNORECASE,
)
_LAST = re.compile(r"9{3,9}", re.ASCII)
"""The fraction of a bar's last moment, such as 59.999; it counts as that second."""
_BRACKETS = re.compile(r"\[([A-Za-z_/]+)\]$")
"""Java writes the name of the time zone like this after the offset."""
_BARE_CLOCK = re.compile(r"\d{1,6}", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Stamp(NamedTuple):
    """A time as written: `local` seconds, and the offset from UTC if the file gives one."""

    local: int
    offset: int | None


class Unix:
    """Reads Unix times and remembers the units it has seen."""

    def __init__(self) -> None:
        self.units: set[str] = set()

    def read(self, text: str) -> Stamp | None:
        """Seconds since 1970; `None` for anything else, and for fractions of a second."""
        match = _UNIX.fullmatch(text.strip())
        if match is None or ((match[2] or "0").strip("0") and not _LAST.fullmatch(match[2])):
            return None
        value = int(match[1])
        divisor, unit = _NANOSECONDS, "nanoseconds"
        for bound, by, name in _UNITS:
            if abs(value) < bound:
                divisor, unit = by, name
                break
        seconds, rest = divmod(value, divisor)
        if (rest and not _LAST.fullmatch(str(rest))) or not FIRST_TIME <= seconds < END_OF_TIME:
            return None
        self.units.add(unit)
        return Stamp(seconds, 0)


class Calendar:
    """Reads dates with or without a time of day; each distinct text is parsed once."""

    def __init__(self, *, day_first: bool, year_first: bool = False) -> None:
        self._day_first = day_first
        self._year_first = year_first
        self.zones: set[str | None] = set()
        """The zone names written after times without an offset; `None` where there is none."""
        self.is_late = False
        """Whether any time is written 24:00."""
        self._days: dict[str, int | None] = {}
        self._clocks: dict[str, Stamp | None] = {}

    def read(self, text: str) -> Stamp | None:
        """The time in a text; `None` if it is not one."""
        match = _DATE.match(text)
        if match is None:
            match = _DATE.match(text := text.strip())
            if match is None:
                return None
        written, rest = match[0], text[match.end() :]
        if written not in self._days:
            self._days[written] = self._day(match)
        if rest not in self._clocks:
            self._clocks[rest] = self._clock(rest)
        day, clock = self._days[written], self._clocks[rest]
        if day is None or clock is None:
            return None
        return Stamp(day + clock.local, clock.offset)

    def _clock(self, text: str) -> Stamp | None:
        text = _BRACKETS.sub(r" \1", text.strip())
        zone = zone_behind(text)
        if zone is not None:
            text = text.removesuffix(zone)
        stamp = _clock(text)
        if stamp is not None:
            if stamp.offset is None:
                self.zones.add(zone)
            self.is_late |= stamp.local == DAY
        return stamp

    def _day(self, match: re.Match[str]) -> int | None:
        parts = match.groupdict()
        if parts["y"]:
            year, month, day = parts["y"], parts["m"], parts["d"]
        elif parts["cy"]:
            year, month, day = parts["cy"], parts["cm"], parts["cd"]
        elif parts["ly"]:
            year, month, day = parts["ly"], parts["b"], parts["a"]
            if self._year_first and len(year) == 2:
                year, month, day = day, month, year
            elif not self._day_first:
                month, day = day, month
        else:
            named = "n" if parts["ny"] else "o"
            year, day = parts[f"{named}y"], parts[f"{named}d"]
            month = _month(parts[f"{named}m"])
        return _days(year, month, day)


def _month(name: str) -> str:
    short = name[:3].lower()
    return str(_MONTHS.index(short) + 1) if short in _MONTHS else "0"


def _days(year: str, month: str, day: str) -> int | None:
    """Seconds since 1970 of a date; two-digit years are in 1970 to 2069."""
    full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) >= 70 else 2000)
    try:
        seconds = (date(full, int(month), int(day)) - date(1970, 1, 1)).days * DAY
    except ValueError:
        return None
    return seconds if FIRST_TIME <= seconds < END_OF_TIME else None


def _clock(text: str) -> Stamp | None:
    """Seconds since midnight, and the offset; a date alone is midnight."""
    text = text.lstrip(" T_,").rstrip(" _,")
    if not text:
        return Stamp(0, None)
    match = _CLOCK.fullmatch(text)
    if match is None or ((match["f"] or "0").strip("0") and not _LAST.fullmatch(match["f"])):
        return None
    hour, half = int(match["h"] or match["ch"]), (match["p"] or "").upper()
    if match["h"] and not (match["m"] or half):
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "PM" else 0)
    minute, second = int(match["m"] or match["cm"] or 0), int(match["s"] or match["cs"] or 0)
    midnight = hour == 24 and not half and minute == second == 0
    if (hour > 23 and not midnight) or minute > 59 or second > 59:
        return None
    offset = 0 if match["z"] else None
    if match["o"]:
        offset = seconds_east(match["o"])
    return Stamp(hour * HOUR + minute * 60 + second, offset)


def clock_text(text: str) -> str:
    """A time of day from its own column, padded with zeros: `93000` is `093000`."""
    text = text.strip()
    if _BARE_CLOCK.fullmatch(text):
        return text.zfill(4 if len(text) in (3, 4) else 6)
    return text


def is_date(text: str) -> bool:
    """Whether a field begins with a calendar date, in either order of day and month."""
    return any(Calendar(day_first=first).read(text) is not None for first in (True, False))


def has_clock(text: str) -> bool:
    """Whether a date comes with a time of day other than midnight."""
    stamp = Calendar(day_first=True).read(text) or Calendar(day_first=False).read(text)
    return stamp is not None and stamp.local % DAY != 0


def is_clock(text: str) -> bool:
    """Whether a field is a time of day alone."""
    return bool(text.strip()) and _clock(clock_text(text)) is not None


def is_unix(text: str) -> bool:
    """Whether a field looks like Unix time: nine digits or more, and not a date."""
    text = text.strip()
    match = _UNIX.fullmatch(text)
    if match is None or is_date(text) or len(match[1]) < 9:
        return False
    return Unix().read(text) is not None


def orders_of(texts: Iterable[str]) -> tuple[bool, bool, bool]:
    """What dates that end with the year show: (some are day first, some month first, dotted)."""
    day, month, dotted = False, False, False
    for text in texts:
        match = _DATE.match(text.strip())
        if match is None or not match["ly"]:
            continue
        a, b = int(match["a"]), int(match["b"])
        day |= 31 >= a > 12 >= b
        month |= 31 >= b > 12 >= a
        dotted |= match["t"] == "."
    return day, month, dotted


def ends_in_the_year(text: str) -> bool:
    """Whether a date ends with its year, so that day and month may come in either order."""
    match = _DATE.match(text.strip())
    return match is not None and bool(match["ly"])


def has_short_year(text: str) -> bool:
    """Whether a date is three two-digit numbers: the year may come first or last."""
    match = _DATE.match(text.strip())
    return match is not None and len(match["ly"] or "") == len(match["a"] or "") == 2


def usual_step(
    texts: list[str], *, day_first: bool = False, year_first: bool = False
) -> int | None:
    """The median distance in seconds of neighbouring dates, read in this way; 0 for one date.

    `None` if any is not a date when read in this way.
    """
    calendar = Calendar(day_first=day_first, year_first=year_first)
    moments = [stamp.local for text in texts if (stamp := calendar.read(text)) is not None]
    if len(moments) < len(texts):
        return None
    steps = sorted(abs(later - earlier) for earlier, later in pairwise(moments))
    return steps[len(steps) // 2] if steps else 0


def runs_one_way(texts: list[str], *, day_first: bool) -> bool:
    """Whether all texts are dates when read in this way, and run only forward or only back."""
    calendar = Calendar(day_first=day_first)
    stamps = [calendar.read(text) for text in texts]
    moments = [stamp.local for stamp in stamps if stamp is not None]
    return len(moments) == len(texts) and (
        moments == sorted(moments) or moments == sorted(moments, reverse=True)
    )
