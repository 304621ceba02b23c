"""What happens inside a bar (`fills.md`): gaps, extremes, the order of stop and target."""

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.state import Convention, OrderType, Side, Target
from ledger.market.rules.rulebook import Mode
from tests.worlds import D, World, broker, only, perpetual, stock, venue


def long_with(**plan: object) -> World:
    """1 BTC bought at 100, isolated at 1x, with the plan's stop and targets."""
    world = World(venue(), perpetual(tick=D("0.5"), lot=D("0.001")))
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), **plan)  # type: ignore[arg-type]
    world.flat(100, Deposit(amount=D(1000)), buy)
    return world


def short_with(**plan: object) -> World:
    world = World(venue(), perpetual())
    sell = PlaceOrder(symbol="BTC", side=Side.SELL, quantity=D(1), **plan)  # type: ignore[arg-type]
    world.flat(100, Deposit(amount=D(1000)), sell)
    return world


def test_a_stop_inside_the_bar_fills_at_its_level() -> None:
    world = long_with(stop_loss=D(95))
    world.bar({"BTC": (99, 99, 94, 98)})
    assert only(world.of(e.StoppedOut)).price == 95
    assert only(world.of(e.PositionClosed)).realized_pnl == -5


def test_a_gap_through_the_stop_fills_at_the_open() -> None:
    world = long_with(stop_loss=D(95))
    world.bar({"BTC": (90, 97, 88, 96)})
    assert only(world.of(e.StoppedOut)).price == 90


def test_a_short_s_stop_fills_on_the_way_up() -> None:
    world = short_with(stop_loss=D(105))
    world.bar({"BTC": (101, 106, 100, 102)})
    assert only(world.of(e.StoppedOut)).price == 105


def test_a_gap_over_a_short_s_stop_fills_at_the_open() -> None:
    world = short_with(stop_loss=D(105))
    world.bar({"BTC": (110, 111, 109, 110)})
    assert only(world.of(e.StoppedOut)).price == 110


def test_where_stop_and_target_lie_in_one_bar_the_stop_wins() -> None:
    world = long_with(stop_loss=D(95), targets=(Target(D(105), D(1)),))
    world.bar({"BTC": (100, 106, 94, 100)})
    assert only(world.of(e.PositionClosed)).closed_by == "stop_loss"
    assert not world.of(e.ProfitTaken)


def test_by_ohlc_the_extreme_nearer_to_the_open_comes_first() -> None:
    world = World(venue(), perpetual(), convention=Convention.OHLC)
    plan = PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D(1),
        stop_loss=D(95),
        targets=(Target(D(105), D(1)),),
    )
    world.flat(100, Deposit(amount=D(1000)), plan)
    world.bar({"BTC": (104, 106, 94, 100)})
    assert only(world.of(e.ProfitTaken)).price == 105


def test_by_ohlc_the_low_comes_first_where_both_extremes_are_as_near() -> None:
    """Open 100, 6 up to 106 and 6 down to 94: a long's stop at 95 is met before its target."""
    plan = {"stop_loss": D(95), "targets": (Target(D(105), D(1)),)}
    world = World(venue(), perpetual(), convention=Convention.OHLC)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), **plan)  # type: ignore[arg-type]
    world.flat(100, Deposit(amount=D(1000)), buy)
    world.bar({"BTC": (100, 106, 94, 100)})
    assert only(world.of(e.StoppedOut)).price == 95


def test_a_target_fills_at_its_level_and_at_the_open_of_a_gap_beyond_it() -> None:
    world = long_with(targets=(Target(D(105), D(1)),))
    world.bar({"BTC": (101, 107, 100, 104)})
    assert only(world.of(e.ProfitTaken)).price == 105
    world = long_with(targets=(Target(D(105), D(1)),))
    world.bar({"BTC": (108, 109, 107, 108)})
    assert only(world.of(e.ProfitTaken)).price == 108


def test_a_limit_order_may_do_better_than_its_limit_but_never_worse() -> None:
    world = World(venue(), perpetual())
    world.flat(100, Deposit(amount=D(1000)), limit_buy(95))
    world.bar({"BTC": (98, 99, 94, 97)})
    assert only(world.of(e.OrderFilled)).price == 95
    world = World(venue(), perpetual())
    world.flat(100, Deposit(amount=D(1000)), limit_buy(95))
    world.bar({"BTC": (93, 99, 92, 97)})
    assert only(world.of(e.OrderFilled)).price == 93


def limit_buy(price: int, **plan: object) -> PlaceOrder:
    return PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D(1),
        order_type=OrderType.LIMIT,
        limit=D(price),
        **plan,  # type: ignore[arg-type]
    )


def test_an_entry_inside_a_bar_can_be_stopped_in_that_bar_but_cannot_take_profit_in_it() -> None:
    world = World(venue(), perpetual())
    plan = limit_buy(95, stop_loss=D(90), targets=(Target(D(99), D(1)),))
    world.flat(100, Deposit(amount=D(1000)), plan)
    world.bar({"BTC": (98, 100, 94, 97)})
    assert world.account.position("BTC") is not None
    world = World(venue(), perpetual())
    world.flat(100, Deposit(amount=D(1000)), plan)
    world.bar({"BTC": (98, 100, 89, 97)})
    assert only(world.of(e.PositionClosed)).closed_by == "stop_loss"


def test_a_stop_entry_fills_where_the_price_breaks_out() -> None:
    world = World(venue(), perpetual())
    entry = PlaceOrder(
        symbol="BTC",
        side=Side.BUY,
        quantity=D(1),
        order_type=OrderType.STOP,
        trigger=D(103),
        stop_loss=D(99),
    )
    world.flat(100, Deposit(amount=D(1000)), entry)
    world.bar({"BTC": (101, 104, 100, 102)})
    assert only(world.of(e.PositionOpened)).entry_price == 103


def test_in_a_hole_nothing_fills_until_the_next_traded_price() -> None:
    world = long_with(stop_loss=D(95))
    world.bar({"BTC": None})
    assert not world.of(e.StoppedOut)
    world.bar({"BTC": (80, 81, 79, 80)})
    assert only(world.of(e.StoppedOut)).price == 80


def test_a_partly_filled_target_shrinks_its_stop_and_does_not_cancel_it() -> None:
    world = long_with(stop_loss=D(95), targets=(Target(D(105), D("0.5")), Target(D(110), D("0.5"))))
    world.bar({"BTC": (101, 106, 100, 104)})
    (stop,) = [o for o in world.account.orders.values() if o.trigger is not None]
    assert stop.quantity == D("0.5")
    world.bar({"BTC": (104, 104, 94, 95)})
    assert only(world.of(e.StoppedOut)).quantity == D("0.5")
    assert not world.account.orders


def test_scaling_out_takes_what_rounding_left_with_the_last_target() -> None:
    world = World(venue(), perpetual(lot=D(1)))
    shares = ((105, "0.3"), (110, "0.3"), (115, "0.4"))
    thirds = tuple(Target(D(price), D(share)) for price, share in shares)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(7), targets=thirds)
    world.flat(100, Deposit(amount=D(10_000)), buy)
    world.bar({"BTC": (100, 120, 100, 118)})
    # 30 % of 7 is 2.1: two lots, twice; three are left for the last
    assert [taken.quantity for taken in world.of(e.ProfitTaken)] == [2, 2, 3]
    assert world.account.position("BTC") is None


def test_a_protective_order_ends_with_its_position() -> None:
    world = long_with(stop_loss=D(95), targets=(Target(D(105), D(1)),))
    world.bar({"BTC": (101, 106, 100, 104)})
    assert not world.account.orders
    assert only(world.of(e.OrderCancelled)).cause.value == "stop_loss"


def test_stops_slip_against_the_trader_by_the_book_s_rate_and_stay_inside_the_bar() -> None:
    world = World(venue(stop_slippage=D("0.02")), perpetual())
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(1), stop_loss=D(95))
    world.flat(100, Deposit(amount=D(1000)), buy)
    world.bar({"BTC": (99, 99, 90, 98)})
    # 95 less 2 % is 93.1, on the half-tick below: 93.0
    assert only(world.of(e.StoppedOut)).price == D("93.0")
    world = World(venue(stop_slippage=D("0.02")), perpetual())
    world.flat(100, Deposit(amount=D(1000)), buy)
    world.bar({"BTC": (99, 99, 94, 98)})
    assert only(world.of(e.StoppedOut)).price == 94


def test_a_stock_order_is_in_whole_shares() -> None:
    world = World(broker(), stock())
    half = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D("1.5"))
    world.flat(100, Deposit(amount=D(10_000)), half)
    assert "multiple of the lot" in only(world.of(e.OrderRefused)).reason


def test_a_breach_behind_one_wall_moves_the_price_of_nothing_else() -> None:
    """MID is liquidated on the way down. ZED's mark lies far below its prices all the while, and
    its limit still fills at its level: 98, not the bar's low of 96."""
    book = venue(modes=(Mode.ISOLATED,))
    world = World(book, perpetual("MID"), perpetual("ZED"))
    marks = {"MID": (100, 100, 100, 100), "ZED": (90, 90, 90, 90)}
    held = PlaceOrder(symbol="MID", side=Side.BUY, quantity=D(1), leverage=D(10))
    entry = PlaceOrder(
        symbol="ZED",
        side=Side.BUY,
        quantity=D(1),
        leverage=D(2),
        order_type=OrderType.LIMIT,
        limit=D(98),
    )
    rows = {"MID": (100, 100, 100, 100), "ZED": (100, 100, 100, 100)}
    world.bar(rows, Deposit(amount=D(1000)), held, entry, marks=marks)
    fallen = {"MID": (100, 100, 80, 80), "ZED": (100, 100, 96, 99)}
    world.bar(fallen, marks={"MID": (100, 100, 80, 80), "ZED": (90, 90, 86, 89)})
    assert [event.symbol for event in world.of(e.Liquidated)] == ["MID"]
    assert [event.price for event in world.of(e.OrderFilled) if event.symbol == "ZED"] == [98]
