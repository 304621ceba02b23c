"""An account in another program's form, written to a file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.practice.exports.read_record import Progress, record_in
from ledger.practice.exports.whole_file import write_lines
from ledger.reports.exports.beancount import beancount
from ledger.reports.exports.hledger import hledger, ledger_cli
from ledger.reports.exports.lots import NotInLots, beancount_lots
from ledger.reports.exports.record import Entry, Record

Writer = Callable[[Record, Iterable[Entry]], Iterator[str]]

LOTS = "beancount-lots"
"""The second form of `beancount`."""

BOOKS: Mapping[str, Writer] = {
    "beancount": beancount,
    LOTS: beancount_lots,
    "hledger": hledger,
    "ledger": ledger_cli,
}
"""Forms of plain-text accounting."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and how much of it."""

    path: Path
    account: str
    events: int
    entries: int
    """Events that moved something."""
    moves: int


def export_books(
    ledger: Path, account: str | None, form: str, target: Path, progress: Progress
) -> Exported:
    """Write an account, or the one used last, as `form`. Raises `Refused`."""
    with record_in(ledger, account) as reader:
        count = _Count()
        entries = count.over(reader.entries(progress))
        try:
            write_lines(target, BOOKS[form](reader.record, entries))
        except NotInLots as fault:
            raise reader.damaged(str(fault)) from None
        record = reader.record
    return Exported(target, record.account, record.events, count.entries, count.moves)


class _Count:
    """Counts what goes by."""

    def __init__(self) -> None:
        self.entries = self.moves = 0

    def over(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self.entries += bool(entry.moves)
            self.moves += len(entry.moves)
            yield entry
