"""What was hidden is shown: the end of blind play."""

from dataclasses import dataclass

from ledger.account.events.base import Event
from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class Revealed(Event):
    """The trader asked what the prices are. By the account's own symbols: `symbols` has the true
    ones, `tapes` where they come from. Prices were multiplied by `factor`; `true_time` is when this
    happened in truth."""

    symbols: dict[str, str]
    tapes: dict[str, str]
    factor: int
    true_time: Time
