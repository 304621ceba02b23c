"""Notes and tags written into an account's record, from a screen or the command line.

An account that is archived, or whose tapes have ended, takes notes like any other.
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from ledger.account.commands import AddNote, PickLots
from ledger.account.events.kinds import ActionRefused
from ledger.practice.sessions.open_session import resume
from ledger.practice.sessions.session import Session
from ledger.refused import Refused
from ledger.reports.trades.trade import Trade
from ledger.text import clean, dropped

T = TypeVar("T", bound=AddNote | PickLots)

LONGEST_NOTE = 10_000
"""Characters of one note."""


def note_on(trade: Trade, text: str, tags: Sequence[str] = ()) -> AddNote:
    """A note on a trade. Raises `Refused` if nothing is written."""
    return AddNote(text=worded(text), tags=tuple(tags), symbol=trade.symbol, trade=trade.opened_seq)


def note_before(
    symbols: Collection[str], symbol: str | None, text: str, tags: Sequence[str] = ()
) -> AddNote:
    """A note that waits for the next trade in a symbol of an account, which may be left out if it
    has one only. Raises `Refused` for another."""
    if symbol is None and len(symbols) == 1:
        symbol = next(iter(symbols))
    if symbol is None or symbol not in symbols:
        listed = ", ".join(clean(each, 40) for each in symbols)
        raise Refused(f"--symbol: say which one is traded next; allowed: {listed}")
    return AddNote(text=worded(text), tags=tuple(tags), symbol=symbol, before=True)


def revision(trade: Trade, number: int, text: str, tags: Sequence[str] | None = None) -> AddNote:
    """A new text for a note of a trade, found by its number or that of a revision; tags that are
    not given stay. Raises `Refused` if there is no such note."""
    for note in trade.notes:
        numbers = {note.seq, *(past.seq for past in note.past)}
        if number in numbers | ({note.revised[0]} if note.revised else set()):
            return AddNote(
                text=worded(text),
                tags=note.tags if tags is None else tuple(tags),
                symbol=trade.symbol,
                revises=note.seq,
            )
    known = ", ".join(str(note.seq) for note in trade.notes if note.text)
    raise Refused(f"trade {trade.number} has no note {number}; allowed: {known or 'none yet'}")


def tagging(trade: Trade, tags: Sequence[str], *, off: bool = False) -> AddNote:
    """Tags given to a trade, or taken off. Raises `Refused` where that would change nothing."""
    if not tags:
        raise Refused("TAG: a tag is missing")
    if off:
        unknown = [tag for tag in tags if tag not in trade.tags]
        if unknown:
            has = ", ".join(trade.tags) or "none"
            raise Refused(f"trade {trade.number} is not tagged {unknown[0]}; its tags: {has}")
        return AddNote(text="", untags=tuple(tags), symbol=trade.symbol, trade=trade.opened_seq)
    new = tuple(tag for tag in tags if tag not in trade.tags)
    if not new:
        raise Refused(f"trade {trade.number} is tagged {', '.join(tags)} already")
    return AddNote(text="", tags=new, symbol=trade.symbol, trade=trade.opened_seq)


def write(path: Path, account: str | None, made: Callable[[Session], T]) -> T:
    """Record what is `made` for an account, which is not open elsewhere. Raises `Refused`, and what
    `Ledger.open` raises."""
    session = resume(path, account)
    try:
        command = made(session)
        send(session, command)
    finally:
        session.close()
    return command


def send(session: Session, command: AddNote | PickLots) -> None:
    """Record it in an open session. Raises `Refused` with the engine's reason."""
    refused = next((x for x in session.send(command) if isinstance(x, ActionRefused)), None)
    if refused is not None:
        raise Refused(refused.reason)


def worded(text: str) -> str:
    """A note as it is kept. Raises `Refused` for one that is empty or too long, or has characters
    that nobody would see."""
    if hidden := dropped(text):
        raise Refused(f"TEXT: {hidden} cannot be shown; leave that character out")
    lines = [line.rstrip() for line in clean(text, len(text), newlines=True).split("\n")]
    kept = "\n".join(lines).strip("\n")
    if not kept.strip():
        raise Refused("TEXT: the note is empty")
    if len(kept) > LONGEST_NOTE:
        raise Refused(f"TEXT: a note has at most {LONGEST_NOTE:,} characters")
    return kept
