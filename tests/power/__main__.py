"""The ledger against kills, power cuts and disk errors; then each proof against broken writers.

`python -m tests.power --kills 10000 --images 100000 [--errors N] [--seed S] [--workers 2]`

Tells how far it is, each finding with the trial that shows it again (`python -m
tests.power.worker`, with the shim preloaded), and a line with the figures of each proof. Ends with
1 where something was found, or where a broken writer came through.
"""

import argparse
import sys
import time

from tests.power.canaries import CANARIES, CAUGHT_BY
from tests.power.crew import Crew, Sum, crew

SHOWN = 5
"""Findings of a proof that are told one by one."""
PATIENCE = 400
"""Kills, images or errors in which a broken writer has to be caught."""


def main() -> int:
    """The exit status."""
    given = _given()
    with crew(given.workers, given.seed) as workers:
        if workers is None:
            _say("this takes Linux and a C compiler (cc)")
            return 2
        found = 0
        for proof, times in (
            ("kills", given.kills),
            ("cuts", given.images),
            ("faults", given.errors),
        ):
            if times:
                found += _prove(workers, proof, times)
        if given.sweep:
            found += _prove(workers, "faults", given.sweep, sweep=True)
        return 1 if _missed(workers) or found else 0


def _prove(workers: Crew, proof: str, times: int, *, sweep: bool = False) -> int:
    started = told = time.monotonic()

    def heard(so_far: Sum) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > 10:
            told = now
            _say(f"  {so_far}, {now - started:.0f} s")

    found = workers.prove(proof, times, sweep=sweep, heard=heard)
    for finding in found.findings[:SHOWN]:
        _say(f"FOUND: {finding}")
    _say(f"{found}, {time.monotonic() - started:.0f} s")
    return len(found.findings)


def _missed(workers: Crew) -> int:
    caught = missed = 0
    for proof, canaries in CAUGHT_BY.items():
        for canary, found in workers.try_out(proof, canaries, PATIENCE).items():
            if found.findings:
                caught += 1
            else:
                missed += 1
                _say(f"FOUND: {proof} let the broken writer {canary} through")
    _say(f"canaries: {caught} of {caught + missed} caught, {len(CANARIES)} broken writers")
    return missed


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.power", description=__doc__)
    parser.add_argument("--kills", type=int, default=500, help="how many (500)")
    parser.add_argument("--images", type=int, default=5000, help="of disks after a cut (5000)")
    parser.add_argument("--errors", type=int, default=500, help="of disks, drawn by chance (500)")
    parser.add_argument(
        "--sweep", type=int, default=0, metavar="N",
        help="every kind of disk error at every N-th operation as well; 1: at each",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=7, help="of all that is drawn (7)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
