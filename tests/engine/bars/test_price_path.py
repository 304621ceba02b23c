"""Where the others stand when an order's price is reached on the way: on the last tick passed."""

from dataclasses import replace

import pytest

from ledger.account.events import kinds as e
from ledger.account.order import Order, OrderType, Side
from ledger.engine.bars.price_path import walk
from ledger.engine.bars.ways import Way
from ledger.engine.decision.draft import Draft
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Judged, Mode, Rung
from tests.account.made import account, pocket, position
from tests.worlds import T0, D, Past, bar, level, only, perpetual, venue


def market(last: dict[str, str], mark: dict[str, str] | None) -> Market:
    traded = {symbol: D(price) for symbol, price in last.items()}
    judged = traded if mark is None else {symbol: D(price) for symbol, price in mark.items()}
    here = Market(time=T0, last=traded, mark=judged, history=Past())
    return replace(here, trading=frozenset(last))


def waiting(mark: dict[str, str] | None = None) -> Draft:
    """10 B at 50 with 5x on 200 of cash; 10 A are bought where 105 trades, for which it is too
    little."""
    held = replace(position(perpetual("B"), "10", "50"), leverage=D(5))
    order = Order(
        id="#1",
        symbol="A",
        side=Side.BUY,
        quantity=D(10),
        order_type=OrderType.STOP,
        trigger=D(105),
        leverage=D(1),
        mode=Mode.CROSS,
    )
    made = account(venue(), perpetual("A"), perpetual("B"))
    made = replace(made, pockets={"main": pocket(held, cash="200")}, orders={"#1": order})
    return Draft(made, market({"A": "100", "B": "50"}, mark))


def told(draft: Draft) -> str:
    return only(event for event in draft.events if isinstance(event, e.OrderCancelled)).reason


@pytest.mark.parametrize(
    ("end", "available"),
    [
        # half of the way to 105 of 110; equity is 200 + 10 x (B - 50), 2 x B of it is used
        ("50", 100),
        ("60", 140),  # at 55
        ("60.5", 140),  # at 55.25, so that 55.5 was not reached
        ("40", 60),  # at 45
        ("39.5", 60),  # at 44.75
    ],
)
@pytest.mark.parametrize("marked", [False, True])
def test_when_an_order_is_met_the_others_stand_on_the_last_tick_passed(
    end: str, available: int, marked: bool
) -> None:
    draft = waiting({"A": "100", "B": "50"} if marked else None)
    last = {"A": D(110), "B": D(end)}
    walk(draft, Way(last, dict(last) if marked else last))
    assert told(draft) == f"needs 1050 USDT of margin and fees, {available} is available"
    assert draft.market.last == last


def test_an_order_is_met_exactly_at_its_level_wherever_that_is_on_the_way() -> None:
    """From 0.5 to 14.5, 1 is a twenty-eighth of the way: in figures 0.5 + 14 / 28 is 0.9999…"""
    draft = waiting()
    order = replace(draft.account.orders["#1"], trigger=D(1), quantity=D(1_050))
    draft.account = replace(draft.account, orders={"#1": order})
    draft.market = market({"A": "0.5", "B": "50"}, None)
    last = {"A": D("14.5"), "B": D(50)}
    walk(draft, Way(last, last))
    assert told(draft) == "needs 1050 USDT of margin and fees, 100 is available"


def test_what_is_marked_apart_is_judged_on_the_way_of_its_marks() -> None:
    """B trades up to 60, and its mark goes from 50 to 40: at 45 halfway."""
    draft = waiting({"A": "100", "B": "50"})
    walk(draft, Way({"A": D(110), "B": D(60)}, {"A": D(110), "B": D(40)}))
    assert told(draft) == "needs 1050 USDT of margin and fees, 60 is available"


def test_an_order_whose_price_has_traded_already_acts_before_anything_moves() -> None:
    draft = waiting()
    draft.market = replace(draft.market, last={"A": D(106), "B": D(50)})
    draft.market = replace(draft.market, mark=draft.market.last)
    end = {"A": D(110), "B": D(60)}
    walk(draft, Way(end, end))
    assert told(draft) == "needs 1060 USDT of margin and fees, 100 is available"


@pytest.mark.parametrize(("end", "met"), [("104.5", False), ("105", True)])
def test_an_order_is_met_at_the_very_end_of_a_way(end: str, met: bool) -> None:
    draft = waiting()
    last = {"A": D(end), "B": D(50)}
    walk(draft, Way(last, last))
    assert bool(draft.events) is met


def test_what_does_not_trade_is_not_met() -> None:
    draft = waiting()
    draft.market = replace(draft.market, trading=frozenset({"B"}))
    last = {"A": D(110), "B": D(50)}
    walk(draft, Way(last, last))
    assert draft.events == []


@pytest.mark.parametrize(
    ("quantity", "cash", "end", "price"),
    [
        # half a percent of 0.5 x 90 is 0.225: there equity is just as much, a tick on it is less
        ("0.5", "5.225", "80", "89.5"),
        ("-0.5", "5.275", "120", "110.5"),
    ],
)
def test_where_only_less_is_a_breach_the_engine_acts_a_tick_beyond_equality(
    quantity: str, cash: str, end: str, price: str
) -> None:
    levels = (level(Rung.LIQUIDATION, "venue", "1", Judged.ALWAYS, inclusive=False),)
    made = account(venue(levels=levels), perpetual("A"))
    held = position(perpetual("A"), quantity, "100")
    made = replace(made, pockets={"main": pocket(held, cash=cash)})
    here = replace(market({"A": "100"}, None), bars={"A": bar(T0, (100, 120, 80, 100))})
    draft = Draft(made, here)
    last = {"A": D(end)}
    walk(draft, Way(last, last))
    gone = only(event for event in draft.events if isinstance(event, e.Liquidated))
    assert gone.price == D(price)


@pytest.mark.parametrize(
    ("quantity", "cash", "end", "price"),
    [("0.5", "10.45", "80", "89.5"), ("-0.5", "10.55", "120", "110.5")],
)
def test_where_several_move_each_is_taken_a_tick_on_to_where_it_hurts(
    quantity: str, cash: str, end: str, price: str
) -> None:
    """Twice the same: half a percent of 90 is 0.45, and so is 10.45 - 10."""
    levels = (level(Rung.LIQUIDATION, "venue", "1", Judged.ALWAYS, inclusive=False),)
    made = account(venue(levels=levels), perpetual("A"), perpetual("B"))
    held = [position(perpetual(symbol), quantity, "100") for symbol in "AB"]
    made = replace(made, pockets={"main": pocket(*held, cash=cash)})
    bars = {symbol: bar(T0, (100, 120, 80, 100)) for symbol in "AB"}
    draft = Draft(made, replace(market({"A": "100", "B": "100"}, None), bars=bars))
    last = {"A": D(end), "B": D(end)}
    walk(draft, Way(last, last))
    gone = [event for event in draft.events if isinstance(event, e.Liquidated)]
    assert gone[0].price == D(price)
