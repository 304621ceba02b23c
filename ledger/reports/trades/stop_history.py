"""The life of a trade's stop: what protected the position at each moment, and what removed it.

A stop is any order against the position that waits for a trigger, the trader's own stop orders
included: what counts is what would have closed the position, not where it was entered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import CancelReason, OrderType, Side
from ledger.account.events import kinds as e
from ledger.account.state import Order
from ledger.frozen import quick, replace
from ledger.market.corporate import Ratio
from ledger.market.instrument import Instrument
from ledger.money import ZERO, ratio
from ledger.reports.trades.orders import OrderEvent, protects
from ledger.times import Time


class StopAct(StrEnum):
    """What happened to a stop."""

    SET = "set"
    TIGHTENED = "tightened"
    WIDENED = "widened"
    TRAILED = "trailed"
    """It followed the price by itself."""
    AMENDED = "amended"
    """Other terms at the same level, or an order that now covers less."""
    ADJUSTED = "adjusted"
    """Restated by a split."""
    REMOVED = "removed"
    """By the trader, as a stop."""
    CANCELLED = "cancelled"
    """In any other way: `why` says which."""
    REPLACED = "replaced"
    EXPIRED = "expired"
    FILLED = "filled"
    FILLED_IN_PART = "filled_in_part"


_REPLACED = frozenset({CancelReason.TRAILING_STOP})
_EXPIRED = frozenset({CancelReason.DAY_OVER, CancelReason.EXPIRED})


@quick
@dataclass(frozen=True, kw_only=True)
class StopChange:
    """One change in the life of the stop.

    `level` is the order's after it (`None` if it is gone), `was` the level before: of the order, or
    for one that is set again, that of the stop before it. `farther` says that the level is farther
    from the price than that. `widened` is the risk in money that this added to what was `held`
    (below zero: taken off), `beyond_first` the same against the first stop; `widened_r` and
    `beyond_first_r` are both over R0, `None` without R. `covered` says whether stops cover all that
    is held from here on.
    """

    seq: int
    at: Time
    act: StopAct
    order: str
    quantity: Decimal
    held: Decimal
    level: Decimal | None
    was: Decimal | None = None
    why: str = ""
    farther: bool = False
    widened: Decimal | None = None
    beyond_first: Decimal | None = None
    widened_r: Decimal | None = None
    beyond_first_r: Decimal | None = None
    covered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLife:
    """Every change of the stop from the opening of a trade to its end, and the time without one.

    `unprotected` are spans (since, until) of more than no time in which stops did not cover all
    that was held; the last one of an open trade ends with the record.
    """

    first: Decimal | None = None
    last: Decimal | None = None
    changes: tuple[StopChange, ...] = ()
    unprotected: tuple[tuple[Time, Time], ...] = ()

    @property
    def seconds_unprotected(self) -> int:
        """Seconds in which part of the position had no stop."""
        return sum(until - since for since, until in self.unprotected)

    @property
    def moves(self) -> int:
        """How often the trader moved, widened, removed or replaced the stop after it was set."""
        acts = {StopAct.TIGHTENED, StopAct.WIDENED, StopAct.REMOVED, StopAct.REPLACED}
        again = [x for x in self.changes if x.act is StopAct.SET][1:]
        return len([x for x in self.changes if x.act in acts]) + len(again)


@dataclass(slots=True)
class StopRecorder:
    """The life of a stop while its trade is running."""

    instrument: Instrument
    side: Side
    first: Decimal | None = None
    last: Decimal | None = None
    stops: dict[str, Order] = field(default_factory=dict)
    changes: list[StopChange] = field(default_factory=list)
    bare: list[tuple[Time, Time]] = field(default_factory=list)
    bare_since: Time | None = None

    def found(self, seq: int, at: Time, orders: Iterable[Order], held: Decimal) -> None:
        """The stops that rested already when this much was opened."""
        self.bare_since = at
        for order in filter(protects, orders):
            self._set(seq, at, order, held)
        self._cover(at, held)

    def take(
        self,
        seq: int,
        event: OrderEvent,
        orders: tuple[Order | None, Order | None],
        held: Decimal,
    ) -> None:
        """One event of an order against the position, as it was before and is after; `held` is what
        is held after it."""
        before, after = orders
        was = before if before is not None and before.id in self.stops else None
        now = after if after is not None and protects(after) else None
        if was is None and now is None:
            return
        many = len(self.changes)
        if now is not None and was is None:
            self._set(seq, event.at, now, held)
        elif was is not None:
            self._changed(seq, event, was, now, held)
        self._cover(event.at, held)
        if len(self.changes) > many:
            self.changes[-1] = replace(self.changes[-1], covered=self.bare_since is None)

    def _set(self, seq: int, at: Time, order: Order, held: Decimal) -> None:
        was = None if self.stops else self.last  # a further stop replaces none
        self.stops[order.id] = order
        self._note(seq, at, StopAct.SET, order, held, was=was)

    def _changed(
        self, seq: int, event: OrderEvent, was: Order, now: Order | None, held: Decimal
    ) -> None:
        act, why = _act(event, was, now, self.side)
        if now is None:
            self.stops.pop(was.id, None)
        else:
            self.stops[was.id] = now
        if act is not None:
            self._note(seq, event.at, act, now or was, held, was.trigger, why, gone=now is None)

    def _note(
        self,
        seq: int,
        at: Time,
        act: StopAct,
        order: Order,
        held: Decimal,
        was: Decimal | None,
        why: str = "",
        *,
        gone: bool = False,
    ) -> None:
        level = None if gone else order.trigger
        if level is not None and self.first is None:
            self.first = level
        split = act is StopAct.ADJUSTED
        widened = None if split else self._added(held, level, was)
        self.changes.append(
            StopChange(
                seq=seq,
                at=at,
                act=act,
                order=order.id,
                quantity=order.quantity,
                held=held,
                level=level,
                was=was,
                why=why,
                farther=widened is not None and widened > 0,
                widened=widened,
                beyond_first=None if split else self._added(held, level, self.first),
            )
        )
        if level is not None:
            self.last = level

    def _added(self, held: Decimal, level: Decimal | None, other: Decimal | None) -> Decimal | None:
        """How much more what is held loses at one level than at another, before fees."""
        if level is None or other is None:
            return None
        return self.instrument.gain(held * self.side.sign, level, other)

    def split(self, by: Ratio) -> None:
        """The levels that later ones are compared with, in new units."""
        if self.first is not None:
            self.first = by.price(self.first)
        if self.last is not None:
            self.last = by.price(self.last)

    def _cover(self, at: Time, held: Decimal) -> None:
        covered = sum((stop.quantity for stop in self.stops.values()), ZERO) >= held
        if covered and self.bare_since is not None:
            self.bare = self._bare_until(at)
            self.bare_since = None
        elif not covered and self.bare_since is None:
            self.bare_since = at

    def _bare_until(self, at: Time) -> list[tuple[Time, Time]]:
        """The spans without a stop, with the one that lasts until now."""
        since = self.bare_since
        if since is None or since >= at:
            return self.bare
        if self.bare and self.bare[-1][1] == since:
            return [*self.bare[:-1], (self.bare[-1][0], at)]
        return [*self.bare, (since, at)]

    def levels(self, held: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
        """What closes what is held, the nearest stop first: level and quantity. They add up to less
        than what is held where it is not covered."""
        nearest = sorted(
            self.stops.values(), key=lambda stop: -self.side.sign * (stop.trigger or ZERO)
        )
        for stop in nearest:
            part = min(stop.quantity, held)
            if part > 0 and stop.trigger is not None:
                yield stop.trigger, part
            held -= part

    def resized(self, at: Time, held: Decimal) -> None:
        """What is held has changed, the stops not."""
        self._cover(at, held)

    def life(self, until: Time, risk: Decimal | None) -> StopLife:
        """The whole life up to a moment; R is measured by `risk`."""
        return StopLife(
            first=self.first,
            last=self.last,
            changes=tuple(_in_r(change, risk) for change in self.changes),
            unprotected=tuple(self._bare_until(until)),
        )


def _in_r(change: StopChange, risk: Decimal | None) -> StopChange:
    if not risk or change.beyond_first is None:
        return change
    return replace(
        change,
        widened_r=None if change.widened is None else ratio(change.widened / risk),
        beyond_first_r=ratio(change.beyond_first / risk),
    )


def _act(
    event: OrderEvent, was: Order, now: Order | None, side: Side
) -> tuple[StopAct | None, str]:
    match event:
        case e.OrderCancelled():
            return _gone(event.reason), event.reason
        case e.OrderFilled():
            return (StopAct.FILLED if now is None else StopAct.FILLED_IN_PART), ""
        case e.OrderTriggered():
            return StopAct.REPLACED, event.order_type.value
        case e.OrderAdjusted():
            return StopAct.ADJUSTED, event.ratio
    if now is None or now.trigger is None or was.trigger is None:
        return None, ""
    closer = (now.trigger - was.trigger) * side.sign
    if closer == 0:
        same = now.order_type is was.order_type and now.quantity >= was.quantity
        return (None if same else StopAct.AMENDED), ""
    followed = event.order_type is OrderType.TRAILING and now.order_type is OrderType.TRAILING
    if followed and isinstance(event, e.OrderAmended) and not event.changes:
        return StopAct.TRAILED, ""
    return (StopAct.TIGHTENED if closer > 0 else StopAct.WIDENED), ""


def _gone(reason: str) -> StopAct:
    if reason == CancelReason.STOP_REMOVED:
        return StopAct.REMOVED
    if reason in _REPLACED:
        return StopAct.REPLACED
    return StopAct.EXPIRED if reason in _EXPIRED else StopAct.CANCELLED
