"""What can be opened: the last account, or a rehearsal of those that are shipped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.market.faults import Refused
from ledger.practice.files import assets
from ledger.practice.opening import begin, resume
from ledger.practice.reading import reading
from tui.screens.desk_parts import Opened

if TYPE_CHECKING:
    from ledger.practice.rehearsal import Rehearsal
    from ledger.practice.script import Script
    from ledger.practice.session import Session

_FIRST = "first-call"
_PAST = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """A rehearsal as the first screen lists it."""

    id: str
    title: str
    told: str
    file: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A market that was made up on the desk, checked and ready to begin."""

    id: str
    rehearsal: Rehearsal


class Door:
    """Opens sessions in one ledger, or in memory where there is none.

    Raises `Refused` or a `LedgerError` for what cannot be opened; the message says why.
    """

    def __init__(self, ledger: Path | None) -> None:
        self._ledger = ledger

    def last(self, account: str | None) -> Opened | None:
        """The account that is named or was used last; nothing where there is none yet."""
        if self._ledger is None or (account is None and not self._has_account()):
            return None
        session = resume(self._ledger, account)
        return Opened(session, self._ledger, self._past(session.account.name))

    def _has_account(self) -> bool:
        assert self._ledger is not None
        if not self._ledger.exists():
            return False
        try:
            with reading(self._ledger, None):
                return True
        except Refused:
            return False

    def _past(self, account: str) -> tuple[dict[str, object], ...]:
        assert self._ledger is not None
        with reading(self._ledger, account) as kept:
            return tuple(kept.events(last=_PAST))

    def offers(self) -> list[Offer]:
        """The rehearsals that are shipped, the guided one first."""
        files = sorted((assets() / "rehearsals").glob("*.toml"))
        found = [_offer(file) for file in files]
        return sorted(found, key=lambda offer: (offer.id != _FIRST, offer.title))

    def begin(self, chosen: Offer | Made) -> Opened:
        """A new account for it. On a made-up market its first money is paid in at once."""
        if isinstance(chosen, Made):
            session = begin(chosen.rehearsal, self._ledger, chosen.id)
            session.advance()
            for action in chosen.rehearsal.actions:
                session.send(action.command)
            session.commit().result()
        else:
            from ledger.practice.rehearsal import load_rehearsal

            session = begin(load_rehearsal(chosen.file), self._ledger, chosen.id)
            session.rehearsal = chosen.id
        past = self._past(session.account.name) if self._ledger is not None else ()
        return Opened(session, self._ledger, past)


def script_of(session: Session) -> Script | None:
    """The script of the shipped rehearsal that an account was begun with; loaded when asked for.

    Raises `Refused` when the rehearsal cannot be read any more.
    """
    file = assets() / "rehearsals" / f"{session.rehearsal}.toml"
    if not session.rehearsal or not file.is_file():
        return None
    from ledger.practice.rehearsal import load_rehearsal
    from ledger.practice.script import Script

    return Script(load_rehearsal(file).actions, session.script_done)


def _offer(file: Path) -> Offer:
    """Its title and the words above it; nothing of it is checked before it is chosen."""
    import tomllib  # only for the list, which a resumed account never shows

    text = file.read_text("utf-8")
    comment = [line.removeprefix("#").strip() for line in text.split("\n") if line.startswith("#")]
    title = str(tomllib.loads(text).get("title", file.stem))
    return Offer(file.stem, title, " ".join(comment), file)
