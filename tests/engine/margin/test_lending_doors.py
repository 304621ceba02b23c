"""Whatever draws a loan meets the lender's tests, and what is not the trader's own stays."""

from dataclasses import replace
from typing import Any

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import free_cash
from ledger.account.state import MAIN, Side
from ledger.market.rules.rulebook import Draws, Mode
from ledger.market.rules.schedule import Schedule, ShortRule
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue
from tests.engine.audit import Audited
from tests.worlds import D, broker, only, stock

BUY, SELL = Side.BUY, Side.SELL


def order(side: Side, quantity: object, **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="ACME", side=side, quantity=D(str(quantity)), **more)


def play(made: Audited, price: object, *commands: c.Command) -> None:
    made.flat(str(price), *commands, symbol="ACME")
    made.audit()


def lender(name: str, *listed: str, **rules: object) -> Audited:
    book = load_venue(name).rulebook
    free = {"trade_fee": D(0), "loan_rate": D(0), **rules}
    if book.borrow_fee is not None:
        free["borrow_fee"] = D(0)
    book = calculators.with_figures(book, free)
    things = [stock(symbol, currency=book.currency, lot=D("0.001")) for symbol in ("ACME", *listed)]
    return Audited(book, *things)


def loanless(**changes: Any) -> Any:
    """The broker at no interest."""
    book = broker(**changes)
    return replace(book, interest=replace(book.interest, tiers=()))


# a withdrawal


def test_a_withdrawal_on_the_loan_needs_the_least_equity() -> None:
    """40 at 60 on 2,200; at 54 equity is 1,960: no cash, and below 2,000 nothing is lent."""
    made = Audited(loanless(), stock())
    play(made, 60, c.Deposit(amount=D(2200)), order(BUY, 40))
    play(made, 54, c.Withdraw(amount=D(500)))
    refused = only(made.of(e.ActionRefused))
    assert refused.largest == 0
    assert "2000 USD of equity, 1460" in refused.reason
    assert not made.of(e.Withdrawn)


def test_the_loan_of_a_withdrawal_stands_on_the_least_equity_that_is_left() -> None:
    """50 at 60 on 2,500, 500 owed; at 54 equity is 2,200 and 850 of it above half of 2,700. What
    is borrowed for a withdrawal leaves with it: 200 leave 2,000 (FINRA 4210(b))."""
    made = Audited(loanless(), stock())
    play(made, 60, c.Deposit(amount=D(2500)), order(BUY, 50))
    play(made, 54, c.Withdraw(amount=D("200.01")))
    assert only(made.of(e.ActionRefused)).largest == 200
    play(made, 54, c.Withdraw(amount=D(200)))
    assert made.account.main.loan.owed() == 700


def test_a_loan_drawn_beforehand_stands_on_the_least_equity_too() -> None:
    """500 borrowed by hand on 2,500: 3,000 of cash, of which 500 may leave, or go to savings."""
    made = Audited(loanless(), stock())
    play(made, 60, c.Deposit(amount=D(2500)), c.Borrow(amount=D(500)), c.Withdraw(amount=D(501)))
    refused = only(made.of(e.ActionRefused))
    assert refused.largest == 500
    assert "2000 USD of equity, 1999 would be left" in refused.reason
    play(made, 60, c.Withdraw(amount=D(500)), c.Repay(amount=D(500)), c.Withdraw(amount=D(2000)))
    assert made.account.main.cash == 0


def test_own_cash_leaves_below_the_least_equity() -> None:
    made = Audited(broker(), stock())
    play(made, 60, c.Deposit(amount=D(1500)), c.Withdraw(amount=D(700)))
    assert only(made.of(e.Withdrawn)).amount == 700


def test_a_restriction_on_borrowing_holds_for_a_withdrawal() -> None:
    """Nothing is lent at or below assets of 2.0 times what is owed: 10,000 / 5,000."""
    book = load_venue("binance-margin").rulebook
    restriction = next(r for r in book.restrictions if r.forbids == "borrow")
    made = Audited(
        replace(
            loanless(schedules=(*broker().schedules, *book.schedules)), restrictions=(restriction,)
        ),
        stock(),
    )
    play(made, 100, c.Deposit(amount=D(5000)), order(BUY, 90))  # 9,000 / 4,000 = 2.25
    play(made, 100, c.Withdraw(amount=D(100)))
    assert made.of(e.Withdrawn)
    play(made, 65, c.Withdraw(amount=D(1)))  # 5,850 / 4,100 is below 1.5
    refused = only(made.of(e.ActionRefused))
    assert refused.largest == 0


def test_what_is_borrowed_by_hand_counts_the_things_that_are_owed() -> None:
    """1,000 of equity at 3x owe 2,000 at most: 500 of coins sold short leave 1,500."""
    made = lender("binance-margin")
    play(made, 100, c.Deposit(amount=D(1000)), order(SELL, 5, leverage=D(3)))
    play(made, 100, c.Borrow(amount=D(9000)))
    most = only(made.of(e.ActionRefused)).largest
    assert most == 1000 * (made.account.rulebook.most_leverage(Mode.CROSS) - 1) - 500


# what a short sale brought


def test_isolated_margin_is_not_paid_with_what_a_crossed_short_brought_in() -> None:
    """1,000 put in, 5 sold at 100: of 1,500 in cash 500 are the lender's, though at 20 the short
    has won 400. Behind a wall go 1,000 at most: 20 at 100 with 2x."""
    made = lender("binance-margin", "ABC")
    rows = {"ACME": ("100",) * 4, "ABC": ("100",) * 4}
    made.bar(rows, c.Deposit(amount=D(1000)), order(SELL, 5, leverage=D(2)))
    rows = {"ACME": ("20",) * 4, "ABC": ("100",) * 4}
    walled = replace(order(BUY, 24, leverage=D(2), mode=Mode.ISOLATED), symbol="ABC")
    made.bar(rows, walled)
    assert only(made.of(e.OrderRefused)).largest == 20
    made.bar(rows, replace(walled, quantity=D(20)))
    assert free_cash(made.account, made.account.main) == 0
    made.audit()


def test_margin_is_added_from_cash_that_is_there_alone() -> None:
    made = lender("binance-margin", "ABC")
    rows = {"ACME": ("100",) * 4, "ABC": ("100",) * 4}
    walled = replace(order(BUY, 2, leverage=D(2), mode=Mode.ISOLATED), symbol="ABC")
    made.bar(rows, c.Deposit(amount=D(1000)), order(SELL, 5, leverage=D(2)), walled)
    made.bar({**rows, "ACME": ("20",) * 4}, c.AddMargin(symbol="ABC", amount=D(1300)))
    assert only(made.of(e.ActionRefused)).largest == 900
    made.audit()


def test_what_a_short_sale_brought_stays_behind_its_wall() -> None:
    """10 sold at 100 with 2x: 1,000 posted beside the 1,000 that the sale brought. At 20 equity
    is 1,800, and 1,000 of the cash is the trader's."""
    made = lender("binance-margin")
    short = order(SELL, 10, leverage=D(2), mode=Mode.ISOLATED)
    play(made, 100, c.Deposit(amount=D(2000)), short)
    play(made, 20, c.RemoveMargin(symbol="ACME", amount=D("1000.01")))
    assert only(made.of(e.ActionRefused)).largest == 1000
    play(made, 20, c.RemoveMargin(symbol="ACME", amount=D(1000)))
    assert free_cash(made.account, made.account.pockets["isolated:ACME"]) == 0


# sizes


def test_what_cash_pays_is_the_largest_where_nothing_is_lent() -> None:
    """1,500 below the least equity of 2,000: 15 at 100 in cash, a sixteenth on the loan."""
    made = Audited(broker(), stock())
    play(made, 100, c.Deposit(amount=D(1500)), order(BUY, 16))
    assert only(made.of(e.OrderRefused)).largest == 15
    play(made, 100, order(BUY, 15))
    assert not made.of(e.LoanDrawn)


def test_an_opening_fee_is_paid_in_cash_and_counts_for_the_largest() -> None:
    """At 1 % 14 at 100 cost 1,414, fifteen 1,515."""
    made = Audited(broker(taker_fee=D("0.01")), stock())
    play(made, 100, c.Deposit(amount=D(1500)), order(BUY, 15))
    assert only(made.of(e.OrderRefused)).largest == 14
    assert not made.of(e.LoanDrawn)


def test_an_order_worth_less_than_a_unit_of_money_is_refused() -> None:
    """0.0001 at 49 is 0.0049, posted as nothing; a cent's worth are 0.0003."""
    made = Audited(broker(), stock(lot=D("0.0001")))
    play(made, 49, c.Deposit(amount=D(1000)), *[order(BUY, "0.0001")] * 3)
    assert {x.reason for x in made.of(e.OrderRefused)} == {
        "worth less than the minimum order of 0.01 USD: at least 0.0003"
    }
    play(made, 49, order(BUY, "0.0003"), order(SELL, "0.0004"))
    assert "the opening part, 0.0001, is worth less" in made.of(e.OrderRefused)[-1].reason


def test_a_part_worth_less_than_a_unit_of_money_is_not_closed_the_last_of_it_is() -> None:
    """0.0003 sold short at 49 bring 0.01; thrice 0.0001 would be bought back for nothing."""
    made = Audited(loanless(), stock(lot=D("0.0001")))
    play(made, 49, c.Deposit(amount=D(3000)), order(SELL, "0.0003"))
    part = c.ClosePosition(symbol="ACME", quantity=D("0.0001"))
    play(made, 49, part)
    refused = only(made.of(e.OrderRefused))
    assert "worth less than the minimum order of 0.01 USD: at least 0.0003" in refused.reason
    assert refused.largest == D("0.0003")
    play(made, 20, c.ClosePosition(symbol="ACME"))  # 0.006
    assert made.account.position("ACME") is None


# loans drawn whole


def test_nothing_is_borrowed_for_what_is_bought_below_zero() -> None:
    """100 at -7 bring 700; 0.26 % and 0.025 % of 700 are 1.82 and 0.18 (0.175)."""
    fees = {"trade_fee": D("0.0026"), "opening_fee": D("0.00025"), "rollover_fee": D(0)}
    made = lender("kraken-margin", **fees)
    play(made, -7, c.Deposit(amount=D(1000)), order(BUY, 100))
    assert not made.of(e.LoanDrawn)
    assert made.account.main.cash == 1000 + 700 - D("2.00")


def test_what_is_sold_below_zero_is_paid_for() -> None:
    """100 sold at -7 cost 700 of 2,500."""
    made = Audited(loanless(), stock())
    play(made, -7, c.Deposit(amount=D(2500)), order(SELL, 100))
    assert made.account.main.cash == 1800
    assert not made.of(e.LoanDrawn)


def test_with_the_last_position_the_interest_is_paid_too() -> None:
    """100 at 100 borrowed whole at 10 %: ten days are 10,000 x 0.10 x 10 / 365 = 27.40."""
    rules = {"loan_rate": D("0.10"), "opening_fee": D(0), "rollover_fee": D(0)}
    made = lender("kraken-margin", "ABC", **rules)
    rows = {"ACME": ("100",) * 4, "ABC": ("100",) * 4}
    both = (order(BUY, 50), replace(order(BUY, 50), symbol="ABC"))
    made.bar(rows, c.Deposit(amount=D(10_000)), *both)
    for _ in range(9):
        made.bar(rows)
    made.bar(rows, c.ClosePosition(symbol="ABC"))
    assert made.account.main.loan.principal == D("5027.40")  # 5,000 came in, interest first
    made.bar(rows, c.ClosePosition(symbol="ACME"))
    made.audit()
    main = made.account.pockets[MAIN]
    assert main.loan.owed() == 0
    # a day of 5,027.40 more is 1.377, and 27.40 was 0.003 too much: 1.37
    assert main.cash == 10_000 - D("27.40") - D("1.37")


def test_a_fee_beyond_the_cash_is_borrowed_with_the_purchase() -> None:
    """All of 10,000 is at work as coins; what is opened on their margin has a fee, and no cash is
    there for it."""
    book = load_venue("kraken-margin").rulebook
    made = Audited(book, stock("ACME"))
    play(made, 100, c.Deposit(amount=D(100)), order(BUY, 3, leverage=D(3)))
    play(made, 150, c.Withdraw(amount=made.account.main.cash), order(BUY, 1, leverage=D(3)))
    assert made.account.main.cash >= 0


def test_a_book_that_draws_nothing_by_itself_lends_no_fee_of_a_short_either() -> None:
    made = Audited(loanless(draws=Draws.NOTHING, taker_fee=D("0.01")), stock())
    play(made, 100, c.Deposit(amount=D(2000)), order(BUY, 20, leverage=D(2)))
    assert only(made.of(e.OrderRefused)).largest == 19  # 1,900 and 19 of fee
    assert not made.of(e.LoanDrawn)


def test_floors_per_share_count_every_share_of_a_unit() -> None:
    """A unit is 100 shares at 6: 5.00 a share are 500 a unit, more than half of 600; 3,000 carry
    six. What is taken is not sold out again at the same price."""
    floors = ShortRule(
        rate=D("0.3"), per_share=D(5), low_price=D(5), low_rate=D(1), low_per_share=D("2.5")
    )
    schedules = (
        Schedule(name="house", long_rate=D("0.3"), short=floors),
        Schedule(name="exchange", long_rate=D("0.25"), short=floors),
    )
    made = Audited(loanless(schedules=schedules), stock(multiplier=D(100)))
    play(made, 6, c.Deposit(amount=D(3000)), order(SELL, 9))
    assert only(made.of(e.OrderRefused)).largest == 6
    play(made, 6, order(SELL, 6))
    assert not made.of(e.ForceSold)
