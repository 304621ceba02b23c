"""The ladder of a rule book: where an account is warned, called and closed out, and how."""

from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.frozen import later
from ledger.market.rules.terms import (
    ExitAmount,
    ExitEvent,
    ExitOrder,
    Forbids,
    Judged,
    Mode,
    Rung,
)
from ledger.money import ONE, ZERO


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedExit:
    """How a broker or venue closes a position it no longer carries."""

    event: ExitEvent
    amount: ExitAmount
    slippage: Decimal
    fee: Decimal
    """A fraction of the notional closed."""
    protected: bool
    """Negative-balance protection: what is still owed is the venue's loss, not the trader's."""
    order: ExitOrder = ExitOrder.LOSERS
    restores: Rung = Rung.LIQUIDATION
    """For whole positions: the rung that must no longer be breached for the exit to end."""
    keeps_surplus: bool = False
    """An isolated position is taken over at its bankruptcy price: the venue keeps what is left of
    its margin after the exit."""
    restores_to: Decimal | None = later(None)
    """For whole positions: the multiple of the breached requirement that equity must exceed for
    the exit to end, in place of the rung `restores`."""
    part: Decimal | None = later(None)
    """For whole positions: the part of one that is closed first, of those worth more than
    `part_above`; the whole only if that is not enough."""
    part_above: Decimal = later(ZERO)

    def goals(self, breached: Level, restores: Level | None) -> tuple[Level, ...]:
        """What must no longer be breached for an exit of whole positions to end; `restores` is the
        level of the rung of that name."""
        if self.restores_to is None:
            return breached, restores or breached
        above = replace(breached, multiple=self.restores_to, share=ONE, bands=(), inclusive=True)
        return breached, above
