"""What a plain line costs: `python -m tests.bench.plain_lines [--runs N]`.

Processor time of a whole command, byte code compiled, beside that of the bare interpreter in the
same minute: where that alone takes longer than on the machine of the promise, everything may.
"""

import argparse
import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cli.driving import FIRST_CALL, tightrope
from tests.places import ROOT
from tui.cli.output import say

COMMANDS = (("--version",), ("status",), ("positions",), ("orders",), ("ledger",), ("watch",))
PROMISED, BARE = 0.120, 0.011
"""Seconds that a command may take where the bare interpreter takes the latter."""


def main() -> int:
    """Print the least of several runs of each command; 1 if one costs more than is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=8)
    runs = parser.parse_args().runs
    with TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.db"
        assert tightrope("rehearse", FIRST_CALL, "--ledger", ledger).status == 0
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {
            "PYTHONPYCACHEPREFIX": str(Path(folder) / "compiled"),
            "TIGHTROPE_LEDGER": str(ledger),
        }
        bare = least([sys.executable, "-c", "pass"], environment, runs)
        allowed = PROMISED * max(1, bare / BARE)
        say(f"the interpreter alone  {1000 * bare:.0f} ms")
        late = False
        for words in COMMANDS:
            once = ("--once",) if words == ("watch",) else ()
            cost = least([sys.executable, "-m", "tui", *words, *once], environment, runs)
            late |= cost > allowed
            say(f"{words[0]:22} {1000 * cost:.0f} ms  promised {1000 * allowed:.0f}")
    return int(late)


def least(command: list[str], environment: dict[str, str], runs: int) -> float:
    """The least processor time of some runs, after one that compiles."""
    return min([_cpu_of(command, environment) for _ in range(runs + 1)][1:])


def _cpu_of(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
