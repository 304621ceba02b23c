"""The plan day by day: on which days of trading it was kept, and what broke it on the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.reports.grade.guard import Guards
from ledger.reports.grade.limits import Breach, Limits, largest_loss
from ledger.reports.grade.past import Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDay:
    """A day on which a position was opened, or a limit broken. `opened` are the numbers of the
    events that opened positions; `planned` says whether there was a plan for each of them."""

    day: int
    opened: tuple[int, ...] = ()
    planned: bool = True
    breaches: tuple[Breach, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether there was a plan, and nothing broke it."""
        return self.planned and not self.breaches


@dataclass(slots=True)
class _Kept:
    opened: list[int]
    planned: bool
    breaches: list[Breach]


def plan_days(
    before: Account, events: Sequence[tuple[int, e.Event]], bar: int, day_of: Callable[[int], int]
) -> list[PlanDay]:
    """The days of an account from its numbered events; `before` is the account before the first of
    them, `bar` the length of a bar in seconds."""
    guards, limits, walk = Guards(bar), Limits(), Walk(before)
    days: dict[int, _Kept] = {}
    for seq, event in events:
        moment = walk.take(event)
        opened = isinstance(event, e.PositionOpened)
        guards.take(moment, largest_loss(moment.before, moment) if opened else None)
        closed = isinstance(event, e.PositionClosed) and bool(guards.ended)
        breaches = limits.take(moment, guards.ended[-1] if closed else None)
        if opened or breaches:
            kept = days.setdefault(day_of(seq), _Kept([], True, []))
            kept.breaches += breaches
            if opened:
                kept.opened.append(seq)
                kept.planned = kept.planned and moment.before.plan is not None
    return [
        PlanDay(day=day, opened=tuple(x.opened), planned=x.planned, breaches=tuple(x.breaches))
        for day, x in sorted(days.items())
    ]
