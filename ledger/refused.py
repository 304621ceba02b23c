"""How input is refused: every fault named, none of the input taken."""

from difflib import get_close_matches


class Refused(Exception):
    """Input that is refused. `faults` has a line for each: where, what is wrong, what is allowed.

    Raised at the border (files, tapes, command lines) before anything is changed; inside the engine
    a command is refused by an event instead.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults: tuple[str, ...] = faults


def nearest(name: str, known: list[str]) -> str:
    """What may have been meant: the nearest names, or all known ones."""
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"nearest: {', '.join(close)}"
    return f"allowed: {', '.join(known)}" if known else "none exist"
