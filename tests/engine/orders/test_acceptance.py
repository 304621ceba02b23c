"""At which prices an order would fill, how large it is, and which of its prices are refused."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ledger.account.commands import PlaceOrder
from ledger.account.order import Order, OrderType, Target
from ledger.account.state import Side
from ledger.engine.decision.refusal import Refusal
from ledger.engine.orders.acceptance import (
    check_leverage,
    check_prices,
    check_short,
    check_targets,
    check_type,
    check_worth,
    crosses,
    entries,
    least_worth,
    listed,
    loss_per_unit,
    quantity_of,
    reference_price,
    tier_refusal,
)
from ledger.market.instrument import Kind
from ledger.market.rules.carry import Counted, Rollover
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.market.rules.schedule import Basis, Schedule
from tests.engine.drafts import draft
from tests.worlds import TIERS, D, broker, perpetual, stock, venue

BUY, SELL = Side.BUY, Side.SELL
MARKET, LIMIT, STOP = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP
STOP_LIMIT, TRAILING = OrderType.STOP_LIMIT, OrderType.TRAILING


def command(side: Side, order_type: OrderType = MARKET, **more: Any) -> PlaceOrder:
    terms = {"limit", "trigger", "trail", "trail_fraction", "stop_loss", "quantity"}
    terms |= {"notional", "risk"}
    given = {key: D(value) if key in terms else value for key, value in more.items()}
    return PlaceOrder(symbol=given.pop("symbol", "BTC"), side=side, order_type=order_type, **given)


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (command(BUY), 100, 100),
        # a limit that rests fills there, one that is passed where the market is
        (command(BUY, LIMIT, limit=90), 90, 90),
        (command(BUY, LIMIT, limit=100), 100, 100),
        (command(BUY, LIMIT, limit=110), 100, 100),
        (command(SELL, LIMIT, limit=110), 110, 110),
        (command(SELL, LIMIT, limit=90), 100, 100),
        # a stop likewise
        (command(BUY, STOP, trigger=110), 110, 110),
        (command(BUY, STOP, trigger=100), 100, 100),
        (command(BUY, STOP, trigger=90), 100, 100),
        (command(SELL, STOP, trigger=90), 90, 90),
        (command(SELL, STOP, trigger=110), 100, 100),
        # a stop-limit between its trigger and its limit
        (command(BUY, STOP_LIMIT, trigger=110, limit=115), 110, 115),
        (command(SELL, STOP_LIMIT, trigger=90, limit=85), 85, 90),
        # one with the better limit waits for it
        (command(BUY, STOP_LIMIT, trigger=110, limit=105), 105, 105),
        (command(BUY, STOP_LIMIT, trigger=110, limit="109.5"), D("109.5"), D("109.5")),
        (command(SELL, STOP_LIMIT, trigger=90, limit=95), 95, 95),
        # one whose trigger is passed is a limit order
        (command(BUY, STOP_LIMIT, trigger=90, limit=105), 100, 100),
        (command(BUY, STOP_LIMIT, trigger=90, limit=95), 95, 95),
        (command(SELL, STOP_LIMIT, trigger=110, limit=95), 100, 100),
        (command(SELL, STOP_LIMIT, trigger=110, limit=105), 105, 105),
        # a trailing order begins its trail behind the market: 7 of it, or a tenth
        (command(SELL, TRAILING, trail=7), 93, 93),
        (command(BUY, TRAILING, trail=7), 107, 107),
        (command(SELL, TRAILING, trail_fraction="0.1"), 90, 90),
        (command(BUY, TRAILING, trail_fraction="0.1"), 110, 110),
    ],
)
def test_the_prices_at_which_an_order_would_fill_as_the_market_stands(
    made: PlaceOrder, low: Decimal | int, high: Decimal | int
) -> None:
    here = draft()
    assert entries(here, made, perpetual("BTC")) == (low, high)
    assert reference_price(here, made, perpetual("BTC")) == high


@pytest.mark.parametrize(
    ("made", "price"),
    [
        (command(BUY), 100),
        (command(BUY, LIMIT, limit=110), 110),
        (command(SELL, STOP, trigger=110), 110),
        (command(BUY, STOP_LIMIT, trigger=90, limit=95), 95),
        (command(SELL, STOP_LIMIT, trigger=90, limit=85), 90),
        (command(SELL, STOP_LIMIT, trigger=110, limit=120), 120),
        (command(SELL, TRAILING, trail=7), 93),
    ],
)
def test_between_two_bars_an_order_is_sized_by_its_own_level(made: PlaceOrder, price: int) -> None:
    assert reference_price(draft(trading=False), made, perpetual("BTC")) == price


@pytest.mark.parametrize(
    ("made", "taken"),
    [
        (command(BUY, LIMIT, limit="100.5"), True),
        (command(BUY, LIMIT, limit=100), False),
        (command(SELL, LIMIT, limit="99.5"), True),
        (command(SELL, LIMIT, limit=100), False),
        (command(BUY, STOP_LIMIT, limit=110, trigger=90), False),
        (command(BUY), False),
    ],
)
def test_only_a_limit_beyond_a_price_that_trades_takes_it(made: PlaceOrder, taken: bool) -> None:
    assert crosses(draft(), made) is taken
    assert crosses(draft(trading=False), made) is False


# sizes


@pytest.mark.parametrize(
    ("made", "quantity"),
    [
        (command(BUY, quantity="0.001"), "0.001"),
        (command(BUY, quantity="2.500"), "2.5"),
        (command(BUY, notional=1000), "10"),
        (command(BUY, notional="100.19"), "1.001"),  # 1.0019 in whole lots of 0.001
        # by what it is worth at the price that it would fill at: 1,000 / 125
        (command(BUY, STOP, trigger=125, notional=1000), "8"),
        # 10 lost on each, from 100 to the stop at 90
        (command(BUY, risk=100, stop_loss=90), "10"),
        (command(SELL, risk=100, stop_loss=110), "10"),
        # 5 of the way from where the trail begins, 100 - 5
        (command(BUY, risk=100, trail=5), "20"),
    ],
)
def test_a_size_is_a_quantity_a_value_or_a_risk(made: PlaceOrder, quantity: str) -> None:
    here = draft()
    reference = reference_price(here, made, perpetual("BTC"))
    found = quantity_of(here, made, perpetual("BTC"), reference)
    assert str(found) == quantity


@pytest.mark.parametrize(
    ("held", "side", "quantity"),
    [
        ("3", SELL, 13),  # 3 are closed first, and risk nothing
        ("-3", SELL, 10),
        ("-3", BUY, 13),
        ("3", BUY, 10),
    ],
)
def test_what_an_order_closes_first_is_added_to_a_size_by_risk(
    held: str, side: Side, quantity: int
) -> None:
    made = command(side, risk=100, stop_loss=90 if side is BUY else 110)
    assert quantity_of(draft(held=held), made, perpetual("BTC"), D(100)) == quantity


def test_a_risk_too_small_for_a_lot_buys_nothing_of_what_is_held_either() -> None:
    made = command(SELL, risk="0.009", stop_loss=110)
    with pytest.raises(Refusal, match="smaller than one lot"):
        quantity_of(draft(held="3"), made, perpetual("BTC"), D(100))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({}, "exactly one"),
        ({"quantity": 1, "risk": 5}, "exactly one"),
        ({"quantity": 1, "notional": 5}, "exactly one"),
        ({"quantity": 0}, "smaller than one lot"),
        ({"quantity": -1}, "smaller than one lot"),
        ({"quantity": "0.0015"}, "multiple of the lot"),
        ({"notional": "0.09"}, "smaller than one lot"),
        ({"risk": 5}, "needs a stop"),
        # a trillion of value is more than the ledger's integers hold, and so is one of units
        ({"quantity": 10**10}, "larger than this ledger"),
        ({"quantity": 2 * 10**10}, "larger than this ledger"),
    ],
)
def test_a_size_that_no_order_has_is_refused(more: dict[str, Any], why: str) -> None:
    with pytest.raises(Refusal, match=why):
        quantity_of(draft(), command(BUY, **more), perpetual("BTC"), D(100))


def test_the_largest_order_is_just_below_what_the_ledger_holds() -> None:
    """10^12 of value at 100 each; 9 x 10^10 units at 1."""
    one = perpetual("BTC", lot=D(1))
    here, most = draft(), 10**10 - 1
    assert quantity_of(here, command(BUY, quantity=most), one, D(100)) == most
    cheap = draft(last="1")
    assert quantity_of(cheap, command(BUY, quantity=9 * 10**10 - 1), one, D(1)) == 9 * 10**10 - 1
    with pytest.raises(Refusal, match="90000000000 units"):
        quantity_of(cheap, command(BUY, quantity=9 * 10**10), one, D(1))
    coin = perpetual("BTC", lot=D(1), kind=Kind.INVERSE)
    with pytest.raises(Refusal, match="90000000000 contracts"):
        quantity_of(cheap, command(BUY, quantity=9 * 10**10), coin, D(1))


def test_what_is_worth_nothing_cannot_be_sized() -> None:
    with pytest.raises(Refusal, match="at a price of 0"):
        quantity_of(draft(last="0"), command(BUY, quantity=1), perpetual("BTC"), D(0))


@pytest.mark.parametrize(
    ("quantity", "held", "reduces", "why"),
    [
        ("0.05", "0", False, None),  # worth 5
        ("0.049", "0", False, "at least 0.05"),
        ("0.049", "1", True, None),  # what only reduces may be smaller
        ("0.049", "0.049", True, None),
        ("0.049", "1", False, "at least 0.05"),
    ],
)
def test_an_order_is_worth_the_least_that_the_venue_takes(
    quantity: str, held: str, reduces: bool, why: str | None
) -> None:
    one = perpetual("BTC", min_notional=D(5))
    made = command(SELL, quantity=quantity, reduce_only=reduces)
    here = draft(instrument=one, held=held)
    if why is None:
        assert quantity_of(here, made, one, D(100)) == D(quantity)
    else:
        with pytest.raises(Refusal, match=why):
            quantity_of(here, made, one, D(100))


def test_less_than_a_unit_of_money_is_traded_only_to_close_everything() -> None:
    """A lot at 0.0001 is worth 0.0000001: a tenth of the smallest amount."""
    one = perpetual("BTC", tick=D("0.0001"))
    assert least_worth(one) == D("0.000001")
    here = draft(instrument=one, held="0.005", last="0.0001")
    whole = command(SELL, quantity="0.005", reduce_only=True)
    assert quantity_of(here, whole, one, D("0.0001")) == D("0.005")
    with pytest.raises(Refusal, match=r"at least 0\.01"):
        quantity_of(here, command(SELL, quantity="0.004", reduce_only=True), one, D("0.0001"))
    check_worth(here, "BTC", D("0.01"), D("0.0001"))
    check_worth(here, "BTC", D(0), D("0.0001"))
    with pytest.raises(Refusal, match="worth less than"):
        check_worth(here, "BTC", D("0.009"), D("0.0001"))


# what one unit loses


@pytest.mark.parametrize(
    ("made", "loss"),
    [
        # 10 to the stop; the taker's 0.2 % of 100 and of 90
        (command(BUY, stop_loss=90), "10.38"),
        (command(SELL, stop_loss=110), "10.42"),
        # a limit that rests pays the maker's 0.1 % of 95, and 5 to the stop
        (command(BUY, LIMIT, limit=95, stop_loss=90), "5.275"),
        # one that is passed takes at 100
        (command(BUY, LIMIT, limit=105, stop_loss=90), "10.38"),
        # a stop at 110 loses 20
        (command(BUY, STOP, trigger=110, stop_loss=90), "20.40"),
    ],
)
def test_a_unit_loses_the_way_to_its_stop_and_both_fees(made: PlaceOrder, loss: str) -> None:
    book = venue(maker_fee=D("0.001"), taker_fee=D("0.002"))
    assert loss_per_unit(draft(book), made) == D(loss)


@pytest.mark.parametrize(("side", "stop", "loss"), [(BUY, 90, "10.8"), (SELL, 110, "10.8")])
def test_what_opening_costs_beside_is_lost_too(side: Side, stop: int, loss: str) -> None:
    """0.5 % for opening, and the first rollover, 0.3 %, as its period begins."""
    rollover = Rollover(fee=D("0.003"), counted=Counted.BEGUN)
    book = venue(opening_fee=D("0.005"), rollover=rollover)
    assert loss_per_unit(draft(book), command(side, stop_loss=stop)) == D(loss)


def test_without_a_way_to_lose_there_is_no_risk_to_size_by() -> None:
    with pytest.raises(Refusal, match="no risk to size by"):
        loss_per_unit(draft(), command(BUY, stop_loss=100))


# prices


def target(price: str, fraction: str = "1") -> Target:
    return Target(D(price), D(fraction))


BOTH = (target("110", "0.5"), target("120", "0.5"))


@pytest.mark.parametrize(
    "made",
    [
        command(BUY, stop_loss="99.5", targets=(target("100.5"),)),
        command(SELL, stop_loss="100.5", targets=(target("99.5"),)),
        command(BUY, targets=BOTH),
        # between a trigger and a limit: below the one, above the other
        command(BUY, STOP_LIMIT, trigger=110, limit=115, stop_loss=109, targets=(target("116"),)),
        command(SELL, STOP_LIMIT, trigger=90, limit=85, stop_loss=91, targets=(target("84"),)),
        command(BUY, trail=99),
        command(SELL, trail=250),
        command(BUY, TRAILING, trail=250),
        command(BUY, trail=99, stop_loss=99),
    ],
)
def test_a_stop_and_targets_on_their_sides_are_taken(made: PlaceOrder) -> None:
    check_prices(draft(), made, perpetual("BTC"))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (command(BUY, stop_loss=100), "must be below 100"),
        (command(SELL, stop_loss=100), "must be above 100"),
        (command(BUY, targets=(target("100"),)), "must be above 100"),
        (command(SELL, targets=(target("100"),)), "must be below 100"),
        (
            command(BUY, STOP_LIMIT, trigger=110, limit=115, stop_loss=110),
            "stop of this order must be below 110",
        ),
        (
            command(BUY, STOP_LIMIT, trigger=110, limit=115, targets=(target("115"),)),
            "target of this order must be above 115",
        ),
        (
            command(SELL, STOP_LIMIT, trigger=90, limit=85, stop_loss=90),
            "stop of this order must be above 90",
        ),
        (
            command(SELL, STOP_LIMIT, trigger=90, limit=85, targets=(target("85"),)),
            "target of this order must be below 85",
        ),
        (command(BUY, stop_loss="99.7"), "stop must be a positive multiple"),
        (command(BUY, stop_loss=0), "stop must be a positive multiple"),
        (command(BUY, targets=(target("110.2"),)), "target must be a positive multiple"),
        (command(BUY, targets=(target("110", "0"),)), "fraction must be above zero"),
        (command(BUY, targets=(target("110", "-0.5"),)), "fraction must be above zero"),
        (command(BUY, targets=(target("110", "1.1"),)), "fraction must be above zero"),
        (command(BUY, targets=(target("110", "NaN"),)), "fraction must be above zero"),
        (command(BUY, targets=(*BOTH, target("130", "0.01"))), "more than the whole"),
        (command(BUY, trail=100), "must be smaller than the price"),
        (command(BUY, trail=101), "must be smaller than the price"),
        (command(SELL, TRAILING, trail=100), "must be smaller than the price"),
    ],
)
def test_a_stop_or_target_on_the_wrong_side_is_refused(made: PlaceOrder, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        check_prices(draft(), made, perpetual("BTC"))


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (command(BUY, LIMIT), "a limit order needs a limit"),
        (command(BUY, STOP_LIMIT, limit=1), "a stop-limit order needs a trigger"),
        (command(BUY, limit=1), "a market order takes no limit"),
        (command(BUY, LIMIT, limit=1, trigger=1), "takes no trigger"),
        (command(BUY, LIMIT, limit="1.2"), "limit must be a positive multiple"),
        (command(BUY, STOP, trigger=0), "trigger must be a positive multiple"),
        (command(BUY, TRAILING), "needs a trail"),
        (command(BUY, trail=0), "trail must be a positive multiple"),
        (command(BUY, trail=1, trail_fraction="0.1"), "give either"),
        (command(BUY, trail_fraction=0), "above 0 and below 1"),
        (command(BUY, trail_fraction=1), "above 0 and below 1"),
        (command(SELL, reduce_only=True, stop_loss=110), "reduce-only"),
        (command(SELL, reduce_only=True, trail=5), "reduce-only"),
        (command(SELL, reduce_only=True, targets=BOTH), "reduce-only"),
    ],
)
def test_an_order_has_the_prices_of_its_type_and_no_others(made: PlaceOrder, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        check_type(made, perpetual("BTC"))


@pytest.mark.parametrize(
    "made",
    [
        command(SELL, reduce_only=True),
        command(SELL, TRAILING, reduce_only=True, trail=5),
        command(BUY, STOP_LIMIT, trigger=1, limit="0.5"),
        command(BUY, trail_fraction="0.999"),
    ],
)
def test_an_order_with_the_prices_of_its_type_is_taken(made: PlaceOrder) -> None:
    check_type(made, perpetual("BTC"))


def test_only_what_is_listed_and_has_traded_is_ordered() -> None:
    here = draft()
    assert listed(here, "BTC") == perpetual("BTC")
    with pytest.raises(Refusal, match="ETH is not listed here; listed: BTC"):
        listed(here, "ETH")
    here.market = replace(here.market, last={})
    with pytest.raises(Refusal, match="BTC has not traded yet"):
        listed(here, "BTC")


# leverage


def order(side: Side, leverage: str, symbol: str = "BTC", **more: Any) -> Order:
    return Order(
        id="#1",
        symbol=symbol,
        side=side,
        quantity=D(1),
        order_type=MARKET,
        leverage=D(leverage),
        mode=more.pop("mode", Mode.CROSS),
        **more,
    )


@pytest.mark.parametrize(
    ("leverage", "mode", "lent"),
    [
        ("1", Mode.CROSS, True),
        ("0.99", Mode.CROSS, False),
        ("20", Mode.CROSS, True),
        ("20.1", Mode.CROSS, False),
        ("20.1", Mode.ISOLATED, True),
        ("125", Mode.ISOLATED, True),
        ("125.1", Mode.ISOLATED, False),
    ],
)
def test_leverage_is_between_one_and_what_the_mode_lends(
    leverage: str, mode: Mode, lent: bool
) -> None:
    here = draft(venue(cross_leverage=D(20)))
    if lent:
        check_leverage(here, order(BUY, leverage, mode=mode))
    else:
        with pytest.raises(Refusal, match="is not allowed"):
            check_leverage(here, order(BUY, leverage, mode=mode))


@pytest.mark.parametrize(
    ("held", "opening", "leverage", "most"),
    [
        ("0", "499", "125", None),  # 49,900
        ("0", "500", "125", 100),  # 50,000 is in the second tier
        ("0", "500", "100", None),
        ("1", "499", "125", 100),
        ("-1", "499", "125", None),  # a short is closed first
    ],
)
def test_a_tier_limits_the_leverage_of_all_that_is_held_afterwards(
    held: str, opening: str, leverage: str, most: int | None
) -> None:
    here = draft(venue(tiers=TIERS), held=held)
    found = tier_refusal(here, order(BUY, leverage), D(opening), D(100))
    assert found == (most and f"a position of 50000 USDT may have at most {most}x")


@pytest.mark.parametrize(
    ("fraction", "opening", "held", "least"),
    [
        ("0.5", "0.002", "0", None),
        ("0.5", "0.001", "0", "0.002"),
        ("0.5", "0.001", "0.001", None),
        ("0.5", "0.001", "-0.001", "0.002"),
        ("0.3", "0.003", "0", "0.004"),  # 0.0009 of 0.003; 0.001 / 0.3 = 0.00333
    ],
)
def test_a_target_takes_a_lot_of_what_there_will_be(
    fraction: str, opening: str, held: str, least: str | None
) -> None:
    here, made = draft(held=held), order(BUY, "1", targets=(target("110", fraction),))
    if least is None:
        check_targets(here, made, D(opening))
    else:
        with pytest.raises(Refusal, match=f"at least {least}$"):
            check_targets(here, made, D(opening))


@pytest.mark.parametrize(
    ("side", "leverage", "lent"), [(SELL, "1", False), (SELL, "1.1", True), (BUY, "1", True)]
)
def test_a_short_is_lent_where_leverage_lends_something(
    side: Side, leverage: str, lent: bool
) -> None:
    owed = Schedule(name="house", basis=Basis.LIABILITIES)
    book: Rulebook = broker(schedules=(owed, *broker().schedules[1:]))
    here = draft(book, stock("ACME"))
    if lent:
        check_short(here, order(side, leverage, "ACME"))
    else:
        with pytest.raises(Refusal, match="leverage 1 borrows nothing"):
            check_short(here, order(side, leverage, "ACME"))


def test_what_is_paid_in_full_is_not_borrowed_to_be_sold() -> None:
    """A written option's seller borrows nothing."""
    owed = Schedule(name="house", basis=Basis.LIABILITIES)
    book = broker(schedules=(owed, *broker().schedules[1:]))
    check_short(draft(book, stock("OPT", kind=Kind.OPTION)), order(SELL, "1", "OPT"))
