"""The loan as an object: drawn, accrued, compounded, repaid."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.commands import Borrow, Deposit, PlaceOrder, Repay, Wait, Withdraw
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.rulebook import Forbids, Interest, Judged, RateTier, Restriction, Rung
from ledger.times import DAY, HOUR
from tests.worlds import T0, D, World, broker, level, only, stock


def buy(quantity: int) -> PlaceOrder:
    return PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(quantity))


def borrowed(days: int = 0, **changes: object) -> World:
    """10,000 of own money and 10,000 borrowed for 200 shares at 100."""
    world = World(broker(**changes), stock())
    world.flat(100, Deposit(amount=D(10_000)), buy(200))
    for _ in range(days - 1):
        world.flat(100)
    return world


def test_the_loan_is_drawn_on_the_fill_for_what_cash_lacks() -> None:
    world = World(broker(), stock())
    world.flat(100, Deposit(amount=D(10_000)), buy(150))
    assert only(world.of(e.LoanDrawn)).amount == 5_000
    assert world.account.main.cash == 0


def test_nine_days_of_interest_are_20_00_and_ten_are_22_22() -> None:
    # 10,000 x 8 % x 9 / 360 = 20.00; ten days: 22.2222
    assert borrowed(9).account.main.loan.accrued == D("20.00")
    assert borrowed(10).account.main.loan.accrued == D("22.22")


def test_daily_postings_add_up_to_one_posting_over_the_whole_span() -> None:
    daily = borrowed(30)
    once = T0 + 30 * DAY  # the first multiple of itself after T0: one posting for all thirty days
    whole = borrowed(0, interest=replace(broker().interest, post_every=once))
    whole.do(Wait(until=once))
    assert len(whole.of(e.InterestAccrued)) == 1
    assert daily.account.main.loan.accrued == whole.account.main.loan.accrued
    assert daily.account.main.loan.carried == whole.account.main.loan.carried


def test_a_loan_of_one_hour_bears_one_hour_of_interest() -> None:
    world = World(broker(), stock(), interval=HOUR)
    world.flat(100, Deposit(amount=D(10_000)), Borrow(amount=D(9_000)))
    world.flat(100, Repay(amount=D(9_000)))
    # 9,000 x 8 % / 360 / 24 = 0.0833
    assert only(world.of(e.LoanRepaid)).interest_part == D("0.08")


def test_a_repayment_pays_interest_before_principal() -> None:
    world = borrowed(9)
    world.flat(100, Deposit(amount=D(220)))
    repaid = only(world.of(e.LoanRepaid))
    assert (repaid.interest_part, repaid.principal_part) == (D("20.00"), D("200.00"))
    assert repaid.principal == 9_800


def test_sale_proceeds_repay_the_loan_at_once() -> None:
    world = borrowed(1)
    sell = PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(50))
    world.flat(100, sell)
    # one day of interest is 2.22: 5,000 - 2.22 of principal
    assert only(world.of(e.LoanRepaid)).principal_part == D("4997.78")


def test_interest_is_added_to_the_loan_with_the_month_and_then_bears_interest() -> None:
    world = borrowed(31)
    # 10,000 x 8 % x 31 / 360 = 68.89 on 1 February
    capitalized = only(world.of(e.InterestCapitalized))
    assert (capitalized.amount, capitalized.principal) == (D("68.89"), D("10068.89"))
    assert world.account.main.loan.accrued == 0


def test_what_pays_capitalized_interest_is_interest_paid() -> None:
    """68.89 of January's interest stand in the loan, and a day of 10,068.89 at 8 % costs 2.24 more
    (2.2375 less the 0.0011 that January was rounded up by): of 100, 71.13 pay interest."""
    world = borrowed(32)
    world.flat(100, Deposit(amount=D(100)))
    repaid = only(world.of(e.LoanRepaid))
    assert (repaid.interest_part, repaid.capitalized_part) == (D("2.24"), D("68.89"))
    assert repaid.principal_part == D("97.76")
    assert world.account.totals.interest_paid == D("71.13")
    assert repaid.principal == D("9971.13")


def test_each_slice_of_the_loan_has_its_own_rate() -> None:
    tiers = (
        RateTier(floor=D(0), rate=D("0.12")),
        RateTier(floor=D(4_000), rate=D("0.06")),
    )
    world = borrowed(1, interest=Interest(tiers=tiers))
    accrued = only(world.of(e.InterestAccrued))
    # (4,000 x 12 % + 6,000 x 6 %) / 360 = 2.33 a day, 8.4 % blended
    assert (accrued.amount, accrued.rate) == (D("2.33"), D("0.084"))


def test_what_margin_needs_cannot_be_withdrawn() -> None:
    world = borrowed(1)
    world.flat(110, Withdraw(amount=D("1000.01")))
    # equity 22,000 - 10,002.22 = 11,997.78; half of 22,000 is margin: 997.78 is free
    assert only(world.of(e.ActionRefused)).largest == D("997.78")
    world.flat(110, Withdraw(amount=D("990")))
    assert only(world.of(e.Withdrawn)).amount == 990
    assert world.of(e.LoanDrawn)[-1].amount == 990


def test_less_than_two_thousand_of_equity_cannot_borrow() -> None:
    world = World(broker(), stock())
    world.flat(100, Deposit(amount=D(1_900)), buy(20))
    assert "2000" in only(world.of(e.OrderRefused)).reason
    world.flat(100, buy(19))
    assert only(world.of(e.OrderFilled)).quantity == 19


def test_a_refusal_names_the_largest_quantity_that_would_pass() -> None:
    world = World(broker(), stock())
    world.flat(100, Deposit(amount=D(10_000)), buy(201))
    assert only(world.of(e.OrderRefused)).largest == 200


def test_short_proceeds_are_held_and_do_not_pay_for_shares() -> None:
    world = World(broker(), stock(), stock("OTHER"))
    short = PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(100))
    long = PlaceOrder(symbol="OTHER", side=Side.BUY, quantity=D(50))
    world.bar({"ACME": (100,) * 4, "OTHER": (100,) * 4}, Deposit(amount=D(10_000)), short, long)
    # 10,000 own money pays 5,000; the 10,000 of proceeds stay with the lender of the shares
    assert world.account.main.cash == 15_000
    assert not world.of(e.LoanDrawn)


def test_covering_a_short_realizes_what_the_price_fell() -> None:
    world = World(broker(), stock())
    short = PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(100))
    world.flat(100, Deposit(amount=D(10_000)), short)
    world.flat(90, PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100)))
    assert only(world.of(e.PositionClosed)).realized_pnl == 1_000
    assert world.account.main.cash == 11_000


@pytest.mark.parametrize(
    ("forbids", "largest"), [(Forbids.WITHDRAW, D("1999.56")), (Forbids.BORROW, D("2999.56"))]
)
def test_a_book_may_keep_inside_more_than_the_initial_margin(
    forbids: Forbids, largest: Decimal
) -> None:
    """100 shares at 100 with 8,000 of own money: half of the value is the initial margin, twice the
    30 % of the house is what the book keeps inside. A day on 2,000 at 8 % has cost 0.44."""
    kept = Restriction(forbids=forbids, level=level(Rung.WARNING, "house", "2", Judged.ALWAYS))
    world = World(broker(restrictions=(kept,)), stock())
    world.flat(100, Deposit(amount=D(8_000)), buy(100))
    world.flat(100, Withdraw(amount=D(5_000)))
    assert only(world.of(e.ActionRefused)).largest == largest


def test_less_than_a_dollar_beyond_the_cash_is_borrowed_too() -> None:
    world = borrowed(1)
    world.flat(110, Withdraw(amount=D("0.50")))
    assert world.of(e.LoanDrawn)[-1].amount == D("0.50")
