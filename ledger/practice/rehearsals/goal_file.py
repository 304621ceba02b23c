"""`[[goal]]`: a scenario's goal as conditions that the program tests."""

from collections.abc import Collection
from typing import Annotated

from pydantic import Field

from ledger.account.event_terms import CallMetBy
from ledger.market.rule_files.field_types import Loose
from ledger.practice.library.instrument_table import Symbol
from ledger.reports.grade.goals import KEYS, NEEDED, Goal, GoalKind
from ledger.toml_file import Moment, Number, Positive, Table, Whole

_Count = Annotated[Whole, Field(ge=1, le=10_000)]


class GoalTable(Table):
    """One condition; which keys it takes depends on its kind (`KEYS`)."""

    kind: Annotated[GoalKind, Loose]
    count: _Count | None = None
    amount: Annotated[Number, Field(ge=0)] | None = None
    days: _Count | None = None
    symbol: Symbol | None = None
    since: Moment | None = Field(default=None, alias="from")
    to: Moment | None = None
    risk: Positive | None = None
    quantity: Positive | None = None
    leverage: Positive | None = None
    by: list[Annotated[CallMetBy, Loose]] | None = None

    def given(self) -> set[str]:
        """The keys that were given, as the file spells them."""
        return {"from" if key == "since" else key for key in self.model_fields_set} - {"kind"}

    def problems(self, symbols: Collection[str]) -> list[str]:
        """What of it does not fit its kind, or names a symbol that is not traded."""
        takes, given = KEYS.get(self.kind, ()), self.given()
        found = [f'{key} does not go with "{self.kind}"' for key in sorted(given - {*takes})]
        found += [
            f'"{self.kind}" needs {key}' for key in NEEDED.get(self.kind, ()) if key not in given
        ]
        if self.symbol is not None and self.symbol not in symbols:
            found.append(f'symbol "{self.symbol}" has no tape; allowed: {", ".join(symbols)}')
        return found

    def goal(self) -> Goal:
        """As a value."""
        given = self.model_dump(exclude_none=True)
        return Goal(**{**given, "by": tuple(self.by or ())})
