"""Each trade again by the engine as it was first planned, and again with one decision more each
time.

A line begins with the account as it was recorded after a decision about the trade (or after its
opening) and goes on along the same path: the first stop, the first targets and whatever else of the
symbol rested then stay untouched, and every later command about the symbol is left out. As long as
the trade lasted that was played, the rest of the account goes on as it did (money in and out, other
symbols); after that, nothing more is done. A line ends with its trade, or where the account's own
clock stands: nothing of a future that has not been played is told.

Law: the line after the last decision is the trade that was played.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from pathlib import Path

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.market.quote import Market
from ledger.practice.forks.again import Lived, Rerun
from ledger.practice.forks.fork import Junction, Trunk, by_itself, session_with, trunk_in
from ledger.practice.forks.record import Group
from ledger.practice.forks.retold import retold
from ledger.practice.sessions.along.going import going_to
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Phase
from ledger.reports.discipline.managed import (
    Line,
    Managed,
    ManagedBy,
    forced_cost,
    managed_by,
    stop_moved,
    worths,
)
from ledger.reports.trades.orders import protects
from ledger.reports.trades.round_trip import trades_from
from ledger.reports.trades.trade import Trade

Progress = Callable[[int, int], object]
"""Hears how many trades of how many are done."""


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a line begins: after the event `at.seq`, with the account as it was; `done` of what
    happens by itself had happened."""

    at: Junction
    account: Account
    done: int
    due: bool
    """Whether the bar has just opened, so that what happens by itself there is still to come."""


@dataclass(slots=True)
class _Story:
    """A closed trade: its events, where it begins, and what was decided about it later."""

    trade: Trade
    events: list[tuple[int, e.Event]] = field(default_factory=list)
    begins: _Start | None = None
    decided: list[tuple[ManagedBy, Group, _Start]] = field(default_factory=list)
    bare: Group | None = None
    """The decision that took the stop off, while none stands again."""


@dataclass(frozen=True, slots=True)
class _Other:
    """A command that is given again in the lines of trades in other symbols."""

    lived: Lived
    symbols: frozenset[str]


def managed_in(
    path: Path,
    account: str | None,
    chosen: Callable[[Trade], bool] = lambda _: True,
    progress: Progress = lambda _done, _total: None,
) -> tuple[Managed, ...]:
    """The closed trades of an account that had a stop, each beside itself set and forgotten.

    Raises `Refused` (no such account), and what `Ledger.open` raises.
    """
    with trunk_in(path, account, read_only=True) as trunk:
        trades = trades_from(trunk.ledger.events(trunk.branch.id))
        return tuple(set_and_forget(trunk, filter(chosen, trades), progress))


def set_and_forget(
    trunk: Trunk, trades: Iterable[Trade], progress: Progress = lambda _done, _total: None
) -> Iterator[Managed]:
    """Closed trades with R, each beside itself set and forgotten; the others have no passive R."""
    history = _History(trunk, [trade for trade in trades if trade.r is not None])
    for number, story in enumerate(history.stories):
        progress(number, len(history.stories))
        yield history.managed(story)


class _History:
    """The record of an account, read once."""

    def __init__(self, trunk: Trunk, trades: Sequence[Trade]) -> None:
        self._trunk = trunk
        self.stories = [_Story(trade) for trade in trades]
        self._others: list[_Other] = []
        self._done = 0
        self._running: dict[str, _Story] = {}
        if trades:
            self._read()
        self._seqs = [other.lived.seq for other in self._others]

    def _read(self) -> None:
        trunk, account = self._trunk, self._trunk.account_at(1)
        waiting = list(reversed(self.stories))
        with trunk.record() as record:
            for group, events in trunk.told_after(1):
                fated = group.wished and by_itself(trunk, record, group)
                self._done += fated
                before, account = account, _after(account, events)
                command = retold(before, events) if group.wished and not fated else None
                numbered = list(enumerate(events, group.first))
                if group.wished and not fated:
                    self._heard(group, numbered, command, before, account)
                else:
                    self._went_on(numbered)
                while waiting and waiting[-1].trade.opened_seq <= group.last:
                    self._begin(waiting.pop(), group, numbered, account)

    def _heard(
        self,
        group: Group,
        events: list[tuple[int, e.Event]],
        command: c.TraderCommand | None,
        before: Account,
        after: Account,
    ) -> None:
        """A command: a decision about the trades in its symbols, and for others, what happened."""
        symbols = _symbols(command, before, (event for _, event in events))
        for symbol in symbols & self._running.keys():
            story, start = self._running[symbol], self._start(group, events, after)
            _decide(story, group, events, start, before)
        if command is not None and not isinstance(command, c.AddNote | c.ReviewFinding):
            placed = next((x for _, x in events if isinstance(x, e.OrderPlaced)), None)
            name = None if placed is None else placed.order
            self._others.append(
                _Other(Lived(group.first, group.place, command, before, name), symbols)
            )
        self._went_on(events)

    def _went_on(self, events: list[tuple[int, e.Event]]) -> None:
        for seq, event in events:
            for story in list(self._running.values()):
                story.events.append((seq, event))
                if seq == story.trade.closed_seq:
                    del self._running[story.trade.symbol]

    def _begin(
        self, story: _Story, group: Group, events: list[tuple[int, e.Event]], account: Account
    ) -> None:
        trade = story.trade
        story.begins = self._start(group, events, account)
        closed = trade.closed_seq or 0
        story.events += [(seq, event) for seq, event in events if trade.opened_seq <= seq <= closed]
        if closed > group.last:
            self._running[trade.symbol] = story

    def _start(self, group: Group, events: list[tuple[int, e.Event]], account: Account) -> _Start:
        bar = not group.wished
        time = max(event.at for _, event in events)
        if bar:
            time = max(time, self._trunk.market_at(group.place).time)
        opened = bar and group.place.phase is Phase.OPEN
        return _Start(Junction(group.last, group.place, time), account, self._done, opened)

    def managed(self, story: _Story) -> Managed:
        """A trade beside the same without its later decisions."""
        assert story.begins is not None, "a trade was opened by an event"
        trade = story.trade
        assert trade.closed_at is not None, "only closed trades have R"
        starts = [story.begins, *(start for _, _, start in story.decided)]
        played = Line(
            net=trade.net,
            at=trade.closed_at,
            closed_by=trade.closed_by,
            forced=forced_cost((event for _, event in story.events), trade.instrument),
        )
        lines = [*(self.line(story, start) for start in starts[:-1]), played]
        told = [(group.first, group.at, by) for by, group, _ in story.decided]
        return Managed(trade=trade, passive=lines[0], played=played, decisions=worths(told, lines))

    def line(self, story: _Story, start: _Start) -> Line:
        """How the trade goes on from somewhere if nothing more is decided about it."""
        session = session_with(self._trunk, start.account, start.at, start.done)
        events = [event for seq, event in story.events if seq <= start.at.seq]
        symbol = story.trade.symbol
        for event in chain.from_iterable(self._going_on(session, start, story.trade)):
            events.append(event)
            if isinstance(event, e.PositionClosed) and event.symbol == symbol:
                return Line(
                    net=event.net_pnl,
                    at=event.at,
                    closed_by=event.closed_by,
                    forced=forced_cost(events, story.trade.instrument),
                )
        return _still_held(session.account, session.market, story.trade, events)

    def _going_on(
        self, session: Session, start: _Start, trade: Trade
    ) -> Iterator[Sequence[e.Event]]:
        """The events of a line, stretch by stretch, up to where the trunk's clock stands."""
        trunk, rerun = self._trunk, Rerun(session)
        if start.due:
            yield from self._fated(session)
        first = bisect_right(self._seqs, start.at.seq)
        end = bisect_right(self._seqs, trade.closed_seq or 0)
        for other in self._others[first:end]:
            if trade.symbol not in other.symbols:
                yield from going_to(session, other.lived.place)
                yield rerun.give(other.lived)
        yield from going_to(session, trunk.stands_at())
        time = trunk.stands_since()
        if session.ended and session.market.time < time:
            yield session.wait(time)

    def _fated(self, session: Session) -> Iterator[Sequence[e.Event]]:
        """What happens by itself at the open of the bar at which a line begins."""
        for fated in self._trunk.fate[session.script_done :]:
            if fated.at > session.market.time:
                return
            session.script_done += 1
            yield session.send(fated.command)


def _after(account: Account, events: Iterable[e.Event]) -> Account:
    for event in events:
        account = apply(account, event)
    return account


def _symbols(
    command: c.TraderCommand | None, before: Account, events: Iterable[e.Event]
) -> frozenset[str]:
    """The symbols that a command is about: named in it, or traded by it."""
    if isinstance(command, c.AddNote | c.StartIncident | c.ChangeRules):
        return frozenset()
    symbols = {getattr(command, "symbol", None)}
    if isinstance(command, c.AmendOrder | c.CancelOrder) and command.id in before.orders:
        symbols.add(before.orders[command.id].symbol)
    of_orders = (e.OrderPlaced, e.OrderAmended, e.OrderCancelled, e.OrderFilled)
    symbols |= {event.symbol for event in events if isinstance(event, of_orders)}
    return frozenset(symbol for symbol in symbols if symbol is not None)


def _decide(
    story: _Story,
    group: Group,
    events: list[tuple[int, e.Event]],
    start: _Start,
    before: Account,
) -> None:
    """One more decision about a trade. One that takes the stop off counts together with all that
    is decided until a stop stands again: it is then known what it became."""
    trade, symbol = story.trade, story.trade.symbol
    position = before.position(symbol)
    held = Decimal(0) if position is None else abs(position.quantity)
    by = managed_by(trade, events, held)
    stands = _protected(start.account, trade)
    if story.bare is not None:
        if stands:
            moved = [x for x in trade.stop.changes if story.bare.first <= x.seq <= group.last]
            story.decided = [each for each in story.decided if each[1].first < story.bare.first]
            story.decided.append((stop_moved(moved), story.bare, start))
            story.bare = None
            return
    elif not stands and _protected(before, trade) and start.account.position(symbol) is not None:
        story.bare = group
    story.decided.append((by, group, start))


def _protected(account: Account, trade: Trade) -> bool:
    return any(
        order.symbol == trade.symbol and order.side is not trade.side and protects(order)
        for order in account.orders.values()
    )


def _still_held(account: Account, market: Market, trade: Trade, events: Iterable[e.Event]) -> Line:
    """A line whose clock stopped before its trade did: what is held is valued where it stands."""
    position, mark = account.position(trade.symbol), market.mark[trade.symbol]
    assert position is not None, "no event has closed it"
    made = position.realized + trade.instrument.unrealized(position.quantity, position.basis, mark)
    return Line(
        net=made - position.fees - position.carry + position.absorbed,
        at=market.time,
        closed_by=None,
        mark=mark,
        forced=forced_cost(events, trade.instrument),
    )
