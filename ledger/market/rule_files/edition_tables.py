"""The keys that date a rule book: which edition it is, what it follows, and why it changed."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from ledger.market.rule_files.extends import Extending
from ledger.toml_file import Line, Table, like

Edition = Annotated[
    str, like(r"\d{4}(-\d{2}(-\d{2})?)?", 'a date such as "2026-11" or "2026-12-01"')
]


class ChangeTable(Table):
    """Why figures differ from those of the edition before."""

    keys: Annotated[list[Line], Field(min_length=1)] = Field(
        description="the keys that changed, as the page shows them; a table's key stands for all "
        "in it"
    )
    why: Line = Field(description="what happened: a new rule, a new price list, an error found")


class EditionTable(Extending):
    edition: Edition | None = Field(
        default=None, description="the date of this edition of the book"
    )
    follows: Line | None = Field(
        default=None,
        description="the rule book that this one replaces, if it is not the edition before",
    )
    change: list[ChangeTable] = Field(
        default_factory=list, description="why figures differ from those of the edition before"
    )


def reason_of(key: str, changes: Iterable[ChangeTable]) -> str:
    """Why a key changed; empty if the file does not say."""

    def about() -> Iterator[str]:
        for change in changes:
            if any(key == named or key.startswith(f"{named}.") for named in change.keys):
                yield change.why

    return " ".join(about())
