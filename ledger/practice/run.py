"""A rehearsal played to its end with nobody there: the clock never stops, silence is waiting."""

from collections.abc import Callable, Sequence

from ledger.account.events import Event
from ledger.practice.rehearsal import Action
from ledger.practice.session import STOPS_THE_CLOCK, Session

COMMIT_EVERY = 1_000
"""Bars at most between two commits; a call or a forced exit commits at once."""

Report = Callable[[tuple[Event, ...]], None]


def run(
    session: Session,
    actions: Sequence[Action],
    on_events: Report,
    on_step: Callable[[int, int], None] | None = None,
) -> None:
    """Play every bar up to the end, with each action at its bar's open.

    `on_events` gets what each moment led to, in order, once it is committed; `on_step` the number
    of bars done and of all, for a progress bar.
    """
    waiting = list(actions)
    kept: list[tuple[Event, ...]] = []

    def commit() -> None:
        session.commit().result()
        for events in kept:
            on_events(events)
        kept.clear()

    total = len(session.timeline)
    while not session.ended:
        moments = [session.open_step()]
        while waiting and waiting[0].at <= session.market.time:
            moments.append(session.send(waiting.pop(0).command))
        moments.append(session.close_step())
        kept += [events for events in moments if events]
        index = session.place.index
        if index % COMMIT_EVERY == 0 or _urgent(moments):
            commit()
        if on_step is not None:
            on_step(index + 1, total)
    events = session.wait(session.timeline.end)
    if events:
        kept.append(events)
    commit()


def _urgent(moments: Sequence[tuple[Event, ...]]) -> bool:
    return any(isinstance(event, STOPS_THE_CLOCK) for events in moments for event in events)
