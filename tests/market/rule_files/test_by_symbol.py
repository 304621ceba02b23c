"""Tiers by symbol in the shipped books, and the other figures that have a shape of their own.

The amounts beside Binance's tiers are the exchange's own (`cum` of its API); requirements of a
position of 5 million and prices of ruin are worked out from floors and rates.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.market.rules.schedule import Schedule
from ledger.money import ZERO
from ledger.practice.calc import calculators
from ledger.practice.calc.one_position import listed
from ledger.practice.library.venue_shelf import load_venue
from tests.worlds import D, World, perpetual, stock

BINANCE = load_venue("binance-usdm").rulebook


def own(book: Rulebook, symbol: str) -> Schedule:
    watched = book.schedule(book.call_level.schedule)
    return book.own(watched, replace(listed(book), symbol=symbol))


def narrowed(book: Rulebook, symbol: str) -> Rulebook:
    return book.narrowed(replace(listed(book), symbol=symbol))


AMOUNTS = {
    "BTCUSDT": "0 300 1500 12000 132000 482000 2982000 14482000 26482000 41482000 121482000 "
    "421482000",
    "ETHUSDT": "0 300 1500 12000 132000 382000 2007000 9507000 17507000 27507000 80507000 "
    "280507000",
    "SOLUSDT": "0 75 1475 11475 31475 231475 2231475 4231475 16731475 66731475",
    "DOGEUSDT": "0 280 655 6280 16280 116280 1116280 2116280 8366280 33366280",
}


@pytest.mark.parametrize("symbol", AMOUNTS)
def test_the_amounts_that_tiers_imply_are_those_that_the_exchange_publishes(symbol: str) -> None:
    """cum(n) = floor(n) x (rate(n) - rate(n - 1)) + cum(n - 1)."""
    assert [*own(BINANCE, symbol).amounts] == [D(each) for each in AMOUNTS[symbol].split()]


@pytest.mark.parametrize(
    ("symbol", "kept"),
    [
        ("BTCUSDT", 38_000),  # 5 M x 1 % - 12,000
        ("SOLUSDT", 93_525),  # 5 M x 2.5 % - 31,475
        ("DOGEUSDT", 133_720),  # 5 M x 5 % - 116,280
        ("1000PEPEUSDT", 164_930),  # 5 M x 5 % - 85,070
        ("OTHERUSDT", 164_930),  # the default is the strictest of the six
    ],
)
def test_five_million_keep_what_the_symbols_table_says(symbol: str, kept: int) -> None:
    assert own(BINANCE, symbol).piece(D(1), D(5_000_000), ZERO).at(D(5_000_000)) == kept


@pytest.mark.parametrize(
    ("symbol", "ratio"),
    [
        ("BTCUSDT", "0.90513"),  # (0.9 - 1,500 / 2 M) / (1 - 0.0065)
        ("SOLUSDT", "0.91251"),  # (0.9 - 11,475 / 2 M) / (1 - 0.02)
        ("DOGEUSDT", "0.91516"),  # at 1.83 M in the tier of 2 %: (0.9 - 6,280 / 2 M) / 0.98
        ("1000PEPEUSDT", "0.91791"),  # (0.9 - 10,070 / 2 M) / (1 - 0.025)
    ],
)
def test_two_million_at_ten_times_may_fall_as_far_as_the_table_lets_it(
    symbol: str, ratio: str
) -> None:
    """Long, isolated, 10x: entry 100, 20,000 units. The ratios of the comparison of 30 November."""
    found = calculators.liquidation(
        narrowed(BINANCE, symbol),
        mode=Mode.ISOLATED,
        side=Side.BUY,
        entry=D(100),
        quantity=D(20_000),
        leverage=D(10),
    )["liquidation_price"]
    assert found is not None
    assert abs(found / 100 - D(ratio)) < D("0.000006")


def test_the_names_that_other_tapes_give_a_coin_have_its_table() -> None:
    assert own(BINANCE, "XBTUSD").tiers == own(BINANCE, "BTCUSDT").tiers
    assert own(BINANCE, "BTCUSDT").max_leverage(D(299_999)) == 150
    assert own(BINANCE, "DOGE").max_leverage(D(1)) == 75


def test_three_million_at_phemex_keep_seventeen_thousand_five_hundred() -> None:
    """Its help page's example: 2 M x 0.50 % + 1 M x 0.75 % = 10,000 + 7,500."""
    book = load_venue("phemex-perpetual").rulebook
    bare = replace(own(book, "BTCUSDT"), close_fee=ZERO)
    assert bare.piece(D(1), D(3_000_000), ZERO).at(D(3_000_000)) == 17_500


def test_an_inverse_contract_steps_by_fifty_coins_after_the_first_hundred() -> None:
    book = load_venue("phemex-inverse").rulebook
    tiers = own(book, "BTCUSD").tiers
    assert [tier.floor for tier in tiers[:4]] == [0, 100, 150, 200]
    assert [tier.rate for tier in tiers[:3]] == [D("0.005"), D("0.01"), D("0.015")]


def test_a_rate_that_is_a_line_grows_with_the_quantity_and_shrinks_the_leverage() -> None:
    """Crypto.com, BTC: 0.005 % of initial margin a coin against 1 / 50. Up to 400 coins 2 % binds;
    1,000 coins need 5 %, 20x; maintenance is half. Any other product has 20x at every size."""
    book = load_venue("crypto-com-exchange").rulebook
    line = own(book, "BTCUSD-PERP")
    for coins, rate, most in ((1, "0.01", 50), (400, "0.01", 50), (1000, "0.025", 20)):
        assert line.piece(D(coins), D(60_000), ZERO).slope == D(rate) * coins
        assert line.max_leverage(D(coins) * 60_000, D(coins)) == most
    assert own(book, "SOLUSD-PERP").max_leverage(D(10**9), D(10**7)) == 20
    assert book.default_for(replace(listed(book), symbol="SOL")) == 1


def test_an_order_beyond_the_leverage_of_its_line_is_refused_with_what_it_may_have() -> None:
    book = load_venue("crypto-com-exchange").rulebook
    made = World(book, perpetual("BTCUSD-PERP", currency="USD"), mode=Mode.SMART)
    order = c.PlaceOrder(symbol="BTCUSD-PERP", side=Side.BUY, quantity=D(1000), leverage=D(25))
    made.flat("60000", c.Deposit(amount=D(5_000_000)), order)
    (refused,) = made.of(e.OrderRefused)
    assert "at most 20x" in refused.reason


def test_kraken_sells_until_the_margin_level_is_above_a_hundred_percent() -> None:
    """Three positions of 5,000 at 10x (500 of used margin each) on 1,500, no fees: at 94 each has
    lost 300, so equity 600 is 40 % of 1,500. Without one, 600 of 1,000 is 60 %, without two 120 %:
    two are closed; one, if it ended above 50 %."""
    made = _three_at_ten_times(D(1))
    assert len(made.of(e.Liquidated)) == 2
    made = _three_at_ten_times(D("0.5"))
    assert len(made.of(e.Liquidated)) == 1


def _three_at_ten_times(restores_to: Decimal) -> World:
    kraken = load_venue("kraken-margin").rulebook
    free = replace(
        kraken,
        maker_fee=ZERO,
        taker_fee=ZERO,
        opening_fee=None,
        rollover=None,
        forced_exit=replace(kraken.forced_exit, fee=ZERO, restores_to=restores_to),
    )
    coins = [stock(name, lot=D("0.01")) for name in ("A", "B", "C")]
    made = World(free, *coins)
    orders = [
        c.PlaceOrder(symbol=name, side=Side.BUY, quantity=D(50), leverage=D(10)) for name in "ABC"
    ]
    made.bar(dict.fromkeys("ABC", ("100",) * 4), c.Deposit(amount=D(1500)), *orders)
    made.bar(dict.fromkeys("ABC", ("94",) * 4))
    return made


def _at_forty_times(coins: str, *prices: str) -> World:
    """Bitcoin at 50,000 and 40x on Hyperliquid, crossed, no fees; then these prices."""
    book = replace(load_venue("hyperliquid").rulebook, maker_fee=ZERO, taker_fee=ZERO)
    made = World(book, perpetual("BTC", currency="USDC"), mode=Mode.CROSS)
    order = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(coins), leverage=D(40))
    made.flat("50000", c.Deposit(amount=D(coins) * 1250), order)
    for price in prices:
        made.flat(price)
    return made


@pytest.mark.parametrize(
    ("coins", "price", "closed"),
    [
        # 200,000 on 5,000: 5,000 + 4 (P - 50,000) = 0.0125 x 4 P at 195,000 / 3.95 = 49,367.09
        ("4", "49367.5", []),
        ("4", "49367", ["0.8"]),  # 20 % of it; 2,468 then stand against 1,974.68
        # 75,000 is no large position: all of it
        ("1.5", "49367", ["1.5"]),
        # a gap: 200 left, and after a fifth 1,952 are still required: all the rest
        ("4", "48800", ["0.8", "3.2"]),
    ],
)
def test_a_large_position_loses_a_fifth_first_and_the_rest_if_that_is_not_enough(
    coins: str, price: str, closed: list[str]
) -> None:
    made = _at_forty_times(coins, price)
    assert [event.quantity for event in made.of(e.Liquidated)] == [D(each) for each in closed]


def test_what_a_fifth_left_is_liquidated_at_a_price_of_its_own() -> None:
    """2,468 + 3.2 (P - 49,367) = 0.0125 x 3.2 P at 155,506.4 / 3.16 = 49,210.89; of 157,475 a
    fifth of 3.2 again."""
    assert len(_at_forty_times("4", "49367", "49211").of(e.Liquidated)) == 1
    made = _at_forty_times("4", "49367", "49210.5")
    assert [event.quantity for event in made.of(e.Liquidated)] == [D("0.8"), D("0.64")]


def test_a_withdrawal_from_hyperliquid_leaves_ten_percent_of_what_is_held() -> None:
    """100,000 held at 40x uses 2,500, but 10,000 have to stay."""
    book = load_venue("hyperliquid").rulebook
    made = World(book, perpetual("BTC", currency="USDC"), mode=Mode.CROSS)
    order = c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(2), leverage=D(40))
    made.flat("50000", c.Deposit(amount=D(15_000)), order)
    made.do(c.Withdraw(amount=D(6000)))
    assert not made.of(e.Withdrawn)
    made.do(c.Withdraw(amount=D(4900)))
    assert made.of(e.Withdrawn)
