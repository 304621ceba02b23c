"""Accounts begun from a rehearsal file of the user's own, and how such a file is recognised.

An account stores the mark of its file, which has the path and a fingerprint of the text. A file
that was edited since counts as another rehearsal: it begins another account.
"""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.practice.accounts.names import FILE_MARK, slug
from ledger.practice.library.files import read_text
from ledger.practice.rehearsals.rehearsal import Action, Rehearsal, read_rehearsal
from ledger.practice.rehearsals.windows import at_window, fate_at
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import Session
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import Time

_DIGITS = 16
"""Digits of the fingerprint in a mark."""


@dataclass(frozen=True, slots=True)
class OwnRehearsal:
    """A rehearsal file that was read and checked. `mark` identifies it."""

    mark: str
    path: Path
    rehearsal: Rehearsal

    @property
    def name(self) -> str:
        """The default name of an account that begins with it."""
        return slug(self.path.stem)

    @property
    def fate(self) -> tuple[Action, ...]:
        """What happens by itself, from the file's own start: everything in a scenario, or in a
        file with a deck; nothing in others, whose actions wait for the trader."""
        actions = self.rehearsal.actions
        drawn = any(not action.index for action in actions)
        return actions if self.rehearsal.scenario is not None or drawn else ()

    def fate_from(self, start: Time) -> tuple[Action, ...]:
        """The same in an account that was begun at a start which its seed drew."""
        return fate_at(self.rehearsal, start) if self.fate else ()


def own_rehearsal(path: Path) -> OwnRehearsal:
    """The rehearsal file at a path. Raises `Refused` with every fault."""
    text = read_text(path, str(path))
    return OwnRehearsal(_mark(path, text), path, read_rehearsal(text, path))


def file_behind(mark: str) -> OwnRehearsal | None:
    """The file from which an account was begun; `None` for an account begun otherwise.

    Raises `Refused` if the file is gone, or has changed.
    """
    if not mark.startswith(FILE_MARK):
        return None
    path = Path(mark.removeprefix(FILE_MARK).partition("/")[2])
    text = read_text(path, str(path))
    if _mark(path, text) != mark:
        raise Refused(f"{clean(str(path), 200)}: the file has changed since this account began")
    return OwnRehearsal(mark, path, read_rehearsal(text, path))


def take_up(
    file: OwnRehearsal, ledger: Path | None, *, again: bool = False, seed: int | None = None
) -> Session:
    """The account that this file began and that has not ended, or a new one.

    `again` begins a new one in any case; `seed` draws its start where the file has several, by
    default the file's own. Raises as `begin` and `resume`.
    """
    begun = None if again else _begun_from(file, ledger)
    if begun is not None and ledger is not None:
        return resume(ledger, begun)
    begins = at_window(file.rehearsal, file.rehearsal.seed if seed is None else seed)
    return begin(begins, ledger, file.name, partial(_first_step, file))


def _first_step(file: OwnRehearsal, session: Session) -> None:
    session.rehearsal = file.mark
    session.fate = file.fate_from(session.timeline.start)
    if session.fate:
        session.advance()


def _mark(path: Path, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    return f"{FILE_MARK}{digest}/{path.resolve()}"


def _begun_from(file: OwnRehearsal, ledger: Path | None) -> str | None:
    """The last account begun from this very file that is still open."""
    if ledger is None or not ledger.exists():
        return None
    with Ledger.open(ledger, read_only=True) as opened, ledger_errors(ledger):
        for branch in reversed(opened.branches()):
            place = opened.place(branch.id) or {}
            same = place.get("rehearsal") == file.mark and branch.parent_id is None
            if same and not branch.archived and not place.get("ended"):
                return branch.called
    return None
