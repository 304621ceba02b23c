"""`incident = { kind = …, … }` of a rehearsal file: the keys of each kind, and its command."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from ledger.account.commands import StartIncident
from ledger.account.incident import LASTING, IncidentKind, StopsThere
from ledger.market.rule_files.field_types import Loose
from ledger.money import plain
from ledger.times import HOUR
from ledger.toml_file import Fraction, Number, Table, Whole, to_line

Symbol = Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=24)]
Part = Annotated[Number, Field(gt=0, le=1)]

_KEYS: dict[IncidentKind, tuple[str, ...]] = {
    IncidentKind.OUTAGE: ("hours", "stops"),
    IncidentKind.WITHDRAWAL_FREEZE: ("hours",),
    IncidentKind.INSOLVENCY: ("share",),
    IncidentKind.HACK: ("share",),
    IncidentKind.LEVERAGE_CUT: ("max_leverage",),
    IncidentKind.MAINTENANCE_HIKE: ("maintenance_margin",),
    IncidentKind.RATE_HIKE: ("loan_rate",),
    IncidentKind.DELISTING: ("symbol",),
    IncidentKind.AUTO_DELEVERAGING: ("symbol", "share"),
    IncidentKind.ORDER_REJECTS: ("hours", "share"),
    IncidentKind.LATENCY: ("hours", "seconds"),
    IncidentKind.PARTIAL_FILLS: ("hours", "share"),
    IncidentKind.SPREAD_WIDENING: ("hours", "share"),
}
_OPTIONAL = {
    IncidentKind.OUTAGE: ("stops",),
    IncidentKind.AUTO_DELEVERAGING: ("symbol", "share"),
}
_FIGURES = ("max_leverage", "maintenance_margin", "loan_rate")


class IncidentTable(Table):
    """`share` is the part lost, closed or filled, the probability of a reject, or the spread."""

    kind: Annotated[IncidentKind, Loose]
    hours: Annotated[Number, Field(gt=0, le=24 * 366)] | None = None
    stops: Annotated[StopsThere, Loose] | None = None
    share: Part | None = None
    seconds: Annotated[Whole, Field(gt=0, le=7 * 24 * HOUR)] | None = None
    symbol: Symbol | None = None
    max_leverage: Annotated[Number, Field(ge=1, le=1000)] | None = None
    maintenance_margin: Fraction | None = None
    loan_rate: Annotated[Number, Field(ge=0, le=10)] | None = None

    def problems(self) -> list[str]:
        """Keys that do not go with this kind, and keys that are missing."""
        kind = self.kind
        keys = [key for key, value in self if value is not None and key != "kind"]
        has, may = _KEYS[kind], _OPTIONAL.get(kind, ())
        problems = [
            f"{key} does not go with {kind}; allowed: {', '.join(has)}"
            for key in keys
            if key not in has
        ]
        problems += [f"{kind} needs {key}" for key in has if key not in keys and key not in may]
        if self.hours is not None and self.hours * HOUR != int(self.hours * HOUR):
            problems.append(f"hours: {plain(self.hours)} is not a whole number of seconds")
        return problems

    def command(self, seed: int) -> StartIncident:
        """The incident as a command; `seed` decides what is left to chance."""
        kind = self.kind
        figures = [value for key in _FIGURES if (value := getattr(self, key)) is not None]
        return StartIncident(
            kind=kind,
            lasts=int((self.hours or 0) * HOUR) if kind in LASTING else 0,
            symbol=self.symbol,
            share=self.share,
            seconds=self.seconds or 0,
            seed=seed,
            figure=figures[0] if figures else None,
            stops=self.stops or StopsThere.SURVIVE,
        )
