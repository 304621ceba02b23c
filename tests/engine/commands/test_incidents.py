"""The incident deck: what each kind changes, for how long, and what stays the trader's."""

from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.state import OrderType, Side, Target
from ledger.books.entries import balances, disagreements, legs_of
from ledger.market.rules.rulebook import Mode
from tests.engine.audit import Audited
from tests.worlds import DAY, T0, World, broker, only, perpetual, stock, venue

D = Decimal
HOUR = 3600


def contract(**changes: object) -> World:
    """10,000 in the wallet, a perpetual at 100, one bar an hour."""
    listed = perpetual("BTC", tick=D("0.01"))
    made = World(venue(**changes), listed, mode=Mode.CROSS, interval=HOUR)
    made.flat(100, c.Deposit(amount=D(10_000)))
    return made


def buy(quantity: int, **more: object) -> c.PlaceOrder:
    given = {"symbol": "BTC", "side": Side.BUY, "quantity": D(quantity), "leverage": D(5), **more}
    return c.PlaceOrder(**given)  # type: ignore[arg-type]


def strike(kind: IncidentKind, hours: int = 0, **more: object) -> c.StartIncident:
    return c.StartIncident(kind=kind, lasts=hours * HOUR, **more)  # type: ignore[arg-type]


def test_while_the_venue_is_down_orders_bounce_and_stops_do_not_act() -> None:
    made = contract()
    made.flat(100, buy(10, stop_loss=D(90)))
    made.flat(100, strike(IncidentKind.OUTAGE, 2), buy(1))
    assert only(made.of(e.OrderRefused)).reason == "the venue is down: it takes no orders"
    made.bar({"BTC": (95, 95, 80, 85)})
    assert not made.of(e.StoppedOut)


def test_a_stop_that_survived_the_outage_fills_at_the_first_price_after_it() -> None:
    made = contract()
    made.flat(100, buy(10, stop_loss=D(90)))
    made.flat(100, strike(IncidentKind.OUTAGE, 2))
    made.flat(80)
    made.flat(85)
    assert only(made.of(e.IncidentEnded)).kind is IncidentKind.OUTAGE
    assert only(made.of(e.StoppedOut)).price == 85


def test_a_stop_that_dies_with_the_venue_leaves_the_position_bare() -> None:
    made = contract()
    made.flat(100, buy(10, stop_loss=D(90)))
    made.flat(100, strike(IncidentKind.OUTAGE, 1, stops=StopsThere.DIE))
    made.flat(85)
    assert not made.of(e.StoppedOut)
    assert only(made.of(e.OrderCancelled)).reason == "lost when the venue went down"


def test_a_liquidation_too_waits_until_the_venue_is_back() -> None:
    made = contract()
    made.flat(100, buy(400))
    made.flat(100, strike(IncidentKind.OUTAGE, 2))
    made.flat(60)
    assert not made.of(e.Liquidated)
    made.flat(70)
    assert only(made.of(e.Liquidated)).price == 70


def test_frozen_withdrawals_keep_the_money_inside_until_they_thaw() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.WITHDRAWAL_FREEZE, 1), c.Withdraw(amount=D(10)))
    assert only(made.of(e.ActionRefused)).reason == "withdrawals are frozen"
    made.flat(100, c.Withdraw(amount=D(10)))
    assert only(made.of(e.Withdrawn)).amount == 10


@pytest.mark.parametrize("kind", [IncidentKind.HACK, IncidentKind.INSOLVENCY])
def test_a_haircut_takes_its_share_of_the_wallet_and_is_in_the_books(kind: IncidentKind) -> None:
    made = contract()
    start = World(venue(), perpetual("BTC", tick=D("0.01")), mode=Mode.CROSS).account
    made.flat(100, strike(kind, share=D("0.3")))
    assert made.account.main.cash == 7_000
    account, legs = start, []
    for event in made.events:
        legs += legs_of(account, event)
        account = apply(account, event)
    assert disagreements(made.account, balances(legs)) == ()


def test_a_maintenance_hike_overnight_brings_the_call() -> None:
    made = World(broker(), stock(), interval=DAY)
    order = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2))
    made.flat("100", c.Deposit(amount=D(10_000)), order)
    made.flat("75")  # equity 5,000 of 15,000: a third
    assert not made.of(e.MarginCallIssued)
    made.flat("75", strike(IncidentKind.MAINTENANCE_HIKE, figure=D("0.4")))
    assert only(made.of(e.IncidentStarted)).rules == {"maintenance_margin": "0.4"}
    assert only(made.of(e.RulesChanged)).cause == "maintenance_hike"
    assert made.of(e.MarginCallIssued)


def test_a_delisted_instrument_is_closed_and_gone() -> None:
    made = contract()
    made.flat(100, buy(10), buy(1, order_type=OrderType.LIMIT, limit=D(90)))
    made.flat(110, strike(IncidentKind.DELISTING, symbol="BTC"), buy(1))
    closed = only(made.of(e.VenueClosed))
    assert (closed.quantity, closed.price, closed.realized_pnl) == (10, 110, 100)
    assert only(made.of(e.PositionClosed)).closed_by == "delisting"
    assert not made.account.orders
    assert only(made.of(e.OrderRefused)).reason == "BTC is delisted"


def test_auto_deleveraging_closes_a_share_of_a_winner_and_spares_losers() -> None:
    made = contract()
    made.flat(100, buy(10))
    made.flat(90, strike(IncidentKind.AUTO_DELEVERAGING, share=D("0.5")))
    assert not made.of(e.VenueClosed)
    made.flat(120, strike(IncidentKind.AUTO_DELEVERAGING, share=D("0.5")))
    closed = only(made.of(e.VenueClosed))
    assert (closed.quantity, closed.realized_pnl) == (5, 100)
    assert made.account.positions()[0].quantity == 5


def test_a_sure_rejection_rejects_and_none_is_left_when_it_is_over() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.ORDER_REJECTS, 1, share=D(1)), buy(1))
    assert "overloaded" in only(made.of(e.OrderRefused)).reason
    made.flat(100, buy(1))
    assert len(made.of(e.OrderFilled)) == 1


def test_half_of_many_orders_is_rejected_and_the_same_ones_each_time() -> None:
    def refused(seed: int) -> list[str]:
        made = contract()
        orders = [buy(1) for _ in range(200)]
        made.flat(100, strike(IncidentKind.ORDER_REJECTS, 1, share=D("0.5"), seed=seed), *orders)
        return [event.order for event in made.of(e.OrderRefused) if "overloaded" in event.reason]

    assert refused(1) == refused(1) != refused(2)
    assert 70 < len(refused(1)) < 130  # 100, give or take four standard deviations of 7


def test_a_late_order_fills_at_the_price_of_its_arrival() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.LATENCY, 5, seconds=HOUR), buy(1))
    assert not made.of(e.OrderFilled)
    made.flat(104)
    assert only(made.of(e.OrderFilled)).price == 104


def test_in_a_thin_book_an_order_fills_in_part_and_the_rest_is_gone() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.PARTIAL_FILLS, 5, share=D("0.3")), buy(10))
    assert only(made.of(e.OrderFilled)).quantity == 3
    assert only(made.of(e.OrderCancelled)).reason == "filled in part: nobody takes the rest"


def test_a_wide_spread_costs_half_of_it_on_the_way_in() -> None:
    made = contract()
    row = (100, 120, 80, 100)
    made.bar({"BTC": row}, strike(IncidentKind.SPREAD_WIDENING, 5, share=D("0.04")), buy(10))
    filled = only(made.of(e.OrderFilled))
    assert (filled.price, filled.slippage) == (102, 2)


def test_a_short_outage_within_a_long_one_does_not_end_it() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.OUTAGE, 4))
    made.flat(100, strike(IncidentKind.OUTAGE, 1))
    made.flat(100, buy(1))  # the short one is over, the long one is not
    assert len(made.of(e.IncidentEnded)) == 1
    assert only(made.of(e.OrderRefused)).reason == "the venue is down: it takes no orders"
    made.flat(100)
    made.flat(100, buy(1))
    assert len(made.of(e.IncidentEnded)) == 2
    assert len(made.of(e.OrderFilled)) == 1


def test_an_outage_that_ends_inside_a_bar_is_over_at_the_next_open() -> None:
    made = World(venue(), perpetual("BTC"), mode=Mode.CROSS, interval=DAY)
    made.flat(100, c.Deposit(amount=D(10_000)), strike(IncidentKind.OUTAGE, 5))
    made.flat(100, buy(1))
    assert only(made.of(e.IncidentEnded)).at == T0 + DAY
    assert only(made.of(e.OrderFilled)).quantity == 1


def test_of_two_thin_books_the_thinner_one_counts_while_both_last() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.PARTIAL_FILLS, 4, share=D("0.2")))
    made.flat(100, strike(IncidentKind.PARTIAL_FILLS, 4, share=D("0.5")), buy(10))
    assert only(made.of(e.OrderFilled)).quantity == 2


@pytest.mark.parametrize(
    ("kind", "more"),
    [(IncidentKind.LATENCY, {"seconds": HOUR}), (IncidentKind.PARTIAL_FILLS, {"share": D("0.5")})],
)
def test_a_reversal_that_fills_late_or_in_part_is_asked_for_what_it_opens(
    kind: IncidentKind, more: dict[str, object]
) -> None:
    """10 are held: of 30 sold 10 close and 20 open, an hour later; of the half that finds a
    counterparty, 15, 10 close and 5 open."""
    made = contract()
    made.flat(100, buy(10))
    made.flat(100, strike(kind, 5, **more), buy(30, side=Side.SELL))
    made.flat(100)
    assert not made.of(e.OrderRefused)
    assert made.account.positions()[0].quantity == (-20 if kind is IncidentKind.LATENCY else -5)


def test_an_order_that_rests_there_before_the_latency_is_not_late() -> None:
    made = contract()
    made.flat(100, buy(1, order_type=OrderType.LIMIT, limit=D(90)))
    made.flat(100, strike(IncidentKind.LATENCY, 9, seconds=4 * HOUR))
    made.flat(85)
    assert only(made.of(e.OrderFilled)).price == 85


def test_a_limit_that_takes_pays_half_the_wide_spread_too_but_no_more_than_its_limit() -> None:
    made = contract()
    wide = strike(IncidentKind.SPREAD_WIDENING, 5, share=D("0.04"))
    orders = [buy(1, order_type=OrderType.LIMIT, limit=D(limit)) for limit in (110, 101, 100)]
    made.bar({"BTC": (100, 120, 80, 100)}, wide, *orders)
    assert [filled.price for filled in made.of(e.OrderFilled)] == [102, 101, 100]


def test_a_liquidation_takes_and_pays_half_the_wide_spread() -> None:
    made = contract()
    made.flat(100, buy(400), strike(IncidentKind.SPREAD_WIDENING, 5, share=D("0.04")))
    made.flat(60)  # a gap: nothing traded below 60
    assert only(made.of(e.Liquidated)).price == 60
    made = contract()
    made.flat(100, buy(400), strike(IncidentKind.SPREAD_WIDENING, 5, share=D("0.04")))
    made.bar({"BTC": (100, 100, 60, 65)})
    # 10,000 + 400 (P - 100) = 0.005 x 400 P at 75.376: the first tick is 75.37, less 2 % 73.86
    assert only(made.of(e.Liquidated)).price == D("73.86")


def test_while_the_venue_is_down_no_margin_is_moved_there_and_no_loan_drawn() -> None:
    made = contract()
    made.flat(100, buy(10, mode=Mode.ISOLATED))
    moves = [kind(symbol="BTC", amount=D(10)) for kind in (c.AddMargin, c.RemoveMargin)]
    made.flat(100, strike(IncidentKind.OUTAGE, 2), *moves)
    lent = World(broker(auto_repay=False), stock(), interval=DAY)
    lent.flat("100", c.Deposit(amount=D(10_000)), c.Borrow(amount=D(100)))
    lent.flat("100", strike(IncidentKind.OUTAGE, 24), c.Borrow(amount=D(1)), c.Repay(amount=D(1)))
    refused = [event.reason for event in (*made.of(e.ActionRefused), *lent.of(e.ActionRefused))]
    assert refused == ["the venue is down: it takes no orders"] * 4


def test_a_haircut_takes_its_share_of_isolated_margin_too() -> None:
    made = contract()
    made.flat(100, buy(100, mode=Mode.ISOLATED))  # 2,000 of the 10,000 stand behind it
    made.flat(100, strike(IncidentKind.HACK, share=D("0.5")))
    cash = [pocket.cash for pocket in made.account.pockets.values()]
    assert cash == [4_000, 1_000]


def test_a_haircut_that_leaves_too_little_behind_the_wall_liquidates_there_and_then() -> None:
    made = contract()
    made.flat(100, buy(100, mode=Mode.ISOLATED, leverage=D(100)))  # 100, of which 50 must stay
    made.flat(100, strike(IncidentKind.HACK, share=D("0.6")))
    assert only(made.of(e.Liquidated)).quantity == 100


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_a_haircut_is_of_what_is_the_traders_own_not_of_lent_money_or_what_a_short_brought(
    side: Side,
) -> None:
    made = World(broker(auto_repay=False), stock(), interval=DAY)
    made.flat("100", c.Deposit(amount=D(10_000)))
    if side is Side.BUY:
        made.flat("100", c.Borrow(amount=D(8_000)))  # cash 18,000, owed 8,000
    else:
        sale = c.PlaceOrder(symbol="ACME", side=side, quantity=D(100), leverage=D(2))
        made.flat("100", sale)  # cash 20,000, to be bought back for 10,000
    made.flat("100", strike(IncidentKind.INSOLVENCY, share=D("0.5")))
    loss = only(x for x in made.of(e.FeeCharged) if x.kind == "insolvency")
    interest = sum((x.amount for x in made.of(e.InterestAccrued) if x.at <= loss.at), D(0))
    assert loss.amount == ((10_000 - interest) / 2).quantize(D("0.01"), "ROUND_HALF_UP")


def test_delisting_what_was_called_ends_the_call_there_and_then() -> None:
    made = World(broker(), stock(), interval=DAY)
    order = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2))
    made.flat("100", c.Deposit(amount=D(10_000)), order)
    made.flat("71")  # equity 4,198 of 14,200 is less than 30 %
    delisted = strike(IncidentKind.DELISTING, symbol="ACME")
    made.flat("71", delisted, c.AnswerCall(answer=Answer.HEDGE))
    assert only(made.of(e.MarginCallMet)).by == "delisting"
    assert only(made.of(e.ActionRefused)).reason == "no margin call is open"


@pytest.mark.parametrize(
    ("kind", "figure", "reason"),
    [
        (IncidentKind.LEVERAGE_CUT, "200", "max_leverage is 125; allowed: less than that"),
        (IncidentKind.LEVERAGE_CUT, "125", "max_leverage is 125; allowed: less than that"),
        (
            IncidentKind.MAINTENANCE_HIKE,
            "0.005",
            "maintenance_margin is 0.005; allowed: more than that",
        ),
    ],
)
def test_a_cut_that_is_none_and_a_hike_that_is_none_do_not_strike(
    kind: IncidentKind, figure: str, reason: str
) -> None:
    made = contract()
    made.flat(100, strike(kind, figure=D(figure)))
    assert only(made.of(e.ActionRefused)).reason == f"{kind}: {reason}"
    assert not made.of(e.RulesChanged)


@pytest.mark.parametrize(
    ("command", "strikes"),
    [
        (strike(IncidentKind.LATENCY, 1, seconds=1), True),
        (strike(IncidentKind.LATENCY, 1, seconds=0), False),
        (strike(IncidentKind.LATENCY, 0, seconds=1), False),
        (strike(IncidentKind.OUTAGE, 1), True),
        (strike(IncidentKind.OUTAGE, 0), False),
        (strike(IncidentKind.HACK, share=D("0.1")), True),
        (strike(IncidentKind.HACK, share=D(1)), True),
        (strike(IncidentKind.HACK, share=D("1.01")), False),
        (strike(IncidentKind.HACK, share=D(0)), False),
        (strike(IncidentKind.HACK, share=D("-0.1")), False),
        (strike(IncidentKind.HACK), False),
        (strike(IncidentKind.SPREAD_WIDENING, 1, share=D("0.1")), True),
        (strike(IncidentKind.SPREAD_WIDENING, 1), False),
        (strike(IncidentKind.DELISTING), False),
        (strike(IncidentKind.DELISTING, symbol="BTC"), True),
        (strike(IncidentKind.DELISTING, symbol="ETH"), False),
    ],
)
def test_an_incident_strikes_with_all_that_it_needs(
    command: c.StartIncident, strikes: bool
) -> None:
    made = contract()
    made.do(command)
    assert bool(made.of(e.IncidentStarted)) is strikes
    assert bool(made.of(e.ActionRefused)) is not strikes
    for started in made.of(e.IncidentStarted):
        lasts = command.lasts or None
        assert started.until == (None if lasts is None else made.market.time + lasts)


def test_a_delisting_takes_back_the_orders_in_its_symbol_and_no_others() -> None:
    listed = [perpetual(symbol) for symbol in ("ADA", "BTC", "ETH")]
    made = World(venue(), *listed, mode=Mode.CROSS, interval=HOUR)
    rests = [
        buy(1, symbol=symbol, order_type=OrderType.LIMIT, limit=D(50))
        for symbol in ("ADA", "BTC", "ETH")
    ]
    rows = dict.fromkeys(("ADA", "BTC", "ETH"), (100,) * 4)
    made.bar(rows, c.Deposit(amount=D(10_000)), *rests)
    made.do(strike(IncidentKind.DELISTING, symbol="BTC"))
    assert [order.symbol for order in made.account.orders.values()] == ["ADA", "ETH"]


def test_an_incident_that_lacks_what_it_needs_does_not_strike() -> None:
    made = contract()
    made.flat(100, strike(IncidentKind.OUTAGE), strike(IncidentKind.HACK))
    assert [event.reason for event in made.of(e.ActionRefused)] == [
        "outage needs hours above zero",
        "hack needs a share above 0, at most 1",
    ]


STRUCK = {
    kind: strike(kind, 3, share=D("0.4"), seconds=600, figure=D("0.3"))
    for kind in IncidentKind
    if kind is not IncidentKind.DELISTING
}
STRUCK[IncidentKind.LEVERAGE_CUT] = strike(IncidentKind.LEVERAGE_CUT, figure=D(1))


@pytest.mark.parametrize("kind", IncidentKind)
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("held", ["lent", "crossed", "walled"])
def test_whatever_strikes_whatever_is_held_the_books_balance(
    kind: IncidentKind, side: Side, held: str
) -> None:
    book = broker() if held == "lent" else venue()
    symbol = "ACME" if held == "lent" else "BTC"
    mode = Mode.ISOLATED if held == "walled" else Mode.CROSS
    listed = stock() if held == "lent" else perpetual("BTC", tick=D("0.01"))
    made = Audited(book, listed, mode=mode, interval=HOUR)
    at_once = c.PlaceOrder(
        symbol=symbol,
        side=side,
        quantity=D(150),
        leverage=D(2),
        stop_loss=D(60) if side is Side.BUY else D(140),
        targets=(Target(D(130) if side is Side.BUY else D(70), D(1)),),
    )
    later = c.PlaceOrder(
        symbol=symbol, side=side, quantity=D(10), order_type=OrderType.LIMIT, limit=D(100)
    )
    made.flat(100, c.Deposit(amount=D(10_000)), at_once)
    struck = STRUCK.get(kind) or strike(kind, symbol=symbol)
    made.flat(105 if side is Side.BUY else 95, later, struck)
    made.audit()
    for price in (100, 90, 110, 75, 125, 100, 100, 100):
        made.flat(price, c.Withdraw(amount=D(1)), later, c.AnswerCall(answer=Answer.DEPOSIT))
        made.audit()
    made.flat(100, c.ClosePosition(symbol=symbol))
    made.audit()
    assert made.of(e.IncidentStarted) or made.of(e.ActionRefused)
