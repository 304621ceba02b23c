"""Random attacks on orders and protection: amended, moved, part closed and filled in any order.

Whatever is done, never is more closed than is held, no stop or target outlives its position, and no
position is without the stop that it was given.
"""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Cause, Order, OrderType, Side, Target
from ledger.money import fits, floor_to
from tests.laws import tried
from tests.laws.scripts import TICK, Moment, Script, play, scripts
from tests.worlds import D, World, perpetual, venue

TAKEN_AWAY = ("stop removed by the trader", "cancelled by the trader", "position closed")


def protecting(account: Account, cause: Cause) -> list[Order]:
    return [order for order in account.orders.values() if order.cause is cause]


def unprotected(moment: Moment, given_one: set[str]) -> set[str]:
    """Symbols that should have a stop after this moment, with those that had one before it."""
    had = set(given_one)
    for event in moment.events:
        if isinstance(event, e.OrderPlaced) and event.cause is Cause.STOP_LOSS:
            had.add(event.symbol)
        elif isinstance(event, e.OrderCancelled) and event.cause is Cause.STOP_LOSS:
            if event.reason in TAKEN_AWAY:
                had.discard(event.symbol)
        elif isinstance(event, e.PositionClosed):
            had.discard(event.symbol)
    return had


@tried(150)
@given(script=scripts())
def test_no_position_is_without_the_stop_it_was_given_and_no_stop_without_a_position(
    script: Script,
) -> None:
    have: set[str] = set()
    for moment in play(script):
        have = unprotected(moment, have)
        stops = {order.symbol: order for order in protecting(moment.after, Cause.STOP_LOSS)}
        assert set(stops) == have
        assert len(stops) == len(protecting(moment.after, Cause.STOP_LOSS))
        for symbol, stop in stops.items():
            position = moment.after.position(symbol)
            assert position is not None
            assert (stop.quantity, stop.side) == (abs(position.quantity), position.side.opposite)


@tried(150)
@given(script=scripts())
def test_what_reduces_never_closes_more_than_is_held_nor_opens_anything(script: Script) -> None:
    for moment in play(script):
        account = moment.before
        for event in moment.events:
            if isinstance(event, e.OrderFilled) and account.orders[event.order].reduce_only:
                held = account.position(event.symbol)
                assert held is not None
                assert held.side is event.side.opposite
                assert event.quantity <= abs(held.quantity)
            account = apply(account, event)
        assert account == moment.after


@tried(150)
@given(script=scripts())
def test_targets_are_of_whole_lots_and_together_no_more_than_is_held(script: Script) -> None:
    for moment in play(script):
        for symbol in moment.after.instruments:
            position = moment.after.position(symbol)
            targets = [
                order
                for order in protecting(moment.after, Cause.TAKE_PROFIT)
                if order.symbol == symbol
            ]
            size = abs(position.quantity) if position is not None else D(0)
            assert sum((order.quantity for order in targets), D(0)) <= size
            lot = moment.after.instruments[symbol].lot
            assert all(fits(order.quantity, lot) and order.quantity > 0 for order in targets)


@tried(150)
@given(script=scripts())
def test_an_amendment_is_whole_or_changes_nothing(script: Script) -> None:
    for moment in play(script):
        if not isinstance(moment.command, c.AmendOrder):
            continue
        wish = moment.command
        if isinstance(moment.events[0], e.ActionRefused):
            assert moment.after.orders == moment.before.orders
            assert moment.after.pockets == moment.before.pockets
            continue
        amended = moment.events[0]
        assert isinstance(amended, e.OrderAmended)
        order = apply(moment.before, amended).orders[wish.id]
        for key in ("quantity", "limit", "trigger", "trail", "trail_fraction"):
            asked = getattr(wish, key)
            if asked is not None:
                assert getattr(order, key) == asked
        assert fits(order.level or TICK, TICK)


STEPS = st.lists(st.integers(1, 12), min_size=2, max_size=4)


@tried(200)
@given(
    lots=st.integers(2, 40),
    parts=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    spare=st.integers(0, 3),
    steps=STEPS,
    side=st.sampled_from(Side),
)
def test_a_part_closed_in_steps_leaves_the_targets_that_closing_it_at_once_does(
    lots: int, parts: list[int], spare: int, steps: list[int], side: Side
) -> None:
    of = sum(parts) + spare
    fractions = [floor_to(D(part) / of, D("0.0001")) for part in parts]
    if any(lots * fraction < 1 for fraction in fractions) or sum(steps) >= lots:
        return
    by_steps, at_once = (opened(lots, fractions, side) for _ in range(2))
    for step in steps:
        by_steps.flat(100, c.ClosePosition(symbol="BTC", quantity=D(step)))
    at_once.flat(100, c.ClosePosition(symbol="BTC", quantity=D(sum(steps))))
    assert sizes(by_steps) == sizes(at_once)


def opened(lots: int, fractions: list[Decimal], side: Side) -> World:
    world = World(venue(), perpetual(lot=D(1)))
    away = side.sign * D(10)
    wish = c.PlaceOrder(
        symbol="BTC",
        side=side,
        quantity=D(lots),
        order_type=OrderType.MARKET,
        targets=tuple(Target(100 + away + n, part) for n, part in enumerate(fractions)),
    )
    world.flat(100, c.Deposit(amount=D(100_000)), wish)
    return world


def sizes(world: World) -> list[tuple[Decimal | None, Decimal]]:
    return [(o.limit, o.quantity) for o in protecting(world.account, Cause.TAKE_PROFIT)]
