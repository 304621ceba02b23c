"""A venue's rule book as a value: every figure the engine asks for, none of it in code.

The files in `assets/venues/` are checked and turned into this by `rulebook_file`; an override of
a rehearsal replaces a figure here. The engine reads it and never asks which venue it is.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.market.schedule import Schedule
from ledger.market.times import DAY, HOUR
from ledger.money import ZERO


class AccountKind(StrEnum):
    """What leverage is made of: borrowed money, or a contract's margin."""

    LOAN = "loan"
    DERIVATIVES = "derivatives"


class Mode(StrEnum):
    """Where the wall stands that a loss cannot cross."""

    ISOLATED = "isolated"
    CROSS = "cross"


class Rung(StrEnum):
    """The steps of the ladder, from a hint to the forced exit."""

    WARNING = "warning"
    CALL = "call"
    LIQUIDATION = "liquidation"


class Judged(StrEnum):
    """When a level is tested: at every price of the bar, or at the session's close."""

    ALWAYS = "always"
    CLOSE = "close"


class ExitAmount(StrEnum):
    """How much a forced exit closes at a time."""

    RESTORE = "restore"
    """As little as brings equity back to what the call asks for, rounded up to the lot."""
    POSITION = "position"
    """Whole positions, one after the other, until the level is no longer breached."""


class Capitalize(StrEnum):
    """When accrued interest is added to the principal and bears interest itself."""

    NEVER = "never"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One rung of the ladder: breached when equity < multiple x requirement of `schedule`."""

    rung: Rung
    schedule: str
    multiple: Decimal
    inclusive: bool
    """Breached already at equality (venues: at or below) or only below (FINRA)."""
    judged: Judged
    due_sessions: int | None = None
    """Sessions until a call falls due; `None` gives no deadline."""
    calls: bool = False
    """For a liquidation rung: its breach is put on record as a call that is due at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTier:
    """Loan interest for the slice of principal from `floor` up to the next tier's floor."""

    floor: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """The loan contract: yearly rates by slice, day count, posting and compounding."""

    tiers: tuple[RateTier, ...] = ()
    day_count: int = 360
    post_every: int = DAY
    capitalize: Capitalize = Capitalize.NEVER

    @property
    def denominator(self) -> int:
        """principal x rate x seconds / denominator = interest."""
        return self.day_count * DAY

    def yearly(self, principal: Decimal) -> Decimal:
        """Interest of a whole year on a principal, each slice at its own rate (blended)."""
        total = ZERO
        for index, tier in enumerate(self.tiers):
            if principal <= tier.floor:
                break
            top = self.tiers[index + 1].floor if index + 1 < len(self.tiers) else principal
            total += (min(principal, top) - tier.floor) * tier.rate
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedExit:
    """How a broker or venue gets out of a position it no longer carries."""

    event: str
    """`force_sold` or `liquidated`: the word for it in the record."""
    amount: ExitAmount
    slippage: Decimal
    fee: Decimal
    """Of the notional closed."""
    protected: bool
    """Negative-balance protection: what is still owed is the venue's loss, not the trader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Payments between longs and shorts; `rate` is yearly, `None` takes the tape's."""

    every: int = 8 * HOUR
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """A venue's rules. Money in `currency`, rates yearly fractions, fees fractions of notional."""

    id: str
    title: str
    kind: AccountKind
    currency: str
    modes: tuple[Mode, ...]
    health: str
    """Name of the venue's own measure: `equity_ratio` or `margin_ratio`."""
    initial_margin: Decimal
    max_leverage: Decimal
    default_leverage: Decimal
    minimum_equity: Decimal
    maker_fee: Decimal
    taker_fee: Decimal
    stop_slippage: Decimal
    auto_repay: bool
    clear_band: Decimal
    interest: Interest
    funding: Funding | None
    schedules: tuple[Schedule, ...]
    levels: tuple[Level, ...]
    forced_exit: ForcedExit

    def schedule(self, name: str) -> Schedule:
        """The named set of demands. Raises `KeyError` for a name the book has not."""
        for schedule in self.schedules:
            if schedule.name == name:
                return schedule
        raise KeyError(name)

    def level(self, rung: Rung) -> Level | None:
        """The rung's level, `None` where this book has no such rung."""
        return next((level for level in self.levels if level.rung is rung), None)

    @property
    def upkeep(self) -> Level:
        """The level that a trader keeps above: the call, or the liquidation where none is."""
        return self.level(Rung.CALL) or self.levels[-1]
