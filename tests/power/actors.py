"""Who keeps an account while kills, power cuts and disk errors fall: the desk's own way.

`canaries.py` has those that do it wrong.
"""

import traceback
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ledger.books.checks.doctor import examine
from ledger.books.file.connect import connect_reader
from ledger.books.file.errors import LedgerError
from ledger.practice.sessions.session import Session
from ledger.refused import Refused
from tests.power.stories import LEDGER, Promise, Story, enter, go_on

End = tuple[str, int, str]
"""An account's name, its last event and the checksum of all of them."""


class Desk:
    """The program as it is: begins or takes up the account, plays to the end, closes."""

    name = "sound"
    caught_by: tuple[str, ...] = ()
    """The proofs that must find it wanting."""

    def act(self, folder: Path, story: Story, chance: Random, promise: Promise) -> None:
        """Live the story, or what is left of it."""
        session = enter(folder, story)
        try:
            promise(session.published_seq)
            self.spoil(session, promise)
            go_on(session, story, chance, promise)
        finally:
            session.close()

    def spoil(self, session: Session, promise: Promise) -> None:
        """Where a canary does it wrong."""

    def last(self, story: Story) -> int:
        """The number of the last event of a run that nothing hinders."""
        end = unhindered(story)
        assert end is not None
        return end[1]

    def left(
        self,
        folder: Path,
        story: Story,
        promised: int,
        chance: Random,
        *,
        on: bool = True,
        killed: bool = True,
    ) -> list[str]:
        """What is wrong with what is left: refused, lost, broken, or (gone `on` with) different.

        Where it was `killed` and not cut off, nothing may lie beside the ledger.
        """
        try:
            return list(_faults(folder, story, promised, chance, on, killed))
        except Exception:  # noqa: BLE001 - whatever it is, a person would have seen it
            return [f"it ends in a traceback: {traceback.format_exc(limit=-4)}"]


def _faults(
    folder: Path, story: Story, promised: int, chance: Random, on: bool, killed: bool
) -> Iterator[str]:
    path = folder / LEDGER
    hot = bool(promised) and chance.random() < 0.5
    if hot:  # as it lies there, before a desk has mended its log
        yield from doctor(path)
    try:
        session = enter(folder, story) if on or promised or path.exists() else None
    except (LedgerError, Refused) as fault:
        yield f"the desk refuses it: {fault}"
        return
    if session is None:
        return
    if session.only_looks:
        session.close()
        yield f"it may only be looked at: {session.failure}"
        return
    if session.account.seq < promised:
        yield f"{promised} was promised, {session.account.seq} is kept"
    if on:
        try:
            go_on(session, story, chance, lambda _: None)
        finally:
            session.close()
    else:
        session.close()
    beside = [file.name for file in path.parent.iterdir() if file != path]
    if not killed:  # of what the disk was to forget, a first start's hidden files stop nothing
        beside = [name for name in beside if not name.startswith(".")]
    if beside:
        yield f"left lying: {beside}"
    if on or not hot:
        yield from doctor(path)  # which leaves a -shm, as every reader does
    ended, meant = end_of(path), unhindered(story)
    if on and ended != meant:
        yield f"it went on to {ended}, unhindered it is {meant}"


def doctor(path: Path) -> list[str]:
    """What `tightrope doctor --deep` finds."""
    return [f"{check.name}: {check.detail}" for check in examine(path, deep=True) if not check.ok]


def end_of(path: Path) -> End | None:
    """The account that was written last, as it stands on record."""
    with suppress(LedgerError), closing(connect_reader(path)) as db:
        row = db.execute(
            "SELECT account, seq, hash FROM events ORDER BY branch_id DESC, seq DESC LIMIT 1"
        ).fetchone()
        return row and tuple(row)
    return None


@cache
def unhindered(story: Story) -> End | None:
    """The end that nothing kept from coming."""
    with TemporaryDirectory() as folder:
        Desk().act(Path(folder), story, Random(0), lambda _: None)
        return end_of(Path(folder) / LEDGER)
