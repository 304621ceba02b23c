"""A practice session: one account, its tapes and clock, and the ledger that stores it.

Everything goes `decide -> events -> books -> published`. `session.account` is what was decided;
`published` is what the ledger has committed, and only that may be shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import count, repeat
from typing import TYPE_CHECKING, Any, Protocol

from ledger.account import commands as c
from ledger.account.events.kinds import AccountOpened, Event
from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.books.snapshots import body_of
from ledger.books.store import Batch
from ledger.books.wire.fingerprint import state_hash
from ledger.books.writer import Keeper, Pane, Ticket
from ledger.engine.decide import Decision, decide
from ledger.engine.orders.venue_state import taken_up
from ledger.practice.funds import Funds, decide_within, refused_outside
from ledger.practice.sessions.along.stops import stops_the_clock as stops_the_clock
from ledger.practice.sessions.pending import Decided, Kept
from ledger.practice.sessions.setup import Setup
from ledger.practice.sessions.skip import passage_of
from ledger.practice.sessions.standing import Standing, summary
from ledger.practice.sessions.statement import Statement, figures, statement, write_statement
from ledger.practice.sessions.stored_place import ForkedFrom as ForkedFrom
from ledger.practice.sessions.stored_place import Place as Place
from ledger.practice.sessions.stored_place import StoredPlace, write_place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import Time

if TYPE_CHECKING:
    from ledger.practice.sessions.along.twin import Twin

_OPEN, _CLOSED = Phase.OPEN, Phase.CLOSED


@dataclass(frozen=True, slots=True)
class Given:
    """A command that was sent, the account and the purse before it, and what it led to."""

    command: c.TraderCommand
    before: Account
    funds: Funds | None
    events: tuple[Event, ...]


class Fated(Protocol):
    """A scripted command that is sent at the first bar opening at or after a time."""

    @property
    def at(self) -> Time: ...

    @property
    def command(self) -> c.TraderCommand: ...


class Session:
    """Sends commands to the engine, stores what comes back, and moves the clock.

    `files` says where the user's own tapes are on this machine: stored beside the history, since it
    is not part of it; so are the shipped `rehearsal` that guides the account and how much of its
    script is done. `send` and the clock's methods return the events they led to. With a ledger they
    are committed by `commit`; none of them may be shown before `published_seq` has reached them.
    `fate` are a scenario's own commands, each sent at the open of its bar; `script_done` counts
    those that are done; `time` is the time at which a clock was left.
    """

    def __init__(
        self,
        account: Account,
        timeline: Timeline,
        keeper: Keeper,
        place: Place | None = None,
        release: Callable[[], None] | None = None,
        title: str = "",
        files: Mapping[str, str] | None = None,
        rehearsal: str = "",
        script_done: int = 0,
        time: Time | None = None,
        standing: Standing | None = None,
        fork: ForkedFrom | None = None,
        funds: Funds | None = None,
        called: Mapping[str, str] | None = None,
    ) -> None:
        self.title = title
        self.files = dict(files or {})
        self.rehearsal = rehearsal
        self.script_done = script_done
        self.called = dict(called or {})
        """Of a twin: its names for the orders of the account that leads it."""
        self.account = account
        self.timeline = timeline
        self._steps = len(timeline)
        self.place = place or Place(-1, Phase.BEFORE)
        here = timeline.market(self.place.index, self.place.phase)
        self.market = taken_up(account, here, time)
        self.began: tuple[Event, ...] = ()
        """The events with which a new account begins: its opening, and the plan it comes with."""
        self.standing = standing or Standing()
        self.fork = fork
        self.funds = funds
        """The purse that the account is funded from; `None` for one that brings its own money."""
        self.twin: Twin | None = None
        """The account beside it that every command goes to as well."""
        self.truth: Setup | None = None
        """What a blind account hides; `None` for one that hides nothing."""
        self.revealed = False
        self.exam = False
        """Whether it counts as an exam: no forks before the end, no haste in a margin call."""
        self._keeper = keeper
        self._release = release
        self.fate: Sequence[Fated] = ()
        self._before = account
        """The account before the first pending event."""
        self._pending: list[Decided] = []
        self._loud = -1, -1
        """The step a skip went up to, and the last event then: no need to search again."""

    def open_account(self, *began: Event) -> None:
        """Record how a new account begins."""
        self.began = began
        self.exam = any(isinstance(each, AccountOpened) and each.exam for each in began)
        self._pending += zip(began, repeat("open"), count())
        self.account = reduce(apply, began, self.account)

    def send(self, command: c.TraderCommand) -> tuple[Event, ...]:
        """Carry out a trader's command at the present moment."""
        self.revealed |= isinstance(command, c.Reveal)
        before, funds = self.account, self.funds
        events = self._take(self.preview(command), self._cause)
        if self.twin is not None:
            self.twin.hear(self, Given(command, before, funds, events))
        return events

    def refuse(self, command: c.TraderCommand, reason: str) -> tuple[Event, ...]:
        """Record that a command was refused for a reason that no rule book knows."""
        return self._take(refused_outside(self.account, self.market, command, reason), self._cause)

    @property
    def _cause(self) -> str:
        return f"cmd:{self.account.seq + 1}:{self.place.phase}"

    def preview(self, command: c.TraderCommand) -> Decision:
        """What a command would lead to: executed, but not recorded."""
        return decide_within(self.funds, self.account, self.market, command)

    @property
    def ended(self) -> bool:
        """Whether the tape has no further bar."""
        return self.place.phase is not _OPEN and self.place.index + 1 >= self._steps

    @property
    def hides(self) -> bool:
        """Whether it is blind and still hides what its prices are: until its tape ends."""
        return self.truth is not None and not self.revealed and not self.ended

    def session_close(self, symbol: str) -> Time | None:
        """When a day order placed now ends; `None` if no bar is left."""
        here = self.place.index if self.place.phase is _OPEN else self.place.index + 1
        return self.timeline.session_close(here, symbol)

    def open_step(self) -> tuple[Event, ...]:
        """The clock reaches the next bar's open."""
        index = self.place.index + 1
        step = self.timeline.step(index)
        self.place = Place(index, _OPEN)
        decision = decide(self.account, self.market, c.OpenBar(step=step))
        events = self._take(decision, f"open:{step.time}")
        while (fated := self._next_fated()) is not None and fated.at <= self.market.time:
            self.script_done += 1
            events += self.send(fated.command)
        return events

    def _next_fated(self) -> Fated | None:
        return self.fate[self.script_done] if self.script_done < len(self.fate) else None

    def close_step(self) -> tuple[Event, ...]:
        """The rest of the open bar, to its close."""
        step = self.timeline.step(self.place.index, ending=True)
        self.place = Place(self.place.index, _CLOSED)
        decision = decide(self.account, self.market, c.CloseBar(step=step))
        return self._take(decision, f"close:{step.time}")

    def skip(self, before: int) -> tuple[Event, ...]:
        """Skip the bars in which nothing can happen, at most up to the step `before`.

        The clock rests after the last of them; if the very next bar must be run, it has not moved.
        The events are the interest posted meanwhile.
        """
        fated = self._next_fated()
        if fated is not None:
            before = min(before, self.timeline.index_at(fated.at))
        first = self.place.index + (self.place.phase is not _OPEN)
        if self._loud == (first, self.account.seq):
            return ()
        passage = passage_of(self.timeline, self.account, self.market, first, before)
        events: tuple[Event, ...] = ()
        if passage is not None:
            for posting in passage.postings:
                events += self._take(posting.decision, posting.key)
            self.place = Place(passage.index, _CLOSED)
            self.market = self.timeline.market(passage.index, _CLOSED)
            first = passage.index + 1
        if first < min(before, self._steps):
            self._loud = first, self.account.seq
        return events

    def wait(self, until: int) -> tuple[Event, ...]:
        """Let time pass without a bar."""
        decision = decide(self.account, self.market, c.Wait(until=until))
        return self._take(decision, f"wait:{until}")

    def advance(self, before: int | None = None) -> tuple[Event, ...]:
        """Finish the bar and open the next, but stop for anything that must be seen.

        With a step given, the clock skips quiet bars on the way: it rests at the open of the first
        bar in which something may happen, or of that step.
        """
        if self.ended:
            return ()
        twin = self.twin
        if twin is not None and before is not None:
            before = twin.quiet_until(self, before)
        events = self._finish_bar(before)
        last = self.place.index + 1 == self._steps
        if (twin is not None and twin.stops_at(self)) or last or stops_the_clock(events):
            return events
        events += self.open_step()
        if twin is not None:
            twin.come(self)
        return events

    def _finish_bar(self, before: int | None) -> tuple[Event, ...]:
        """The rest of an open bar, and the quiet ones after it if they may be skipped."""
        here = self.place
        events = () if before is None else self.skip(before)
        if self.place == here and here.phase is _OPEN:
            return self.close_step()
        return events

    def _take(self, decision: Decision, key: str) -> tuple[Event, ...]:
        now, then = (self.account, self.market), (decision.account, decision.market)
        self.standing = self.standing.after(now, then, decision.events)
        self.funds = self.funds and self.funds.after(decision.events)
        self._pending += zip(decision.events, repeat(key), count())
        self.account, self.market = decision.account, decision.market
        return decision.events

    @property
    def uncommitted(self) -> int:
        """The number of events decided but not yet handed to the ledger."""
        return len(self._pending)

    def statement(self) -> Statement:
        """The account's statement now, with the labels of synthetic prices."""
        return self._labelled(statement(self.account, self.market, self.market.time))

    def _labelled(self, line: Statement) -> Statement:
        labels = self.timeline.synthetic
        return replace(line, synthetic=labels) if labels else line

    def commit(self, *, sealed: bool = False) -> Ticket:
        """Hand what was decided to the books, with the clock's place, in one transaction.

        It includes a statement for other readers of the ledger, and if `sealed` the fingerprint of
        the account, which the doctor compares with a replay. The ticket is done when it is on disk.
        Raises what writing failed with, now and at every later call.
        """
        return self._keeper.submit(self.batch(sealed=sealed))

    def batch(self, *, sealed: bool = False) -> Batch:
        """What was decided since the last batch, for the writer."""
        account, market, left, labelled = self.account, self.market, self._left(), self._labelled

        def place() -> dict[str, Any]:
            seal = {"state_hash": state_hash(account)} if sealed else {}
            line = labelled(figures(account, market, market.time))
            return {
                **write_place(left),
                "statement": write_statement(line),
                "summary": summary(left.standing, account, market),
                **seal,
            }

        records = Kept(self._before, self._pending)
        self._before, self._pending = account, []
        whole = partial(body_of, account)
        beside = None if self.twin is None else self.twin.batch(self, sealed=sealed)
        return Batch(records, place, snapshot=whole, closing=sealed, beside=beside)

    def kept_by(self, keeper: Keeper, release: Callable[[], None]) -> None:
        """Use this writer from now on; it already has everything so far."""
        self._keeper, self._release = keeper, release

    def _left(self) -> StoredPlace:
        """The clock's place, and what guides the account."""
        return StoredPlace(
            index=self.place.index,
            phase=self.place.phase,
            time=self.market.time,
            files=self.files,
            rehearsal=self.rehearsal,
            script_done=self.script_done,
            ended=self.ended,
            standing=self.standing,
            called=self.called,
        )

    @property
    def published_seq(self) -> int:
        """The last event committed by the books: what a screen may show."""
        return self._keeper.committed_seq

    @property
    def failure(self) -> BaseException | None:
        """Why the books cannot be written; `None` while they can."""
        return self._keeper.failure

    @property
    def only_looks(self) -> bool:
        """Whether this session is read only."""
        return isinstance(self._keeper, Pane)

    @property
    def held_up(self) -> bool:
        """Whether another program holds the ledger, so that events wait to be written."""
        return self._keeper.held_up

    def close(self) -> None:
        """Commit what is left and release the ledger. Raises what writing failed with."""
        try:
            if self._keeper.failure is None:
                self.commit(sealed=True)
                self._keeper.flush()
        finally:
            self._keeper.close()  # a read-only session has nothing to lose
            if self._release is not None:
                self._release()
