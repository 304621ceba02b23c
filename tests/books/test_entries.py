"""Double entry: what each event debits and credits, and that books and account never differ."""

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings

from ledger.account.event_terms import Bearer, FeeKind, JudgedBy
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Cause, Convention, OrderType, Side
from ledger.books import entries
from ledger.books.entries import Leg, balances, disagreements, head_of, legs_of
from ledger.money import ZERO
from tests.books.chance import lives
from tests.books.lives import (
    WISHES,
    Life,
    Move,
    delisting,
    ex_days,
    first_call,
    nights,
    options,
    perpetual_world,
    play,
    savings,
    stock_world,
)
from tests.worlds import D, World, broker, perpetual, stock, venue


@given(life=lives)
@settings(deadline=None, max_examples=150)
def test_books_and_account_never_differ(life: Life) -> None:
    legs: list[Leg] = []
    for account, event in life.moments():
        legs += legs_of(account, event)
        assert not disagreements(apply(account, event), balances(legs)), event
    sums: dict[str, Decimal] = {}
    for (_, asset), amount in balances(legs).items():
        sums[asset] = sums.get(asset, ZERO) + amount
    assert not any(sums.values())
    assert all(leg.amount > 0 for leg in legs)


def test_the_lives_above_reach_every_kind_of_posting() -> None:
    reached: set[type[e.Event]] = set()
    for seed in range(40):
        chance = random.Random(seed)
        plan = [
            Move(
                gap=chance.randint(-150, 150),
                up=chance.randint(0, 200),
                down=chance.randint(0, 200),
                close=chance.randint(0, 1000),
                wish=chance.choice(WISHES),
                size=chance.randint(1, 100),
            )
            for _ in range(40)
        ]
        for make in (stock_world, perpetual_world):
            reached |= {type(event) for event in play(make(), plan).events}
    reached |= {
        type(event)
        for life in (options(), delisting(), ex_days(), nights(), savings())
        for event in life.events
    }
    assert set(entries._POSTINGS) <= reached


@pytest.mark.parametrize("make", [nights, savings])
def test_nights_and_interest_on_cash_leave_the_books_in_agreement(make: Callable[[], Life]) -> None:
    life = make()
    legs = [leg for account, event in life.moments() for leg in legs_of(account, event)]
    assert disagreements(life.end, balances(legs)) == ()
    totals = life.end.totals
    assert totals.overnight if make is nights else totals.credit_interest


def test_an_option_that_expires_leaves_the_books_in_agreement() -> None:
    """Bought for 800 and exercised for 2,000; written for 300 and expired at nothing."""
    life = options()
    legs = [leg for account, event in life.moments() for leg in legs_of(account, event)]
    books = balances(legs)
    assert disagreements(life.end, books) == ()
    assert books["realized_pnl", "USD"] == -(1200 + 300)


def test_the_sale_of_the_first_call_is_at_cost_with_its_loss() -> None:
    """Journey (a): 73 shares bought at 100.00 go at 62.00: 2,774.00 are lost."""
    life = first_call()
    legs = [legs_of(a, event) for a, event in life.moments() if isinstance(event, e.ForceSold)]
    assert legs == [
        (
            Leg("trade:ACME", "qty:ACME", "ACME", D(73)),
            Leg("cash", "position:ACME", "USD", D("7300.00")),
            Leg("realized_pnl", "cash", "USD", D("2774.00")),
        )
    ]


def test_a_repayment_pays_interest_before_principal() -> None:
    """Journey (a): of 4,526.00 go 22.22 to interest and 4,503.78 to the principal."""
    life = first_call()
    first = next(legs_of(a, event) for a, event in life.moments() if type(event) is e.LoanRepaid)
    assert first == (
        Leg("accrued_interest", "cash", "USD", D("22.22")),
        Leg("loan_principal", "cash", "USD", D("4503.78")),
    )


def account_of_stock() -> Account:
    return World(broker(), stock()).account


def account_of_contract() -> Account:
    return World(venue(), perpetual()).account


CASES: list[tuple[e.Event, tuple[Leg, ...]]] = [
    (e.Deposited(at=0, amount=D("5.00")), (Leg("cash", "equity:opening", "USD", D("5.00")),)),
    (e.Withdrawn(at=0, amount=D("5.00")), (Leg("equity:opening", "cash", "USD", D("5.00")),)),
    (e.Swept(at=0, amount=D("5.00")), (Leg("savings", "cash", "USD", D("5.00")),)),
    (
        e.LoanDrawn(at=0, pocket="main", amount=D("5.00"), principal=D("9.00")),
        (Leg("cash", "loan_principal", "USD", D("5.00")),),
    ),
    (
        e.LoanRepaid(
            at=0,
            pocket="main",
            amount=D("9.00"),
            principal=D("1.00"),
            interest_part=D("2.00"),
            principal_part=D("7.00"),
            capitalized_part=D("4.00"),
        ),
        (
            Leg("loan_principal", "accrued_interest", "USD", D("4.00")),
            Leg("accrued_interest", "cash", "USD", D("6.00")),
            Leg("loan_principal", "cash", "USD", D("3.00")),
        ),
    ),
    (
        e.InterestCapitalized(at=0, pocket="main", amount=D("5.00"), principal=D("9.00")),
        (Leg("accrued_interest", "loan_principal", "USD", D("5.00")),),
    ),
    (
        e.FeeCharged(
            at=0,
            pocket="main",
            position="main",
            kind=FeeKind.TRADE,
            amount=D("5.00"),
            symbol="ACME",
        ),
        (Leg("expense:fees:trade", "cash", "USD", D("5.00")),),
    ),
    (
        e.FeeCharged(
            at=0,
            pocket="main",
            position="main",
            kind=FeeKind.TRADE,
            amount=D("-5.00"),
            symbol="ACME",
        ),
        (Leg("cash", "expense:fees:trade", "USD", D("5.00")),),
    ),
    (
        e.FundingPaid(
            at=0,
            pocket="isolated:BTC",
            symbol="BTC",
            amount=D("-5.00"),
            rate=D("0.0001"),
            price=D(1),
            judged_by=JudgedBy.MARK,
        ),
        (Leg("margin:BTC", "expense:funding", "USD", D("5.00")),),
    ),
    (
        e.OvernightCharged(
            at=0,
            pocket="isolated:BTC",
            symbol="BTC",
            amount=D("5.00"),
            rate=D("0.03"),
            nights=3,
            price=D(1),
            judged_by=JudgedBy.MARK,
        ),
        (Leg("expense:overnight", "margin:BTC", "USD", D("5.00")),),
    ),
    (
        e.CreditInterestPaid(
            at=0, pocket="main", amount=D("5.00"), idle=D(9), short=D(0), carried=D(0)
        ),
        (Leg("cash", "income:interest", "USD", D("5.00")),),
    ),
    (
        e.MarginAdded(at=0, symbol="BTC", pocket="isolated:BTC", amount=D("5.00")),
        (Leg("margin:BTC", "cash", "USD", D("5.00")),),
    ),
    (
        e.MarginRemoved(at=0, symbol="BTC", pocket="isolated:BTC", amount=D("5.00")),
        (Leg("cash", "margin:BTC", "USD", D("5.00")),),
    ),
    (
        e.DeficitRecorded(at=0, pocket="isolated:BTC", amount=D("5.00"), absorbed_by=Bearer.VENUE),
        (Leg("margin:BTC", "income:venue_absorbed", "USD", D("5.00")),),
    ),
    (e.DeficitRecorded(at=0, pocket="main", amount=D("5.00"), absorbed_by=Bearer.TRADER), ()),
    (e.Deposited(at=0, amount=D("0.00")), ()),
    (e.NoteAdded(at=0, text="so"), ()),
]


@pytest.mark.parametrize(("event", "legs"), CASES, ids=lambda case: type(case).__name__)
def test_each_event_debits_and_credits(event: e.Event, legs: tuple[Leg, ...]) -> None:
    assert legs_of(account_of_stock(), event) == legs


def filled(side: Side, quantity: str, price: str, value: str, gain: str = "0") -> e.OrderFilled:
    return e.OrderFilled(
        at=0,
        pocket="main",
        symbol="ACME",
        side=side,
        quantity=D(quantity),
        price=D(price),
        value=D(value),
        realized_pnl=D(gain),
        order="o1",
        order_type=OrderType.MARKET,
        cause=Cause.TRADER,
        fee=ZERO,
        slippage=ZERO,
        convention=Convention.WORST,
        leverage=D(1),
    )


def test_a_short_stands_at_what_it_was_sold_for() -> None:
    account = account_of_stock()
    sold = filled(Side.SELL, "10", "50.00", "500.00")
    assert legs_of(account, sold) == (
        Leg("trade:ACME", "qty:ACME", "ACME", D(10)),
        Leg("cash", "position:ACME", "USD", D("500.00")),
    )


def test_buying_back_a_short_costs_its_proceeds_and_its_loss() -> None:
    account = account_of_stock()
    order = e.OrderPlaced(
        at=0,
        order="o1",
        symbol="ACME",
        side=Side.SELL,
        order_type=OrderType.MARKET,
        quantity=D(10),
        leverage=D(1),
        mode=account.mode,
    )
    sold = filled(Side.SELL, "10", "50.00", "500.00")
    held = apply(apply(account, order), sold)
    back = filled(Side.BUY, "4", "60.00", "240.00", "-40.00")
    assert legs_of(held, back) == (
        Leg("qty:ACME", "trade:ACME", "ACME", D(4)),
        Leg("position:ACME", "cash", "USD", D("200.00")),
        Leg("realized_pnl", "cash", "USD", D("40.00")),
    )


def test_of_a_contract_only_the_gain_is_money() -> None:
    life = play(
        perpetual_world(),
        [Move(0, 0, 0, 500, "buy", 3), Move(100, 0, 0, 500, "close", 2)],
    )
    names = {
        name
        for account, event in life.moments()
        if isinstance(event, e.Fill)
        for leg in legs_of(account, event)
        for name in (leg.debit, leg.credit)
    }
    assert not any(name.startswith("position:") for name in names)


def test_savings_are_out_of_the_reach_of_trading() -> None:
    assert head_of("savings").portfolio == "longterm"
    assert head_of("margin:BTC").portfolio == "trading"


def test_an_account_that_the_chart_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        head_of("petty_cash")


def test_a_lost_lot_is_told() -> None:
    life = first_call()
    legs = [leg for account, event in life.moments() for leg in legs_of(account, event)]
    short = [leg for leg in legs if leg.asset == "USD"]
    assert disagreements(life.end, balances(short)) == (
        "qty:ACME: the books say 0 ACME, the account 127",
    )
