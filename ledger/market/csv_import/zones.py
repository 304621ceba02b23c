"""Local times converted to UTC, where clocks go back and forward.

The order of the rows tells the two passes of a repeated hour apart; a skipped hour has no rows.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise

from ledger.refused import Refused
from ledger.text import clean
from ledger.times import DAY, HOUR

_QUARTER = 900
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d\d)?", re.ASCII)
_SHIFTED = re.compile(
    r"(?:utc|gmt|\() ?([+\u2212-]) ?(\d{1,2})(?::?([0-5]\d))?(?!\d)", re.ASCII | re.IGNORECASE
)
_PLACE = re.compile(r"[A-Za-z]+/[A-Za-z_]+(?:/[A-Za-z_]+)?")
_UNCLEAR = re.compile(
    r"[ecmp][sd]?t|[ce]et|eastern|cest|met|we?t|eest|msk|[bijk]st|hkt|sgt|ae[sd]t|brt",
    re.IGNORECASE,
)
"""Words that mean several zones, or a zone for half of the year."""
_Offsets = tuple[int, int]


class Zone:
    """A time zone, named as `Europe/Athens`, `+02:00` or `UTC`. Raises `Refused` if unknown."""

    def __init__(self, name: str) -> None:
        self._zone = _zone(name)
        self._quarters: dict[int, _Offsets | None] = {}

    def to_utc(self, locals_: Sequence[int]) -> tuple[list[int], set[int]]:
        """Local seconds, in the order of their rows, as UTC; and the indices of times that the
        clocks skipped when they went forward.

        Where the clocks go back, rows that start over belong to the second pass of the hour;
        if none do, all belong to the first.
        """
        offsets = list(map(self._offsets, locals_))
        utc = [local - first for local, (first, _) in zip(locals_, offsets, strict=True)]
        for rows in _twice(locals_, offsets):
            for index in rows[_begins_again([locals_[index] for index in rows]) :]:
                utc[index] = locals_[index] - offsets[index][1]
        return utc, {index for index, (first, second) in enumerate(offsets) if first < second}

    def _offsets(self, local: int) -> _Offsets:
        """Seconds east of UTC before and after a clock change; the same twice at other times."""
        quarter = local // _QUARTER
        if quarter not in self._quarters:
            ends = {self._asked(quarter * _QUARTER), self._asked((quarter + 1) * _QUARTER - 1)}
            self._quarters[quarter] = ends.pop() if len(ends) == 1 else None
        return self._quarters[quarter] or self._asked(local)

    def _asked(self, local: int) -> _Offsets:
        moment = datetime.fromtimestamp(local, UTC).replace(tzinfo=self._zone)
        first, second = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
        assert first is not None, "a zone has an offset"
        assert second is not None, "a zone has an offset"
        return int(first.total_seconds()), int(second.total_seconds())


def seconds_east(text: str) -> int | None:
    """The offset from UTC in seconds of a text such as `+02:00`; `None` for anything else."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    east = int(match[2]) * HOUR + int(match[3] or 0) * 60
    return -east if match[1] == "-" else east


def zone_named(heading: str) -> str | None:
    """The zone that a column's name gives for its times, such as `UTC`, `+03:00`, `US/Eastern`.

    An ambiguous word is returned as written: see `is_unclear`.
    """
    if match := _SHIFTED.search(heading):
        sign = "+" if match[1] == "+" else "-"
        return f"{sign}{int(match[2]):02}:{match[3] or '00'}"
    for match in _PLACE.finditer(heading):
        if is_known(match[0]):
            return match[0]
    words = re.findall(r"[A-Za-z]+", heading)
    if any(word.lower() in ("utc", "gmt") for word in words):
        return "UTC"
    return next((word for word in words[1:] if _UNCLEAR.fullmatch(word)), None)


def zone_behind(text: str) -> str | None:
    """The zone written after a time, as in `09:30:00 US/Eastern` or `09:30 EST`."""
    word = text.rpartition(" ")[2]
    return word if _PLACE.fullmatch(word) or _UNCLEAR.fullmatch(word) else None


def is_zone(text: str) -> bool:
    """Whether a field is a zone or an offset."""
    text = text.strip()
    return (
        text.upper() in ("UTC", "GMT", "Z")
        or zone_behind(text) is not None
        or seconds_east(text) is not None
    )


def is_unclear(zone: str) -> bool:
    """Whether a zone's name is ambiguous."""
    return _UNCLEAR.fullmatch(zone) is not None


def is_known(zone: str) -> bool:
    """Whether a zone has this name."""
    try:
        _zone(zone)
    except Refused:
        return False
    return True


def _twice(locals_: Sequence[int], offsets: Sequence[_Offsets]) -> list[list[int]]:
    """The rows of each repeated hour, by index, oldest first."""
    falls = sum(later < earlier for earlier, later in pairwise(locals_))
    rises = sum(later > earlier for earlier, later in pairwise(locals_))
    order = range(len(locals_))
    hours: dict[int, list[int]] = {}
    for index in reversed(order) if falls > rises else order:
        first, second = offsets[index]
        if first > second:
            hours.setdefault(locals_[index] // DAY, []).append(index)
    return list(hours.values())


def _begins_again(locals_: Sequence[int]) -> int:
    """The position at which times start over, or their number if they do not. A repeated time also
    counts if there is no other: hourly bars."""
    for number, (earlier, later) in enumerate(pairwise(locals_), start=1):
        if later < earlier or (later == earlier and len(set(locals_)) == 1):
            return number
    return len(locals_)


def _zone(text: str) -> tzinfo:
    if text.upper() in ("UTC", "Z"):
        return UTC
    east = seconds_east(text)
    if east is not None and abs(east) < DAY:
        return timezone(timedelta(seconds=east))
    from zoneinfo import ZoneInfo  # here, since few files need one

    try:
        return ZoneInfo(text)
    except (OSError, ValueError, LookupError):
        raise Refused(
            f'time zone: "{clean(text, 40)}" is unknown; write it as Europe/Athens or +02:00'
        ) from None
