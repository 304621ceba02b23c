"""R, excursions and shares of costs against published worked examples.

Each test names where its figures were published. The trades are played by the engine, and where a
fee was given as a sum of money, built from events.
"""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Cause, FeeKind
from ledger.account.events import kinds as e
from ledger.account.incident import IncidentKind
from ledger.account.order import OrderType, Target
from ledger.account.state import Convention, Side
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import Mode
from ledger.reports.trades.r_multiple import NoR
from ledger.reports.trades.round_trip import trades_of
from ledger.reports.trades.trade import Trade
from ledger.times import HOUR
from tests.reports.trades.played import buy, close, coin, opened, order, sell, the_trade
from tests.worlds import D, World, perpetual, venue

ONE_HALF = Decimal("0.5")


def closed_at(entry: str, stop: str, leave: str) -> Trade:
    """One unit, closed at a price; where that is beyond the stop, by the stop."""
    world = coin(price=entry)
    world.flat(entry, buy(1, stop=stop))
    world.flat(leave, *[close()] * (D(leave) > D(stop)))
    return the_trade(world)


@pytest.mark.parametrize(
    ("leave", "r"),
    [
        ("80", "4"),  # +40 at a risk of 10
        ("25", "-1.5"),  # -15: the price gapped over the stop
        ("140", "10"),  # +100
    ],
)
def test_a_result_in_r_is_its_multiple_of_the_risk_to_the_first_stop(leave: str, r: str) -> None:
    """Van Tharp's example, as actionforex.com tells it: entry 40, stop 30."""
    assert closed_at("40", "30", leave).r == D(r)


def test_a_loss_of_half_the_risk_is_minus_half_an_r() -> None:
    """howtobuystocks.com (2013): entry 40, a stop of 10 % makes 1 R = 4; a loss of 2."""
    trade = closed_at("40", "36", "38")
    assert (trade.risk.r0, trade.r) == (4, D("-0.5"))


def test_each_part_that_is_sold_has_its_r_and_the_whole_has_one() -> None:
    """tradetally issue 273: 12 at 6000, stop 5992.50, sold 3, 2, 1 and 6."""
    world = coin(deposit=1_000_000, price="6000")
    world.flat("6000", buy(12, stop="5992.5"))
    for price, size in (("6007", 3), ("6017", 2), ("6050", 1), ("6000.25", 6)):
        world.flat(price, close(size))
    trade = the_trade(world)
    parts = [fill.r for fill in trade.fills if not fill.opens]
    # 7, 17, 50 and 0.25 over 7.50
    assert parts == [D("0.93333333"), D("2.26666667"), D("6.66666667"), D("0.03333333")]
    assert trade.gross == D("106.5")  # 21 + 34 + 50 + 1.50
    assert trade.r == D("1.18333333")  # over 12 x 7.50 = 90


def scaled_out(*rows: tuple[int, int, int, int]) -> Trade:
    world = coin(price=100)
    halves = (Target(D(110), ONE_HALF), Target(D(130), ONE_HALF))
    world.flat(100, buy(2, stop=90, targets=halves))
    for number, row in enumerate(rows):
        world.bar({"BTC": row}, *[c.MoveStop(symbol="BTC", price=D(100))] * (number > 0))
    return the_trade(world)


def test_half_sold_at_one_r_and_half_at_three_makes_two_r() -> None:
    """trdinvest.com, partial closes: of a hundred trades 30 reach both targets, 30 the first and
    then break even, and 40 are stopped out."""
    both = scaled_out((100, 130, 100, 130))
    first = scaled_out((100, 110, 100, 110), (110, 110, 95, 95))
    none = scaled_out((100, 100, 85, 85))
    assert (both.r, first.r, none.r) == (2, D("0.5"), -1)
    assert both.r is not None
    assert first.r is not None
    assert none.r is not None
    assert (30 * both.r + 30 * first.r + 40 * none.r) / 100 == D("0.35")


def scaled_in() -> World:
    world = coin(price=100)
    world.flat(100, buy(1, stop=90))
    world.flat(110, buy(1))
    world.flat(120, buy(1))
    return world


def test_adding_to_a_winner_never_changes_the_first_r() -> None:
    """marblelab.com, scaling in: equal units at 0, 1 and 2 ATR, a stop of 1 ATR, a move of 9 ATR:
    9 + 8 + 7 = 24 R of the first unit, 8 for each unit. Here one ATR is 10."""
    world = scaled_in()
    world.flat(190, close())
    trade = the_trade(world)
    assert (trade.risk.r0, trade.r) == (10, 24)
    assert trade.r is not None
    assert trade.r / 3 == 8


def test_what_is_added_is_stopped_out_at_the_first_stop_with_all_its_risk() -> None:
    """The same, stopped at the first stop: 1 + 2 + 3 = -6 R, at an average entry of 1 ATR."""
    world = scaled_in()
    world.bar({"BTC": (100, 100, 90, 90)})
    trade = the_trade(world)
    assert trade.entry_price == 110
    assert trade.r == -6
    assert [fill.risk_added_r for fill in trade.fills if fill.opens] == [None, 2, 3]
    assert trade.risk.added_r == 5
    assert (trade.risk.peak, trade.r_on_peak) == (60, -1)  # 10 + 20 + 30 were at stake at the most


def test_the_excursions_of_a_short_are_told_in_money() -> None:
    """TraderSync, 28 May 2024: 100 short at 12.90, worst 13.63, best 12.70, out at 13.13. The
    excursion against it, 100 x 0.73, follows from the published prices."""
    world = coin(price="12.90")
    world.flat("12.90", sell(100))
    world.bar({"BTC": ("12.90", "13.63", "12.70", "13")})
    world.flat("13.13", close())
    trade = the_trade(world)
    assert trade.net == -23
    assert (trade.excursion.best, trade.excursion.worst) == (20, -73)
    entry = trade.entry_price
    assert trade.excursion.mfe(entry, trade.side) == D("0.2")
    assert trade.excursion.mae(entry, trade.side) == D("0.73")
    assert (trade.r, trade.mae_r, trade.risk.no_r) == (None, None, NoR.NO_STOP)


def test_the_adverse_excursion_of_a_winner_is_its_heat_in_r() -> None:
    """A thread on sierrachart.com that quotes Optimus Futures: entry 100, low 94, stop 90: 0.60 R.
    (Its text says 10; 100 - 94 is 6.)"""
    world = coin(price=100)
    world.flat(100, buy(1, stop=90))
    world.bar({"BTC": (100, 105, 94, 105)})
    world.flat(105, close())
    trade = the_trade(world)
    assert (trade.mae_r, trade.excursion.worst) == (D("0.6"), -6)
    assert trade.excursion.mae(trade.entry_price, trade.side) == 6


def test_fees_of_getting_in_are_shared_by_the_quantity_closed() -> None:
    """tradr, pull request 27: 60 of 150 are sold for a gross of 500; the fees of getting in were
    2.00, that of getting out 1.00: 2 x 60 / 150 = 0.80, and 500 - 0.80 - 1 = 498.20."""
    trade = the_trade_of(
        [
            placed("#1", Side.BUY, "150"),
            filled("#1", Side.BUY, "150"),
            fee("2.00"),
            standing(e.PositionOpened, "150"),
            placed("#2", Side.SELL, "60"),
            filled("#2", Side.SELL, "60", made="500"),
            fee("1.00"),
            standing(e.PositionChanged, "90"),
        ]
    )
    sold = trade.fills[-1]
    assert (sold.entry_costs, sold.costs, sold.net) == (D("0.80"), 1, D("498.20"))


def the_trade_of(events: list[e.Event]) -> Trade:
    world = World(venue(), perpetual())
    (trade,) = trades_of([opened(world), *events])
    return trade


def placed(name: str, side: Side, quantity: str) -> e.OrderPlaced:
    return e.OrderPlaced(
        at=1,
        order=name,
        symbol="BTC",
        side=side,
        order_type=OrderType.MARKET,
        quantity=D(quantity),
        leverage=D(1),
        mode=Mode.CROSS,
    )


def filled(name: str, side: Side, quantity: str, made: str = "0") -> e.OrderFilled:
    return e.OrderFilled(
        at=1,
        pocket="main",
        symbol="BTC",
        side=side,
        quantity=D(quantity),
        price=D(100),
        value=D(quantity) * 100,
        realized_pnl=D(made),
        order=name,
        order_type=OrderType.MARKET,
        cause=Cause.TRADER,
        fee=D(0),
        slippage=D(0),
        convention=Convention.WORST,
        leverage=D(1),
    )


def fee(amount: str) -> e.FeeCharged:
    return e.FeeCharged(
        at=1, pocket="main", position="main", kind=FeeKind.TRADE, amount=D(amount), symbol="BTC"
    )


def standing(kind: type[e.PositionStanding], quantity: str) -> e.PositionStanding:
    return kind(
        at=1,
        pocket="main",
        symbol="BTC",
        side=Side.BUY,
        quantity=D(quantity),
        entry_price=D(100),
        leverage=D(1),
        margin=D(0),
        mode=Mode.CROSS,
    )


# what our own rules add to the published ones


def test_r0_has_the_fees_of_getting_in_and_out() -> None:
    world = coin(price=100, taker_fee=D("0.001"))
    world.flat(100, buy(10, stop=90))
    world.bar({"BTC": (100, 100, 90, 90)})
    trade = the_trade(world)
    # 10 x 10 + 0.1 % of 1,000 and of 900; stopped out at the stop, exactly that is lost
    assert (trade.risk.r0, trade.net, trade.r) == (D("101.9"), D("-101.9"), -1)
    assert trade.costs.trade_fees == D("1.9")


def test_r0_is_for_the_planned_quantity_where_only_part_of_it_was_filled() -> None:
    world = coin(price=100)
    thin = c.StartIncident(kind=IncidentKind.PARTIAL_FILLS, lasts=HOUR, share=D("0.5"))
    world.flat(100, thin, buy(10, stop=90))
    world.bar({"BTC": (100, 100, 90, 90)})
    trade = the_trade(world)
    assert (trade.quantity, trade.risk.quantity) == (5, 10)
    assert (trade.risk.r0, trade.net) == (100, -50)  # 10 x 10 were planned, 5 x 10 lost
    assert trade.r == D("-0.5")
    assert trade.r_on_peak == -1


def test_the_first_stop_is_r_whatever_became_of_it() -> None:
    world = coin(price=100)
    world.flat(100, buy(1, stop=90))
    world.flat(100, c.MoveStop(symbol="BTC", price=D(50)))
    world.flat(60, close())
    trade = the_trade(world)
    assert (trade.risk.r0, trade.r) == (10, -4)
    assert (trade.risk.peak, trade.r_on_peak) == (50, D("-0.8"))


def test_without_a_stop_at_entry_there_is_no_r_even_if_one_is_set_later() -> None:
    world = coin(price=100)
    world.flat(100, buy(1))
    world.flat(105, c.MoveStop(symbol="BTC", price=D(100)))
    world.flat(120, close())
    trade = the_trade(world)
    assert (trade.r, trade.mfe_r, trade.give_back_r) == (None, None, None)
    assert (trade.risk.no_r, trade.risk.no_peak) == (NoR.NO_STOP, NoR.NO_STOP)
    assert trade.excursion.best == 20


def test_risk_without_a_limit_has_no_peak() -> None:
    world = coin(price=100)
    world.flat(100, buy(1, stop=90))
    world.flat(100, c.RemoveStop(symbol="BTC"))
    world.flat(110, close())
    trade = the_trade(world)
    assert trade.r == 1
    assert (trade.r_on_peak, trade.risk.no_peak) == (None, NoR.UNPROTECTED)


def test_what_was_given_back_is_a_share_only_of_half_an_r_or_more() -> None:
    def trade(high: str, out: str) -> Trade:
        world = coin(price=100)
        world.flat(100, buy(1, stop=90))
        world.bar({"BTC": ("100", high, "100", high)})
        world.flat(out, close())
        return the_trade(world)

    far = trade("120", "105")
    assert (far.mfe_r, far.give_back_r, far.share_given_back) == (2, D("1.5"), D("0.75"))
    near = trade("104", "101")
    assert (near.give_back_r, near.share_given_back) == (D("0.3"), None)


def test_a_result_within_its_own_costs_is_neither_a_win_nor_a_loss() -> None:
    def trade(out: str) -> Trade:
        world = coin(price=100, taker_fee=D("0.001"))
        world.flat(100, buy(10, stop=90))
        world.flat(out, close())
        return the_trade(world)

    # fees: 1 in and about 1 out; 10 x 0.30 less two is one, 10 x 0.50 less two is three
    scratch, win, loss = trade("100.30"), trade("100.50"), trade("99.50")
    assert (scratch.is_scratch, scratch.is_win, scratch.is_loss) == (True, False, False)
    assert (win.is_scratch, win.is_win, win.is_loss) == (False, True, False)
    assert (loss.is_scratch, loss.is_win, loss.is_loss) == (False, False, True)


def test_an_inverse_contract_risks_coins() -> None:
    listed = perpetual(kind=Kind.INVERSE, lot=D(1), currency="BTC")
    world = World(venue(currency="BTC"), listed, mode=Mode.CROSS)
    world.flat(10_000, c.Deposit(amount=D(1)))
    world.flat(10_000, buy(100, stop=8_000))
    world.flat(12_500, close())
    trade = the_trade(world)
    # 100 / 8,000 - 100 / 10,000 = 0.0025; 100 / 10,000 - 100 / 12,500 = 0.0020
    assert (trade.risk.r0, trade.net, trade.r) == (D("0.0025"), D("0.002"), D("0.8"))
    assert (trade.entry_price, trade.exit_price) == (10_000, 12_500)


def test_a_stop_on_another_order_is_the_plan_s_of_that_order() -> None:
    """What is added with a stop of its own moves the position's; R stays the first order's."""
    world = coin(price=100)
    world.flat(100, buy(1, stop=90, reason="the first"))
    world.flat(110, order(Side.BUY, 1, 105, reason="the second"))
    world.bar({"BTC": (110, 110, 105, 105)})
    trade = the_trade(world)
    assert (trade.plan.stop, trade.plan.reason) == (90, "the first")
    assert [(plan.stop, plan.reason) for plan in trade.later_plans] == [(105, "the second")]
    # the second risks 5 at its stop, half of R0; together they made 5 - 5
    assert (trade.risk.r0, trade.risk.added_r, trade.r) == (10, D("0.5"), 0)
