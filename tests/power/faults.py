"""Where the disk fails the writer says so, has shown nothing that is not on record, and is sound.

Each trial is one run in which one operation, or every one from there on, is refused or half done.
Such a run may end well (SQLite can do without some of what it asks for), but only with everything
on record; else it ends in a sentence that names the file. Either way what is left is taken up
again, when the disk is well, and goes on to the same end.
"""

import errno
from dataclasses import dataclass
from random import Random

from tests.power.actors import Desk
from tests.power.shim import COUNTED, TAKING_SPACE, Act, Kind
from tests.power.stage import DONE, TOLD, Stage, Toll, leave_unborn
from tests.power.stories import LEDGER, Story


@dataclass(frozen=True)
class Fault:
    """A way in which a disk fails."""

    name: str
    act: Act
    error: int
    kinds: tuple[Kind, ...]
    lasting: bool


FAULTS = (
    Fault("EIO once", Act.FAIL, errno.EIO, COUNTED, lasting=False),
    Fault("EIO from there on", Act.FAIL, errno.EIO, COUNTED, lasting=True),
    Fault("ENOSPC once", Act.FAIL, errno.ENOSPC, TAKING_SPACE, lasting=False),
    Fault("ENOSPC from there on", Act.FAIL, errno.ENOSPC, TAKING_SPACE, lasting=True),
    Fault("a short write", Act.SHORT, errno.ENOSPC, (Kind.WRITE,), lasting=False),
    Fault("a short write, then ENOSPC", Act.SHORT, errno.ENOSPC, (Kind.WRITE,), lasting=True),
)


def points(stage: Stage, actor: Desk, story: Story) -> list[tuple[Fault, int]]:
    """Every operation of an unhindered run with every fault that can fall on it."""
    return [
        (fault, at)
        for at, op in enumerate(stage.usual(actor, story), start=1)
        for fault in FAULTS
        if op.kind in fault.kinds
    ]


def trial(stage: Stage, actor: Desk, story: Story, chance: Random) -> Toll:
    """One fault at one operation, drawn by chance."""
    fault, at = chance.choice(points(stage, actor, story))
    return strike(stage, actor, story, chance, fault, at)


def strike(stage: Stage, actor: Desk, story: Story, chance: Random, fault: Fault, at: int) -> Toll:
    """A run into a fault, and what is left of it."""
    stage.clear()
    if chance.random() < 0.05:
        leave_unborn(stage)
    part = chance.randrange(1 << 16)

    def work() -> None:
        stage.shim.watch(stage.folder)
        stage.shim.arm(
            *(fault.act, at),
            error=fault.error,
            part=part,
            kinds=fault.kinds,
            lasting=fault.lasting,
        )
        actor.act(stage.folder, story, Random(1), stage.cells.promise)

    status, promised = stage.run(work), stage.cells.promised
    where = f"{fault.name} at operation {at}"
    toll = Toll(trials=1, struck=1, promised=promised)
    words = stage.last_words
    if status not in (DONE, TOLD):
        toll.findings.append(f"{where}: not told in a sentence: {words}")
    if status == TOLD and LEDGER.name not in words:
        toll.findings.append(f"{where}: the file is not named: {words}")
    if status == DONE and promised < actor.last(story):
        toll.findings.append(f"{where}: it ends as if all were well at {promised}")
    faults = actor.left(stage.copy(), story, promised, chance)
    toll.findings += [f"{where}, {promised} promised: {fault}" for fault in faults]
    return toll
