"""The desk tells the truth: a level shown is the first tick at which the engine acts, and what is
said to cure does, with no lot to spare; under every shipped rule book, mode, side and kind."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.event_terms import Answer, Direction
from ledger.account.events import kinds as e
from ledger.account.risk.margin import breached, exact_shortfall
from ledger.engine.calls.curing import shortfall
from ledger.engine.calls.restoring import restored_per_unit
from ledger.engine.decide import decide
from ledger.engine.margin.loans import posted_now
from ledger.market.rules.rulebook import ExitAmount, Mode, Rung
from ledger.practice.views.desk_view import PositionView, view
from tests.laws import tried
from tests.laws.shipped_worlds import Shipped
from tests.worlds import D

WALK = 2_000
"""Ticks that are looked at one by one before a level, and as many samples of the way beyond."""
Shown = Callable[[PositionView, Rung], Decimal | None]


def shown(position: PositionView, rung: Rung) -> Decimal | None:
    return position.call_tick if rung is Rung.CALL else position.liquidation_tick


def wrong_levels(world: Shipped, told: Shown = shown) -> Iterator[str]:
    """Levels that are not where the walk from the present price meets them."""
    for position in view(world.state, world.market).positions:
        for rung in (Rung.CALL, Rung.LIQUIDATION):
            if world.book.level(rung) is not None:
                price = told(position, rung)
                if price is not None and not acts_first_at(world, position, rung, price):
                    yield f"{world.book.id} {position.symbol} {rung}: {price}"


def acts_first_at(world: Shipped, position: PositionView, rung: Rung, price: Decimal) -> bool:
    level, account, mark = world.book.level(rung), world.state, world.market.mark
    assert level is not None
    pocket, here = account.pockets[position.pocket], mark[position.symbol]
    tick = account.instruments[position.symbol].tick

    def gone(at: Decimal) -> bool:
        return breached(account, pocket, {**mark, position.symbol: at}, level)

    step = tick if price > here else -tick
    if gone(here):  # the last tick on the way back at which it is still breached
        return price == here or (gone(price) and not gone(price + step))
    ticks = int((price - here) / step)
    every = max(ticks // WALK, 1)
    near = range(max(ticks - WALK, 0), ticks)
    walked = [*range(0, ticks, every), *near]
    return gone(price) and not any(gone(here + number * step) for number in walked)


def to_a_level(world: Shipped) -> bool:
    """Take the market to a level of some position, or between its two."""
    held = view(world.state, world.market).positions
    if not held:
        return False
    position = world.chance.choice(held)
    ticks = [at for at in (position.call_tick, position.liquidation_tick) if at is not None]
    if not ticks:
        return False
    part = D(world.chance.choice(("0", "0.1", "0.5", "0.9", "1")))
    price = ticks[0] + (ticks[-1] - ticks[0]) * part
    if not 0 < price < 3 * world.prices[position.symbol]:
        return False
    world.move(position.symbol, price, falling=position.side is Direction.LONG)
    return True


def wrong_cures(world: Shipped, less: int = 0) -> Iterator[str]:
    """Open calls that the sale asked for does not end, or that a lot less ends too."""
    calls = [call for call in world.state.calls.values() if not call.expired]
    if not calls:
        return
    call = min(calls, key=lambda one: one.seq)
    posted = posted_now(world.state, call.pocket, world.market)
    if not shortfall(posted, posted.pockets[call.pocket], world.market):
        return
    asked = next(one for one in view(world.state, world.market).calls if one.seq == call.seq)
    lot = world.state.instruments[asked.sell_symbol].lot
    held = posted.pockets[call.pocket].positions
    alone = len([p for p in held.values() if p.quantity]) == 1
    whole = asked.sell_quantity == abs(held[asked.sell_symbol].quantity)
    said = asked.sell_quantity - less * lot
    netted = world.mode is Mode.SMART  # beyond the point at which the other side is the larger one
    if (alone or not (whole or netted)) and not _ends(world, call.seq, asked.sell_symbol, said):
        yield f"{world.book.id}: {said} does not cure"
    for fewer in (1, 2):
        size = asked.sell_quantity - fewer * lot
        if size > 0 and not whole and _ends(world, call.seq, asked.sell_symbol, size):
            yield f"{world.book.id}: {fewer} less than {asked.sell_quantity} cures"


def _ends(world: Shipped, call: int, symbol: str, quantity: Decimal) -> bool:
    wish = c.AnswerCall(answer=Answer.SELL, symbol=symbol, quantity=quantity)
    events = decide(world.state, world.market, wish).events
    return any(isinstance(event, e.MarginCallMet) and event.call == call for event in events)


def wrong_sale(world: Shipped, events: tuple[e.Event, ...]) -> Iterator[str]:
    """A forced sale that restored too little, or two lots too much (unless what is asked jumps)."""
    sold = [event for event in events if isinstance(event, e.ForceSold | e.Liquidated)]
    book = world.book
    if not sold or book.forced_exit.amount is not ExitAmount.RESTORE:
        return
    last, position = sold[-1], world.state.position(sold[-1].symbol)
    if position is None:
        return
    pocket, mark = world.state.pockets[last.pocket], world.market.mark
    short = max(
        exact_shortfall(world.state, pocket, mark, x) for x in (book.call_level, book.levels[-1])
    )
    each = restored_per_unit(
        world.state, position, mark[last.symbol], last.price, book.forced_exit.fee
    )
    spare = 2 * world.state.instruments[last.symbol].lot * each + D("0.03")
    jumps = any(schedule.amount is not None for schedule in book.schedules)
    if short > 0 or (short < -spare and not jumps):
        yield f"{book.id}: {short} is short after a sale to restore"


@tried(60)
@given(seed=st.integers(0, 10**9))
def test_a_level_shown_is_the_first_tick_that_acts_and_what_is_asked_cures(seed: int) -> None:
    world = Shipped(Random(seed))
    assert not [*wrong_levels(world)]
    for _ in range(3):
        if not to_a_level(world):
            break
        assert not [*wrong_cures(world)]
        assert not [*wrong_levels(world)]


@tried(40)
@given(seed=st.integers(0, 10**9))
def test_a_broker_sells_what_restores_and_no_more(seed: int) -> None:
    world = Shipped(Random(seed))
    held = view(world.state, world.market).positions
    for position in held[:1]:
        if position.liquidation_tick is None:
            continue
        tick = world.state.instruments[position.symbol].tick
        further = (
            tick * world.chance.randint(0, 40) * (-1 if position.side is Direction.LONG else 1)
        )
        price = position.liquidation_tick + further
        if 0 < price < 3 * world.prices[position.symbol]:
            world.prices[position.symbol] = price
            assert not [*wrong_sale(world, world.open().events)]


def test_the_laws_notice_the_nearest_tick_and_a_sale_that_is_too_small() -> None:
    """The canary: rounded to the nearest tick, or with two lots less, the laws say so."""
    levels, cures = 0, 0
    for seed in range(25):
        world = Shipped(Random(seed))
        levels += len([*wrong_levels(world, _nearest)])
        if to_a_level(world):
            cures += len([*wrong_cures(world, less=2)])
    assert levels > 5
    assert cures > 2


def _nearest(position: PositionView, rung: Rung) -> Decimal | None:
    exact = position.call_price if rung is Rung.CALL else position.liquidation_price
    tick = shown(position, rung)
    if exact is None or tick is None:
        return None
    step = D("0.5") if position.mark > 1_000 else D("0.01")
    return (exact / step).quantize(D(1)) * step
