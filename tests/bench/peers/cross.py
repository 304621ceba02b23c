"""The second workload: many positions on many instruments, held for as long as they last.

They are all opened at the first bar; who opens them is not timed. Crossed ones stand in one pocket,
isolated ones each in its own. Several positions on one instrument are several entries there: an
account holds one net position a symbol.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tests.bench.peers.workload import TICKS, YEAR_OF_MINUTES, Bars, walks


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossPlan:
    """Everything that is opened at the first bar's open. Rates as parts of ten thousand.

    Every third instrument is sold, the others bought; `stop` and `target` of zero are none. `first`
    is the number of the first instrument where a plan is a part of another.
    """

    bars: tuple[Bars, ...]
    positions: int
    notional: int = 10_000
    """Of each position, in whole units of money; bought in whole units of the instrument."""
    leverage: int = 5
    wallet: float
    stop: int = 0
    target: int = 0
    fee: int = 5
    maintenance: int = 50
    isolated: bool = False
    first: int = 0

    def __post_init__(self) -> None:
        if self.positions % len(self.bars):
            raise ValueError("every instrument has as many positions as the others")

    def side(self, number: int) -> int:
        """1 for an instrument that is bought, -1 for one that is sold."""
        return -1 if (self.first + number) % 3 == 2 else 1

    def entries(self) -> int:
        """Positions on each instrument."""
        return self.positions // len(self.bars)

    def quantity(self, number: int) -> int:
        """Whole units of one position on an instrument."""
        return self.notional * TICKS // self.bars[number].opens[0]

    def away(self, number: int, parts: int) -> int:
        """A price so many parts of ten thousand above the entry, rounded away from it; in ticks."""
        scaled = self.bars[number].opens[0] * (10_000 + parts)
        return -(-scaled // 10_000) if parts > 0 else scaled // 10_000

    def stop_of(self, number: int) -> int | None:
        """The stop of an instrument's position, in ticks."""
        return self.away(number, -self.side(number) * self.stop) if self.stop else None

    def target_of(self, number: int) -> int | None:
        """The target of an instrument's position, in ticks."""
        return self.away(number, self.side(number) * self.target) if self.target else None


class Happening(StrEnum):
    """What can become of crossed positions."""

    STOPPED = "stopped"
    TAKEN = "taken"
    WARNED = "warned"
    CLEARED = "cleared"
    CALLED = "called"
    MET = "met"
    LIQUIDATED = "liquidated"


def alone(plan: CrossPlan) -> list[CrossPlan]:
    """Isolated positions: a plan for each instrument, with its margin and its fee as the wallet."""
    found = []
    for number, bars in enumerate(plan.bars):
        value = plan.quantity(number) * plan.entries() * bars.opens[0] / TICKS
        wallet = value / plan.leverage + value * plan.fee / 10_000
        some = replace(plan, bars=(bars,), positions=plan.entries(), wallet=wallet)
        found.append(replace(some, first=plan.first + number, isolated=False))
    return found


Event = tuple[int, Happening, str]
"""The bar's number, what happened, and the symbol it happened to, if it was one alone."""


@dataclass(frozen=True, slots=True)
class CrossPlayed:
    """Everything that happened, and the equity at the last close.

    Isolated positions have nothing to do with each other: what happens to them in one bar is told
    in the order of their symbols.
    """

    events: list[Event]
    equity: float


def cross(
    positions: int = 100, instruments: int = 50, bars: int = YEAR_OF_MINUTES, **terms: int
) -> CrossPlan:
    """The workload. Unless told, the wallet is what the leverage asks for, and the fees."""
    walked = tuple(walks(instruments, bars))
    plan = CrossPlan(bars=walked, positions=positions, wallet=1, **terms)
    asked = plan.notional // plan.leverage + plan.notional * plan.fee // 10_000
    return replace(plan, wallet=terms.get("wallet", positions * asked))
