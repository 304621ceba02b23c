"""What borrowed shares cost: the value that the rate is of, and the days of a weekend."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.engine.bars import next_due
from ledger.market.blind.listing import veiled_rulebook
from ledger.market.blind.veil import Veil
from ledger.market.rules.carry import BorrowBase, BorrowFee, Interest, Weekend
from ledger.times import DAY, weekday
from tests.worlds import T0, D, World, broker, stock

THURSDAY, FRIDAY, SATURDAY, SUNDAY = 3, 4, 5, 6
MONDAY = 4 * DAY
"""5 January 1970: the first day of the era was a Thursday."""


def charged(quantity: str, price: str, base: BorrowBase, scale: int = 1) -> Decimal:
    return BorrowFee(rate=D("0.36"), base=base, scale=D(scale)).charged_on(D(quantity), D(price))


@pytest.mark.parametrize(
    ("price", "dollars"),
    [
        ("42.80", 44),  # x 1.02 = 43.656
        ("0.10", 1),  # a share of ten cents pays on a dollar
        ("50", 51),  # exactly 51.00 is not rounded up
        ("50.01", 52),  # 51.0102
    ],
)
def test_a_lender_of_shares_holds_102_percent_rounded_up_to_a_dollar(
    price: str, dollars: int
) -> None:
    assert charged("200", price, BorrowBase.CEIL_DOLLAR_102) == 200 * dollars


@pytest.mark.parametrize(("shares", "lots"), [("1", 1), ("100", 1), ("101", 2), ("250", 3)])
def test_round_lots_are_charged_for_every_hundred_that_is_begun(shares: str, lots: int) -> None:
    assert charged(shares, "20", BorrowBase.ROUND_LOT) == lots * 100 * 20


def test_hidden_prices_are_charged_on_the_true_dollars_and_shares() -> None:
    """At 13 times its price a share stands for 13: 26 shares at 42.80 are 2 at 556.40."""
    for base in BorrowBase:
        assert charged("2", "556.40", base, scale=13) == charged("26", "42.80", base)
    lent = BorrowFee(rate=D("0.36"), base=BorrowBase.ROUND_LOT)
    veil = Veil(shift=0, factor=13, names={}, salt="")
    veiled = veiled_rulebook(broker(borrow_fee=lent), veil).borrow_fee
    assert veiled == replace(lent, scale=D(13))


def test_time_began_on_a_thursday() -> None:
    assert [weekday(0), weekday(DAY), weekday(MONDAY)] == [THURSDAY, FRIDAY, 0]


def test_friday_counts_three_days_and_the_weekend_none() -> None:
    """The period that ends as Saturday begins is Friday's."""
    terms = BorrowFee(rate=D("0.36"), weekend=Weekend.FRIDAY)
    ends = {day: terms.periods(MONDAY + (day + 1) * DAY) for day in range(7)}
    assert ends == {0: 1, 1: 1, 2: 1, 3: 1, FRIDAY: 3, SATURDAY: 0, SUNDAY: 0}
    assert sum(ends.values()) == 7


def shorted(terms: BorrowFee, days: int) -> World:
    world = World(broker(borrow_fee=terms, interest=Interest()), stock(), interval=DAY)
    world.flat(
        100, Deposit(amount=D(20_000)), PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(100))
    )
    for _ in range(days):
        world.flat(100)
    return world


def test_a_week_costs_the_same_whichever_day_pays_for_the_weekend() -> None:
    """100 shares at 100, at 36%: 10,000 x 0.36 / 360 = 10 a day, 70 a week."""
    week = 7 + 6 - weekday(T0)  # the account's first bars, and on to the end of the next Sunday
    fees = {
        weekend: [
            (x.at, x.amount)
            for x in shorted(BorrowFee(rate=D("0.36"), weekend=weekend), week).of(e.FeeCharged)
        ]
        for weekend in Weekend
    }
    assert sum(amount for _, amount in fees[Weekend.DAILY]) == sum(
        amount for _, amount in fees[Weekend.FRIDAY]
    )
    assert {weekday(at - 1): amount for at, amount in fees[Weekend.FRIDAY]}[FRIDAY] == D("30.00")
    assert not {SATURDAY, SUNDAY} & {weekday(at - 1) for at, _ in fees[Weekend.FRIDAY]}


def test_a_dollar_for_a_share_of_ten_cents_costs_ten_times_as_much() -> None:
    """1,000 shares at 0.10: 100 in the market, 1,000 to the lender; 1.00 a day at 36%, not 0.10."""
    book = broker(borrow_fee=BorrowFee(rate=D("0.36"), base=BorrowBase.CEIL_DOLLAR_102))
    world = World(replace(book, interest=Interest()), stock(), interval=DAY)
    sale = PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(1_000))
    world.flat(D("0.10"), Deposit(amount=D(20_000)), sale)
    world.flat(D("0.10"))
    assert {x.amount for x in world.of(e.FeeCharged)} == {D("1.00")}


def test_the_clock_does_not_stop_for_a_day_that_friday_has_paid_for() -> None:
    world = shorted(BorrowFee(rate=D("0.36"), weekend=Weekend.FRIDAY), 1)
    saturday = MONDAY + FRIDAY * DAY + DAY
    assert next_due.next_at_price(world.account, {}, saturday) == saturday + 3 * DAY
