"""The state's fingerprint: the same for equal accounts, another for any difference."""

from dataclasses import replace

import pytest

from ledger.account.fold.apply import apply
from ledger.account.state import Account, Call, Loan, Order, OrderType, Side, Totals
from ledger.books.wire.fingerprint import state_hash
from tests.books.lives import first_call, long_life
from tests.worlds import D, broker

ACCOUNT = first_call().end


def test_the_name_of_an_account_is_not_its_state() -> None:
    assert state_hash(replace(ACCOUNT, name="other")) == state_hash(ACCOUNT)


def test_numbers_count_by_value() -> None:
    same = replace(ACCOUNT, savings=D("-0.00"))
    assert state_hash(same) == state_hash(replace(ACCOUNT, savings=D(0)))


def changed(**changes: object) -> Account:
    main = replace(ACCOUNT.main, **changes)  # type: ignore[arg-type]
    return replace(ACCOUNT, pockets={"main": main})


POSITION = ACCOUNT.main.positions["ACME"]
ORDER = Order(
    id="o9",
    symbol="ACME",
    side=Side.BUY,
    quantity=D(1),
    order_type=OrderType.LIMIT,
    leverage=D(1),
    mode=ACCOUNT.mode,
)
CALL = Call(seq=1, pocket="main", level="house", issued_at=0, shortfall=D(1), due=None)


@pytest.mark.parametrize(
    "other",
    [
        changed(cash=ACCOUNT.main.cash + D("0.01")),
        changed(loan=replace(ACCOUNT.main.loan, carried=ACCOUNT.main.loan.carried + 1)),
        changed(loan=Loan()),
        changed(positions={}),
        changed(positions={"ACME": replace(POSITION, lots=POSITION.lots * 2)}),
        replace(ACCOUNT, orders={"o9": ORDER}),
        replace(ACCOUNT, calls={"main": CALL}),
        replace(ACCOUNT, warned=frozenset({"main"})),
        replace(ACCOUNT, totals=Totals()),
        replace(ACCOUNT, savings=D(1)),
        replace(ACCOUNT, time=ACCOUNT.time + 1),
        replace(ACCOUNT, seq=ACCOUNT.seq + 1),
        replace(ACCOUNT, orders_made=ACCOUNT.orders_made + 1),
        replace(ACCOUNT, rulebook=broker(taker_fee=D("0.1"))),
    ],
)
def test_every_part_of_the_state_counts(other: Account) -> None:
    assert state_hash(other) != state_hash(ACCOUNT)


def test_the_order_of_orders_counts() -> None:
    two = {"o8": replace(ORDER, id="o8"), "o9": ORDER}
    back = dict(reversed(two.items()))
    assert state_hash(replace(ACCOUNT, orders=two)) != state_hash(replace(ACCOUNT, orders=back))


def test_living_the_same_events_again_gives_the_same_state() -> None:
    life = long_life()
    account = life.start
    for event in life.events:
        account = apply(account, event)
    assert state_hash(account) == state_hash(life.end)
