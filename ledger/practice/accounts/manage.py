"""Rename, archive, switch and reset: commands on an account as a whole.

None of them touches the account's history; nothing is ever deleted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.account.commands import Deposit
from ledger.account.events.kinds import AccountOpened, Deposited, Event
from ledger.books.acts import Act, record
from ledger.books.branches import BranchInfo, free_name
from ledger.books.file.damage import ledger_errors
from ledger.books.purse import funded_branches
from ledger.books.replay import account_before, rulebook_of, verified
from ledger.books.store import Ledger
from ledger.books.twins import TWIN_OF, twins
from ledger.books.writer import MemoryWriter
from ledger.frozen import replace
from ledger.money import ZERO
from ledger.practice.accounts.fate import bind_fate, deck_of
from ledger.practice.accounts.first_money import was_allowed
from ledger.practice.accounts.names import LONGEST_NAME, checked_name
from ledger.practice.funds import Funds, funds_for_new
from ledger.practice.sessions.along.twin import Twin
from ledger.practice.sessions.find_account import check_there, find_branch, named_anew
from ledger.practice.sessions.find_tapes import timeline_of
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.setup import read_setup
from ledger.refused import Refused

_CLOCK = ("index", "phase", "time")
"""Where a clock stands, in the place that is stored of it."""


def rename(path: Path, name: str, new: str) -> None:
    """Give an account another name; its events keep the name under which it was begun.

    Like every function here it raises `Refused`, and what `Ledger.open` raises.
    """
    checked_name(new, "NEW")
    with _found(path, name) as (ledger, branch):
        named_anew(ledger, new, only=True)
        _act(ledger, branch, Act.RENAMED, new)


def archive(path: Path, name: str) -> None:
    """Archive an account, and its twin with it: the desk does not open on it. Where a twin is
    archived alone, the account that led it goes on alone."""
    with _found(path, name) as (ledger, branch):
        _refuse_archived(branch)
        twin = _twin(ledger, branch)
        with ledger.together():
            if twin is not None:
                _act(ledger, twin, Act.ARCHIVED)
            _act(ledger, branch, Act.ARCHIVED)


def restore(path: Path, name: str) -> None:
    """Take an account out of the archive, and the twin that was archived with it. A twin cannot
    come back to an account that went on alone."""
    with _found(path, name) as (ledger, branch):
        if not branch.archived:
            raise Refused(f"{name} is not archived")
        lead = _lead(ledger, branch)
        if lead is not None and (lead.archived or not _side_by_side(ledger, lead, branch)):
            raise Refused(f"{name} is the twin of {lead.called}, which {_gone_on(lead)}")
        twin = _twin(ledger, branch, archived=True)
        with ledger.together():
            if twin is not None and _side_by_side(ledger, branch, twin):
                _act(ledger, twin, Act.RESTORED)
            _act(ledger, branch, Act.RESTORED)


def switch(path: Path, name: str) -> None:
    """Let the desk open this account next; a twin is opened with the account that leads it."""
    with _found(path, name) as (ledger, branch):
        _refuse_archived(branch)
        _act(ledger, _lead(ledger, branch) or branch, Act.SWITCHED)


def reset(path: Path, name: str) -> str:
    """Archive an account and begin the same again under its name. Returns the old one's new name.

    The same tapes, rules, start and seed, and the money with which it was begun: if the account is
    funded from the purse, it is taken from there again. Its twin is begun again beside it.
    """
    with _found(path, name) as (ledger, branch):
        _refuse_archived(branch)
        if branch.parent_id is not None:
            raise Refused(f"{name} is a fork: it begins in another account")
        lead, twin = _lead(ledger, branch), _twin(ledger, branch)
        if lead is not None:
            raise Refused(f"{name} is the twin of {lead.called}: reset that one")
        for each in (branch, twin):
            if each is not None:
                verified(ledger, each.id)
        session = _begun_again(ledger, branch, twin)
        with ledger.together() as db:
            if twin is not None and session.twin is not None:
                _put_away(db, twin)
            old = _put_away(db, branch)
            made = ledger.new_branch(name, branch.seed, branch.title, branch.setup)
            if twin is not None and session.twin is not None:
                setup = {**twin.setup, TWIN_OF: ledger.branch(made).name}
                session.twin.branch = ledger.new_branch(twin.called, twin.seed, twin.title, setup)
            if session.funds is not None:
                record(db, made, Act.FUNDED)
            ledger.append(made, session.batch())
    return old


def _put_away(db: sqlite3.Connection, branch: BranchInfo) -> str:
    """Archive an account under another name, so that its own is free."""
    old = free_name(db, f"{branch.called[: LONGEST_NAME - 4]}-old")
    record(db, branch.id, Act.RENAMED, old)
    record(db, branch.id, Act.ARCHIVED)
    return old


def _lead(ledger: Ledger, branch: BranchInfo) -> BranchInfo | None:
    """The account that leads a twin."""
    with ledger.looking() as db:
        lead = twins(db).get(branch.id)
    return None if lead is None else ledger.branch(lead)


def _twin(ledger: Ledger, branch: BranchInfo, *, archived: bool = False) -> BranchInfo | None:
    with ledger.looking() as db:
        led = [ledger.branch(twin) for twin, lead in twins(db).items() if lead == branch.id]
    return next((twin for twin in led if twin.archived is archived), None)


def _side_by_side(ledger: Ledger, one: BranchInfo, other: BranchInfo) -> bool:
    """Whether their clocks stand at one place."""
    places = [ledger.place(each.id) or {} for each in (one, other)]
    here, there = ({key: place.get(key) for key in _CLOCK} for place in places)
    return here == there


def _gone_on(lead: BranchInfo) -> str:
    return "is archived: bring that one back" if lead.archived else "went on alone since"


@contextmanager
def _found(path: Path, name: str) -> Iterator[tuple[Ledger, BranchInfo]]:
    check_there(path)
    with Ledger.open(path) as ledger, ledger_errors(path):
        yield ledger, find_branch(ledger, name)


def _act(ledger: Ledger, branch: BranchInfo, act: Act, name: str = "") -> None:
    with ledger.together() as db:
        record(db, branch.id, act, name)


def _refuse_archived(branch: BranchInfo) -> None:
    if branch.archived:
        raise Refused(
            f"{branch.called} is archived; run `tightrope archive {branch.called} --undo` first"
        )


def _begun_again(ledger: Ledger, branch: BranchInfo, twin: BranchInfo | None) -> Session:
    session, events = _opened_again(ledger, branch)
    if twin is not None:
        session.twin = Twin(_opened_again(ledger, twin)[0])
    bind_fate(session)
    if session.fate and not deck_of(session):  # a scenario pays in by itself
        session.advance()
        return session
    session.fate = ()  # a deck strikes from the second bar on, as it did
    paid_in = [event for event in events if isinstance(event, Deposited)]
    if paid_in:
        session.advance()
    for event in paid_in:
        was_allowed(session.send(Deposit(amount=event.amount)))
    bind_fate(session)
    return session


def _opened_again(ledger: Ledger, branch: BranchInfo) -> tuple[Session, list[Event]]:
    """The account as it was opened, and what else was stored with its opening."""
    opened, *events = _first_commit(ledger, branch)
    assert isinstance(opened, AccountOpened), "every account begins with its opening"
    place = ledger.place(branch.id) or {}
    files = place.get("files", {})
    setup = read_setup(branch.setup)
    session = Session(
        account_before(branch.called, opened, rulebook_of(ledger, opened.rules_hash)),
        timeline_of(setup, files),
        MemoryWriter(),
        title=branch.title,
        files=files,
        rehearsal=place.get("rehearsal", ""),
        funds=_funds(ledger, branch, opened.currency),
    )
    session.truth = setup if setup.veil is not None else None
    session.open_account(replace(opened, exam=False))  # what comes is known
    return session, events


def _funds(ledger: Ledger, branch: BranchInfo, currency: str) -> Funds | None:
    with ledger.looking() as db:
        funded = branch.id in funded_branches(db)
    return funds_for_new(ledger, currency, ZERO) if funded else None


def _first_commit(ledger: Ledger, branch: BranchInfo) -> list[Event]:
    """The events that were stored together with the opening."""
    with ledger.looking() as db:
        (last,) = db.execute(
            "SELECT last_seq FROM commit_log WHERE branch_id = ? ORDER BY id LIMIT 1", (branch.id,)
        ).fetchone()
    events = []
    for seq, event in ledger.events(branch.id):
        if seq > last:
            break
        events.append(event)
    return events
