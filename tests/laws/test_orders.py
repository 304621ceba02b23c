"""What every order keeps to, whatever the market does: trigger, limit, trail, tie and day."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from hypothesis import given

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Convention, GoodFor, Order, OrderType, Side
from ledger.market.quote import Bar
from tests.laws import tried
from tests.laws.scripts import TICK, Moment, Script, play, scripts


def bars(moments: list[Moment]) -> list[tuple[Moment, c.Step]]:
    """The moments in which the rest of a bar is walked, after the acts at its open."""
    return [(m, m.command.step) for m in moments if isinstance(m.command, c.CloseBar)]


@tried(120)
@given(script=scripts())
def test_of_orders_that_are_tied_no_two_ever_fill(script: Script) -> None:
    group: dict[str, str] = {}
    filled: dict[str, str] = {}
    for moment in play(script):
        for event in moment.events:
            if isinstance(event, e.OrderPlaced):
                group.pop(event.order, None)
                if event.oco is not None:
                    group[event.order] = event.oco
                    group.setdefault(event.oco, event.oco)  # where it names an order that rests
            elif isinstance(event, e.OrderFilled) and event.order in group:
                name = group[event.order]
                assert filled.setdefault(name, event.order) == event.order


@tried(120)
@given(script=scripts())
def test_a_trail_never_retreats(script: Script) -> None:
    for moment in play(script):
        for event in moment.events:
            if isinstance(event, e.OrderAmended) and event.what == "trail":
                closer = event.now - event.was if event.side is Side.SELL else event.was - event.now
                assert closer > 0


@tried(120)
@given(script=scripts())
def test_a_trail_stands_behind_the_best_price_of_every_bar_that_it_outlived(script: Script) -> None:
    for moment, step in bars(play(script)):
        for order in trailing(moment.before.orders.values()):
            after = moment.after.orders.get(order.id)
            bar = step.bars.get(order.symbol)
            if after is None or after.order_type is not OrderType.TRAILING:
                continue
            assert after.trigger == (order.trigger if bar is None else behind(order, bar))


def trailing(orders: object) -> list[Order]:
    return [o for o in orders if o.order_type is OrderType.TRAILING]  # type: ignore[attr-defined]


def behind(order: Order, bar: Bar) -> Decimal:
    assert order.trigger is not None
    best = bar.high if order.side is Side.SELL else bar.low
    return nearer(order, trailed(order, best))


def nearer(order: Order | e.OrderPlaced, here: Decimal) -> Decimal:
    assert order.trigger is not None
    return max(order.trigger, here) if order.side is Side.SELL else min(order.trigger, here)


def trailed(order: Order | e.OrderPlaced, best: Decimal) -> Decimal:
    """Away from the best price; a distance is of whole ticks, a fraction is rounded away to one."""
    sign = order.side.opposite.sign
    if order.trail is not None:
        return best - sign * order.trail
    assert order.trail_fraction is not None
    ticks = best * (1 - sign * order.trail_fraction) / TICK
    return ticks.to_integral_value(ROUND_FLOOR if sign > 0 else ROUND_CEILING) * TICK


@tried(80)
@given(script=scripts())
def test_a_bar_moves_a_trail_at_most_once_for_each_of_its_ways(script: Script) -> None:
    """The open, both extremes, and the close for what came to life inside."""
    for moment in play(script):
        moved = [
            x.order for x in moment.events if isinstance(x, e.OrderAmended) and x.what == "trail"
        ]
        assert all(moved.count(order) <= 3 for order in moved)


@tried(120)
@given(script=scripts())
def test_a_stop_limit_fills_only_after_its_trigger_and_within_its_limit(script: Script) -> None:
    triggered: set[str] = set()
    for moment in play(script):
        resting = dict(moment.before.orders)
        for event in moment.events:
            if isinstance(event, e.OrderPlaced):
                triggered.discard(event.order)
            elif isinstance(event, e.OrderTriggered):
                order = moment.after.orders.get(event.order) or resting.get(event.order)
                if order is not None and order.trigger is not None:
                    passed = (event.price - order.trigger) * order.side.sign
                    assert passed >= 0
                triggered.add(event.order)
                assert event.rests is ((event.price - event.limit) * event.side.sign > 0)
            elif isinstance(event, e.OrderFilled) and event.order_type is OrderType.STOP_LIMIT:
                assert event.order in triggered
                limit = limits(moment, event.order)
                assert limit is None or (event.price - limit) * event.side.sign <= 0


def limits(moment: Moment, order: str) -> Decimal | None:
    placed = [x.limit for x in moment.events if isinstance(x, e.OrderPlaced) and x.order == order]
    known = moment.before.orders.get(order)
    return known.limit if known is not None else placed[0] if placed else None


@tried(120)
@given(script=scripts())
def test_no_order_is_left_resting_that_its_bar_has_reached(script: Script) -> None:
    """In the order of prices that is assumed every price between low and high is passed."""
    for moment, step in bars(play(script)):
        for order in moment.before.orders.values():
            after = moment.after.orders.get(order.id)
            bar = step.bars.get(order.symbol)
            if after is None or bar is None or after.level != order.level:
                continue
            assert not order.trades_at(bar.high)
            assert not order.trades_at(bar.low)


@tried(80)
@given(script=scripts())
def test_no_day_order_outlives_its_session(script: Script) -> None:
    for moment, step in bars(play(script)):
        assert step.session_end
        assert all(order.good_for is GoodFor.GTC for order in moment.after.orders.values())


@tried(80)
@given(script=scripts())
def test_what_came_to_life_inside_a_bar_trails_from_its_close_in_the_worst_case(
    script: Script,
) -> None:
    for moment, step in bars(play(script)):
        if moment.after.convention is not Convention.WORST:
            continue
        for placed in moment.events:
            if not isinstance(placed, e.OrderPlaced) or placed.order_type is not OrderType.TRAILING:
                continue
            after = moment.after.orders.get(placed.order)
            if after is None or after.order_type is not OrderType.TRAILING:
                continue
            close = step.bars[placed.symbol].close
            assert after.trigger == nearer(placed, trailed(placed, close))
