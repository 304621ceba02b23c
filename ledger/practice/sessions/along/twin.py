"""A twin: a second account on the same tapes, under another mode or rule book.

Every command of the first goes to it too, fitted to what it has, and what it refuses is on its
record. Its clock is brought to where the first's is before each command and each batch, and the two
are stored in one transaction: neither is ever on disk without the other.
"""

from ledger.account import commands as c
from ledger.account.events.kinds import Event
from ledger.account.risk.requirement import mode_of
from ledger.books.batch import Batch
from ledger.frozen import replace
from ledger.practice.sessions.along.fitting import Fitting, NotHere, order_made
from ledger.practice.sessions.along.going import go_to
from ledger.practice.sessions.session import Given, Session, stops_the_clock
from ledger.practice.sessions.skip import passage_of, quiet_before
from ledger.practice.sessions.timeline import Phase

News = tuple[tuple[int, Event], ...]
"""Events with their numbers."""


class Twin:
    """`session` is the twin's own, in the branch `branch` of the ledger that the first is in.

    It brings no money of its own: it takes what the first takes, so the purse of the first bounds
    it as well, but nothing that happens in it moves that purse.
    """

    def __init__(self, session: Session, branch: int = 0) -> None:
        self.session = session
        self.branch = branch
        self._fitting = Fitting(session.called)
        self._news: list[tuple[int, Event]] = []

    def come(self, lead: Session) -> tuple[Event, ...]:
        """Run its clock to where the first's stands."""
        events = go_to(self.session, lead.place)
        if self.session.market.time < lead.market.time:
            events += self.session.wait(lead.market.time)
        return self._noted(events)

    def stops_at(self, lead: Session) -> bool:
        """Whether something that must be seen happened to it on the way there."""
        return stops_the_clock(self.come(lead))

    def hear(self, lead: Session, given: Given) -> None:
        """Carry out a command that was just given to the first."""
        self.come(lead)
        mine = self.session
        mine.funds = given.funds
        try:
            fitted = self._fitting.fitted(_in_own_mode(given), given.before, mine.account)
        except NotHere as missing:
            events = mine.refuse(given.command, str(missing))
        else:
            events = mine.send(fitted)
        mine.funds = None
        self._fitting.heard(order_made(given.events), events)
        self._noted(events)

    def quiet_until(self, lead: Session, before: int) -> int:
        """The first step, at most `before`, that must be run for its sake; the first's own is
        looked for before, since what is posted beyond it would be computed for nothing."""
        self.come(lead)
        mine = self.session
        first = mine.place.index + (mine.place.phase is not Phase.OPEN)
        before = quiet_before(lead.timeline, lead.account, lead.market, first, before)
        passage = passage_of(mine.timeline, mine.account, mine.market, first, before)
        return first if passage is None else passage.index + 1

    def batch(self, lead: Session, *, sealed: bool) -> tuple[int, Batch]:
        """What happened to it since the last batch of the first, for the same transaction."""
        self.come(lead)
        mine = self.session
        mine.rehearsal, mine.script_done = lead.rehearsal, lead.script_done
        resting = lead.account.orders
        mine.called = {k: v for k, v in self._fitting.called.items() if k in resting}
        return self.branch, mine.batch(sealed=sealed)

    def take_news(self) -> News:
        """What happened to it since this was last asked for."""
        news, self._news = tuple(self._news), []
        return news

    @property
    def must_be_seen(self) -> bool:
        """Whether the clock stops for something that happened to it since then."""
        return stops_the_clock(event for _, event in self._news)

    def _noted(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        first = self.session.account.seq - len(events) + 1
        self._news += enumerate(events, start=first)
        return events


def _in_own_mode(given: Given) -> c.TraderCommand:
    """An order in the margin mode that the first has anyway is one in the twin's own."""
    command, before = given.command, given.before
    if not isinstance(command, c.PlaceOrder):
        return command
    held = before.position(command.symbol)
    usual = before.mode if held is None else mode_of(before, held.pocket)
    return replace(command, mode=None) if command.mode is usual else command
