"""Observed discipline of an account: its history read, and handed to the detectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.account.events import kinds as e
from ledger.account.written import Review
from ledger.practice.forks.fork import Trunk, trunk_in
from ledger.practice.review.set_and_forget import Progress, set_and_forget
from ledger.practice.review.trading_days import Belonging, day_of
from ledger.refused import Refused
from ledger.reports.discipline.calls import Response
from ledger.reports.discipline.findings import Finding
from ledger.reports.discipline.managed import Managed
from ledger.reports.discipline.observed import observed
from ledger.reports.trades.call_history import calls_of
from ledger.reports.trades.round_trip import trades_from
from ledger.reports.trades.trade import Trade
from ledger.text import clean

Key = tuple[str, int]
"""A finding's id and the version of its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discipline:
    """What was found within a span of days. `trades` are all of the account's, by number;
    `managed` are those closed within the span that had a stop, beside themselves left alone.
    `reviews` are what the trader last said of each finding, by its id and version: of findings
    that a detector has changed its mind about too."""

    account: str
    findings: tuple[Finding, ...]
    calls: tuple[Response, ...]
    managed: tuple[Managed, ...]
    trades: Mapping[int, Trade]
    reviews: Mapping[Key, e.FindingReviewed]

    def contested(self, finding: Finding) -> bool:
        """Whether the trader has said of this finding that it is not one."""
        said = self.reviews.get((finding.id, finding.version))
        return said is not None and said.verdict is Review.NOT_ONE

    @property
    def counting(self) -> list[Finding]:
        """The findings that are not contested."""
        return [finding for finding in self.findings if not self.contested(finding)]

    def named(self, id_: str) -> Finding:
        """The finding with an id. Raises `Refused` if there is none."""
        for finding in self.findings:
            if finding.id == id_:
                return finding
        if not self.findings:
            raise Refused(f"nothing was found in {self.account}, so there is nothing to contest")
        known = ", ".join(finding.id for finding in self.findings[-5:])
        raise Refused(f"{clean(id_, 60)} is not a finding of {self.account}; the last are {known}")


def read_discipline(
    path: Path,
    account: str | None,
    first: int | None = None,
    last: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Discipline:
    """The findings of an account, or of the one used last, from one trading day (counted from 1970)
    up to another; `None` leaves an end open. Raises `Refused`, and what `Ledger.open` raises."""
    with trunk_in(path, account, read_only=True) as trunk:
        return discipline_of(trunk, first, last, progress)


def discipline_of(
    trunk: Trunk,
    first: int | None = None,
    last: int | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Discipline:
    """The same of an account in an open ledger."""
    events = list(trunk.ledger.events(trunk.branch.id))
    trades = trades_from(events)
    if first is None and last is None:
        closed = [trade for trade in trades if not trade.is_open]
        return found_in(trunk, events, trades, tuple(set_and_forget(trunk, closed, progress)))
    span = Belonging(first, last, day_of(trunk))
    closed = list(filter(span.closed, trades))
    seen = found_in(trunk, events, trades, tuple(set_and_forget(trunk, closed, progress)))
    return replace(
        seen,
        findings=span.found(seen.findings, trades),
        calls=tuple(each for each in seen.calls if span.has(each.record.call.seq)),
    )


def found_in(
    trunk: Trunk,
    events: Sequence[tuple[int, e.Event]],
    trades: Sequence[Trade],
    managed: tuple[Managed, ...],
) -> Discipline:
    """All that is found in an account's events and trades; what managing brought only in those
    trades that are given beside themselves set and forgotten."""
    called = any(isinstance(event, e.MarginCallIssued) for _, event in events)
    seen = observed(trades, managed, calls_of(events) if called else ())
    return Discipline(
        account=trunk.branch.called,
        findings=seen.findings,
        calls=seen.calls,
        managed=managed,
        trades={trade.number: trade for trade in trades},
        reviews={
            (event.finding, event.version): event
            for _, event in events
            if isinstance(event, e.FindingReviewed)
        },
    )
