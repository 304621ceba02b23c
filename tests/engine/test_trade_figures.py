"""What is told of a trade: its prices, its margin, what it made and what it went through."""

from ledger.account import commands as c
from ledger.account import events as e
from ledger.account.state import Side
from ledger.practice.statement import figures
from tests.worlds import D, World, only, perpetual, venue

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
