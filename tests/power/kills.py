"""Killed at one operation after the other, the ledger keeps what was promised.

Each trial is one account from its very birth: killed, looked at (a copy: the next process finds it
as the kill left it), taken up, killed again, until it reaches its end. Between two operations
nothing changes on the disk, so a kill before each and inside each is a kill anywhere. It shows the
order of promising and writing, what is in one transaction, torn writes, and the start after death.
It shows nothing about fsync: the system's memory of a file outlives the process (`cuts.py`).
"""

from random import Random

from tests.power.actors import Desk
from tests.power.shim import Act
from tests.power.stage import DIED, DONE, Stage, Toll, leave_unborn
from tests.power.stories import Story

LIVES = 12
"""Processes that an account gets before it is left alone."""
EARLY = 40
"""Operations in which the start after a kill is over: half of the kills fall there."""

GONE_ON_WITH = 0.25
"""Of what kills leave so much is played to its end at once, the rest by the lives after."""


def trial(stage: Stage, actor: Desk, story: Story, chance: Random) -> Toll:
    """One account, killed until it is through."""
    toll = Toll(trials=1)
    whole = len(stage.usual(actor, story))
    stage.clear()
    if chance.random() < 0.1:
        leave_unborn(stage)
    for life in range(LIVES):
        at = 1 + chance.randrange(whole if chance.random() < 0.6 else EARLY)
        act = Act.TEAR if chance.random() < 0.5 else Act.KILL
        part, seed = chance.randrange(1 << 16), chance.getrandbits(32)

        def work(at: int = at, act: Act = act, part: int = part, seed: int = seed) -> None:
            stage.shim.watch(stage.folder)
            stage.shim.arm(act, at, part=part)
            actor.act(stage.folder, story, Random(seed), stage.cells.promise)

        status = stage.run(work)
        promised = stage.cells.promised
        where = f"{act.name.lower()} at operation {at}"
        if status not in (DIED, DONE):
            toll.findings.append(f"{where}: it died by itself: {stage.last_words}")
            break
        on = status == DONE or life == LIVES - 1 or chance.random() < GONE_ON_WITH
        faults = actor.left(stage.copy(), story, promised, chance, on=on)
        toll.findings += [f"{where}, {promised} promised: {fault}" for fault in faults]
        toll.struck += status == DIED
        if status == DONE or faults:
            break
    toll.promised = stage.cells.promised
    return toll
