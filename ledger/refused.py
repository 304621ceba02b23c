"""How input is refused: every fault named, nothing of it taken."""

from difflib import get_close_matches


class Refused(Exception):
    """Input that is not taken. `faults` has a line for each: where, what is wrong, what is allowed.

    Raised at the border (files, tapes, command lines) before anything was changed; inside the
    engine a wish is refused by an event instead.
    """

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults: tuple[str, ...] = faults


def nearest(name: str, known: list[str]) -> str:
    """What may have been meant: the nearest names, or all that there are."""
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"nearest: {', '.join(close)}"
    return f"allowed: {', '.join(known)}" if known else "none exist"
