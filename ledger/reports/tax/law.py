"""A country's rules of tax as values: how sales are matched, which losses wait, what is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.money import ZERO


class Matching(StrEnum):
    """Which purchases a sale is held against."""

    LOTS = "lots"
    """Single lots, in the order that a `Method` gives."""
    AVERAGE = "average"
    """The average cost of what is held (Canada)."""
    POOL = "pool"
    """The same day's purchases, those of the days after, then the pool (United Kingdom)."""


class Method(StrEnum):
    """Which of several lots is sold first."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    SPECIFIC = "specific"


class Disallowed(StrEnum):
    """What becomes of a loss when the same thing is bought around the sale."""

    NEVER = "none"
    REPLACED = "wash_61"
    """The loss of as many units as were bought waits in the lots that replaced them (26 CFR
    1.1091-1, -2)."""
    SUPERFICIAL = "superficial"
    """min(sold, bought, left) / sold of it goes to the cost of what is held (Canada, IT-456R)."""


class Term(StrEnum):
    """How long something was held, where the law asks."""

    SHORT = "short"
    LONG = "long"


class TermRule(StrEnum):
    """What it means that something was held for more than a year."""

    NONE = "none"
    LONG = "over_1_year_long"
    EXEMPT = "over_1_year_exempt"


class AllowanceKind(StrEnum):
    """What an allowance does."""

    NONE = "none"
    ALLOWANCE = "allowance"
    """Gains up to it are free."""
    CLIFF = "cliff"
    """A year's gains are free below it, and taxed whole from it on."""


class AssetClass(StrEnum):
    """What the law takes an instrument for."""

    SECURITY = "security"
    DIGITAL = "digital"
    """Coins, tokens on them, and contracts for them."""
    PROPERTY = "property"
    """Metals, currencies, goods, and contracts for them."""
    SECTION_1256 = "section_1256"
    """Regulated futures and broad index options: valued at the end of the year, 60/40."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLaw:
    """One country's rules for a year.

    A window counts days on each side of a sale. `loss_limit` is what a year's net loss may take
    from other income; `None` where it may take nothing and is carried whole. `inclusion` is the
    share of a gain that is taxed. `boxes` are the letters of Form 8949 by class and term.
    """

    id: str
    title: str
    currency: str
    matching: Matching
    methods: tuple[Method, ...] = ()
    disallows: Mapping[AssetClass, Disallowed]
    days_before: int = 0
    days_after: int = 0
    term: TermRule = TermRule.NONE
    allowance: Decimal = ZERO
    allowance_kind: AllowanceKind = AllowanceKind.NONE
    loss_limit: Decimal | None = None
    inclusion: Decimal = Decimal(1)
    year_ends: tuple[int, int] = (12, 31)
    long_share_1256: Decimal | None = None
    interest_limited: bool = False
    boxes: Mapping[tuple[AssetClass, Term], str] | None = None

    def year_of(self, day: date) -> int:
        """The tax year of a day, named after the calendar year in which it begins."""
        if self.year_ends == (12, 31) or (day.month, day.day) > self.year_ends:
            return day.year
        return day.year - 1

    def disallowed(self, what: AssetClass) -> Disallowed:
        """What becomes of losses in a class of assets."""
        return self.disallows.get(what, Disallowed.NEVER)


def over_a_year(held_from: date, until: date) -> bool:
    """Whether something was held for more than one year: from the day after it was acquired, up to
    and with the day of the sale (IRS Publication 550, Holding period)."""
    try:
        anniversary = held_from.replace(year=held_from.year + 1)
    except ValueError:  # 29 February
        anniversary = held_from.replace(year=held_from.year + 1, day=28)
    return until > anniversary
