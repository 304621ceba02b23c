"""What happens by itself in an account begun with a scenario or a deck of incidents."""

from collections.abc import Sequence

from ledger.practice.accounts.names import FILE_MARK
from ledger.practice.library.files import assets
from ledger.practice.rehearsals.incident_deck import Drawn, drawn_again
from ledger.practice.sessions.session import Fated, Session
from ledger.practice.sessions.timeline import Timeline


def deck_of(session: Session) -> list[Drawn]:
    """The incidents that its seed draws, if it was begun with a deck."""
    return _deck(session.rehearsal, session.timeline)


def _deck(begun: str, timeline: Timeline) -> list[Drawn]:
    return drawn_again(begun, timeline.start, timeline.times[-1] + 1)


def bind_fate(session: Session) -> None:
    """Let what a scenario or a deck still has in store go on when the account is opened again.

    Raises `Refused` if it is in a file of the user's own that is gone or has changed.
    """
    session.fate = fate_of(session.rehearsal, session.timeline)


def fate_of(begun: str, timeline: Timeline) -> Sequence[Fated]:
    """Everything that happens by itself on these tapes to an account that was `begun` with this.

    Raises `Refused` if it is in a file of the user's own that is gone or has changed.
    """
    if deck := _deck(begun, timeline):
        return deck
    if begun.startswith(FILE_MARK):
        from ledger.practice.accounts.own_rehearsal import file_behind

        own = file_behind(begun)
        return own.fate_from(timeline.start) if own is not None else ()
    file = assets() / f"{begun}.toml"
    if "/" not in begun or not file.is_file():
        return ()
    from ledger.practice.rehearsals.rehearsal import load_rehearsal  # for the few that need it
    from ledger.practice.rehearsals.windows import fate_at

    return fate_at(load_rehearsal(file), timeline.start)
