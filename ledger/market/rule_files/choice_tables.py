"""What a person who chooses a rule book wants to know: what bites, who may open one, what protects.

The sentences name the book's own figures, as `{leverage}` or `{month.gold}`, so that no figure in
them can go stale. What each name stands for is worked out in `practice/venues/choice.py`.
"""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.market.instrument import Asset
from ledger.market.rule_files.field_types import Sourced
from ledger.toml_file import Line, Table

FIGURES = (
    "leverage",
    "margin",
    "value",
    "call",
    "liquidation",
    "month",
    "month_of_margin",
    "trade",
    "minimum",
    "sessions",
    "exit_fee",
)
"""Each may have a class behind a dot: `leverage.crypto`."""
NAMED = re.compile(r"\{([^{}]*)\}")


class ChoiceTable(Table):
    unlisted: ClassVar[frozenset[str]] = frozenset({"bites"})

    bites: Annotated[list[Line], Field(min_length=1, max_length=5)] = Field(
        description="what bites here, a sentence each: leverage and cost, the call, what may be "
        f"lost; with figures by name: {', '.join(f'{{{name}}}' for name in FIGURES)}"
    )
    who: Sourced[Line] = Field(title="Who may open one", description="who is let in, and who not")
    protects: Sourced[Line] = Field(
        title="What protects", description="what protects the money if the broker or venue fails"
    )

    def faults(self) -> Iterator[str]:
        """Names of figures that nothing stands for."""
        for sentence in self.bites:
            for name in NAMED.findall(sentence):
                figure, _, asset = name.partition(".")
                if figure not in FIGURES or (asset and asset not in {*Asset}):
                    yield (
                        f'choice.bites: "{name}" is no figure; allowed: {", ".join(FIGURES)}, each '
                        "with a class behind a dot, such as leverage.gold"
                    )
