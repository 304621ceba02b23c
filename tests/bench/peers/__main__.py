"""Side by side with the peers: `python -m tests.bench.peers [--runs N] [--svg FILE] ...`.

Everybody plays the same bars, in turns, each in a process of its own; only the run is timed, once
everything is loaded into each one's own structure, and loading is told beside it. Stepping is
measured on the first bars and scaled up, unless `--whole` is asked for: then it takes minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.peers.cross import CrossPlan, cross
from tests.bench.peers.entrants import ALL, CROSS, ONE, PEERS
from tests.bench.peers.report import chart, machine, table
from tests.bench.peers.turns import Turns
from tests.bench.peers.workload import YEAR_OF_MINUTES, Carry, Workload, common
from tui.cli.output import say

SECTIONS = ("common", "hourly", "cross", "isolated")
CASES = ((1, 1), (10, 10), (100, 50))
"""Positions, on so many instruments."""
GUARDS = ((0, 0), (2_000, 4_000))
"""Stop and target in parts of ten thousand: none, and far enough to last for a while."""
COMPILERS = ("numpy", "numba", "pandas")
"""What the peers' speed also hangs on."""


def main() -> int:
    """Print the tables. 1 when somebody did not do the same work."""
    given = arguments().parse_args()
    packages = [entrant.package for entrant in PEERS.values()]
    say(*machine([*packages, *COMPILERS]), "")
    plan = common(given.bars, stop=given.stop, target=given.target)
    with TemporaryDirectory() as folder:
        sample = given.bars if given.whole else min(given.sample, given.bars)
        turns = Turns(Path(folder), given.runs, sample, given.only or list(ALL))
        if "common" in given.sections:
            rows = turns.rows(plan, PEERS | ONE, "plain")
            told = f"The common workload: {_told(plan)}"
            say(*table(told, rows, given.bars, "nautilus_trader"), "")
            if given.svg:
                given.svg.write_text(chart(told, rows, machine([])[0]), "utf-8")
        for carry in (Carry.LOAN, Carry.FUNDING) if "hourly" in given.sections else ():
            rows = turns.rows(replace(plan, carry=carry), ONE, "plain")
            told = f"The same with hourly {carry.value}: {_told(plan)}"
            say(*table(told, rows, given.bars, "ours, stepping"), "")
        for case in _cases(given.bars, given.sections):
            rows = turns.rows(case, CROSS, "cross-plain")
            say(*table(_titled(case), rows, given.bars, "tuned plain loop"), "")
    say("load: into everybody's own structure (vectorbt's has its compilation in it)")
    say("done: trades closed, or events; of a scan over many positions the first event's bar")
    return 0 if turns.alike else 1


def arguments() -> argparse.ArgumentParser:
    """What can be asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="turns of everybody")
    parser.add_argument("--bars", type=int, default=YEAR_OF_MINUTES, help="minutes of the walk")
    parser.add_argument("--sample", type=int, default=20_000, help="bars that stepping plays")
    parser.add_argument("--whole", action="store_true", help="stepping plays all bars, too")
    parser.add_argument("--stop", type=int, default=500, help="below the entry, in 1/10,000")
    parser.add_argument("--target", type=int, default=1_000, help="above the entry, in 1/10,000")
    parser.add_argument("--sections", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--only", nargs="+", choices=list(ALL), help="and the plain loops")
    parser.add_argument("--svg", type=Path, help="where to draw the common workload")
    return parser


def _told(plan: Workload) -> str:
    return (
        f"{len(plan.bars):,} minutes, {plan.leverage}x long, stop {plan.stop / 100:g} % below, "
        f"target {plan.target / 100:g} % above, again {plan.pause:,} bars after each exit"
    )


def _titled(case: CrossPlan) -> str:
    how = "Isolated" if case.isolated else "Crossed"
    guards = "none"
    if case.stop:
        guards = f"{case.stop / 100:g} % and {case.target / 100:g} % away"
    return (
        f"{how} positions: {case.positions}, on instruments: {len(case.bars)}, "
        f"{case.leverage}x, stops and targets: {guards}"
    )


def _cases(bars: int, sections: list[str]) -> Iterator[CrossPlan]:
    """Parts of one large workload, each with its share of the wallet."""
    if not {"cross", "isolated"} & set(sections):
        return
    whole = cross(bars=bars)
    for section in ("cross", "isolated"):
        for (positions, instruments), (stop, target) in product(CASES, GUARDS):
            if section in sections:
                yield replace(
                    whole,
                    bars=whole.bars[:instruments],
                    positions=positions,
                    wallet=whole.wallet * positions / whole.positions,
                    stop=stop,
                    target=target,
                    isolated=section == "isolated",
                )


if __name__ == "__main__":
    raise SystemExit(main())
