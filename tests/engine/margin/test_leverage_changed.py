"""Leverage belongs to the position: an addition at another one is a change for the whole of it."""

from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import OrderType, Side
from ledger.market.rules.rulebook import Mode
from ledger.market.rules.schedule import Tier
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue
from tests.engine.audit import Audited
from tests.worlds import D, broker, only, perpetual, stock, venue

BUY, SELL = Side.BUY, Side.SELL


def order(side: Side, quantity: int, leverage: int | None, **more: Any) -> c.PlaceOrder:
    given = None if leverage is None else D(leverage)
    return c.PlaceOrder(symbol="BTC", side=side, quantity=D(quantity), leverage=given, **more)


def play(made: Audited, price: object, *commands: c.Command) -> None:
    made.flat(str(price), *commands)
    made.audit()


def opened(mode: Mode, side: Side, quantity: int, leverage: int, put_in: int = 1000) -> Audited:
    """A position at 100, at a venue without fees."""
    listed = perpetual(tick=D("0.01"), lot=D("0.001"))
    made = Audited(venue(), listed, mode=mode)
    play(made, 100, c.Deposit(amount=D(put_in)), order(side, quantity, leverage))
    return made


def leverage(made: Audited) -> object:
    position = made.account.position("BTC")
    return position and position.leverage


@pytest.mark.parametrize("side", [BUY, SELL])
def test_less_leverage_behind_a_wall_needs_its_margin_there_first(side: Side) -> None:
    """10 at 100 with 10x: 100. At 5x what is held needs 200: 100 are lacking, whatever is added."""
    made = opened(Mode.ISOLATED, side, 10, 10)
    play(made, 100, order(side, 2, 5))
    refused = only(made.of(e.OrderRefused))
    assert "200 USDT for that, 100 USDT is behind it; add 100 to it first" in refused.reason
    assert refused.largest is None
    assert not made.of(e.LeverageChanged)
    play(made, 100, c.AddMargin(symbol="BTC", amount=D("99.99")), order(side, 2, 5))
    assert len(made.of(e.OrderRefused)) == 2
    play(made, 100, c.AddMargin(symbol="BTC", amount=D("0.01")), order(side, 2, 5))
    changed = only(made.of(e.LeverageChanged))
    assert (changed.was, changed.leverage, changed.quantity) == (10, 5, 10)
    assert (changed.side, changed.pocket) == (side, "isolated:BTC")
    assert leverage(made) == 5
    assert made.account.pockets["isolated:BTC"].cash == 240  # 12 x 100 / 5


def test_it_is_recorded_before_the_fill_and_only_where_the_leverage_is_another() -> None:
    made = opened(Mode.ISOLATED, BUY, 10, 5)
    play(made, 100, order(BUY, 1, 5), order(BUY, 1, None))
    assert not made.of(e.LeverageChanged)
    play(made, 100, order(BUY, 1, 10))
    kinds = [type(event) for event in made.events]
    assert kinds.index(e.LeverageChanged) < len(kinds) - 1 - kinds[::-1].index(e.OrderFilled)
    assert leverage(made) == 10


def test_more_leverage_is_tested_by_what_stands_behind_too() -> None:
    """10 at 100 with 5x: 200. At 85 fifty are left, and 10x asks 85 for what is held."""
    made = opened(Mode.ISOLATED, BUY, 10, 5)
    play(made, 85, order(BUY, 2, 10))
    assert "85 USDT for that, 50 USDT is behind" in only(made.of(e.OrderRefused)).reason
    play(made, 90, order(BUY, 2, 10))  # 100 are left, 90 are asked
    assert leverage(made) == 10
    assert made.account.pockets["isolated:BTC"].cash == 200 + 18


def test_crossed_the_wallet_has_to_carry_the_whole_at_the_new_leverage() -> None:
    """10 at 100 with 10x uses 100 of 300. At 5x it needs 200, and 100 are left for five more."""
    made = opened(Mode.CROSS, BUY, 10, 10, put_in=300)
    play(made, 100, order(BUY, 6, 5))
    refused = only(made.of(e.OrderRefused))
    assert refused.largest == 5
    assert "5x for the whole position needs 220 USDT" in refused.reason  # 100 more, and 120
    play(made, 100, order(BUY, 5, 5))
    assert only(made.of(e.LeverageChanged)).leverage == 5


def test_crossed_more_leverage_frees_margin_that_the_order_may_use() -> None:
    """10 at 100 with 2x use 500 of 500; at 10x they need 100, and the 400 carry 40 more."""
    made = opened(Mode.CROSS, SELL, 10, 2, put_in=500)
    play(made, 100, order(SELL, 1, None))
    assert only(made.of(e.OrderRefused)).largest is None
    play(made, 100, order(SELL, 41, 10))
    assert made.of(e.OrderRefused)[-1].largest == 40
    play(made, 100, order(SELL, 40, 10))
    assert leverage(made) == 10


def test_a_resting_order_is_tested_again_when_it_fills() -> None:
    """Placed at 5x with enough behind the wall, which is gone when its limit trades."""
    made = opened(Mode.ISOLATED, BUY, 10, 10)
    rests = order(BUY, 2, 5, order_type=OrderType.LIMIT, limit=D(99))
    play(made, 100, c.AddMargin(symbol="BTC", amount=D(120)), rests)
    assert made.account.orders
    play(made, 100, c.RemoveMargin(symbol="BTC", amount=D(110)))
    play(made, 99)
    cancelled = only(made.of(e.OrderCancelled))
    assert "5x would be the leverage of the whole position" in cancelled.reason
    assert leverage(made) == 10


def test_two_resting_orders_do_not_outgrow_the_tier_of_their_leverage() -> None:
    """Above 1,000 of value 10x at most: 6 and 6 at 100 with 20x fit each, not together."""
    tiers = (
        Tier(floor=D(0), rate=D("0.005"), max_leverage=D(20)),
        Tier(floor=D(1000), rate=D("0.01"), max_leverage=D(10)),
    )
    made = Audited(venue(tiers=tiers), perpetual(), mode=Mode.ISOLATED)
    play(made, 101, c.Deposit(amount=D(1000)))
    rests = order(BUY, 6, 20, order_type=OrderType.LIMIT, limit=D(100))
    play(made, 101, rests, rests)
    play(made, 100)
    assert only(made.of(e.OrderFilled)).quantity == 6
    assert "may have at most 10x" in only(made.of(e.OrderCancelled)).reason


def test_a_reversal_opens_at_its_own_leverage_and_changes_none() -> None:
    made = opened(Mode.ISOLATED, BUY, 10, 10)
    play(made, 100, order(SELL, 12, 5))
    assert not made.of(e.LeverageChanged)
    assert leverage(made) == 5


def test_a_lenders_band_is_never_raised_over_what_is_held() -> None:
    """80 coins at 50 with 10x: 400 own. At 5x the book liquidates at 1.15, and 4,000 / 3,600 is
    1.11: refused until 400 more stand behind it, and then nothing is liquidated."""
    free = {"trade_fee": D(0), "loan_rate": D(0)}
    book = calculators.with_figures(load_venue("binance-margin").rulebook, free)
    coin = stock("BTC", currency="USDT")
    made = Audited(book, coin, mode=Mode.ISOLATED)
    play(made, 50, c.Deposit(amount=D(1000)), order(BUY, 80, 10))
    play(made, 50, order(BUY, 2, 5))
    assert "add 400 to it first" in only(made.of(e.OrderRefused)).reason
    play(made, 50, c.Deposit(amount=D(1000)))
    play(made, 50, c.AddMargin(symbol="BTC", amount=D(400)), order(BUY, 2, 5))
    assert only(made.of(e.LeverageChanged)).leverage == 5
    play(made, 50)
    assert not made.of(e.Liquidated)


def test_at_a_broker_a_purchase_paid_in_full_asks_for_all_of_the_rest_too() -> None:
    """200 at 100 on 10,000: the whole at 1x would need 20,100 of equity."""
    made = Audited(broker(), stock("BTC"))
    play(made, 100, c.Deposit(amount=D(10_500)), order(BUY, 200, 2))
    play(made, 100, order(BUY, 1, 1))
    assert "1x for the whole position" in only(made.of(e.OrderRefused)).reason
    play(made, 100, order(BUY, 1, None))
    assert not made.of(e.LeverageChanged)
