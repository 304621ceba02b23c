"""One account, one truth: the journal, the report, the review, discipline, the trades left alone
and the record itself agree on each figure that they share, over random accounts of all rule books.
"""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.account.events import kinds as e
from ledger.money import settle
from ledger.practice.review.discipline import discipline_of
from ledger.practice.review.entry import Entry
from ledger.practice.review.history import history_of
from ledger.practice.review.journal import JournalReader
from ledger.practice.review.review_view import review_of
from ledger.practice.review.weekly.span import WEEK, Length
from ledger.practice.review.weekly.week import WeekReader
from ledger.reports.trades.call_history import calls_of
from ledger.reports.trades.round_trip import trades_from
from tests.laws import tried
from tests.practice.recorded import Told, told
from tui.cli.records.report_wire import wire


def listed(one: Told) -> list[Entry]:
    """The closed trades of the journal."""
    book = JournalReader(one.trunk.ledger.path).read(one.trunk.branch.called)
    return [entry for entry in book.entries if not entry.trade.is_open]


@tried(4)
@given(seed=st.integers(0, 2**48))
def test_the_report_counts_what_the_journal_lists_to_the_last_unit(seed: int) -> None:
    with told(seed) as one:
        closed, view = listed(one), review_of(history_of(one.trunk))
        report = wire(view)
    told_of, past = report["trades"], Decimal("-1.2")
    assert told_of["n"] == len(closed)
    assert told_of["won"] == sum(entry.trade.is_win for entry in closed)
    assert told_of["lost"] == sum(entry.trade.is_loss for entry in closed)
    assert told_of["with_r"] == sum(entry.r is not None for entry in closed)
    net = settle(sum((entry.net for entry in closed), Decimal(0)), view.currency)
    assert Decimal(told_of["net"]) == net
    bins = sorted(number for each in report["histogram"] for number in each["trades"])
    assert bins == sorted(entry.number for entry in closed if entry.r is not None)
    worse = [entry.number for entry in closed if entry.r is not None and entry.r < past]
    assert sorted(told_of["past_stop"]) == sorted(worse)
    for by in ("symbol", "mode"):
        assert sum(group["n"] for group in report["groups"][by]) == len(closed)
    assert report["costs"]["net"] == report["gain"]


@tried(4)
@given(seed=st.integers(0, 2**48))
def test_the_journal_says_of_each_trade_what_its_record_does(seed: int) -> None:
    with told(seed) as one:
        closed = listed(one)
        events = dict(one.trunk.ledger.events(one.trunk.branch.id))
        calls = calls_of(list(events.items()))  # the page adds what needs tapes
    ends = [seq for seq, event in events.items() if isinstance(event, e.PositionClosed)]
    assert sorted(ends) == sorted(entry.trade.closed_seq or 0 for entry in closed)
    for entry in closed:
        event, first = events[entry.trade.closed_seq or 0], entry.trade.fills[0]
        assert isinstance(event, e.PositionClosed)
        assert (event.net_pnl, event.closed_by) == (entry.net, entry.closed_by)
        if entry.trade.risk.quantity == first.quantity:  # the whole order was filled at once
            assert event.r_multiple == entry.r
    came = [seq for seq, event in events.items() if isinstance(event, e.MarginCallIssued)]
    assert [record.call.seq for record in calls] == came


@tried(4)
@given(seed=st.integers(0, 2**48))
def test_the_weeks_of_the_review_are_the_whole_of_the_journal_and_of_discipline(seed: int) -> None:
    with told(seed) as one:
        trunk, closed = one.trunk, {entry.number: entry for entry in listed(one)}
        found, history = discipline_of(trunk), history_of(trunk)
        reader = WeekReader(trunk.ledger.path, None)
        days = range(history.first_day, history.last_day + WEEK, WEEK)
        weeks = [reader.read_in(trunk, Length.WEEK, day) for day in days]
        whole = reader.read_in(trunk, Length.ALL)
        parts = [discipline_of(trunk, week.span.first, week.span.last) for week in weeks]
        trades = {x.number: x for x in trades_from(trunk.ledger.events(trunk.branch.id))}
    assert sorted(x.number for week in weeks for x in week.trades) == sorted(closed)
    assert [x.number for x in whole.trades] == sorted(closed, key=lambda n: trades[n].number)
    seen = [finding.id for week in weeks for finding in week.seen.findings]
    assert {*seen} == {finding.id for finding in whole.seen.findings}
    assert [x.id for x in whole.seen.findings] == [x.id for x in found.findings]
    for week, part in zip(weeks, parts, strict=True):
        assert [x.id for x in part.findings] == [x.id for x in week.seen.findings]
        assert [x.trade.number for x in part.managed] == [x.trade.number for x in week.managed]
    for managed in whole.managed:
        entry = closed[managed.trade.number]
        assert (managed.trade.r, managed.played.net) == (entry.r, entry.net)
    assert len(whole.managed) == sum(entry.r is not None for entry in closed.values())
