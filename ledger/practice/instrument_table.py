"""`[[instrument]]` of a rehearsal file and of the tapes' manifest."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from ledger.market.toml_file import Number, Positive, Table, to_line

Symbol = Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=24)]


class InstrumentTable(Table):
    """`[[instrument]]`: what is missing comes from the tape."""

    symbol: Symbol
    kind: Literal["spot", "linear", "inverse", "token", "option"] | None = None
    tick: Positive | None = None
    lot: Positive | None = None
    min_notional: Annotated[Number, Field(ge=0)] | None = None
    multiplier: Positive | None = None
    currency: Symbol | None = None
    underlying: Symbol | None = None
