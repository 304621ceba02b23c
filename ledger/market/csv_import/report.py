"""What is wrong in a table of prices, and what was done about it: every row that did not become a
bar as it stands is told here with its line."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.refused import Refused

MOST_FAULTS = 400_000
"""A year of minutes of a coin that few trade has a hundred thousand holes; more is no table."""


class FaultKind(StrEnum):
    """Words of the report and of `--json`."""

    UNREADABLE = "unreadable"
    """A field that is no time or no number, or too many or too few of them."""
    EMPTY = "empty"
    """A row without prices."""
    TOO_LARGE = "too_large"
    ORDER = "order"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """Two bars of one time."""
    NOT_POSITIVE = "not_positive"
    SWAPPED = "swapped"
    """The high below the low."""
    OUTSIDE = "outside"
    """Open or close beyond high or low."""
    MOVED = "moved"
    """Stamped otherwise than with the begin of the bar, or with its day."""
    UNKNOWN_VOLUME = "unknown_volume"
    """No volume is written, where other rows have one."""
    TOO_FINE = "too_fine"
    SKIPPED_HOUR = "skipped_hour"
    """A local time of the hour that is left out when summer time begins."""
    OVERLAP = "overlap"
    """A bar that begins before the one before has ended."""
    GAP = "gap"
    MIXED = "mixed"
    """Bars of another length among the others."""
    WICK = "wick"
    JUMP = "jump"
    NO_VOLUME = "no_volume"
    CLOSED = "closed"
    """Weekdays without a bar: a holiday, or missing."""
    ROUNDED = "rounded"


NOTES = frozenset({FaultKind.NO_VOLUME, FaultKind.CLOSED, FaultKind.ROUNDED})
"""Told, but no reason to refuse a file: markets have holidays and quiet minutes."""

DOUBTS = frozenset(
    {FaultKind.GAP, FaultKind.MIXED, FaultKind.WICK, FaultKind.JUMP, FaultKind.UNKNOWN_VOLUME}
)
"""What looks wrong and was left as it stands: crashes and halts look so too."""


@dataclass(frozen=True, slots=True)
class TapeFault:
    """One fault, of one line or of a run of lines up to `last_line`."""

    kind: FaultKind
    line: int
    last_line: int
    what: str
    done: str

    @property
    def is_note(self) -> bool:
        """Whether a strict import passes over it."""
        return self.kind in NOTES

    @property
    def changed_nothing(self) -> bool:
        """Whether the bars are those of the file all the same."""
        return self.is_note or self.kind in DOUBTS

    @property
    def rows(self) -> int:
        """How many lines it is of."""
        return self.last_line - self.line + 1

    def __str__(self) -> str:
        lines = f"line {self.line}"
        if self.last_line > self.line:
            lines = f"lines {self.line}-{self.last_line}"
        return f"{lines}: {self.what}: {self.done}"


class Faults:
    """Collects faults; neighbouring lines with the same words become one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[TapeFault] = []

    def note(self, kind: FaultKind, line: int, what: str, done: str) -> None:
        """One more. Raises `Refused` when there are too many."""
        if self._found:
            last = self._found[-1]
            if last.last_line + 1 == line and (kind, what, done) == (
                last.kind,
                last.what,
                last.done,
            ):
                self._found[-1] = replace(last, last_line=line)
                return
        if len(self._found) >= MOST_FAULTS:
            raise Refused(
                f"{self._name}: more than {MOST_FAULTS} faults, the last in line {line}; "
                "allowed: so many: cut the file in parts"
            )
        self._found.append(TapeFault(kind, line, line, what, done))

    def told(self) -> tuple[TapeFault, ...]:
        """All of them by line."""
        return tuple(sorted(self._found, key=lambda fault: (fault.line, fault.last_line)))
