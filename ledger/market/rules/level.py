"""The rungs of a rule book's ladder, and what health that is too low forbids."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.market.rules.terms import Forbids, Judged, Mode, Rung
from ledger.money import ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The level for positions of up to this leverage; `mode` where only one mode has it."""

    max_leverage: Decimal
    multiple: Decimal
    share: Decimal = ONE
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One rung of the ladder: breached when share x equity < multiple x requirement of `schedule`.

    `share` is not 1 where the venue's own measure would make the multiple a repeating decimal (a
    debt ratio of 97% is 0.97 x equity <= 0.03 x liabilities). `bands` replace both by the largest
    leverage in the pocket.
    """

    rung: Rung
    schedule: str
    multiple: Decimal
    inclusive: bool
    """Breached already at equality (venues: at or below) or only below (FINRA)."""
    judged: Judged
    due_sessions: int | None = None
    """Sessions until a call falls due; `None`: no deadline."""
    calls: bool = False
    """For a liquidation rung: its breach is recorded as a call that is due at once."""
    share: Decimal = ONE
    bands: tuple[Band, ...] = ()

    def within(self, mode: Mode, leverage: Decimal) -> "Level":
        """The level as it applies to a pocket of this mode and largest leverage."""
        fitting = [band for band in self.bands if band.mode in (None, mode)]
        if not fitting:
            return self
        band = next((b for b in fitting if leverage <= b.max_leverage), fitting[-1])
        return replace(self, multiple=band.multiple, share=band.share, bands=())

    def times(self, factor: Decimal) -> "Level":
        """The same rung at `factor` times its requirement."""
        bands = tuple(replace(band, multiple=band.multiple * factor) for band in self.bands)
        return replace(self, multiple=self.multiple * factor, bands=bands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What is forbidden while health is at or below a level (or would be, afterwards)."""

    forbids: Forbids
    level: Level
