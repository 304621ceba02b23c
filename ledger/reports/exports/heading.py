"""What an exported file says of itself."""

from ledger import __version__
from ledger.reports.exports.record import Record
from ledger.text import clean

EDUCATION = "Paper money, for education: no real trade stands behind it."
_LONGEST = 200


def heading(record: Record, program: str = "") -> list[str]:
    """Lines of plain text; `program` checks the file."""
    lines = [
        f"{clean(record.account, _LONGEST)}, exported by Tightrope {__version__}",
        EDUCATION,
        f"Rule book: {clean(record.venue, _LONGEST)}; money: {clean(record.currency, _LONGEST)}",
        f"Events 1 to {record.events}, {record.first} to {record.last} (UTC)",
        f"Checksum of the last event, which covers those before it: {record.hash}",
    ]
    if record.forked is not None:
        parent, seq = record.forked
        lines.append(f"Events 1 to {seq} are those of {clean(parent, _LONGEST)}, its parent")
    if program:
        lines.append(f"Check it with: {program}")
    return lines
