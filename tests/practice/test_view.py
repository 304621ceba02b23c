"""What the screen is shown of a position: the mode it stands in, and what acts on it next."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.market.instrument import Instrument
from ledger.practice.catalog import load_venue
from ledger.practice.view import PositionView, view
from tests.worlds import World

D = Decimal


def shown(name: str) -> PositionView:
    """A long of 15 at 1,000, with 10,000 paid in."""
    book = load_venue(name).rulebook
    listed = Instrument(
        symbol="X", kind=book.trades, tick=D("0.01"), lot=D(1), currency=book.currency
    )
    world = World(book, listed)
    buy = c.PlaceOrder(symbol="X", side=Side.BUY, quantity=D(15), leverage=D(2))
    world.flat(1000, c.Deposit(amount=D(10_000)), buy)
    (position,) = view(world.account, world.market).positions
    return position


@pytest.mark.parametrize(
    ("name", "mode"),
    [("crypto-com-exchange", "smart"), ("kucoin-margin", "cross"), ("binance-usdm", "isolated")],
)
def test_a_position_says_in_which_mode_it_stands(name: str, mode: str) -> None:
    assert shown(name).mode == mode


@pytest.mark.parametrize("name", ["us-tiered", "binance-margin", "kraken-margin", "phemex-margin"])
def test_where_a_call_gives_no_time_the_distance_is_to_the_liquidation(name: str) -> None:
    position = shown(name)
    assert position.liquidation_price is not None
    assert position.distance == (position.mark - position.liquidation_price) / position.mark


def test_where_a_call_gives_time_the_distance_is_to_the_call() -> None:
    position = shown("us-reg-t")
    assert position.call_price is not None
    assert position.distance == (position.mark - position.call_price) / position.mark
