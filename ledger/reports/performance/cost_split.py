"""What trading cost, by kind, and how much of the gross result the cost of holding ate."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSplit:
    """A result in money, taken apart: `gross` from prices alone, the rest costs (positive) that
    lead from it to `net`. Funding received is below zero; `forced` is what forced exits lost."""

    gross: float
    fees: float
    interest: float
    funding: float
    overnight: float = 0.0
    slippage: float
    forced: float

    @property
    def net(self) -> float:
        """What is left."""
        return self.gross - self.fees - self.carry - self.slippage - self.forced

    @property
    def carry(self) -> float:
        """What holding cost: interest, funding and nights."""
        return self.interest + self.funding + self.overnight

    @property
    def carry_drag(self) -> float | None:
        """Carry as a share of the gross result, whichever its sign; `None` of none."""
        return self.carry / abs(self.gross) if self.gross else None
