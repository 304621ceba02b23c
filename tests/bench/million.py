"""A ledger of a million events: `python -m tests.bench.million [LEDGER] [--events N]`.

How long everything takes that a person does with a ledger of that size, beside what is promised:
the desk until its first picture and its ledger screen, the pages of `tightrope ledger`, `doctor`.
The ledger is played first if it is not there (minutes; in memory-backed storage sooner), by one
account or by `--accounts`; its tape lies beside it. `cpu` is what the command took of a core, which
a busy machine changes little; `memory` the largest of its processes. `--deep` lives it all again.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.bench.long_account import live, rehearsal
from tests.bench.stage import compiled, desk
from tests.cli.driving import installed
from tests.terminal import Terminal
from tui.cli.output import say

OPENED, DOCTOR, PAGE, MEMORY = 1.0, 5.0, 0.2, 200
"""Seconds, and megabytes, that are promised at a million events."""
_WHERE = re.compile(r"No [0-9,]+ to [0-9,]+")
LIMIT = "500"
"""Events of a page: as many as the desk's."""


@dataclass(frozen=True, slots=True)
class Run:
    """What something took: seconds on the clock and of a core, and megabytes."""

    seconds: float
    cpu: float
    memory: float

    def told(self, what: str, promised: float | None) -> str:
        """A line of the table."""
        beside = "" if promised is None else f"   promised {promised:.1f} s, {MEMORY} MB"
        return (
            f"{what:<34}{self.seconds:8.2f} s   cpu {self.cpu:6.2f} s   "
            f"memory {self.memory:5.0f} MB{beside}"
        )


def main() -> None:
    """Make what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ledger", nargs="?", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=1)
    parser.add_argument("--deep", action="store_true")
    given = parser.parse_args()
    with _place(given.ledger) as ledger:
        if not ledger.exists():
            make(ledger, given.events, given.accounts)
        say(f"{ledger.stat().st_size / 1e6:,.0f} MB")
        for line in measured(ledger, deep=given.deep):
            say(line)
            sys.stdout.flush()


@contextmanager
def _place(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given.absolute()
        return
    with TemporaryDirectory() as folder:
        yield Path(folder) / "ledger.db"


def make(ledger: Path, events: int, accounts: int) -> None:
    """So many events in all, an equal share in each account; told as it goes on."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    plan = rehearsal(ledger.parent, 20_000 if accounts == 1 else 200)
    begun, share, told = monotonic(), -(-events // accounts), 0
    for number in range(1, accounts + 1):
        for seq in live(plan, ledger, f"long-{number}", share):
            made = (number - 1) * share + seq
            if made - told >= 50_000:
                told = made
                say(f"{made:,} of {events:,} events after {monotonic() - begun:.0f} s")
                sys.stdout.flush()


def measured(ledger: Path, *, deep: bool) -> Iterator[str]:
    """The lines of the table, as they become known."""
    run(ledger, "status")  # compiles what is not, and is not counted
    newest = run(ledger, "ledger", "--limit", "1", "--json")[1]
    middle = str(int(newest.split(b":")[1].split(b",")[0]) // 2)
    for what, *asked in (
        ("status",),
        ("ledger, the newest page", "--limit", LIMIT),
        ("ledger, the first page", "--limit", LIMIT, "--after", "0"),
        ("ledger, a page in the middle", "--limit", LIMIT, "--before", middle),
        ("the same as JSON", "--limit", LIMIT, "--before", middle, "--json"),
        ("ledger, the newest of a kind", "--limit", LIMIT, "--kind", "INTRST"),
        ("ledger, a kind that is rare", "--limit", LIMIT, "--kind", "CALL"),
    ):
        command = "status" if what == "status" else "ledger"
        yield run(ledger, command, *asked)[0].told(what, PAGE)
    yield run(ledger, "ledger", "--json")[0].told("ledger, all of it as JSON", None)
    yield from on_the_desk(ledger)
    yield run(ledger, "doctor")[0].told("doctor", DOCTOR)
    if deep:
        yield run(ledger, "doctor", "--deep")[0].told("doctor --deep", None)
    with TemporaryDirectory(dir=ledger.parent) as folder:
        copied = run(ledger, "backup", str(Path(folder) / "copy.db"))[0]
    yield copied.told("backup", None)


def run(ledger: Path, *arguments: str) -> tuple[Run, bytes]:
    """A command as a process of its own: what it took, and what it wrote."""
    begun = monotonic()
    with subprocess.Popen(
        [str(installed()), "--ledger", str(ledger), *arguments],
        stdout=subprocess.PIPE,
        env=compiled(),
    ) as process:
        assert process.stdout is not None
        first = process.stdout.read(100)
        while process.stdout.read(1 << 20):
            pass
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    took = Run(monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return took, first


def on_the_desk(ledger: Path) -> Iterator[str]:
    """The desk with the account taken up, and its ledger screen: each key until it is answered."""
    with desk(ledger) as terminal:
        terminal.wait_for(">3 Positions", patience=60)
        shown = monotonic() - terminal.started
        yield Run(shown, *_used(terminal)).told("the desk, to its first picture", OPENED)
        for key, what in (
            ("L", "L: the ledger screen"),
            ("o", "o: the page before"),
            ("O", "O: the oldest page"),
            ("w", "w: the page after it"),
            ("W", "W: the newest page"),
            ("f", "f: of a kind"),
        ):
            cpu, _ = _used(terminal)
            seconds = _answered(terminal, key)
            after, memory = _used(terminal)
            yield Run(seconds, after - cpu, memory).told(what, PAGE)
        terminal.press("\x1b")
        terminal.wait_for(">3 Positions")
        terminal.press("q")
        begun = monotonic()
        terminal.wait_end()
        yield Run(monotonic() - begun, 0, 0).told("q: until the process has ended", None)


def _answered(terminal: Terminal, key: str) -> float:
    """Seconds until the screen says of another page where in the record it lies."""
    before = terminal.screen.lines[0]
    terminal.press(key)
    return terminal.wait_for(
        lambda screen: screen.lines[0] != before and bool(_WHERE.search(screen.lines[0]))
    )


def _used(terminal: Terminal) -> tuple[float, float]:
    """Seconds of a core and megabytes at most, of the program so far; zeros where nobody tells."""
    of = Path(f"/proc/{terminal.process.pid}")
    if not of.exists():
        return 0.0, 0.0
    ticks = (of / "stat").read_text().rpartition(")")[2].split()[11:13]
    peak = (of / "status").read_text().partition("VmHWM:")[2].split()[0]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), int(peak) / 1024


if __name__ == "__main__":
    main()
