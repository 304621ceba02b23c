"""Whether winners are sold sooner than losers: the disposition effect.

Odean (1998), "Are Investors Reluctant to Realize Their Losses?": on each day with a sale, positions
sold count as realized gains or losses, those kept as paper gains if the day's low **and** high are
above their average price, as paper losses if both are below. PGR = realized gains over all gains,
PLR = realized losses over all losses. A day counts only with two or more positions open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum

from ledger.reports.performance.results import Result, Verdict

ENOUGH = 10
"""Fewer gains or losses than this show nothing yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A position that was open on a day and not sold: its average price, and that day's range."""

    average: float
    low: float
    high: float
    long: bool = True

    @property
    def gain(self) -> bool:
        """Whether it was a gain at every price of the day."""
        return self.low > self.average if self.long else self.high < self.average

    @property
    def loss(self) -> bool:
        """Whether it was a loss at every price of the day."""
        return self.high < self.average if self.long else self.low > self.average


@dataclass(frozen=True, slots=True)
class SaleDay:
    """A day with a sale: the gains of the positions sold (0 is neither gain nor loss), and the
    positions kept."""

    sold: tuple[float, ...]
    kept: tuple[Kept, ...]

    @property
    def counts(self) -> bool:
        """Whether the trader had a choice of what to sell."""
        return bool(self.sold) and len(self.sold) + len(self.kept) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """Counts over all days with a sale, and the two shares; `None` where nothing was counted."""

    realized_gains: int
    paper_gains: int
    realized_losses: int
    paper_losses: int

    @property
    def pgr(self) -> float | None:
        """The share of gains that was realized."""
        return _share(self.realized_gains, self.paper_gains)

    @property
    def plr(self) -> float | None:
        """The share of losses that was realized."""
        return _share(self.realized_losses, self.paper_losses)

    @property
    def difference(self) -> float | None:
        """PGR less PLR: above zero, winners are sold sooner."""
        return None if self.pgr is None or self.plr is None else self.pgr - self.plr

    @property
    def enough(self) -> bool:
        """Whether there are ten gains and ten losses to go by."""
        gains = self.realized_gains + self.paper_gains
        return min(gains, self.realized_losses + self.paper_losses) >= ENOUGH


def disposition(days: Iterable[SaleDay]) -> Disposition:
    """The counts of the days that offered a choice."""
    counted = [day for day in days if day.counts]
    sold = [gain for day in counted for gain in day.sold]
    kept = [each for day in counted for each in day.kept]
    return Disposition(
        realized_gains=sum(gain > 0 for gain in sold),
        paper_gains=sum(each.gain for each in kept),
        realized_losses=sum(gain < 0 for gain in sold),
        paper_losses=sum(each.loss for each in kept),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingTimes:
    """Mean seconds for which winners and losers were held, and how much longer the losers."""

    won: float
    lost: float

    @property
    def ratio(self) -> float | None:
        """Losers over winners: above one, losers are held longer."""
        return self.lost / self.won if self.won else None


def holding_times(results: Sequence[Result]) -> HoldingTimes | None:
    """Of all closed trades; `None` without one that won and one that lost."""
    won = [each.held for each in results if each.verdict is Verdict.WON]
    lost = [each.held for each in results if each.verdict is Verdict.LOST]
    if not won or not lost:
        return None
    return HoldingTimes(won=fsum(won) / len(won), lost=fsum(lost) / len(lost))


def _share(realized: int, paper: int) -> float | None:
    return realized / (realized + paper) if realized + paper else None
