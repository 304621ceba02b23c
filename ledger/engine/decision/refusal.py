"""What ends a decision early: the command is refused and leaves no trace but the refusal."""

from decimal import Decimal


class Refusal(Exception):
    """Why a command is refused, and the largest quantity that would pass, if there is one."""

    def __init__(self, reason: str, largest: Decimal | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.largest = largest


class WrongSize(Refusal):
    """A size that no order in this instrument can have, whatever the margin."""
