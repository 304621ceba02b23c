"""Ready-made forks: one decision changed by rule, and the rest given again, up to the trunk's
place.

Each states what it changes. What cannot be done there is refused with the reason, and leaves
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.state import Account, Cause, OrderType, Target
from ledger.books.replay import verified
from ledger.frozen import replace
from ledger.market.instrument import Instrument
from ledger.money import ONE, ZERO, ceil_to, floor_to
from ledger.practice.forks.again import REFUSED, Lived, Rerun, Untold, lived_after
from ledger.practice.forks.fork import (
    Junction,
    Trunk,
    by_itself,
    check_ended,
    decision_at,
    junction_before,
    keep,
    session_at,
    trunk_in,
)
from ledger.practice.forks.retold import retold
from ledger.practice.sessions.along.going import order_of
from ledger.practice.sessions.session import Session
from ledger.refused import Refused
from ledger.times import Time

HALF = Decimal("0.5")


class Ready(StrEnum):
    """What is changed, in the words of the command line."""

    STOP_LEFT = "stop-left"
    """A stop that was moved or removed stays where it was, for as long as the trade lasts."""
    PLAN_SIZE = "plan-size"
    """An order that adds to a trade is no larger than the loss planned for the trade allows."""
    CALL_SELL = "call-sell"
    """A margin call is answered by a sale that cures, as soon as it is issued."""
    CALL_PAY = "call-pay"
    """A margin call is answered by paying the shortfall, as soon as it is issued."""
    HALF_AT_1R = "half-at-1r"
    """Half of an entry is closed at a gain as large as the loss at its first stop."""
    HALF_LEVERAGE = "half-leverage"
    """An entry is half the size at half the leverage: the same money behind half the position."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Where it leaves, what is sent there, and why a later command of the trunk is left out; an
    empty text if it is not."""

    at: Junction
    sent: tuple[c.TraderCommand, ...]
    leaves_out: Callable[[Lived], str] = lambda _: ""
    undoes: bool = True
    """Whether it leaves before a decision, which is then not made."""


@dataclass(frozen=True, slots=True)
class Made:
    """A fork that was run to its trunk's place, and the trunk's commands that had no effect."""

    name: str
    parent: str
    seq: int
    time: Time
    untold: tuple[Untold, ...]


class NotAllowed(Refused):
    """The rules of the account refuse what is to be done instead, for a `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"--ready: the fork's rules refuse it: {reason}")
        self.reason = reason


def make_ready(
    path: Path, account: str | None, seq: int, ready: Ready, name: str | None = None
) -> Made:
    """Make and record a ready-made fork at an event. Raises `Refused`, and as `Ledger.open`
    does."""
    with trunk_in(path, account) as played:
        check_ended(played)
        verified(played.ledger, played.branch.id)
        otherwise = _PREPARED[ready](played, seq, ready)
        session, untold = run_again(played, otherwise)
        branch = keep(played, otherwise.at, session, name, named_after=ready, goes_on=False)
        assert session.fork is not None, "it was just kept as one"
        parent = session.fork.parent
        return Made(branch.called, parent, otherwise.at.seq, session.market.time, untold)


def run_again(played: Trunk, otherwise: Otherwise) -> tuple[Session, tuple[Untold, ...]]:
    """The same in memory. Raises `NotAllowed`."""
    session = session_at(played, otherwise.at)
    later = list(lived_after(played, otherwise.at))
    rerun = Rerun(session)
    for command in otherwise.sent:
        events = session.send(command)
        if events and isinstance(events[-1], REFUSED):
            raise NotAllowed(events[-1].reason)
        for undone in later[:1] if otherwise.undoes else ():
            rerun.heard(undone, events)
    later = later[1:] if otherwise.undoes else later
    end, time = played.stands_at(), played.place.get("time", session.market.time)
    rerun.give_all(later, end, time, otherwise.leaves_out)
    return session, tuple(rerun.untold)


def _decided(played: Trunk, seq: int) -> tuple[Junction, Account, c.TraderCommand]:
    """A decision: where a fork leaves before it, the account there, and the command."""
    group = decision_at(played, seq)
    at = junction_before(group)
    before = played.account_at(at.seq)
    events = [x for n, x in played.ledger.events(played.branch.id, at.seq) if n <= group.last]
    command = retold(before, events)
    assert command is not None, "a decision is a command"
    return at, before, command


def _wrong(ready: Ready, seq: int, needed: str) -> Refused:
    return Refused(f"--ready {ready}: event {seq} is not {needed}")


def _stop_left(played: Trunk, seq: int, ready: Ready) -> Otherwise:
    at, before, command = _decided(played, seq)
    symbol = _stop_of(command, before)
    held = None if symbol is None else before.position(symbol)
    stops = [o for o in before.orders.values() if o.symbol == symbol and _is_stop(o.cause)]
    if symbol is None or held is None or not stops:
        raise _wrong(ready, seq, "a stop that was moved or taken away")
    opened = held.opened_at

    def leaves_out(lived: Lived) -> str:
        same = lived.before.position(symbol)
        of_trade = same is not None and same.opened_at == opened
        moves = _stop_of(lived.command, lived.before) == symbol
        return f"the stop of {symbol} is left where it was" if of_trade and moves else ""

    return Otherwise(at, (), leaves_out)


def _is_stop(cause: Cause) -> bool:
    return cause is Cause.STOP_LOSS


def _stop_of(command: c.TraderCommand, before: Account) -> str | None:
    """The symbol whose stop a command moves or removes."""
    if isinstance(command, c.MoveStop | c.RemoveStop):
        return command.symbol
    if isinstance(command, c.AmendOrder | c.CancelOrder):
        order = before.orders.get(command.id)
        return order.symbol if order is not None and _is_stop(order.cause) else None
    return None


def _entry(played: Trunk, seq: int, ready: Ready) -> tuple[Junction, Account, c.PlaceOrder]:
    at, before, command = _decided(played, seq)
    if not isinstance(command, c.PlaceOrder) or command.reduce_only:
        raise _wrong(ready, seq, "an order that opens or adds to a position")
    return at, before, command


def _instead(at: Junction, command: c.TraderCommand | None) -> Otherwise:
    """Another command instead of the one at the junction."""
    sent = () if command is None else (command,)
    return Otherwise(at, sent)


def _plan_size(played: Trunk, seq: int, ready: Ready) -> Otherwise:
    at, before, command = _entry(played, seq, ready)
    held = before.position(command.symbol)
    if held is None or held.side is not command.side:
        raise Refused(f"--ready {ready}: this order opened the trade; choose one that adds to it")
    if held.risk is None:
        raise Refused(f"--ready {ready}: {command.symbol} had no stop, so no loss was planned")
    instrument = before.instruments[command.symbol]
    stop = _stop_price(command, before)
    if stop is None:
        raise Refused(f"--ready {ready}: {command.symbol} had no stop when the order was given")
    price = _price(played, at, command)
    at_stake = -instrument.gain(held.quantity, instrument.entry(held.quantity, held.basis), stop)
    a_unit = -instrument.gain(command.side.sign * ONE, price, stop)
    if a_unit <= 0:
        raise Refused(f"--ready {ready}: the order risks nothing: its stop locks in a gain")
    size = floor_to(max(held.risk - max(at_stake, ZERO), ZERO) / a_unit, instrument.lot)
    assert command.quantity is not None, "a command read from the record has its quantity"
    if size >= command.quantity:
        raise Refused(f"--ready {ready}: the order was already within the plan")
    return _instead(at, replace(command, quantity=size) if size > 0 else None)


def _stop_price(command: c.PlaceOrder, before: Account) -> Decimal | None:
    if command.stop_loss is not None:
        return command.stop_loss
    orders = [o for o in before.orders.values() if o.symbol == command.symbol]
    return next((o.trigger for o in orders if _is_stop(o.cause)), None)


def _price(played: Trunk, at: Junction, command: c.PlaceOrder) -> Decimal:
    """The level of the order, or the price that it meets."""
    if command.order_type is OrderType.LIMIT and command.limit is not None:
        return command.limit
    if command.trigger is not None:
        return command.trigger
    return played.market_at(at.place).last[command.symbol]


def _half_at_1r(played: Trunk, seq: int, ready: Ready) -> Otherwise:
    at, before, command = _entry(played, seq, ready)
    if command.stop_loss is None:
        raise Refused(f"--ready {ready}: the order brought no stop at a price, so there is no R")
    price = _price(played, at, command)
    instrument = before.instruments[command.symbol]
    first = Target(_rounded(instrument, price + (price - command.stop_loss), command), HALF)
    rest = tuple(Target(each.price, each.fraction * HALF) for each in command.targets)
    nearest = sorted((first, *rest), key=lambda target: target.price * command.side.sign)
    return _instead(at, replace(command, targets=tuple(nearest)))


def _rounded(instrument: Instrument, price: Decimal, command: c.PlaceOrder) -> Decimal:
    """On the tick at or beyond it, so that at least one R is taken."""
    return (ceil_to if command.side.sign > 0 else floor_to)(price, instrument.tick)


def _half_leverage(played: Trunk, seq: int, ready: Ready) -> Otherwise:
    at, before, command = _entry(played, seq, ready)
    assert command.quantity is not None, "a command read from the record has its quantity"
    size = floor_to(command.quantity * HALF, before.instruments[command.symbol].lot)
    if size <= 0:
        raise Refused(f"--ready {ready}: half of the order is less than a lot")
    leverage = command.leverage
    if leverage is not None and leverage * HALF >= 1:
        leverage = leverage * HALF
    return _instead(at, replace(command, quantity=size, leverage=leverage))


def _called(answer: Answer) -> Callable[[Trunk, int, Ready], Otherwise]:
    def prepared(played: Trunk, seq: int, ready: Ready) -> Otherwise:
        call = _call_of(played, seq)
        if call is None:
            raise _wrong(ready, seq, "a margin call, an answer to one or the end of one")
        return answered(played, call, answer)

    return prepared


def answered(played: Trunk, call: int, answer: Answer) -> Otherwise:
    """A call, by the number of its event, answered as soon as it is issued, and no more after
    that."""

    def leaves_out(lived: Lived) -> str:
        if not isinstance(lived.command, c.AnswerCall):
            return ""
        open_ = [each.seq for each in lived.before.calls.values() if not each.expired]
        return "the call was answered at once" if min(open_, default=0) == call else ""

    at = _as_issued(played, call)
    return Otherwise(at, (c.AnswerCall(answer=answer),), leaves_out, undoes=False)


def _call_of(played: Trunk, seq: int) -> int | None:
    """The number of the call that an event issued, answered or ended."""
    for number, event in played.ledger.events(played.branch.id, seq - 1):
        if number != seq:
            break
        if isinstance(event, e.MarginCallIssued):
            return seq
        if isinstance(event, e.CallAnswered | e.MarginCallMet | e.MarginCallExpired):
            return event.call
    return None


def _as_issued(played: Trunk, call: int) -> Junction:
    """The moment at which the clock stops for a call: after everything there that was not the
    trader's."""
    with played.record() as record:
        groups = record.groups(call - 1)
        group = next(groups)
        last, at = group.last, group.place
        for later in groups:
            mine = later.wished and not by_itself(played, record, later)
            if mine or order_of(later.place) > order_of(at):
                break
            last = later.last
    return Junction(last, at, group.at if at.index < 0 else played.market_at(at).time)


_PREPARED: dict[Ready, Callable[[Trunk, int, Ready], Otherwise]] = {
    Ready.STOP_LEFT: _stop_left,
    Ready.PLAN_SIZE: _plan_size,
    Ready.CALL_SELL: _called(Answer.SELL),
    Ready.CALL_PAY: _called(Answer.DEPOSIT),
    Ready.HALF_AT_1R: _half_at_1r,
    Ready.HALF_LEVERAGE: _half_leverage,
}
