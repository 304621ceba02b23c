"""Dividends and splits at the open of the ex-day: what a long receives, a short owes, and what a
split makes of quantities, prices, orders and stops."""

from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.lots import converted
from ledger.account.state import Cause, Lot, OrderType, Side, Target
from ledger.market.corporate import CorporateAction, Ratio
from ledger.market.rules.carry import Interest
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.practice.sessions.statement import figures
from tests.engine.audit import Audited
from tests.worlds import D, Row, broker, only, perpetual, stock, venue

FREE = Interest()


def order(side: Side, quantity: int, **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(
        symbol="ACME", side=side, quantity=D(quantity), leverage=more.pop("leverage", D(2)), **more
    )


def world(
    *commands: c.Command, price: int = 100, deposit: int = 10_000, book: Rulebook | None = None,
    listed: Any = None, mode: Mode | None = None,
) -> Audited:  # fmt: skip
    """A trader with 10,000 who does this on the first day, at a price that does not move."""
    made = Audited(book or broker(interest=FREE), listed or stock(), mode=mode)
    made.flat(price, c.Deposit(amount=D(deposit)), *commands)
    made.audit()
    return made


def ex_day(made: Audited, row: Row, *commands: c.Command, **action: Any) -> list[e.Event]:
    """The next day, at whose open the action takes effect."""
    taken = CorporateAction(symbol="ACME", at=made.market.time, **action)
    found = made.bar({"ACME": row}, *commands, actions=(taken,))
    made.audit()
    return found


def equity(made: Audited) -> Any:
    return figures(made.account, made.market, made.market.time).equity


def held(made: Audited) -> tuple[Any, Any]:
    position = made.account.position("ACME")
    assert position is not None
    return position.quantity, figures(made.account, made.market, 0).positions[0].entry_price


def resting(made: Audited, order_id: str = "") -> Any:
    orders = made.account.orders
    return orders[order_id] if order_id else only(orders.values())


def test_a_long_on_margin_receives_the_dividend_and_it_pays_the_loan() -> None:
    """150 shares at 100 on 10,000 of own money: 5,000 borrowed. 1.20 a share is 180 less owed."""
    made = world(order(Side.BUY, 150))
    assert made.account.main.loan.principal == 5000
    ex_day(made, (98, 98, 98, 98), dividend=D("1.20"))
    paid = only(made.of(e.DividendPaid))
    assert (paid.side, paid.quantity, paid.per_share, paid.amount) == (
        Side.BUY, 150, D("1.20"), D(180),
    )  # fmt: skip
    assert only(made.of(e.LoanRepaid)).amount == 180
    assert made.account.main.loan.principal == 4820
    assert made.account.totals.dividends == 180
    assert equity(made) == 150 * 98 - 4820  # 9,880: the fall of 300 less the dividend


def test_interest_to_the_ex_day_is_posted_before_the_dividend_repays() -> None:
    """5,000 for one day at 8 % on 360: 1.11 (and 1/9 of a cent). Of 180 the loan gets 178.89."""
    made = world(order(Side.BUY, 150), book=broker())
    ex_day(made, (98, 98, 98, 98), dividend=D("1.20"))
    repaid = only(made.of(e.LoanRepaid))
    assert (repaid.interest_part, repaid.principal_part) == (D("1.11"), D("178.89"))


def test_a_short_owes_the_dividend() -> None:
    """100 short at 50, 1 a share: 100 of the cash is gone, and it is a cost of the trade."""
    made = world(order(Side.SELL, 100), price=50)
    ex_day(made, (49, 49, 49, 49), dividend=D(1))
    paid = only(made.of(e.DividendPaid))
    assert (paid.side, paid.amount) == (Side.SELL, -100)
    assert equity(made) == 10_000  # what the fall brought the dividend took
    made.flat(49, c.ClosePosition(symbol="ACME"))
    made.audit()
    closed = only(made.of(e.PositionClosed))
    assert (closed.realized_pnl, closed.net_pnl) == (100, 0)


def test_a_short_s_dividend_draws_the_loan_where_cash_is_short() -> None:
    """All of 10,000 is bound in shares; 60 short of another at 50 owe 2 each: 120 are lent."""
    other = stock("OTHER")
    made = Audited(broker(interest=FREE), stock(), other)
    buy = c.PlaceOrder(symbol="OTHER", side=Side.BUY, quantity=D(100), leverage=D(2))
    made.bar(
        {"ACME": (50,) * 4, "OTHER": (100,) * 4}, c.Deposit(amount=D(10_000)), buy,
        order(Side.SELL, 60),
    )  # fmt: skip
    owed = made.account.main.loan.principal
    taken = CorporateAction(symbol="ACME", at=made.market.time, dividend=D(2))
    made.bar({"ACME": (48,) * 4, "OTHER": (100,) * 4}, actions=(taken,))
    made.audit()
    assert made.account.main.loan.principal == owed + 120


def test_a_dividend_belongs_to_its_trade_and_to_its_r() -> None:
    """100 at 100 with a stop at 95: 1 R is 500. 1.50 a share, sold at 98.50: nothing lost."""
    made = world(order(Side.BUY, 100, stop_loss=D(95)))
    ex_day(made, ("98.5",) * 4, dividend=D("1.50"))
    made.flat("98.5", c.ClosePosition(symbol="ACME"))
    made.audit()
    closed = only(made.of(e.PositionClosed))
    assert (closed.realized_pnl, closed.net_pnl, closed.r_multiple) == (-150, 0, 0)


def test_the_call_of_the_ex_day_is_judged_with_the_dividend() -> None:
    """200 at 100, 10,000 owed, 30 % to keep: without a dividend the call is at 71.43. At 70 with
    1 a share paid, 9,800 are owed and 30 % of 14,000 asked: 4,200 of equity, just enough."""
    made = world(order(Side.BUY, 200))
    assert not [x for x in ex_day(made, (70,) * 4, dividend=D(1))
                if isinstance(x, e.MarginCallIssued)]  # fmt: skip
    assert equity(made) == 4200
    other = world(order(Side.BUY, 200))
    other.flat(70)
    assert other.of(e.MarginCallIssued)


def test_who_buys_at_the_open_of_the_ex_day_gets_nothing() -> None:
    made = world()
    ex_day(made, (98,) * 4, order(Side.BUY, 10), dividend=D(1))
    assert not made.of(e.DividendPaid)


def test_a_limit_order_that_fills_at_the_ex_day_s_open_gets_nothing() -> None:
    made = world(order(Side.BUY, 10, order_type=OrderType.LIMIT, limit=D(99)))
    ex_day(made, (98,) * 4, dividend=D(1))
    assert made.of(e.OrderFilled)
    assert not made.of(e.DividendPaid)


@pytest.mark.parametrize("side", Side)
def test_a_split_at_the_adjusted_price_moves_no_money(side: Side) -> None:
    """20 at 900, three for one: 60 at 300, worth what they were and with nothing booked."""
    made = world(order(side, 20), price=900)
    before = equity(made), made.account.main, made.account.totals
    told = ex_day(made, (300,) * 4, split="3:1")
    split = only(x for x in told if isinstance(x, e.Split))
    assert (split.ratio, split.was, split.quantity, split.entry_price) == ("3:1", 20, 60, 300)
    assert held(made) == (60 * side.sign, 300)
    assert (equity(made), made.account.totals) == (before[0], before[2])
    assert made.account.main.cash == before[1].cash
    assert not made.of(e.CashInLieu)


def test_a_short_over_a_split_is_not_ruined_by_the_raw_price() -> None:
    """100 short at 900 on 100,000, 3:1, next open 310: 300 short lose 10 each, 3,000."""
    made = world(order(Side.SELL, 100), price=900, deposit=100_000)
    ex_day(made, (310,) * 4, split="3:1")
    assert held(made) == (-300, 300)
    assert equity(made) == 97_000


def test_a_reverse_split_pays_what_is_no_whole_share_in_cash() -> None:
    """105 at 2, 1:10: 10.5 at 20. At an open of 22 the half is paid out at 11.00, of which it had
    cost 10.00; ten are left at 20."""
    made = world(order(Side.BUY, 105), price=2)
    ex_day(made, (22,) * 4, split="1:10")
    assert (only(made.of(e.Split)).was, only(made.of(e.Split)).quantity) == (105, D("10.5"))
    paid = only(made.of(e.CashInLieu))
    assert (paid.side, paid.quantity, paid.price, paid.value, paid.realized_pnl) == (
        Side.SELL, D("0.5"), 22, 11, 1,
    )  # fmt: skip
    assert held(made) == (10, 20)
    assert equity(made) == 10_000 + 21  # 10.5 x (22 - 20)


def test_a_short_pays_for_the_fraction_that_it_can_no_longer_owe() -> None:
    """101 short at 30, 3:2: 151.5 at 20. Half a share at 21 costs 10.50, sold for 10: 0.50 lost."""
    made = world(order(Side.SELL, 101), price=30)
    ex_day(made, (21,) * 4, split="3:2")
    paid = only(made.of(e.CashInLieu))
    assert (paid.side, paid.quantity, paid.value, paid.realized_pnl) == (
        Side.BUY, D("0.5"), D("10.50"), D("-0.50"),
    )  # fmt: skip
    assert held(made) == (-151, 20)
    assert equity(made) == 10_000 - D("151.5")


def test_cash_in_lieu_is_worth_the_exact_fraction() -> None:
    """1 at 200, 1:6, next open 1,200.03: a sixth is 200.005, half up 200.01; of the eight decimals
    that the quantity has it would be 200.00. Nothing whole is left, and the trade is closed."""
    made = world(order(Side.BUY, 1, stop_loss=D(150)), price=200)
    ex_day(made, ("1200.03",) * 4, split="1:6")
    paid = only(made.of(e.CashInLieu))
    assert (paid.quantity, paid.value) == (D("0.16666666"), D("200.01"))  # 200.005, half up
    assert only(made.of(e.PositionClosed)).closed_by == "cash in lieu"
    assert made.account.position("ACME") is None
    assert not made.account.orders  # its stop went with it
    assert equity(made) == D("10000.01")


def test_lots_of_several_prices_keep_their_cost_over_a_split() -> None:
    """50 at 100 and 51 at 103, 4:3: 66.67 and 68 of the new; both lots at three quarters."""
    made = world(order(Side.BUY, 50))
    made.flat(103, order(Side.BUY, 51))
    ex_day(made, ("77.25",) * 4, split="4:3")  # 101 x 4/3 = 134 2/3: 2/3 are paid out
    position = made.account.position("ACME")
    assert position is not None
    assert position.quantity == 134
    assert only(made.of(e.CashInLieu)).value == D("51.50")  # 2/3 x 77.25
    made.flat("77.25", c.ClosePosition(symbol="ACME"))
    made.audit()
    assert only(made.of(e.PositionClosed)).realized_pnl == 150  # 50 x 3: as if there were no split
    assert equity(made) == 10_150


def test_resting_orders_are_told_in_new_shares_and_on_ticks() -> None:
    """3:1: a buy limit of 11 at 95.00 is 33 at 31.66 (down); a sell limit above is rounded up."""
    made = world(
        order(Side.BUY, 30),
        order(
            Side.BUY, 11, order_type=OrderType.LIMIT, limit=D(95), id="under",
            stop_loss=D(80), targets=(Target(D(110), D(1)),),
        ),
        order(Side.SELL, 7, order_type=OrderType.LIMIT, limit=D(130), id="over", reduce_only=True),
        order(Side.BUY, 5, order_type=OrderType.STOP, trigger=D(125), id="break"),
    )  # fmt: skip
    ex_day(made, ("33.33",) * 4, split="3:1")
    under, over, broke = (resting(made, name) for name in ("under", "over", "break"))
    assert (under.quantity, under.limit, under.stop_loss) == (33, D("31.66"), D("26.66"))
    assert under.targets == (Target(D("36.67"), D(1)),)
    assert (over.quantity, over.limit) == (21, D("43.34"))
    assert (broke.quantity, broke.trigger) == (15, D("41.67"))
    assert {x.order for x in made.of(e.OrderAdjusted)} == {"under", "over", "break"}


def test_a_stop_and_its_targets_cover_the_position_after_a_split() -> None:
    """102 with two targets of half each, 3:2: 153 shares; 76 and the rest of 77."""
    targets = (Target(D(120), D("0.5")), Target(D(130), D("0.5")))
    made = world(order(Side.BUY, 102, stop_loss=D(90), targets=targets))
    ex_day(made, ("66.67",) * 4, split="3:2")
    by_cause = {
        cause: [(o.quantity, o.level) for o in made.account.orders.values() if o.cause is cause]
        for cause in Cause
    }
    assert by_cause[Cause.STOP_LOSS] == [(153, 60)]
    assert by_cause[Cause.TAKE_PROFIT] == [(76, 80), (77, D("86.67"))]


def test_targets_cover_what_is_left_when_a_fraction_is_paid_out() -> None:
    """101 with halves of 50 and 51, 3:2: 151.5, of which 151 stay: 75 nearer, the rest farther."""
    targets = (Target(D(120), D("0.5")), Target(D(130), D("0.5")))
    made = world(order(Side.BUY, 101, stop_loss=D(90), targets=targets))
    ex_day(made, ("66.67",) * 4, split="3:2")
    assert {o.limit: o.quantity for o in made.account.orders.values() if o.limit} == {
        D(80): 75,
        D("86.67"): 76,
    }


def test_of_more_targets_than_lots_the_nearest_stay() -> None:
    """100 in four of 25 at 110 to 140, 1:50: two shares, one for each of the two nearest."""
    targets = tuple(Target(D(price), D("0.25")) for price in (110, 120, 130, 140))
    made = world(order(Side.BUY, 100, targets=targets))
    ex_day(made, (5000,) * 4, split="1:50")
    left = [(o.limit, o.quantity) for o in made.account.orders.values()]
    assert left == [(5500, 1), (6000, 1)]


def test_a_stop_is_not_hit_by_the_split_itself_and_is_hit_at_its_new_price() -> None:
    """A stop at 90 is one at 22.50 after 4:1: not met at 25, met at 22."""
    made = world(order(Side.BUY, 50, stop_loss=D(90)))
    assert not [x for x in ex_day(made, (25,) * 4, split="4:1") if isinstance(x, e.StoppedOut)]
    made.bar({"ACME": (25, 25, 22, 22)})
    made.audit()
    stopped = only(made.of(e.StoppedOut))
    assert (stopped.quantity, stopped.price) == (200, D("22.50"))
    closed = only(made.of(e.PositionClosed))
    # 200 x 2.50 lost of 500 at stake; it never was further against it than the stop
    assert (closed.realized_pnl, closed.r_multiple, closed.quantity) == (-500, -1, 200)


def test_a_trailing_stop_follows_at_its_new_distance() -> None:
    """A trail of 10 from 100 is at 90; after 4:1 at 22.50, 2.50 behind. At 27 it is at 24.50."""
    made = world(order(Side.BUY, 40, trail=D(10)))
    ex_day(made, (25,) * 4, split="4:1")
    stop = resting(made)
    assert (stop.quantity, stop.trigger, stop.trail) == (160, D("22.50"), D("2.50"))
    made.flat(27)
    made.audit()
    assert resting(made).trigger == D("24.50")


def test_an_order_that_is_less_than_a_lot_after_a_reverse_split_ends() -> None:
    made = world(order(Side.BUY, 5, order_type=OrderType.LIMIT, limit=D(95)))
    ex_day(made, (1000,) * 4, split="1:10")
    assert only(made.of(e.OrderCancelled)).reason == "less than one lot after the split 1:10"


def test_a_contract_in_an_isolated_pocket_keeps_margin_equity_and_its_wall() -> None:
    """2 at 900, 10x: 180 behind it. 3:1 makes 6 at 300; at 290, 60 are lost, as 30 a unit were."""
    made = Audited(venue(), perpetual("ACME"), mode=Mode.ISOLATED)
    buy = order(Side.BUY, 2, leverage=D(10), mode=Mode.ISOLATED)
    made.flat(900, c.Deposit(amount=D(1000)), buy)
    ex_day(made, (290, 290, 290, 290), split="3:1")
    position = made.account.position("ACME")
    assert position is not None
    assert (position.quantity, position.leverage) == (6, 10)
    assert made.account.pockets[position.pocket].cash == 180
    assert equity(made) == 940


def test_a_dividend_of_an_isolated_contract_stays_behind_its_wall() -> None:
    """A short of 2 owes 0.50 each out of its own 180; the wallet is as it was."""
    made = Audited(venue(), perpetual("ACME"), mode=Mode.ISOLATED)
    sell = order(Side.SELL, 2, leverage=D(10), mode=Mode.ISOLATED)
    made.flat(900, c.Deposit(amount=D(1000)), sell)
    wallet = made.account.main.cash
    ex_day(made, ("899.5",) * 4, dividend=D("0.50"))
    position = made.account.position("ACME")
    assert position is not None
    assert made.account.pockets[position.pocket].cash == 179
    assert made.account.main.cash == wallet
    assert equity(made) == 1000


def test_a_dividend_on_the_day_of_a_split_is_of_the_new_shares() -> None:
    made = world(order(Side.BUY, 50))
    taken = (
        CorporateAction(symbol="ACME", at=made.market.time, dividend=D("0.10")),
        CorporateAction(symbol="ACME", at=made.market.time, split="2:1"),
    )
    made.bar({"ACME": (50,) * 4}, actions=taken)
    made.audit()
    assert only(made.of(e.DividendPaid)).amount == 10


def test_where_nothing_is_held_or_ordered_nothing_is_told() -> None:
    made = world()
    assert not ex_day(made, (25,) * 4, split="4:1")


def test_a_split_with_the_price_where_it_belongs_raises_no_call_and_sells_nothing() -> None:
    """200 at 100, half owed: 66 2/3 % to the call before and after 10:1."""
    made = world(order(Side.BUY, 200))
    ex_day(made, (10,) * 4, split="10:1")
    assert not made.of(e.MarginCallIssued)
    assert not made.of(e.ForceSold)
    made.flat("7.14")  # 2,000 x 7.14 - 10,000 = 4,280 < 30 % of 14,280: called, as at 71.40
    made.audit()
    assert made.of(e.MarginCallIssued)


@pytest.mark.parametrize("text", ["4", "4:0", "0:1", "a:b", "4-1", "1.5:1", ""])
def test_what_is_no_ratio_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a ratio"):
        Ratio.of(text)


def test_a_resting_sale_keeps_its_stop_on_its_side_through_a_split() -> None:
    """Sold short at 110 with a stop at 120, two for one: at 55, with the stop at 60."""
    command = order(
        Side.SELL, 10, order_type=OrderType.LIMIT, limit=D(110), stop_loss=D(120), leverage=D(1)
    )
    made = world(command)
    ex_day(made, (50, 50, 50, 50), split="2:1")
    assert (resting(made).limit, resting(made).stop_loss, resting(made).quantity) == (55, 60, 20)


def test_a_dividend_of_less_than_a_dollar_that_a_short_owes_is_borrowed_too() -> None:
    """All cash of the trader's is in the other stock: half a cent on 100 shares is drawn."""
    made = Audited(broker(interest=FREE), stock(), stock("OTHER"))
    rows = {"ACME": (100,) * 4, "OTHER": (100,) * 4}
    other = c.PlaceOrder(symbol="OTHER", side=Side.BUY, quantity=D(200))
    made.bar(rows, c.Deposit(amount=D(20_000)), other, order(Side.SELL, 100))
    taken = CorporateAction(symbol="ACME", at=made.market.time, dividend=D("0.005"))
    made.bar(rows, actions=(taken,))
    assert only(made.of(e.DividendPaid)).amount == D("-0.50")
    assert only(made.of(e.LoanDrawn)).amount == D("0.50")


def test_the_last_lot_of_a_split_takes_what_is_left_of_the_whole() -> None:
    """One for two of 1 and 2 shares is 1.5; with the half share paid out 0.5 and 0.5 are left, at
    prices that keep the value of each lot: 100 x 1 / 0.5 and 100 x 2 / 0.5."""
    lots = tuple(Lot(quantity=D(n), price=D(100), cost=D(100 * n)) for n in (1, 2))
    made = converted(lots, Ratio(1, 2), D(1))
    assert [(lot.quantity, lot.price) for lot in made] == [(D("0.5"), 200), (D("0.5"), 400)]


def test_a_split_leaves_the_orders_of_other_symbols_alone() -> None:
    made = Audited(broker(interest=FREE), stock("AAA"), stock())
    rows = {"AAA": (100,) * 4, "ACME": (100,) * 4}
    other = c.PlaceOrder(
        symbol="AAA", side=Side.BUY, quantity=D(10), order_type=OrderType.LIMIT, limit=D(90)
    )
    made.bar(rows, c.Deposit(amount=D(10_000)), other, order(Side.BUY, 10))
    taken = CorporateAction(symbol="ACME", at=made.market.time, split="2:1")
    made.bar({"AAA": (100,) * 4, "ACME": (50,) * 4}, actions=(taken,))
    assert (resting(made).limit, resting(made).quantity) == (90, 10)
