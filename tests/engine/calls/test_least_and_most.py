"""What is looked for by halving is the least, or the most, that does: whatever the guess was."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.commands import AnswerCall, Deposit, PlaceOrder
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.risk.margin import required_equity
from ledger.account.risk.threshold import acting_tick, first_breach, required_equity_near
from ledger.account.state import Side
from ledger.engine.calls.curing import least
from ledger.market.rules.rulebook import Mode, Rung
from tests.worlds import DAY, T0, D, World, broker, only, perpetual, stock, venue

HELD = 20


def held() -> World:
    """20 coins in lots of one, at 100."""
    world = World(venue(), perpetual(lot=D(1)))
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(HELD))
    world.flat(100, Deposit(amount=D(10_000)), buy)
    return world


@pytest.mark.parametrize("guess", range(1, HELD + 3))
def test_the_least_sale_that_cures_is_found_from_any_guess(guess: int) -> None:
    """A unit restores 1, so that what is short is the guess; in truth it takes from 1 to 20."""
    world = held()
    position = only(world.account.positions())
    for truth in range(1, HELD + 1):
        asked: list[Decimal] = []

        def cures(quantity: Decimal, truth: int = truth, asked: list[Decimal] = asked) -> bool:
            asked.append(quantity)
            return quantity >= truth

        assert least(world.account, position, D(guess), D(1), cures) == truth
        assert max(asked) <= HELD
        assert min(asked) >= 1


def test_where_not_even_all_cures_there_is_no_least_sale() -> None:
    world = held()
    position = only(world.account.positions())
    assert least(world.account, position, D(3), D(1), lambda quantity: False) is None


def test_where_a_lot_restores_less_than_rounding_some_lots_fewer_may_do() -> None:
    """A lot restores half a micro-dollar: what a trade posts is rounded to one of them, twice, so
    that up to four lots fewer are tried. Of 10 and more all cure, and 7 by rounding."""
    world = held()
    position = only(world.account.positions())
    each = D("0.0000005")

    def cures(quantity: Decimal) -> bool:
        return quantity >= 10 or quantity == 7

    assert least(world.account, position, 10 * each, each, cures) == 7


@pytest.mark.parametrize("lots", [1, 2, 3, 7, 10, 31, 32, 33, 1000])
def test_the_largest_order_that_passes_is_what_the_money_pays_for(lots: int) -> None:
    """At 1x a lot of 0.001 at 100 costs 0.1: money for so many lots and a half buys so many."""
    world = World(venue(), perpetual())
    deposit = lots * D("0.1") + D("0.05")
    command = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=(lots + 1) * D("0.001"))
    world.flat(100, Deposit(amount=deposit), command)
    assert only(world.of(e.OrderRefused)).largest == lots * D("0.001")


# where along a way a level is met


def two_coins(deposit: str, side: Side = Side.BUY) -> World:
    """One of each at 100, crossed, at 125x; half a percent of their value is kept up."""
    world = World(venue(), perpetual("BTC"), perpetual("ETH"), mode=Mode.CROSS)
    orders = [
        PlaceOrder(symbol=symbol, side=side, quantity=D(1), leverage=D(125))
        for symbol in ("BTC", "ETH")
    ]
    flat = {"BTC": (100,) * 4, "ETH": (100,) * 4}
    world.bar(flat, Deposit(amount=D(deposit)), *orders)
    return world


@pytest.mark.parametrize(
    ("end", "way"),
    [
        # 50 + 200 - 70 w - 200 = 0.005 x (200 - 70 w) at w = 49 / 69.65
        ((50, 80), D(49) / D("69.65")),
        # the one alone: 50 - 50 w = 0.005 x (200 - 50 w) at w = 49 / 49.75
        ((50, 100), D(49) / D("49.75")),
        # 50 - 49.2 = 0.8 is above 0.005 x 150.8 = 0.754
        ((70, "80.8"), None),
        # one rises as the other falls: 50 - 50 w + 5 w = 0.005 x (200 - 45 w)
        ((50, 105), None),
        ((40, 105), D(49) / D("54.725")),
    ],
)
def test_a_level_is_met_where_equity_and_demand_are_level_along_the_way(
    end: tuple[int | str, ...], way: Decimal | None
) -> None:
    world = two_coins("50")
    level = world.account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    there = dict(zip(("BTC", "ETH"), map(D, end), strict=True))
    found = first_breach(world.account, world.account.main, world.market.mark, there, level)
    if way is None:
        assert found is None
    else:
        assert found is not None
        assert abs(found - way) < D("1e-20")


@pytest.mark.parametrize(("inclusive", "way"), [(True, 1), (False, None)])
def test_a_way_that_ends_at_the_level_itself_meets_it_where_equality_counts(
    inclusive: bool, way: int | None
) -> None:
    """Both down to 80: 40.8 - 40 is 0.8, and so is half a percent of 160."""
    world = two_coins("40.8")
    level = world.account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    asked = replace(level, inclusive=inclusive)
    end = {"BTC": D(80), "ETH": D(80)}
    found = first_breach(world.account, world.account.main, world.market.mark, end, asked)
    assert found == way


@pytest.mark.parametrize(
    ("side", "price", "tick"),
    [
        # 5 + 0.5 x (P - 100) = 0.0025 x P at P = 45 / 0.4975 = 90.45: the first tick below
        (Side.BUY, D(45) / D("0.4975"), "90"),
        # 5 - 0.5 x (P - 100) = 0.0025 x P at P = 55 / 0.5025 = 109.45: the first one above
        (Side.SELL, D(55) / D("0.5025"), "109.5"),
    ],
)
def test_half_a_coin_is_liquidated_at_the_first_tick_beyond_its_price(
    side: Side, price: Decimal, tick: str
) -> None:
    world = World(venue(), perpetual(), mode=Mode.ISOLATED)
    command = PlaceOrder(symbol="BTC", side=side, quantity=D("0.5"), leverage=D(10))
    world.flat(100, Deposit(amount=D(5)), command)
    account, pocket = world.account, world.account.pockets["isolated:BTC"]
    level = account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    assert acting_tick(account, pocket, world.market.mark, level, "BTC", price) == D(tick)


def test_a_demand_near_a_price_is_what_stands_still_and_what_moves_with_it() -> None:
    """Half a percent of 100 of the other coin, 0.5, and of each dollar of this one."""
    world = two_coins("50")
    account, mark = world.account, world.market.mark
    level = account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    piece = required_equity_near(account, account.main, mark, level, "BTC")
    assert (piece.constant, piece.slope) == (D("0.5"), D("0.005"))
    assert piece.at(D(100)) == required_equity(account, account.main, mark, level) == 1


# an answer to a call


def test_a_sale_that_answers_a_call_is_of_what_is_named() -> None:
    """100 of each at 100 and 10,000 borrowed; at 68 and 68 a call, answered with the second."""
    world = World(broker(), stock("ACME"), stock("OTHER"))
    buys = [
        PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(100), leverage=D(2))
        for symbol in ("ACME", "OTHER")
    ]
    world.bar(dict.fromkeys(("ACME", "OTHER"), (100,) * 4), Deposit(amount=D(10_000)), *buys)
    world.bar(dict.fromkeys(("ACME", "OTHER"), (68,) * 4))
    sale = AnswerCall(answer=Answer.SELL, symbol="OTHER", quantity=D(30))
    world.bar(dict.fromkeys(("ACME", "OTHER"), (68,) * 4), sale)
    answered = only(world.of(e.CallAnswered))
    assert (answered.symbol, answered.quantity) == ("OTHER", 30)
    assert world.of(e.OrderFilled)[-1].symbol == "OTHER"


@pytest.mark.parametrize(
    ("ahead", "due"),
    [
        ((1, 2), 2),  # both sessions are known: the second one's close
        ((1, 2, 5), 2),
        ((3,), 4),  # past the tape's end a session is a day
        ((), 2),
    ],
)
def test_a_call_is_due_at_the_close_of_the_second_session_after_it(
    ahead: tuple[int, ...], due: int
) -> None:
    """100 at 100, half borrowed; called at 68 at the end of the second day."""
    world = World(broker(), stock())
    command = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(100), leverage=D(2))
    world.flat(100, Deposit(amount=D(5_000)), command)
    called = T0 + 2 * DAY
    sessions = tuple(called + day * DAY for day in ahead)
    world.bar({"ACME": (68,) * 4}, sessions=sessions)
    call = only(world.of(e.MarginCallIssued))
    assert (call.at, call.due) == (called, called + due * DAY)
