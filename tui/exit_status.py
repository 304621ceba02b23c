"""How a command ends."""

from typing import Final

DONE: Final = 0
FAILED: Final = 1
REFUSED: Final = 2
FAULTY: Final = 3
IN_USE: Final = 4
INTERRUPTED: Final = 130


class RunFailed(Exception):
    """A command that had begun ended in an error; the message names it."""
