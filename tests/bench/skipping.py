"""Skipping against stepping: `python -m tests.bench.skipping [--bars N] [--sample N]`.

The same positions are held over the same minutes of random walks, isolated and crossed, with and
without hourly interest. Both ways go over the same first bars and must end in the same account;
skipping goes on to the end, and stepping is scaled up from its sample: it would take minutes to
hours. Only the run is timed; the blocks that are searched are made before, which is told.
"""

from __future__ import annotations

import argparse
import gc
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.books.wire.fingerprint import state_hash
from ledger.market.rules.rulebook import Mode
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from tests.bench.peers.venues import rehearsal, rulebook, tape
from tests.bench.peers.workload import TICKS, YEAR_OF_MINUTES, Bars, Carry, walks
from tui.cli.output import say

CASES = ((1, 1), (10, 10), (100, 50))
"""Positions, on so many instruments: several on one are several entries."""
NOTIONAL, LEVERAGE = 10_000, 2
"""Of each position, in money; so little leverage that most of them last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is held; every third instrument is sold unless it is paid for with a loan."""

    walked: list[Bars]
    positions: int
    mode: Mode
    carry: Carry

    @property
    def title(self) -> str:
        """As the table has it."""
        interest = " hourly interest" if self.carry is Carry.LOAN else ""
        return f"{self.positions:>4} {self.mode.value} on {len(self.walked)}{interest}"


def opened(case: Case) -> Session:
    """A session at the first open with everything held, and its blocks made."""
    book = rulebook(fee=5, maintenance=50, carry=case.carry, rate=0.08, leverage=LEVERAGE)
    tapes = {bars.symbol: tape(bars) for bars in case.walked}
    session = begin(rehearsal(book, case.mode, tapes), None, "skipping")
    session.open_step()
    session.send(c.Deposit(amount=Decimal(case.positions * NOTIONAL)))
    for number, bars in enumerate(case.walked):
        sold = number % 3 == 2 and case.carry is Carry.NONE
        for _ in range(case.positions // len(case.walked)):
            session.send(
                c.PlaceOrder(
                    symbol=bars.symbol,
                    side=Side.SELL if sold else Side.BUY,
                    quantity=Decimal(NOTIONAL * TICKS // bars.opens[0]),
                    leverage=Decimal(LEVERAGE),
                )
            )
    assert len(session.account.positions()) == len(case.walked), "an order was refused"
    session.timeline.prepare()
    return session


def seconds(session: Session, before: int, *, skips: bool) -> float:
    """From where the session stands to the open of a step, or to the tape's end."""
    gc.collect()
    gc.freeze()
    begun = perf_counter()
    while session.place.index < before and not session.ended:
        session.advance(before if skips else None)
    took = perf_counter() - begun
    gc.unfreeze()
    return took


def measured(case: Case, sample: int) -> str:
    """A line of the table. Raises `AssertionError` where the two ways part."""
    bars = len(case.walked[0])
    stepped, skipped = opened(case), opened(case)
    long = seconds(stepped, sample, skips=False) * bars / sample
    short = seconds(skipped, sample, skips=True)
    assert state_hash(skipped.account) == state_hash(stepped.account), "the two ways part"
    assert skipped.market == stepped.market, "the two ways part"
    short += seconds(skipped, bars, skips=True)
    return (
        f"{case.title:<36}{long:11.1f}{short:11.3f}{long / short:11,.0f}"
        f"{skipped.account.seq:10,}{len(skipped.account.positions()):6}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bars", type=int, default=YEAR_OF_MINUTES)
    parser.add_argument("--sample", type=int, default=20_000, help="bars stepped, by instrument")
    given = parser.parse_args()
    say(f"{given.bars:,} minutes; stepping is scaled from its sample; seconds")
    say(f"{'positions':<36}{'stepping':>11}{'skipping':>11}{'ratio':>11}{'events':>10}{'held':>6}")
    walked = walks(max(instruments for _, instruments in CASES), given.bars)
    for positions, instruments in CASES:
        sample = min(max(given.sample // instruments, 200), given.bars)
        for mode in (Mode.ISOLATED, Mode.CROSS):
            for carry in (Carry.NONE, Carry.LOAN):
                some = walked[:instruments]
                case = Case(walked=some, positions=positions, mode=mode, carry=carry)
                say(measured(case, sample))


if __name__ == "__main__":
    main()
