"""What is told of a trade: its prices, its margin, what it made and what it went through."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.sessions.statement import figures
from ledger.practice.views.desk_view import view
from ledger.times import HOUR
from tests.worlds import D, World, broker, only, perpetual, stock, venue


def lent(venue_id: str, mode: Mode = Mode.ISOLATED, **rules: str) -> World:
    """An account at a lender of the shipped books, where coins are listed in steps of a cent."""
    book = calculators.with_figures(load_venue(venue_id).rulebook, dict(rules))
    coins = (stock(s, currency=book.currency, lot=D("0.001")) for s in ("COIN", "OTHER"))
    return World(book, *coins, mode=mode, interval=HOUR)


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
    (shown,) = figures(world.account, world.market, world.market.time).positions
    assert shown.entry_price == D("0.00000123456667")


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
    (shown,) = figures(world.account, world.market, world.market.time).positions
    assert shown.margin == 600 + 30 * side.sign
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


# net results


def test_the_hour_charged_at_the_drawing_is_in_the_trade_that_it_was_drawn_for() -> None:
    """100 at 100 with 5x: 8,000 borrowed, the first hour 8,000 x 7.3 % / 8,760 = 0.066667. Stopped
    at 98 within it: -200, fees 10 and 9.80. R0 is 200 + 19.80."""
    world = lent("binance-margin")
    order = c.PlaceOrder(
        symbol="COIN", side=Side.BUY, quantity=D(100), leverage=D(5), stop_loss=D(98)
    )
    world.bar({"COIN": (100, 100, 97, 97)}, c.Deposit(amount=D(5000)), order)
    closed = only(world.of(e.PositionClosed))
    assert closed.net_pnl == D("-219.866667")
    assert closed.r_multiple == D("-1.00030331")
    assert world.account.main.cash == 5000 + closed.net_pnl


def test_of_two_trades_in_a_pool_each_bears_what_was_drawn_for_it_at_once() -> None:
    """3,000 of 6,000 are borrowed for the first and 6,000 of 12,000 an hour later for the second.
    At 7.3 % an hour of them costs 0.025 and 0.05. The first bears it at the drawing, alone in the
    next hour, and a third of 0.075 in the hour after: 0.075 in all, the second 0.05 and 0.05."""
    world = lent("binance-margin", Mode.CROSS, trade_fee="0")
    even = {"COIN": (100,) * 4, "OTHER": (100,) * 4}
    world.bar(even, c.Deposit(amount=D(3000)), _long("COIN", 60))
    world.bar(even, c.Deposit(amount=D(6000)), _long("OTHER", 120))
    found = {held.symbol: held.carry for held in world.account.positions()}
    assert found == {"COIN": D("0.075"), "OTHER": D("0.10")}


def test_where_only_shorts_are_held_they_bear_the_interest_of_the_loan() -> None:
    """4,000 borrowed by hand: 4,000 x 7.3 % / 8,760 = 0.033333 at the drawing, when nothing was
    held yet, and after each of two hours, with what rounding left of all three: 0.1 in all."""
    world = lent("binance-margin", Mode.CROSS, trade_fee="0", borrow_fee="0")
    short = c.PlaceOrder(symbol="COIN", side=Side.SELL, quantity=D(10), leverage=D(3))
    world.flat(100, c.Deposit(amount=D(5000)), c.Borrow(amount=D(4000)), short)
    world.flat(100)
    world.flat(100, c.ClosePosition(symbol="COIN"))
    assert [x.amount for x in world.of(e.InterestAccrued)] == [
        D("0.033333"),
        D("0.033334"),
        D("0.033333"),
    ]
    assert only(world.of(e.PositionClosed)).net_pnl == D("-0.066667")


def test_a_net_result_has_the_interest_up_to_the_closing_second() -> None:
    """10,000 borrowed at 8 % over 360 days, sold after ten hours and never repaid by itself:
    10,000 x 0.08 x 10 / 24 / 360 = 0.93. The day's posting had come only with its end."""
    world = World(broker(auto_repay=False), stock(), interval=HOUR)
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2))
    world.flat(100, c.Deposit(amount=D(10_000)), buy)
    for _ in range(9):
        world.flat(100)
    world.flat(100, c.ClosePosition(symbol="ACME"))
    assert only(world.of(e.PositionClosed)).net_pnl == D("-0.93")
    assert only(world.of(e.InterestAccrued)).amount == D("0.93")


def test_a_trade_bears_no_interest_of_the_time_before_it() -> None:
    """10,000 borrowed for the first trade; the second, paid for with cash twelve hours later, bears
    half of the second half of the day: 2.22 x 1/2 x 1/2. (A loan that is repaid by hand.)"""
    world = World(broker(auto_repay=False), stock(), stock("OTHER"), interval=12 * HOUR)
    even = {"ACME": (100,) * 4, "OTHER": (100,) * 4}
    first = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2))
    second = c.PlaceOrder(symbol="OTHER", side=Side.BUY, quantity=D(200), leverage=D(2))
    world.bar(even, c.Deposit(amount=D(10_000)), first)
    world.bar(even, c.Deposit(amount=D(20_000)), second)
    found = {held.symbol: held.carry for held in world.account.positions()}
    assert found == {"ACME": D("1.11") + D("0.56"), "OTHER": D("0.55")}


def test_a_net_result_leaves_out_what_the_venue_bore() -> None:
    """10 at 100 with 100 behind a wall; at 80 they have lost 200, of which 100 are the venue's."""
    world = World(venue(protected=True), perpetual())
    order = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(10), leverage=D(10))
    world.flat(100, c.Deposit(amount=D(1000)), order)
    world.flat(80)
    closed = only(world.of(e.PositionClosed))
    assert (closed.realized_pnl, closed.net_pnl) == (-200, -100)
    assert world.account.main.cash == 900


@pytest.mark.parametrize("mode", [Mode.CROSS, Mode.ISOLATED])
def test_of_a_loan_that_the_venue_repays_the_trade_has_lost_its_own_money(mode: Mode) -> None:
    """1,000 in the wallet, 30 at 100 with 3x: 1,000 own and 2,000 borrowed. It gaps to 20."""
    world = lent("binance-margin", mode, trade_fee="0", liquidation_fee="0")
    world.flat(100, c.Deposit(amount=D(1000)), _long("COIN", 30))
    world.flat(20)
    assert only(world.of(e.PositionClosed)).net_pnl == -1000
    assert world.account.main.cash == 0


def _long(symbol: str, quantity: int) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(quantity), leverage=D(3))
