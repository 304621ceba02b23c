"""What damage does: `python -m tests.corruption --bytes 1000 --cells 1000 [--seed S]`.

Tells each promise that was broken, then the figures. Ends with 1 where one was broken, or where a
doctor who leaves out one of his checks would have gone unnoticed.
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.corruption.aimed import AIMED
from tests.corruption.run import Toll, corrupt
from tests.corruption.subject import made
from tests.corruption.verdict import Bench

_TOLD_EVERY = 20
"""Seconds between two lines about how far it is."""


def main(arguments: list[str] | None = None) -> int:
    """Damage a ledger many times. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.corruption", description=__doc__)
    parser.add_argument("--bytes", type=int, default=1000, help="bytes to change (1000)")
    parser.add_argument("--cells", type=int, default=1000, help="cells and schema words (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    wanted = parser.parse_args(arguments)
    toll, told, shown = Toll(), time.monotonic(), 0
    with TemporaryDirectory() as folder:
        bench = Bench(made(Path(folder)), Path(folder))
        for toll in corrupt(bench, flips=wanted.bytes, cells=wanted.cells, seed=wanted.seed):
            found = toll.findings()
            _say(*found[shown:])
            shown = len(found)
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                _say(f"{len(toll.verdicts)} of {wanted.bytes + wanted.cells}, {shown} findings")
    _say(*toll.report(), f"{shown} findings")
    return int(bool(shown) or not all(toll.findings(check) for check in AIMED))


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
