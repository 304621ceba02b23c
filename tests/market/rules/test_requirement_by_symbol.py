"""One requirement for each symbol or class: what is kept, offered, fenced and named is its own."""

from dataclasses import replace

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import required_equity
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import MAIN, Side
from ledger.engine.bars.fences import fence
from ledger.market.blind.listing import veiled_rulebook
from ledger.market.blind.veil import Veil
from ledger.market.instrument import Asset, Instrument
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.market.rules.schedule import Schedule, Tier
from ledger.practice.calc import calculators
from ledger.practice.calc.one_position import listed
from tests.worlds import D, World, only, perpetual, venue


def tier(floor: int, rate: str, most: int) -> Tier:
    return Tier(floor=D(floor), rate=D(rate), max_leverage=D(most))


DEFAULT = Schedule(name="venue", tiers=(tier(0, "0.02", 25),))
BITCOIN = Schedule(
    name="venue", tiers=(tier(0, "0.004", 125), tier(10_000, "0.01", 50)), symbols=("BTC", "XBT")
)
SHARES = Schedule(name="venue", tiers=(tier(0, "0.10", 5),), assets=(Asset.SHARE,))
BOOK = venue(schedules=(BITCOIN, SHARES, DEFAULT), default_leverage=D(10), taker_fee=D(0))


def share(symbol: str) -> Instrument:
    return perpetual(symbol, asset=Asset.SHARE)


@pytest.mark.parametrize(
    ("instrument", "found"),
    [
        (perpetual("BTC"), BITCOIN),
        (perpetual("XBT"), BITCOIN),
        (perpetual("DOGE"), DEFAULT),
        (share("AAPL"), SHARES),
        (share("BTC"), BITCOIN),
        (perpetual("GOLD", asset=Asset.GOLD), DEFAULT),
    ],
    ids=["symbol", "another symbol", "neither", "class", "symbol before class", "other class"],
)
def test_a_requirement_is_that_of_the_symbol_else_of_the_class_else_the_default(
    instrument: Instrument, found: Schedule
) -> None:
    assert BOOK.own(BOOK.schedule("venue"), instrument) is found


def two_coins(cash: str = "3000") -> World:
    """0.4 BTC at 50,000 and 5,000 DOGE at 2, crossed, at 10x."""
    made = World(BOOK, perpetual("BTC"), perpetual("DOGE"), mode=Mode.CROSS)
    made.bar(
        {"BTC": ("50000",) * 4, "DOGE": ("2",) * 4},
        c.Deposit(amount=D(cash)),
        c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D("0.4"), leverage=D(10)),
        c.PlaceOrder(symbol="DOGE", side=Side.BUY, quantity=D(5000), leverage=D(10)),
    )
    return made


def test_a_crossed_wallet_adds_each_position_by_its_own_table() -> None:
    """BTC: 1 % of 20,000 less 10,000 x (1 % - 0.4 %) = 140; DOGE: 2 % of 10,000 = 200."""
    made = two_coins()
    kept = required_equity(made.account, made.account.main, made.market.mark, BOOK.maintenance)
    assert kept == 140 + 200


def test_the_threshold_of_each_symbol_is_solved_by_its_own_table() -> None:
    """Equity 3,000 + 0.4 (P - 50,000) = 200 + 0.01 x 0.4 P - 60, so 0.396 P = 17,140. For DOGE
    3,000 + 5,000 (P - 2) = 140 + 0.02 x 5,000 P, so 4,900 P = 7,140."""
    made = two_coins()
    last = BOOK.levels[-1]
    for symbol, price in (("BTC", D(17_140) / D("0.396")), ("DOGE", D(7_140) / D(4_900))):
        found = threshold_price(made.account, made.account.main, made.market.mark, last, symbol)
        assert found is not None
        assert abs(found - price) < D("1e-20")


def test_the_engine_acts_at_that_price_and_not_a_tick_before() -> None:
    """DOGE: 7,140 / 4,900 = 1.45714...; on ticks of 0.0001 the first at or below is 1.4571."""
    doge = perpetual("DOGE", tick=D("0.0001"))
    for price, gone in (("1.4572", False), ("1.4571", True)):
        made = World(BOOK, perpetual("BTC"), doge, mode=Mode.CROSS)
        made.bar(
            {"BTC": ("50000",) * 4, "DOGE": ("2",) * 4},
            c.Deposit(amount=D(3000)),
            c.PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D("0.4"), leverage=D(10)),
            c.PlaceOrder(symbol="DOGE", side=Side.BUY, quantity=D(5000), leverage=D(10)),
        )
        made.bar({"BTC": ("50000",) * 4, "DOGE": (price,) * 4})
        assert bool(made.of(e.Liquidated)) is gone


def test_the_leverage_offered_is_the_symbols() -> None:
    """50x is within BTC's 125x, and beyond the 25x of a coin without a table."""
    for symbol, passes in (("BTC", True), ("DOGE", False)):
        made = World(BOOK, perpetual(symbol))
        order = c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(1), leverage=D(50))
        made.flat("100", c.Deposit(amount=D(1000)), order)
        assert bool(made.of(e.OrderFilled)) is passes
        if not passes:
            assert "at most 25x" in only(made.of(e.OrderRefused)).reason


def test_an_order_that_names_no_leverage_takes_no_more_than_the_class_has() -> None:
    """The book's default is 10x, a share's most is 5x."""
    for instrument, leverage in ((perpetual("DOGE"), 10), (share("AAPL"), 5)):
        made = World(BOOK, instrument)
        order = c.PlaceOrder(symbol=instrument.symbol, side=Side.BUY, quantity=D(1))
        made.flat("100", c.Deposit(amount=D(1000)), order)
        assert made.account.positions()[0].leverage == leverage


def test_the_prices_within_which_nothing_happens_are_the_symbols() -> None:
    """The fence of one crossed coin ends where its own table warns: 64 % of equity. 100 at 100,
    wallet 1,000: 0.64 x (1,000 - 10,000 + 100 P) = 0.004 x 100 P (or 0.02), P = 5,760 / 63.6
    (or 62)."""
    for symbol, divisor in (("BTC", "63.6"), ("DOGE", "62")):
        made = World(BOOK, perpetual(symbol), mode=Mode.CROSS)
        order = c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(100), leverage=D(10))
        made.flat("100", c.Deposit(amount=D(1000)), order)
        quiet = fence(made.account, made.market)
        assert quiet is not None
        low = quiet.judged[symbol].low
        assert low is not None
        assert abs(low - D(5760) / D(divisor)) < D("1e-20")


def narrowed(book: Rulebook, symbol: str) -> Rulebook:
    return book.narrowed(replace(listed(book), symbol=symbol))


def test_a_calculator_that_is_told_the_symbol_uses_its_table() -> None:
    """1 at 100 with 10x: (100 - 10) / (1 - 0.004) and / (1 - 0.02)."""
    for symbol, keeps in (("XBT", "0.996"), ("DOGE", "0.98")):
        found = calculators.liquidation(
            narrowed(BOOK, symbol),
            mode=Mode.ISOLATED,
            side=Side.BUY,
            entry=D(100),
            quantity=D(1),
            leverage=D(10),
        )["liquidation_price"]
        assert found is not None
        assert 0 <= found - D(90) / D(keeps) < D("1e-8")


def test_a_rule_that_is_overridden_holds_flat_for_every_symbol() -> None:
    book = override(BOOK, {"maintenance_margin": "0.03", "max_leverage": "20"})
    for instrument in (perpetual("BTC"), share("AAPL"), perpetual("DOGE")):
        own = book.own(book.schedule("venue"), instrument)
        assert own.tiers == (tier(0, "0.03", 20),)


def test_a_blind_account_has_its_symbols_tables_under_neutral_names_and_no_others() -> None:
    veil = Veil(shift=0, factor=1, names={"BTC": "A"}, salt="")
    book = veiled_rulebook(BOOK, veil)
    assert [s.symbols for s in book.schedules] == [("A",), (), ()]
    assert book.own(book.schedule("venue"), perpetual("A")).tiers == BITCOIN.tiers
    none = veiled_rulebook(BOOK, replace(veil, names={"DOGE": "A"}))
    assert [s.symbols for s in none.schedules] == [(), ()]


def test_an_isolated_pocket_is_liquidated_by_its_own_table() -> None:
    """DOGE at 10x: 90 / 0.98 = 91.84; BTC's 0.4 % would hold it to 90.36."""
    made = World(BOOK, perpetual("DOGE"), mode=Mode.ISOLATED)
    order = c.PlaceOrder(symbol="DOGE", side=Side.BUY, quantity=D(10), leverage=D(10))
    made.flat("100", c.Deposit(amount=D(1000)), order)
    made.flat("92")
    assert not made.of(e.Liquidated)
    made.flat("91.5")
    assert made.of(e.Liquidated)
    assert MAIN in made.account.pockets
