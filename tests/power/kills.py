"""Kill a writing process at random moments and look whether what it promised is there.

`python -m tests.power.kills 10000` is the long proof; CI runs a few. A kill shows the order of
acknowledging and writing, the grouping into transactions, torn writes and the start after death.
It shows nothing about fsync: the system's page cache outlives the process.
"""

import argparse
import os
import random
import select
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

from tests.power.writers import JSON_FILE, LEDGER, WRITERS, lost_from_json, lost_from_ledger

ROOT = Path(__file__).resolve().parents[2]
AFRESH = 10
"""Kills of one ledger before a new one: later kills hit a file that was killed before."""

LONGEST_START = 1.0
"""Seconds that the next start may take."""


@dataclass
class Toll:
    """What many kills showed: findings, promises kept, and the longest start after one."""

    kills: int = 0
    acknowledged: int = 0
    slowest_start: float = 0.0
    findings: list[str] = field(default_factory=list)


def kill_often(writer: str, times: int, folder: Path, seed: int, *, stop: bool = False) -> Toll:
    """Kill a writer so many times; `stop` ends at the first finding."""
    chance = random.Random(seed)
    toll = Toll()
    for number in range(times):
        path = folder / f"{writer}-{number // AFRESH}"
        branch, acknowledged = kill_once(writer, path, chance)
        toll.kills += 1
        toll.acknowledged += acknowledged
        look = lost_from_json if writer in JSON_FILE else lost_from_ledger
        found = look(path, branch, acknowledged)
        toll.slowest_start = max(toll.slowest_start, found.start)
        toll.findings += [f"kill {number}: {text}" for text in found.findings]
        if found.start > LONGEST_START:
            toll.findings.append(f"kill {number}: the next start took {found.start:.2f} s")
        if stop and toll.findings:
            break
    return toll


def kill_once(writer: str, path: Path, chance: random.Random) -> tuple[int, int]:
    """Let a writer work, kill it at some moment; its branch and the last number it promised."""
    after = chance.randrange(1, 60)
    delay = chance.choice((0.0, chance.uniform(0, 0.004)))
    command = [sys.executable, "-m", "tests.power.writers", writer, str(path), str(chance.random())]
    with Popen(command, stdout=PIPE, cwd=ROOT, bufsize=0) as child:
        assert child.stdout is not None
        lines = promises(child.stdout.fileno())
        branch = next(lines, 0)
        heard = [*islice(lines, after)]
        select.select([], [], [], delay)
        os.kill(child.pid, signal.SIGKILL)
        heard += lines
        assert child.wait() in (0, -signal.SIGKILL), "the writer died by itself"
    return branch, heard[-1] if heard else 0


def promises(pipe: int) -> Iterator[int]:
    """Numbers from the pipe, one a line, as they come; half a line was never promised."""
    rest = b""
    while chunk := os.read(pipe, 4096):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(int, lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int)
    parser.add_argument("--writer", choices=WRITERS, default=LEDGER)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        toll = kill_often(given.writer, given.times, Path(folder), given.seed)
    report = [
        *toll.findings,
        f"{toll.kills} kills, {toll.acknowledged} events acknowledged, {len(toll.findings)}"
        f" findings, slowest next start {toll.slowest_start * 1000:.0f} ms",
    ]
    sys.stdout.write("\n".join(report) + "\n")
    return bool(toll.findings)


if __name__ == "__main__":
    sys.exit(main())
