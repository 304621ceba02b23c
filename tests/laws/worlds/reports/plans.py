"""The grade and the plan over random worlds."""

from ledger.account.events import kinds as e
from ledger.practice.sessions.statement import equity_of
from ledger.reports.grade.grade import CAPS, Terms, grade_of
from ledger.reports.grade.limits import Limit
from ledger.reports.grade.past import Run
from ledger.times import DAY
from tests.laws.worlds.play import Play, opened, played


def planned(seed: int) -> None:
    """A grade is a number of a hundred below what caps it, and the days on which a plan's trades
    were too many are those on which more were opened under it than it allows."""
    play = played(seed)
    last, events = play.last, [event for _, event, _ in play.steps]
    run = Run(
        before=opened(play.setting)[0],
        events=events,
        until=last.market_after.time,
        equity=equity_of(last.after, last.market_after),
    )
    grade = grade_of(run, Terms(bar=60))
    if grade is None:
        assert not any(isinstance(event, e.PositionOpened) for event in events)
        return
    assert 0 <= grade.total <= 100
    assert all(grade.total < CAPS[cap] for cap in grade.caps)
    told = {breach.at // DAY for breach in grade.breaches if breach.limit is Limit.TRADES}
    assert told == _too_many(play), "other days"


def _too_many(play: Play) -> set[int]:
    found, since, count = set[int](), None, 0
    for account, event, _ in play.steps:
        if isinstance(event, e.SessionPlanned) or event.at // DAY != since:
            since, count = event.at // DAY, 0
        if isinstance(event, e.PositionOpened) and account.plan is not None:
            count += 1
            most = account.plan.max_trades
            if most is not None and count > most:
                found.add(event.at // DAY)
    return found
