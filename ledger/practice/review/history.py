"""An account's whole history, read once: trades, equity at every bar, sales, and what it cost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.practice.forks.attribution import Rows, Standing, attribute, standing
from ledger.practice.forks.fork import Trunk, trunk_in
from ledger.practice.forks.record import Group
from ledger.practice.review.equity import Days, Marker
from ledger.practice.review.sales import Sales
from ledger.practice.review.trading_days import Belonging, day_in
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase
from ledger.reports.performance.disposition import SaleDay
from ledger.reports.performance.equity_curve import EquityCurve
from ledger.reports.trades.round_trip import trades_of
from ledger.reports.trades.trade import Trade

Progress = Callable[[int, int], object]
"""Told how many of how many steps of the clock are done."""


def unheard(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class History:
    """What was read. A day is a trading day of the account's market, counted from 1970; a span of
    days has both its ends, and `None` for an end leaves it open."""

    account: str
    currency: str
    per_year: int
    """Days that a year of the account's market counts."""
    coins: bool
    """Whether its days are those of UTC."""
    first_day: int
    last_day: int
    """Those that the clock has been through."""
    trades: tuple[Trade, ...]
    curve: EquityCurve
    groups: list[tuple[int, int]] = field(repr=False)
    """The last event of each cause, and its day, in order."""
    sales: Callable[[int | None, int | None], Iterator[SaleDay]] = field(repr=False)
    """The days with a sale within a span."""
    rows: Callable[[int | None, int | None], Rows] = field(repr=False)
    """Where the result within a span came from."""

    def day_of(self, seq: int) -> int:
        """The trading day on which an event happened."""
        return day_in(self.groups, seq)

    def closed(self, first: int | None, last: int | None) -> list[Trade]:
        """The trades that were closed within a span."""
        return list(filter(Belonging(first, last, self.day_of).closed, self.trades))


def read_history(path: Path, account: str | None, progress: Progress = unheard) -> History:
    """The history of an account, or of the one used last. Raises `Refused`, and what `Ledger.open`
    raises."""
    with trunk_in(path, account, read_only=True) as trunk:
        return history_of(trunk, progress)


def history_of(trunk: Trunk, progress: Progress = unheard) -> History:
    """The same of an account in an open ledger."""
    reader = _Reader(trunk)
    end = trunk.stands_at()
    for group, events in trunk.told_after(0):
        reader.take(group, events)
        progress(group.place.index + 1, end.index + 2)
    reader.marker.stop(end, trunk.stands_since())
    days = reader.days
    return History(
        account=trunk.branch.called,
        currency=reader.account.currency,
        per_year=days.per_year,
        coins=days.per_year == 365,
        first_day=days.of(0),
        last_day=days.of(end.index),
        trades=trades_of(reader.events),
        curve=reader.marker.curve,
        groups=reader.ends,
        sales=lambda first, last: reader.sales.days(max(end.index, 0), first, last),
        rows=lambda first, last: reader.rows(end, first, last),
    )


class _Reader:
    """Folds the events of an account, cause by cause, and keeps what its reports need."""

    def __init__(self, trunk: Trunk) -> None:
        timeline = trunk.timeline
        self.account = self._opened = trunk.account_at(1)
        self.days = Days(timeline)
        self.marker = Marker(timeline, self.days)
        self.sales = Sales(timeline, self.days)
        self.events: list[e.Event] = []
        self.ends: list[tuple[int, int]] = []
        self._market_at = trunk.market_at
        self._days_begun: dict[int, tuple[int, Account]] = {}
        """By day of a first event: how many events came before it, and the account then."""

    def take(self, group: Group, events: list[e.Event]) -> None:
        """The events of one cause."""
        day, before = self.days.of(group.place.index), self.account
        self._days_begun.setdefault(day, (len(self.events), before))
        self.marker.reach(group.place, over=self.marker.is_over(group))
        for event in events:
            self.sales.take(event, self.account, group.place.index)
            if not isinstance(event, e.AccountOpened):
                self.account = apply(self.account, event)
        self.marker.take(group, events, before, self.account)
        self.events += events
        self.ends.append((group.last, day))

    def rows(self, end: Place, first: int | None, last: int | None) -> Rows:
        """Where the result of a span of days came from."""
        since, began = self._before(first)
        until, ended = self._after(end, last)
        return attribute(began, ended, self.events[since:until], self.account.instruments)

    def _before(self, first: int | None) -> tuple[int, Standing]:
        """How many events came before a day, and the standing as it began."""
        if first is None or first <= self.days.of(0):
            return 0, standing(self._opened, self._market_at(_BEFORE))
        count, account = self._at(first)
        return count, standing(account, self._market_at(self._eve(first)))

    def _after(self, end: Place, last: int | None) -> tuple[int, Standing]:
        """How many events there are up to the end of a day, and the standing then."""
        if last is None or last >= self.days.of(end.index):
            return len(self.events), standing(self.account, self._market_at(end))
        return self._before(last + 1)

    def _at(self, day: int) -> tuple[int, Account]:
        """The events before a day, and the account after them."""
        later = [begun for begun in self._days_begun if begun >= day]
        return self._days_begun[min(later)] if later else (len(self.events), self.account)

    def _eve(self, day: int) -> Place:
        """The close of the last bar before a day."""
        step = self.days.first_step(day) - 1
        return Place(step, Phase.CLOSED) if step >= 0 else _BEFORE


_BEFORE = Place(-1, Phase.BEFORE)
