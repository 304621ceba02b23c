"""When something falls due next, and what falls due then."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.commands import Deposit, OpenBar, PlaceOrder
from ledger.account.event_terms import CancelReason, FeeKind
from ledger.account.events import kinds as e
from ledger.account.incident import Incident, IncidentKind
from ledger.account.order import Cause, GoodFor, Order, OrderType, Side
from ledger.account.state import Account, Call, Loan, Lot, Position
from ledger.engine.bars.next_due import (
    end_with_session,
    idle,
    next_at_open,
    next_at_price,
    next_posting,
)
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import carry_fees, funding, loans
from ledger.engine.orders import protection
from ledger.engine.orders.venue_state import arrived, taken_up
from ledger.market.instrument import Kind
from ledger.market.quote import Market, Step
from ledger.market.rules.carry import (
    BorrowFee,
    Calendar,
    Capitalize,
    Counted,
    Interest,
    RateTier,
    Rollover,
)
from ledger.market.rules.rulebook import Funding, Mode, Rulebook
from ledger.times import DAY, HOUR
from tests.account.made import account, pocket, position
from tests.worlds import T0, D, Past, World, bar, broker, only, perpetual, stock, venue

RATE = (RateTier(floor=D(0), rate=D("0.36")),)
"""A thousandth a day, in a year of 360."""


def lots(held: Position, *given: tuple[int, str, str]) -> Position:
    """The position with lots of (time, quantity, rollover), all bought at 100."""
    made = tuple(Lot(D(q), D(100), D(q) * 100, at, D(rate)) for at, q, rate in given)
    return replace(held, lots=made)


def with_held(
    book: Rulebook, *held: Position, loan: Loan | None = None, cash: str = "0"
) -> Account:
    made = account(book, stock("A"), stock("B"), perpetual("P"))
    main = pocket(*held, cash=cash)
    return replace(made, pockets={"main": main if loan is None else replace(main, loan=loan)})


def draft(one: Account, time: int = T0, price: str = "100") -> Draft:
    prices = {symbol: D(price) for symbol in one.instruments}
    market = Market(time=time, last=prices, mark=prices, history=Past())
    return Draft(one, replace(market, trading=frozenset(prices)))


LONG, SHORT = position(stock("A"), "3", "100"), position(stock("B"), "-2", "100")
CONTRACT = position(perpetual("P"), "5", "100")

# what lent shares cost


@pytest.mark.parametrize(
    ("since", "due"), [(0, DAY), (DAY - 1, DAY), (DAY, 2 * DAY), (DAY + 5, 2 * DAY)]
)
def test_lent_shares_are_paid_for_at_each_midnight(since: int, due: int) -> None:
    held = with_held(broker(borrow_fee=BorrowFee(rate=D("0.36"))), SHORT)
    assert carry_fees.next_borrow_fee(held, since) == due
    assert next_at_price(held, {}, since) == due


@pytest.mark.parametrize(
    ("book", "held"),
    [
        (broker(), SHORT),
        (broker(borrow_fee=BorrowFee(rate=D(0))), SHORT),
        (broker(borrow_fee=BorrowFee(rate=D("0.36"))), LONG),
        (
            venue(funding=None, borrow_fee=BorrowFee(rate=D("0.36"))),
            position(perpetual("P"), "-5", "9"),
        ),
    ],
)
def test_nothing_is_paid_for_shares_that_nobody_lent(book: Rulebook, held: Position) -> None:
    assert carry_fees.next_borrow_fee(with_held(book, held), 0) is None
    assert carry_fees.fees_due(draft(with_held(book, held)), 0, 9 * DAY) == []


def test_lent_shares_cost_a_day_of_their_market_value_each_time() -> None:
    """A thousandth of 2 x 120, on both midnights; what cash lacks is borrowed."""
    here = draft(
        with_held(broker(borrow_fee=BorrowFee(rate=D("0.36"))), SHORT, cash="200"), 0, "120"
    )
    due = carry_fees.fees_due(here, 0, 2 * DAY)
    assert [one.time for one in due] == [DAY, 2 * DAY]
    for one in due:
        one.pay()
    paid = [event for event in here.events if isinstance(event, e.FeeCharged)]
    assert [(x.at, x.amount, x.kind, x.symbol) for x in paid] == [
        (DAY, D("0.24"), FeeKind.BORROW, "B"),
        (2 * DAY, D("0.24"), FeeKind.BORROW, "B"),
    ]
    drawn = [event.amount for event in here.events if isinstance(event, e.LoanDrawn)]
    assert drawn == [D("0.24"), D("0.24")]  # the short's 200 are held by its lender


# rollover


ROLLED = Rollover(fee=D("0.01"))


@pytest.mark.parametrize(
    ("counted", "since", "due"),
    [
        # lots of 1,000 and 3,000, every four hours from then
        (Counted.COMPLETED, 1_000, 1_000 + 4 * HOUR),
        (Counted.COMPLETED, 1_000 + 4 * HOUR - 1, 1_000 + 4 * HOUR),
        (Counted.COMPLETED, 1_000 + 4 * HOUR, 3_000 + 4 * HOUR),
        (Counted.COMPLETED, 3_000 + 4 * HOUR, 1_000 + 8 * HOUR),
        # a period that begins is charged a second after
        (Counted.BEGUN, 1_000, 1_001 + 4 * HOUR),
        (Counted.BEGUN, 1_000 + 4 * HOUR, 1_001 + 4 * HOUR),
        (Counted.BEGUN, 1_001 + 4 * HOUR, 3_001 + 4 * HOUR),
    ],
)
def test_each_lot_is_rolled_over_from_its_own_fill(counted: Counted, since: int, due: int) -> None:
    book = venue(funding=None, rollover=replace(ROLLED, counted=counted))
    held = with_held(book, lots(CONTRACT, (1_000, "2", "0.01"), (3_000, "3", "0.02")))
    assert carry_fees.next_rollover(held, since) == due
    assert next_posting(held, since) == due


def test_a_lot_without_a_rate_is_never_rolled_over() -> None:
    book = venue(funding=None, rollover=ROLLED)
    free = with_held(book, lots(CONTRACT, (1_000, "2", "0")))
    assert carry_fees.next_rollover(free, 0) is None
    assert carry_fees.fees_due(draft(free), 0, 9 * DAY) == []
    without = with_held(venue(funding=None), lots(CONTRACT, (1_000, "2", "0.01")))
    assert carry_fees.next_rollover(without, 0) is None


@pytest.mark.parametrize(
    ("counted", "until", "charged"),
    [
        # 1 % of 200 at first, 2 % of 300 for the later lot; twice for who holds eight hours
        (Counted.COMPLETED, 1_000 + 4 * HOUR, [(1_000 + 4 * HOUR, 2)]),
        (
            Counted.COMPLETED,
            1_000 + 8 * HOUR,
            [(1_000 + 4 * HOUR, 2), (3_000 + 4 * HOUR, 6), (1_000 + 8 * HOUR, 2)],
        ),
        (Counted.COMPLETED, 1_000 + 4 * HOUR - 1, []),
        (Counted.BEGUN, 1_000 + 4 * HOUR, []),
        (Counted.BEGUN, 1_001 + 4 * HOUR, [(1_001 + 4 * HOUR, 2)]),
    ],
)
def test_a_rollover_is_of_the_lots_cost(
    counted: Counted, until: int, charged: list[tuple[int, int]]
) -> None:
    book = venue(funding=None, rollover=replace(ROLLED, counted=counted))
    held = lots(CONTRACT, (1_000, "2", "0.01"), (3_000, "3", "0.02"))
    here = draft(with_held(book, held, cash="100"), 1_000)
    due = sorted(carry_fees.fees_due(here, 1_000, until), key=lambda one: one.time)
    for one in due:
        one.pay()
    fees = [event for event in here.events if isinstance(event, e.FeeCharged)]
    assert [one.time for one in due] == [time for time, _ in charged]
    assert [fee.amount for fee in fees] == [amount for _, amount in charged]
    assert {fee.kind for fee in fees} <= {FeeKind.ROLLOVER}


# funding


def step(until: int, **rates: tuple[tuple[int, Decimal], ...]) -> Step:
    return Step(time=0, closes=until, bars={}, funding=rates)


def test_a_flat_rate_is_stamped_every_eight_hours_whatever_the_tape_says() -> None:
    """10.95 % a year of 365 days are 0.01 % for eight hours."""
    held = with_held(venue(funding=Funding(rate=D("0.1095"))), CONTRACT)
    one = step(DAY, P=((5, D("0.5")),))
    assert funding.stamps(draft(held), one, 0, DAY) == [
        (8 * HOUR, "P", D("0.0001")),
        (16 * HOUR, "P", D("0.0001")),
        (DAY, "P", D("0.0001")),
    ]
    assert [at for at, _, _ in funding.stamps(draft(held), one, 8 * HOUR, DAY - 1)] == [16 * HOUR]
    assert funding.next_stamp(held, {}, 8 * HOUR - 1, CONTRACT) == 8 * HOUR
    assert funding.next_stamp(held, {}, 8 * HOUR, CONTRACT) == 16 * HOUR


def test_stamps_of_several_contracts_come_in_the_order_of_time() -> None:
    one = account(venue(), perpetual("P"), perpetual("Q"))
    held = [position(perpetual(symbol), "5", "100") for symbol in "PQ"]
    one = replace(one, pockets={"main": pocket(*held)})
    rates = {"P": ((20, D(1)), (40, D(9))), "Q": ((10, D(5)), (30, D(2)))}
    found = funding.stamps(draft(one), step(DAY, **rates), 0, DAY)
    assert [(at, symbol) for at, symbol, _ in found] == [(10, "Q"), (20, "P"), (30, "Q"), (40, "P")]


@pytest.mark.parametrize(
    ("cause", "since", "seconds", "there"),
    [
        (Cause.TRADER, T0, 60, False),
        (Cause.TRADER, T0, 30, True),  # 30 s have passed
        (Cause.TRADER, T0 + 1, 60, True),  # it was sent before
        (Cause.STOP_LOSS, T0, 60, True),  # it rests there already
    ],
)
def test_what_the_trader_sends_is_late_while_latency_lasts(
    cause: Cause, since: int, seconds: int, there: bool
) -> None:
    slow = Incident(
        kind=IncidentKind.LATENCY,
        since=since,
        until=T0 + 999,
        share=None,
        seconds=seconds,
        seed=0,
    )
    order = replace(resting("#1", GoodFor.GTC), cause=cause, placed_at=T0)
    here = draft(replace(with_held(broker()), incidents=(slow,)), T0 + 30)
    assert arrived(here, order) is there


def test_what_is_owned_keeps_no_contract_from_its_stamp() -> None:
    held = with_held(venue(funding=Funding(rate=D("0.1095"))), LONG, SHORT, CONTRACT)
    found = funding.stamps(draft(held), step(DAY), 0, 8 * HOUR)
    assert [(at, symbol) for at, symbol, _ in found] == [(8 * HOUR, "P")]


def test_a_stamp_at_an_open_is_paid_once_at_the_price_of_the_open() -> None:
    """5 at 120 and 0.01 %; what was due at the close before it was paid at 100."""
    made = World(venue(funding=Funding(rate=D("0.1095"))), perpetual(), interval=8 * HOUR)
    buy = PlaceOrder(symbol="BTC", side=Side.BUY, quantity=D(5), leverage=D(1))
    made.flat(100, Deposit(amount=D(1_000)), buy)
    made.bars += 1  # a session without a bar
    made.do(OpenBar(step=made.step({"BTC": (120,) * 4})))
    assert [(paid.at, paid.price, paid.amount) for paid in made.of(e.FundingPaid)] == [
        (T0 + 8 * HOUR, 100, D("0.05")),
        (T0 + 16 * HOUR, 120, D("0.06")),
    ]


def test_the_tapes_stamps_count_after_since_and_up_to_until() -> None:
    held = with_held(venue(), CONTRACT)
    one = step(DAY, P=tuple((at, D(at)) for at in (10, 20, 30, 40)))
    assert funding.stamps(draft(held), one, 10, 30) == [(20, "P", 20), (30, "P", 30)]
    assert funding.stamps(draft(held), step(DAY), 10, 30) == []
    assert funding.next_stamp(held, {}, 0, CONTRACT) is None


def test_the_next_price_that_is_needed_is_that_of_the_next_stamp() -> None:
    held = with_held(venue(funding=Funding(rate=D("0.1"))), CONTRACT)
    assert next_at_price(held, {}, 8 * HOUR - 1) == 8 * HOUR
    assert next_at_price(with_held(venue(funding=None), CONTRACT), {}, 0) is None


def test_a_loan_of_one_is_repaid_and_interest_without_a_loan_is_not() -> None:
    for loan, repaid in ((Loan(principal=D(1)), [D(1)]), (Loan(accrued=D(5)), [])):
        here = draft(with_held(broker(interest=Interest()), LONG, loan=loan, cash="60"))
        loans.repay_from_cash(here, "main")
        paid = [event.amount for event in here.events if isinstance(event, e.LoanRepaid)]
        assert paid == repaid


def test_things_that_are_owned_are_not_funded() -> None:
    held = with_held(venue(funding=Funding(rate=D("0.1"))), LONG)
    assert funding.stamps(draft(held), step(DAY), 0, DAY) == []
    assert funding.next_stamp(held, {}, 0, LONG) is None
    assert next_at_price(held, {}, 0) is None
    without = with_held(venue(funding=None), CONTRACT)
    assert funding.stamps(draft(without), step(DAY), 0, DAY) == []
    assert funding.next_stamp(without, {}, 0, CONTRACT) is None


@pytest.mark.parametrize(
    ("quantity", "rate", "amount"),
    [("5", "0.001", "0.6"), ("-5", "0.001", "-0.6"), ("5", "-0.001", "-0.6"), ("5", "0", None)],
)
def test_longs_pay_shorts_a_rate_above_zero(quantity: str, rate: str, amount: str | None) -> None:
    """A thousandth of 5 x 120."""
    here = draft(with_held(venue(), position(perpetual("P"), quantity, "100")), price="120")
    funding.pay(here, T0, "P", D(rate))
    if amount is None:
        assert here.events == []
        return
    paid = only(event for event in here.events if isinstance(event, e.FundingPaid))
    assert (paid.amount, paid.rate, paid.price) == (D(amount), D(rate), 120)


def test_an_inverse_contract_is_funded_in_coins() -> None:
    coin = perpetual("P", kind=Kind.INVERSE, currency="BTC")
    made = account(venue(currency="BTC"), coin)
    made = replace(made, pockets={"main": pocket(position(coin, "600", "100"))})
    here = draft(made, price="120")
    funding.pay(here, T0, "P", D("0.001"))
    assert only(event.amount for event in here.events) == D("0.005")  # type: ignore[attr-defined]


# loans


@pytest.mark.parametrize(
    ("interest", "due"),
    [
        (Interest(tiers=RATE, post_every=HOUR), 2 * HOUR),
        (Interest(tiers=RATE, post_every=HOUR, counted=Counted.BEGUN), 2 * HOUR + 1),
        (Interest(tiers=RATE, post_every=HOUR, calendar=Calendar.ELAPSED), 2 * HOUR + 1_500),
        (Interest(), None),
    ],
)
def test_a_loan_is_posted_at_the_end_of_its_period(interest: Interest, due: int | None) -> None:
    """It was charged up to 25 minutes after the first hour."""
    loan = Loan(principal=D(100), accrued_to=HOUR + 1_500)
    held = with_held(broker(interest=interest), LONG, loan=loan)
    assert next_posting(held, 0) == due
    nothing = with_held(broker(interest=interest), LONG)
    assert next_posting(nothing, 0) is None


def accrued(here: Draft) -> list[e.InterestAccrued]:
    return [event for event in here.events if isinstance(event, e.InterestAccrued)]


def test_interest_by_the_second_adds_up_whatever_is_posted_between() -> None:
    """A thousandth of 1,000 in a day is 1.00; in two halves 0.50 each, in thirds 0.33 and so on."""
    for parts in (1, 2, 3, 7):
        loan = Loan(principal=D(1_000), accrued_to=0)
        here = draft(with_held(broker(interest=Interest(tiers=RATE)), LONG, loan=loan), DAY)
        for part in range(1, parts + 1):
            loans.accrue(here, "main", DAY * part // parts)
        assert sum(event.amount for event in accrued(here)) == 1
        assert here.account.main.loan.accrued == 1
        assert accrued(here)[-1].to == DAY


@pytest.mark.parametrize(
    ("until", "periods", "to", "amount"),
    [
        (HOUR - 1, None, None, None),
        # an hour of 24,000 at a thousandth a day is 1.00
        (HOUR, 1, HOUR, "1"),
        (3 * HOUR + 7, 3, 3 * HOUR, "3"),
    ],
)
def test_interest_by_whole_hours_is_of_those_that_are_over(
    until: int, periods: int | None, to: int | None, amount: str | None
) -> None:
    contract = Interest(tiers=RATE, post_every=HOUR, calendar=Calendar.CLOCK)
    loan = Loan(principal=D(24_000), accrued_to=0)
    here = draft(with_held(broker(interest=contract), LONG, loan=loan), until)
    loans.accrue(here, "main", until)
    if periods is None:
        assert here.events == []
        return
    posted = only(accrued(here))
    assert (posted.periods, posted.to, posted.at) == (periods, to, to)
    assert (posted.amount, posted.rate, posted.from_) == (D(amount or 0), D("0.36"), 0)


def test_nothing_is_posted_twice_or_on_nothing() -> None:
    loan = Loan(principal=D(1_000), accrued_to=DAY)
    here = draft(with_held(broker(interest=Interest(tiers=RATE)), LONG, loan=loan), DAY)
    loans.accrue(here, "main", DAY)
    loans.accrue(here, "main", DAY - 5)
    nothing = draft(with_held(broker(interest=Interest(tiers=RATE)), LONG), DAY)
    loans.accrue(nothing, "main", 2 * DAY)
    assert here.events == nothing.events == []


MONTH = 31 * DAY


@pytest.mark.parametrize(
    ("capitalize", "at", "added"),
    [
        (Capitalize.NEVER, T0 + MONTH, None),
        (Capitalize.EACH_POSTING, T0 + DAY, "1"),
        (Capitalize.MONTHLY, T0 + DAY, None),
        (Capitalize.MONTHLY, T0 + MONTH - DAY, None),  # the 31st of January
        (Capitalize.MONTHLY, T0 + MONTH, "31"),  # the first of February
    ],
)
def test_interest_joins_the_principal_by_the_posting_or_with_the_first_of_a_month(
    capitalize: Capitalize, at: int, added: str | None
) -> None:
    """A thousandth of 1,000 a day, from the first of January on."""
    contract = Interest(tiers=RATE, capitalize=capitalize)
    loan = Loan(principal=D(1_000), accrued_to=T0)
    here = draft(with_held(broker(interest=contract), LONG, loan=loan), at)
    loans.post(here, "main", at)
    found = [event for event in here.events if isinstance(event, e.InterestCapitalized)]
    if added is None:
        assert found == []
        return
    one = only(found)
    assert (one.amount, one.principal, one.capitalized) == (D(added), 1_000 + D(added), D(added))


@pytest.mark.parametrize(
    ("amount", "interest", "principal", "capitalized"),
    [
        ("5", "5", "0", "0"),
        ("7", "7", "0", "0"),
        ("10", "7", "3", "3"),
        ("20", "7", "13", "12"),  # of the principal first what is interest added to it
        ("500", "7", "100", "12"),
    ],
)
def test_a_repayment_goes_to_interest_then_to_added_interest_then_to_the_rest(
    amount: str, interest: str, principal: str, capitalized: str
) -> None:
    loan = Loan(principal=D(100), accrued=D(7), capitalized=D(12), accrued_to=T0)
    here = draft(with_held(broker(interest=Interest()), LONG, loan=loan, cash="600"))
    loans.repay(here, "main", D(amount))
    paid = only(event for event in here.events if isinstance(event, e.LoanRepaid))
    assert (paid.interest_part, paid.principal_part) == (D(interest), D(principal))
    assert (paid.capitalized_part, paid.principal) == (D(capitalized), 100 - D(principal))
    assert paid.amount == D(interest) + D(principal)


@pytest.mark.parametrize(
    ("cash", "limit", "auto", "repaid"),
    [
        ("60", None, True, "60"),
        ("600", None, True, "100"),
        ("60", "40", True, "40"),
        ("60", "80", True, "60"),
        ("0", None, True, None),
        ("-5", None, True, None),
        ("60", "0", True, None),
        ("60", None, False, None),
    ],
)
def test_free_cash_goes_to_the_loan_where_the_book_repays_by_itself(
    cash: str, limit: str | None, auto: bool, repaid: str | None
) -> None:
    loan = Loan(principal=D(100), accrued_to=T0)
    book = broker(interest=Interest(), auto_repay=auto)
    here = draft(with_held(book, LONG, loan=loan, cash=cash))
    loans.repay_from_cash(here, "main", None if limit is None else D(limit))
    paid = [event.amount for event in here.events if isinstance(event, e.LoanRepaid)]
    assert paid == ([] if repaid is None else [D(repaid)])


@pytest.mark.parametrize(
    ("cash", "drawn"), [("-30", "30"), ("0", None), ("5", None), ("-0.01", "0.01")]
)
def test_what_a_lender_s_pocket_cannot_pay_is_borrowed(cash: str, drawn: str | None) -> None:
    for book, lends in ((broker(interest=Interest()), True), (venue(), False)):
        here = draft(with_held(book, LONG, cash=cash))
        loans.cover(here, "main", "A")
        found = [event.amount for event in here.events if isinstance(event, e.LoanDrawn)]
        assert found == ([D(drawn)] if drawn and lends else [])


@pytest.mark.parametrize(
    ("interest", "charged"),
    [
        (Interest(tiers=RATE), None),
        # a day of 2,000 more at a thousandth; an hour of it is 0.0833
        (Interest(tiers=RATE, first_period=True), "2"),
        (Interest(tiers=RATE, first_period=True, post_every=HOUR), "0.08"),
        (Interest(tiers=RATE, calendar=Calendar.CLOCK, counted=Counted.BEGUN), "2"),
        (Interest(first_period=True), None),
    ],
)
def test_a_drawing_costs_its_first_period_at_once_where_the_book_says_so(
    interest: Interest, charged: str | None
) -> None:
    loan = Loan(principal=D(1_000), accrued_to=T0)
    here = draft(with_held(broker(interest=interest), LONG, loan=loan))
    loans.draw(here, "main", D(2_000), symbol="A")
    drawn = only(event for event in here.events if isinstance(event, e.LoanDrawn))
    assert (drawn.amount, drawn.principal) == (2_000, 3_000)
    if charged is None:
        assert accrued(here) == []
        return
    first = only(accrued(here))
    assert (first.amount, first.principal, first.rate) == (D(charged), 2_000, D("0.36"))
    assert (first.from_, first.to, first.periods) == (T0, T0, 1)
    assert first.borne_by == {"A": D(charged)}


# at an open, and at a session's close


def test_an_open_acts_where_a_call_falls_due_or_an_incident_ends() -> None:
    call = Call(seq=1, pocket="main", level="house", issued_at=0, shortfall=D(1), due=50)
    incidents = tuple(
        Incident(kind=IncidentKind.OUTAGE, since=0, until=until, share=None, seconds=0, seed=0)
        for until in (70, 60)
    )
    one = account(broker(), stock("A"))
    assert next_at_open(one) is None
    assert next_at_open(replace(one, calls={"main": call})) == 50
    assert next_at_open(replace(one, calls={"main": replace(call, due=None)})) is None
    assert next_at_open(replace(one, incidents=incidents)) == 60
    late = replace(call, due=65)
    assert next_at_open(replace(one, calls={"main": late}, incidents=incidents)) == 60


def resting(name: str, good_for: GoodFor, symbol: str = "A") -> Order:
    return Order(
        id=name,
        symbol=symbol,
        side=Side.BUY,
        quantity=D(1),
        order_type=OrderType.LIMIT,
        limit=D(50),
        leverage=D(1),
        mode=Mode.CROSS,
        good_for=good_for,
    )


def test_day_orders_end_with_their_session_and_no_others() -> None:
    orders = [
        resting("#1", GoodFor.DAY),
        resting("#2", GoodFor.GTC, "B"),
        resting("#3", GoodFor.DAY, "P"),
    ]
    one = replace(with_held(broker()), orders={order.id: order for order in orders})
    assert end_with_session(one) == {"A", "P"}
    here = draft(one)
    session = Step(time=0, closes=9, bars={"A": bar(0, (1, 1, 1, 1))}, ended=frozenset({"A", "B"}))
    protection.end_session(here, session)
    cancelled = [event for event in here.events if isinstance(event, e.OrderCancelled)]
    assert [(event.order, event.reason) for event in cancelled] == [("#1", CancelReason.DAY_OVER)]
    protection.end_session(here, replace(session, session_end=False, ended=None))
    assert [*here.account.orders] == ["#2", "#3"]


def test_no_bar_leads_to_anything_only_where_nothing_is_under_way() -> None:
    empty = with_held(broker())
    assert idle(empty)
    assert idle(with_held(broker(), cash="500"))
    assert not idle(with_held(broker(), LONG))
    assert not idle(with_held(broker(), loan=Loan(principal=D(1))))
    assert not idle(replace(empty, orders={"#1": resting("#1", GoodFor.GTC)}))
    assert not idle(replace(empty, warned=frozenset({"main"})))
    call = Call(seq=1, pocket="main", level="house", issued_at=0, shortfall=D(1), due=None)
    assert not idle(replace(empty, calls={"main": call}))
    down = Incident(kind=IncidentKind.OUTAGE, since=0, until=9, share=None, seconds=0, seed=0)
    assert not idle(replace(empty, incidents=(down,)))


def test_a_clock_that_is_taken_up_stands_where_it_was_left() -> None:
    one = with_held(broker())
    here = draft(one).market
    assert taken_up(one, here, None) == here
    assert taken_up(one, here, T0 + 9) == replace(here, time=T0 + 9)
    down = Incident(kind=IncidentKind.OUTAGE, since=0, until=T0 + 99, share=None, seconds=0, seed=0)
    outage = taken_up(replace(one, incidents=(down,)), here, T0 + 9)
    assert outage == replace(here, time=T0 + 9, trading=frozenset())
