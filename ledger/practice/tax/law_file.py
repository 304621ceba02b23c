"""The tables of a file of tax rules, and the law of a year that they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import Field

from ledger.market.rule_files.field_types import Dated, Id, Loose, Sourced
from ledger.money import ONE, ZERO
from ledger.refused import Refused
from ledger.reports.tax.law import (
    AllowanceKind,
    AssetClass,
    Disallowed,
    Matching,
    Method,
    TaxLaw,
    Term,
    TermRule,
)
from ledger.toml_file import Fraction, Line, Positive, Table, Whole, check_table, like, read_toml

_Certainty = Annotated[str, like("stated|secondary|assumed", "stated, secondary, assumed")]
_Days = Annotated[Whole, Field(ge=0, le=366)]
_Year = Annotated[Whole, Field(ge=1900, le=2199)]
_Letter = Annotated[str, like("[A-L]", "a letter from A to L")]


class _Row(Table):
    """A figure with its source, as a table of its own."""

    source: Line = Field(description="where it comes from, or why it was chosen")
    date: Dated
    certainty: _Certainty


class _Since(_Row):
    from_: _Year = Field(alias="from", description="the first tax year that it holds for")


class AmountSince(_Since):
    """An amount from a year on."""

    value: Positive


class ShareSince(_Since):
    """A share from a year on."""

    value: Fraction


class Losses(_Row):
    """What becomes of losses in a class of assets."""

    class_: Annotated[AssetClass, Loose] = Field(alias="class")
    disallow: Annotated[Disallowed, Loose]


class Box(_Since):
    """The letters of Form 8949 for a class of assets."""

    class_: Annotated[AssetClass, Loose] = Field(alias="class")
    short: _Letter
    long: _Letter


class LawTable(Table):
    """A file of tax rules."""

    id: Id
    title: Line
    currency: Line
    year_end: Annotated[str, like(r"\d\d-\d\d", 'a month and a day, such as "04-05"')]
    methods: list[Annotated[Method, Loose]] = Field(min_length=1)
    matching: Sourced[Annotated[Matching, Loose]]
    window_before: Sourced[_Days]
    window_after: Sourced[_Days]
    term: Sourced[Annotated[TermRule, Loose]]
    allowance_kind: Sourced[Annotated[AllowanceKind, Loose]] | None = None
    long_share_1256: Sourced[Fraction] | None = None
    limits_interest: Sourced[bool] | None = None
    allowance: list[AmountSince] = Field(default_factory=list)
    inclusion: list[ShareSince] = Field(default_factory=list)
    loss_limit: list[AmountSince] = Field(default_factory=list)
    losses: list[Losses] = Field(default_factory=list)
    box: list[Box] = Field(default_factory=list)


_S = TypeVar("_S", bound=_Since)


@dataclass(frozen=True, slots=True)
class LawFile:
    """A file of tax rules that was read; `washed` are classes whose losses wait though the file
    does not say so."""

    table: LawTable
    washed: frozenset[AssetClass] = frozenset()

    def of(self, year: int) -> TaxLaw:
        """The law of a tax year: of each figure the latest that had begun by then, or the first."""
        table = self.table
        month, day = map(int, table.year_end.split("-"))
        limits = _latest(table.loss_limit, year)
        return TaxLaw(
            id=table.id,
            title=table.title,
            currency=table.currency,
            matching=table.matching.value,
            methods=tuple(table.methods),
            disallows=self._disallows(),
            days_before=table.window_before.value,
            days_after=table.window_after.value,
            term=table.term.value,
            allowance=_value(table.allowance, year, ZERO),
            allowance_kind=_said(table.allowance_kind, AllowanceKind.NONE),
            loss_limit=limits.value if limits else None,
            inclusion=_value(table.inclusion, year, ONE),
            year_ends=(month, day),
            long_share_1256=_said(table.long_share_1256, None),
            interest_limited=_said(table.limits_interest, default=False),
            boxes=self._boxes(year),
        )

    def _disallows(self) -> dict[AssetClass, Disallowed]:
        said = {row.class_: row.disallow for row in self.table.losses}
        return said | dict.fromkeys(self.washed, Disallowed.REPLACED)

    def _boxes(self, year: int) -> dict[tuple[AssetClass, Term], str]:
        letters: dict[tuple[AssetClass, Term], str] = {}
        for what in AssetClass:
            box = _latest([row for row in self.table.box if row.class_ is what], year)
            if box is not None:
                letters |= {(what, Term.SHORT): box.short, (what, Term.LONG): box.long}
        return letters


def _latest(rows: Sequence[_S], year: int) -> _S | None:
    """The last row that had begun by a year; before the first the first holds."""
    ordered = sorted(rows, key=lambda row: row.from_)
    begun = [row for row in ordered if row.from_ <= year]
    return begun[-1] if begun else next(iter(ordered), None)


def _value(rows: Sequence[AmountSince | ShareSince], year: int, default: Decimal) -> Decimal:
    row = _latest(rows, year)
    return default if row is None else row.value


def _said(figure: Sourced[Any] | None, default: Any) -> Any:
    return default if figure is None else figure.value


def parse_law(text: str, name: str, washed: frozenset[AssetClass] = frozenset()) -> LawFile:
    """The rules in a file's text. Raises `Refused` with every fault, its key and line."""
    table = check_table(LawTable, read_toml(text, name), text, name)
    if table.term.value is not TermRule.LONG and table.loss_limit:
        raise Refused(f"{name}: loss_limit: needs term = over_1_year_long")
    return LawFile(table, washed)
