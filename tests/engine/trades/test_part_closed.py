"""A part of an isolated position is closed: the rest keeps its share of the pocket's equity."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.risk.margin import equity, free_cash
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import Side, Target
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import ExitAmount, Mode, Rulebook, Rung
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue
from tests.engine.audit import Audited
from tests.worlds import D, only, perpetual, stock, venue

BUY, SELL = Side.BUY, Side.SELL
WALLED = "isolated:BTC"
AT = (D(210) / D("3.98")).quantize(D("1e-12"))
"""Where 30 + 4 (P - 60) = 0.005 x 4 P."""


def contract(book: Rulebook | None = None, **changes: Any) -> Audited:
    listed = perpetual(tick=D("0.01"), lot=D(1), **changes)
    return Audited(book or venue(), listed, mode=Mode.ISOLATED)


def lender(**rules: object) -> Audited:
    """Coins bought or sold on an isolated loan, free of fees and interest unless told."""
    free = {"trade_fee": D(0), "loan_rate": D(0), "borrow_fee": D(0), **rules}
    book = calculators.with_figures(load_venue("binance-margin").rulebook, free)
    coin = stock("BTC", currency="USDT", lot=D(1))
    return Audited(book, coin, mode=Mode.ISOLATED)


def order(side: Side, quantity: int, leverage: int = 8, **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="BTC", side=side, quantity=D(quantity), leverage=D(leverage), **more)


def play(made: Audited, price: object, *commands: c.Command) -> None:
    made.flat(str(price), *commands)
    made.audit()


def stands(made: Audited) -> tuple[Decimal, Decimal | None]:
    """Equity behind the wall, and the price at which the rest is liquidated."""
    pocket = made.account.pockets[WALLED]
    level = made.account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    prices = made.market.mark
    at = threshold_price(made.account, pocket, prices, level, "BTC")
    return equity(made.account, pocket, prices), None if at is None else at.quantize(D("1e-12"))


def wealth(made: Audited) -> Decimal:
    pockets = made.account.pockets.values()
    return sum((equity(made.account, p, made.market.mark) for p in pockets), D(0))


def test_the_rest_of_two_entries_keeps_half_of_what_stands_behind_both() -> None:
    """2 at 40 and 2 at 80, 8x: margin 10 + 20 and profit 4 x (66 - 60) = 24 at 66: 54, half is 27.

    Liquidated where 30 + 4 (P - 60) = 0.005 x 4 P: P = 210 / 3.98 = 52.76, before and after.
    """
    made = contract()
    play(made, 40, c.Deposit(amount=D(1000)), order(BUY, 2))
    play(made, 80, order(BUY, 2))
    play(made, 66)
    assert stands(made) == (54, AT)
    play(made, 66, c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert only(made.of(e.MarginRemoved)).amount == 27
    assert stands(made) == (27, AT)
    assert not made.of(e.Liquidated)
    assert not made.of(e.DeficitRecorded)
    assert wealth(made) == 1024


def test_whichever_lots_the_books_take_first_the_same_goes_and_the_same_stays() -> None:
    """80 before 40: the books lose 28 on the two that go, and 27 leaves all the same, of which 25
    is profit that the rest has on paper: 27 = -25 + 2 x (66 - 40)."""
    made = contract()
    more = c.AddMargin(symbol="BTC", amount=D(100))  # so that it outlives a fall to 40
    play(made, 80, c.Deposit(amount=D(1000)), order(BUY, 2), more)
    play(made, 40, order(BUY, 2))
    play(made, 66)
    more = c.RemoveMargin(symbol="BTC", amount=D(100))
    play(made, 66, more, c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert made.of(e.OrderFilled)[-1].realized_pnl == -28
    assert made.of(e.MarginRemoved)[-1].amount == 27
    assert made.account.pockets[WALLED].cash == -25
    assert stands(made) == (27, AT)
    play(made, 66, c.RemoveMargin(symbol="BTC", amount=D("0.01")))
    assert only(made.of(e.ActionRefused)).largest == 0
    play(made, 66, c.ClosePosition(symbol="BTC"))
    assert wealth(made) == made.account.main.cash == 1024


def test_a_short_of_two_entries_keeps_its_share_too() -> None:
    """2 sold at 80 and 2 at 40, 8x: 30 + 4 x (60 - 54) = 54 at 54, half of it is 27."""
    made = contract()
    play(made, 80, c.Deposit(amount=D(1000)), order(SELL, 2))
    play(made, 40, order(SELL, 2))
    play(made, 54)
    before = stands(made)
    play(made, 54, c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert only(made.of(e.MarginRemoved)).amount == 27
    assert stands(made) == (before[0] / 2, before[1])
    assert wealth(made) == 1024


def test_inverse_contracts_keep_their_share_in_coins() -> None:
    """400 of 1 USD bought at 40 (10 BTC), 400 at 80 (5 BTC), 8x: margin 1.25 + 0.625.

    At 64 they are worth 12.5: equity 1.875 + 15 - 12.5 = 4.375 BTC. A quarter is closed: a
    quarter of that goes, 1.09375.
    """
    coin = {"kind": Kind.INVERSE, "currency": "BTC"}
    made = contract(replace(venue(), currency="BTC", contract=Kind.INVERSE), **coin)
    play(made, 40, c.Deposit(amount=D(10)), order(BUY, 400))
    play(made, 80, order(BUY, 400))
    play(made, 64)
    before = stands(made)
    assert before[0] == D("4.375")
    play(made, 64, c.ClosePosition(symbol="BTC", quantity=D(200)))
    assert only(made.of(e.MarginRemoved)).amount == D("1.09375")
    assert stands(made) == (before[0] * 3 / 4, before[1])
    assert wealth(made) == D("12.5")


@pytest.mark.parametrize("door", ["target", "deleveraged", "reversed order"])
def test_every_door_out_leaves_the_rest_its_share(door: str) -> None:
    """2 at 40, 2 at 80; one of four leaves at 66: a quarter of 54 goes with it, 13.5."""
    made = contract()
    scale = (Target(price=D(66), fraction=D("0.25")),) if door == "target" else ()
    play(made, 40, c.Deposit(amount=D(1000)), order(BUY, 2))
    play(made, 80, order(BUY, 2))
    play(made, 65, c.MoveStop(symbol="BTC", price=D(60)))
    before = stands(made)[1]
    if door == "target":
        play(made, 65, order(BUY, 4, targets=scale))
        kept = stands(made)
        play(made, 66)
        gain = 8 * 1  # eight units, one up
        assert made.of(e.MarginRemoved)[-1].amount == (kept[0] + gain) / 4
        assert stands(made) == ((kept[0] + gain) * 3 / 4, kept[1])
        return
    adl = c.StartIncident(
        kind=IncidentKind.AUTO_DELEVERAGING, symbol="BTC", share=D("0.25"), seconds=0
    )
    play(made, 66, adl if door == "deleveraged" else order(SELL, 1))
    assert only(made.of(e.MarginRemoved)).amount == D("13.5")
    assert stands(made) == (D("40.5"), before)


def test_the_part_that_closes_bears_its_own_fee_and_slippage() -> None:
    """54 behind four units at 66, two closed at a fee of 1 %: 27 - 1.32 goes, 27 stays."""
    made = contract(venue(taker_fee=D("0.01")))
    play(made, 40, c.Deposit(amount=D(1000)), order(BUY, 2))
    play(made, 80, order(BUY, 2))
    play(made, 66, c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert only(made.of(e.MarginRemoved)).amount == D("25.68")
    assert stands(made) == (27, AT)


def test_what_a_forced_sale_frees_stays_behind_the_wall() -> None:
    """10 at 100, 10x: 100 of margin, of which 5 are left at 90.5, where 9.05 are asked. Sold until
    5 is more than 1 % of 90.5 n: n = 5, and the 5 all stay behind it."""
    book = venue(maintenance=D("0.01"))
    book = replace(
        book,
        levels=book.levels[-1:],  # nobody is called first
        forced_exit=replace(book.forced_exit, amount=ExitAmount.RESTORE),
    )
    made = contract(book)
    play(made, 100, c.Deposit(amount=D(1000)), order(BUY, 10, 10))
    play(made, "90.5")
    assert made.account.position("BTC").quantity == 5  # type: ignore[union-attr]
    assert not made.of(e.MarginRemoved)
    assert stands(made)[0] == 5


def test_coins_on_an_isolated_loan_repay_their_share_of_it() -> None:
    """2 at 40 and 2 at 80, 2x: 120 own, 120 owed. At 66 half of 264 - 120 = 144 goes: of the 132
    that the sale brings 60 repay half of the loan, 72 go to the wallet.

    Assets over liabilities stay 264 / 120 = 132 / 60 = 2.2.
    """
    made = lender()
    play(made, 40, c.Deposit(amount=D(1000)), order(BUY, 2, 2))
    play(made, 80, order(BUY, 2, 2))
    play(made, 66)
    before = stands(made)
    assert before[0] == 144
    play(made, 66, c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert only(made.of(e.LoanRepaid)).amount == 60
    assert only(made.of(e.MarginRemoved)).amount == 72
    assert stands(made) == (72, before[1])
    assert wealth(made) == 1024


@pytest.mark.parametrize("prices", [("80", "40"), ("40", "80")])
def test_a_short_of_coins_keeps_its_share_whichever_sale_is_bought_back_first(
    prices: tuple[str, str],
) -> None:
    """2 and 2 sold at 80 and 40, 3x: a short at 3x has half of its value, 80 + 40, behind it.

    At 54: 120 + 240 - 216 = 144. Half is bought back for 108: 72 go, 72 stay, and of the cash
    left, 180, the lender holds half of the 240 that the sales brought.
    """
    made = lender()
    more = c.AddMargin(symbol="BTC", amount=D(100))  # so that it outlives a rise to 80
    play(made, prices[0], c.Deposit(amount=D(1000)), order(SELL, 2, 3), more)
    play(made, prices[1], order(SELL, 2, 3))
    play(made, 54, c.RemoveMargin(symbol="BTC", amount=D(100)))
    before = stands(made)
    assert before[0] == 144
    play(made, 54, c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert made.of(e.MarginRemoved)[-1].amount == 72
    assert not made.of(e.LoanDrawn)
    assert stands(made) == (72, before[1])
    pocket = made.account.pockets[WALLED]
    assert (pocket.cash, free_cash(made.account, pocket)) == (180, 60)
    play(made, 54, c.ClosePosition(symbol="BTC"))
    assert made.account.main.cash == wealth(made) == 1024


def test_a_buy_back_that_takes_the_last_of_its_wall_leaves_nothing_and_owes_nothing() -> None:
    """2 sold at 100, 3x: 100 posted and 200 brought in. The stop fills in a gap at 150 for 300."""
    made = lender()
    play(made, 100, c.Deposit(amount=D(1000)), order(SELL, 2, 3, stop_loss=D(120)))
    play(made, 150)
    assert only(made.of(e.PositionClosed)).exit_price == 150
    assert WALLED not in made.account.pockets
    assert wealth(made) == made.account.main.cash == 900


def test_where_funding_ate_the_cash_behind_a_gain_no_debt_is_paid_with_less_than_nothing() -> None:
    """2 at 80 and 2 at 40; 19.50 in cash is left of what stood behind them. Closing the two at 80
    for 70 each costs 20: cash is 0.50 short, the two at 40 are 60 ahead, and nothing is owed."""
    made = contract()
    play(made, 80, c.Deposit(amount=D(1000)), order(BUY, 2))
    play(made, 80, c.AddMargin(symbol="BTC", amount=D(70)))
    play(made, 40, order(BUY, 2))
    pocket = made.account.pockets[WALLED]
    assert pocket.cash == 100  # 20 + 70 + 10
    pockets = {**made.account.pockets, WALLED: replace(pocket, cash=D("19.5"))}
    made.account = replace(made.account, pockets=pockets)
    made.flat("70", c.ClosePosition(symbol="BTC", quantity=D(2)))
    assert not [event for event in made.events if isinstance(event, e.LoanRepaid)]
    (closed,) = [event for event in made.events if isinstance(event, e.PositionChanged)][-1:]
    assert (closed.quantity, closed.entry_price) == (2, 40)
