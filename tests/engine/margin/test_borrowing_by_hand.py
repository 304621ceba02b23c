"""Where nothing is borrowed by itself: cash pays, or the loan is drawn first."""

from dataclasses import replace

import pytest

from ledger.account.commands import Borrow, Deposit, PlaceOrder, Repay, Withdraw
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import Draws, Interest, Mode
from tests.worlds import D, World, broker, only, stock


def world(**changes: object) -> World:
    made = World(broker(draws=Draws.NOTHING, auto_repay=False, **changes), stock())
    made.flat(100, Deposit(amount=D(10_000)))
    return made


def buy(quantity: int, **more: object) -> PlaceOrder:
    return PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(quantity), **more)  # type: ignore[arg-type]


def test_an_order_beyond_the_cash_is_refused_with_what_to_borrow() -> None:
    by_hand = world()
    by_hand.flat(100, buy(150))
    refused = only(by_hand.of(e.OrderRefused))
    assert "5000 USD more than the free cash" in refused.reason
    assert "borrow first" in refused.reason
    assert refused.largest == 100


def test_the_same_order_passes_once_the_money_is_borrowed() -> None:
    by_hand = world()
    by_hand.flat(100, Borrow(amount=D(5_000)), buy(150))
    assert only(by_hand.of(e.OrderFilled)).quantity == 150
    assert only(by_hand.of(e.LoanDrawn)).amount == 5_000
    assert by_hand.account.main.cash == 0


def test_the_largest_that_cash_pays_leaves_room_for_the_fee() -> None:
    by_hand = world(taker_fee=D("0.001"))
    by_hand.flat(100, buy(100))
    # 99 shares cost 9,900 and 9.90
    assert only(by_hand.of(e.OrderRefused)).largest == 99
    by_hand.flat(100, buy(99))
    assert by_hand.account.main.cash == D("90.10")


def test_a_resting_order_that_cash_no_longer_pays_is_cancelled() -> None:
    by_hand = world()
    limit = buy(100, order_type=OrderType.LIMIT, limit=D(95))
    by_hand.flat(100, limit, buy(50))
    by_hand.flat(95)
    assert "borrow first" in only(by_hand.of(e.OrderCancelled)).reason
    assert not by_hand.of(e.LoanDrawn)


def test_a_withdrawal_does_not_borrow_either() -> None:
    by_hand = world()
    by_hand.flat(100, Borrow(amount=D(1_000)), Withdraw(amount=D(11_001)))
    assert only(by_hand.of(e.ActionRefused)).action == "withdraw"
    assert only(by_hand.of(e.LoanDrawn)).amount == 1_000


def test_a_short_needs_no_money() -> None:
    by_hand = world()
    by_hand.flat(100, PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(50)))
    assert only(by_hand.of(e.OrderFilled)).quantity == 50


def test_what_was_borrowed_by_hand_stays_until_it_is_repaid_by_hand() -> None:
    by_hand = world()
    by_hand.flat(100, Borrow(amount=D(5_000)), buy(150))
    by_hand.flat(100, PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(150)))
    assert by_hand.account.main.loan.principal == 5_000
    by_hand.flat(100, Repay(amount=D(2_000)))
    # two days of 5,000 x 8 % / 360 are 2.22
    repaid = only(by_hand.of(e.LoanRepaid))
    assert (repaid.interest_part, repaid.principal_part) == (D("2.22"), D("1997.78"))


def test_behind_a_wall_only_a_position_without_a_loan_can_be_bought() -> None:
    walled = broker(draws=Draws.NOTHING, modes=(Mode.ISOLATED,), auto_repay=False)
    forced = replace(walled.forced_exit, protected=True)
    made = World(replace(walled, forced_exit=forced), stock())
    made.flat(100, Deposit(amount=D(10_000)), buy(50, leverage=D(2)), buy(50, leverage=D(1)))
    assert "2500 USD more than the free cash" in only(made.of(e.OrderRefused)).reason
    assert only(made.of(e.OrderFilled)).quantity == 50


def test_the_switch_is_a_key_of_the_rules() -> None:
    off = override(broker(), {"auto_borrow": False})
    assert off.draws is Draws.NOTHING
    assert override(off, {"auto_borrow": "true"}).draws is Draws.LACKING


@pytest.mark.parametrize(
    ("least", "amount", "reason"),
    [
        # 60 at 100 on 5,000: 3,000 is margin, and equity may fall to 2,000 or to 4,000
        ("2000", "2500", "at most 2000.00 can be withdrawn; the rest is needed as margin"),
        ("2000", "3500", "at most 2000.00 can be withdrawn; the rest is needed as margin"),
        (
            "4000",
            "1500",
            "at most 1000.00 can be withdrawn: borrowing needs at least 4000 USD of equity, "
            "3500 would be left",
        ),
        ("4000", "2500", "at most 1000.00 can be withdrawn; the rest is needed as margin"),
    ],
)
def test_what_cannot_be_withdrawn_is_told_with_what_holds_it(
    least: str, amount: str, reason: str
) -> None:
    made = World(broker(minimum_equity=D(least), interest=Interest()), stock())
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(60), leverage=D(2))
    made.flat(100, Deposit(amount=D(5_000)), buy)
    made.do(Withdraw(amount=D(amount)))
    assert only(made.of(e.ActionRefused)).reason == reason
