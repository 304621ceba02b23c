"""Options: bought in full, written on margin, exercised in cash when they expire."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import assess
from ledger.account.risk.requirement import option_breaks
from ledger.account.state import OrderType, Side
from ledger.market.instrument import Kind, OptionTerms, Right
from ledger.market.rules.rulebook import OptionRule
from ledger.market.rules.schedule import Basis
from ledger.times import DAY
from tests.worlds import T0, World, broker, only, stock

D = Decimal


def world(right: Right = Right.CALL, strike: str = "100", days: int = 3) -> World:
    terms = OptionTerms(on="ACME", right=right, strike=D(strike), expires=T0 + days * DAY)
    listed = stock("OPT", kind=Kind.OPTION, multiplier=D(100), option=terms)
    book = broker(options=OptionRule(share=D("0.20"), least=D("0.10")))
    made = World(book, stock(), listed)
    bar(made, 100, 4, c.Deposit(amount=D(10_000)))
    return made


def bar(made: World, price: int | str, option: int | str, *commands: c.Command) -> None:
    made.bar({"ACME": (price,) * 4, "OPT": (option,) * 4}, *commands)


def order(side: Side, quantity: int, **more: object) -> c.PlaceOrder:
    return c.PlaceOrder(symbol="OPT", side=side, quantity=D(quantity), **more)  # type: ignore[arg-type]


def test_a_bought_option_is_paid_in_full_and_asks_for_no_margin() -> None:
    made = world()
    bar(made, 100, 4, order(Side.BUY, 5))
    assert made.account.main.cash == 10_000 - 5 * 100 * 4
    margin = assess(made.account, made.account.main, made.market.mark)
    assert (margin.equity, margin.maintenance) == (10_000, 0)


def test_nothing_is_lent_on_an_option() -> None:
    made = world()
    bar(made, 100, 4, order(Side.BUY, 5, leverage=D(2)), order(Side.BUY, 26))
    told = [event.reason for event in made.of(e.OrderRefused)]
    assert told[0] == "OPT must be paid in full: set leverage to 1"
    assert told[1].startswith("needs 10400")


@pytest.mark.parametrize(
    ("right", "strike", "price", "asked"),
    [
        (Right.CALL, "100", 100, 400 + 2000),  # premium, and 20 % of 100 shares at 100
        (Right.CALL, "105", 100, 400 + 2000 - 500),  # less what it is out of the money
        (Right.CALL, "150", 100, 400 + 1000),  # but at least 10 % of the underlying
        (Right.PUT, "60", 100, 400 + 600),  # or of the strike, for a put
    ],
)
def test_a_written_option_keeps_its_price_and_a_share_of_the_underlying(
    right: Right, strike: str, price: int, asked: int
) -> None:
    made = world(right, strike)
    bar(made, price, 4, order(Side.SELL, 1))
    margin = assess(made.account, made.account.main, made.market.mark)
    assert margin.maintenance == asked


@pytest.mark.parametrize(
    ("right", "strike", "breaks"),
    [
        # out of the money: 0.2 x P - (100 - P) = 0.1 x P at P = 100 / 1.1
        (Right.CALL, "100", (D(100), D(100) / D("1.1"))),
        # 0.2 x P - (P - 60) = 0.1 x 60 at P = 54 / 0.8, and in the money 0.2 x P = 6 at P = 30
        (Right.PUT, "60", (D(60), D("67.5"), D(30))),
    ],
)
def test_at_a_break_two_parts_of_a_written_options_margin_ask_for_as_much(
    right: Right, strike: str, breaks: tuple[Decimal, ...]
) -> None:
    made = world(right, strike)
    terms = made.account.instruments["OPT"].option
    assert terms is not None
    assert option_breaks(made.account, terms) == breaks


def test_an_option_in_the_money_is_exercised_in_cash_when_it_expires() -> None:
    made = world()
    bar(made, 100, 4, order(Side.BUY, 2))
    bar(made, 110, 10)
    settled = only(made.of(e.OptionSettled))
    assert (settled.at, settled.price, settled.underlying_price) == (T0 + 3 * DAY, 10, 110)
    assert only(made.of(e.PositionClosed)).closed_by == "expiry"
    assert made.account.main.cash == 10_000 - 800 + 2000


def test_a_written_option_out_of_the_money_expires_worthless_for_its_buyer() -> None:
    made = world()
    bar(made, 100, 4, order(Side.SELL, 1))
    bar(made, 90, "0.01")
    assert only(made.of(e.OptionSettled)).price == 0
    assert made.account.main.cash == 10_400


def test_a_writer_is_called_when_the_underlying_runs_away() -> None:
    made = world(days=30)
    bar(made, 100, 4, order(Side.SELL, 4))  # keeps 9,600 of 11,600 - 1,600
    bar(made, 104, 7)
    # each keeps its price and 20 % of 10,400: 4 x 2,780 = 11,120, of 11,600 - 2,800 = 8,800
    assert only(made.of(e.MarginCallIssued)).shortfall == 11_120 - 8800


def test_an_expired_option_trades_no_more() -> None:
    made = world(days=2)
    bar(made, 100, 4)
    made.flat(100, order(Side.BUY, 1), symbol="ACME")
    assert only(made.of(e.OrderRefused)).reason == "OPT has expired"


@pytest.mark.parametrize("basis", Basis)
def test_a_token_cannot_be_sold_short(basis: Basis) -> None:
    schedules = tuple(replace(each, basis=basis) for each in broker().schedules)
    made = World(broker(schedules=schedules), stock("BTC3L", kind=Kind.TOKEN))
    made.flat(100, c.Deposit(amount=D(10_000)))
    made.flat(100, c.PlaceOrder(symbol="BTC3L", side=Side.SELL, quantity=D(1)))
    assert only(made.of(e.OrderRefused)).reason.startswith("BTC3L cannot be borrowed")


def test_the_orders_of_its_underlying_outlive_an_option() -> None:
    made = world(days=2)
    rests = c.PlaceOrder(
        symbol="ACME", side=Side.BUY, quantity=D(1), order_type=OrderType.LIMIT, limit=D(50)
    )
    bar(made, 100, 4, order(Side.BUY, 1), rests)
    made.flat(100, symbol="ACME")
    assert made.of(e.OptionSettled)
    assert [resting.symbol for resting in made.account.orders.values()] == ["ACME"]
