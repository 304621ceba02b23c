"""Stop discipline, judged by what protected each position at every moment.

A stop counts if it covers all that is held, acts before the liquidation, and loses no more than the
plan allows for a trade. What removed it does not matter; widening is measured against the first
stop. Between two events nothing about a stop changes, so that it is looked at after the last event
of each time, and before whatever the market brings about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.event_terms import CancelReason
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.state import Account, Position
from ledger.market.corporate import Ratio
from ledger.money import plain, trim
from ledger.reports.grade.cover import Cover, cover_of
from ledger.reports.grade.past import Moment
from ledger.times import Time

ROOM = Decimal("1.1")
"""What is at risk may exceed the plan by a tenth: fees, and lots that do not fit."""


@dataclass(slots=True)
class Guarded:
    """How one trade was protected. `unprotected` says why no stop counted within a bar of the
    entry, `given_up` why the first one did not stay; empty where there is nothing to say.

    `largest` is the most that its stops would ever have lost, `None` if it was never covered;
    `within` whether the last thing known is a stop that counts. `grave`: the trade was as good as
    unprotected, because there was no stop that counts, or none for more than a bar, or one that put
    another R at risk.
    """

    symbol: str
    opened_at: Time
    planned: Decimal | None
    unprotected: str = ""
    given_up: str = ""
    largest: Decimal | None = None
    problem: str = ""
    within: bool = False
    grave: bool = False
    first: Decimal | None = None
    first_loss: Decimal | None = None
    bare_since: Time | None = None
    lost_in_outage: bool = False

    @property
    def too_large(self) -> bool:
        """Whether more was at risk than planned, at any moment; unknown without a stop."""
        if self.planned is None or self.largest is None:
            return True
        return self.largest > self.planned * ROOM


@dataclass(slots=True)
class Guards:
    """Looks at every position as the events pass by. `bar` is the length of a bar in seconds."""

    bar: int
    running: dict[str, Guarded] = field(default_factory=dict)
    ended: list[Guarded] = field(default_factory=list)
    _last: Moment | None = None
    _looked: set[str] = field(default_factory=set)
    _outage_over: Time | None = None

    def take(self, moment: Moment, planned: Decimal | None) -> None:
        """The next event; `planned` is the largest loss that a trade opened now may have."""
        last, event = self._last, moment.event
        if last is not None and event.at > last.event.at:
            self._look(last)
            self._looked.clear()
        elif moment.moved_by_market or _swept_away(event):
            self._look_once(moment)
        self._last = moment
        self._follow(event, planned)

    def close(self, until: Time) -> list[Guarded]:
        """Every trade, in the order of opening; those still open are judged up to the end."""
        if self._last is not None:
            self._look(self._last)
        for guarded in self.running.values():
            self._end(guarded, until)
        every = [*self.ended, *self.running.values()]
        return sorted(every, key=lambda each: each.opened_at)

    def _follow(self, event: e.Event, planned: Decimal | None) -> None:
        if isinstance(event, e.PositionOpened):
            self.running[event.symbol] = Guarded(event.symbol, event.at, planned)
        elif isinstance(event, e.PositionClosed) and event.symbol in self.running:
            guarded = self.running.pop(event.symbol)
            self._end(guarded, event.at)
            self.ended.append(guarded)
        elif isinstance(event, e.Split) and event.symbol in self.running:
            guarded = self.running[event.symbol]
            if guarded.first is not None:
                guarded.first = Ratio.of(event.ratio).price(guarded.first)
        elif isinstance(event, e.OrderCancelled) and event.symbol in self.running:
            self.running[event.symbol].lost_in_outage |= event.reason == CancelReason.OUTAGE
        elif isinstance(event, e.IncidentEnded) and event.kind is IncidentKind.OUTAGE:
            self._outage_over = event.at

    def _look_once(self, moment: Moment) -> None:
        """What stood when the market moved: a forced exit cancels the stops before it sells."""
        symbol = getattr(moment.event, "symbol", "")
        if symbol not in self._looked:
            self._looked.add(symbol)
            self._judge(moment.before, moment, symbol)

    def _look(self, moment: Moment) -> None:
        for symbol in list(self.running):
            self._judge(moment.after, moment, symbol)

    def _judge(self, account: Account, moment: Moment, symbol: str) -> None:
        guarded, position = self.running.get(symbol), account.position(symbol)
        if guarded is None or position is None or not position.quantity:
            return
        cover = cover_of(account, position, moment.prices)
        at = moment.event.at
        if cover.loss is not None:
            guarded.largest = max(cover.loss, guarded.largest or cover.loss)
        guarded.problem = problem = _problem(guarded, cover)
        guarded.within = not problem
        if problem:
            self._fails(guarded, account, at, problem, has_stop=cover.level is not None)
        else:
            self._holds(guarded, account, position, cover, at)

    def _holds(
        self, guarded: Guarded, account: Account, position: Position, cover: Cover, at: Time
    ) -> None:
        self._bare_until(guarded, at)
        guarded.lost_in_outage = False
        if guarded.first is None or cover.level is None:
            guarded.first, guarded.first_loss = cover.level, cover.loss
            if at - guarded.opened_at > self.bar:
                guarded.unprotected = f"{guarded.symbol} had no stop within a bar"
            return
        if (guarded.first - cover.level) * position.side.sign > 0:
            was, now = plain(trim(guarded.first)), plain(trim(cover.level))
            guarded.given_up = f"the stop of {guarded.symbol} was moved back from {was} to {now}"
            instrument = account.instruments[guarded.symbol]
            added = instrument.gain(position.quantity, cover.level, guarded.first)
            guarded.grave |= guarded.first_loss is not None and added >= abs(guarded.first_loss)

    def _fails(
        self, guarded: Guarded, account: Account, at: Time, problem: str, *, has_stop: bool
    ) -> None:
        if guarded.first is None:
            if at - guarded.opened_at > self.bar:
                guarded.unprotected = problem
            return
        if guarded.lost_in_outage and self._is_excused(account, at):
            return
        guarded.given_up = problem
        guarded.grave |= has_stop
        if guarded.bare_since is None:
            guarded.bare_since = at

    def _is_excused(self, account: Account, at: Time) -> bool:
        """A stop that died in an outage can be set again once the venue is back, within a bar."""
        if any(each.kind is IncidentKind.OUTAGE for each in account.incidents):
            return True
        return self._outage_over is not None and at - self._outage_over <= self.bar

    def _bare_until(self, guarded: Guarded, at: Time) -> None:
        if guarded.bare_since is not None:
            guarded.grave |= at - guarded.bare_since > self.bar
            guarded.bare_since = None

    def _end(self, guarded: Guarded, at: Time) -> None:
        self._bare_until(guarded, at)
        over = self._outage_over
        if guarded.lost_in_outage and over is not None and at - over > self.bar:
            guarded.given_up = f"the stop of {guarded.symbol} was not set again after the outage"
            guarded.grave = True
        if guarded.first is None:
            said = guarded.unprotected or guarded.problem
            guarded.unprotected = said or f"{guarded.symbol} had no stop"
            guarded.grave = True


def _problem(guarded: Guarded, cover: Cover) -> str:
    """Why what stands does not count as a stop; empty if it does."""
    name = guarded.symbol
    if cover.level is None or cover.loss is None:
        return (
            f"{name} had no stop" if guarded.first is None else f"the stop of {name} was taken off"
        )
    if cover.too_late:
        return f"the stop of {name} lay beyond the liquidation price"
    if guarded.planned is not None and cover.loss > guarded.planned * ROOM:
        risked, most = f"{cover.loss:,.2f}", f"{guarded.planned:,.2f}"
        return f"the stop of {name} risked {risked}, and the plan allows {most}"
    return ""


def _swept_away(event: e.Event) -> bool:
    """A cancellation that comes with a forced exit."""
    return isinstance(event, e.OrderCancelled) and event.reason in (
        CancelReason.FORCED_EXIT,
        CancelReason.DELISTED,
    )


def faults(guards: Iterable[Guarded], key: str) -> str:
    """The first fault of a kind, in the order of the trades."""
    return next((said for each in guards if (said := getattr(each, key))), "")
