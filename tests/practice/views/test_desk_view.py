"""What the screen is shown of a position: the mode it stands in, and what acts on it next."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.market.instrument import Instrument
from ledger.market.rule_files.overrides import override
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.views.desk_view import PositionView, view
from ledger.times import HOUR
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


@pytest.mark.parametrize("name", ["ibkr", "binance-margin", "kraken-margin", "phemex-margin"])
def test_where_a_call_gives_no_time_the_distance_is_to_the_liquidation(name: str) -> None:
    position = shown(name)
    assert position.liquidation_price is not None
    assert position.distance == (position.mark - position.liquidation_price) / position.mark


def test_where_a_call_gives_time_the_distance_is_to_the_call() -> None:
    position = shown("us-reg-t")
    assert position.call_price is not None
    assert position.distance == (position.mark - position.call_price) / position.mark


def bought(name: str, quantity: int, deposit: int, **more: Any) -> World:
    """A long at 100 under a shipped rule book whose trading is free."""
    book = override(load_venue(name).rulebook, {"trade_fee": "0", **more.pop("rules", {})})
    listed = Instrument(
        symbol="X", kind=book.trades, tick=D("0.01"), lot=D(1), currency=book.currency
    )
    world = World(book, listed, mode=more.pop("mode", None), interval=HOUR)
    side = more.pop("side", Side.BUY)
    wish = c.PlaceOrder(symbol="X", side=side, quantity=D(quantity), **more)
    world.flat(100, c.Deposit(amount=D(deposit)), wish)
    assert world.account.positions()
    return world


def of(world: World) -> PositionView:
    (position,) = view(world.account, world.market).positions
    return position


def test_each_level_has_its_own_distance_and_the_tick_at_which_it_acts() -> None:
    """200 at 100 with 10,000 of a broker's: called below 10,000 / (200 x 0.70) = 71.428571, so
    first at 71.42, 28.57 % away; sold below 10,000 / (200 x 0.75) = 66.666667: 66.66, 33.33 %."""
    held = of(bought("us-reg-t", 200, 10_000))
    assert (held.call_tick, held.liquidation_tick) == (D("71.42"), D("66.66"))
    assert held.call_distance is not None
    assert held.liquidation_distance is not None
    assert round(held.call_distance, 4) == D("0.2857")
    assert round(held.liquidation_distance, 4) == D("0.3333")


def test_where_a_level_is_below_a_tick_the_tick_itself_does_not_act() -> None:
    """200 at 100 with 10,100 of one's own: 9,900 / 150 = 66 exactly, where equity is what is asked;
    only below it is a breach: 65.99. With 10,050: 9,950 / 150 = 66.3333: 66.33. A short's levels
    are the ticks above: 50 at 100 with 4,000: 9,000 - 50 P = 0.3 x 50 P at 138.4615: 138.47."""
    assert of(bought("us-reg-t", 200, 10_100)).liquidation_tick == D("65.99")
    assert of(bought("us-reg-t", 200, 10_050)).liquidation_tick == D("66.33")
    assert of(bought("us-reg-t", 50, 4_000, side=Side.SELL)).call_tick == D("138.47")


def test_past_a_level_its_distance_is_below_zero() -> None:
    """Closed at 70 the call at 71.428571 has been passed by 1.428571 / 70 = 2.04 %."""
    world = bought("us-reg-t", 200, 10_000, rules={"loan_rate": "0"})
    world.bar({"X": (100, 100, 70, 70)})
    held = of(world)
    assert held.call_distance is not None
    assert round(held.call_distance, 4) == D("-0.0204")
    assert held.distance == held.call_distance
    assert held.liquidation_distance is not None
    assert held.liquidation_distance > 0


def test_a_day_costs_the_fees_of_holding_too() -> None:
    """Rollover at 0.02 % of 10,000 every four hours: 6 x 2.00. A short of 100 coins at 100 at
    3.65 % a year: 1.00. Funding at 10.95 % a year of 10,000: 3.00, received by a short."""
    rolled = bought("kraken-margin", 100, 10_000, rules={"rollover_fee": "0.0002"})
    assert view(rolled.account, rolled.market).daily.fees == 12
    lent = bought("kucoin-margin", 100, 10_000, side=Side.SELL, rules={"borrow_fee": "0.0365"})
    assert view(lent.account, lent.market).daily.fees == 1
    for side, sign in ((Side.BUY, 1), (Side.SELL, -1)):
        funded = bought("binance-usdm", 100, 20_000, side=side, rules={"funding_rate": "0.1095"})
        assert view(funded.account, funded.market).daily.funding == 3 * sign
    unknown = bought("binance-usdm", 100, 20_000)
    assert view(unknown.account, unknown.market).daily.funding is None


def test_margin_added_behind_a_wall_is_used() -> None:
    world = bought("binance-usdm", 100, 20_000, leverage=D(10))
    assert view(world.account, world.market).used == 1_000
    world.do(c.AddMargin(symbol="X", amount=D(500)))
    assert view(world.account, world.market).used == 1_500
