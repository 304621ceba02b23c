"""What holding costs: a loan's interest, and the fees that recur while a position is open.

Venues count time in incompatible ways (`rules.md` section 10): by the second, or in whole periods,
from the clock's boundaries or from the drawing, charged when a period has passed or as it begins,
with or without one at the drawing, simple or compounded. Each is a figure of the rule book here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.frozen import later
from ledger.market.instrument import Asset
from ledger.money import ONE, ZERO, ceil_to
from ledger.times import DAY, HOUR, Time, weekday

_COLLATERAL = Decimal("1.02")
_ROUND_LOT = Decimal(100)


class Calendar(StrEnum):
    """What interest is counted in."""

    SECONDS = "seconds"
    """Every second counts; what has accrued is posted at the clock's boundaries."""
    CLOCK = "clock"
    """Whole periods that end at the clock's boundaries, such as every full hour."""
    ELAPSED = "elapsed"
    """Whole periods from the drawing on."""


class Counted(StrEnum):
    """When a whole period is charged."""

    COMPLETED = "completed"
    """At its end, if the loan is still owed then: the time rounded down."""
    BEGUN = "begun"
    """As soon as it has begun, the first at the start: the time rounded up."""

    @property
    def lag(self) -> int:
        """Seconds from a boundary until its charge falls due: a period begins after its start."""
        return 1 if self is Counted.BEGUN else 0


class Capitalize(StrEnum):
    """When accrued interest is added to the principal and bears interest itself."""

    NEVER = "never"
    MONTHLY = "monthly"
    EACH_POSTING = "each_posting"


class TierOf(StrEnum):
    """What a tier's rate applies to."""

    BLENDED = "blended"
    """The slice of the principal inside the tier."""
    WHOLE = "whole"
    """The whole principal, by the tier that it falls in; on a floor, the higher one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTier:
    """The yearly rate from `floor` up to the next tier's floor, over the contract's benchmark."""

    floor: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """The loan contract: yearly rates by tier, day count, calendar, posting and compounding.

    A rate is max(0, benchmark) + the tier's own; a book without a benchmark has whole rates in its
    tiers. `first_period` charges one period at the drawing, on what was drawn.
    """

    tiers: tuple[RateTier, ...] = ()
    day_count: int = 360
    post_every: int = DAY
    capitalize: Capitalize = Capitalize.NEVER
    calendar: Calendar = Calendar.SECONDS
    counted: Counted = Counted.COMPLETED
    first_period: bool = False
    tier_of: TierOf = TierOf.BLENDED
    benchmark: Decimal | None = None

    @property
    def denominator(self) -> int:
        """principal x rate x seconds / denominator = interest."""
        return self.day_count * DAY

    @property
    def at_drawing(self) -> bool:
        """Whether a drawing costs a period at once."""
        return self.first_period or self.counted is Counted.BEGUN

    def slices(self, principal: Decimal) -> Iterator[tuple[RateTier, Decimal]]:
        """The parts of a principal, each with the tier of its rate (benchmark included)."""
        if self.tier_of is TierOf.WHOLE:
            tier = max((t for t in self.tiers if t.floor <= principal), key=lambda t: t.floor)
            yield self._whole(tier), principal
            return
        for index, tier in enumerate(self.tiers):
            if principal <= tier.floor:
                break
            top = self.tiers[index + 1].floor if index + 1 < len(self.tiers) else principal
            yield self._whole(tier), min(principal, top) - tier.floor

    def _whole(self, tier: RateTier) -> RateTier:
        return RateTier(floor=tier.floor, rate=max(self.benchmark or ZERO, ZERO) + tier.rate)

    @property
    def free(self) -> bool:
        """Whether no rate is above zero: interest on such a loan is never posted."""
        return not any(self._whole(tier).rate for tier in self.tiers)

    def yearly(self, principal: Decimal) -> Decimal:
        """A whole year's interest on a principal."""
        if not self.tiers or principal <= 0:
            return ZERO
        return sum((part * tier.rate for tier, part in self.slices(principal)), ZERO)

    def yearly_of_drawing(self, owed: Decimal, amount: Decimal) -> Decimal:
        """A whole year's interest on an amount drawn while `owed` was borrowed already."""
        if self.tier_of is TierOf.WHOLE:
            return self.yearly(owed + amount) * amount / (owed + amount)
        return self.yearly(owed + amount) - self.yearly(owed)

    def boundary_after(self, time: Time) -> Time:
        """The end of the period that follows `time`, up to which a loan was charged."""
        if self.calendar is Calendar.ELAPSED:
            return time + self.post_every
        return (time // self.post_every + 1) * self.post_every

    def reached(self, since: Time, until: Time) -> Time:
        """The time up to which a loan is charged at `until` that was charged up to `since`
        before."""
        return until if self.calendar is Calendar.SECONDS else self.whole_periods(since, until)[1]

    def whole_periods(self, since: Time, until: Time) -> tuple[int, Time]:
        """How many periods fall due after `since` and up to `until`, and where the last one ends.

        `since` is a loan's drawing or a boundary at which it was charged.
        """
        first = self.boundary_after(since)
        last = until - self.counted.lag
        if last < first:
            return 0, since
        more = (last - first) // self.post_every
        return 1 + more, first + more * self.post_every


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollover:
    """A fee on the cost of each lot, at intervals since its own fill, at the rate of that time.

    Source of the shape: Kraken's margin, `rules.md` section 6. Whether the first one comes after
    the first period (Kraken's text) or with it (freqtrade's count) is `counted`.
    """

    fee: Decimal
    every: int = 4 * HOUR
    counted: Counted = Counted.COMPLETED


class Weekend(StrEnum):
    """Which cut-off of the week charges for the nights of the weekend."""

    FRIDAY = "friday"
    """Friday's: three nights."""
    WEDNESDAY = "wednesday"
    """Wednesday's: a currency trade is settled two business days later, so that this is the night
    on which the settlement passes the weekend."""
    DAILY = "daily"
    """None: every day is charged by itself, Saturday and Sunday too."""

    def nights(self, day: int) -> int:
        """Nights charged at the cut-off of a weekday, Monday being 0."""
        if self is Weekend.DAILY:
            return 1
        if day > _FRIDAY:
            return 0
        return 3 if day == _LONG[self] else 1


_FRIDAY = 4
_LONG = {Weekend.FRIDAY: _FRIDAY, Weekend.WEDNESDAY: 2}


class BorrowBase(StrEnum):
    """The value on which the cost of borrowed shares is charged."""

    VALUE = "value"
    """The market value."""
    CEIL_DOLLAR_102 = "ceil_dollar_102"
    """102% of the price, rounded up to a whole dollar: what the lender of a share holds for it."""
    ROUND_LOT = "round_lot"
    """The market value of the quantity rounded up to a hundred shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowFee:
    """The cost of borrowed assets: yearly rate x market value of the short / day count, at each
    posting.

    Source: QuantConnect/Lean, ShortMarginInterestRateModel (`rules.md` section 1). `first_period`
    charges one at the sale, as lenders of coins do at the drawing. `scale` is how many times its
    price a share is shown at, and how many shares it stands for: 1, unless prices are hidden.
    """

    rate: Decimal
    every: int = DAY
    day_count: int = 360
    first_period: bool = False
    base: BorrowBase = later(BorrowBase.VALUE)
    weekend: Weekend = later(Weekend.DAILY)
    scale: Decimal = later(ONE)

    @property
    def a_period(self) -> Decimal:
        """The fraction of the value that one posting charges."""
        return self.rate * self.every / (self.day_count * DAY)

    def charged_on(self, quantity: Decimal, price: Decimal) -> Decimal:
        """The value on which a short of this many shares is charged."""
        shares, dollars = quantity * self.scale, price / self.scale
        if self.base is BorrowBase.CEIL_DOLLAR_102:
            dollars = ceil_to(dollars * _COLLATERAL, ONE)
        elif self.base is BorrowBase.ROUND_LOT:
            shares = ceil_to(shares, _ROUND_LOT)
        return shares * dollars

    def periods(self, end: Time) -> int:
        """How many periods are charged with the one that ends at a boundary: none on a weekend
        that Friday has paid for."""
        return self.weekend.nights(weekday(end - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overnight:
    """What a contract held over the cut-off of a day pays or receives: value x rate x nights / day
    count, at the mark of the cut-off.

    A long pays benchmark + admin, a short pays admin - benchmark, so that below zero it receives.
    Unlike funding the two sides do not pay each other: the broker keeps admin on both. `assets` are
    the classes that it is for; without any it is for all the others.

    Source of the shape: IG, Fineco and Core Spreads on overnight funding (`rulebooks-2026.md` 3.1).
    """

    admin: Decimal
    benchmark: Decimal = ZERO
    day_count: int = 360
    weekend: Weekend = Weekend.FRIDAY
    assets: tuple[Asset, ...] = ()

    def rate(self, *, short: bool) -> Decimal:
        """What a side pays in a year; below zero it receives."""
        return self.admin - self.benchmark if short else self.admin + self.benchmark

    def charge(self, value: Decimal, nights: int) -> Decimal:
        """The charge for nights on a signed value, a short's negative; unrounded."""
        return abs(value) * self.rate(short=value < 0) * nights / self.day_count


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditInterest:
    """What a broker pays on cash: on the value of shorts by the tiers of `short`, on what is beyond
    by those of `idle`.

    A tier's rate is a spread over the benchmark and never below zero with it; below the first
    tier's floor nothing is paid. An account with less equity than `full_from` receives the rate of
    idle cash in proportion. It is paid on the balances at the end of each period, at the market's
    price of that moment.

    Source: Interactive Brokers, interest paid on idle cash and on short proceeds
    (`rulebooks-2026.md` 3.2).
    """

    idle: tuple[RateTier, ...] = ()
    short: tuple[RateTier, ...] = ()
    benchmark: Decimal = ZERO
    day_count: int = 360
    every: int = DAY
    full_from: Decimal = ZERO

    @property
    def denominator(self) -> int:
        """balance x rate x seconds / denominator = interest."""
        return self.day_count * DAY

    def yearly(self, idle: Decimal, short: Decimal, equity: Decimal) -> Decimal:
        """A whole year's interest on the two balances."""
        part = ONE
        if self.full_from and equity < self.full_from:
            part = max(equity, ZERO) / self.full_from
        return part * self._yearly(self.idle, idle) + self._yearly(self.short, short)

    def _yearly(self, tiers: tuple[RateTier, ...], balance: Decimal) -> Decimal:
        whole = ZERO
        for index, tier in enumerate(tiers):
            if balance <= tier.floor:
                break
            top = tiers[index + 1].floor if index + 1 < len(tiers) else balance
            rate = max(self.benchmark + tier.rate, ZERO)
            whole += (min(balance, top) - tier.floor) * rate
        return whole
