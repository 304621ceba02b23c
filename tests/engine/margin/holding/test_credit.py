"""Interest on cash: by tiers over a benchmark, on idle cash and on what stands against shorts."""

from decimal import Decimal

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.engine.bars.next_due import idle, next_at_price
from ledger.market.rules.rulebook import CreditInterest, Interest, RateTier, Rulebook
from ledger.practice.views.daily_cost import daily_cost
from ledger.times import DAY
from tests.worlds import T0, D, World, broker, stock


def tiers(*rows: tuple[int, str]) -> tuple[RateTier, ...]:
    return tuple(RateTier(floor=D(floor), rate=D(rate)) for floor, rate in rows)


IBKR = CreditInterest(
    benchmark=D("0.0388"),
    idle=tiers((10_000, "-0.005")),
    short=tiers((100_000, "-0.0125"), (1_000_000, "-0.005"), (3_000_000, "-0.0025")),
    full_from=D(100_000),
)
"""As Interactive Brokers pays it: nothing on the first 10,000, then the benchmark less 0.5 %."""


def book(credit: CreditInterest = IBKR) -> Rulebook:
    return broker(interest=Interest(), credit=credit)


@pytest.mark.parametrize(
    ("idle_cash", "short", "equity", "a_day"),
    [
        # 100,000 x 3.38 % / 360
        ("110000", "0", "110000", "9.39"),
        # 40,000 x 3.38 % / 360, and half of it, since equity is half of 100,000
        ("50000", "0", "50000", "1.88"),
        ("10000", "0", "10000", "0.00"),
        # 50,000 x 2.63 % / 360
        ("0", "150000", "500000", "3.65"),
        # 900,000 x 2.63 % + 2,000,000 x 3.38 % + 500,000 x 3.63 %, / 360
        ("0", "3500000", "5000000", "303.94"),
    ],
)
def test_each_slice_earns_the_benchmark_and_its_own_spread(
    idle_cash: str, short: str, equity: str, a_day: str
) -> None:
    year = IBKR.yearly(D(idle_cash), D(short), D(equity))
    assert round(year / 360, 2) == D(a_day)


def test_no_rate_falls_below_zero() -> None:
    low = CreditInterest(benchmark=D("0.001"), idle=tiers((0, "-0.005")))
    assert low.yearly(D(1_000_000), D(0), D(1_000_000)) == 0


def test_cash_that_lies_idle_is_paid_each_midnight_with_the_remainder_carried() -> None:
    flat = CreditInterest(benchmark=D("0.0001"), idle=tiers((0, "0")))
    world = World(book(flat), stock())
    world.flat(100, Deposit(amount=D(10_000)))
    for _ in range(9):
        world.flat(100)
    # 10,000 x 0.01 % / 360 = 0.00278 a day. The second day makes 0.00556, so a cent is posted and
    # -0.00444 carried; 0.00667 on the sixth, of which -0.00333 is carried; 0.005 on the ninth
    paid = [x for x in world.of(e.CreditInterestPaid) if x.amount]
    assert [(x.at - T0) // DAY for x in paid] == [2, 6, 9]
    assert world.account.totals.credit_interest == D("0.03")
    assert world.account.main.cash == D("10000.03")


def test_the_value_of_a_short_earns_as_a_short_and_the_rest_as_idle_cash() -> None:
    world = World(book(), stock())
    sell = PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(1500))
    world.flat(100, Deposit(amount=D(200_000)), sell)
    (paid,) = world.of(e.CreditInterestPaid)
    # 350,000 of cash, of which 150,000 stand against the short
    assert (paid.idle, paid.short) == (D(200_000), D(150_000))
    # 190,000 x 3.38 % / 360 + 50,000 x 2.63 % / 360 = 17.8389 + 3.6528
    assert paid.amount == D("21.49")
    assert daily_cost(world.account, world.market).credit == D("21.49")


def test_an_account_of_cash_alone_is_not_idle_where_cash_earns() -> None:
    world = World(book(), stock())
    world.flat(100)
    assert idle(world.account)
    world.do(Deposit(amount=Decimal(20_000)))
    assert not idle(world.account)
    assert next_at_price(world.account, {}, T0 + 1) == T0 + DAY
