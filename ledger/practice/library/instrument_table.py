"""`[[instrument]]` of a rehearsal file and of the tapes' manifest."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from ledger.market.instrument import Asset, Kind
from ledger.market.rule_files.field_types import Loose
from ledger.toml_file import Number, Positive, Table, to_line

Symbol = Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=24)]


class InstrumentTable(Table):
    """`[[instrument]]`: missing keys come from the tape."""

    symbol: Symbol
    kind: Annotated[Kind, Loose] | None = None
    tick: Positive | None = None
    lot: Positive | None = None
    min_notional: Annotated[Number, Field(ge=0)] | None = None
    multiplier: Positive | None = None
    currency: Symbol | None = None
    underlying: Symbol | None = None
    asset: Annotated[Asset, Loose] | None = None
    fund_leverage: Annotated[Number, Field(ge=-10, le=10)] | None = None
    """How many times a fund moves as its index does, each day; negative against it."""
