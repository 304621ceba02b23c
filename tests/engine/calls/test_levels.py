"""Where a level stands: demands that are never below zero, that jump, or that move with another
price; and the tick at which it acts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.risk.threshold import acting_tick, threshold_price
from ledger.account.state import Side, held_pockets
from ledger.market.instrument import Kind, OptionTerms, Right
from ledger.market.rules.rulebook import Interest, Level, Mode, OptionRule, Rulebook
from ledger.market.rules.schedule import Piece, Schedule, Tier
from ledger.times import DAY, HOUR
from tests.worlds import T0, D, World, broker, perpetual, stock, venue

LOW_HIGH = (
    Tier(floor=D(0), rate=D("0.004"), max_leverage=D(100)),
    Tier(floor=D(1_100), rate=D("0.10"), max_leverage=D(100)),
)


def with_amount(amount: str, tiers: tuple[Tier, ...] = LOW_HIGH[:1]) -> Rulebook:
    book = venue()
    return replace(book, schedules=(replace(book.schedules[0], tiers=tiers, amount=D(amount)),))


def opened(book: Rulebook, side: Side, mode: Mode = Mode.ISOLATED, deposit: int = 1_000) -> World:
    """10 at 100 with 10x."""
    world = World(book, perpetual("X", tick=D("0.01")), mode=mode, interval=HOUR)
    command = c.PlaceOrder(symbol="X", side=side, quantity=D(10), leverage=D(10), mode=mode)
    world.flat(100, c.Deposit(amount=D(deposit)), command)
    return world


def level_of(world: World, level: Level | None = None, symbol: str = "X") -> Decimal | None:
    account = world.account
    position = account.position(symbol)
    assert position is not None
    pocket = account.pockets[position.pocket]
    level = level or account.rulebook.levels[-1]
    return threshold_price(account, pocket, world.market.mark, level, symbol)


def test_an_amount_beyond_the_rate_asks_for_nothing() -> None:
    """0.4 % of 10 at P less 50 is below zero up to 1,250 each; from there on it asks something."""
    schedule = Schedule(name="s", tiers=LOW_HIGH[:1], amount=D(50))
    assert schedule.piece(D(10), D(1_000), D(0)) == Piece(D(0), D(0))
    assert schedule.breaks(D(10)) == (D(1_250),)
    assert schedule.piece(D(10), D(1_300), D(0)).at(D(1_300)) == 2
    assert schedule.per_unit(D(10), D(1_000), D(0)) == 0
    # the fee of closing is asked for all the same
    fee = replace(schedule, close_fee=D("0.001"))
    assert fee.piece(D(10), D(1_000), D(0)).at(D(1_000)) == 10
    assert fee.per_unit(D(10), D(1_000), D(0)) == 1


@pytest.mark.parametrize(("side", "gone"), [(Side.BUY, "90"), (Side.SELL, "110")])
def test_nobody_keeps_a_position_below_zero(side: Side, gone: str) -> None:
    """100 stand behind 10 at 100: nothing is left after ten a unit, whatever the amount is."""
    world = opened(with_amount("50"), side)
    assert level_of(world) == D(gone)
    beyond = {Side.BUY: "89", Side.SELL: "111"}[side]
    world.bar({"X": (100, max("100", beyond, key=D), min("100", beyond, key=D), beyond)})
    (exit_,) = world.of(e.Liquidated)
    assert exit_.price == D(gone)
    assert world.account.main.cash == 900


def test_where_what_is_asked_jumps_the_edge_is_the_level() -> None:
    """Two tiers less the same amount of 4: at 109.99 4.3996 - 4 are asked, at 110 110 - 4 = 106.

    A short of 10 with 200 in the wallet has 100 left there: sound below 110, gone at it. (A third
    of that amount, the one at which the tiers meet, would be 105.60.)
    """
    world = opened(with_amount("4", LOW_HIGH), Side.SELL, Mode.CROSS, deposit=200)
    assert level_of(world) == 110
    world.bar({"X": (100, 112, 100, 112)})
    (exit_,) = world.of(e.Liquidated)
    assert exit_.price == 110


def stock_and_option(
    side: Side, right: Right, strike: int, premium: int, size: int = 1, deposit: int = 6_000
) -> World:
    """100 at 100 on a loan, and options of 100 shares written for a premium."""
    terms = OptionTerms(on="ACME", right=right, strike=D(strike), expires=T0 + 90 * DAY)
    option = stock("OPT", kind=Kind.OPTION, multiplier=D(100), option=terms)
    book = broker(options=OptionRule(share=D("0.20"), least=D("0.10")), interest=Interest())
    world = World(book, stock(), option)
    world.bar(
        {"ACME": (100,) * 4, "OPT": (premium,) * 4},
        c.Deposit(amount=D(deposit)),
        c.PlaceOrder(symbol="ACME", side=side, quantity=D(100), leverage=D(2)),
        c.PlaceOrder(symbol="OPT", side=Side.SELL, quantity=D(size), leverage=D(1)),
    )
    return world


@pytest.mark.parametrize(
    ("deposit", "side", "right", "strike", "premium", "size", "price"),
    [
        # 100 P - 4,000 against 25 P + 200 and, below the strike, 20 P: 55 P = 4,200
        (6_000, Side.BUY, Right.PUT, 80, 2, 1, "76.36"),
        # two of them: 100 P - 2,500 against 25 P + 400 and from 80 to 90 two times 8,000 - 80 P:
        # 235 P = 18,900
        (7_500, Side.BUY, Right.PUT, 80, 2, 2, "80.42"),
        # a call: 17,000 - 100 P against 25 P + 100 and from 13,000 / 110 to the strike
        # 20 P - (13,000 - 100 P): 245 P = 29,900; a short's tick is the one above 122.0408
        (7_000, Side.SELL, Right.CALL, 130, 1, 1, "122.05"),
    ],
)
def test_a_written_options_margin_moves_with_its_underlying(
    deposit: int, side: Side, right: Right, strike: int, premium: int, size: int, price: str
) -> None:
    world = stock_and_option(side, right, strike, premium, size, deposit)
    level = world.account.rulebook.levels[-1]
    found = level_of(world, level, "ACME")
    assert found is not None
    main, mark = world.account.main, world.market.mark
    assert acting_tick(world.account, main, mark, level, "ACME", found) == D(price)


def test_the_options_own_level_holds_the_stock_still() -> None:
    """One put of 80 on 100 held long: 6,000 against 2,500 and a share of 8 (the least, 10 % of the
    strike) with its price: the price is owed once and asked for once: 6,000 + 200 - 100 V =
    2,500 + 800 + 100 V: V = 14.50."""
    world = stock_and_option(Side.BUY, Right.PUT, 80, 2)
    assert level_of(world, world.account.rulebook.levels[-1], "OPT") == D("14.50")


def test_pockets_are_taken_in_the_order_of_symbols_and_not_in_that_of_opening() -> None:
    world = World(venue(), perpetual("BTC"), perpetual("ETH"))
    rows = {"BTC": (100,) * 4, "ETH": (100,) * 4}
    buys = [
        c.PlaceOrder(symbol=s, side=Side.BUY, quantity=D(1), leverage=D(10)) for s in ("ETH", "BTC")
    ]
    world.bar(rows, c.Deposit(amount=D(50)), *buys)
    assert [pocket.name for pocket in held_pockets(world.account)] == [
        "isolated:BTC",
        "isolated:ETH",
    ]


def test_a_call_is_not_answered_with_a_hedge_in_what_is_called() -> None:
    """200 at 100, half borrowed; at 68 they are 13,600: 3,600 is below 30 %, above 25 %."""
    world = World(broker(), stock())
    world.flat(
        100,
        c.Deposit(amount=D(10_000)),
        c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2)),
    )
    world.flat(68)
    hedge = c.AnswerCall(answer=Answer.HEDGE, symbol="ACME", quantity=D(10))
    world.flat(68, hedge)
    (refused,) = world.of(e.ActionRefused)
    assert refused.reason == "a hedge in ACME itself would be a sale: answer sell"
