"""A rehearsal played to its end with nobody there: the clock never stops, silence is waiting."""

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ledger.account.events.kinds import Event
from ledger.practice.rehearsals.rehearsal import Action
from ledger.practice.sessions.session import Session, stops_the_clock

COMMIT_EVERY = 1_000
"""Events, or bars that were run, between two commits; a call or a forced exit commits at once."""

_SELDOM = (50_000, 20, 50)

Report = Callable[[tuple[Event, ...]], None]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the cyclic collector look less often meanwhile.

    What a run makes are values that hold no cycles and are kept until they are written: the
    collector would walk them again and again, and find nothing.
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

    `on_events` gets what each moment led to, in order, once it is committed; `on_step` the number
    of bars done and of all, for a progress bar.
    """
    waiting = deque(actions)
    kept: list[tuple[Event, ...]] = []

    def commit() -> None:
        session.commit().result()
        for events in kept:
            on_events(events)
        kept.clear()

    timeline, bars_run = session.timeline, 0
    while not session.ended:
        acts = timeline.index_at(waiting[0].at) if waiting else len(timeline)
        moments = [session.skip(acts)]
        if not session.ended:
            moments += _one_bar(session, waiting)
        kept += [events for events in moments if events]
        bars_run += 1
        if _urgent(moments) or max(bars_run, session.uncommitted) >= COMMIT_EVERY:
            commit()
            bars_run = 0
        if on_step is not None:
            on_step(session.place.index + 1, len(timeline))
    events = session.wait(timeline.end)
    if events:
        kept.append(events)
    commit()


def _one_bar(session: Session, waiting: deque[Action]) -> Iterator[tuple[Event, ...]]:
    """One bar after the engine's every rule, with the actions that are for its open."""
    yield session.open_step()
    while waiting and waiting[0].at <= session.market.time:
        yield session.send(waiting.popleft().command)
    yield session.close_step()


def _urgent(moments: Sequence[tuple[Event, ...]]) -> bool:
    return any(stops_the_clock(events) for events in moments)
