"""Initial margin at the close: what a day carries, what the night asks, what is done about it.

And the intraday deficit, a call of its own kind."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.account.commands import ClosePosition, Deposit, PlaceOrder, Withdraw
from ledger.account.event_terms import CallMetBy, DayCallKind
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.carry import Interest
from ledger.market.rules.close_test import CloseTest, Intraday, Unmet
from ledger.market.rules.rulebook import Rulebook
from ledger.practice.library.venue_shelf import load_venue
from ledger.times import DAY, HOUR
from tests.worlds import D, World, broker, only, stock

CALLS = CloseTest(orders="exchange", unmet=Unmet.CALL, due_sessions=2)
SELLS = CloseTest(orders="exchange", unmet=Unmet.SOLD)
DEFICITS = Intraday(schedule="exchange", due_sessions=5, frozen_days=90)


def book(close_test: CloseTest = CALLS, **changes: Any) -> Rulebook:
    """Half at the close, a quarter by day; a loan for nothing, so that figures stay round."""
    given = {"max_leverage": D(4), "interest": Interest(), "close_test": close_test, **changes}
    return broker(**given)


def buy(quantity: int, leverage: int = 4) -> PlaceOrder:
    return PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(quantity), leverage=D(leverage))


def opened(*commands: Any, rules: Rulebook | None = None, intraday: bool = False) -> World:
    """A day at 100 with 10,000 of equity, by the day or by its hours."""
    world = World(rules or book(), stock(), interval=HOUR if intraday else DAY)
    if intraday:
        bars(world, 100, Deposit(amount=D(10_000)), *commands)
    else:
        world.flat(100, Deposit(amount=D(10_000)), *commands)
    return world


def bars(world: World, price: int, *commands: Any, ends: bool = False) -> list[e.Event]:
    """An hour at one price; `ends`: the session closes with it."""
    return world.bar({"ACME": (price,) * 4}, *commands, session_end=ends)


def last_test(world: World) -> e.InitialMarginTested:
    return world.of(e.InitialMarginTested)[-1]


@pytest.mark.parametrize("name", ["us-reg-t", "ibkr"])
def test_nx_17_fifty_thousand_carry_200_000_by_day_and_100_000_overnight(name: str) -> None:
    """Published (Alpaca): equity 50,000 buys 200,000 by day and keeps 100,000 overnight."""
    rules = replace(load_venue(name).rulebook, taker_fee=D(0), maker_fee=D(0))
    for quantity, by_day, over_night in (
        (1_000, True, True),
        (2_000, True, False),
        (2_001, False, False),
    ):
        world = World(rules, stock(), interval=HOUR)
        bars(world, 100, Deposit(amount=D(50_000)), buy(quantity))
        assert bool(world.of(e.OrderFilled)) is by_day
        bars(world, 100, ends=True)
        lacks = world.of(e.DayCallIssued) or world.of(e.ForceSold)
        assert bool(world.of(e.OrderFilled) and not lacks) is over_night


def test_what_is_sold_before_the_close_asks_for_nothing() -> None:
    world = opened(buy(400), intraday=True)
    bars(world, 100, ClosePosition(symbol="ACME"))
    bars(world, 100, ends=True)
    assert last_test(world).memorandum == 10_000
    assert not world.of(e.DayCallIssued)


def test_at_the_close_half_is_lacking_and_the_broker_calls() -> None:
    """40,000 held on 10,000: half is 20,000, so 10,000 are lacking, due after two sessions."""
    world = opened(buy(400))
    (call,) = world.of(e.DayCallIssued)
    assert (call.kind, call.amount) == (DayCallKind.INITIAL, 10_000)
    assert call.due == call.at + 2 * DAY
    found = last_test(world)
    assert (found.equity, found.required, found.memorandum) == (10_000, 20_000, -10_000)


@pytest.mark.parametrize(
    ("act", "by"),
    [
        (Deposit(amount=D(10_000)), CallMetBy.DEPOSIT),
        # what is sold frees half of itself: 20,000
        (PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(200), reduce_only=True), "sale"),
    ],
    ids=["deposit", "sale"],
)
def test_a_call_for_initial_margin_is_met_by_a_deposit_or_by_a_sale_of_twice_as_much(
    act: Any, by: str
) -> None:
    world = opened(buy(400))
    world.flat(100, act)
    assert only(world.of(e.DayCallMet)).by == by
    assert not world.account.day_calls


def test_a_sale_of_less_does_not_meet_it_and_the_rest_is_sold_after_it_expires() -> None:
    """After the sale of 100 shares 5,000 are lacking: the broker sells another 100 at the open."""
    world = opened(buy(400))
    world.flat(100, PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(100), reduce_only=True))
    assert not world.of(e.DayCallMet)
    world.flat(100)
    world.flat(100)
    assert only(world.of(e.DayCallExpired)).frozen_until is None
    assert only(world.of(e.ForceSold)).quantity == 100
    assert only(world.of(e.DayCallMet)).by == CallMetBy.FORCED_SALE


def test_a_broker_without_calls_sells_at_the_close_what_half_does_not_carry() -> None:
    """10,000 lacking: 200 shares at 100 free half of 20,000."""
    world = opened(buy(400), rules=book(SELLS))
    (sold,) = world.of(e.ForceSold)
    assert (sold.quantity, sold.price) == (200, 100)
    assert not world.of(e.DayCallIssued)
    assert world.account.memorandum == 0


def test_a_position_whose_price_falls_is_not_asked_for_half_again() -> None:
    """20,000 on 10,000 at the first close; at 80 equity of 6,000 is 37.5% of 16,000, and enough."""
    world = opened(buy(200))
    world.flat(80)
    assert not world.of(e.DayCallIssued)
    assert world.account.memorandum == 0


def test_a_purchase_after_a_fall_is() -> None:
    """At 80 one share more is bought at 80: its half, 40, is lacking."""
    world = opened(buy(200))
    world.flat(80, buy(1))
    assert only(world.of(e.DayCallIssued)).amount == 40


def test_what_a_rise_has_brought_survives_a_fall() -> None:
    """At 120 the memorandum account has 14,000 - 12,000 = 2,000; at 100 again it still has them, so
    40 shares more are kept overnight."""
    world = opened(buy(200))
    world.flat(120)
    assert last_test(world).memorandum == 2_000
    world.flat(100, buy(40))
    assert world.account.memorandum == 0
    assert not world.of(e.DayCallIssued)


def test_a_market_that_rises_meets_the_call() -> None:
    """At 150 equity is 30,000, half of 60,000."""
    world = opened(buy(400))
    world.flat(150)
    assert only(world.of(e.DayCallMet)).by == CallMetBy.MARKET


def test_no_more_is_paid_out_than_the_memorandum_account_has() -> None:
    """30,000 bought on 20,000 leave 5,000; 5,000.01 are refused, also with a leverage of 4."""
    world = World(book(), stock(), interval=DAY)
    world.flat(100, Deposit(amount=D(20_000)), buy(300))
    for amount, refused in ((D("5000.01"), True), (D(5_000), False)):
        before = len(world.of(e.ActionRefused))
        world.flat(100, Withdraw(amount=amount))
        assert (len(world.of(e.ActionRefused)) > before) is refused
    assert world.account.memorandum == 0


def test_an_order_at_a_leverage_of_2_needs_half_at_once_as_before() -> None:
    world = opened(buy(201, leverage=2))
    assert world.of(e.OrderRefused)


# the intraday deficit


def deficit(**changes: Any) -> World:
    """40,000 on 10,000 by day, and a gap to 74: equity of 400 less, below a quarter."""
    terms = replace(DEFICITS, **changes)
    return opened(buy(400), rules=book(SELLS, intraday=terms), intraday=True)


def test_a_day_s_purchase_that_falls_below_maintenance_is_a_deficit_of_its_own() -> None:
    """At 90 equity is 6,000 and a quarter of 36,000 is 9,000: 3,000, due after five sessions. The
    broker's sale meets it in the same moment."""
    world = deficit()
    bars(world, 90)
    call = only(world.of(e.DayCallIssued))
    assert (call.kind, call.amount) == (DayCallKind.INTRADAY, 3_000)
    assert only(world.of(e.DayCallMet)).by == CallMetBy.FORCED_SALE
    assert world.account.frozen_until is None


def test_a_position_of_another_day_leaves_no_intraday_deficit() -> None:
    world = opened(buy(200), rules=book(intraday=DEFICITS))
    world.flat(60)
    assert world.of(e.ForceSold)
    assert not world.of(e.DayCallIssued)


def test_a_small_deficit_is_left_alone() -> None:
    """At 90 the deficit is 3,000: no call for 3,000 or less where that is below half of equity."""
    world = deficit(least=D(3_000), least_share=D("0.50"))
    bars(world, 90)
    assert not world.of(e.DayCallIssued)


def unmet() -> World:
    """A gap to 70: 400 shares bring 28,000, 30,000 are owed. Nothing is left to meet it with."""
    world = deficit()
    bars(world, 70)
    return world


def test_a_deficit_that_no_sale_meets_freezes_new_credit_for_90_days() -> None:
    """2,000 are still owed. After five sessions there is no loan and no short until it is paid."""
    world = unmet()
    call = only(world.of(e.DayCallIssued))
    assert not world.of(e.DayCallMet)
    world.interval = DAY
    for _ in range(6):
        world.flat(70)
    expired = only(world.of(e.DayCallExpired))
    assert call.due is not None
    assert expired.at >= call.due
    assert expired.frozen_until == expired.at + 90 * DAY
    assert world.account.frozen_until == expired.frozen_until


def frozen(days: int) -> World:
    """10,000 of equity, and no new credit for so many days."""
    world = opened(rules=book(intraday=DEFICITS))
    world.account = replace(world.account, frozen_until=world.market.time + days * DAY)
    return world


@pytest.mark.parametrize(
    ("side", "quantity", "refused"),
    [(Side.BUY, 100, False), (Side.BUY, 101, True), (Side.SELL, 1, True)],
    ids=["own money buys", "a loan", "a short"],
)
def test_frozen_credit_leaves_ones_own_money(side: Side, quantity: int, refused: bool) -> None:
    world = frozen(90)
    world.flat(100, PlaceOrder(symbol="ACME", side=side, quantity=D(quantity)))
    told = [event.reason for event in world.of(e.OrderRefused)]
    assert bool(told) is refused
    assert all("new credit is frozen until 2024-04-01" in reason for reason in told)


def test_a_deposit_that_meets_the_deficit_ends_the_freeze() -> None:
    world = unmet()
    world.interval = DAY
    for _ in range(6):
        world.flat(70)
    world.flat(70, Deposit(amount=D(5_000)))
    assert only(world.of(e.DayCallMet)).by == CallMetBy.DEPOSIT
    assert world.account.frozen_until is None
    assert not world.account.day_calls


def test_after_90_days_credit_is_free_again() -> None:
    world = unmet()
    world.interval = DAY
    for _ in range(6):
        world.flat(70)
    expired = only(world.of(e.DayCallExpired))
    for _ in range(91):
        world.flat(70)
    assert only(world.of(e.CreditRestored)).at == expired.at + 90 * DAY
    assert not world.account.day_calls
