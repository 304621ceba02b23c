"""What is named as a sale to cure does cure, and two lots less do not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.engine.calls.curing import cure, shortfall
from ledger.market.instrument import Instrument
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import ExitAmount, Mode, Rulebook
from ledger.practice.library.venue_shelf import load_venue
from ledger.times import HOUR
from tests.worlds import D, World, only, perpetual, venue


def book(name: str, **rules: str) -> Rulebook:
    return override(load_venue(name).rulebook, rules)


def world(made: Rulebook, mode: Mode, lot: str = "0.001") -> World:
    listed = Instrument(
        symbol="X", kind=made.trades, tick=D("0.01"), lot=D(lot), currency=made.currency
    )
    return World(made, listed, mode=mode, interval=HOUR)


def order(side: Side, quantity: int | str, leverage: int, **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="X", side=side, quantity=D(quantity), leverage=D(leverage), **more)


def less_than_asked(made: World, lots: int) -> bool:
    """Whether so many lots less than asked meet the call too."""
    asked = cure(made.account, made.account.pockets[next(iter(made.account.calls))], made.market)
    lot = made.account.instruments["X"].lot
    tried = World(made.account.rulebook, *made.account.instruments.values())
    tried.account, tried.market = made.account, made.market
    tried.do(c.AnswerCall(answer=Answer.SELL, symbol="X", quantity=asked.quantity - lots * lot))
    return bool(tried.of(e.MarginCallMet))


def test_the_fee_of_a_sale_comes_out_of_what_repays_behind_a_wall() -> None:
    """100 at 100 with 10x and 0.1 % of fee: 9,000 borrowed, an hour of 7.3 % a year: 0.075 at the
    drawing and at each full hour. Called at a margin level of 1.09: at 97.80 assets are 9,780.

    Two charges: 9,000.15 owed; short 0.09 x 9,000.15 - 779.85 = 30.1635, a unit more since equality
    is a call. A unit sold brings 97.80 less 0.0978 of fee, all of which repays: relief 0.09 x
    97.7022 - 0.0978 = 8.695398. 30.163501 / 8.695398 = 3.46891: 3.469.
    """
    made = world(book("binance-margin"), Mode.ISOLATED)
    buy = order(Side.BUY, 100, 10, mode=Mode.ISOLATED)
    made.flat(100, c.Deposit(amount=D(2_000)), buy)
    made.bar({"X": ("97.80",) * 4}, c.AnswerCall(answer=Answer.SELL))
    assert made.of(e.MarginCallIssued)[0].would_sell == {"X": D("3.469")}
    assert only(made.of(e.CallAnswered)).quantity == D("3.469")
    assert made.of(e.MarginCallMet)[0].by == "sale"


def test_a_demand_for_the_fee_of_closing_falls_with_the_sale() -> None:
    """120 at 100 with 20x: fee 0.06 % of 12,000: 7.20 of 800 paid in. At 94.45 equity is
    792.80 - 666 = 126.80, the call at 0.80 asks 1.25 x 0.0056 x 11,334 = 79.338: no call. At 94.05:
    78.80 against 79.002: short 0.202, a unit more. A unit sold frees 1.25 x 0.0056 x 94.05 =
    0.65835 and costs 0.05643: 0.60192. 0.202001 / 0.60192 = 0.33559: 0.336.
    """
    made = world(book("phemex-perpetual"), Mode.CROSS)
    made.flat(100, c.Deposit(amount=D(800)), order(Side.BUY, 120, 20))
    made.bar({"X": ("94.05",) * 4}, c.AnswerCall(answer=Answer.SELL))
    called = only(made.of(e.MarginCallIssued))
    assert (called.shortfall, called.would_sell) == (D("0.202001"), {"X": D("0.336")})
    # 0.202001 / 0.60192 x 94.05 = 31.562656...
    assert called.sale_to_cure == D("31.562657")
    assert only(made.of(e.MarginCallMet)).by == "sale"


def test_a_venue_that_restores_closes_no_more_than_restores() -> None:
    """10 at 100 with 50 and 0.5 % + 0.1 % asked at the mark, no fee to leave: at 95.50 equity is 5
    against 5.73, short 0.73; a unit frees 0.573: 1.274 units, and at equality it is a breach still:
    1.274 x 0.573 = 0.730002 is beyond it. The call at 1.25 x asks 7.1625: short 2.1625, / 0.71625:
    3.0192: 3.020.
    """
    made = venue(maintenance=D("0.005"))
    schedules = (replace(made.schedules[0], close_fee=D("0.001")),)
    exit_ = replace(made.forced_exit, amount=ExitAmount.RESTORE)
    made = replace(made, schedules=schedules, forced_exit=exit_)
    play = World(made, perpetual("X", tick=D("0.01")), mode=Mode.CROSS, interval=HOUR)
    play.flat(100, c.Deposit(amount=D(50)), order(Side.BUY, 10, 20))
    play.bar({"X": ("95.50",) * 4})
    assert [sold.quantity for sold in play.of(e.Liquidated)] == [D("3.020")]


@pytest.mark.parametrize(
    ("name", "mode", "leverage"),
    [
        ("binance-margin", Mode.CROSS, 3),
        ("binance-margin", Mode.ISOLATED, 10),
        ("kucoin-margin", Mode.ISOLATED, 5),
        ("kraken-margin", Mode.CROSS, 5),
        ("phemex-margin", Mode.CROSS, 5),
        ("crypto-com-margin", Mode.CROSS, 3),
        ("binance-usdm", Mode.CROSS, 50),
        ("phemex-perpetual", Mode.ISOLATED, 20),
        ("crypto-com-exchange@2026-11", Mode.SMART, 50),
    ],
)
@pytest.mark.parametrize("side", list(Side))
def test_what_is_asked_cures_and_two_lots_less_do_not(
    name: str, mode: Mode, leverage: int, side: Side
) -> None:
    _asks_the_least(name, mode, leverage, side)


def test_a_broker_asks_the_least_for_a_long() -> None:
    # of a short the house asks as much as the exchange: it is sold at once and called for nothing
    _asks_the_least("us-reg-t", Mode.CROSS, 2, Side.BUY)


def _asks_the_least(name: str, mode: Mode, leverage: int, side: Side) -> None:
    made = world(book(name), mode, lot="1" if name.startswith("us") else "0.01")
    size = 90 * leverage
    entries = [order(side, part, leverage, mode=mode) for part in (size // 3, size // 3)]
    made.flat(100, c.Deposit(amount=D(10_000)), *entries)
    price, step = D(100), (D("0.5") / leverage).quantize(D("0.01")) * -side.sign
    while not _short(made) and made.account.positions() and 1 < price < 400:
        price += step
        opening(made, price)
    assert not less_than_asked(made, 2)
    made.do(c.AnswerCall(answer=Answer.SELL))
    assert made.of(e.MarginCallMet)[-1].by == "sale"


def opening(made: World, price: Decimal) -> None:
    """A bar that opens at a price, after the one before has closed there."""
    made.do(c.CloseBar(step=made.step({"X": (str(made.market.last["X"]),) * 4})))
    made.bars += 1
    made.do(c.OpenBar(step=made.step({"X": (str(price),) * 4})))


def _short(made: World) -> Decimal:
    calls = made.account.calls
    if not calls:
        return D(0)
    return shortfall(made.account, made.account.pockets[next(iter(calls))], made.market)
