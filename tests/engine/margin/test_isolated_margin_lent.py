"""Isolated margin in and out at lenders of coins, whose margin is what the pocket is worth.

1 BTC at 1,000 with 3x: a third, 333.333333, is one's own and 666.666667 are lent. What is owed
then costs a first period of interest at the drawing.
"""

from dataclasses import replace

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import assess, equity
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode
from tests.engine.audit import Audited
from tests.engine.margin.test_lenders import WALLED, book, buy, flat, world
from tests.worlds import D, only

LENDERS = ("binance-margin", "kucoin-margin")


def held(name: str, side: Side = Side.BUY) -> Audited:
    made = world(book(name, trade_fee=D(0)), Mode.ISOLATED)
    flat(made, c.Deposit(amount=D(10_000)), buy("1", 3, side=side))
    return made


def worth(made: Audited) -> D:
    return equity(made.account, made.account.pockets[WALLED], made.market.mark)


def add(amount: str) -> c.AddMargin:
    return c.AddMargin(symbol="BTC", amount=D(amount))


def remove(amount: str) -> c.RemoveMargin:
    return c.RemoveMargin(symbol="BTC", amount=D(amount))


def owed(made: Audited) -> D:
    """The loan behind the wall, or what the coins sold short are worth; with interest."""
    pocket = made.account.pockets[WALLED]
    short = [p for p in pocket.positions.values() if p.quantity < 0]
    return pocket.loan.owed() + sum((-p.quantity * made.market.mark["BTC"] for p in short), D(0))


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize(("name", "ratio"), [("binance-margin", "2/3"), ("kucoin-margin", "3/5")])
def test_margin_put_in_comes_out_down_to_the_debt_from_which_money_may_be_taken(
    name: str, ratio: str, side: Side
) -> None:
    """Binance lets it out above 1.5 at 3x: below two thirds of debt; KuCoin up to 60 %."""
    made = held(name, side)
    before, wallet = worth(made), made.account.main.cash
    made.do(add("700"))
    assert worth(made) == before + 700
    assert made.account.main.cash == wallet - 700
    part, whole = map(D, ratio.split("/"))
    stays = owed(made) * whole / part - owed(made)  # equity where debt is that part of all
    made.do(remove("700"))
    largest = only(made.of(e.ActionRefused)).largest
    assert largest is not None
    assert 0 <= worth(made) - stays - largest <= D("0.000001")
    made.do(remove(str(largest)))
    assert worth(made) == before + 700 - largest
    made.audit()


def test_where_initial_margin_asks_for_more_it_comes_out_down_to_that() -> None:
    """At 2x half is one's own: 2 of assets for 1 of debt, where 1.5 lets money out."""
    made = world(book("binance-margin", trade_fee=D(0)), Mode.ISOLATED)
    flat(made, c.Deposit(amount=D(10_000)), buy("1", 2))
    made.do(add("100"))
    margin = assess(made.account, made.account.pockets[WALLED], made.market.mark)
    made.do(remove("100.000001"))
    largest = only(made.of(e.ActionRefused)).largest
    assert largest is not None
    assert 0 <= margin.available - largest < D("0.000001")


def test_a_wallet_that_lets_nothing_out_gives_nothing_to_an_isolated_position() -> None:
    """Binance: 2,500 of coins and 300 that came after for 1,500 of debt are 1.87, below 2."""
    made = world(book("binance-margin", trade_fee=D(0), loan_rate=D(0)))
    flat(made, c.Deposit(amount=D(1_000)), buy("2.5", 3), c.Deposit(amount=D(300)))
    isolated = replace(buy("1", 3, "ETH"), mode=Mode.ISOLATED)
    flat(made, c.Withdraw(amount=D(1)), isolated)
    assert only(made.of(e.ActionRefused)).largest == 0
    assert "0 is available" in only(made.of(e.OrderRefused)).reason


@pytest.mark.parametrize("name", LENDERS)
def test_what_was_lent_and_what_a_short_brought_in_is_not_margin_to_take_out(name: str) -> None:
    for side in Side:
        made = held(name, side)
        made.do(remove("1"))
        assert only(made.of(e.ActionRefused)).largest == 0


@pytest.mark.parametrize("name", LENDERS)
def test_a_gain_in_coins_is_no_cash_to_take_out(name: str) -> None:
    made = held(name)
    flat(made, btc=2_000)
    made.do(remove("1"))
    assert only(made.of(e.ActionRefused)).largest == 0  # it is worth 1,000 more, in coins


@pytest.mark.parametrize("name", LENDERS)
def test_more_margin_moves_the_liquidation_away_and_only_the_wallets_cash_goes_in(
    name: str,
) -> None:
    made = held(name)
    rung = made.account.rulebook.levels[-1]

    def liquidation() -> D:
        pocket = made.account.pockets[WALLED]
        price = threshold_price(made.account, pocket, made.market.mark, rung, "BTC")
        assert price is not None
        return price

    before = liquidation()
    made.do(add("100"))
    assert before - liquidation() == 100  # one coin: the cash covers as much of its fall
    made.do(add("50000"))
    assert only(made.of(e.ActionRefused)).largest == made.account.main.cash


@pytest.mark.parametrize("name", LENDERS)
def test_with_the_position_all_of_it_comes_back(name: str) -> None:
    made = held(name)
    made.do(add("100"))
    owed = made.account.pockets[WALLED].loan.owed()
    flat(made, c.ClosePosition(symbol="BTC"))
    assert WALLED not in made.account.pockets
    interest = made.account.totals.interest
    assert made.account.main.cash == 10_000 - interest
    assert owed <= D("666.666667") + interest
    made.audit()
