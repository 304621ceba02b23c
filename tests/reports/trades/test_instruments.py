"""Trades on borrowed money, in options, in tokens and across a split: what each bears."""

from decimal import Decimal

from ledger.account import commands as c
from ledger.account.event_terms import ClosedBy
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.corporate import CorporateAction
from ledger.market.instrument import Kind
from ledger.market.rules.carry import BorrowFee
from ledger.market.rules.rulebook import Funding
from ledger.times import DAY
from tests.engine.trades import test_options as options
from tests.reports.trades.played import buy, close, coin, order, sell, the_trade, trades
from tests.worlds import T0, D, World, broker, stock


def lender(deposit: int = 10_000, **rules: object) -> World:
    world = World(broker(**rules), stock())
    world.flat(100, c.Deposit(amount=D(deposit)))
    return world


def shares(side: Side, quantity: int, **more: object) -> c.PlaceOrder:
    return order(side, quantity, symbol="ACME", **more)


def test_a_trade_bears_interest_to_the_second_of_its_closing() -> None:
    """Half of 20,000 is borrowed at 8 % on 360 days. Nothing was posted for the last days: the
    closing trade posts it first, so the trade has it."""
    world = lender()
    world.flat(100, shares(Side.BUY, 200, leverage=D(2)))
    for _ in range(6):
        world.flat(100)
    world.flat(100, close(symbol="ACME"))
    trade = the_trade(world)
    assert trade.closed_at is not None
    assert trade.closed_at - trade.opened_at == 7 * DAY
    exact = Decimal(10_000) * D("0.08") * 7 / 360  # 15.5555…
    assert trade.costs.interest == exact.quantize(D("0.01"))
    assert trade.net == -trade.costs.interest
    assert world.account.main.loan.owed() == 0


def test_interest_that_two_trades_share_is_borne_once() -> None:
    world = World(broker(), stock("A"), stock("B"))
    both = {"A": (100,) * 4, "B": (100,) * 4}
    world.bar(both, c.Deposit(amount=D(10_000)))
    world.bar(
        both,
        order(Side.BUY, 50, symbol="A", leverage=D(2)),
        order(Side.BUY, 100, symbol="B", leverage=D(2)),
    )
    world.bar(both)
    world.bar(both, close(symbol="A"))
    world.bar(both, close(symbol="B"))
    first, second = trades(world)
    posted = sum(event.amount for event in world.of(e.InterestAccrued))
    assert posted > 0
    assert first.costs.interest + second.costs.interest == posted
    assert first.costs.interest < second.costs.interest


def test_funding_that_was_received_is_a_cost_below_zero() -> None:
    world = coin(price=100, funding=Funding(rate=D("0.365"), every=DAY))
    world.flat(100, sell(10))
    world.flat(100)
    world.flat(100, close())
    trade = the_trade(world)
    # a short of 1,000 receives 36.5 % a year, 1 a day, at two ends of a day
    assert (trade.costs.funding, trade.net) == (-2, 2)


def test_a_short_pays_for_what_it_borrowed() -> None:
    """36 % of 10,000 on 360 days: 10 a day, at two ends of a day."""
    world = lender(borrow_fee=BorrowFee(rate=D("0.36")))
    world.flat(100, shares(Side.SELL, 100))
    world.flat(100)
    world.flat(100, close(symbol="ACME"))
    trade = the_trade(world)
    assert (trade.costs.borrow_fees, trade.costs.other_fees) == (20, 0)
    assert trade.net == -20


def test_an_option_that_expires_worthless_lost_what_was_paid() -> None:
    world = options.world(days=3)  # the right to buy 100 shares at 100, for 4 each
    options.bar(world, 100, 4, options.order(Side.BUY, 2))
    options.bar(world, 90, 1)
    options.bar(world, 90, 1)
    trade = the_trade(world)
    assert (trade.instrument.kind, trade.closed_by) == (Kind.OPTION, ClosedBy.EXPIRY)
    assert (trade.gross, trade.exit_price) == (-800, 0)  # 2 x 100 x 4


def test_a_token_is_paid_in_full_and_risks_what_its_stop_says() -> None:
    world = World(broker(), stock("TQQQ", kind=Kind.TOKEN))
    world.flat(100, c.Deposit(amount=D(10_000)))
    world.flat(100, order(Side.BUY, 10, 90, symbol="TQQQ"))
    world.flat(130, close(symbol="TQQQ"))
    trade = the_trade(world)
    assert (trade.instrument.kind, trade.leverage) == (Kind.TOKEN, 1)
    assert (trade.risk.r0, trade.r, trade.costs.interest) == (100, 3, 0)


def test_a_split_changes_units_and_neither_risk_nor_result() -> None:
    world = lender()
    world.flat(100, shares(Side.BUY, 10, stop_loss=D(90)))
    split = CorporateAction(symbol="ACME", at=T0 + 2 * DAY, split="4:1")
    world.bar({"ACME": (25, 25, 25, 25)}, actions=(split,))
    world.flat(30, close(symbol="ACME"))
    trade = the_trade(world)
    assert (trade.quantity, trade.peak_quantity, trade.entry_price) == (40, 40, 25)
    assert (trade.gross, trade.risk.r0, trade.r) == (200, 100, 2)  # 40 x 5 over 10 x 10
    assert (trade.stop.first, trade.stop.last) == (D("22.5"), D("22.5"))
    assert not any(change.farther for change in trade.stop.changes)


def test_what_the_venue_bore_is_not_lost_by_the_trade() -> None:
    """1,000 behind a long of 10,000: at 80 it has lost 2,000, and the venue bears the second."""
    world = coin(deposit=1_000, price=100)
    world.flat(100, buy(100, leverage=D(10), stop=95))
    world.flat(80)
    trade = the_trade(world)
    assert trade.closed_by in (ClosedBy.LIQUIDATION, ClosedBy.STOP_LOSS)
    assert (trade.gross, trade.absorbed, trade.net) == (-2_000, 1_000, -1_000)
    assert trade.r == -2  # 500 were at risk
