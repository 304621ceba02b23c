"""A trade's averages, and how far it went against and for it (`person.md`, section 6)."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.state import Convention, OrderType, Side, Target
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import Mode
from tests.worlds import D, World, only, perpetual, venue

BUY, SELL = Side.BUY, Side.SELL
MONEY = c.Deposit(amount=D(10_000))


def world(**more: Any) -> World:
    return World(venue(), perpetual(lot=D("0.1")), mode=Mode.CROSS, **more)


def order(side: Side, quantity: object, **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="BTC", side=side, quantity=D(str(quantity)), leverage=D(10), **more)


def resting(side: Side, limit: object, stop: object, **more: Any) -> c.PlaceOrder:
    """One unit with a limit and a stop."""
    levels = {"limit": D(str(limit)), "stop_loss": D(str(stop))}
    return order(side, 1, order_type=OrderType.LIMIT, **levels, **more)


def play(made: World, *rows: tuple[Any, ...]) -> e.PositionClosed:
    """Bars as (open, high, low, close, commands at the open...); the trade that closes in them."""
    for first, high, low, close, *commands in rows:
        made.bar({"BTC": (first, high, low, close)}, *commands)
    return only(made.of(e.PositionClosed))


CLOSE = c.ClosePosition(symbol="BTC")

# how far it went


def test_the_peak_before_an_entry_in_its_bar_is_none_of_its_own() -> None:
    """By `worst` the high of 121 comes first, then the limit fills at 96 on the way to 95. R0 is 5;
    from then on prices were between 94 (-2) and 98 (+2)."""
    gone = play(
        world(),
        (100, 121, 95, 97, MONEY, resting(BUY, 96, 91)),
        (97, 98, 94, 96),
        (96, 96, 96, 96, CLOSE),
    )
    assert (gone.mae_r, gone.mfe_r) == (D("0.4"), D("0.4"))


def test_of_a_short_entered_inside_a_bar_the_low_before_it_is_none_of_its_own() -> None:
    """The low of 79 comes first, the limit fills at 104 on the way to 105; R0 is 5. Then 106 (-2)
    and 101.5 (+2.5)."""
    gone = play(
        world(),
        (100, 105, 79, 103, MONEY, resting(SELL, 104, 109)),
        (103, 106, "101.5", 104),
        (104, 104, 104, 104, CLOSE),
    )
    assert (gone.mae_r, gone.mfe_r) == (D("0.4"), D("0.5"))


def test_by_nearness_an_entry_before_the_high_has_the_high() -> None:
    """`ohlc`: the low of 95 is nearer to the open than 121, so it comes first: bought at 96 on the
    way to it, the trade has seen 95 and 121: -1 and +25 of 5."""
    gone = play(
        world(convention=Convention.OHLC),
        (100, 121, 95, 97, MONEY, resting(BUY, 96, 91)),
        (97, 97, 97, 97, CLOSE),
    )
    assert (gone.mae_r, gone.mfe_r) == (D("0.2"), D(5))


def test_an_entry_after_the_low_has_seen_only_the_high_and_the_close() -> None:
    """`ohlc`: the low of 103 first, then a buy stop fills at 105.5 on the way to 107, and the bar
    closes at 104.5: +1.5 and -1 of 10. The low is none of its own."""
    stop_in = order(BUY, 1, order_type=OrderType.STOP, trigger=D("105.5"), stop_loss=D("95.5"))
    gone = play(
        world(convention=Convention.OHLC),
        (104, 107, 103, "104.5", MONEY, stop_in),
        (106, 106, 106, 106, CLOSE),
    )
    assert (gone.mae_r, gone.mfe_r) == (D("0.1"), D("0.15"))


def test_of_the_bar_it_leaves_in_only_what_came_before_counts() -> None:
    """Stopped at 95 on the way to the low of 80, before the high of 130: -5 of 5, and the open of
    102 was the best of that bar."""
    gone = play(
        world(),
        (100, 100, 100, 100, MONEY, order(BUY, 1, stop_loss=D(95))),
        (102, 130, 80, 120),
    )
    assert (gone.mae_r, gone.mfe_r) == (D(1), D("0.4"))


def test_a_target_met_after_the_low_has_seen_the_low() -> None:
    """`worst`: the low of 96 first (-4 of 5), then the target at 110 on the way to 130."""
    target = order(BUY, 1, stop_loss=D(95), targets=(Target(D(110), D(1)),))
    gone = play(world(), (100, 100, 100, 100, MONEY, target), (102, 130, 96, 120))
    assert (gone.mae_r, gone.mfe_r) == (D("0.8"), D(2))


def test_bought_and_sold_inside_one_bar_it_saw_what_lies_between() -> None:
    """The high of 121 first; bought at 96 on the way down and stopped at 91: -5, and never above
    its entry."""
    gone = play(world(), (100, 121, 90, 97, MONEY, resting(BUY, 96, 91)))
    assert (gone.mae_r, gone.mfe_r) == (D(1), D(0))


def test_what_is_added_was_not_there_at_the_peak() -> None:
    """1 at 100 with a stop at 50. At 110 it is 10 up, then 3 more are bought there; at 100 it is
    0 - 30 = -30. R0 is 50: 0.2 and 0.6, and not 4 x 10 at the best."""
    gone = play(
        world(),
        (100, 100, 100, 100, MONEY, order(BUY, 1, stop_loss=D(50))),
        (105, 110, 104, 108),
        (110, 110, 108, 108, order(BUY, 3)),
        (100, 100, 100, 100, CLOSE),
    )
    assert (gone.mae_r, gone.mfe_r) == (D("0.6"), D("0.2"))


def test_what_was_taken_stays_in_the_sum_of_the_trade() -> None:
    """4 at 100, R0 20. 3 out at 110: 30 made; the last one falls to 96: 30 - 4 = 26. The best is
    40 at 110, the worst nothing."""
    gone = play(
        world(),
        (100, 100, 100, 100, MONEY, order(BUY, 4, stop_loss=D(95))),
        (110, 110, 110, 110, c.ClosePosition(symbol="BTC", quantity=D(3))),
        (96, 96, 96, 96, CLOSE),
    )
    assert (gone.mae_r, gone.mfe_r, gone.r_multiple) == (D(0), D(2), D("1.3"))


def test_a_reversal_begins_anew() -> None:
    """1 long from 100 to 110, turned into 1 short at 110 with a stop at 120; it has seen 112."""
    made = world()
    play(
        made,
        (100, 100, 100, 100, MONEY, order(BUY, 1, stop_loss=D(95))),
        (110, 112, 110, 110, order(SELL, 2, stop_loss=D(120))),
    )
    made.flat(110, CLOSE)
    long, short = made.of(e.PositionClosed)
    assert (long.mae_r, long.mfe_r) == (D(0), D(2))
    assert (short.entry_price, short.mae_r, short.mfe_r) == (110, D("0.2"), D(0))


def test_a_position_from_before_there_were_courses_is_measured_from_its_first_bar() -> None:
    """As an older ledger left it: only what is held now is known."""
    made = world()
    made.bar({"BTC": (100, 103, 99, 100)}, MONEY, order(BUY, 1, stop_loss=D(95)))
    main = made.account.main
    old = replace(main.positions["BTC"], course=None)
    held = replace(main, positions={"BTC": old})
    made.account = replace(made.account, pockets={**made.account.pockets, "main": held})
    made.flat(101, CLOSE)
    gone = only(made.of(e.PositionClosed))
    assert (gone.mae_r, gone.mfe_r, gone.entry_price) == (D("0.2"), D("0.6"), 100)


# averages


def test_the_prices_of_a_closed_trade_are_the_averages_of_all_it_did() -> None:
    """4 at 100 and 2 at 106, in between 3 out at 110, at last 3 at 90: entry 612 / 6 = 102, exit
    600 / 6 = 100. 6 x (100 - 102) = -12 was realized."""
    gone = play(
        world(),
        (100, 100, 100, 100, MONEY, order(BUY, 4)),
        (110, 110, 110, 110, c.ClosePosition(symbol="BTC", quantity=D(3))),
        (106, 106, 106, 106, order(BUY, 2)),
        (90, 90, 90, 90, CLOSE),
    )
    assert (gone.quantity, gone.entry_price, gone.exit_price) == (6, 102, 100)
    assert (gone.last_exit_price, gone.realized_pnl) == (90, -12)


def test_the_average_of_an_inverse_contract_is_that_of_its_coins() -> None:
    """1,000 contracts at 100 and 1,000 at 200 are 10 + 5 coins: 2,000 / 15 = 133.33333333. Out at
    400 and 250, 2.5 + 4: 2,000 / 6.5 = 307.69230769. 15 - 6.5 = 8.5 coins were made."""
    coin = perpetual("XBT", kind=Kind.INVERSE, currency="BTC", lot=D(1))
    made = World(venue(currency="BTC"), coin, mode=Mode.CROSS)
    buy = c.PlaceOrder(symbol="XBT", side=BUY, quantity=D(1000), leverage=D(10))
    made.flat(100, c.Deposit(amount=D(100)), buy)
    made.flat(200, buy)
    made.flat(400, c.ClosePosition(symbol="XBT", quantity=D(1000)))
    made.flat(250, c.ClosePosition(symbol="XBT"))
    gone = only(made.of(e.PositionClosed))
    assert (gone.entry_price, gone.exit_price) == (D("133.33333333"), D("307.69230769"))
    assert (gone.last_exit_price, gone.realized_pnl) == (250, D("8.5"))


@pytest.mark.parametrize(("last", "average"), [(98, 101), (80, 92)], ids=["delisted", "liquidated"])
def test_a_forced_end_is_an_exit_like_any_other(last: int, average: int) -> None:
    """4 at 100 with 10x, 2 out at 104; the rest is delisted at 98, or liquidated in a gap to 80."""
    made = World(venue(), perpetual(lot=D(1)), mode=Mode.ISOLATED)
    made.flat(100, MONEY, order(BUY, 4))
    made.flat(104, c.ClosePosition(symbol="BTC", quantity=D(2)))
    made.flat(last, c.StartIncident(kind=IncidentKind.DELISTING, symbol="BTC"))
    gone = only(made.of(e.PositionClosed))
    assert gone.closed_by == ("delisting" if last == 98 else "liquidation")
    assert (gone.quantity, gone.exit_price, gone.last_exit_price) == (4, average, last)
