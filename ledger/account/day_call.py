"""A call that a day's own trades brought about: a kind of its own beside the margin calls."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import DayCallKind
from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class DayCall:
    """An open one: `seq` is the number of the event that raised it, `amount` what it asked for."""

    seq: int
    kind: DayCallKind
    amount: Decimal
    issued_at: Time
    due: Time | None
    expired: bool = False
