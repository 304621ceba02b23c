"""What is told of a trade: its prices, its margin, what it made and what it went through."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account import events as e
from ledger.account.state import Side
from ledger.market.rulebook import Mode
from ledger.market.times import HOUR
from ledger.practice import calculators
from ledger.practice.catalog import load_venue
from ledger.practice.statement import figures
from ledger.practice.view import view
from tests.worlds import D, World, only, perpetual, stock, venue


def lent(venue_id: str, mode: Mode = Mode.ISOLATED, **rules: str) -> World:
    """An account at a lender of the shipped books, where a coin is listed in steps of a cent."""
    book = calculators.with_figures(load_venue(venue_id).rulebook, dict(rules))
    coin = stock("COIN", currency=book.currency, lot=D("0.001"))
    return World(book, coin, mode=mode, interval=HOUR)


# prices


def test_the_average_entry_of_a_coin_of_a_millionth_has_four_decimals_more_than_its_tick() -> None:
    """10^8 at 0.0000012345 and 2 x 10^8 at 0.0000012346: 0.00000123456666..., a tick of 10^-10."""
    world = World(venue(), perpetual(tick=D("1e-10"), lot=D(1)))
    first = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10**8))
    more = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(2 * 10**8))
    world.flat("0.0000012345", c.Deposit(amount=D(1000)), first)
    world.flat("0.0000012346", more)
    assert only(world.of(e.PositionOpened)).entry_price == D("0.0000012345")
    assert only(world.of(e.PositionChanged)).entry_price == D("0.00000123456667")
    (shown,) = figures(world.account, world.market, world.market.time)["positions"]
    assert shown["entry_price"] == "0.00000123456667"


def test_prices_in_figures_have_eight_decimals_at_least() -> None:
    """1 at 100.0 and 2 at 100.5: 301 / 3."""
    world = World(venue(), perpetual())
    world.flat(100, c.Deposit(amount=D(1000)), _buy(1))
    world.flat("100.5", _buy(2))
    assert only(world.of(e.PositionChanged)).entry_price == D("100.33333333")


def _buy(quantity: int) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(quantity))


# margin


@pytest.mark.parametrize("side", Side)
def test_the_margin_behind_isolated_coins_is_what_the_pocket_is_worth(side: Side) -> None:
    """30 at 100 with a fifth of own money. Bought, 2,400 are borrowed: 30 x 100 - 2,400 = 600, and
    at 101 630. Sold short, 3,600 are there against 30 coins: 600, and at 101 570."""
    world = lent("binance-margin", trade_fee="0", loan_rate="0", borrow_fee="0")
    leverage = D(5 if side is Side.BUY else 6)  # a short's own part counts on top of what it sold
    order = c.PlaceOrder(symbol="COIN", side=side, quantity=D(30), leverage=leverage)
    world.flat(100, c.Deposit(amount=D(1000)), order)
    assert only(world.of(e.PositionOpened)).margin == 600
    world.flat(101)
    (shown,) = figures(world.account, world.market, world.market.time)["positions"]
    assert D(shown["margin"]) == 600 + 30 * side.sign
    (held,) = view(world.account, world.market).positions
    assert held.margin == 600 + 30 * side.sign


# what a forced exit repays


def _repaid(world: World) -> Decimal:
    return sum((event.amount for event in world.of(e.LoanRepaid)), D(0))


def test_a_buy_in_tells_the_loan_that_it_repays() -> None:
    """60 sold at 100 and 4,000 borrowed. Bought back at 170 for 10,200 and 2 % of fee, nothing that
    shorts brought in is held back any more: it pays 4,000 with two hours of interest at 7.3 %,
    4,000 x 0.073 / 8,760 x 2 = 0.066667."""
    world = lent("binance-margin", Mode.CROSS, borrow_fee="0")
    short = c.PlaceOrder(symbol="COIN", side=Side.SELL, quantity=D(60), leverage=D(3))
    world.flat(100, c.Deposit(amount=D(5000)), c.Borrow(amount=D(4000)), short)
    world.flat(170)
    assert only(world.of(e.Liquidated)).loan_repaid == D("4000.066667")
    assert only(world.of(e.LoanRepaid)).amount == D("4000.066667")


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("venue_id", ["binance-margin", "kucoin-margin", "crypto-com-margin"])
def test_what_a_liquidation_says_it_repaid_is_what_is_repaid(venue_id: str, side: Side) -> None:
    """Also where the venue bears what is missing: a long of 3x at 100 that gaps to 20."""
    world = lent(venue_id, Mode.CROSS)
    order = c.PlaceOrder(symbol="COIN", side=side, quantity=D(80), leverage=D(3))
    world.flat(100, c.Deposit(amount=D(5000)), c.Borrow(amount=D(1000)), order)
    world.flat(20 if side is Side.BUY else 190)
    assert world.of(e.Liquidated)
    assert sum(x.loan_repaid for x in world.of(e.Liquidated)) == _repaid(world)
