"""Where levels are met: the calculator's price, stops before it, hovering, interest and scale."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.threshold import threshold_price
from ledger.account.state import Side
from ledger.engine.decide import decide
from ledger.market.rules.rulebook import AccountKind, Interest, Mode, RateTier, Rung
from ledger.market.rules.schedule import Schedule
from ledger.money import ONE
from tests.laws import tried
from tests.laws.scripts import FLOORS, SMALL_TIERS, TICK, within
from tests.worlds import DAY, T0, D, World, broker, only, perpetual, stock, venue

SYMBOLS = ("MID", "ZED", "ACE")
HUNDRED = ("100", "100", "100", "100")


def order(symbol: str, signed: Decimal, leverage: int | Decimal, **more: Any) -> c.PlaceOrder:
    side = Side.BUY if signed > 0 else Side.SELL
    return c.PlaceOrder(
        symbol=symbol, side=side, quantity=abs(signed), leverage=D(leverage), **more
    )


def sinking(world: World, symbol: str, other: dict[str, Any], end: Decimal) -> list[e.Event]:
    """A bar in which one symbol goes from 100 to `end` and everything else stands still."""
    high, low = max(D(100), end), min(D(100), end)
    return world.bar({**other, symbol: ("100", str(high), str(low), str(end))})


def breached_at(world: World, symbol: str, price: Decimal) -> bool:
    """Whether the lowest level is breached with one price changed: by hand, in fractions."""
    account = world.account
    position = account.position(symbol)
    assert position is not None
    pocket = account.pockets[position.pocket]
    worth = Fraction(pocket.cash - pocket.loan.principal - pocket.loan.accrued)
    demand = Fraction(0)
    for name, held in pocket.positions.items():
        at = Fraction(price if name == symbol else 100)
        size = Fraction(held.quantity)
        worth += size * at
        if account.rulebook.kind is AccountKind.DERIVATIVES:
            worth -= Fraction(held.basis)
            demand += _tiered(abs(size) * at)
        elif size > 0:
            demand += size * at / 4
        else:
            each = max(Fraction(5), at * 3 / 10) if at >= 5 else max(Fraction(5, 2), at)
            demand -= size * each
    return worth <= demand if account.rulebook.levels[-1].inclusive else worth < demand


def _tiered(notional: Fraction) -> Fraction:
    total = Fraction(0)
    floors = [Fraction(tier.floor) for tier in SMALL_TIERS]
    for tier, top in zip(SMALL_TIERS, [*floors[1:], notional], strict=True):
        total += max(min(notional, top) - Fraction(tier.floor), Fraction(0)) * Fraction(tier.rate)
    return total


def first_breach(world: World, symbol: str, sign: int) -> Decimal | None:
    """Tick by tick from 100 in the direction that hurts."""
    price = D(100)
    while D(0) < price < D(400):
        if breached_at(world, symbol, price):
            return price
        price -= sign * TICK
    return None


sizes = st.integers(-2000, 2000).filter(bool)


@pytest.mark.parametrize("mode", [Mode.ISOLATED, Mode.CROSS])
@tried(70)
@given(data=st.data())
def test_the_calculators_price_is_the_first_tick_that_liquidates(mode: Mode, data: Any) -> None:
    many = data.draw(st.integers(1, 3))
    world = World(venue(tiers=SMALL_TIERS), *(perpetual(s, tick=TICK) for s in SYMBOLS), mode=mode)
    world.do(c.Deposit(amount=D(data.draw(st.integers(500, 40_000)))))
    orders = []
    for symbol in SYMBOLS[:many]:
        signed = D(data.draw(sizes)) / D(data.draw(st.sampled_from((1, 3, 10)))).quantize(ONE)
        signed = signed.quantize(D("0.001"))
        orders.append(order(symbol, signed, data.draw(st.sampled_from((2, 5, 10)))))
    flat = dict.fromkeys(SYMBOLS, HUNDRED)
    world.bar(flat, *orders)
    held = [p.symbol for p in world.account.positions()]
    assume(held)
    _acts_at_its_price(world, data.draw(st.sampled_from(held)), flat, e.Liquidated)


@tried(70)
@given(data=st.data())
def test_the_calculators_price_is_the_first_tick_that_is_sold(data: Any) -> None:
    """A stock account: longs at 25 %, shorts with their floors per share."""
    schedule = Schedule(name="exchange", long_rate=D("0.25"), short=FLOORS)
    house = Schedule(name="house", long_rate=D("0.25"), short=FLOORS)
    world = World(
        broker(schedules=(house, schedule), interest=Interest()),
        *(stock(s, tick=TICK) for s in SYMBOLS),
    )
    world.do(c.Deposit(amount=D(data.draw(st.integers(2000, 90_000)))))
    orders = [order(s, D(data.draw(sizes)), 2) for s in SYMBOLS[: data.draw(st.integers(1, 3))]]
    flat = dict.fromkeys(SYMBOLS, HUNDRED)
    world.bar(flat, *orders)
    held = [p.symbol for p in world.account.positions()]
    assume(held)
    _acts_at_its_price(world, data.draw(st.sampled_from(held)), flat, e.ForceSold)


def _acts_at_its_price(world: World, symbol: str, flat: dict[str, Any], kind: Any) -> None:
    account = world.account
    position = account.position(symbol)
    assert position is not None
    sign = position.side.sign
    level = account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    pocket = account.pockets[position.pocket]
    named = threshold_price(account, pocket, world.market.mark, level, symbol)
    tick = first_breach(world, symbol, sign)
    if tick is None:
        if named is not None and named == TICK and not level.inclusive:
            return  # equality is sound: it would be breached at a price of zero
        assert named is None or named <= 0 or named >= 399 or (named < TICK and sign > 0)
        return
    assert named is not None
    assert (named - tick) * sign >= 0, "the tick is at or beyond the named price"
    assert (named - tick) * sign <= TICK, "and it is the first"
    before = World.__new__(World)
    before.__dict__.update(world.__dict__)
    before.events = []
    quiet = sinking(before, symbol, flat, tick + sign * TICK)
    assert not [x for x in quiet if isinstance(x, kind)]
    world.events = []
    acted = [
        x for x in sinking(world, symbol, flat, TICK if sign > 0 else D(500)) if isinstance(x, kind)
    ]
    assert acted
    assert symbol not in [x.symbol for x in acted] or tick in [
        x.price for x in acted if x.symbol == symbol
    ]


@tried(100)
@given(
    side=st.sampled_from(Side),
    leverage=st.sampled_from((2, 5, 10, 20, 50)),
    mode=st.sampled_from((Mode.ISOLATED, Mode.CROSS)),
    part=st.integers(1, 99),
    beyond=st.integers(0, 60),
)
def test_a_stop_nearer_than_the_liquidation_always_acts_first(
    side: Side, leverage: int, mode: Mode, part: int, beyond: int
) -> None:
    world = World(venue(), perpetual(tick=TICK), mode=mode)
    world.do(c.Deposit(amount=D(1000) if mode is Mode.ISOLATED else D(100)))
    opened = order("BTC", D(leverage) * side.sign * D("0.9"), leverage)
    world.bar({"BTC": HUNDRED}, opened)
    account = world.account
    position = account.positions()[0]
    level = account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    named = threshold_price(
        account, account.pockets[position.pocket], world.market.mark, level, "BTC"
    )
    assert named is not None
    distance = (100 - named) * side.sign
    stop = D(100) - side.sign * max(TICK, (distance * part / 100 // TICK) * TICK)
    assume((stop - named) * side.sign > 0)
    end = max(named - side.sign * beyond * TICK, TICK) // TICK * TICK
    high, low = max(D(100), end), min(D(100), end)
    events = world.bar(
        {"BTC": ("100", str(high), str(low), str(end))}, c.MoveStop(symbol="BTC", price=stop)
    )
    assert not [x for x in events if isinstance(x, e.Liquidated)]
    if (end - stop) * side.sign <= 0:
        assert only(x for x in events if isinstance(x, e.StoppedOut)).price == stop


@tried(100)
@given(
    offsets=st.lists(st.integers(-50, 90), min_size=3, max_size=12),
    leverage=st.sampled_from((5, 10, 20)),
)
def test_a_hovering_price_raises_one_call(offsets: list[int], leverage: int) -> None:
    """Below the call, a little above it, below again: one call, as long as it stays in the band."""
    world = World(venue(), perpetual(tick=D("0.0001")), mode=Mode.CROSS)
    world.do(c.Deposit(amount=D(1000)))
    world.bar({"BTC": HUNDRED}, order("BTC", D(leverage) * 10, leverage))
    call = world.account.rulebook.call_level
    position = world.account.positions()[0]
    pocket = world.account.main
    named = threshold_price(world.account, pocket, world.market.mark, call, "BTC")
    assert named is not None
    held = abs(position.quantity)
    band = D("0.01") * D("0.005") * D("1.25") * named  # of the requirement, per unit of price
    least = named - D("0.002") * named  # far from the liquidation
    for offset in (-20, *offsets):
        price = max(named + band * offset / 100, least).quantize(D("0.0001"))
        world.flat(str(price))
    assert held
    assert len(world.of(e.MarginCallIssued)) == 1
    assert not world.of(e.MarginCallMet)


@tried(150)
@given(
    principal=st.integers(1, 500_000),
    cuts=st.sets(st.integers(1, 40 * DAY), max_size=12),
    rate=st.integers(1, 40),
    days=st.sampled_from((360, 365)),
    every=st.sampled_from((3600, DAY, 7 * DAY)),
)
def test_any_number_of_postings_equals_one_over_the_whole_span(
    principal: int, cuts: set[int], rate: int, days: int, every: int
) -> None:
    interest = Interest(
        tiers=(RateTier(floor=D(0), rate=D(rate) / 100),), day_count=days, post_every=every
    )
    world = World(broker(interest=interest, max_leverage=D(10**6)), stock())
    world.do(c.Deposit(amount=D(3000)), c.Borrow(amount=D(principal)))
    borrowed = world.market.time
    for cut in sorted(cuts):
        world.do(c.Wait(until=borrowed + cut))
        posted = world.account.main.loan
        span = posted.accrued_to - borrowed
        exact = Fraction(principal) * rate * span / (100 * days * DAY)
        cents = int(exact * 100 + Fraction(1, 2))
        assert Fraction(posted.accrued) == Fraction(cents, 100)


MONEY = ("amount", "value", "realized_pnl", "fee", "margin", "net_pnl")
"""What is asked for is rounded up and does not scale."""


@tried(100)
@given(
    moves=st.lists(st.integers(-12, 12), min_size=1, max_size=8),
    leverage=st.sampled_from((1, 2, 4, 5, 8, 10)),
    lots=st.integers(1, 40),
    side=st.sampled_from(Side),
    mode=st.sampled_from((Mode.ISOLATED, Mode.CROSS)),
    times=st.sampled_from((2, 10, 1000)),
)
def test_a_thousand_times_the_money_makes_a_thousand_times_the_result(
    moves: list[int], leverage: int, lots: int, side: Side, mode: Mode, times: int
) -> None:
    def told(scale: int) -> list[tuple[Any, ...]]:
        world = World(venue(fee=D("0.001")), perpetual(tick=TICK, lot=D(1)), mode=mode)
        world.do(c.Deposit(amount=D(800 * scale)))
        world.bar({"BTC": HUNDRED}, order("BTC", D(lots * scale) * side.sign, leverage))
        price = D(100)
        for move in moves:
            start, price = price, max(price + move, D(1))
            high, low = max(start, price), min(start, price)
            world.bar({"BTC": tuple(str(x) for x in (start, high, low, price))})
        return [
            (type(x).__name__, x.at, getattr(x, "price", None), name, getattr(x, name) / scale)
            for x in world.events
            for name in MONEY
            if getattr(x, name, None) is not None
        ]

    assert told(times) == told(1)


@tried(100)
@given(
    kind=st.sampled_from(("loan", "isolated", "cross")),
    first=st.integers(1, 90),
    then=st.integers(1, 200),
    side=st.sampled_from(Side),
    price=st.integers(60, 140),
)
def test_a_flip_is_a_close_and_an_opening(
    kind: str, first: int, then: int, side: Side, price: int
) -> None:
    def world() -> World:
        if kind == "loan":
            made = World(broker(), stock("BTC"))
        else:
            made = World(venue(), perpetual(lot=D(1)), mode=Mode(kind))
        made.do(c.Deposit(amount=D(10_000)))
        made.bar({"BTC": HUNDRED}, order("BTC", D(first) * side.sign, 2))
        return made

    row = (str(price),) * 4
    flips, two = world(), world()
    flip = flips.bar({"BTC": row}, order("BTC", -D(first + then) * side.sign, 2))
    two.bar({"BTC": row}, c.ClosePosition(symbol="BTC"), order("BTC", -D(then) * side.sign, 2))
    if any(isinstance(x, e.OrderRefused) for x in flip):
        refused = only(x for x in flip if isinstance(x, e.OrderRefused))
        assert two.of(e.OrderRefused)
        assert refused.largest is None or refused.largest >= first
        return
    assert flips.account.pockets == two.account.pockets
    assert flips.account.totals == two.account.totals


@tried(100)
@given(bars=st.lists(st.tuples(*[st.integers(-6, 6)] * 3), max_size=6), cut=st.integers(0, 5))
def test_a_decision_knows_nothing_of_the_bars_to_come(
    bars: list[tuple[int, int, int]], cut: int
) -> None:
    """The same past gives the same events, whatever the rest of the bar will be."""
    world = World(venue(), perpetual(tick=TICK), mode=Mode.CROSS, interval=DAY)
    world.do(c.Deposit(amount=D(1000)))
    world.bar({"BTC": HUNDRED}, order("BTC", D(50), 10))
    price = D(100)
    for gap, up, down in bars[:cut]:
        first = max(price + gap, D(10))
        high, low = first + abs(up), max(first - abs(down), D(5))
        step = world.step({"BTC": tuple(str(x) for x in (first, high, low, first))})
        calm = world.step({"BTC": (str(first),) * 4})
        with within(10):
            seen = decide(world.account, world.market, c.OpenBar(step=step)).events
            other = decide(world.account, world.market, c.OpenBar(step=calm)).events
        assert [repr(x) for x in seen] == [repr(x) for x in other]
        world.bar({"BTC": tuple(str(x) for x in (first, high, low, first))})
        price = first
    assert world.market.time >= T0
