"""Commands that only write something down: a note, and the end of blind play."""

from dataclasses import dataclass

from ledger.frozen import quick
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class AddNote:
    """Write into the journal; the fields are those of `NoteAdded`."""

    text: str
    tags: tuple[str, ...] = ()
    symbol: str | None = None
    trade: int | None = None
    revises: int | None = None
    before: bool = False
    untags: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True)
class Reveal:
    """Show what a blind account hides: the fields of `Revealed`, which only its setup knows."""

    symbols: dict[str, str]
    tapes: dict[str, str]
    factor: int
    true_time: Time
