"""The tables of a rule book's requirement: schedules, their tiers, and the floors for shorts."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.market.instrument import Asset
from ledger.market.rule_files.field_types import Amount, Id, Leverage, Loose, NotNegative, Sourced
from ledger.market.rules.schedule import Basis
from ledger.toml_file import Fraction, Line, Says, Table, Unit


class ShortTable(Table):
    rate: Annotated[NotNegative, Unit.SHARE] = Field(
        title="keep", description="of a short's value, at or above low_price"
    )
    per_share: Amount = Field(
        title="at least {} a share", description="but no less than this for each share"
    )
    low_price: Amount = Field(
        title="if priced below", description="the price below which the two low figures apply"
    )
    low_rate: Annotated[NotNegative, Unit.SHARE] = Field(
        title="keep", description="of a cheap short's value"
    )
    low_per_share: Amount = Field(
        title="at least {} a share", description="but no less than this for each cheap share"
    )


class PriceBandTable(Table):
    below: Amount = Field(title="below", description="the price of a share below which it applies")
    rate: Annotated[NotNegative, Unit.SHARE] = Field(
        title="keep", description="equity to keep, of the market value"
    )


class FundTable(Table):
    long: Annotated[NotNegative, Unit.SHARE] = Field(
        title="longs keep", description="of a long's value for each multiple, at most all of it"
    )
    short: Annotated[NotNegative, Unit.SHARE] = Field(
        title="shorts keep", description="of a short's value for each multiple"
    )


class TierTable(Table):
    floor: Amount = Field(
        title="from", description="notional from which it applies; the first is 0"
    )
    rate: Fraction = Field(title="keep", description="maintenance margin, of the notional")
    max_leverage: Leverage = Field(title="up to", description="the maximum leverage here")


class LineTable(Table):
    rate: Annotated[Fraction, Unit.SHARE] = Field(
        title="keep", description="maintenance margin of a small position, of the notional"
    )
    per_unit: Annotated[Fraction, Unit.SHARE] = Field(
        title="or for each unit", description="of the notional, times the quantity, if that is more"
    )
    max_leverage: Leverage = Field(
        title="up to", description="of a small position; less in proportion as the rate grows"
    )


class ScheduleTable(Table):
    called_by: ClassVar[tuple[str, ...]] = ("name", "whose")

    name: Id = Field(description="the name by which the levels refer to it")
    symbols: list[Line] = Field(
        default_factory=list,
        title="For",
        description="for these symbols only, beside a schedule of the same name for all others",
    )
    assets: list[Annotated[Asset, Loose]] = Field(
        default_factory=list,
        title="For the class",
        description="for these classes only, unless a schedule names the symbol",
    )
    basis: Annotated[
        Basis,
        Loose,
        Says(
            value="the position's value",
            liabilities="the debt: the loan, and borrowed assets at the mark",
            used_margin="margin used: opening cost / leverage",
        ),
    ] = Field(default=Basis.VALUE, description="what the requirement is measured on")
    long_rate: Sourced[Fraction] | None = Field(
        default=None, title="Long", description="equity to keep, of the market value: this or tiers"
    )
    short: Sourced[ShortTable] | None = Field(
        default=None, description="what shorts keep, where the rate differs"
    )
    long_low: Sourced[list[PriceBandTable]] | None = Field(
        default=None,
        title="Cheap longs",
        description="what longs of a low price keep, the lowest price first",
    )
    fund: Sourced[FundTable] | None = Field(
        default=None,
        title="Leveraged funds",
        description="the least that a leveraged fund keeps, for each multiple of its index",
    )
    tiers: Sourced[list[TierTable]] | None = Field(
        default=None, description="equity to keep by size of the position: this or long_rate"
    )
    line: Sourced[LineTable] | None = Field(
        default=None, description="a rate that grows with the quantity, in place of tiers"
    )
    close_fee: Sourced[Fraction] | None = Field(
        default=None, description="closing fee included in the requirement"
    )
    maintenance_at: Annotated[
        Literal["mark", "entry"],
        Says(mark="moves with the price", entry="stays as it was at the entry price"),
    ] = Field(
        default="mark",
        title="Requirement",
        description="the price at which the requirement is taken",
    )

    @property
    def whose(self) -> str | None:
        """The first symbol or the classes that it is for; `None` for the default."""
        return (self.symbols or ["+".join(self.assets)])[0] or None

    @property
    def key(self) -> str:
        """Its name in faults: two of the same name are told apart by what they are for."""
        return f"schedule.{self.name}" + (f".{self.whose}" if self.whose else "")
