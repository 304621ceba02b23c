"""Local times brought to UTC, where a clock is put back and forward.

An hour that comes twice is told apart by the order of the rows; one that is left out has no rows.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise

from ledger.market.csv_import.moments import seconds_east
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import DAY

_QUARTER = 900
_Offsets = tuple[int, int]


class Zone:
    """The clock of a place. Raises `Refused` for one that is not known.

    `name` is such as `Europe/Athens`, `+02:00` or `UTC`.
    """

    def __init__(self, name: str) -> None:
        self._zone = _zone(name)
        self._quarters: dict[int, _Offsets | None] = {}

    def to_utc(self, locals_: Sequence[int]) -> tuple[list[int], set[int]]:
        """Local seconds in the order of their rows as UTC, and the indices of those that no clock
        showed there: it was put forward over them.

        Where the clock is put back, rows that begin again are of the hour's second time; without
        such a step all are of its first.
        """
        offsets = list(map(self._offsets, locals_))
        found = [local - first for local, (first, _) in zip(locals_, offsets, strict=True)]
        for rows in _twice(locals_, offsets):
            for index in rows[_begins_again([locals_[index] for index in rows]) :]:
                found[index] = locals_[index] - offsets[index][1]
        return found, {index for index, (first, second) in enumerate(offsets) if first < second}

    def _offsets(self, local: int) -> _Offsets:
        """Seconds east of UTC: before a change of the clock, and after it; elsewhere the same."""
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


def _twice(locals_: Sequence[int], offsets: Sequence[_Offsets]) -> list[list[int]]:
    """The rows of each hour that comes twice, by index, oldest first."""
    falls = sum(later < earlier for earlier, later in pairwise(locals_))
    rises = sum(later > earlier for earlier, later in pairwise(locals_))
    order = range(len(locals_))
    found: dict[int, list[int]] = {}
    for index in reversed(order) if falls > rises else order:
        first, second = offsets[index]
        if first > second:
            found.setdefault(locals_[index] // DAY, []).append(index)
    return list(found.values())


def _begins_again(locals_: Sequence[int]) -> int:
    """Where times begin anew; their number where they do not. The same time again does too, if
    there is no other: bars of an hour."""
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
            f'time zone: "{clean(text, 40)}" is not known; allowed: such as Europe/Athens or +02:00'
        ) from None
