"""The recipe of a synthetic tape: everything that is needed to make it again.

A recipe is stored with the account that was opened on its tape. Nothing here checks a person's
figures: that is done where a rehearsal file is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.money import ZERO
from ledger.times import Time


class Model(StrEnum):
    """How the prices move."""

    GBM = "gbm"
    """Geometric Brownian motion: small moves of constant size."""
    JUMP = "jump"
    """The same with sudden jumps (Merton 1976)."""
    REGIMES = "regimes"
    """The same with two sizes of move: long calm, short panic."""
    GAPS = "gaps"
    """The same inside sessions, with a gap over every night."""
    BOOTSTRAP = "bootstrap"
    """Stretches of a recorded tape in a new order (Politis and Romano 1994)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jumps:
    """`rate` is per year; a jump's logarithm is normal with this mean and standard deviation."""

    rate: Decimal
    mean: Decimal
    deviation: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Panic:
    """The second regime: its yearly volatility and drift, and the average duration of calm and
    panic in seconds of trading. The first regime has the recipe's own figures."""

    volatility: Decimal
    drift: Decimal
    calm_seconds: int
    panic_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A market open from Monday to Friday, between two seconds of the day (UTC)."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resample:
    """The recorded tape whose moves are resampled, from which time to which, and the mean `block`:
    bars of a market that never closes, else sessions."""

    tape: str
    block: Decimal
    since: Time | None
    until: Time | None

    def span(self, times: Sequence[Time]) -> tuple[int, int]:
        """The bars that are drawn from: the first, and the one after the last."""
        low = 0 if self.since is None else bisect_left(times, self.since)
        high = len(times) if self.until is None else bisect_left(times, self.until)
        return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One synthetic tape. `drift` and `volatility` are yearly, `interval` is in seconds.

    `drift` is the growth of the expected price, so a typical path grows by half the squared
    volatility less. Tapes of one `group` share a common factor: two of them correlate by the root
    of the product of their two `correlation`s, negative where one of these is; their regimes and
    blocks change together.
    """

    model: Model
    symbol: str
    seed: int
    start: Time
    bars: int
    interval: int
    start_price: Decimal
    tick: Decimal
    drift: Decimal = ZERO
    volatility: Decimal = ZERO
    jumps: Jumps | None = None
    panic: Panic | None = None
    hours: Hours | None = None
    gap_deviation: Decimal = ZERO
    group: str = ""
    correlation: Decimal = ZERO
    resample: Resample | None = None

    @property
    def label(self) -> str:
        """The label wherever prices of this tape are shown."""
        of = f" of {self.resample.tape}" if self.resample is not None else ""
        return f"synthetic {self.model.value}{of}, seed {self.seed}"
