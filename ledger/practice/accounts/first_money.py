"""The first step of a new account: its money is there when the desk opens."""

from typing import TYPE_CHECKING

from ledger.practice.rehearsals.incident_deck import named
from ledger.practice.sessions.session import Session

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal


def pay_in(rehearsal: "Rehearsal", session: Session) -> None:
    """Open the first bar and pay in; the deck's incidents come later, by themselves."""
    session.advance()
    for action in rehearsal.actions:
        if action.index:
            session.send(action.command)
    drawn = [action for action in rehearsal.actions if not action.index]
    if drawn:
        session.fate = drawn
        session.rehearsal = named(rehearsal.seed, len(drawn))
