"""Between the session and the screen: moves the clock, and hands on only what is committed.

One batch per frame, one batch of the clock in flight. A snapshot is taken when a batch is handed to
the ledger and published when the ledger has it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from time import perf_counter

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import (
    AccountOpened,
    CallAnswered,
    Deposited,
    Event,
    FeeCharged,
    FindingReviewed,
    InitialMarginTested,
    InterestAccrued,
    InterestCapitalized,
    LoanDrawn,
    LotsPicked,
    NoteAdded,
    OrderAmended,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
    PlanRecorded,
    RuleCreated,
    SessionPlanned,
)
from ledger.account.state import Account
from ledger.market.quote import Market
from ledger.practice.sessions.along.twin import News
from ledger.practice.sessions.session import Place, Session, stops_the_clock
from ledger.practice.views.desk_view import DeskView, view
from ledger.times import Time
from tui.runtime.pace import BUDGET, EXAM_SPEED, HURRY, Pace

EVERY_DAY = (
    AccountOpened,
    CallAnswered,
    Deposited,
    FeeCharged,
    FindingReviewed,
    InitialMarginTested,
    InterestAccrued,
    InterestCapitalized,
    LoanDrawn,
    LotsPicked,
    NoteAdded,
    OrderAmended,
    OrderCancelled,
    OrderPlaced,
    PlanRecorded,
    RuleCreated,
    SessionPlanned,
)
"""Events that do not stop a clock that runs to the next event.

A loan drawn automatically pays a carry fee; one that a purchase draws comes with its fill.
"""


@dataclass(frozen=True, slots=True)
class TwinShot:
    """The same of its twin."""

    account: Account
    market: Market
    news: News = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What may be shown: the account and market as the ledger has them, and the new events."""

    account: Account
    market: Market
    place: Place
    ended: bool
    news: tuple[tuple[int, Event], ...]
    twin: TwinShot | None = None

    def view(self) -> DeskView:
        """The account valued for the screen."""
        return view(self.account, self.market)


class Conductor:
    """Owns the pace of the session. `publish` may be called from the thread that writes."""

    def __init__(
        self,
        session: Session,
        publish: Callable[[Snapshot], object],
        now: Callable[[], float] = perf_counter,
    ) -> None:
        self.session = session
        self.pace = Pace()
        self._publish = publish
        self._now = now
        self._waiting = 0
        self._steps_owed = 0
        self._until: Time | None = None
        self._key_waits = False
        self._gave_way = False
        self._news: list[tuple[int, Event]] = []
        self.stops_at_fills = False
        """Whether a running clock stops at each fill, like one that runs to the next event."""
        self.stopped_for: Event | None = None
        """The event for which the clock last stopped by itself."""

    @property
    def busy(self) -> bool:
        """Whether something that happened is not on disk yet."""
        return self._waiting > 0

    def key_pressed(self) -> None:
        """A key waits for its answer: the clock gives up its next frame."""
        self._key_waits = True

    def gives_way(self) -> bool:
        """Whether this frame is left to a key: the one after it was pressed. Never two in a row, so
        that time goes on."""
        self._gave_way = self._key_waits and not self._gave_way
        if self._gave_way:
            self._key_waits = False
        return self._gave_way

    def tick(self, seconds: float) -> None:
        """One frame: as many whole bars as are due, within the budget, then one commit.

        Bars in which nothing can happen are skipped; all events are reported, in order.

        Raises what the ledger failed with; the clock has then stopped.
        """
        self._check()
        self.pace.elapse(seconds)
        if self.pace.due and not self.busy:
            self._run()

    def _run(self) -> None:
        ends = self._now() + (HURRY if self.pace.hurrying else BUDGET)
        while self.pace.due and self._now() < ends:
            begun = self.session.place.index
            events = self._advance(self._goal())
            self.pace.stepped(self._now(), max(self.session.place.index - begun, 1))
            if self.session.ended or self._stops(events):
                self.pace.stop()
        self.commit()

    def _goal(self) -> int:
        """The step up to whose open the clock may go now: the bars due, but not past its end."""
        due, timeline = self.pace.bars_due, self.session.timeline
        goal = len(timeline) if due is None else self.session.place.index + due
        return goal if self._until is None else min(goal, timeline.index_at(self._until))

    def _stops(self, events: tuple[Event, ...]) -> bool:
        self.stopped_for = next((event for event in events if self._stops_for(event)), None)
        if self._until is not None and self.session.market.time >= self._until:
            return True
        return self.stopped_for is not None or self._twin_stops()

    def _twin_stops(self) -> bool:
        twin = self.session.twin
        return twin is not None and twin.must_be_seen

    def _stops_for(self, event: Event) -> bool:
        awaited = self.pace.hurrying and not isinstance(event, EVERY_DAY)
        filled = self.stops_at_fills and isinstance(event, OrderFilled)
        return awaited or filled or stops_the_clock((event,))

    def step(self) -> None:
        """Play one bar and stop the clock.

        While the last bar is on its way to the disk, the step is owed and follows it.
        """
        self.pace.stop()
        self._check()
        if self.busy:
            self._steps_owed += 1
        else:
            self._step()

    def _step(self) -> None:
        if self.session.ended or stops_the_clock(self._advance()) or self._twin_stops():
            self._steps_owed = 0  # steps asked for before this was known are dropped
        self.commit()

    def run(self, *, hurry: bool = False, until: Time | None = None) -> None:
        """Start the clock, unless the tape is at its end; at most to the bar open `until`."""
        self._until, self.stopped_for = until, None
        under_call = self.session.exam and bool(self.session.account.calls)
        self.pace.limit = EXAM_SPEED if under_call else None
        if not self.session.ended:
            self.pace.start(hurry=hurry)

    def send(self, command: TraderCommand) -> tuple[Event, ...]:
        """Decide a trader's command and send its events to the ledger."""
        self._check()
        events = self._heard(self.session.send(command))
        self.commit()
        return events

    def commit(self) -> None:
        """Hand over what happened; it is published when it is on disk."""
        session = self.session
        news, self._news = tuple(self._news), []
        self._waiting += 1
        ticket = session.commit()  # the twin comes along
        here = (session.account, session.market, session.place, session.ended)
        snapshot = Snapshot(*here, news, self._twin_shot())
        ticket.add_done_callback(lambda ticket: self._kept(ticket, snapshot))

    def _twin_shot(self) -> TwinShot | None:
        twin = self.session.twin
        if twin is None:
            return None
        return TwinShot(twin.session.account, twin.session.market, twin.take_news())

    def _kept(self, ticket: Future[int], snapshot: Snapshot) -> None:
        """Called by the writer. What could not be written is never shown: `tick` raises why."""
        if ticket.exception() is None:
            self._publish(snapshot)

    def published(self, snapshot: Snapshot) -> None:
        """Take note that the screen shows a snapshot.

        If the clock was started while something that must be seen was on its way, it stops again:
        nobody had seen it.
        """
        self._waiting -= 1
        news = (*snapshot.news, *(snapshot.twin.news if snapshot.twin else ()))
        if stops_the_clock(event for _, event in news):
            self.pace.stop()
            self._steps_owed = 0
        if self._steps_owed and not self.busy and self.session.failure is None:
            self._steps_owed -= 1
            self._step()

    def here(self) -> Snapshot:
        """The snapshot of a session just opened: all of it is in the ledger."""
        session = self.session
        here = (session.account, session.market, session.place, session.ended)
        return Snapshot(*here, (), self._twin_shot())

    def _advance(self, before: int | None = None) -> tuple[Event, ...]:
        return self._heard(self.session.advance(before))

    def _heard(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        first = self.session.account.seq - len(events) + 1
        self._news += zip(itertools.count(first), events, strict=False)
        return events

    def _check(self) -> None:
        failure = self.session.failure
        if failure is not None:
            self.pace.stop()
            raise failure
