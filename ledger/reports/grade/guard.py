"""Stop discipline, judged by what protected each position at every moment.

A stop counts if it covers all that is held, acts before the liquidation, and loses no more than the
plan allows for a trade, and in no case more than a tenth of the account. What removed it does not
matter; widening is measured against the first stop. Between two events nothing about a stop
changes, so that it is looked at after the last event of each time, and before whatever the market
brings about.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.event_terms import CancelReason
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.risk.requirement import entry_price
from ledger.account.state import Account, Position
from ledger.market.corporate import Ratio
from ledger.money import ZERO, plain, trim
from ledger.reports.grade.allowance import allowance
from ledger.reports.grade.cover import Cover, cover_of
from ledger.reports.grade.guarded import Guarded
from ledger.reports.grade.past import Moment
from ledger.times import Time


@dataclass(slots=True)
class Guards:
    """Looks at every position as the events pass by. `bar` is the length of a bar in seconds."""

    bar: int
    running: dict[str, Guarded] = field(default_factory=dict)
    ended: list[Guarded] = field(default_factory=list)
    _last: Moment | None = None
    _looked: set[str] = field(default_factory=set)
    _outage_over: Time | None = None

    def take(self, moment: Moment) -> None:
        """The next event."""
        last, event = self._last, moment.event
        if last is not None and event.at > last.event.at:
            self._look(last)
            self._looked.clear()
        elif moment.moved_by_market or _swept_away(event) or self._undoes(event):
            self._look_once(moment)
        self._last = moment
        self._follow(moment)

    def close(self, until: Time) -> list[Guarded]:
        """Every trade, in the order of opening; those still open are judged up to the end."""
        if self._last is not None:
            self._look(self._last)
        for guarded in self.running.values():
            self._end(guarded, until)
        every = [*self.ended, *self.running.values()]
        return sorted(every, key=lambda each: each.opened.at)

    def _undoes(self, event: e.Event) -> bool:
        """Whether the trader trades again in the second of an entry, before anything was seen."""
        if not isinstance(event, e.OrderFilled) or event.symbol not in self.running:
            return False
        return self.running[event.symbol].opened.at == event.at

    def _follow(self, moment: Moment) -> None:
        event = moment.event
        if isinstance(event, e.PositionOpened):
            guarded = Guarded(event, allowance(moment), _value(moment.after, event.symbol))
            self.running[event.symbol] = guarded
        elif isinstance(event, e.PositionClosed) and event.symbol in self.running:
            guarded = self.running.pop(event.symbol)
            guarded.closed = event
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
        guarded.value = max(guarded.value, _value(account, symbol))
        if cover.loss is not None:
            guarded.largest = max(cover.loss, guarded.largest or cover.loss)
        guarded.problem = problem = guarded.problem_of(cover)
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
            if at - guarded.opened.at > self.bar:
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
            if at - guarded.opened.at > self.bar:
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
            guarded.bare += at - guarded.bare_since
            guarded.grave |= guarded.bare > self.bar
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


def _value(account: Account, symbol: str) -> Decimal:
    """What a position was worth at its entry."""
    position = account.position(symbol)
    if position is None or not position.quantity:
        return ZERO
    paid = entry_price(account, position)
    return abs(account.instruments[symbol].notional(position.quantity, paid))


def _swept_away(event: e.Event) -> bool:
    """A cancellation that comes with a forced exit."""
    return isinstance(event, e.OrderCancelled) and event.reason in (
        CancelReason.FORCED_EXIT,
        CancelReason.DELISTED,
    )
