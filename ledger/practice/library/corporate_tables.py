"""`[[action]]` of a rehearsal file and of the tapes' manifest, as pydantic checks it."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ledger.market.corporate import CorporateAction, Ratio
from ledger.toml_file import Moment, Positive, Table, shown, to_line

_MOST = 1_000_000
"""The most shares on either side of a split: more than any company ever used."""
_ALLOWED = "allowed: such as 4:1 (four new for one old) or 1:10"


def _ratio(text: str) -> str:
    try:
        ratio = Ratio.of(text)
    except ValueError:
        raise PydanticCustomError("ratio", f"{shown(text)} is not a ratio; {_ALLOWED}") from None
    if ratio.new == ratio.old or max(ratio.new, ratio.old) > _MOST:
        raise PydanticCustomError("ratio", f"{shown(text)} splits nothing; {_ALLOWED}")
    return str(ratio)


class TapeActionTable(Table):
    """An action of the tape it belongs to: either `dividend` or `split`."""

    at: Moment
    dividend: Positive | None = None
    split: Annotated[str, BeforeValidator(to_line), AfterValidator(_ratio)] | None = None

    def action(self, symbol: str) -> CorporateAction:
        """As an action of this symbol."""
        return CorporateAction(symbol=symbol, at=self.at, dividend=self.dividend, split=self.split)


class SymbolActionTable(TapeActionTable):
    """The same at the top of the file, with its symbol if there are several tapes."""

    symbol: Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=24)] | None = (
        None
    )
