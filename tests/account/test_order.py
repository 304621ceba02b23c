"""What an order waits for, where it trades, and which fee it pays."""

from dataclasses import replace

import pytest

from ledger.account.order import Order, OrderType, Side
from ledger.account.state import (
    Account,
    Convention,
    Pocket,
    Position,
    held_pockets,
    in_order,
    open_account,
)
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE, ZERO
from tests.worlds import D, perpetual, venue

BUY, SELL = Side.BUY, Side.SELL
LIMIT, STOP, STOP_LIMIT = OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT


def order(side: Side, order_type: OrderType, name: str = "#1", **more: object) -> Order:
    made = Order(
        id=name,
        symbol="BTC",
        side=side,
        quantity=ONE,
        order_type=order_type,
        leverage=ONE,
        mode=Mode.CROSS,
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "level", "trades"),
    [
        # a purchase at a limit waits for the price to fall, one at a stop for it to rise
        (order(BUY, LIMIT, limit=D(100)), 100, (True, True, False)),
        (order(SELL, LIMIT, limit=D(100)), 100, (False, True, True)),
        (order(BUY, STOP, trigger=D(100)), 100, (False, True, True)),
        (order(SELL, STOP, trigger=D(100)), 100, (True, True, False)),
        (order(SELL, OrderType.TRAILING, trigger=D(100)), 100, (True, True, False)),
        # a stop-limit waits for its trigger, and once that has traded for its limit
        (order(BUY, STOP_LIMIT, trigger=D(100), limit=D(105)), 100, (False, True, True)),
        (
            order(BUY, STOP_LIMIT, trigger=D(90), limit=D(100), triggered=True),
            100,
            (True, True, False),
        ),
        (order(SELL, OrderType.MARKET), None, (True, True, True)),
    ],
)
def test_an_order_trades_at_its_level_and_beyond(
    made: Order, level: int | None, trades: tuple[bool, ...]
) -> None:
    assert made.level == level
    assert tuple(made.trades_at(D(price)) for price in (99, 100, 101)) == trades


def test_a_limit_takes_its_own_price_and_better_ones() -> None:
    prices = [D(price) for price in (99, 100, 101)]
    bought, sold = order(BUY, LIMIT, limit=D(100)), order(SELL, LIMIT, limit=D(100))
    assert [bought.within_limit(price) for price in prices] == [True, True, False]
    assert [sold.within_limit(price) for price in prices] == [False, True, True]
    assert all(order(BUY, STOP, trigger=D(100)).within_limit(price) for price in prices)


@pytest.mark.parametrize(
    ("made", "makes"),
    [
        (order(BUY, LIMIT, limit=D(100)), True),
        (order(BUY, LIMIT, limit=D(100), crossed=True), False),
        (order(BUY, STOP_LIMIT, limit=D(100), trigger=D(99)), False),
        (order(BUY, STOP_LIMIT, limit=D(100), trigger=D(99), triggered=True), True),
        (order(BUY, STOP_LIMIT, limit=D(9), trigger=D(9), triggered=True, crossed=True), False),
        (order(BUY, OrderType.MARKET), False),
    ],
)
def test_only_a_limit_that_rests_makes_the_market(made: Order, makes: bool) -> None:
    assert made.makes_market() is makes


# the account around it


def account(*symbols: str) -> Account:
    listed = {symbol: perpetual(symbol) for symbol in symbols}
    return open_account("test", venue(), Mode.ISOLATED, Convention.WORST, listed)


def test_the_others_of_a_group_are_linked_whichever_came_first() -> None:
    """Three of one word, and two tied to an order by its name."""
    orders = [
        order(BUY, LIMIT, "b", oco="group"),
        order(BUY, LIMIT, "a", oco="group"),
        order(BUY, LIMIT, "c", oco="group"),
        order(BUY, LIMIT, "#1"),
        order(BUY, LIMIT, "#3", oco="#1"),
        order(BUY, LIMIT, "#2", oco="#1"),
        order(BUY, LIMIT, "alone"),
    ]
    held = replace(account("BTC"), orders={one.id: one for one in orders})
    found = {one.id: [other.id for other in held.linked(one)] for one in orders}
    assert found == {
        "b": ["a", "c"],
        "a": ["b", "c"],
        "c": ["b", "a"],
        "#1": ["#3", "#2"],
        "#3": ["#1", "#2"],
        "#2": ["#1", "#3"],
        "alone": [],
    }


def position(symbol: str, pocket: str, quantity: int) -> Position:
    return Position(
        symbol=symbol,
        pocket=pocket,
        lots=(),
        quantity=D(quantity),
        basis=ZERO,
        leverage=ONE,
        opened_at=0,
        peak=ZERO,
        first_entry=ZERO,
    )


def pocket(name: str, *quantities: tuple[str, int]) -> Pocket:
    held = {symbol: position(symbol, name, quantity) for symbol, quantity in quantities}
    return Pocket(name=name, positions=held)


def test_pockets_stand_in_the_order_in_which_their_symbols_are_listed_the_wallet_first() -> None:
    listed = account("ETH", "BTC", "ADA")
    names = ["isolated:ADA", "isolated:BTC", "main", "isolated:ETH"]
    expected = ["main", "isolated:ETH", "isolated:BTC", "isolated:ADA"]
    assert in_order(listed, names) == in_order(listed, reversed(names)) == expected


def test_only_what_holds_something_is_at_risk() -> None:
    listed = account("ETH", "BTC", "ADA")
    pockets = [
        pocket("isolated:BTC", ("BTC", -1)),
        pocket("main", ("ETH", 0), ("ADA", 2)),
        pocket("isolated:ETH", ("ETH", 0)),
    ]
    held = replace(listed, pockets={one.name: one for one in pockets})
    assert [one.name for one in held_pockets(held)] == ["main", "isolated:BTC"]
    alone = replace(listed, pockets={one.name: one for one in pockets[::2]})
    assert [one.name for one in held_pockets(alone)] == ["isolated:BTC"]
    assert held_pockets(listed) == []


@pytest.mark.parametrize(("quantity", "side"), [(2, BUY), (1, BUY), (-1, SELL), (-2, SELL)])
def test_the_side_of_a_position_is_the_sign_of_its_quantity(quantity: int, side: Side) -> None:
    assert position("BTC", "main", quantity).side is side
    assert side.opposite.sign == -side.sign
