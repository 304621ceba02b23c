"""What a finding is, and which detectors there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.money import ZERO
from ledger.times import Time


class Detector(StrEnum):
    """What is looked for."""

    NO_STOP = "no_stop"
    STOP_WIDENED = "stop_widened"
    PAST_STOP = "past_stop"
    EARLY_EXIT = "early_exit"
    TARGET_MOVED = "target_moved"
    AVERAGED_DOWN = "averaged_down"
    AFTER_LOSS = "after_loss"
    AFTER_GAIN = "after_gain"
    CALL_LEFT = "call_left"
    FED_A_LOSER = "fed_a_loser"
    CLOSE_STOPS = "close_stops"
    CARRY = "carry"


VERSIONS = dict.fromkeys(Detector, 1)
"""The version of each detector's rule. Whoever changes a rule counts its version up: what an older
one found stays on record as it was told."""


class Unit(StrEnum):
    """What a finding's figure is."""

    R = "r"
    """A result: below zero, it cost so much."""
    TIMES = "times"
    """One figure over another."""
    SHARE = "share"
    NONE = "none"
    """There is no figure; it is then zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that was done at a time, in the trades `about`, held against those `compared`.

    `after` is the trade whose result it followed. `key` tells it from others of its detector: the
    number of its trade, or of a call's event.
    """

    detector: Detector
    key: int
    at: Time
    about: tuple[int, ...]
    compared: tuple[int, ...] = ()
    after: int | None = None
    figure: Decimal = ZERO
    unit: Unit = Unit.NONE
    version: int = 1

    @property
    def id(self) -> str:
        """`after-loss-14`: the same whenever the account is read."""
        return f"{self.detector.value.replace('_', '-')}-{self.key}"

    @property
    def r(self) -> Decimal | None:
        """What it was worth in R, where that is its figure."""
        return self.figure if self.unit is Unit.R else None


def found(detector: Detector, key: int, at: Time, **more: object) -> Finding:
    """A finding by the present version of its detector."""
    return Finding(detector=detector, key=key, at=at, version=VERSIONS[detector], **more)  # type: ignore[arg-type]


def in_r(findings: Iterable[Finding]) -> Decimal:
    """What findings were worth together, in R."""
    return sum((each.r for each in findings if each.r is not None), ZERO)
