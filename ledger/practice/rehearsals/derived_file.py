"""`source = { token = … }` and `source = { option = … }` of a rehearsal file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ledger.market.instrument import OptionTerms, Right
from ledger.market.tapes.derive import derive
from ledger.market.tapes.origin import Derived, TokenTerms
from ledger.market.tapes.tape import Tape
from ledger.practice.library.catalog import load_tape
from ledger.practice.library.source_file import SourceFile
from ledger.refused import Refused
from ledger.toml_file import (
    Line,
    Location,
    Moment,
    Number,
    Positive,
    Table,
    Whole,
    check_table,
    to_line,
)

_Symbol = Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=24)]


class TokenTable(Table):
    """`token` is a tape's id or a CSV; `multiple` such as 3 or -3; `fee` a day, of the value."""

    token: Line
    multiple: Annotated[Number, Field(ge=-10, le=10)]
    fee: Annotated[Number, Field(ge=0, lt=1)] = Decimal("0.0005")
    first: Positive = Decimal(100)


class OptionTable(Table):
    """`option` is the symbol of another tape of the file."""

    option: _Symbol
    right: Literal["call", "put"]
    strike: Positive
    expires: Moment
    volatility: Annotated[Number, Field(gt=0, le=20)] | None = None
    days: Annotated[Whole, Field(ge=2, le=3650)] = 30
    rate: Annotated[Number, Field(ge=-1, le=1)] = Decimal(0)


def is_derived(source: Mapping[str, Any]) -> bool:
    """Whether a source is a token or an option, not a synthetic market."""
    return "token" in source or "option" in source


def derived_tape(
    source: Mapping[str, Any],
    symbol: str,
    at: Location,
    file: SourceFile,
    others: Mapping[str, Tape],
) -> Tape:
    """The tape a table describes. Raises `Refused`."""
    if "token" in source:
        token = check_table(TokenTable, source, file.text, file.name, at=at)
        if not token.multiple:
            raise Refused(f"{file.name}: {symbol}: multiple: 0 tracks nothing; allowed: such as 3")
        terms = TokenTerms(multiple=token.multiple, first=token.first, fee=token.fee)
        recipe, underlying = Derived(token=terms), load_tape(token.token, file.folder, symbol)
    else:
        table = check_table(OptionTable, source, file.text, file.name, at=at)
        known = ", ".join(others) or "none"
        if table.option not in others:
            raise Refused(
                f'{file.name}: {symbol}: option: "{table.option}" has no tape of its own in this '
                f"file; allowed: {known}"
            )
        option = OptionTerms(
            on=table.option, right=Right(table.right), strike=table.strike, expires=table.expires
        )
        recipe = Derived(
            option=option, volatility=table.volatility, days=table.days, rate=table.rate
        )
        underlying = others[table.option]
    try:
        return derive(recipe, underlying, symbol)
    except ValueError as error:
        raise Refused(f"{file.name}: {symbol}: source: {error}; choose another tape") from None
