"""The tables of a rule book's requirement: schedules, their tiers, and what shorts keep."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.market.rule_files.field_types import Amount, Id, Leverage, Loose, NotNegative, Sourced
from ledger.market.rules.schedule import Basis
from ledger.toml_file import Fraction, Says, Table, Unit


class ShortTable(Table):
    rate: Annotated[NotNegative, Unit.SHARE] = Field(
        title="keep", description="of a short's value, at or above low_price"
    )
    per_share: Amount = Field(
        title="a share at least", description="but no less than this for each share"
    )
    low_price: Amount = Field(title="below", description="where the two low figures begin")
    low_rate: Annotated[NotNegative, Unit.SHARE] = Field(
        title="keep", description="of a cheap short's value"
    )
    low_per_share: Amount = Field(
        title="a share at least", description="but no less than this for each cheap share"
    )


class TierTable(Table):
    floor: Amount = Field(title="from", description="notional from which it holds; the first is 0")
    rate: Fraction = Field(title="keep", description="maintenance margin, of the notional")
    max_leverage: Leverage = Field(title="up to", description="the most that may be opened here")


class ScheduleTable(Table):
    name: Id = Field(description="what the levels call it")
    basis: Annotated[
        Basis,
        Loose,
        Says(
            value="the position's value",
            liabilities="what is owed: the loan, and borrowed things at the mark",
            used_margin="margin used: opening cost / leverage",
        ),
    ] = Field(default=Basis.VALUE, description="what the demand is made of")
    long_rate: Sourced[Fraction] | None = Field(
        default=None, title="Long", description="equity to keep, of the market value: this or tiers"
    )
    short: Sourced[ShortTable] | None = Field(
        default=None, description="what shorts keep, where it is not the same rate"
    )
    tiers: Sourced[list[TierTable]] | None = Field(
        default=None, description="equity to keep by size of the position: this or long_rate"
    )
    close_fee: Sourced[Fraction] | None = Field(
        default=None, description="fee of closing that is part of the demand"
    )
    maintenance_at: Annotated[
        Literal["mark", "entry"],
        Says(mark="moves with the price", entry="stays as it was at the entry price"),
    ] = Field(default="mark", title="Demand", description="the price at which the demand is taken")
