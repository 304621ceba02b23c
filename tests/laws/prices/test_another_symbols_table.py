"""The canary of the law that the calculators name the prices at which the engine acts: a calculator
that took another symbol's table would be found out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.money import floor_to
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue
from tests.worlds import D, World

CANARY = load_venue("binance-usdm").rulebook
"""One million at 10x: BTCUSDT keeps 0.65 % of it less 1,500, any other symbol 2 % less 4,570."""
TICK = D("0.01")
LISTED = Instrument(
    symbol="X", kind=CANARY.trades, tick=TICK, lot=D("0.001"), currency=CANARY.currency
)


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT", "DOGEUSDT"])
def test_the_price_of_another_symbols_table_is_not_the_first_that_liquidates(symbol: str) -> None:
    """The canary of this law: a calculator that took the default's table would be found out."""
    acts = _first_to_liquidate(symbol)
    instrument = replace(LISTED, symbol=symbol)
    own, others = (_named_for(book) for book in (CANARY.narrowed(instrument), CANARY))
    assert acts == floor_to(own, TICK)
    assert acts != floor_to(others, TICK)


def _named_for(book: Rulebook) -> Decimal:
    price = calculators.liquidation(
        book,
        mode=Mode.ISOLATED,
        side=Side.BUY,
        entry=D(1000),
        quantity=D(1000),
        leverage=D(10),
    ).liquidation_price
    assert price is not None
    return price


def _first_to_liquidate(symbol: str) -> Decimal:
    """The first tick at which the engine acts, by halving the ticks below the entry."""
    low, high = D(800), D(1000)
    while high - low > TICK:
        middle = floor_to((low + high) / 2, TICK)
        made = World(CANARY, replace(LISTED, symbol=symbol), mode=Mode.ISOLATED, interval=1)
        order = c.PlaceOrder(
            symbol=symbol, side=Side.BUY, quantity=D(1000), leverage=D(10), mode=Mode.ISOLATED
        )
        made.flat("1000", c.Deposit(amount=D(200_000)), order)
        made.flat(str(middle))
        low, high = (middle, high) if bool(made.of(e.Liquidated)) else (low, middle)
    return low
