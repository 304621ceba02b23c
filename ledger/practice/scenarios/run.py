"""A rehearsal played to its end unattended: the clock never stops, every call is left to wait."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ledger.account.events.kinds import Event
from ledger.practice.rehearsals.rehearsal import Action
from ledger.practice.sessions.session import Session, stops_the_clock

COMMIT_EVERY = 1_000
"""Events, or bars run, between two commits; a call or a forced exit commits at once."""

_SELDOM = (50_000, 20, 50)

Report = Callable[[tuple[Event, ...]], None]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the garbage collector look for cycles less often.

    A run creates values without cycles that live until they are written: the collector would walk
    them again and again, and find nothing.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@seldom_collected()
def run(
    session: Session,
    actions: Sequence[Action],
    on_events: Report,
    on_step: Callable[[int, int], None] | None = None,
) -> None:
    """Play up to the end, with each action at its bar's open; quiet bars are skipped.

    `on_events` gets the events of each moment, in order, once they are committed; `on_step` gets
    the number of bars done and in total, for a progress bar.
    """
    waiting = deque(actions)
    unreported: list[tuple[Event, ...]] = []

    def commit() -> None:
        session.commit().result()
        for events in unreported:
            on_events(events)
        unreported.clear()

    timeline, bars_run = session.timeline, 0
    while not session.ended:
        acts = timeline.index_at(waiting[0].at) if waiting else len(timeline)
        moments = [session.skip(acts)]
        if not session.ended:
            moments += _one_bar(session, waiting)
        unreported += [events for events in moments if events]
        bars_run += 1
        if _urgent(moments) or max(bars_run, session.uncommitted) >= COMMIT_EVERY:
            commit()
            bars_run = 0
        if on_step is not None:
            on_step(session.place.index + 1, len(timeline))
    events = session.wait(timeline.end)
    if events:
        unreported.append(events)
    commit()


def _one_bar(session: Session, waiting: deque[Action]) -> Iterator[tuple[Event, ...]]:
    """One bar by every rule of the engine, with the actions due at its open."""
    yield session.open_step()
    while waiting and waiting[0].at <= session.market.time:
        yield session.send(waiting.popleft().command)
    yield session.close_step()


def _urgent(moments: Sequence[tuple[Event, ...]]) -> bool:
    return any(stops_the_clock(events) for events in moments)
