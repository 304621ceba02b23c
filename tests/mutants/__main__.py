"""Mutants of the rules: `python -m tests.mutants --sample 1000 --seed 1 [--only engine] STATE`.

STATE is a file that keeps what is found, so that a run that was stopped goes on. Beside it lies
what touches what (`STATE.touching`), which is asked for once. Delete both when the code changes.
A smaller sample of a seed is the beginning of a larger one.

Where only tests were added, `--again --tests FILE STATE` tries the survivors with those tests, and
`--report STATE` says how things stand and which survivors are open.

Needs `pip install -e '.[dev,mutants]'`. Ends with 1 if fewer than 85 of 100 are killed, if a
survivor is not explained in `explained.toml`, or if some were not tried; with 2 where the tool is
not installed.
"""

import argparse
import sys

from tests.mutants.rooms import ROOMS

BUDGET = "seconds of tests for a mutant, its own and the quickest first (20)"
TOOLS = ("cosmic_ray", "coverage")


def main(arguments: list[str] | None = None) -> int:
    """Try a sample of mutants. Returns the exit status."""
    wanted = _wanted(arguments)
    try:
        from tests.mutants.sampling import run
    except ModuleNotFoundError as missing:
        tool = (missing.name or "").partition(".")[0]
        if tool not in TOOLS:
            raise
        sys.stderr.write(f"{tool} is not installed: python -m pip install -e '.[dev,mutants]'\n")
        return 2
    return run(wanted)


def _wanted(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("state", help="the file that keeps what is found")
    parser.add_argument("--sample", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--only", action="append", choices=list(ROOMS), help="may repeat")
    parser.add_argument("--at", action="append", help="only where PATH:LINE has this; may repeat")
    parser.add_argument("--tests", action="append", help="only these; may repeat")
    parser.add_argument("--budget", type=float, default=20, help=BUDGET)
    parser.add_argument("--workers", type=int, default=2, help="trials at a time (2)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="show the mutants and try none")
    what.add_argument("--again", action="store_true", help="try the open survivors again")
    what.add_argument("--report", action="store_true", help="try none, say how things stand")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
