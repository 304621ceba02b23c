"""A level that is breached inside a bar and sound again where the bar goes acts all the same."""

from typing import Any

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.risk.threshold import first_breach
from ledger.account.state import Loan, Side
from ledger.frozen import replace
from ledger.market.rules.schedule import Schedule, ShortRule, Tier
from tests.engine.audit import Audited
from tests.worlds import D, broker, only, perpetual, stock, venue

TIERS = (
    Tier(floor=D(0), rate=D("0.01"), max_leverage=D(50)),
    Tier(floor=D(1000), rate=D("0.1"), max_leverage=D(50)),
)
"""With one amount, of nothing, laid over both the demand falls from 100 to 10 at 1,000 of value."""


def opened(side: Side, entry: int, leverage: int, **schedule: Any) -> Audited:
    table = Schedule(name="venue", tiers=TIERS, **schedule)
    world = Audited(venue(schedules=(table,)), perpetual(lot=D(1)))
    order = PlaceOrder(symbol="BTC", side=side, quantity=D(10), leverage=D(leverage))
    world.flat(entry, Deposit(amount=D(1000)), order)
    world.audit()
    return world


def test_a_long_is_liquidated_above_the_edge_below_which_it_would_be_sound() -> None:
    """185 behind 1,110: equity 10 P - 925 is at a tenth of 10 P where P = 925 / 9 = 102.78. Below
    100 a hundredth is asked, and at 95 there are 25 for 9.50."""
    world = opened(Side.BUY, 111, 6, amount=D(0))
    world.bar({"BTC": (111, 111, 95, 111)})
    sold = only(world.of(e.Liquidated))
    assert (sold.price, sold.threshold_price) == (D("102.5"), D("102.77777778"))
    world.audit()


def test_a_long_that_is_sound_down_to_the_edge_stays() -> None:
    """222 behind 1,110: 10 P - 888 is at P where P = 98.67, which the edge at 100 comes before."""
    world = opened(Side.BUY, 111, 5, amount=D(0))
    world.bar({"BTC": (111, 111, 95, 111)})
    assert not world.of(e.Liquidated)


def test_on_the_edge_itself_the_higher_tier_still_asks() -> None:
    """150 behind 1,050: 10 P - 900 is P at 100, the tick of the edge."""
    world = opened(Side.BUY, 105, 7, amount=D(0))
    world.bar({"BTC": (105, 105, 95, 105)})
    assert only(world.of(e.Liquidated)).price == 100


def test_a_short_that_rises_into_the_dearer_tier_is_liquidated_at_its_edge() -> None:
    """48 behind 960 short at 96: at 99.5 there are 13 for 9.95, at 100 there are 8 for 100."""
    world = opened(Side.SELL, 96, 20, amount=D(0))
    world.bar({"BTC": (96, 101, 96, 96)})
    assert only(world.of(e.Liquidated)).price == 100


def test_a_long_that_rises_into_the_dearer_tier_is_liquidated_there_though_it_gains() -> None:
    """48 behind 960 at 96: at 100 there are 88 for 100, at 102 there are 108 for 102."""
    world = opened(Side.BUY, 96, 20, amount=D(0))
    world.bar({"BTC": (96, 104, 96, 104)})
    assert only(world.of(e.Liquidated)).price == 100


@pytest.mark.parametrize("side", list(Side))
def test_amounts_that_the_tiers_imply_leave_no_dip(side: Side) -> None:
    """At 1,000 both tiers ask for 10: the second is 0.1 x 1,000 - 90."""
    world = opened(side, 96, 20)
    world.bar({"BTC": (96, 99, 96, 98)})
    assert bool(world.of(e.Liquidated)) is False


def test_a_short_s_floor_beside_a_long_may_be_breached_where_it_begins_to_bind() -> None:
    """100 short from 4 to 6 and 100 long from 50 to 54, together, the exchange's 25 % and floors.

    Up to 5 the short asks for its whole price, from there on for 5 a share: 100 + 100 a point are
    lost, then 100; the long gains 200 x 0.75 a point. 30 of room are 0 at 4.60, three tenths of
    the way, -20 at 5, and 30 again at the end.
    """
    floors = ShortRule(
        rate=D("0.3"), per_share=D(5), low_price=D(5), low_rate=D(1), low_per_share=D("2.5")
    )
    table = Schedule(name="exchange", long_rate=D("0.25"), short=floors)
    book = broker(schedules=(replace(table, name="house"), table))
    world = Audited(book, stock("A"), stock("B"))
    orders = [
        PlaceOrder(symbol=symbol, side=side, quantity=D(100))
        for symbol, side in (("A", Side.SELL), ("B", Side.BUY))
    ]
    world.bar({"A": (4,) * 4, "B": (50,) * 4}, Deposit(amount=D(10_000)), *orders)
    asked = 400 + 1250
    owed = 5000 - 400 - (asked + 30)
    pocket = replace(world.account.main, cash=D(0), loan=Loan(principal=D(owed)))
    level = book.levels[-1]
    start, end = {"A": D(4), "B": D(50)}, {"A": D(6), "B": D(54)}
    assert first_breach(world.account, pocket, start, end, level) == D("0.3")
    sound = replace(pocket, loan=Loan(principal=D(owed - 21)))
    assert first_breach(world.account, sound, start, end, level) is None
