"""After a run: the same once more, and what comes next on the first page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from ledger.books.file.errors import LedgerError
from ledger.refused import Refused
from tui.runtime.first_page import entries
from tui.runtime.forking import Outcome
from tui.runtime.opened import Opened
from tui.runtime.opener import Door, Offer

AGAIN, NEXT = "again", "next"
"""Where the desk may ask to go at the end of a run."""


def shipped() -> list[tuple[str, Offer]]:
    """Every rehearsal and scenario with its group, in the order of the first page."""
    listed = entries(Door(None), ledger_page=False)
    return [(entry.group, entry.opens) for entry in listed if isinstance(entry.opens, Offer)]


def next_after(rehearsal: str) -> Offer | None:
    """What follows a shipped rehearsal in its group; `None` after its last, and for others."""
    listed = shipped()
    for (group, offer), (after, following) in pairwise(listed):
        if offer.id == rehearsal and group == after:
            return following
    return None


def same_again(door: Door, opened: Opened, let_go: Callable[[], object]) -> Outcome:
    """Begin the same once more. An account of one's own is archived and takes its name anew; a
    shipped rehearsal, or a file, begins another account. Never raises `Refused`."""
    name = opened.session.account.name
    try:
        begins = _beginning(door, opened)
    except Refused as refused:
        return Outcome(sentence=str(refused))
    let_go()
    try:
        return begins()
    except (Refused, LedgerError) as fault:
        return Outcome(door.last(name), str(fault))


def _beginning(door: Door, opened: Opened) -> Callable[[], Outcome]:
    from ledger.practice.accounts.manage import reset
    from ledger.practice.accounts.own_rehearsal import file_behind

    session, ledger = opened.session, opened.ledger
    name = session.account.name
    for _, offer in shipped():
        if offer.id == session.rehearsal:
            return lambda: Outcome(door.begin(offer))
    file = file_behind(session.rehearsal)
    if file is not None:
        return lambda: Outcome(door.take_up(file, again=True))
    if ledger is None:
        raise Refused("This account is kept in memory only, and cannot begin again.")
    if session.fork is not None:
        raise Refused(f"{name} is a fork: it begins in another account. T goes back there.")

    def begin_again() -> Outcome:
        old = reset(ledger, name)
        return Outcome(door.go_on(name), f"{name} begins again. The old one is archived as {old}.")

    return begin_again
