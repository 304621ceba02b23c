"""Fuzzing: `python -m tests.fuzz --target rehearsal|rulebook|tape|ledger --runs N --seed S`.

An input that ends in anything but a refusal is told with where it ended, and kept in a folder. One
that is still being read after a minute ends the run, with the lines at which it stands; it is kept
as `reading`. Ends with 1 where there was a finding.
"""

import argparse
import faulthandler
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from tests.fuzz.run import Hunt, hunt
from tests.fuzz.targets import TARGETS

_TOLD_EVERY = 20
"""Seconds between two lines about how far it is."""
_LONGEST = 60
"""Seconds for one input."""


def main(arguments: list[str] | None = None) -> int:
    """Read many inputs. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--target", choices=list(TARGETS), required=True)
    parser.add_argument("--runs", type=int, default=10_000, help="inputs (10000)")
    parser.add_argument("--seed", type=int, default=1, help="of the dice (1)")
    parser.add_argument("--keep", type=Path, help="a folder for inputs that are findings")
    wanted = parser.parse_args(arguments)
    keep = wanted.keep or Path(mkdtemp(prefix="fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)

    def reading(data: bytes) -> None:
        (keep / "reading").write_bytes(data)
        faulthandler.dump_traceback_later(_LONGEST, exit=True)

    told, found = time.monotonic(), Hunt()
    with TemporaryDirectory() as folder:
        target = TARGETS[wanted.target](Path(folder))
        for found in hunt(target, wanted.runs, wanted.seed, reading):
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                _say(_line(wanted.target, found))
    faulthandler.cancel_dump_traceback_later()
    for number, (where, finding) in enumerate(found.findings.items()):
        file = keep / f"{wanted.target}-{number}"
        file.write_bytes(finding.data)
        _say(f"{where}, {found.often[where]} times: {finding.told!a}", f"  kept as {file}")
    _say(_line(wanted.target, found))
    return int(bool(found.findings))


def _line(target: str, found: Hunt) -> str:
    return (
        f"{target}: {found.runs} inputs ({found.read} taken), {len(found.steps)} steps of ours "
        f"reached, {len(found.corpus)} kept, at most {found.largest_growth / 1e6:.0f} MB for one, "
        f"{len(found.findings)} findings"
    )


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
