"""The parts of a rule book's tables: a figure with its source, and the kinds of figures."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field

from ledger.money import LARGEST
from ledger.times import Interval
from ledger.toml_file import Line, Number, Table, Unit, like, to_whole

T = TypeVar("T")
Loose = Field(strict=False)
NotNegative = Annotated[Number, Field(ge=0, lt=LARGEST)]
Amount = Annotated[NotNegative, Unit.MONEY]
Id = Annotated[
    str, like(r"[a-z0-9][a-z0-9-]{0,39}", "small letters, digits and dashes, at most 40")
]
Dated = Annotated[
    str,
    like(r"(read )?\d{4}(-\d{2}(-\d{2})?)?", 'such as "2024", "2024-10-31" or "read 2026-11"'),
]
Leverage = Annotated[Number, Field(ge=1, le=1000), Unit.TIMES]
DayCount = Annotated[Literal[360, 365], BeforeValidator(to_whole), Unit.DAYS]
Span = Annotated[Interval, Unit.SPAN]


class Sourced(Table, Generic[T]):
    """A figure next to its source."""

    value: T = Field(description="the figure itself")
    source: Line = Field(description="where the figure comes from, or why it was chosen")
    date: Dated = Field(
        description="the source's own date, as 2024, 2024-10 or 2024-10-31; `read 2026-11` is the "
        "day on which a source without a date was read"
    )
    certainty: Literal["stated", "secondary", "assumed"] = Field(
        description="stated: the rule-maker's own text; secondary: another party's account of it; "
        "assumed: not published, the source says why it was chosen"
    )
