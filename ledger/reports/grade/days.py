"""The plan day by day: on which days of trading it was kept, and what broke it on the others."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ledger.account.events import kinds as e
from ledger.account.state import Account
from ledger.reports.grade.bars import Bars
from ledger.reports.grade.guard import Guards
from ledger.reports.grade.limits import Breach, Limits
from ledger.reports.grade.past import Walk
from ledger.times import Time


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
    opened: list[int] = field(default_factory=list)
    planned: bool = True
    breaches: list[Breach] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """An account's past for its plan: the account before its first event, its numbered events, the
    length of a bar in seconds, its bars, and the time at which its clock stands. Days are those of
    events by number, and of times at which nothing happened."""

    before: Account
    events: Sequence[tuple[int, e.Event]]
    bar: int
    day_of: Callable[[int], int]
    until: Time
    bars: Bars
    day_at: Callable[[Time], int]


def plan_days(diary: Diary) -> list[PlanDay]:
    """The days of an account."""
    guards, limits = Guards(diary.bar), Limits(diary.bars)
    walk, days = Walk(diary.before, bars=diary.bars), defaultdict[int, _Kept](_Kept)
    for seq, event in diary.events:
        for breach in limits.reach(walk.account, event.at):
            days[diary.day_at(breach.at)].breaches.append(breach)
        moment = walk.take(event)
        opened = isinstance(event, e.PositionOpened)
        guards.take(moment)
        closed = isinstance(event, e.PositionClosed) and bool(guards.ended)
        breaches = limits.take(moment, guards.ended[-1] if closed else None)
        if opened or breaches:
            kept = days[diary.day_of(seq)]
            kept.breaches += breaches
            if opened:
                kept.opened.append(seq)
                kept.planned = kept.planned and moment.before.plan is not None
    for breach in limits.reach(walk.account, diary.until):
        days[diary.day_at(breach.at)].breaches.append(breach)
    return [
        PlanDay(day=day, opened=tuple(x.opened), planned=x.planned, breaches=tuple(x.breaches))
        for day, x in sorted(days.items())
    ]
