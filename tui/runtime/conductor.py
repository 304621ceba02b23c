"""Between the session and the screen: moves the clock, and hands on only what is committed.

One batch a frame, one batch of the clock in flight. A snapshot is taken when a batch is handed to
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
    InterestAccrued,
    InterestCapitalized,
    LoanDrawn,
    NoteAdded,
    OrderAmended,
    OrderCancelled,
    OrderFilled,
    OrderPlaced,
    PlanRecorded,
)
from ledger.account.state import Account
from ledger.market.quote import Market
from ledger.practice.sessions.session import Place, Session, stops_the_clock
from ledger.practice.views.desk_view import DeskView, view
from ledger.times import Time
from tui.runtime.pace import BUDGET, HURRY, Pace

EVERY_DAY = (
    AccountOpened,
    CallAnswered,
    Deposited,
    FeeCharged,
    InterestAccrued,
    InterestCapitalized,
    LoanDrawn,
    NoteAdded,
    OrderAmended,
    OrderCancelled,
    OrderPlaced,
    PlanRecorded,
)
"""What is no reason to stop for somebody who runs to the next event.

A loan that is drawn by itself pays a fee of holding; one that a purchase draws comes with its fill.
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What may be shown: the account and market as the ledger has them, and the news of it."""

    account: Account
    market: Market
    place: Place
    ended: bool
    news: tuple[tuple[int, Event], ...]

    def view(self) -> DeskView:
        """Valued for the screen."""
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
        """Whether a clock that runs stops at each fill, as one that runs to the next event does."""
        self.stopped_for: Event | None = None
        """What the clock stopped for when it last did so by itself."""

    @property
    def busy(self) -> bool:
        """Whether something that happened is not on disk yet."""
        return self._waiting > 0

    def key_pressed(self) -> None:
        """A key waits for its answer: the clock's next frame steps aside."""
        self._key_waits = True

    def gives_way(self) -> bool:
        """Whether this frame is a key's: the one after it was pressed. Never two in a row, so that
        time goes on."""
        self._gave_way = self._key_waits and not self._gave_way
        if self._gave_way:
            self._key_waits = False
        return self._gave_way

    def tick(self, seconds: float) -> None:
        """One frame: as many whole bars as are due, within the budget, then one commit.

        Bars in which nothing can happen are skipped: all that happens is told, in its order.

        Raises what the ledger failed with; the clock stands then.
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
        """The step up to whose open the clock may go now: what is due, and not past its end."""
        due, timeline = self.pace.bars_due, self.session.timeline
        goal = len(timeline) if due is None else self.session.place.index + due
        return goal if self._until is None else min(goal, timeline.index_at(self._until))

    def _stops(self, events: tuple[Event, ...]) -> bool:
        self.stopped_for = next((event for event in events if self._stops_for(event)), None)
        if self._until is not None and self.session.market.time >= self._until:
            return True
        return self.stopped_for is not None

    def _stops_for(self, event: Event) -> bool:
        awaited = self.pace.hurrying and not isinstance(event, EVERY_DAY)
        filled = self.stops_at_fills and isinstance(event, OrderFilled)
        return awaited or filled or stops_the_clock((event,))

    def step(self) -> None:
        """One bar by hand. The clock stands afterwards.

        Asked for while the last one is on its way to the disk, it is owed and follows that one.
        """
        self.pace.stop()
        self._check()
        if self.busy:
            self._steps_owed += 1
        else:
            self._step()

    def _step(self) -> None:
        if self.session.ended or stops_the_clock(self._advance()):
            self._steps_owed = 0  # what must be seen now was not known when they were asked for
        self.commit()

    def run(self, *, hurry: bool = False, until: Time | None = None) -> None:
        """Let the clock go, unless the tape is at its end; at most to the bar open `until`."""
        self._until, self.stopped_for = until, None
        if not self.session.ended:
            self.pace.start(hurry=hurry)

    def send(self, command: TraderCommand) -> tuple[Event, ...]:
        """A trader's wish, decided and on its way to the ledger."""
        self._check()
        events = self._heard(self.session.send(command))
        self.commit()
        return events

    def commit(self) -> None:
        """Hand over what happened; it is published when it is on disk."""
        session = self.session
        news, self._news = tuple(self._news), []
        snapshot = Snapshot(session.account, session.market, session.place, session.ended, news)
        self._waiting += 1
        session.commit().add_done_callback(lambda ticket: self._kept(ticket, snapshot))

    def _kept(self, ticket: Future[int], snapshot: Snapshot) -> None:
        """Called by whoever wrote. What could not be written is never shown: `tick` says why."""
        if ticket.exception() is None:
            self._publish(snapshot)

    def published(self, snapshot: Snapshot) -> None:
        """The screen has taken over one snapshot.

        Who asked the clock on while something that must be seen was on its way had not seen it.
        """
        self._waiting -= 1
        if stops_the_clock(event for _, event in snapshot.news):
            self.pace.stop()
            self._steps_owed = 0
        if self._steps_owed and not self.busy and self.session.failure is None:
            self._steps_owed -= 1
            self._step()

    def here(self) -> Snapshot:
        """Where a session stands that was just taken up: all of it is in the ledger."""
        session = self.session
        return Snapshot(session.account, session.market, session.place, session.ended, ())

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
