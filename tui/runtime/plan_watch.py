"""What breaks the session plan, said on the desk as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.account.events.kinds import Event
from ledger.practice.sessions.session import Session
from ledger.practice.views.desk_view import DeskView
from tui.text import display

if TYPE_CHECKING:
    from ledger.reports.grade.watch import PlanWatch


class DeskPlanWatch:
    """Hears every event once, whether it follows from a command or from the clock.

    It begins with the plan, or where an account that has one is opened; without one nothing is
    followed.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._watch: PlanWatch | None = None
        self._unsaid: list[str] = []
        if session.account.plan is not None:
            self._begin()

    def sent(self, events: Sequence[Event]) -> None:
        """The events of the trader's own command; `coda` says what they broke."""
        if self._follows(self._session.account.seq - len(events)):
            self._unsaid += self._hear(events)

    def coda(self) -> str:
        """What the last command broke, once."""
        said, self._unsaid = self._unsaid, []
        return _sentence(said)

    def heard(self, news: Sequence[tuple[int, Event]], view: DeskView | None) -> str:
        """What the clock brought."""
        seen = 0 if self._watch is None else self._watch.seq
        fresh = [(seq, event) for seq, event in news if seq > seen]
        said: list[str] = []
        if fresh and self._follows(fresh[0][0] - 1):
            said = self._hear([event for _, event in fresh])
        if view is not None and self._watch is not None:
            said += self._watch.look(view.equity, view.time)
        return _sentence(said)

    def _follows(self, since: int) -> bool:
        """Whether it knows everything up to the event `since`; if not, it begins here."""
        if self._session.account.plan is None:
            return False
        if self._watch is not None and self._watch.seq == since:
            return True
        self._begin()
        return False

    def _begin(self) -> None:
        from ledger.practice.views.known_bars import KnownBars  # only under a plan
        from ledger.reports.grade.past import Walk
        from ledger.reports.grade.watch import PlanWatch

        session = self._session
        bar = min(tape.interval for tape in session.timeline.tapes.values())
        walk = Walk(session.account, dict(session.market.last), KnownBars(session.timeline))
        self._watch = PlanWatch(walk, bar, session.market.time)

    def _hear(self, events: Sequence[Event]) -> list[str]:
        assert self._watch is not None, "it follows"
        return self._watch.heard(events, self._session.market.last)


def _sentence(said: Sequence[str]) -> str:
    if said and display.hides_money():
        return " Against the plan: a limit is broken."
    return f" Against the plan: {'; '.join(said)}." if said else ""
