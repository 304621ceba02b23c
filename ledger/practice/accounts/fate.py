"""What happens by itself in an account that a scenario or a deck of incidents was begun with."""

from ledger.practice.accounts.names import FILE_MARK
from ledger.practice.library.files import assets
from ledger.practice.rehearsals.incident_deck import Drawn, drawn_again
from ledger.practice.sessions.session import Session


def deck_of(session: Session) -> list[Drawn]:
    """The incidents that its seed draws, where it was begun with a deck."""
    timeline = session.timeline
    return drawn_again(session.rehearsal, timeline.start, timeline.times[-1] + 1)


def bind_fate(session: Session) -> None:
    """What a scenario or a deck still has in store goes on when the account is opened again.

    Raises `Refused` if it stands in a file of one's own that has gone or changed.
    """
    begun = session.rehearsal
    if deck := deck_of(session):
        session.fate = deck
        return
    if begun.startswith(FILE_MARK):
        from ledger.practice.accounts.own_rehearsal import file_behind

        own = file_behind(begun)
        session.fate = own.fate if own is not None else ()
        return
    file = assets() / f"{begun}.toml"
    if "/" not in begun or not file.is_file():
        return
    from ledger.practice.rehearsals.rehearsal import load_rehearsal  # for the few that need it

    session.fate = load_rehearsal(file).actions
