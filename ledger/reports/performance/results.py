"""A closed trade in numbers: all that performance asks of it."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.times import Time


class Verdict(StrEnum):
    """How a trade ended."""

    WON = "won"
    LOST = "lost"
    SCRATCH = "scratch"
    """Within its own costs of zero: it counts in N, and is neither won nor lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`net` is after all `costs`, both in money; R, MAE and MFE are in R, `None` without a stop.

    `number` is the trade's in the journal, `confidence` what the trader gave it, of 1 to 5.
    """

    net: float
    costs: float = 0.0
    r: float | None = None
    number: int = 0
    symbol: str = ""
    opened: Time = 0
    closed: Time = 0
    mae_r: float | None = None
    mfe_r: float | None = None
    leverage: float | None = None
    mode: str = ""
    confidence: int | None = None
    tags: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Won, lost, or a scratch; what was received for holding is no cost."""
        if abs(self.net) <= max(self.costs, 0.0):
            return Verdict.SCRATCH
        return Verdict.WON if self.net > 0 else Verdict.LOST

    @property
    def held(self) -> int:
        """Seconds from opening to close."""
        return self.closed - self.opened
