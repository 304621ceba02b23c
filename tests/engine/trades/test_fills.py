"""What slips, what closes before it opens, and how a trade is told when it is over."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.account.course import Course
from ledger.account.event_terms import CancelReason, ClosedBy, FeeKind
from ledger.account.events import kinds as e
from ledger.account.order import Cause, Order, OrderType, Side, Target
from ledger.account.state import Call, Loan, Lot, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.bearers import borne_by
from ledger.engine.margin.leverage import changed_by, restated
from ledger.engine.orders import protection
from ledger.engine.trades import corporate_actions, settlement
from ledger.engine.trades.closed_trade import closed_event, course_of
from ledger.engine.trades.fills import charge, fee_rate, margin_of, parts_of, slipped, stake
from ledger.engine.trades.settlement import Deal
from ledger.market.corporate import CorporateAction, Ratio
from ledger.market.quote import Step
from ledger.market.rules.rulebook import Draws, ForcedExit, Interest, Mode, RateTier, Repays
from ledger.times import DAY
from tests.account.made import account, pocket, position
from tests.engine.drafts import draft
from tests.worlds import T0, D, bar, broker, only, perpetual, stock, venue

BUY, SELL = Side.BUY, Side.SELL
SHARES = stock("ACME")


def order(side: Side, quantity: str = "1", **more: Any) -> Order:
    made = Order(
        id="#1",
        symbol="BTC",
        side=side,
        quantity=D(quantity),
        order_type=OrderType.MARKET,
        leverage=D(1),
        mode=Mode.CROSS,
    )
    return replace(made, **more)


# slippage


@pytest.mark.parametrize(
    ("side", "rate", "row", "price"),
    [
        # 1.3 % of 100 on ticks of a half, against the trader
        (BUY, "0.013", None, "101.5"),
        (SELL, "0.013", None, "98.5"),
        (BUY, "0.01", None, "101"),
        # but nothing fills where nothing traded
        (BUY, "0.013", (100, 101, 99, 100), "101"),
        (SELL, "0.013", (100, 101, 99, 100), "99"),
        (BUY, "0.013", (100, 110, 90, 100), "101.5"),
        (SELL, "0.013", (100, 110, 90, 100), "98.5"),
        # a price outside of its bar's range is itself a limit
        (BUY, "0.013", (99, 99, 98, 99), "100"),
        (SELL, "0.013", (101, 102, 101, 101), "100"),
    ],
)
def test_slippage_is_against_the_trader_on_the_tick_and_inside_the_bar(
    side: Side, rate: str, row: tuple[int, ...] | None, price: str
) -> None:
    here = draft()
    if row is not None:
        here.market = replace(here.market, bars={"BTC": bar(T0, row)})
    assert slipped(here, "BTC", side, D(rate)) == (D(price), abs(100 - D(price)))


@pytest.mark.parametrize(
    ("held", "side", "quantity", "reduces", "closing", "opening"),
    [
        ("0", BUY, "5", False, "0", "5"),
        ("3", BUY, "5", False, "0", "5"),
        ("3", SELL, "5", False, "3", "2"),
        ("3", SELL, "2", False, "2", "0"),
        ("-3", BUY, "5", False, "3", "2"),
        ("3", SELL, "5", True, "3", "0"),
        ("3", BUY, "5", True, "0", "0"),
        ("0", BUY, "5", True, "0", "0"),
    ],
)
def test_an_order_closes_what_is_held_against_it_and_opens_the_rest(
    held: str, side: Side, quantity: str, reduces: bool, closing: str, opening: str
) -> None:
    made = order(side, quantity, reduce_only=reduces)
    assert parts_of(draft(held=held), made) == (D(closing), D(opening))


def test_only_what_makes_the_market_pays_the_makers_fee() -> None:
    here = draft(venue(maker_fee=D("0.001"), taker_fee=D("0.002")))
    limit = order(BUY, order_type=OrderType.LIMIT, limit=D(90))
    assert fee_rate(here, limit) == D("0.001")
    assert fee_rate(here, replace(limit, crossed=True)) == D("0.002")
    assert fee_rate(here, order(BUY)) == D("0.002")


@pytest.mark.parametrize(
    ("side", "stop", "risk"),
    [
        # 2 x 10 to the stop, 0.2 % of 2 x 90 to leave, 0.50 to enter
        (BUY, "90", "20.86"),
        (SELL, "110", "20.94"),
        (BUY, None, None),
    ],
)
def test_r_is_what_the_first_stop_costs_with_both_fees(
    side: Side, stop: str | None, risk: str | None
) -> None:
    here = draft(venue(taker_fee=D("0.002")))
    made = order(side, "2", stop_loss=None if stop is None else D(stop))
    found = stake(here, made, Deal(D(2), D(100)), D("0.5"))
    assert found == (None if risk is None else D(risk))


def test_a_fee_of_nothing_is_no_fee() -> None:
    here, _ = walled("50")
    charge(here, "main", FeeKind.TRADE, D(0), "BTC")
    assert here.events == []
    charge(here, "main", FeeKind.TRADE, D("0.5"), "BTC", "isolated:BTC")
    charge(here, "main", FeeKind.TRADE, D("0.5"), "BTC")
    fees = [event for event in here.events if isinstance(event, e.FeeCharged)]
    assert [(fee.pocket, fee.position) for fee in fees] == [
        ("main", "isolated:BTC"),
        ("main", "main"),
    ]


def test_behind_a_crossed_position_stands_its_initial_margin_at_its_entry() -> None:
    """4 at 100 with 5x are 80, wherever the price is now."""
    here = draft(held="4", last="150")
    (held,) = here.account.positions()
    assert margin_of(here, replace(held, leverage=D(5))) == 80
    assert margin_of(here, replace(held, quantity=D(0))) == 0


# another leverage for the whole


@pytest.mark.parametrize(
    ("held", "side", "leverage", "changes"),
    [
        ("3", BUY, 5, True),
        ("3", BUY, 1, False),
        ("3", SELL, 5, False),
        ("-3", SELL, 5, True),
        ("-3", BUY, 5, False),
        ("0", BUY, 5, False),
    ],
)
def test_an_order_for_more_at_another_leverage_changes_the_whole(
    held: str, side: Side, leverage: int, changes: bool
) -> None:
    here, made = draft(held=held), order(side, leverage=D(leverage))
    found = changed_by(here, made)
    assert (found is not None) is changes
    main = here.account.main
    after = restated(here, made, main)
    if not changes:
        assert after is main
        return
    assert after.positions["BTC"].leverage == leverage
    for name in ("aaa", "zzz"):  # another pocket, whatever it is called
        other = replace(main, name=name)
        assert restated(here, made, other) is other


# a trade that is over


def course(**more: Any) -> Course:
    given = {"entered": D(3), "entry_value": D(300), "exited": D(0), "exit_value": D(0)}
    given |= {"worst": D(-20), "best": D(40)}
    made = Course(**given, bar=T0, ways=0, low_ahead=False, high_ahead=False)
    return replace(made, **more)


def test_a_closed_trade_is_told_with_its_averages_and_in_r() -> None:
    """3 bought at 100 at 3x and sold at 110 with 10 at stake: 30 realized, 1 of fees, 2 of
    interest, 0.5 that the venue bore. It was at -20 and at +40."""
    here = draft(held="3", last="110")
    (held,) = here.account.positions()
    before = replace(held, risk=D(10), leverage=D(3), course=course(), pocket="main")
    after = replace(
        before,
        lots=(),
        quantity=D(0),
        realized=D(30),
        fees=D(1),
        carry=D(2),
        absorbed=D("0.5"),
    )
    gone = closed_event(here, after, before, Deal(D(3), D(110)), ClosedBy.TRADER)
    assert (gone.quantity, gone.entry_price, gone.exit_price) == (3, 100, 110)
    assert (gone.last_exit_price, gone.leverage, gone.margin) == (110, 3, 100)
    assert (gone.realized_pnl, gone.net_pnl) == (30, D("27.5"))
    assert (gone.r_multiple, gone.mae_r, gone.mfe_r) == (D("2.75"), 2, 4)
    without = replace(before, risk=None)
    plain = closed_event(here, after, without, Deal(D(3), D(110)), ClosedBy.TRADER)
    assert (plain.r_multiple, plain.mae_r, plain.mfe_r) == (None, None, None)


def test_margin_of_a_closed_trade_is_its_cost_over_its_leverage_to_the_cent() -> None:
    """1.5 at 100 with 4x: 37.50."""
    here = draft(held="1.5")
    (held,) = here.account.positions()
    before = replace(held, leverage=D(4), course=course(entered=D("1.5"), entry_value=D(150)))
    after = replace(before, lots=(), quantity=D(0))
    gone = closed_event(here, after, before, Deal(D("1.5"), D(100)), ClosedBy.TRADER)
    assert gone.margin == D("37.5")


def test_a_trade_that_begins_has_all_of_its_bar_ahead_or_nothing_of_a_hole() -> None:
    here = draft(held="2")
    (held,) = here.account.positions()
    made = course_of(here, None, held, Deal(D(2), D(100)))
    assert (made.entered, made.entry_value, made.exited) == (2, 200, 0)
    assert (made.bar, made.ways) == (T0 - 1, 0)
    assert (made.low_ahead, made.high_ahead) == (False, False)
    here.market = replace(here.market, bars={"BTC": bar(T0, (100, 120, 90, 110))})
    open_ = course_of(here, None, held, Deal(D(2), D(100)))
    assert (open_.bar, open_.ways) == (T0, 0)
    assert (open_.low_ahead, open_.high_ahead) == (True, True)
    here.ahead, here.passed = [{"BTC": D(120)}, {"BTC": D(110)}], [{"BTC": D(90)}]
    inside = course_of(here, None, held, Deal(D(2), D(100)))
    assert (inside.ways, inside.low_ahead, inside.high_ahead) == (1, False, True)
    # the trade is at its fill, or where the price is by then: 2 x (130 - 100)
    here.market = replace(here.market, last={"BTC": D(130)})
    assert course_of(here, None, held, Deal(D(2), D(100))).best == 60


def test_a_trade_of_which_no_course_is_known_has_seen_all_of_its_bar() -> None:
    """3 at 100, bought in this bar before there were courses: it has been at 90 and at 120."""
    here = draft(held="3", last="110")
    (held,) = here.account.positions()
    here.market = replace(here.market, bars={"BTC": bar(T0, (100, 120, 90, 110))})
    here.ahead, here.passed = [{"BTC": D(110)}], [{"BTC": D(90)}, {"BTC": D(120)}]
    before = replace(held, opened_at=T0)
    after = replace(before, quantity=D(1), basis=D(100), realized=D(20))
    found = course_of(here, before, after, Deal(D(2), D(110)))
    assert (found.worst, found.best) == (-30, 60)
    assert (found.entered, found.exited, found.ways) == (3, 2, 2)


# what a close leaves behind


def closing(held: str, quantity: str, **main: Any) -> tuple[Draft, Position]:
    """ACME at 100, held for 100, at a lender whose loan is repaid by itself."""
    here = draft(broker(interest=Interest(), **main.pop("book", {})), SHARES, held=held)
    (before,) = here.account.positions()
    wallet = replace(here.account.main, **main)
    here.account = replace(here.account, pockets={"main": wallet})
    return here, before


@pytest.mark.parametrize(
    ("book", "others", "quantity", "limit"),
    [
        # a book that takes whatever comes in has no limit, and with the last position all is due
        ({}, False, "2", None),
        ({"repays": Repays.PROCEEDS}, False, "3", None),
        # where own cash stays out of it, what the trade brings
        ({"repays": Repays.PROCEEDS}, False, "2", "77"),
        ({"repays": Repays.PROCEEDS}, True, "3", "77"),
        # where the purchase was borrowed whole, what it cost
        ({"draws": Draws.WHOLE}, False, "2", "200"),
        ({"draws": Draws.WHOLE}, True, "3", "300"),
    ],
)
def test_how_much_of_the_loan_a_sale_repays(
    book: dict[str, Any], others: bool, quantity: str, limit: str | None
) -> None:
    here, before = closing("3", quantity, book=book)
    if others:
        other = position(stock("B"), "1", "10")
        main = here.account.main
        held = {**main.positions, "B": other}
        here.account = replace(here.account, pockets={"main": replace(main, positions=held)})
    found = settlement.repay_limit(here, before, D(quantity), D(77))
    assert found == (None if limit is None else D(limit))


@pytest.mark.parametrize(("incoming", "limit"), [("-5", "0"), ("0", "0"), ("5", "5")])
def test_what_brings_nothing_in_repays_nothing(incoming: str, limit: str) -> None:
    here, before = closing("3", "2", book={"repays": Repays.PROCEEDS})
    assert settlement.repay_limit(here, before, D(2), D(incoming)) == D(limit)


@pytest.mark.parametrize(
    ("cash", "accrued", "capitalized", "protected", "borne", "of_interest"),
    [
        # 100 owed, 60 there: 40 are lacking, none of it interest, which the 60 pay first
        ("60", "0", "0", True, "40", "0"),
        ("60", "7", "12", True, "47", "0"),
        ("10", "7", "12", True, "97", "9"),
        ("-5", "7", "12", True, "112", "19"),
        ("107", "7", "12", True, None, None),
        ("200", "7", "12", True, None, None),
        ("60", "7", "12", False, None, None),
    ],
)
def test_with_protection_the_venue_bears_what_a_pocket_cannot_pay(
    cash: str,
    accrued: str,
    capitalized: str,
    protected: bool,
    borne: str | None,
    of_interest: str | None,
) -> None:
    loan = Loan(principal=D(100), accrued=D(accrued), capitalized=D(capitalized), accrued_to=T0)
    exits: ForcedExit = replace(broker().forced_exit, protected=protected)
    here, _ = closing("1", "1", book={"forced_exit": exits}, cash=D(cash), loan=loan, positions={})
    settlement.absorb(here, "main", "ACME")
    found = [event for event in here.events if isinstance(event, e.DeficitRecorded)]
    if borne is None:
        assert here.events == []
        return
    one = only(found)
    assert (one.amount, one.interest) == (D(borne), D(of_interest or 0))
    assert (here.account.main.cash, here.account.main.loan.owed()) == (0, 0)


@pytest.mark.parametrize(
    ("cash", "owed"), [("60", "40"), ("100", None), ("160", None), ("99.5", "0.5"), ("0", "100")]
)
def test_without_protection_what_is_still_owed_is_told_as_a_debt(
    cash: str, owed: str | None
) -> None:
    loan = Loan(principal=D(100), accrued_to=T0)
    here, _ = closing("1", "1", cash=D(cash), loan=loan, positions={})
    settlement.record_deficit(here, "main")
    found = [event.amount for event in here.events if isinstance(event, e.DeficitRecorded)]
    assert found == ([] if owed is None else [D(owed)])


def test_while_something_is_held_nothing_is_borne_and_no_debt_is_told() -> None:
    loan = Loan(principal=D(1_000), accrued_to=T0)
    exits = replace(broker().forced_exit, protected=True)
    here, _ = closing("1", "1", book={"forced_exit": exits}, cash=D(0), loan=loan)
    settlement.absorb(here, "main", "ACME")
    settlement.record_deficit(here, "main")
    assert here.events == []


def walled(cash: str, loan: str = "0", called: bool = False) -> tuple[Draft, Position]:
    """4 contracts at 100, isolated, now at 110."""
    one = perpetual("BTC")
    made = account(venue(), one)
    held = replace(position(one, "4", "100"), pocket="isolated:BTC")
    behind = replace(pocket(held, cash=cash), name="isolated:BTC")
    behind = replace(behind, loan=Loan(principal=D(loan), accrued_to=T0))
    call = Call(seq=1, pocket=behind.name, level="venue", issued_at=T0, shortfall=D(1), due=None)
    calls = {behind.name: call} if called else {}
    made = replace(made, pockets={**made.pockets, behind.name: behind}, calls=calls)
    here = draft(last="110")
    here.account = made
    return here, held


@pytest.mark.parametrize(
    ("quantity", "cash", "gain", "freed"),
    [
        # 80 behind four and 40 won make 120: two take 60 along, of which 20 are their gain. The
        # books have the gain already: of 100 in cash the rest keeps 60 less its own 20
        ("2", "100", "20", "60"),
        ("1", "90", "10", "30"),
        ("4", "120", "40", "120"),
        ("4", "0", "40", None),
    ],
)
def test_what_is_closed_behind_a_wall_takes_its_share_of_equity_along(
    quantity: str, cash: str, gain: str, freed: str | None
) -> None:
    here, before = walled(cash)
    settlement.settle(here, before, Deal(D(quantity), D(110)), D(gain))
    found = [event.amount for event in here.events if isinstance(event, e.MarginRemoved)]
    assert found == ([] if freed is None else [D(freed)])


@pytest.mark.parametrize(("called", "cures"), [(True, False), (False, True), (True, True)])
def test_what_cures_stays_behind_its_wall(called: bool, cures: bool) -> None:
    here, before = walled("100", called=called)
    settlement.settle(here, before, Deal(D(2), D(110)), D(20), cures=cures)
    assert here.events == []


@pytest.mark.parametrize(
    ("quantity", "shift"),
    [
        # sold for 20 and for 60: of 5 the lender holds 80. With 2 gone he holds three fifths, 48,
        # of which the lots that are left brought 60; with 4 gone a fifth, 16, and they 20
        ("2", "-12"),
        ("4", "-4"),
        ("5", "0"),
    ],
)
def test_the_lender_holds_a_share_of_all_that_a_short_brought(quantity: str, shift: str) -> None:
    here = draft(broker(), SHARES)
    held = replace(
        position(SHARES, "-5", "16"),
        pocket="isolated:ACME",
        lots=(Lot(D(-2), D(10), D(-20)), Lot(D(-3), D(20), D(-60))),
    )
    assert settlement.held_shift(here.account, held, D(quantity)) == D(shift)
    crossed = replace(held, pocket="main")
    assert settlement.held_shift(here.account, crossed, D(quantity)) == 0


def test_where_a_closed_pocket_has_no_cash_nothing_is_repaid_and_nothing_posted() -> None:
    """A day's interest on 100 is left to its calendar."""
    paid = Interest(tiers=(RateTier(floor=D(0), rate=D("0.36")),))
    made = account(broker(interest=paid, auto_repay=False), SHARES)
    before = replace(position(SHARES, "3", "100"), pocket="isolated:ACME")
    loan = Loan(principal=D(100), accrued_to=T0 - DAY)
    closed = replace(before, quantity=D(0), lots=(), basis=D(0))
    behind = replace(pocket(closed, loan=loan), name="isolated:ACME")
    here = draft(broker(), SHARES)
    here.account = replace(made, pockets={**made.pockets, behind.name: behind})
    settlement.settle(here, before, Deal(D(3), D(100)), D(0))
    assert here.events == []


def test_a_sale_repays_what_it_brings_to_the_cent_and_own_cash_stays() -> None:
    """2 of 3 at 100.25 bring 200.50."""
    loan = Loan(principal=D(1_000), accrued_to=T0)
    here, before = closing("3", "2", book={"repays": Repays.PROCEEDS}, cash=D(5_000), loan=loan)
    settlement.settle(here, before, Deal(D(2), D("100.25")), D(0))
    repaid = only(event for event in here.events if isinstance(event, e.LoanRepaid))
    assert repaid.amount == D("200.50")


# splits


def with_targets(held: str, *sizes: str) -> Draft:
    here = draft(instrument=stock("BTC"), book=broker(), held=held)
    for number, size in enumerate(sizes):
        target = order(
            SELL if D(held) > 0 else BUY,
            size,
            id=f"target {number}",
            order_type=OrderType.LIMIT,
            limit=D(110 + 10 * number) if D(held) > 0 else D(90 - 10 * number),
            reduce_only=True,
            cause=Cause.TAKE_PROFIT,
        )
        orders = {**here.account.orders, target.id: target}
        here.account = replace(here.account, orders=orders)
    return here


def split_step(ratio: str, **more: Any) -> Step:
    action = CorporateAction(symbol="BTC", at=T0, split=ratio, **more)
    return Step(time=T0, closes=T0 + 60, bars={}, actions=(action,))


@pytest.mark.parametrize(
    ("held", "targets", "ratio", "sizes"),
    [
        # for the whole: the farthest takes what rounding leaves of 4.5
        ("3", ("1", "2"), "3:2", [D("1.5"), D(3)]),
        ("9", ("3", "3", "3"), "2:1", [6, 6, 6]),
        # for less than the whole each takes its own
        ("6", ("1", "2"), "2:1", [2, 4]),
        ("-6", ("1", "2"), "2:1", [2, 4]),
    ],
)
def test_targets_are_split_with_what_they_are_for(
    held: str, targets: tuple[str, ...], ratio: str, sizes: list[D]
) -> None:
    here = with_targets(held, *targets)
    left = corporate_actions.split(here, split_step(ratio))
    adjusted = [event for event in here.events if isinstance(event, e.OrderAdjusted)]
    assert [event.quantity for event in adjusted] == sizes
    assert [(one.symbol, one.was) for one in left] == [("BTC", abs(D(held)))]
    told = only(event for event in here.events if isinstance(event, e.Split))
    assert (told.was, told.quantity) == (abs(D(held)), Ratio.of(ratio).quantity(abs(D(held))))


@pytest.mark.parametrize(
    ("held", "per_share", "amount", "drawn"),
    [
        ("30", "0.50", "15", None),
        ("-30", "0.50", "-15", "15"),
        ("30", "0.0001", None, None),  # less than a cent
    ],
)
def test_a_long_receives_a_dividend_and_a_short_owes_it(
    held: str, per_share: str, amount: str | None, drawn: str | None
) -> None:
    """The short's pocket has no cash but what its sale brought, which the lender holds."""
    here = with_targets(held)
    brought = max(-D(held) * 100, D(0))
    main = replace(here.account.main, cash=brought)
    here.account = replace(here.account, pockets={"main": main})
    action = CorporateAction(symbol="BTC", at=T0, dividend=D(per_share))
    corporate_actions.pay(here, Step(time=T0, closes=T0, bars={}, actions=(action,)), [])
    paid = [event.amount for event in here.events if isinstance(event, e.DividendPaid)]
    lent = [event.amount for event in here.events if isinstance(event, e.LoanDrawn)]
    assert paid == ([] if amount is None else [D(amount)])
    assert lent == ([] if drawn is None else [D(drawn)])


def test_a_dividend_is_of_every_unit_that_a_lot_stands_for() -> None:
    here = draft(instrument=stock("BTC", multiplier=D(10)), book=broker(), held="30")
    action = CorporateAction(symbol="BTC", at=T0, dividend=D("0.50"))
    corporate_actions.pay(here, Step(time=T0, closes=T0, bars={}, actions=(action,)), [])
    paid = [event.amount for event in here.events if isinstance(event, e.DividendPaid)]
    assert paid == [150]


# who bears interest


@pytest.mark.parametrize(
    ("held", "symbol", "shares"),
    [
        # what was drawn for a trade is that trade's
        ({"A": "3", "B": "1"}, "B", {"B": "10"}),
        # any other by cost of the longs: 300 to 100, of 10.00
        ({"A": "3", "B": "1"}, None, {"A": "7.5", "B": "2.5"}),
        ({"A": "3", "B": "-1"}, None, {"A": "10"}),
        ({"A": "-3", "B": "-1"}, None, {"A": "7.5", "B": "2.5"}),
        ({"A": "2", "B": "1"}, None, {"A": "6.67", "B": "3.33"}),
        ({"A": "3"}, "C", {"A": "10"}),
        ({}, None, None),
        ({}, "A", None),
    ],
)
def test_interest_is_borne_by_what_is_held_with_it(
    held: dict[str, str], symbol: str | None, shares: dict[str, str] | None
) -> None:
    listed = account(broker(), stock("A"), stock("B"), stock("C"))
    main = pocket(*(position(stock(name), size, "100") for name, size in held.items()))
    found = borne_by(listed, main, D(10), symbol)
    assert found == (shares and {name: D(share) for name, share in shares.items()})


# protection attached


def test_the_first_target_alone_keeps_its_size_when_it_is_moved() -> None:
    here = with_targets("10", "3")
    (held,) = here.account.positions()
    protection.move_target(here, held, D(115))
    (target,) = here.account.orders.values()
    assert (target.limit, target.quantity) == (115, 3)


def test_a_later_entrys_targets_take_the_place_of_the_earlier_ones() -> None:
    here = with_targets("10", "3", "4")
    entry = order(BUY, "2", targets=(Target(D(150), D("0.5")),), stop_loss=D(90))
    protection.attach(here, entry, D(100))
    reasons = [event.reason for event in here.events if isinstance(event, e.OrderCancelled)]
    assert reasons == [CancelReason.LATER_TARGETS] * 2
    left = {order.cause: order for order in here.account.orders.values()}
    assert left[Cause.TAKE_PROFIT].quantity == 5
    assert (left[Cause.STOP_LOSS].trigger, left[Cause.STOP_LOSS].quantity) == (90, 10)
