"""Everybody in turns over one plan, and whether they did the same work."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.bench.peers.cross import CrossPlan
from tests.bench.peers.entrants import Done, Entrant, Measured, Plan, measure
from tests.bench.peers.report import Row

TOLERATED = 0.1
"""Share by which a count of trades may differ from the judge's: what conventions explain."""


class Turns:
    """Rounds of measurements. `alike` is false once somebody did other work than the judge."""

    def __init__(self, folder: Path, runs: int, sample: int, wanted: list[str]) -> None:
        self.folder, self.runs, self.sample, self.wanted = folder, runs, sample, wanted
        self.alike = True

    def rows(self, plan: Plan, entrants: Mapping[str, Entrant], judge: str) -> list[Row]:
        """One row each; the judge, a plain loop, plays all bars and always takes part."""
        bars = _length(plan)
        share = len(plan.bars) if isinstance(plan, CrossPlan) else 1
        sample = bars if self.sample == bars else max(self.sample // share, 1)
        files = {count: self._written(plan, count) for count in (bars, sample)}
        names = [name for name in entrants if name in self.wanted or name == judge]
        found: dict[str, list[Measured]] = {name: [] for name in names}
        for turn in range(self.runs):
            for name in names:
                sys.stderr.write(f"turn {turn + 1} of {self.runs}: {entrants[name].title}\n")
                played = sample if entrants[name].sampled else bars
                found[name].append(measure(name, files[played]))
        right = found[judge][0].done or []
        rows = []
        for name in names:
            played = sample if entrants[name].sampled else bars
            rows.append(self._row(entrants[name].title, found[name], right, played, bars))
        return rows

    def _written(self, plan: Plan, count: int) -> Path:
        path = self.folder / f"{count}.pickle"
        path.write_bytes(pickle.dumps(_cut(plan, count), pickle.HIGHEST_PROTOCOL))
        return path

    def _row(self, title: str, found: list[Measured], right: Done, played: int, bars: int) -> Row:
        first = found[0]
        if first.done is None:
            return Row(title, 0.0, (), (), 1.0, first.missing)
        expected = [row for row in right if row[ENDS[len(row)]] < played]
        if len(first.done) == 1 and len(first.done[0]) == 1:  # a scan that names the first bar
            expected = [[expected[0][0] if expected else played]]
        same = sum(mine == theirs for mine, theirs in zip(first.done, expected, strict=False))
        self.alike &= abs(len(first.done) - len(expected)) <= TOLERATED * len(expected)
        remark = f"{len(first.done)} done"
        if same < max(len(first.done), len(expected)):
            remark += f", {same} of the plain loop's {len(expected)}"
        if played < bars:
            remark += f"; scaled from {played:,} bars"
        elif first.money:
            remark += f", {first.money:,.2f} in the end"
        runs = tuple(seconds for measured in found for seconds in measured.runs)
        busy = tuple(seconds for measured in found for seconds in measured.busy)
        return Row(title, first.load, runs, busy, bars / played, remark)


ENDS = {5: 1, 3: 0}
"""Where a trade or an event has the number of its last bar."""


def _length(plan: Plan) -> int:
    return len(plan.bars[0]) if isinstance(plan, CrossPlan) else len(plan.bars)


def _cut(plan: Plan, count: int) -> Plan:
    """The plan over its first bars."""
    if count == _length(plan):
        return plan
    if isinstance(plan, CrossPlan):
        return replace(plan, bars=tuple(bars.first(count) for bars in plan.bars))
    return replace(plan, bars=plan.bars.first(count))
