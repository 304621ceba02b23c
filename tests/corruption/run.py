"""Many damages to one ledger, and what they showed."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tests.corruption.aimed import AIMED
from tests.corruption.damages import Damage, bytes_of, cells_of
from tests.corruption.schemas import schemas_of
from tests.corruption.verdict import Bench, Verdict


@dataclass
class Toll:
    """Verdicts, those of the damages aimed at one check by its name, and what could not be done."""

    verdicts: list[Verdict] = field(default_factory=list)
    aimed: dict[str, Verdict] = field(default_factory=dict)
    impossible: int = 0

    def findings(self, blind: str = "") -> list[str]:
        """Each promise broken; by a doctor who is `blind` in one check, as well what he misses."""
        found = [f"{v.damage}: {told}" for v in self._all() for told in v.broken]
        if blind:
            missed = [v for v in self._all() if v.changed and v.named == {blind}]
            found += [f"{v.damage}: doctor --deep says nothing" for v in missed]
        for check, verdict in self.aimed.items():
            if check == blind or check not in verdict.named:
                found.append(f"{check}: is not told, though made to fail")
        return found

    def _all(self) -> Iterable[Verdict]:
        return chain(self.verdicts, self.aimed.values())

    def report(self) -> list[str]:
        """Figures, a line each."""
        count = Counter[str]()
        for verdict in self.verdicts:
            count["changed"] += verdict.changed
            count["told"] += bool(verdict.changed and verdict.named)
            count["unread"] += not verdict.changed
            count["told all the same"] += bool(not verdict.changed and verdict.named)
            count["of another account"] += bool(verdict.changed and verdict.writable)
        alone = Counter(next(iter(v.named)) for v in self._all() if v.changed and len(v.named) == 1)
        named = Counter(name for v in self._all() for name in v.named)
        checks = [f"  {named[check]:5} {alone[check]:5}  {check}" for check in AIMED]
        caught = sum(bool(self.findings(check)) for check in AIMED)
        return [
            f"{len(self.verdicts)} damages ({self.impossible} more could not be done):",
            f"  {count['changed']} changed something that is read, {count['told']} of them told by"
            " doctor --deep",
            f"  {count['unread']} changed nothing that is read"
            f" ({count['told all the same']} told all the same)",
            f"  {count['of another account']} left an account as it was, to be traded on",
            " found, alone, by the check",
            *checks,
            f"{caught} of {len(AIMED)} doctors who are blind in one check were caught",
        ]


def corrupt(bench: Bench, *, flips: int, cells: int, seed: int) -> Iterator[Toll]:
    """Judge so many bytes and so many cells, rows and words of the schema; the toll as it grows."""
    toll = Toll()
    for check, damage in AIMED.items():
        verdict = bench.judge(damage)
        assert verdict is not None, damage.name
        toll.aimed[check] = verdict
        yield toll
    dice = random.Random(seed)
    for damages, many in (
        (bytes_of(len(bench.whole), dice), flips),
        (_swept(bench.sound, dice), cells),
    ):
        wanted = len(toll.verdicts) + many
        while len(toll.verdicts) < wanted:
            verdict = bench.judge(next(damages))
            if verdict is None:
                toll.impossible += 1
                continue
            toll.verdicts.append(verdict)
            yield toll


def _swept(path: Path, dice: random.Random) -> Iterator[Damage]:
    """All kinds of damage to cells, rows and the schema in any order, and then all again."""
    while True:
        sweep = [*cells_of(path, dice), *schemas_of(path, dice)]
        dice.shuffle(sweep)
        yield from sweep
