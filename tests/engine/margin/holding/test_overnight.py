"""The night of a contract: its cut-off, by side and class, and the weekend's nights."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.commands import ClosePosition, Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.engine.bars.next_due import next_at_price
from ledger.engine.margin.overnight import next_night
from ledger.market.instrument import Asset, Instrument
from ledger.market.rules.rulebook import Overnight, Rulebook, Weekend
from ledger.practice.views.daily_cost import daily_cost
from ledger.times import DAY, HOUR
from tests.worlds import T0, D, World, perpetual, venue

CUT = 22 * HOUR
"""17:00 New York in winter, in UTC; T0 is the midnight that begins a Monday."""

INDEX = Overnight(
    admin=D("0.025"), benchmark=D("0.005"), day_count=365, assets=(Asset.MAJOR_INDEX,)
)
"""Core Spreads' example (NX-09): longs pay 3 %, shorts 2 %, over 365 days."""


def contract(asset: Asset | None = Asset.MAJOR_INDEX) -> Instrument:
    return perpetual(currency="USD", tick=D("0.01"), asset=asset)


def book(*terms: Overnight) -> Rulebook:
    return venue(currency="USD", funding=None, overnight=terms or (INDEX,))


def held(world: World, side: Side, price: str = "5905", quantity: int = 10) -> None:
    order = PlaceOrder(symbol="BTC", side=side, quantity=D(quantity))
    world.flat(price, Deposit(amount=D(100_000)), order)


def hours(world: World, count: int, price: str = "5905") -> None:
    for _ in range(count):
        world.flat(price)


@pytest.mark.parametrize(
    ("side", "charged"),
    [
        (Side.BUY, "4.85"),  # 59,050 x 3 % = 1,771.50 a year, / 365 = 4.8534
        (Side.SELL, "3.24"),  # 59,050 x (2.5 % - 0.5 %) / 365 = 3.2356
    ],
)
def test_ten_a_point_at_5905_costs_4_85_a_night_long_and_3_24_short(
    side: Side, charged: str
) -> None:
    """NX-09, published by Core Spreads: 59,050, 1,771.50 a year, 4.85 a night."""
    world = World(book(), contract(), interval=HOUR)
    held(world, side)
    hours(world, 23)
    assert [(x.at - T0, x.amount, x.nights) for x in world.of(e.OvernightCharged)] == [
        (CUT, D(charged), 1)
    ]
    assert world.account.totals.overnight == D(charged)
    assert world.account.position("BTC").carry == D(charged)


def test_a_short_receives_where_the_benchmark_is_above_the_brokers_part() -> None:
    # 10,000 x (3 % - 3.88 %) / 360 = -0.2444
    world = World(book(Overnight(admin=D("0.03"), benchmark=D("0.0388"))), contract())
    held(world, Side.SELL, "100", 100)
    (paid,) = world.of(e.OvernightCharged)
    assert (paid.amount, paid.rate) == (D("-0.24"), D("-0.0088"))
    assert world.account.main.cash + sum(p.cash for n, p in world.account.pockets.items()
                                         if n != "main") == D("100000.24")  # fmt: skip


@pytest.mark.parametrize(
    ("weekend", "nights"),
    [
        (Weekend.FRIDAY, [1, 1, 1, 1, 3]),
        (Weekend.WEDNESDAY, [1, 1, 3, 1, 1]),
        (Weekend.DAILY, [1, 1, 1, 1, 1, 1, 1]),
    ],
)
def test_a_week_has_seven_nights_whenever_the_weekend_is_charged(
    weekend: Weekend, nights: list[int]
) -> None:
    world = World(book(Overnight(admin=D("0.036"), weekend=weekend)), contract())
    held(world, Side.BUY, "100", 100)
    for _ in range(6):
        world.flat("100")
    found = world.of(e.OvernightCharged)
    assert [x.nights for x in found] == nights
    assert sum(x.amount for x in found) == 7  # 10,000 x 3.6 % / 360 = 1 a night


def test_the_cut_off_follows_the_clocks_of_new_york() -> None:
    # New York went to summer time on Sunday, 10 March 2024: 17:00 was 22:00, then 21:00 UTC
    at = T0 + 67 * DAY + CUT
    world = World(book(), contract())
    held(world, Side.BUY)
    assert next_night(world.account, at - 1) == at  # Friday, 8 March
    assert next_night(world.account, at) == at + 3 * DAY - HOUR  # Monday, 11 March


def test_who_opens_on_the_cut_off_does_not_pay_and_who_closes_on_it_does() -> None:
    world = World(book(), contract(), interval=HOUR)
    hours(world, 22)
    held(world, Side.BUY)
    hours(world, 23)
    world.flat("5905", ClosePosition(symbol="BTC"))
    assert [(x.at - T0) // HOUR for x in world.of(e.OvernightCharged)] == [46]


def test_each_class_is_charged_by_its_own_table_and_the_rest_by_the_one_without_classes() -> None:
    coins = Overnight(admin=D("0.2"), weekend=Weekend.DAILY, assets=(Asset.CRYPTO,))
    rules = book(INDEX, coins, Overnight(admin=D("0.01")))
    for asset, admin in (
        (Asset.MAJOR_INDEX, "0.025"),
        (Asset.CRYPTO, "0.2"),
        (Asset.GOLD, "0.01"),
        (None, "0.01"),
    ):
        terms = rules.overnight_of(asset)
        assert terms is not None
        assert terms.admin == D(admin)
    assert book(INDEX).overnight_of(Asset.GOLD) is None


def test_nothing_falls_due_for_a_class_that_no_table_names() -> None:
    world = World(book(), contract(Asset.GOLD))
    held(world, Side.BUY)
    assert not world.of(e.OvernightCharged)
    assert next_at_price(world.account, {}, world.market.time) is None
    assert daily_cost(world.account, world.market).overnight is None


def test_the_night_is_taken_from_the_pocket_of_the_position_and_counts_in_its_result() -> None:
    world = World(replace(book(), modes=book().modes[::-1]), contract())
    held(world, Side.BUY)
    world.flat("5905", ClosePosition(symbol="BTC"))
    (closed,) = world.of(e.PositionClosed)
    assert closed.net_pnl == D("-4.85")
    assert world.account.main.cash == Decimal("99995.15")


def test_a_day_at_unchanged_prices_costs_one_night() -> None:
    world = World(book(), contract())
    held(world, Side.BUY)
    assert daily_cost(world.account, world.market).overnight == D("4.85")
