"""The review of a week or a month: what it shows, as plain facts, and how they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.account.events import kinds as e
from ledger.books.file.damage import ledger_errors
from ledger.books.replay import account_before, rulebook_of
from ledger.practice.forks.fork import Trunk, trunk_in
from ledger.practice.review.discipline import Discipline, found_in
from ledger.practice.review.equity import Days
from ledger.practice.review.history import History, Progress, history_of, unheard
from ledger.practice.review.review_view import ReviewView, review_of
from ledger.practice.review.set_and_forget import set_and_forget
from ledger.practice.review.trading_days import Belonging
from ledger.practice.review.weekly.own_rule import rules_of
from ledger.practice.review.weekly.span import Length, Span, span_with
from ledger.practice.views.known_bars import KnownBars
from ledger.reports.discipline.managed import Managed
from ledger.reports.discipline.own_rules import Outcome, OwnRule, outcome_of
from ledger.reports.grade.days import Diary, PlanDay, plan_days
from ledger.reports.trades.trade import Trade

Numbered = Sequence[tuple[int, e.Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReview:
    """What the five pages of a review show. `trades` were closed within the span.

    `seen` has the findings about them, about trades opened within the span that are open still, and
    about calls issued within it. `tested` are the rules that were in force for any trade of the
    span, and the one in force now.
    """

    account: str
    span: Span
    view: ReviewView
    plan: tuple[PlanDay, ...]
    trades: tuple[Trade, ...]
    seen: Discipline
    tested: tuple[Outcome, ...]
    closed_on: Mapping[int, tuple[int, ...]]
    """By trading day, the numbers of the trades that were closed on it."""
    rule: OwnRule | None

    @property
    def kept(self) -> int:
        """On how many of the days of `plan` it was kept."""
        return sum(1 for day in self.plan if day.kept)

    @property
    def managed(self) -> tuple[Managed, ...]:
        """The trades that had a stop, beside themselves set and forgotten."""
        return self.seen.managed

    @property
    def without_r(self) -> tuple[int, ...]:
        """The numbers of the trades that have no R."""
        return tuple(trade.number for trade in self.trades if trade.r is None)


@dataclass(slots=True)
class _Read:
    """An account as it was read, up to its last event."""

    seq: int
    history: History
    events: Numbered
    days: list[PlanDay]
    managed: dict[int, Managed]


class WeekReader:
    """Reads an account for review; another span of the same record costs only the trades in it that
    are new, each run again."""

    def __init__(self, path: Path, account: str | None) -> None:
        self.path = path
        self.account = account
        self._known: _Read | None = None

    def read(
        self, length: Length, day: int | None = None, progress: Progress = unheard
    ) -> WeeklyReview:
        """The week or month with a day (counted from 1970), or with the one on which the account's
        clock stands. Raises `Refused`, and what `Ledger.open` raises."""
        with trunk_in(self.path, self.account, read_only=True) as trunk, ledger_errors(self.path):
            self.account = trunk.branch.called
            return self.read_in(trunk, length, day, progress)

    def read_in(
        self, trunk: Trunk, length: Length, day: int | None = None, progress: Progress = unheard
    ) -> WeeklyReview:
        """The same of the account in an open ledger."""
        known = self._read(trunk, progress)
        span = span_with(length, known.history.last_day if day is None else day)
        return _review(trunk, known, span, progress)

    def _read(self, trunk: Trunk, progress: Progress) -> _Read:
        if self._known is not None and self._known.seq == trunk.branch.last_seq:
            return self._known
        history = history_of(trunk, progress)
        events = list(trunk.ledger.events(trunk.branch.id))
        self._known = _Read(
            seq=trunk.branch.last_seq,
            history=history,
            events=events,
            days=_plan_days(trunk, events, history),
            managed={},
        )
        return self._known


def _plan_days(trunk: Trunk, events: Numbered, history: History) -> list[PlanDay]:
    opened = events[0][1]
    assert isinstance(opened, e.AccountOpened), "a record begins with it"
    rulebook = rulebook_of(trunk.ledger, opened.rules_hash)
    before = account_before(trunk.branch.called, opened, rulebook)
    timeline = trunk.timeline
    days = Days(timeline)
    return plan_days(
        Diary(
            before=before,
            events=events,
            bar=min(tape.interval for tape in timeline.tapes.values()),
            day_of=history.day_of,
            until=trunk.stands_since(),
            bars=KnownBars(timeline),
            day_at=lambda at: days.of(timeline.index_at(at + 1) - 1),
        )
    )


def _review(trunk: Trunk, known: _Read, span: Span, progress: Progress) -> WeeklyReview:
    history = known.history
    closed = history.closed(span.first, span.last)
    fresh = [trade for trade in closed if trade.number not in known.managed]
    known.managed.update(
        (each.trade.number, each) for each in set_and_forget(trunk, fresh, progress)
    )
    managed = tuple(known.managed[x.number] for x in closed if x.number in known.managed)
    seen = found_in(trunk, known.events, history.trades, managed)
    days = Belonging(span.first, span.last, history.day_of)
    mine = list(filter(days.mine, history.trades))
    seen = replace(
        seen,
        findings=days.found(seen.findings, history.trades),
        calls=tuple(each for each in seen.calls if days.has(each.record.call.seq)),
    )
    rules = rules_of(known.events)
    return WeeklyReview(
        account=history.account,
        span=span,
        view=review_of(history, span.first, span.last),
        plan=tuple(day for day in known.days if span.has(day.day)),
        trades=tuple(closed),
        seen=seen,
        closed_on=_by_day(closed, history),
        tested=_tested(rules, mine, seen, history),
        rule=rules[-1] if rules else None,
    )


def _by_day(closed: Sequence[Trade], history: History) -> dict[int, tuple[int, ...]]:
    days: dict[int, tuple[int, ...]] = {}
    for trade in closed:
        day = history.day_of(trade.closed_seq or 0)
        days[day] = (*days.get(day, ()), trade.number)
    return days


def _tested(
    rules: Sequence[OwnRule], mine: Sequence[Trade], seen: Discipline, history: History
) -> tuple[Outcome, ...]:
    each = [outcome_of(rule, mine, seen.counting, history.day_of) for rule in rules]
    return tuple(x for x in each if x.trades or x.rule.until is None)
