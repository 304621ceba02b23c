"""What can be opened: the last account, or a shipped rehearsal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

from ledger.books.file.errors import LedgerDamaged, LedgerEmpty, LedgerError, LedgerInUse
from ledger.practice.accounts.fate import bind_fate
from ledger.practice.accounts.first_money import begin_own, pay_in
from ledger.practice.accounts.hiding import Hiding
from ledger.practice.accounts.manage import switch
from ledger.practice.library.files import assets
from ledger.practice.sessions.ledger_reader import reading
from ledger.practice.sessions.open_session import begin, look, resume
from ledger.refused import Refused
from tui.runtime.opened import Opened

if TYPE_CHECKING:
    from ledger.practice.accounts.own_rehearsal import OwnRehearsal
    from ledger.practice.rehearsals.rehearsal import Rehearsal
    from ledger.practice.scenarios.script import Script
    from ledger.practice.sessions.session import Session

FIRST = "first-call"
"""The guided rehearsal."""
_PAST = 300
_SEEDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """A rehearsal as the first screen lists it."""

    id: str
    title: str
    description: str
    file: Path
    word: str = ""
    """What the list shows beside it."""
    is_due: bool = False
    """Whether it is a drill that comes back by now."""


@dataclass(frozen=True, slots=True)
class Made:
    """A synthetic market made on the desk, checked and ready to begin."""

    id: str
    rehearsal: Rehearsal


@dataclass(frozen=True, slots=True)
class GoOn:
    """An account of the ledger, to be opened where it was left."""

    account: str


@dataclass(frozen=True, slots=True)
class Own:
    """An account of one's own, checked and ready to begin under a name that nothing else has."""

    name: str
    rehearsal: Rehearsal
    purse: Decimal | None = None
    """What the purse of its currency is set to, where it never was."""
    twin: Rehearsal | None = None
    """What is played beside it."""
    hiding: Hiding = Hiding.NOTHING


class Door:
    """Opens sessions in one ledger, or in memory without one.

    Raises `Refused` or a `LedgerError` for what cannot be opened; the message says why.
    """

    def __init__(self, ledger: Path | None) -> None:
        self._ledger = ledger

    @property
    def ledger(self) -> Path | None:
        """The file that everything is opened in."""
        return self._ledger

    def last(self, account: str | None) -> Opened | None:
        """The account named, or used last; `None` if there is none yet."""
        if self._ledger is None or (account is None and not self._has_account()):
            return None
        try:
            session = resume(self._ledger, account)
        except (LedgerInUse, LedgerDamaged) as fault:
            session = look(self._ledger, account, fault)
        return self._taken_up(session)

    def go_on(self, account: str) -> Opened:
        """An account of the ledger; the next start opens it too, where that can be written down."""
        assert self._ledger is not None, "it is an account of a ledger"
        with suppress(LedgerInUse, LedgerDamaged):  # reported when the account is opened
            switch(self._ledger, account)
        opened = self.last(account)
        assert opened is not None, "it was named"
        return opened

    def take_up(self, file: OwnRehearsal, *, again: bool) -> Opened:
        """The account begun from the trader's own rehearsal file, or a new one."""
        from ledger.practice.accounts.own_rehearsal import take_up

        seed = SystemRandom().randrange(_SEEDS)
        return self._taken_up(take_up(file, self._ledger, again=again, seed=seed))

    def _taken_up(self, session: Session) -> Opened:
        """The session with the events still in store for it."""
        try:
            missing = _bound(session)
            return replace(self._opened(session), missing=missing)
        except BaseException:
            session.close()
            raise

    def _has_account(self) -> bool:
        assert self._ledger is not None
        if not self._ledger.exists():
            return False
        try:
            with reading(self._ledger, None):
                return True
        except (Refused, LedgerEmpty):
            return False

    def _opened(self, session: Session) -> Opened:
        opened = Opened(session, self._ledger)
        return replace(opened, past=tuple(opened.recorded(_PAST)))

    def rehearsals(self) -> list[Offer]:
        """The rehearsals that are shipped, the guided one first."""
        files = sorted((assets() / "rehearsals").glob("*.toml"))
        listed = [offer_of(file) for file in files]
        return sorted(listed, key=lambda offer: (offer.id != FIRST, offer.title))

    def scenarios(self, today: date | None = None) -> dict[str, list[Offer]]:
        """The scenarios by kind (`history` by date, `drill` those due first, then in the order of
        the course), each with its length and the best grade so far."""
        from ledger.practice.scenarios.debrief import attempts, best
        from ledger.practice.scenarios.scenario import FOLDER, scenarios
        from ledger.practice.scenarios.schedule import due_on

        try:
            graded = attempts(self._ledger)
        except LedgerError:  # reported when one of them is begun, not in a list
            graded = {}
        today = today or datetime.now(UTC).date()
        due = {id_: when for id_, tries in graded.items() if (when := due_on(tries)) is not None}
        offers: dict[str, list[Offer]] = {"drill": [], "history": []}
        for each in sorted(scenarios(), key=lambda one: one.start if one.kind == "history" else 0):
            top = best(graded.get(each.id, []))
            word = f"{each.length}, best {top}" if top is not None else each.length
            back = due.get(each.id)
            is_due = each.kind == "drill" and back is not None and back <= today
            word = f"{each.picture:<15}{'due, ' if is_due else ''}{word}"
            summary = f"{each.briefing} Goal: {each.goal}"
            offer = Offer(FOLDER + each.id, each.title, summary, each.file, word, is_due)
            offers[each.kind].append(offer)
        offers["drill"].sort(key=lambda offer: not offer.is_due)
        return offers

    def scenario(self, name: str) -> Offer:
        """The scenario of this name. Raises `Refused`."""
        from ledger.practice.scenarios.scenario import FOLDER, scenario

        chosen = scenario(name)
        return Offer(FOLDER + chosen.id, chosen.title, chosen.briefing, chosen.file)

    def begin(self, chosen: Offer | Made | Own | GoOn) -> Opened:
        """A new account for it. On a synthetic market its first money is paid in at once."""
        if isinstance(chosen, Own):
            return self._opened(
                begin_own(
                    chosen.rehearsal,
                    self._ledger,
                    chosen.name,
                    purse=chosen.purse,
                    twin=chosen.twin,
                    hiding=chosen.hiding,
                )
            )
        if isinstance(chosen, GoOn):
            return self.go_on(chosen.account)
        if isinstance(chosen, Made):
            made = chosen.rehearsal
            return self._opened(begin(made, self._ledger, chosen.id, partial(pay_in, made)))
        from ledger.practice.rehearsals.rehearsal import load_rehearsal
        from ledger.practice.rehearsals.windows import at_window

        rehearsal = at_window(load_rehearsal(chosen.file), SystemRandom().randrange(_SEEDS))
        name = chosen.id.rpartition("/")[2]
        return self._opened(begin(rehearsal, self._ledger, name, partial(_guide, chosen.id)))


def _guide(rehearsal: str, session: Session) -> None:
    """Note what guides it. A scenario's first money is there when the desk opens."""
    session.rehearsal = rehearsal
    if session.fate:
        session.advance()


def _bound(session: Session) -> str:
    """Bind its fate. Returns why that failed, if the trader's own file is gone or has changed."""
    try:
        bind_fate(session)
    except Refused as refused:
        return str(refused)
    return ""


def script_of(session: Session) -> Script | None:
    """The script of the rehearsal with which an account was begun; loaded on demand.

    Raises `Refused` if the rehearsal cannot be read any more.
    """
    if not session.rehearsal:
        return None
    from ledger.practice.accounts.own_rehearsal import file_behind
    from ledger.practice.rehearsals.rehearsal import load_rehearsal

    if (own := file_behind(session.rehearsal)) is not None:
        return _script(own.rehearsal, session)
    file = assets() / "rehearsals" / f"{session.rehearsal}.toml"
    if not file.is_file():
        return None
    return _script(load_rehearsal(file), session)


def _script(rehearsal: Rehearsal, session: Session) -> Script:
    from ledger.practice.scenarios.script import Script

    return Script(rehearsal.actions, session.script_done, rehearsal.lesson)


def offer_of(file: Path) -> Offer:
    """Its title and the words above it; nothing of it is checked before it is chosen."""
    import tomllib  # only for the list, which a resumed account never shows

    text = file.read_text("utf-8")
    comment = [line.removeprefix("#").strip() for line in text.split("\n") if line.startswith("#")]
    title = str(tomllib.loads(text).get("title", file.stem))
    return Offer(file.stem, title, " ".join(comment), file)
