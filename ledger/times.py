"""Market time: whole seconds since 1970 in UTC, written as ISO 8601 with `Z`."""

from datetime import UTC, datetime
from typing import Annotated, Literal

Time = Annotated[int, "time"]
"""Seconds since 1970, UTC. The annotation tells the codec to write it as ISO 8601."""

DAY = 86_400
HOUR = 3_600

FIRST_TIME, END_OF_TIME = -2_208_988_800, 7_258_118_400
"""The years 1900 to 2199: a time is at or after the first, and before the end."""

Interval = Literal["1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d"]
INTERVALS: dict[Interval, int] = {
    "1m": 60,
    "5m": 300,
    "15m": 900,
    "30m": 1_800,
    "1h": HOUR,
    "4h": 4 * HOUR,
    "8h": 8 * HOUR,
    "1d": DAY,
}


def iso(time: int) -> str:
    """`1583971200` as `2020-03-12T00:00:00Z`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> int:
    """Seconds since 1970 of an ISO 8601 time; without an offset it is taken as UTC.

    Raises `ValueError` if the text is not such a time or is finer than a second.
    """
    moment = datetime.fromisoformat(text)
    return from_datetime(moment)


def from_datetime(moment: datetime) -> int:
    """Seconds since 1970 of a datetime; a naive one is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if moment.microsecond:
        raise ValueError("times are whole seconds")
    return int(moment.timestamp())


def month_of(time: int) -> tuple[int, int]:
    """Year and month, for interest that is capitalized once a month."""
    moment = datetime.fromtimestamp(time, UTC)
    return moment.year, moment.month


def weekday(time: int) -> int:
    """The day of the week in UTC, Monday 0."""
    return (time // DAY + 3) % 7  # time began on a Thursday


def midnight_after(time: int) -> int:
    """The first midnight (UTC) later than the time."""
    return (time // DAY + 1) * DAY
