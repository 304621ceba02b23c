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
from ledger.account.state import Account, Cause, Order, Position
from ledger.frozen import replace
from ledger.money import floor_to
from ledger.practice.forks.fork import Junction, Trunk, by_itself
from ledger.practice.forks.record import order_of
from ledger.practice.forks.retold import retold
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase
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


class NotHere(Exception):
    """What a command is about does not exist here; the message says what."""


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


def go_to(session: Session, place: Place) -> None:
    """Run the clock to a later place, through calls and everything else that stops it."""
    while order_of(session.place) < order_of(place):
        here = session.place
        before = place.index + (place.phase is Phase.CLOSED)
        if here.index < before:
            session.skip(before)
        if session.place == here and here.phase is Phase.OPEN:
            session.close_step()
        elif order_of(session.place) < order_of(place) and session.place.phase is not Phase.OPEN:
            session.open_step()


class Rerun:
    """The fork's session, and its names for the trunk's orders."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.untold: list[Untold] = []
        self._called: dict[str, str] = {}

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
                self._give(each)
        go_to(self.session, until)
        if self.session.ended and self.session.market.time < time:
            self.session.wait(time)

    def _give(self, lived: Lived) -> None:
        try:
            command = self._fitted(lived)
        except NotHere as missing:
            self._note(lived, str(missing), refused=False)
            return
        events = self.session.send(command)
        self.heard(lived, events)
        if events and isinstance(events[-1], REFUSED):
            self._note(lived, events[-1].reason, refused=True)

    def heard(self, lived: Lived, events: Iterable[e.Event]) -> None:
        """Note the name here of an order that has its own name in the trunk."""
        placed = (x for x in events if isinstance(x, e.OrderPlaced) and x.cause is Cause.TRADER)
        made = next(placed, None)
        if lived.order is not None and made is not None:
            self._called[lived.order] = made.order

    def _note(self, lived: Lived, reason: str, *, refused: bool) -> None:
        self.untold.append(Untold(lived.seq, c.word_of(lived.command), reason, refused))

    def _fitted(self, lived: Lived) -> c.TraderCommand:
        """The command as it applies here. Raises `NotHere`."""
        command, then, now = lived.command, lived.before, self.session.account
        if isinstance(command, c.PlaceOrder):
            return self._order(command, then, now)
        if isinstance(command, c.AnswerCall):
            if not any(not call.expired for call in now.calls.values()):
                raise NotHere("no margin call is open here")
            return command
        if isinstance(command, c.AmendOrder | c.CancelOrder):
            return replace(command, id=self._id(command.id, then, now))
        if isinstance(command, c.AddNote):
            return self._written(command)
        if isinstance(command, _OF_POSITION):
            _held(now, command.symbol, then)
        if isinstance(command, c.MoveTarget | c.RemoveTarget):
            return self._target(command, then, now)
        return command

    def _order(self, command: c.PlaceOrder, then: Account, now: Account) -> c.PlaceOrder:
        if command.oco is not None:
            command = replace(command, oco=self._called.get(command.oco, command.oco))
        was, held = then.position(command.symbol), now.position(command.symbol)
        if was is None or held is None:
            if command.reduce_only:
                raise NotHere(f"nothing is held in {command.symbol} here")
            return command
        if held.leverage != was.leverage and command.leverage == was.leverage:
            command = replace(command, leverage=held.leverage)
        if command.reduce_only and held.quantity != was.quantity:
            _held(now, command.symbol, then)
            assert command.quantity is not None, "a command read from the record has its quantity"
            lot = now.instruments[command.symbol].lot
            size = floor_to(command.quantity * held.quantity / was.quantity, lot)
            if size <= 0:
                raise NotHere(f"its part of {command.symbol} is less than a lot here")
            return replace(command, quantity=size)
        return command

    def _written(self, command: c.AddNote) -> c.AddNote:
        """A note, without what it refers to if that was after the fork: it has other numbers
        here."""
        shared = 0 if self.session.fork is None else self.session.fork.seq
        trade, revises = command.trade, command.revises
        return replace(
            command,
            trade=None if trade is None or trade > shared else trade,
            revises=None if revises is None or revises > shared else revises,
        )

    def _id(self, name: str, then: Account, now: Account) -> str:
        """The name here of an order. Raises `NotHere`."""
        meant = then.orders[name]
        if meant.cause is Cause.TRADER:
            here = self._called.get(name, name)
            if here in now.orders and now.orders[here].symbol == meant.symbol:
                return here
            raise NotHere(f"order {name} is not resting here")
        _held(now, meant.symbol, then)
        same = _protecting(now, meant)
        exact = [order for order in same if order.limit == meant.limit]
        place = _protecting(then, meant).index(meant)
        if exact or len(same) > place:
            return (exact or [same[place]])[0].id
        raise NotHere(f"{meant.symbol} has no such {meant.cause.replace('_', ' ')} here")

    def _target(
        self, command: c.MoveTarget | c.RemoveTarget, then: Account, now: Account
    ) -> c.TraderCommand:
        if command.id is not None:
            return replace(command, id=self._id(command.id, then, now))
        more = len(_targets(now, command.symbol)) > max(len(_targets(then, command.symbol)), 1)
        if more and isinstance(command, c.MoveTarget):
            raise NotHere(f"{command.symbol} has several targets here: name one")
        return command


_OF_POSITION = (
    c.ClosePosition,
    c.MoveStop,
    c.RemoveStop,
    c.MoveTarget,
    c.RemoveTarget,
    c.AddMargin,
    c.RemoveMargin,
)


def _held(now: Account, symbol: str, then: Account) -> Position:
    """The position that is meant, on the side that it had. Raises `NotHere`."""
    held, was = now.position(symbol), then.position(symbol)
    if held is None:
        raise NotHere(f"nothing is held in {symbol} here")
    if was is not None and was.side is not held.side:
        raise NotHere(f"{symbol} is held on the other side here")
    return held


def _protecting(account: Account, meant: Order) -> list[Order]:
    return [
        order
        for order in account.orders.values()
        if order.symbol == meant.symbol and order.cause is meant.cause
    ]


def _targets(account: Account, symbol: str) -> list[Order]:
    return [
        order
        for order in account.orders.values()
        if order.symbol == symbol and order.cause is Cause.TAKE_PROFIT
    ]
