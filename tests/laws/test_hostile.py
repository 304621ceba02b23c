"""Hostile use: whatever is sent, and whenever, the answer is a value, and it comes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Convention, GoodFor, Order, OrderType, Side, Target
from ledger.market.rules.rulebook import Mode, Rung
from ledger.market.rules.schedule import Schedule
from ledger.practice.sessions.statement import statement, write_statement
from tests.laws import tried
from tests.laws.scripts import Moment, Script, meaning, new_world, play, scripts, send, within
from tests.worlds import D, World, broker, level, only, perpetual, stock, venue

GARBAGE = [
    *(D(x) for x in ("NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "0", "-0", "-1", "-0.5")),
    *(D(x) for x in ("1E+11", "1E+12", "9E+30", "1E+999999", "1E-9", "1E-40", "1E-999999")),
    *(
        D(x)
        for x in ("0.1", "1", "2", "3.3333333333", "99.5", "100", "100.5", "125", "126", "1000")
    ),
]
figures = st.sampled_from(GARBAGE)
maybe = st.one_of(st.none(), figures)
names = st.sampled_from(("MID", "ZED", "ACE", "NONE", "", "main", "isolated:MID"))
texts = st.sampled_from(("", "x", "wait", "sell", "deposit", "hedge", "#1", "#2", "#3", "mine"))
targets = st.lists(st.builds(Target, figures, figures), max_size=3).map(tuple)

REFUSABLE = st.one_of(
    st.builds(c.Deposit, amount=figures),
    st.builds(c.Withdraw, amount=figures),
    st.builds(c.Borrow, amount=figures),
    st.builds(c.Repay, amount=figures),
    st.builds(c.Sweep, amount=figures),
    st.builds(c.AddMargin, symbol=names, amount=figures),
    st.builds(c.RemoveMargin, symbol=names, amount=figures),
    st.builds(c.ClosePosition, symbol=names, quantity=maybe, fraction=figures),
    st.builds(c.MoveStop, symbol=names, price=maybe, trail=maybe, trail_fraction=maybe),
    st.builds(
        c.MoveTarget,
        symbol=names,
        price=maybe,
        id=st.none() | texts,
        was=maybe,
        fraction=maybe,
    ),
    st.builds(c.RemoveTarget, symbol=names, id=st.none() | texts, was=maybe),
    st.builds(
        c.AmendOrder,
        id=texts,
        quantity=maybe,
        limit=maybe,
        trigger=maybe,
        trail=maybe,
        trail_fraction=maybe,
    ),
    st.builds(c.RemoveStop, symbol=names),
    st.builds(c.CancelOrder, id=texts),
    st.builds(c.AnswerCall, answer=texts, amount=maybe, symbol=st.none() | names, quantity=maybe),
    st.builds(
        c.PlaceOrder,
        symbol=names,
        side=st.sampled_from(Side),
        quantity=maybe,
        notional=maybe,
        risk=maybe,
        buying_power=maybe,
        order_type=st.sampled_from(OrderType),
        limit=maybe,
        trigger=maybe,
        trail=maybe,
        trail_fraction=maybe,
        oco=st.none() | texts,
        good_for=st.sampled_from(GoodFor),
        leverage=maybe,
        mode=st.none() | st.sampled_from(Mode),
        stop_loss=maybe,
        targets=targets,
        reduce_only=st.booleans(),
        id=st.none() | texts,
    ),
)


def sound(moment: Moment) -> None:
    """No figure in a record is anything but a finite number, and the record can be replayed."""
    account = moment.before
    for event in moment.events:
        for name in event.__dataclass_fields__:
            value = getattr(event, name)
            assert not isinstance(value, Decimal) or value.is_finite(), event
        account = apply(account, event)
    assert account == moment.after
    for pocket in moment.after.pockets.values():
        assert pocket.cash.is_finite()
    assert len(moment.events) < 500
    write_statement(statement(moment.after, moment.market_after, moment.market_after.time))


@tried(80)
@given(script=scripts(), wishes=st.lists(REFUSABLE, min_size=1, max_size=8))
def test_garbage_is_refused_by_value(script: Script, wishes: list[c.TraderCommand]) -> None:
    """In every phase: before the first bar, at an open, after a close, after a liquidation."""
    world = new_world(script)
    for wish in wishes:
        sound(send(world, wish))
    moments = play(script)
    for moment in moments[:: max(len(moments) // 6, 1)]:
        world.account, world.market = moment.after, moment.market_after
        for wish in wishes:
            sound(send(world, wish))


@tried(80)
@given(script=scripts())
def test_prices_at_and_below_zero_break_nothing(script: Script) -> None:
    """Oil, April 2020: the same trader in a market that falls through zero and comes back."""
    world = new_world(script)
    sound(send(world, c.Deposit(amount=D(10_000))))
    ticks = 40
    for number, (drawn, at_open, closed, _) in enumerate(script.bars):
        rows: dict[str, Any] = {}
        for symbol, one in zip(world.account.instruments, drawn, strict=True):
            if one is not None:
                gap, above, below, part = one
                first = ticks + gap
                high, low = first + above, first - below
                close = low + (high - low) * part // 8
                rows[symbol] = tuple(str(D(n) / 2) for n in (first, high, low, close))
        ticks -= 15 if number % 4 else -20
        step = world.step(rows)
        world.bars += 1
        if not step.bars:
            continue
        sound(send(world, c.OpenBar(step=step)))
        for wish in at_open:
            sound(send(world, meaning(world, script, wish)))
        sound(send(world, c.CloseBar(step=step)))
        for wish in closed:
            sound(send(world, meaning(world, script, wish)))


# small cases, each once a bug or feared to be one

FLAT = (100, 100, 100, 100)


def buy(quantity: str, symbol: str = "BTC", **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(quantity), **more)


def sell(quantity: str, symbol: str = "BTC", **more: Any) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=Side.SELL, quantity=D(quantity), **more)


def futures(mode: Mode = Mode.ISOLATED, money: int = 10_000, **changes: Any) -> World:
    world = World(venue(**changes), perpetual(), perpetual("ETH"), mode=mode)
    world.do(c.Deposit(amount=D(money)))
    return world


def stocks(**changes: Any) -> World:
    world = World(broker(**changes), stock(), stock("BETA"))
    world.do(c.Deposit(amount=D(10_000)))
    return world


@pytest.mark.parametrize("mode", [Mode.ISOLATED, Mode.CROSS])
def test_a_stop_that_gaps_beyond_the_margin_costs_no_more_than_the_margin(mode: Mode) -> None:
    world = futures(mode, 1000)
    world.bar({"BTC": FLAT}, buy("99", leverage=D(10), stop_loss=D(95)))
    events = world.flat(50)
    lost = only(x for x in events if isinstance(x, e.DeficitRecorded))
    assert lost.absorbed_by == "venue"
    assert [p.cash for p in world.account.pockets.values()] == [
        D(10) if mode is Mode.ISOLATED else 0
    ]


def test_a_stop_that_gaps_beyond_the_loan_leaves_a_debt_on_record() -> None:
    world = stocks()
    world.bar({"ACME": FLAT}, buy("200", "ACME", stop_loss=D(95)))
    events = world.flat(20)
    owed = only(x for x in events if isinstance(x, e.DeficitRecorded))
    assert (owed.absorbed_by, owed.amount) == ("trader", world.account.main.loan.principal)
    world.flat(20, c.Deposit(amount=D(7000)))
    assert world.account.main.loan.principal == 0


@pytest.mark.parametrize("kind", ["loan", Mode.ISOLATED, Mode.CROSS])
def test_a_fully_levered_position_can_be_flipped_in_one_order(kind: Any) -> None:
    if kind == "loan":
        world = stocks()
        world.bar({"ACME": FLAT}, buy("200", "ACME"), sell("400", "ACME"))
    else:
        world = futures(kind)
        world.bar({"BTC": FLAT}, buy("1000", leverage=D(10)), sell("2000", leverage=D(10)))
    position = only(world.account.positions())
    assert position.side is Side.SELL
    assert not world.of(e.OrderCancelled)


def test_covering_a_short_at_a_loss_draws_what_cash_lacks() -> None:
    world = stocks()
    both = {"ACME": FLAT, "BETA": FLAT}
    world.bar(both, buy("100", "BETA"), sell("50", "ACME"))
    world.bar({**both, "ACME": (120,) * 4}, c.ClosePosition(symbol="ACME"))
    assert world.account.main.cash == 0
    assert world.account.main.loan.principal == 1000


def test_a_lower_level_above_the_house_rate_still_ends_in_a_sale() -> None:
    schedules = (
        Schedule(name="house", long_rate=D("0.30")),
        Schedule(name="exchange", long_rate=D("0.35")),
    )
    world = stocks(schedules=schedules)
    world.bar({"ACME": FLAT}, buy("200", "ACME"))
    with within(5):
        world.flat(75)
    # 15,000 less a loan of 10,000 is 35 % of no more than 190.47 shares: ten of 200 at the least
    sold = only(world.of(e.ForceSold))
    assert sold.price == 75
    assert 10 <= sold.quantity < 200


def test_a_price_that_stands_on_an_exclusive_threshold_acts_one_tick_on() -> None:
    """20,000 bought with 10,000 of loan at 25 %: equality at 66.67 is none, 150 shares at 44.44
    neither; 100 shares and a loan of 7,500 meet at 100.00 exactly."""
    levels = (
        level(Rung.CALL, "house", "1", broker().levels[1].judged, due_sessions=2),
        broker().levels[2],
    )
    from ledger.market.rules.rulebook import Interest

    world = stocks(levels=levels, interest=Interest(), minimum_equity=D(0))
    world.bar({"ACME": (150, 150, 150, 150)}, buy("100", "ACME"), c.Withdraw(amount=D(2500)))
    assert world.account.main.loan.principal == 7500
    assert not [x for x in world.flat(100) if isinstance(x, e.ForceSold)]
    with within(5):
        world.bar({"ACME": (100, 100, 95, 97)})
    assert world.of(e.ForceSold)[0].price == D("99.99")


def test_a_name_that_orders_are_given_is_not_for_the_trader() -> None:
    world = futures()
    limit = {"order_type": OrderType.LIMIT, "limit": D(90)}
    world.bar({"BTC": FLAT}, buy("1", id="#3", **limit), buy("1", id="mine", **limit))
    assert [x.order for x in world.of(e.OrderRefused)] == ["#3"]
    world.bar({"BTC": FLAT}, buy("1", id="mine", **limit))
    assert len(world.of(e.OrderRefused)) == 2


def test_a_resting_order_of_the_other_mode_opens_no_second_position() -> None:
    world = futures()
    resting = buy("1", order_type=OrderType.LIMIT, limit=D(90), mode=Mode.ISOLATED)
    world.bar({"BTC": FLAT}, resting, buy("1", leverage=D(2), mode=Mode.CROSS))
    world.bar({"BTC": (100, 100, 80, 100)})
    assert only(world.account.positions()).pocket == "main"
    assert "cross margin already" in only(world.of(e.OrderCancelled)).reason


def test_paying_the_shortfall_cures_also_where_equality_is_a_breach() -> None:
    world = futures(Mode.CROSS, 1000)
    world.bar({"BTC": FLAT}, buy("100", leverage=D(10)))
    world.flat("90.5")
    assert world.of(e.MarginCallIssued)
    world.bar({"BTC": ("90.5",) * 4}, c.AnswerCall(answer=Answer.DEPOSIT))
    assert only(world.of(e.MarginCallMet)).by == "deposit"
    assert len(world.of(e.MarginCallIssued)) == 1


def test_two_pockets_can_be_called_at_once_and_answered_one_after_the_other() -> None:
    world = futures()
    both = {"BTC": FLAT, "ETH": FLAT}
    world.bar(both, buy("10", leverage=D(10)), buy("10", "ETH", leverage=D(10)))
    world.bar({"BTC": ("90.5",) * 4, "ETH": ("90.5",) * 4})
    first, second = world.of(e.MarginCallIssued)
    assert (first.pocket, second.pocket) == ("isolated:BTC", "isolated:ETH")
    pay = c.AnswerCall(answer=Answer.DEPOSIT)
    world.bar({"BTC": ("90.5",) * 4, "ETH": ("90.5",) * 4}, pay, pay, pay)
    assert [x.pocket for x in world.of(e.MarginCallMet)] == ["isolated:BTC", "isolated:ETH"]
    assert only(world.of(e.ActionRefused)).reason == "no margin call is open"


def test_an_expired_call_waits_for_its_symbol_to_trade_again() -> None:
    world = stocks()
    both = {"ACME": FLAT, "BETA": FLAT}
    world.bar(both, buy("200", "ACME"))
    world.bar({**both, "ACME": (70,) * 4})
    assert world.of(e.MarginCallIssued)
    for _ in range(4):
        world.bar({"ACME": None, "BETA": FLAT})
    assert world.of(e.MarginCallExpired)
    assert not world.of(e.ForceSold)
    world.bar({**both, "ACME": (70,) * 4})
    assert world.of(e.ForceSold)
    assert not world.account.calls


def test_interest_of_nothing_on_something_free_is_shared_by_nobody() -> None:
    """A share bought at zero beside a loan: its part of the interest has no denominator."""
    world = stocks(minimum_equity=D(0))
    zero = (0, 0, 0, 0)
    free = buy("10", "ACME")
    world.bar({"ACME": zero, "BETA": FLAT}, c.Borrow(amount=D(1000)), free)
    world.bar({"ACME": zero, "BETA": FLAT})
    assert world.account.main.loan.accrued > 0


def test_margin_that_rounds_to_nothing_opens_a_pocket_all_the_same() -> None:
    tiny = perpetual("DOGE", tick=D("0.0000001"), lot=D("0.001"))
    world = World(venue(), tiny, mode=Mode.ISOLATED)
    world.do(c.Deposit(amount=D(10)))
    row = ("0.0000100",) * 4
    with within(5):
        sound(send_bar(world, row, buy("0.001", "DOGE", leverage=D(100))))


def send_bar(world: World, row: Any, *wishes: c.TraderCommand) -> Moment:
    before, market = world.account, world.market
    events = world.bar({next(iter(world.account.instruments)): row}, *wishes)
    return Moment(c.AddNote(text=""), before, market, events, world.account, world.market)


@pytest.mark.parametrize("convention", Convention)
@pytest.mark.parametrize("kind", [OrderType.LIMIT, OrderType.STOP])
def test_an_entry_inside_a_bar_is_protected_in_the_same_bar(
    kind: OrderType, convention: Convention
) -> None:
    """Limit 95 or stop 105 with a stop 10 away, in a bar that goes to both sides of all of it."""
    world = World(venue(), perpetual(), mode=Mode.ISOLATED, convention=convention)
    world.do(c.Deposit(amount=D(10_000)))
    level = D(95) if kind is OrderType.LIMIT else D(105)
    price = {"limit": level} if kind is OrderType.LIMIT else {"trigger": level}
    entry = buy(
        "1",
        order_type=kind,
        stop_loss=level - 10,
        targets=(Target(level + 10, D(1)),),
        leverage=D(2),
        **price,
    )
    world.bar({"BTC": (100, 120, 80, 100)}, entry)
    filled = [(x.cause.value, x.price) for x in world.of(e.OrderFilled)]
    assert filled[0] == ("trader", level)
    if convention is Convention.WORST or kind is OrderType.LIMIT:
        assert filled[1] == ("stop_loss", level - 10)
    assert not world.account.positions()


@pytest.mark.parametrize("convention", Convention)
def test_what_is_entered_near_one_end_of_a_bar_goes_at_its_threshold_not_at_the_close(
    convention: Convention,
) -> None:
    """Ten times levered at 139 in a bar that closes at 101: 119.74 was traded on the way."""
    world = World(venue(), perpetual(), mode=Mode.CROSS, convention=convention)
    world.do(c.Deposit(amount=D(1000)))
    world.bar({"BTC": FLAT}, buy("10", leverage=D(10)))
    late = buy("60", leverage=D(10), order_type=OrderType.STOP, trigger=D(139))
    world.bar({"BTC": (100, 140, 99, 101)}, late)
    assert only(world.of(e.Liquidated)).price == D("119.5")


@pytest.mark.parametrize("fractions", [("0.6", "0.6"), ("2", "-1"), ("0", "1"), ("NaN", "1")])
def test_target_fractions_that_do_not_add_up_are_refused(fractions: tuple[str, str]) -> None:
    world = futures()
    wanted = tuple(Target(D(110 + n), D(f)) for n, f in enumerate(fractions))
    world.bar({"BTC": FLAT}, buy("1", leverage=D(2), targets=wanted))
    assert world.of(e.OrderRefused)
    assert not world.account.orders


@pytest.mark.parametrize("leverage", ["0", "-5", "0.5", "126", "NaN", "Infinity", "1E-999999"])
@pytest.mark.parametrize("reduce_only", [False, True])
def test_no_leverage_but_that_which_the_book_lends(leverage: str, reduce_only: bool) -> None:
    world = futures()
    world.bar({"BTC": FLAT}, buy("1", leverage=D(2)))
    wish = sell("1", leverage=D(leverage), reduce_only=reduce_only)
    events = world.bar({"BTC": FLAT}, wish)
    assert [x for x in events if isinstance(x, e.OrderRefused | e.ActionRefused)]
    assert world.account.positions()


def test_what_an_order_type_has_no_use_for_is_refused() -> None:
    world = futures()
    world.bar(
        {"BTC": FLAT},
        buy("1", limit=D(90)),
        buy("1", trigger=D(110)),
        buy("1", order_type=OrderType.STOP, trigger=D(110), limit=D(111)),
    )
    assert len(world.of(e.OrderRefused)) == 3


def test_withdrawing_everything_leaves_an_empty_account_that_refuses_politely() -> None:
    world = stocks()
    world.bar({"ACME": FLAT}, c.Withdraw(amount=D(10_000)), buy("1", "ACME"))
    assert world.account.main.cash == 0
    assert only(world.of(e.OrderRefused)).largest is None
    for wish in (
        c.Withdraw(amount=D("0.01")),
        c.Repay(amount=D(1)),
        c.Sweep(amount=D(1)),
        c.Borrow(amount=D(1)),
        c.AnswerCall(answer=Answer.SELL),
        c.ClosePosition(symbol="ACME"),
    ):
        (event,) = world.do(wish)
        assert isinstance(event, e.ActionRefused)


def test_removing_margin_to_the_edge_does_not_liquidate() -> None:
    world = futures()
    world.bar({"BTC": FLAT}, buy("10", leverage=D(10)), c.AddMargin(symbol="BTC", amount=D(50)))
    refused = only(world.do(c.RemoveMargin(symbol="BTC", amount=D(151))))
    assert isinstance(refused, e.ActionRefused)
    assert refused.largest is not None
    world.flat(100, c.RemoveMargin(symbol="BTC", amount=refused.largest))
    assert not world.of(e.Liquidated)
    assert not world.of(e.MarginCallIssued)


def test_after_a_liquidation_the_symbol_can_be_traded_again() -> None:
    world = futures()
    world.bar({"BTC": FLAT}, buy("10", leverage=D(10), stop_loss=None))
    world.flat(50)
    assert world.of(e.Liquidated)
    assert world.account.orders == {}
    world.bar({"BTC": (50,) * 4}, buy("1", leverage=D(10)), c.MoveStop(symbol="BTC", price=D(49)))
    assert only(world.account.positions()).quantity == 1


def test_negative_prices_pay_the_buyer_and_cost_the_fee() -> None:
    world = World(broker(taker_fee=D("0.001"), minimum_equity=D(0)), stock("OIL"))
    world.do(c.Deposit(amount=D(10_000)))
    below = ("-10",) * 4
    world.bar({"OIL": below}, buy("100", "OIL"))
    assert world.account.main.cash == D(10_000) + 1000 - 1
    world.bar({"OIL": ("-5",) * 4}, c.ClosePosition(symbol="OIL"))
    closed = only(world.of(e.PositionClosed))
    assert closed.realized_pnl == 500
    assert world.account.totals.fees_paid == D("1.50")


def test_an_order_keeps_its_protection_when_only_a_part_closes() -> None:
    world = futures()
    entry = buy("10", leverage=D(2), stop_loss=D(90), targets=(Target(D(110), D("0.5")),))
    world.bar({"BTC": FLAT}, entry)
    world.bar({"BTC": (100, 112, 99, 111)})
    (stop,) = world.account.orders.values()
    assert (stop.order_type, stop.quantity, stop.level) == (OrderType.STOP, 5, D(90))
    assert isinstance(stop, Order)
    assert replace(stop, quantity=D(5)) == stop
