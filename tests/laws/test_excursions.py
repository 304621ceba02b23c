"""How far a trade went does not depend on how finely its way is told."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Convention, OrderType, Side, Target
from ledger.market.instrument import Kind
from ledger.market.rules.rulebook import Mode
from tests.laws import tried
from tests.laws.worlds import canaries
from tests.worlds import D, World, perpetual, venue

Row = tuple[Any, ...]

_FIGURES = """side quantity entry_price exit_price last_exit_price net_pnl
r_multiple mae_r mfe_r closed_by"""


@tried(300)
@given(seed=st.integers(0, 2**48))
def test_a_bar_told_as_its_three_straight_ways_changes_no_closed_trade(seed: int) -> None:
    _the_same_trades(seed)


@pytest.mark.parametrize(
    "broken",
    [canaries.a_bar_counts_from_before_the_fill, canaries.a_bar_does_not_count_after_the_fill],
    ids=lambda broken: broken.__name__,
)
def test_the_law_catches_an_extreme_on_the_wrong_side_of_a_fill(
    broken: canaries.Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    assert canaries.caught(_the_same_trades, 300)


def _the_same_trades(seed: int) -> None:
    """By nearness a bar goes from its open to the nearer extreme, to the other, to its close. Told
    as three bars of which each goes one way, the same trades are closed with the same figures."""
    chance = Random(seed)
    inverse = chance.random() < 0.3
    whole, parted = _world(inverse), _world(inverse)
    price = D(100)
    for number in range(chance.randint(2, 8)):
        row = _row(chance, price)
        price = row[3]
        wishes = [_wish(chance, row[0]) for _ in range(chance.randint(1, 2 if number else 4))]
        if not number:
            wishes.insert(0, c.Deposit(amount=D(100_000)))
        whole.bar({"BTC": row}, *wishes)
        for part in _parts(row):
            parted.bar({"BTC": part}, *wishes)
            wishes = []
    for world in (whole, parted):
        world.flat(price, c.ClosePosition(symbol="BTC"))
    assert _closed(whole) == _closed(parted)


def _world(inverse: bool) -> World:
    listed = perpetual(lot=D(1), **({"kind": Kind.INVERSE} if inverse else {}))
    return World(venue(), listed, mode=Mode.CROSS, convention=Convention.OHLC)


def _row(chance: Random, last: Any) -> tuple[Any, Any, Any, Any]:
    def moved(price: Any, by: int) -> Any:
        return max(price + D(by) / 2, D(40))

    first = moved(last, chance.choice((0, 0, 0, -4, 4)))
    close = moved(first, chance.randint(-12, 12))
    high = max(first, close) + D(chance.randint(0, 12)) / 2
    low = moved(min(first, close), -chance.randint(0, 12))
    return first, high, low, close


def _parts(row: tuple[Any, Any, Any, Any]) -> list[Row]:
    first, high, low, close = row
    near = (low, high) if first - low <= high - first else (high, low)
    points = (first, *near, close)
    return [(a, max(a, b), min(a, b), b) for a, b in pairwise(points)]


def _wish(chance: Random, price: Any) -> c.TraderCommand:
    """An order with a stop, at the market or resting, or a part of what is held closed."""
    if chance.random() < 0.25:
        return c.ClosePosition(symbol="BTC", fraction=D(chance.choice(("0.5", "1"))))
    side = chance.choice(tuple(Side))
    away = D(chance.randint(1, 14)) / 2
    kind = chance.choice((OrderType.MARKET, OrderType.LIMIT, OrderType.LIMIT, OrderType.STOP))
    levels: dict[str, Any] = {}
    begins = price
    if kind is OrderType.LIMIT:
        begins = levels["limit"] = price - side.sign * away
    if kind is OrderType.STOP:
        begins = levels["trigger"] = price + side.sign * away
    if chance.random() < 0.8:
        levels["stop_loss"] = begins - side.sign * D(chance.randint(2, 20)) / 2
    if chance.random() < 0.4:
        target = begins + side.sign * D(chance.randint(2, 20)) / 2
        levels["targets"] = (Target(target, D(chance.choice(("0.5", "1")))),)
    size = D(10 * chance.randint(1, 4))
    return c.PlaceOrder(
        symbol="BTC", side=side, quantity=size, leverage=D(5), order_type=kind, **levels
    )


def _closed(world: World) -> list[Row]:
    return [
        tuple(getattr(event, name) for name in _FIGURES.split()) + _furthest(event)
        for event in world.of(e.PositionClosed)
    ]


def _furthest(event: e.PositionClosed) -> Row:
    course = event.course
    assert course is not None
    return course.worst, course.best, course.low, course.high
