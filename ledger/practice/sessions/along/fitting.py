"""A command given in one account, as it applies in another on the same tapes.

Orders are called differently there, and what closes a part of a position closes the same part of
one of another size. A command about something that the other account does not have (a position, an
order, a call) does not apply.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Account, Cause, Order, Position
from ledger.engine.commands.place_orders import OUR_NAMES
from ledger.frozen import replace
from ledger.money import floor_to


class NotHere(Exception):
    """What a command is about does not exist here; the message says what."""


class Fitting:
    """Names here of the other account's orders, and its commands with them.

    `shared` is the last event that both accounts have: until then they were one, and what was
    placed or written is called here as it is there. `None` for accounts that never were one.
    """

    def __init__(
        self, called: Mapping[str, str] | None = None, *, shared: int | None = None
    ) -> None:
        self.called = dict(called or {})
        self._as_there = shared is not None
        self._shared = shared or 0

    def heard(self, order: str | None, events: Iterable[e.Event]) -> None:
        """Note the name here of an order that has its own name there."""
        made = order_made(events)
        if order is not None and made is not None:
            self.called[order] = made

    def fitted(self, command: c.TraderCommand, then: Account, now: Account) -> c.TraderCommand:
        """The command as it applies here, `now`; it was given `then`, in the account as it was just
        before. Raises `NotHere`."""
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
            held = _held(now, command.symbol, then)
            if isinstance(command, c.ClosePosition):
                return _closing(command, held, then, now)
        if isinstance(command, c.MoveTarget | c.RemoveTarget):
            return self._target(command, then, now)
        return command

    def _order(self, command: c.PlaceOrder, then: Account, now: Account) -> c.PlaceOrder:
        if command.oco is not None:
            command = replace(command, oco=self._group(command.oco))
        was, held = then.position(command.symbol), now.position(command.symbol)
        if was is None or held is None:
            if command.reduce_only:
                raise NotHere(f"nothing is held in {command.symbol} here")
            return command
        if held.leverage != was.leverage and command.leverage == was.leverage:
            command = replace(command, leverage=held.leverage)
        if command.reduce_only and held.quantity != was.quantity:
            _held(now, command.symbol, then)
            return replace(command, quantity=_part(command, was, held, now))
        return command

    def _written(self, command: c.AddNote) -> c.AddNote:
        """A note, without what it refers to if that has another number here."""
        trade, revises = command.trade, command.revises
        return replace(
            command,
            trade=None if trade is None or trade > self._shared else trade,
            revises=None if revises is None or revises > self._shared else revises,
        )

    def _group(self, name: str) -> str:
        """A word stays what it is; an order has its name here. Raises `NotHere`."""
        if OUR_NAMES.fullmatch(name) and name not in self.called and not self._as_there:
            raise NotHere(f"order {name} is not resting here")
        return self.called.get(name, name)

    def _id(self, name: str, then: Account, now: Account) -> str:
        """The name here of an order. Raises `NotHere`."""
        meant = then.orders.get(name)
        if meant is None:
            raise NotHere(f"there is no order {name}")
        if meant.cause is Cause.TRADER:
            here = self.called.get(name, name if self._as_there else "")
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


def order_made(events: Iterable[e.Event]) -> str | None:
    """The name of the order that a command of the trader's placed."""
    placed = (x for x in events if isinstance(x, e.OrderPlaced) and x.cause is Cause.TRADER)
    made = next(placed, None)
    return None if made is None else made.order


def _held(now: Account, symbol: str, then: Account) -> Position:
    """The position that is meant, on the side that it had. Raises `NotHere`."""
    held, was = now.position(symbol), then.position(symbol)
    if held is None:
        raise NotHere(f"nothing is held in {symbol} here")
    if was is not None and was.side is not held.side:
        raise NotHere(f"{symbol} is held on the other side here")
    return held


def _closing(
    command: c.ClosePosition, held: Position, then: Account, now: Account
) -> c.ClosePosition:
    """The same part of a position of another size; a fraction is the same part of any."""
    was = then.position(command.symbol)
    if was is None or was.quantity == held.quantity:
        return command
    return replace(command, quantity=_part(command, was, held, now))


def _part(
    command: c.PlaceOrder | c.ClosePosition, was: Position, held: Position, now: Account
) -> Decimal | None:
    """The quantity here of what closes a part there. Raises `NotHere`."""
    if command.quantity is None:
        return None
    lot = now.instruments[command.symbol].lot
    size = floor_to(command.quantity * held.quantity / was.quantity, lot)
    if size <= 0:
        raise NotHere(f"its part of {command.symbol} is less than a lot here")
    return size


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
