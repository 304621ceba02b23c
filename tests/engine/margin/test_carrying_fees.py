"""Fees of opening, of rolling over, and of borrowed shares."""

from decimal import Decimal

import pytest

from ledger.account.commands import ClosePosition, Deposit, PlaceOrder, Wait
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side
from ledger.market.rules.carry import BorrowFee, Counted, Interest, Rollover
from ledger.market.rules.rulebook import Rulebook
from ledger.times import DAY, HOUR
from tests.worlds import T0, D, World, broker, only, perpetual, stock, venue


def fees(world: World, kind: str) -> list[tuple[int, Decimal]]:
    """Hours since the beginning, and amounts, of the fees of a kind."""
    charged = [fee for fee in world.of(e.FeeCharged) if fee.kind == kind]
    return [((fee.at - T0) // HOUR, fee.amount) for fee in charged]


def buy(quantity: int, limit: int | None = None) -> PlaceOrder:
    given = {} if limit is None else {"order_type": OrderType.LIMIT, "limit": D(limit)}
    return PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(quantity), **given)


def sell(quantity: int) -> PlaceOrder:
    return PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(quantity))


def every_four_hours(counted: Counted = Counted.COMPLETED, **changes: object) -> Rulebook:
    """0.16 and 0.26 % to trade, 0.01 % to open, 0.01 % every four hours; the loan is free."""
    return broker(
        maker_fee=D("0.0016"),
        taker_fee=D("0.0026"),
        opening_fee=D("0.0001"),
        rollover=Rollover(fee=D("0.0001"), every=4 * HOUR, counted=counted),
        interest=Interest(),
        **changes,
    )


def hours_of(world: World, count: int, price: int = 100) -> None:
    for _ in range(count):
        world.flat(price)


@pytest.mark.parametrize(
    ("counted", "hours", "periods"),
    [
        # "begins after 4 hours": floor(h / 4)
        (Counted.COMPLETED, 3, 0),
        (Counted.COMPLETED, 4, 1),
        (Counted.COMPLETED, 74, 18),
        # hours begun, as freqtrade counts them
        (Counted.BEGUN, 1, 1),
        (Counted.BEGUN, 4, 1),
        (Counted.BEGUN, 5, 2),
        (Counted.BEGUN, 74, 19),
    ],
)
def test_rollover_counts_four_hours_that_have_passed_or_begun(
    counted: Counted, hours: int, periods: int
) -> None:
    world = World(every_four_hours(counted), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(20_000)), buy(100))
    hours_of(world, hours - 1)
    world.flat(100, ClosePosition(symbol="ACME"))
    assert [amount for _, amount in fees(world, "rollover")] == [D("1.00")] * periods


def test_each_lot_rolls_over_by_its_own_clock_at_its_own_cost() -> None:
    world = World(every_four_hours(), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(50_000)), buy(100))
    world.flat(100)
    world.flat(200, buy(50))  # the price doubled: 10,000 once more, two hours later
    hours_of(world, 6, 200)
    assert fees(world, "rollover") == [(4, D("1.00")), (6, D("1.00")), (8, D("1.00"))]


def test_a_lot_sold_in_part_rolls_over_the_cost_that_is_left() -> None:
    world = World(every_four_hours(), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(20_000)), buy(100))
    world.flat(100, sell(75))
    hours_of(world, 4)
    # 2,500 x 0.01 %
    assert fees(world, "rollover") == [(4, D("0.25"))]


def test_no_bar_is_needed_for_a_rollover_to_fall_due() -> None:
    world = World(every_four_hours(), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(20_000)), buy(100))
    world.do(Wait(until=T0 + 13 * HOUR))
    assert fees(world, "rollover") == [(4, D("1.00")), (8, D("1.00")), (12, D("1.00"))]


def test_a_contract_rolls_over_on_its_notional_as_well() -> None:
    rolled = Rollover(fee=D("0.0002"), every=4 * HOUR)
    world = World(venue(opening_fee=D("0.0001"), rollover=rolled), perpetual(), interval=HOUR)
    order = PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(2), leverage=D(5))
    world.flat(1000, Deposit(amount=D(1000)), order)
    assert fees(world, "opening") == [(0, D("0.2"))]
    hours_of(world, 4, 1000)
    assert fees(world, "rollover") == [(4, D("0.4"))]
    assert only(world.account.positions()).fees == D("0.6")


def test_an_order_that_leaves_no_money_for_the_opening_fee_is_refused() -> None:
    world = World(every_four_hours(), stock())
    world.flat(100, Deposit(amount=D(10_000)), buy(200))
    # own money for 199 shares: 9,950 of margin, 19,900 x 0.27 % = 53.73 of fees: 198 pass
    assert only(world.of(e.OrderRefused)).largest == 198
    world.flat(100, buy(198))
    assert only(world.of(e.OrderFilled)).quantity == 198


def test_the_stake_of_a_trade_has_its_opening_fee_in_it() -> None:
    world = World(every_four_hours(), stock())
    stopped = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), stop_loss=D(90))
    world.flat(100, Deposit(amount=D(20_000)), stopped)
    # 1,000 to the stop, 26 + 1 to enter, 9,000 x 0.26 % = 23.40 to leave
    assert only(world.of(e.PositionOpened)).risk == D("1050.40")


def short_of(rate: str, deposit: int = 20_000, **changes: object) -> World:
    """100 shares sold short at 100, their lender paid daily."""
    fee = BorrowFee(rate=D(rate), every=DAY, day_count=360)
    world = World(broker(borrow_fee=fee, **changes), stock())
    world.flat(100, Deposit(amount=D(deposit)), sell(100))
    return world


def test_a_short_pays_for_its_shares_daily_by_their_market_value() -> None:
    world = short_of("0.36")
    world.flat(120)
    # 36 % / 360 = 0.1 % a day: of 10,000 at the first midnight, of 12,000 at the second
    assert fees(world, "borrow") == [(24, D("10.00")), (48, D("12.00"))]
    assert world.account.totals.fees_paid == 22
    assert only(world.account.positions()).fees == 22


@pytest.mark.parametrize(("covered", "paid"), [(True, []), (False, [(24, D("10.00"))])])
def test_only_a_short_held_at_the_posting_pays(
    covered: bool, paid: list[tuple[int, Decimal]]
) -> None:
    # 36 % / 360 = 0.1 % a day of 10,000
    world = World(broker(borrow_fee=BorrowFee(rate=D("0.36"))), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(20_000)), sell(100))
    hours_of(world, 22)
    world.flat(100, *([ClosePosition(symbol="ACME")] if covered else []))
    hours_of(world, 3)
    assert fees(world, "borrow") == paid


@pytest.mark.parametrize(("order", "paid"), [(buy(100), 0), (sell(100), 30)])
def test_a_long_borrows_no_shares(order: PlaceOrder, paid: int) -> None:
    # three midnights at 0.1 % of 10,000
    world = World(broker(borrow_fee=BorrowFee(rate=D("0.36"))), stock())
    world.flat(100, Deposit(amount=D(20_000)), order)
    hours_of(world, 2)
    assert sum(amount for _, amount in fees(world, "borrow")) == paid


def test_a_fee_beyond_the_free_cash_is_borrowed_at_its_own_time() -> None:
    free = World(broker(borrow_fee=BorrowFee(rate=D("0.36"))), stock(), stock("OTHER"))
    rows = {"ACME": (100,) * 4, "OTHER": (100,) * 4}
    long = PlaceOrder(symbol="OTHER", side=Side.BUY, quantity=D(200))
    free.bar(rows, Deposit(amount=D(20_000)), long, sell(100))
    # all own cash is in the other stock: the 10.00 of the first midnight are drawn there and then
    drawn = only(free.of(e.LoanDrawn))
    assert (drawn.at, drawn.amount) == (T0 + DAY, D("10.00"))
    assert free.account.main.loan.accrued_to == T0 + DAY


def test_a_lender_of_coins_charges_an_hour_at_the_sale_and_one_at_each_full_hour() -> None:
    # 8.76 % a year is 0.001 % an hour: of 10,000 ten cents
    fee = BorrowFee(rate=D("0.0876"), every=HOUR, day_count=365, first_period=True)
    world = World(broker(borrow_fee=fee), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(20_000)), sell(100))
    world.flat(100, sell(50))
    assert fees(world, "borrow") == [
        (0, D("0.10")),
        (1, D("0.10")),
        (1, D("0.05")),
        (2, D("0.15")),
    ]


@pytest.mark.parametrize(
    ("sold", "paid"),
    [
        (100, []),
        (200, [(1, D("0.10")), (2, D("0.10"))]),  # 0.001 % an hour of the 100 not held
    ],
)
def test_a_sale_of_what_is_held_borrows_nothing(sold: int, paid: list[tuple[int, Decimal]]) -> None:
    fee = BorrowFee(rate=D("0.0876"), every=HOUR, day_count=365, first_period=True)
    world = World(broker(borrow_fee=fee), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(20_000)), buy(100))
    world.flat(100, sell(sold))
    assert fees(world, "borrow") == paid


@pytest.mark.parametrize(
    ("rate", "paid"),
    [
        ("0.00001", []),  # of 10,000 over 360 days 0.00028 a day, less than half a cent
        ("0.00018", [D("0.01")]),  # 0.005, half a cent
    ],
)
def test_a_fee_that_rounds_to_nothing_is_not_recorded(rate: str, paid: list[Decimal]) -> None:
    world = short_of(rate)
    assert [amount for _, amount in fees(world, "borrow")] == paid
