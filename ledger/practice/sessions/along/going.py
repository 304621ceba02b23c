"""Places of a clock in order, and a clock that is run to one of them."""

from ledger.account.events.kinds import Event
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase

_RANK = {Phase.BEFORE: 0, Phase.OPEN: 0, Phase.CLOSED: 1}


def order_of(place: Place) -> tuple[int, int]:
    """A key that orders the places of one clock: earlier ones are less."""
    return place.index, _RANK[place.phase]


def go_to(session: Session, place: Place) -> tuple[Event, ...]:
    """Run the clock to a later place, through calls and everything else that stops it."""
    events: tuple[Event, ...] = ()
    while order_of(session.place) < order_of(place):
        here = session.place
        before = place.index + (place.phase is Phase.CLOSED)
        if here.index < before:
            events += session.skip(before)
        if session.place == here and here.phase is Phase.OPEN:
            events += session.close_step()
        elif order_of(session.place) < order_of(place) and session.place.phase is not Phase.OPEN:
            events += session.open_step()
    return events
