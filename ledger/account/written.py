"""Commands that only write down: a note, a review, a rule, lots for tax, the end of blind play."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class AddNote:
    """Write into the journal; the fields are those of `NoteAdded`."""

    text: str
    tags: tuple[str, ...] = ()
    symbol: str | None = None
    trade: int | None = None
    revises: int | None = None
    before: bool = False
    untags: tuple[str, ...] = ()


class Review(StrEnum):
    """What a trader says of a finding about his own trading."""

    ACCEPTED = "accepted"
    NOT_ONE = "not_one"
    """It is contested, and counts no more."""


@quick
@dataclass(frozen=True, kw_only=True)
class FindingTerms:
    """A finding as it was told when it was reviewed, whatever its detector says later.

    `finding` is its id, `version` that of the detector's rule, `said` its sentence; the others as
    in a `Finding`.
    """

    finding: str
    detector: str
    version: int
    verdict: Review
    said: str
    trades: tuple[int, ...]
    compared: tuple[int, ...] = ()
    after: int | None = None
    figure: Decimal | None = None
    unit: str = ""


@quick
@dataclass(frozen=True, kw_only=True)
class ReviewFinding(FindingTerms):
    """Accept a finding, or contest it."""


@quick
@dataclass(frozen=True, kw_only=True)
class RuleTerms:
    """One rule that a trader gives himself at the end of a review; it replaces the one before.

    `version` counts them from 1. `text` is the rule in words. `test` is the condition by which it
    is tested, with its `limit` where that has one; a rule in the trader's words alone has none.
    """

    version: int
    text: str
    test: str = ""
    limit: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class CreateRule(RuleTerms):
    """Give oneself a rule."""


@quick
@dataclass(frozen=True, kw_only=True)
class PickTerms:
    """Which lots a sale is held against for tax: by the number of the event that bought each, so
    many units. It replaces what was said of the sale before; none leaves it to the method."""

    sale: int
    lots: dict[str, Decimal]


@quick
@dataclass(frozen=True, kw_only=True)
class PickLots(PickTerms):
    """Say which lots were sold."""


@quick
@dataclass(frozen=True, kw_only=True)
class Reveal:
    """Show what a blind account hides: the fields of `Revealed`, which only its setup knows."""

    symbols: dict[str, str]
    tapes: dict[str, str]
    factor: int
    true_time: Time
