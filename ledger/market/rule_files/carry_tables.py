"""The tables of what holding costs: interest, rollover and borrow fees, and the terms they stand
for."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ledger.market.instrument import Asset
from ledger.market.rule_files.field_types import Amount, DayCount, Id, Loose, Sourced, Span
from ledger.market.rules.carry import (
    BorrowBase,
    BorrowFee,
    Calendar,
    Capitalize,
    Counted,
    CreditInterest,
    Interest,
    Overnight,
    RateTier,
    Rollover,
    TierOf,
    Weekend,
)
from ledger.money import ZERO
from ledger.times import DAY, INTERVALS
from ledger.toml_file import Fraction, Number, Says, Table, Unit

_Benchmark = Annotated[Number, Field(ge=-1, le=10), Unit.SHARE]
_COUNTED = Says(completed="when it has passed", begun="as soon as it has begun")


class RateTable(Table):
    floor: Amount = Field(title="from", description="debt from which it applies; the first is 0")
    rate: Fraction = Field(
        title="at",
        description="yearly rate up to the next floor; with a benchmark, the spread on top of it",
    )


class InterestTable(Table):
    """`rates` are whole rates, or spreads over the `benchmark` if there is one."""

    rates: Sourced[list[RateTable]] = Field(
        title="Yearly rates", description="yearly rates by size of the debt"
    )
    benchmark: Sourced[_Benchmark] | None = Field(
        default=None,
        description="yearly rate, at least 0, to which the rates are added; without it, they stand "
        "alone",
    )
    tier_of: Annotated[
        TierOf,
        Loose,
        Says(blended="each slice of it at its own", whole="all of it at the rate of its size"),
    ] = Field(
        default=TierOf.BLENDED,
        title="Rates are for",
        description="how much of the debt a rate is for",
    )
    day_count: Sourced[DayCount] = Field(
        description="days of the year by which a yearly rate is divided"
    )
    post_every: Sourced[Span] = Field(
        title="Posted",
        description="how often interest is posted; also the period, where whole ones are counted",
    )
    calendar: Annotated[
        Calendar,
        Loose,
        Says(
            seconds="every second counts",
            clock="whole periods, which end with the clock's",
            elapsed="whole periods since the loan was drawn",
        ),
    ] = Field(default=Calendar.SECONDS, description="what interest is counted in")
    counted: Annotated[Counted, Loose, _COUNTED] | None = Field(
        default=None,
        title="A whole period is charged",
        description="when a whole period is charged; by default when it has passed",
    )
    first_period: Annotated[bool, Says(true="costs a period at once", false="costs nothing")] = (
        Field(
            default=False,
            title="Drawing a loan",
            description="whether one period is charged when a loan is drawn, on the amount drawn",
        )
    )
    capitalize: Annotated[
        Capitalize,
        Loose,
        Says(
            never="bears no interest itself",
            monthly="joins the loan at the month's end",
            each_posting="joins the loan whenever it is posted",
        ),
    ] = Field(title="Unpaid interest", description="when unpaid interest bears interest itself")

    def faults(self) -> Iterator[str]:
        """Keys of whole periods where none are counted, and a first period that is charged
        anyway."""
        if self.calendar is Calendar.SECONDS and (self.counted or self.first_period):
            yield (
                'interest.calendar: "seconds" has no whole periods, so no first_period and no '
                "counted; they need clock or elapsed"
            )
        elif self.counted is Counted.BEGUN and self.first_period:
            yield (
                'interest.first_period: counted = "begun" charges the first one already; '
                "use one of them"
            )

    def contract(self) -> Interest:
        """The contract that the table stands for."""
        return Interest(
            tiers=tuple(RateTier(floor=tier.floor, rate=tier.rate) for tier in self.rates.value),
            day_count=self.day_count.value,
            post_every=INTERVALS[self.post_every.value],
            capitalize=self.capitalize,
            calendar=self.calendar,
            counted=self.counted or Counted.COMPLETED,
            first_period=self.first_period,
            tier_of=self.tier_of,
            benchmark=self.benchmark.value if self.benchmark else None,
        )


class RolloverTable(Table):
    fee: Sourced[Fraction] = Field(description="of the cost of each fill, each time")
    every: Sourced[Span] = Field(description="how often, since the fill")
    counted: Annotated[Counted, Loose, _COUNTED] = Field(description="when a period is charged")

    def terms(self) -> Rollover:
        """The fee that the table stands for."""
        every = INTERVALS[self.every.value]
        return Rollover(fee=self.fee.value, every=every, counted=self.counted)


class BorrowFeeTable(Table):
    rate: Sourced[Fraction] = Field(description="yearly, of the short's market value")
    every: Sourced[Span] = Field(description="how often it is charged")
    day_count: Sourced[DayCount] = Field(
        description="days of the year by which the yearly rate is divided"
    )
    first_period: Annotated[bool, Says(true="costs a period at once", false="costs nothing")] = (
        Field(
            default=False,
            title="Selling short",
            description="whether one period is charged with the short sale",
        )
    )
    base: Annotated[
        BorrowBase,
        Loose,
        Says(
            value="the market value",
            ceil_dollar_102="the shares at 102% of the price, rounded up to a whole dollar",
            round_lot="the market value of the shares rounded up to a hundred",
        ),
    ] = Field(
        default=BorrowBase.VALUE, title="Charged on", description="the value that the rate is of"
    )
    weekend: Annotated[
        Weekend,
        Loose,
        Says(
            daily="each day for itself",
            friday="with Friday, which counts three days",
            wednesday="with Wednesday, which counts three days",
        ),
    ] = Field(
        default=Weekend.DAILY,
        title="The weekend",
        description="when the days of a weekend are charged",
    )

    def faults(self) -> Iterator[str]:
        """A weekend of days in a fee that is not charged by the day, and a first period that is
        charged on another value."""
        if self.first_period and self.base is not BorrowBase.VALUE:
            yield "borrow_fee.base: the first period is charged on the market value; use value"
        if self.weekend is not Weekend.DAILY and INTERVALS[self.every.value] != DAY:
            yield f'borrow_fee.weekend: {self.weekend} needs every = "1d"; or leave weekend out'

    def terms(self) -> BorrowFee:
        """The fee that the table stands for."""
        every, days = INTERVALS[self.every.value], self.day_count.value
        return BorrowFee(
            rate=self.rate.value,
            every=every,
            day_count=days,
            first_period=self.first_period,
            base=self.base,
            weekend=self.weekend,
        )


class OvernightTable(Table):
    """A long pays benchmark + admin a year, a short admin - benchmark; below zero it receives."""

    name: Id = Field(description="what it is for, in a word: names its figures")
    assets: list[Annotated[Asset, Loose]] = Field(
        default_factory=list,
        title="For",
        description="the classes that it is for; without any, all that no other table names",
    )
    admin: Sourced[Fraction] = Field(
        title="The broker's part", description="yearly, of the value: what both sides pay"
    )
    benchmark: Sourced[_Benchmark] = Field(
        description="yearly, of the value: what a long pays on top and a short receives"
    )
    day_count: Sourced[DayCount] = Field(
        description="days of the year by which the yearly rate is divided"
    )
    weekend: Sourced[
        Annotated[
            Weekend,
            Loose,
            Says(
                friday="three nights on Friday",
                wednesday="three nights on Wednesday",
                daily="each night by itself, at the weekend too",
            ),
        ]
    ] = Field(
        title="The weekend is charged",
        description="at which cut-off, 17:00 New York, the weekend is charged",
    )

    def terms(self) -> Overnight:
        """The charge that the table stands for."""
        return Overnight(
            assets=tuple(self.assets),
            admin=self.admin.value,
            benchmark=self.benchmark.value,
            day_count=self.day_count.value,
            weekend=self.weekend.value,
        )


class SpreadTable(Table):
    floor: Amount = Field(
        title="from", description="balance from which it applies; nothing is paid below the first"
    )
    rate: Annotated[Number, Field(ge=-1, le=1), Unit.SHARE] = Field(
        title="at",
        description="yearly, on top of the benchmark; below zero it lowers it, to zero at most",
    )


class CreditInterestTable(Table):
    """What cash earns: `idle` on what is not against shorts, `short` on their value."""

    benchmark: Sourced[_Benchmark] = Field(description="yearly rate to which the rates are added")
    idle: Sourced[list[SpreadTable]] | None = Field(
        default=None, title="Idle cash", description="yearly rates by the size of the cash"
    )
    short: Sourced[list[SpreadTable]] | None = Field(
        default=None, title="Cash against shorts", description="yearly rates by the shorts' value"
    )
    full_from: Sourced[Amount] | None = Field(
        default=None,
        title="In full from",
        description="equity below which idle cash earns in proportion; without it, always in full",
    )
    every: Sourced[Span] = Field(title="Paid", description="how often it is paid")
    day_count: Sourced[DayCount] = Field(
        description="days of the year by which a yearly rate is divided"
    )

    def terms(self) -> CreditInterest:
        """The interest that the table stands for."""
        return CreditInterest(
            benchmark=self.benchmark.value,
            idle=_tiers(self.idle),
            short=_tiers(self.short),
            full_from=self.full_from.value if self.full_from else ZERO,
            every=INTERVALS[self.every.value],
            day_count=self.day_count.value,
        )


def _tiers(table: Sourced[list[SpreadTable]] | None) -> tuple[RateTier, ...]:
    rows = table.value if table else []
    return tuple(RateTier(floor=row.floor, rate=row.rate) for row in rows)
