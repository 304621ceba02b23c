"""The days that a review is about: a week of the account's market time, a month, or all of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from ledger.times import DAY, month_of

WEEK = 7
_MONDAY = 3
"""1 January 1970 was a Thursday."""


class Length(StrEnum):
    """How long."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Span:
    """Trading days counted from 1970, with both ends; `None` leaves an end open."""

    length: Length
    first: int | None = None
    last: int | None = None

    def has(self, day: int) -> bool:
        """Whether a day is within."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def moved(self, by: int) -> "Span":
        """So many weeks or months later."""
        if self.first is None or self.last is None:
            return self
        if self.length is Length.WEEK:
            return week_with(self.first + by * WEEK)
        return month_with(self.last + 1 if by > 0 else self.first - 1)

    @property
    def words(self) -> str:
        """`week of Mon 2 Mar 2020`."""
        if self.first is None:
            return "all trades"
        moment = datetime.fromtimestamp(self.first * DAY, UTC)
        if self.length is Length.MONTH:
            return f"{moment:%B %Y}"
        return f"week of {moment:%a} {moment.day} {moment:%b %Y}"


ALL = Span(Length.ALL)


def week_with(day: int) -> Span:
    """The week from Monday to Sunday with a day."""
    monday = day - (day + _MONDAY) % WEEK
    return Span(Length.WEEK, monday, monday + WEEK - 1)


def month_with(day: int) -> Span:
    """The month with a day."""
    year, month = month_of(day * DAY)
    begins = datetime(year, month, 1, tzinfo=UTC)
    ends = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Span(Length.MONTH, int(begins.timestamp()) // DAY, int(ends.timestamp()) // DAY - 1)


def span_with(length: Length, day: int) -> Span:
    """The week or month with a day, or all."""
    match length:
        case Length.WEEK:
            return week_with(day)
        case Length.MONTH:
            return month_with(day)
        case Length.ALL:
            return ALL
