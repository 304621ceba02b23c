"""How a command ends, and the one line on stderr that says why."""

import sys
from typing import Final

DONE: Final = 0
FAILED: Final = 1
REFUSED: Final = 2
FAULTY: Final = 3
IN_USE: Final = 4
INTERRUPTED: Final = 130


class RunFailed(Exception):
    """What was begun came to an end by an error; the message names it."""


def complain(*lines: str) -> None:
    """One line each to stderr; nobody listening there is no fault."""
    try:
        for line in lines:
            print(f"tightrope: {line}", file=sys.stderr)
    except OSError:
        pass
