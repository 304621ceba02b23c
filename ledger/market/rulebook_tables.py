"""The tables of a rule book's TOML, as pydantic checks them: shapes and single values.

What hangs together across tables is checked in `rulebook_file`, which also says the convention.
"""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from ledger.market.rulebook import AccountKind, Capitalize, ExitAmount, Judged, Mode, Rung
from ledger.market.toml_file import (
    Fraction,
    Line,
    Number,
    Positive,
    Table,
    Whole,
    to_whole,
)
from ledger.money import LARGEST

T = TypeVar("T")
Loose = Field(strict=False)
NotNegative = Annotated[Number, Field(ge=0, lt=LARGEST)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Dated = Annotated[str, StringConstraints(pattern=r"^(read )?\d{4}(-\d{2}(-\d{2})?)?$")]
Leverage = Annotated[Number, Field(ge=1, le=1000)]
Span = Literal["1m", "5m", "15m", "30m", "1h", "4h", "8h", "1d"]


class Sourced(Table, Generic[T]):
    """A figure next to its source."""

    value: T
    source: Line
    date: Dated
    certainty: Literal["stated", "secondary", "assumed"]


class ShortTable(Table):
    rate: NotNegative
    per_share: NotNegative
    low_price: NotNegative
    low_rate: NotNegative
    low_per_share: NotNegative


class TierTable(Table):
    floor: NotNegative
    rate: Fraction
    max_leverage: Leverage


class RateTable(Table):
    floor: NotNegative
    rate: Fraction


class ScheduleTable(Table):
    name: Id
    long_rate: Sourced[Fraction] | None = None
    short: Sourced[ShortTable] | None = None
    tiers: Sourced[list[TierTable]] | None = None
    close_fee: Sourced[Fraction] | None = None
    maintenance_at: Literal["mark", "entry"] = "mark"


class LevelTable(Table):
    """`multiple` of the schedule's requirement, or the `margin_ratio` that is its inverse."""

    rung: Annotated[Rung, Loose]
    schedule: Id
    multiple: Sourced[Positive] | None = None
    margin_ratio: Sourced[Positive] | None = None
    inclusive: bool
    judged: Annotated[Judged, Loose]
    due_sessions: Sourced[Annotated[Whole, Field(ge=0, le=1000)]] | None = None
    calls: bool = False


class ForcedExitTable(Table):
    event: Literal["force_sold", "liquidated"]
    amount: Annotated[ExitAmount, Loose]
    slippage: Sourced[Fraction]
    fee: Sourced[Fraction]
    protected: bool


class InterestTable(Table):
    rates: Sourced[list[RateTable]]
    day_count: Sourced[Annotated[Literal[360, 365], BeforeValidator(to_whole)]]
    post_every: Sourced[Span]
    capitalize: Annotated[Capitalize, Loose]


class FundingTable(Table):
    every: Sourced[Span]
    rate: Sourced[Annotated[Number, Field(ge=-10, le=10)]] | None = None


class BookTable(Table):
    id: Id
    title: Line
    kind: Annotated[AccountKind, Loose]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,10}$")]
    modes: Annotated[list[Annotated[Mode, Loose]], Field(min_length=1)]
    health: Literal["equity_ratio", "margin_ratio"]
    auto_repay: bool
    initial_margin: Sourced[Fraction]
    max_leverage: Sourced[Leverage]
    default_leverage: Sourced[Leverage]
    minimum_equity: Sourced[NotNegative]
    maker_fee: Sourced[Fraction]
    taker_fee: Sourced[Fraction]
    stop_slippage: Sourced[Fraction]
    clear_band: Sourced[Fraction]
    forced_exit: ForcedExitTable
    interest: InterestTable | None = None
    funding: FundingTable | None = None
    schedule: Annotated[list[ScheduleTable], Field(min_length=1)]
    level: Annotated[list[LevelTable], Field(min_length=1)]
