"""What is wrong in a table of prices, and what was done about it: every row that did not become a
bar exactly as written is reported with its line."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.refused import Refused

MOST_FAULTS = 400_000
"""A year of one-minute bars of an illiquid coin has about 100,000 gaps; no price table has more."""


class FaultKind(StrEnum):
    """Words of the report and of `--json`."""

    UNREADABLE = "unreadable"
    """A field is not a time or a number, or there are too many or too few fields."""
    EMPTY = "empty"
    """A row without prices."""
    TOO_LARGE = "too_large"
    ORDER = "order"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """Two different bars for one time."""
    NOT_POSITIVE = "not_positive"
    SWAPPED = "swapped"
    """The high is below the low."""
    OUTSIDE = "outside"
    """Open or close is beyond high or low."""
    MOVED = "moved"
    """Stamped with something other than the bar's open or its day."""
    UNKNOWN_VOLUME = "unknown_volume"
    """The row has no volume, though others do."""
    TOO_FINE = "too_fine"
    SKIPPED_HOUR = "skipped_hour"
    """A local time in the hour skipped when summer time begins."""
    OVERLAP = "overlap"
    """A bar begins before the previous one has ended."""
    GAP = "gap"
    MIXED = "mixed"
    """Bars of another interval among the others."""
    WICK = "wick"
    JUMP = "jump"
    NO_VOLUME = "no_volume"
    CLOSED = "closed"
    """Weekdays without a bar: a holiday, or missing data."""
    ROUNDED = "rounded"


NOTES = frozenset({FaultKind.NO_VOLUME, FaultKind.CLOSED, FaultKind.ROUNDED})
"""Reported, but not a reason to refuse a file: markets have holidays and quiet minutes."""

DOUBTS = frozenset(
    {FaultKind.GAP, FaultKind.MIXED, FaultKind.WICK, FaultKind.JUMP, FaultKind.UNKNOWN_VOLUME}
)
"""Looks wrong, but was left as it is: crashes and trading halts look the same."""


@dataclass(frozen=True, slots=True)
class TapeFault:
    """One fault, in one line or in a run of lines up to `last_line`."""

    kind: FaultKind
    line: int
    last_line: int
    what: str
    done: str

    @property
    def is_note(self) -> bool:
        """Whether a strict import ignores it."""
        return self.kind in NOTES

    @property
    def changed_nothing(self) -> bool:
        """Whether the bars are still exactly those of the file."""
        return self.is_note or self.kind in DOUBTS

    @property
    def rows(self) -> int:
        """The number of lines it covers."""
        return self.last_line - self.line + 1

    def __str__(self) -> str:
        lines = f"line {self.line}"
        if self.last_line > self.line:
            lines = f"lines {self.line}-{self.last_line}"
        return f"{lines}: {self.what}: {self.done}"


class Faults:
    """Collects faults; neighbouring lines with the same fault become one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[TapeFault] = []

    def note(self, kind: FaultKind, line: int, what: str, done: str) -> None:
        """Record a fault. Raises `Refused` if there are too many."""
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
                f"{self._name}: more than {MOST_FAULTS:,} faults, the last in line {line}; "
                "split the file, or check that it is a table of prices"
            )
        self._found.append(TapeFault(kind, line, line, what, done))

    def by_line(self) -> tuple[TapeFault, ...]:
        """All faults by line."""
        return tuple(sorted(self._found, key=lambda fault: (fault.line, fault.last_line)))
