"""The session plan while it is being kept: what breaks it is said at once, and nothing is refused.

The same limits as in the grade. It begins where it is started: what was traded earlier in the day,
before the account was opened here, is counted by the grade alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.reports.grade.cover import cover_of
from ledger.reports.grade.guard import Guards
from ledger.reports.grade.guarded import ROOM, Guarded
from ledger.reports.grade.limits import Limits
from ledger.reports.grade.past import Walk
from ledger.times import Time


@dataclass(slots=True)
class PlanWatch:
    """Follows an account from `walk` on, at a time. `bar` is the length of a bar in seconds."""

    walk: Walk
    bar: int
    since: Time
    limits: Limits = field(init=False)
    guards: Guards = field(init=False)
    _said: set[tuple[str, Time, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.guards = Guards(self.bar)
        self.limits = Limits(self.walk.bars)
        self.limits.begin(self.since)

    @property
    def seq(self) -> int:
        """The last event that it has seen."""
        return self.walk.account.seq

    def heard(self, events: Iterable[e.Event], prices: Mapping[str, Decimal]) -> list[str]:
        """What these events break; `prices` are the present ones."""
        said: list[str] = []
        for event in events:
            moment = self.walk.take(event)
            self.guards.take(moment)
            closed = isinstance(event, e.PositionClosed) and bool(self.guards.ended)
            found = self.limits.take(moment, self.guards.ended[-1] if closed else None)
            said += [breach.said for breach in found]
        return said + self._at_risk(self.walk.account, {**self.walk.prices, **prices})

    def look(self, equity: Decimal, at: Time) -> list[str]:
        """What the bars until now break, and the present equity."""
        account = self.walk.account
        if account.plan is None:
            return []
        passed = self.limits.reach(account, at)
        return [x.said for x in (*passed, *self.limits.look(account, equity, at))]

    def _at_risk(self, account: Account, prices: Mapping[str, Decimal]) -> list[str]:
        """Positions that risk more than planned as they stand: each said once."""
        found = []
        for guarded in self.guards.running.values():
            said = _too_much(guarded, account, prices)
            key = guarded.symbol, guarded.opened.at, said
            if said and key not in self._said:
                self._said.add(key)
                found.append(said)
        return found


def _too_much(guarded: Guarded, account: Account, prices: Mapping[str, Decimal]) -> str:
    position = account.position(guarded.symbol)
    if position is None or not position.quantity or guarded.planned is None:
        return ""
    cover, most = cover_of(account, position, prices), guarded.said(guarded.planned)
    if cover.loss is None:
        return f"{guarded.symbol} has no stop, and the plan allows it to lose {most}"
    if cover.too_late:
        return f"the stop of {guarded.symbol} lies beyond the liquidation price"
    if cover.loss > guarded.planned * ROOM:
        return f"{guarded.symbol} risks {guarded.said(cover.loss)}, and the plan allows {most}"
    return ""
