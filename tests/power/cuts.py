"""After a power cut at any moment the ledger keeps what was promised.

Each trial records one run, operation by operation, and builds what a disk could hold had the power
gone at some moment of it (`disk.py`). Some runs begin on what an earlier cut has left, so that a
cut falls on the start after a cut as well. An image that was seen before is not counted again.
"""

from collections.abc import Iterator
from hashlib import blake2b
from random import Random

from tests.power.actors import Desk
from tests.power.disk import Disk, Image, lay
from tests.power.shim import Op
from tests.power.stage import Stage, Toll
from tests.power.stories import Story

MOMENTS = 40
"""Of each run the power is cut at so many,"""
IMAGES = 6
"""and so many images are built of each."""
GONE_ON_WITH = 0.04
"""Of the images this share is played to its end, which takes three times as long."""
CUT_AGAIN = 0.5


def trial(stage: Stage, actor: Desk, story: Story, chance: Random) -> Toll:
    """One run, or two with a cut between them, and what cuts could leave of them."""
    toll = Toll(trials=1)
    left = _cuts(stage, actor, story, chance, {}, 0, toll)
    if left is not None and chance.random() < CUT_AGAIN:
        _cuts(stage, actor, story, chance, *left, toll)
    return toll


def _cuts(
    stage: Stage,
    actor: Desk,
    story: Story,
    chance: Random,
    start: Image,
    promised: int,
    toll: Toll,
) -> tuple[Image, int] | None:
    """Run on a start and cut; one of the images with what was promised by then, if all are well."""
    stage.clear()
    lay(stage.folder, start)
    stage.cells.promise(promised)
    ops = stage.record(actor, story, Random(chance.getrandbits(32)))
    toll.promised = max(toll.promised, stage.cells.promised)
    seen: set[bytes] = set()
    found: tuple[Image, int] | None = None
    moments = sorted(chance.sample(range(len(ops) + 1), min(MOMENTS, len(ops))))
    for at, disk in _at(stage, start, ops, moments):
        promise = max(promised, disk.promised)
        for _ in range(IMAGES):
            image = disk.image(chance)
            mark = _mark(image, promise)
            if mark in seen:
                continue
            seen.add(mark)
            toll.struck += 1
            faults = _look(stage, actor, story, chance, image, promise)
            toll.findings += [f"cut at {at}, {promise} promised: {fault}" for fault in faults]
            if faults:
                return None
            if image and (found is None or chance.random() < 0.02):
                found = image, promise
    return found


def _at(
    stage: Stage, start: Image, ops: list[Op], moments: list[int]
) -> Iterator[tuple[int, Disk]]:
    """The disk at each of these moments of a run."""
    disk, done = Disk(str(stage.folder), start), 0
    for at in moments:
        disk.follow(ops[done:at])
        done = at
        yield at, disk


def _mark(image: Image, promised: int) -> bytes:
    """By which an image is known."""
    digest = blake2b(str(promised).encode())
    for path, (number, data) in image.items():
        digest.update(f"{path} {number} {len(data)} ".encode())
        digest.update(data)
    return digest.digest()


def _look(
    stage: Stage, actor: Desk, story: Story, chance: Random, image: Image, promised: int
) -> list[str]:
    stage.clear()
    lay(stage.folder, image)
    on = chance.random() < GONE_ON_WITH
    return actor.left(stage.folder, story, promised, chance, on=on, killed=False)
