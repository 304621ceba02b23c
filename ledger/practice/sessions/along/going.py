"""Places of a clock in order, and a clock that is run to one of them."""

from collections.abc import Iterator
from itertools import chain

from ledger.account.events.kinds import Event
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase

_RANK = {Phase.BEFORE: 0, Phase.OPEN: 0, Phase.CLOSED: 1}


def order_of(place: Place) -> tuple[int, int]:
    """A key that orders the places of one clock: earlier ones are less."""
    return place.index, _RANK[place.phase]


def go_to(session: Session, place: Place) -> tuple[Event, ...]:
    """Run the clock to a later place, through calls and everything else that stops it."""
    return tuple(chain.from_iterable(going_to(session, place)))


def going_to(session: Session, place: Place) -> Iterator[tuple[Event, ...]]:
    """The same stretch by stretch, each with the events that it led to."""
    while order_of(session.place) < order_of(place):
        here = session.place
        before = place.index + (place.phase is Phase.CLOSED)
        if here.index < before:
            yield session.skip(before)
        if session.place == here and here.phase is Phase.OPEN:
            yield session.close_step()
        elif order_of(session.place) < order_of(place) and session.place.phase is not Phase.OPEN:
            yield session.open_step()
