"""The fact that the rules themselves changed while an account was open."""

from dataclasses import dataclass, field

from ledger.account.events.base import Event
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class RulesChanged(Event):
    """From now on these figures hold, under their keys of `[rules]`, as texts of the record.

    `was` has what they replaced; a figure that was not one flat number there is left out. `cause`
    says why, in the words of whoever changed them, and `source` where that is documented.
    """

    rules: dict[str, str]
    was: dict[str, str] = field(default_factory=dict)
    cause: str = ""
    source: str = ""
