"""An account's later commands given again in a fork, each at its place, as far as they still apply.

A command about something that the fork does not have (a position, an order, a call) is left out;
one that the fork's rules refuse is refused. Both are reported. What closes a part of a position
closes the same part of one of another size.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Cause
from ledger.practice.forks.fork import Junction, Trunk, by_itself
from ledger.practice.forks.retold import retold
from ledger.practice.sessions.along.fitting import Fitting, NotHere
from ledger.practice.sessions.along.going import go_to
from ledger.practice.sessions.session import Place, Session
from ledger.times import Time

REFUSED = (e.OrderRefused, e.ActionRefused)


@dataclass(frozen=True, slots=True)
class Lived:
    """A command of the trunk, read from its events, which begin at `seq`; its place, and the
    account just before it. `order` is the name of the order that it placed."""

    seq: int
    place: Place
    command: c.TraderCommand
    before: Account
    order: str | None


@dataclass(frozen=True, slots=True)
class Untold:
    """A command without effect in the fork: its number in the trunk, its word, and why."""

    seq: int
    command: str
    reason: str
    refused: bool
    """Whether the rules refused it; otherwise it was left out."""


def lived_after(trunk: Trunk, at: Junction) -> Iterator[Lived]:
    """Every command after a junction that did something, in order, without what happened by
    itself."""
    account = trunk.account_at(at.seq)
    groups = list(trunk.told_after(at.seq))
    with trunk.record() as record:
        mine = {g.first for g, _ in groups if g.wished and not by_itself(trunk, record, g)}
    for group, events in groups:
        command = retold(account, events) if group.first in mine else None
        if command is not None:
            placed = next((x for x in events if isinstance(x, e.OrderPlaced)), None)
            name = placed.order if placed and placed.cause is Cause.TRADER else None
            yield Lived(group.first, group.place, command, account, name)
        for event in events:
            account = apply(account, event)


class Rerun:
    """The fork's session, and its names for the trunk's orders."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.untold: list[Untold] = []
        fork = session.fork
        self._fitting = Fitting(shared=0 if fork is None else fork.seq)

    def give_all(
        self,
        lived: Iterable[Lived],
        until: Place,
        time: Time,
        leaves_out: Callable[[Lived], str] = lambda _: "",
    ) -> None:
        """Give every command at its place, except those left out for a reason; then run on to where
        the trunk's clock was left."""
        for each in lived:
            go_to(self.session, each.place)
            if reason := leaves_out(each):
                self._note(each, reason, refused=False)
            else:
                self.give(each)
        go_to(self.session, until)
        if self.session.ended and self.session.market.time < time:
            self.session.wait(time)

    def give(self, lived: Lived) -> tuple[e.Event, ...]:
        """Give a command where the clock stands, if it applies here: the events it led to."""
        try:
            command = self._fitting.fitted(lived.command, lived.before, self.session.account)
        except NotHere as missing:
            self._note(lived, str(missing), refused=False)
            return ()
        events = self.session.send(command)
        self.heard(lived, events)
        if events and isinstance(events[-1], REFUSED):
            self._note(lived, events[-1].reason, refused=True)
        return events

    def heard(self, lived: Lived, events: Iterable[e.Event]) -> None:
        """Note the name here of an order that has its own name in the trunk."""
        self._fitting.heard(lived.order, events)

    def _note(self, lived: Lived, reason: str, *, refused: bool) -> None:
        self.untold.append(Untold(lived.seq, c.word_of(lived.command), reason, refused))
