"""The plan day by day: 100 shares at 100 with a stop at 90 risk 1,000, a tenth of 10,000."""

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.reports.grade.bars import NO_BARS
from ledger.reports.grade.days import Diary, PlanDay, plan_days
from ledger.reports.grade.limits import Limit
from ledger.reports.grade.sums import sum_said
from ledger.times import DAY
from tests.reports.test_grade import PLANNED, Graded10k, world
from tests.worlds import D


def days(made: Graded10k) -> list[PlanDay]:
    numbered = list(enumerate(made.events, 1))
    at = {seq: event.at // DAY for seq, event in numbered}
    return plan_days(
        Diary(
            before=made.before,
            events=numbered,
            bar=made.interval,
            day_of=at.__getitem__,
            until=made.market.time,
            bars=NO_BARS,
            day_at=lambda time: time // DAY,
        )
    )


def test_a_day_of_trading_within_the_plan_is_kept() -> None:
    made = world()
    made.flat(100, PLANNED)
    made.flat(100, c.ClosePosition(symbol="ACME"))
    assert [(day.kept, len(day.opened)) for day in days(made)] == [(True, 1)]


def test_a_third_trade_of_two_breaks_the_plan_on_its_day() -> None:
    made = world(c.PlanSession(max_trades=2))
    sold = c.ClosePosition(symbol="ACME")
    made.flat(100, PLANNED, sold, PLANNED, sold)
    made.flat(100, PLANNED, sold, PLANNED, sold, PLANNED, sold)
    kept = days(made)
    assert [(day.kept, len(day.opened)) for day in kept] == [(True, 2), (False, 3)]
    assert [breach.limit for breach in kept[1].breaches] == [Limit.TRADES]
    opened = [n for n, x in enumerate(made.events, 1) if isinstance(x, e.PositionOpened)]
    assert [seq for day in kept for seq in day.opened] == opened


def test_a_day_without_a_plan_is_not_kept() -> None:
    made = world(c.AddNote(text="no plan"))
    made.flat(100, PLANNED)
    assert [(day.kept, day.planned) for day in days(made)] == [(False, False)]


def test_a_breach_is_told_without_its_sums_where_money_is_hidden() -> None:
    made = world()
    made.flat(100, PLANNED)
    made.flat(100, c.RemoveStop(symbol="ACME"))
    made.flat(70, c.ClosePosition(symbol="ACME"))
    (breach,) = days(made)[1].breaches
    assert breach.said == "3,000.00 was lost on ACME, and the plan allows 1,000.00"
    assert breach.without_money == "more was lost on a trade than the plan allows"


def test_a_coin_account_has_its_sums_to_the_last_unit() -> None:
    assert sum_said(D("0.004"), "BTC") == "0.00400000"
    assert (sum_said(D(1000), "USD"), sum_said(D(1000), "USDT")) == ("1,000.00", "1,000.00")
