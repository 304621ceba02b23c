"""The loop: an input of the corpus is changed, read, and kept where it reached something new."""

import random
import resource
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.fuzz.coverage import Endless, Reached
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import REFUSALS, Target


@dataclass(frozen=True)
class Finding:
    """An input that ended in something else than a refusal; `where` tells such ends apart."""

    where: str
    told: str
    data: bytes


@dataclass
class Hunt:
    """What so many inputs showed."""

    runs: int = 0
    read: int = 0
    """Inputs that were taken, not refused."""
    last_was_taken: bool = False
    steps: set[tuple[int, int, int]] = field(default_factory=set)
    corpus: list[bytes] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    """Those of the corpus that were not refused."""
    findings: dict[str, Finding] = field(default_factory=dict)
    often: Counter[str] = field(default_factory=Counter)
    largest_growth: int = 0


def hunt(
    target: Target, runs: int, seed: int, before: Callable[[bytes], object] = len
) -> Iterator[Hunt]:
    """Read so many inputs, the seeds first; the hunt as it goes on. `before` gets each input."""
    dice, found, reached = random.Random(seed), Hunt(), Reached(target.lines)
    for data in target.seeds[:runs]:
        before(data)
        _one(target, data, found, reached)
        found.corpus.append(data)
        found.taken += [data] * found.last_was_taken
        yield found
    while found.runs < runs:
        data, other = _chosen(found, dice), dice.choice(found.corpus)
        data = mutated(data, other, dice, target.kinds, target.largest)
        before(data)
        if _one(target, data, found, reached):
            found.corpus.append(data)
            found.taken += [data] * found.last_was_taken
        yield found


def _chosen(found: Hunt, dice: random.Random) -> bytes:
    """What is taken reaches furthest, and what was found last is new: both are tried more often."""
    if found.taken and dice.random() < 0.6:
        return dice.choice(found.taken)
    return dice.choice(found.corpus[-20:] if dice.random() < 0.5 else found.corpus)


def _one(target: Target, data: bytes, found: Hunt, reached: Reached) -> bool:
    """Read it; whether it reached something new."""
    found.runs += 1
    found.last_was_taken = False
    size = _size()
    try:
        reached.run(lambda: target.read(data))
        found.read += 1
        found.last_was_taken = True
    except REFUSALS:
        pass
    except Endless:
        _note(found, "endless", f"more than {target.lines} lines of ours", data)
    except Exception as fault:  # noqa: BLE001 - that is what is looked for
        _note(found, _where(fault), f"{type(fault).__name__}: {fault}", data)
    grown = _size() - size
    found.largest_growth = max(found.largest_growth, grown)
    if grown > target.growth:
        _note(found, "memory", f"the process grew by {grown} bytes", data)
    new = not reached.steps <= found.steps
    found.steps |= reached.steps
    return new


def _note(found: Hunt, where: str, told: str, data: bytes) -> None:
    found.often[where] += 1
    known = found.findings.get(where)
    if known is None or len(data) < len(known.data):
        found.findings[where] = Finding(where, told[:300], data)


def _where(fault: Exception) -> str:
    last = traceback.extract_tb(fault.__traceback__)[-1]
    ours = [f for f in traceback.extract_tb(fault.__traceback__) if "/ledger/" in f.filename]
    at = ours[-1] if ours else last
    return f"{type(fault).__name__} in {at.filename.rpartition('/')[2]}:{at.lineno}"


def _size() -> int:
    """The most bytes that this process ever had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
