"""The event of a change of rules while an account is open."""

from dataclasses import dataclass, field

from ledger.account.events.base import Event
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class RulesChanged(Event):
    """New figures are in force, under their keys of `[rules]`, as texts of the record.

    `was` has what they replaced, without figures that were not one flat number. `cause` says why,
    in the words of whoever changed them, and `source` where that is documented.
    """

    rules: dict[str, str]
    was: dict[str, str] = field(default_factory=dict)
    cause: str = ""
    source: str = ""
