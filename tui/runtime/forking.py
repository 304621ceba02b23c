"""Forks from the desk: another line from a decision, back to the account that it left, and what
the two have come to.

A ledger has one writer: the session on the desk lets go of it first, unless what is wanted cannot
be done; then the desk stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.books.file.errors import LedgerError
from ledger.refused import Refused
from tui.runtime.opener import Door

if TYPE_CHECKING:
    from ledger.practice.forks.compare import Comparison, Course
    from ledger.practice.sessions.session import Session
    from tui.runtime.opened import Opened

TRUNK, COMPARE = "trunk", "compare"
"""Where the desk may ask to go, beside a decision to try again."""


@dataclass(frozen=True, slots=True)
class Try:
    """A decision to take otherwise, by the number of an event of it; by rule if one is named."""

    seq: int
    ready: str = ""


@dataclass(frozen=True, slots=True)
class Into:
    """A line that exists: an account to go on with."""

    account: str


Target = str | Try | Into
"""What may be asked for: a page or the trunk by a word, a decision to try again, another line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to put on the desk, `None` to leave it as it is; what to say; and what to compare."""

    opened: Opened | None = None
    sentence: str = ""
    pair: tuple[str, str] | None = None


class Forking:
    """What is done with forks of the account on the desk. Nothing here raises `Refused`."""

    def __init__(self, ledger: Path, session: Session, let_go: Callable[[], object]) -> None:
        self._ledger, self._session, self._let_go = ledger, session, let_go
        self._here = session.account.name

    def go(self, target: Target) -> Outcome:
        """Try a decision again, enter another line, go back to the trunk, or say what to
        compare."""
        try:
            if isinstance(target, Try):
                return self._tried(target)
            if isinstance(target, Into):
                self._let_go()
                where = f"You are in {target.account}. T goes back to the account that it left."
                return Outcome(Door(self._ledger).go_on(target.account), where)
            return self._compared() if target == COMPARE else self._back()
        except (Refused, LedgerError) as fault:
            return Outcome(sentence=_sentence(fault))

    def _tried(self, attempt: Try) -> Outcome:
        from ledger.practice.forks.fork import begin_fork, check_ended, decision_at, trunk_in
        from ledger.practice.forks.ready import Ready, make_ready

        with trunk_in(self._ledger, self._here, read_only=True) as trunk:
            check_ended(trunk)
            if not attempt.ready:
                decision_at(trunk, attempt.seq)
        self._let_go()
        door = Door(self._ledger)
        try:
            if not attempt.ready:
                session = begin_fork(self._ledger, self._here, attempt.seq)
                session.close()
                notice = f"You are in a {session.fork}; that decision is undone. T goes back."
                return Outcome(door.last(session.account.name), notice)
            made = make_ready(self._ledger, self._here, attempt.seq, Ready(attempt.ready))
        except (Refused, LedgerError) as fault:
            return Outcome(door.last(self._here), _sentence(fault))
        left = f"; {len(made.untold)} of your later commands came to nothing" if made.untold else ""
        notice = f"{made.name} was made and run to here{left}. It is among your accounts."
        return Outcome(door.last(self._here), notice, (self._here, made.name))

    def _back(self) -> Outcome:
        fork = self._session.fork
        if fork is None:
            return Outcome(sentence="This is no fork: L, then T on a decision, tries another line.")
        self._let_go()
        return Outcome(Door(self._ledger).go_on(fork.parent), f"Back in {fork.parent}.")

    def _compared(self) -> Outcome:
        """A fork with what it left; an account with its twin, or with the fork that was made of it
        last."""
        from ledger.practice.accounts.overview import accounts

        fork, twin = self._session.fork, self._session.twin
        if fork is not None:
            return Outcome(pair=(fork.parent, self._here))
        if twin is not None:
            return Outcome(pair=(self._here, twin.session.account.name))
        made = [row.account for row in accounts(self._ledger) if row.parent == self._here]
        if not made:
            return Outcome(sentence="No fork of this account yet: L, then T on a decision.")
        return Outcome(pair=(self._here, made[-1]))


def _sentence(fault: Exception) -> str:
    return str(fault).removeprefix("--at: ").removeprefix("--ready: ")


def compared(ledger: Path, pair: tuple[str, str]) -> Comparison:
    """The table of two accounts. Raises `Refused` or a `LedgerError`."""
    from ledger.practice.forks.compare import compare

    return compare(ledger, *pair)


def course_of(ledger: Path, pair: tuple[str, str], most: int) -> Course:
    """Their lines, of at most so many points. Raises as `compared` does."""
    from ledger.practice.forks.compare import course

    return course(ledger, *pair, most)
