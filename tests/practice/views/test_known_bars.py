"""The limits of a plan are held against the bars between events: 100 coins at 100, of 10,000."""

from collections.abc import Sequence

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.books.replay import account_before
from ledger.practice.views.known_bars import KnownBars
from ledger.reports.grade.grade import Terms, grade_of
from ledger.reports.grade.past import Run
from tests.practice.review.managing import MINUTE, doing, flat, recorded, tape
from tests.worlds import T0, D, venue

Bar = tuple[int, int, int, int]
"""Open, high, low and close in hundredths."""

FUNDED = {"daily_loss": D("0.05"), "trailing_floor": D("0.05")}


def bought(stop: int | None = None, side: Side = Side.BUY) -> c.PlaceOrder:
    level = None if stop is None else D(stop)
    return c.PlaceOrder(symbol="BTC", side=side, quantity=D(100), stop_loss=level)


def broken(
    bars: Sequence[Bar],
    *acts: tuple[c.TraderCommand, ...],
    **plan: D,
) -> list[tuple[int, str]]:
    """The bar in which each limit was broken, and how; acts are at the opens of the bars."""
    book = venue()
    first = (c.Deposit(amount=D(10_000)), c.PlanSession(**(plan or FUNDED)), *acts[0])  # type: ignore[arg-type]
    with recorded([tape("BTC", bars)], doing(first, *acts[1:]), book=book) as trunk:
        events = [event for _, event in trunk.ledger.events(trunk.branch.id)]
        opened = events[0]
        assert isinstance(opened, e.AccountOpened)
        run = Run(
            before=account_before("t", opened, book),
            events=events,
            until=trunk.stands_since(),
            equity=D(0),
            bars=KnownBars(trunk.timeline),
        )
        found = grade_of(run, Terms(bar=MINUTE))
    assert found is not None
    return [((breach.at - T0) // MINUTE, breach.said) for breach in found.breaches]


def test_a_loss_inside_a_bar_breaks_the_daily_limit_though_the_bar_recovers() -> None:
    bars = [*flat(100), (10_000, 10_100, 9_400, 10_000), *flat(100)]
    assert broken(bars, (bought(),), daily_loss=D("0.05")) == [
        (1, "600.00 was lost in a day, and the plan allows 500.00")
    ]
    assert broken([*flat(100), (10_000, 10_600, 10_000, 10_000)], (bought(side=Side.SELL),),
                  daily_loss=D("0.05"))  # fmt: skip
    assert broken([*flat(100), (10_000, 10_000, 9_500, 9_500)], (bought(),)) == []  # 500, not more


def test_the_floor_trails_the_highest_close_and_is_held_against_the_lows() -> None:
    """11,000 at the close of the second bar; 5% below it is 10,450, and 104 makes 10,400."""
    bars = [*flat(100), (10_000, 11_500, 10_000, 11_000), (11_000, 11_000, 10_400, 10_800)]
    assert broken(bars, (bought(),), trailing_floor=D("0.05")) == [
        (2, "equity fell to 10,400.00, below the floor at 10,450.00")
    ]


def test_what_a_bar_does_after_the_stop_has_sold_in_it_is_not_the_accounts() -> None:
    bars = [*flat(100), (10_000, 10_000, 9_000, 9_000), *flat(90)]
    assert broken(bars, (bought(stop=98),)) == []


def test_the_bar_in_which_a_market_order_was_filled_is_held_against_the_plan() -> None:
    bars = [(10_000, 10_000, 9_400, 10_000), *flat(100)]
    assert [said for said, _ in broken(bars, (bought(),))] == [0, 0]


def test_money_moves_at_what_the_account_is_worth_then_and_not_at_the_last_fill() -> None:
    """At 120 there are 12,000; 100 paid in there is no fall to the 10,100 of the price paid."""
    bars = [*flat(100), *flat(120), *flat(120)]
    paid = (c.Deposit(amount=D(100)),)
    assert broken(bars, (bought(),), (), paid) == []


def test_a_day_begins_with_the_equity_at_the_close_of_the_one_before() -> None:
    """From 100 to 97 on one day and to 94 on the next: 300 of 10,000, then 300 of 9,700."""
    bars = [*flat(*[100] * 10), *flat(*[97] * 1430), *flat(94, 94)]
    assert broken(bars, (bought(),), daily_loss=D("0.05")) == []
    assert broken(bars, (bought(),), daily_loss=D("0.0301")) == [
        (1440, "300.00 was lost in a day, and the plan allows 291.97")
    ]


def test_a_loss_beyond_the_plan_breaks_it_though_the_trade_is_never_closed() -> None:
    """200 are allowed; 500 are lost at the last close, with no stop that would end it."""
    bars = [*flat(100, 100), (10_000, 10_000, 9_500, 9_500)]
    off = (c.RemoveStop(symbol="BTC"),)
    assert broken(bars, (bought(stop=98),), off, loss_per_trade=D("0.02")) == [
        (3, "500.00 was lost on BTC, and the plan allows 200.00")
    ]


def test_a_floor_is_broken_again_only_by_falling_lower() -> None:
    """Sold at 94, 9,400 stay below the floor of 9,500 for days; bought again, 93 is lower."""
    bars = [*flat(100), *flat(*[94] * 2880), *flat(93, 93)]
    sold = (c.ClosePosition(symbol="BTC"),)
    acts = [(), sold, *[()] * 2879, (bought(),)]
    assert broken(bars, (bought(),), *acts[1:], trailing_floor=D("0.05")) == [
        (1, "equity fell to 9,400.00, below the floor at 9,500.00")
    ]
