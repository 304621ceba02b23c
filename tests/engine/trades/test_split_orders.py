"""What a split makes of a resting order: its size in whole lots, its prices on ticks."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.account.events import kinds as e
from ledger.account.order import Order, OrderType, Side, Target
from ledger.engine.decision.draft import Draft
from ledger.engine.trades import corporate_actions
from ledger.market.corporate import CorporateAction
from ledger.market.quote import Step
from ledger.market.rules.rulebook import Mode
from tests.engine.drafts import draft
from tests.worlds import T0, D, broker, only, stock

BUY, SELL = Side.BUY, Side.SELL
LIMIT, STOP = OrderType.LIMIT, OrderType.STOP


def resting(side: Side, order_type: OrderType, quantity: str = "10", **more: Any) -> Draft:
    """A resting order in shares with ticks of a cent and lots of one; nothing is held."""
    prices = {"limit", "trigger", "trail", "stop_loss", "unrounded"}
    given = {key: D(value) if key in prices else value for key, value in more.items()}
    order = Order(
        id="#1",
        symbol="ACME",
        side=side,
        quantity=D(quantity),
        order_type=order_type,
        leverage=D(1),
        mode=Mode.CROSS,
        **given,
    )
    here = draft(broker(), stock("ACME"))
    here.account = replace(here.account, orders={"#1": order})
    return here


def split(here: Draft, ratio: str) -> None:
    action = CorporateAction(symbol="ACME", at=T0, split=ratio)
    corporate_actions.split(here, Step(time=T0, closes=T0 + 60, bars={}, actions=(action,)))


@pytest.mark.parametrize(
    ("side", "order_type", "prices", "after"),
    [
        # a third of 100 is 33.333…: what waits above the price is rounded up, what waits below down
        (BUY, LIMIT, {"limit": "100"}, {"limit": "33.33"}),
        (SELL, LIMIT, {"limit": "100"}, {"limit": "33.34"}),
        (BUY, STOP, {"trigger": "100"}, {"trigger": "33.34"}),
        (SELL, STOP, {"trigger": "100"}, {"trigger": "33.33"}),
        # a trail up, on either side
        (
            SELL,
            OrderType.TRAILING,
            {"trigger": "100", "trail": "10"},
            {"trigger": "33.33", "trail": "3.34"},
        ),
        (
            BUY,
            OrderType.TRAILING,
            {"trigger": "100", "trail": "10"},
            {"trigger": "33.34", "trail": "3.34"},
        ),
        # a stop-limit by the side on which its trigger waits
        (
            BUY,
            OrderType.STOP_LIMIT,
            {"trigger": "100", "limit": "101"},
            {"trigger": "33.34", "limit": "33.67"},
        ),
        # the stop that an order brings away from it, and so its targets
        (BUY, LIMIT, {"limit": "100", "stop_loss": "80"}, {"limit": "33.33", "stop_loss": "26.66"}),
        (
            SELL,
            LIMIT,
            {"limit": "80", "stop_loss": "100"},
            {"limit": "26.67", "stop_loss": "33.34"},
        ),
    ],
)
def test_prices_are_rounded_so_that_nothing_is_met_earlier(
    side: Side, order_type: OrderType, prices: dict[str, str], after: dict[str, str]
) -> None:
    here = resting(side, order_type, **prices)
    split(here, "3:1")
    told = only(event for event in here.events if isinstance(event, e.OrderAdjusted))
    order = here.account.orders["#1"]
    assert told.quantity == order.quantity == 30
    for name in ("limit", "trigger", "trail", "stop_loss"):
        expected = D(after[name]) if name in after else None
        assert getattr(order, name) == getattr(told, name) == expected


@pytest.mark.parametrize(("side", "target"), [(BUY, "33.67"), (SELL, "33.66")])
def test_targets_are_rounded_away_from_the_order(side: Side, target: str) -> None:
    here = resting(side, LIMIT, limit="100", targets=(Target(D(101), D("0.5")),))
    split(here, "3:1")
    assert here.account.orders["#1"].targets == (Target(D(target), D("0.5")),)


@pytest.mark.parametrize(
    ("quantity", "ratio", "left"),
    [("10", "3:1", 30), ("10", "1:3", 3), ("2", "1:3", None), ("3", "1:3", 1), ("1", "3:2", 1)],
)
def test_a_size_is_in_whole_lots_and_less_than_one_is_cancelled(
    quantity: str, ratio: str, left: int | None
) -> None:
    here = resting(BUY, LIMIT, quantity, limit="90")
    split(here, ratio)
    if left is None:
        gone = only(event for event in here.events if isinstance(event, e.OrderCancelled))
        assert gone.reason == f"less than one lot after the split {ratio}"
        assert not here.account.orders
    else:
        assert here.account.orders["#1"].quantity == left


@pytest.mark.parametrize(
    ("side", "order_type", "prices"),
    [
        # a third of a cent or two, rounded down, is nothing
        (BUY, LIMIT, {"limit": "0.02"}),
        (SELL, STOP, {"trigger": "0.02"}),
        (BUY, LIMIT, {"limit": "0.09", "stop_loss": "0.02"}),
        (SELL, LIMIT, {"limit": "0.09", "targets": (Target(D("0.02"), D(1)),)}),
        # and 0.05 and 0.04 are the same cent
        (BUY, LIMIT, {"limit": "0.05", "stop_loss": "0.04"}),
        (SELL, LIMIT, {"limit": "0.04", "stop_loss": "0.05"}),
    ],
)
def test_what_has_no_price_or_no_way_to_its_stop_any_more_is_cancelled(
    side: Side, order_type: OrderType, prices: dict[str, Any]
) -> None:
    here = resting(side, order_type, **prices)
    split(here, "3:1")
    gone = only(event for event in here.events if isinstance(event, e.OrderCancelled))
    assert gone.reason == "its prices are below one tick after the split 3:1"


@pytest.mark.parametrize(
    ("side", "order_type", "prices"),
    [
        (SELL, LIMIT, {"limit": "0.02"}),
        (BUY, LIMIT, {"limit": "0.06", "stop_loss": "0.04"}),
        (BUY, OrderType.MARKET, {}),
        (BUY, OrderType.MARKET, {"stop_loss": "90"}),
    ],
)
def test_what_still_has_its_prices_stays(
    side: Side, order_type: OrderType, prices: dict[str, str]
) -> None:
    here = resting(side, order_type, **prices)
    split(here, "3:1")
    assert [*here.account.orders] == ["#1"]


def test_of_other_symbols_nothing_changes_and_nothing_is_told() -> None:
    here = resting(BUY, LIMIT, limit="90")
    action = CorporateAction(symbol="OTHER", at=T0, split="3:1")
    step = Step(time=T0, closes=T0 + 60, bars={}, actions=(action,))
    assert corporate_actions.split(here, step) == []
    assert here.events == []
    assert corporate_actions.concerned(here.account) == {"ACME"}
