"""What the trader wrote: plans before orders, notes, what he says of a finding, rules, and
lots for tax."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.events.base import Event
from ledger.account.written import FindingTerms, PickTerms, RuleTerms
from ledger.frozen import later, quick


@quick
@dataclass(frozen=True, kw_only=True)
class PlanRecorded(Event):
    """What the trader planned, frozen before the order was placed. `confidence` is 1 to 5."""

    symbol: str
    stop: Decimal | None
    target: Decimal | None
    risk: Decimal | None
    reason: str
    answer_to_call: str
    tags: tuple[str, ...] = ()
    confidence: int | None = later(None)


@quick
@dataclass(frozen=True, kw_only=True)
class NoteAdded(Event):
    """The trader wrote into the journal; a note without a text only gives or takes tags.

    `trade` is the number of the event that opened the trade it belongs to (`position_opened`). A
    note `before` a trade waits for the next one in its symbol. One that `revises` another, by that
    one's number, replaces its text and tags; the other stays on record. `untags` are tags taken off
    the trade.
    """

    text: str
    tags: tuple[str, ...] = ()
    symbol: str | None = None
    trade: int | None = later(None)
    revises: int | None = later(None)
    before: bool = later(False)
    untags: tuple[str, ...] = later(())


@quick
@dataclass(frozen=True, kw_only=True)
class FindingReviewed(Event, FindingTerms):
    """The trader accepted a finding about his trading, or contested it."""


@quick
@dataclass(frozen=True, kw_only=True)
class RuleCreated(Event, RuleTerms):
    """The trader gave himself a rule: it is tested on the trades opened from here on."""


@quick
@dataclass(frozen=True, kw_only=True)
class LotsPicked(Event, PickTerms):
    """The trader said which lots a sale came from: it moves nothing, and counts for tax alone."""
