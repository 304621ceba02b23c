"""Why a mutant that no test kills is no fault: the reasons in `explained.toml`, by what changes.

A mutant is named by its definition, its operator and its line of code, not by path and number, so
that a reason outlives a move.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.mutants.making import Mutant, short_name

FILE = Path(__file__).with_name("explained.toml")

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Reasons:
    """One sentence for each mutant that is alike in all that can be seen."""

    by_change: dict[Key, str]

    def of(self, mutant: Mutant) -> str:
        """Why this one may survive; empty if nobody said so."""
        operator = short_name(mutant.place.operator)
        return self.by_change.get((mutant.where, operator, *shown(mutant)), "")


def shown(mutant: Mutant) -> tuple[str, str]:
    """The code as it is and as it becomes, each on one line."""
    was, becomes = (" ".join(map(str.strip, lines)) for lines in (mutant.was, mutant.becomes))
    return was, becomes


@cache
def explained() -> Reasons:
    """The reasons that are kept beside this file."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    return Reasons(
        {
            (row["where"], row["operator"], row["was"], row["becomes"]): row["why"]
            for row in table.get("mutant", [])
        }
    )
