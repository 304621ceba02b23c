"""Many worlds: `python -m tests.laws.worlds --worlds 20000 [--law NAME] [--seed S] [--workers 2]`.

Tells how far it is, each failure with its seed and a line that shows it again, and how many worlds
each law saw. Ends with 1 where a law was broken.
"""

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing import get_context

from tests.laws.worlds import LAWS
from tests.laws.worlds.drawing import draw

BLOCK = 50
SHOWN = 5
"""Of each law so many failures are shown; all are counted."""


@dataclass(frozen=True)
class Failure:
    """A law that does not hold in a world."""

    law: str
    seed: int
    told: str


def look(block: tuple[tuple[str, ...], int, int]) -> list[Failure]:
    """The failures of these laws in so many worlds from a seed on."""
    laws, first, many = block
    found = []
    for seed in range(first, first + many):
        for name in laws:
            try:
                LAWS[name](seed)
            except Exception:  # noqa: BLE001 - whatever a world brings about is a failure of it
                found.append(Failure(name, seed, traceback.format_exc(limit=-3)))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Look at many worlds. Returns the exit status."""
    wanted = _wanted(arguments)
    laws = tuple(wanted.law or LAWS)
    blocks = [
        (laws, first, min(BLOCK, wanted.seed + wanted.worlds - first))
        for first in range(wanted.seed, wanted.seed + wanted.worlds, BLOCK)
    ]
    started = time.monotonic()
    failures: Counter[str] = Counter()
    if wanted.workers > 1 and len(blocks) > 1:
        with get_context("fork").Pool(wanted.workers) as pool:
            _tell(pool.imap_unordered(look, blocks), wanted.worlds, failures, started)
    else:
        _tell(map(look, blocks), wanted.worlds, failures, started)
    for name in laws:
        broken = failures[name]
        _say(f"{name:18} {wanted.worlds} worlds, {broken or 'no'} failure{'s' * (broken != 1)}")
    return 1 if failures.total() else 0


def _wanted(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.laws.worlds", description=__doc__)
    parser.add_argument("--worlds", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--law", action="append", choices=list(LAWS), help="only this; may repeat")
    parser.add_argument("--seed", type=int, default=0, help="the first world's (0)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    return parser.parse_args(arguments)


def _tell(
    found: Iterable[list[Failure]], worlds: int, failures: Counter[str], started: float
) -> None:
    done, told = 0, started
    for block in found:
        done = min(done + BLOCK, worlds)
        for failure in block:
            failures[failure.law] += 1
            if failures[failure.law] <= SHOWN:
                _show(failure)
        now = time.monotonic()
        if now - told > 10:
            told = now
            left = (now - started) / done * (worlds - done)
            _say(f"{done} of {worlds} worlds, {failures.total()} failures, {left:.0f} s left")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _show(failure: Failure) -> None:
    setting = draw(failure.seed)
    _say(f"\n{failure.law} is broken at {setting.venue} {setting.rules}, {setting.mode}:")
    _say(failure.told.strip()[-1500:])
    again = f"python -m tests.laws.worlds --law {failure.law} --seed {failure.seed} --worlds 1"
    _say(f"again: {again}\n")


if __name__ == "__main__":
    sys.exit(main())
