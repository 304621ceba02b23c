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
from ledger.practice.library.source_file import Page
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
    """Whether a source's table is of this kind, and not a made-up market's."""
    return "token" in source or "option" in source


def derived_tape(
    source: Mapping[str, Any], symbol: str, at: Location, page: Page, others: Mapping[str, Tape]
) -> Tape:
    """The tape that the table asks for. Raises `Refused`."""
    if "token" in source:
        token = check_table(TokenTable, source, page.text, page.name, at=at)
        if not token.multiple:
            raise Refused(f"{page.name}: {symbol}: multiple: 0 follows nothing; allowed: such as 3")
        terms = TokenTerms(multiple=token.multiple, first=token.first, fee=token.fee)
        made, underlying = Derived(token=terms), load_tape(token.token, page.folder, symbol)
    else:
        table = check_table(OptionTable, source, page.text, page.name, at=at)
        known = ", ".join(others) or "none"
        if table.option not in others:
            raise Refused(
                f'{page.name}: {symbol}: option: "{table.option}" has no tape of its own in this '
                f"file; allowed: {known}"
            )
        option = OptionTerms(
            on=table.option, right=Right(table.right), strike=table.strike, expires=table.expires
        )
        made = Derived(option=option, volatility=table.volatility, days=table.days, rate=table.rate)
        underlying = others[table.option]
    try:
        return derive(made, underlying, symbol)
    except ValueError as error:
        raise Refused(f"{page.name}: {symbol}: source: {error}; allowed: another tape") from None
