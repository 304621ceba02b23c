"""What is needed to open, what a written option asks for, and what cash is free."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.risk.margin import (
    assess,
    cleared,
    exact_shortfall,
    free_cash,
    held_proceeds,
    initial_of,
    margin_behind,
    market_value,
    posted_margin,
    required_equity,
    unrealized,
)
from ledger.account.risk.requirement import entry_price, hedges_of, requirement
from ledger.account.state import Loan
from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.rules.rulebook import OptionRule
from ledger.market.rules.schedule import Basis, Schedule, ShortRule
from ledger.money import ZERO
from tests.account.made import account, pocket, position
from tests.worlds import D, broker, perpetual, stock, venue

FINRA = ShortRule(
    rate=D("0.30"), per_share=D(5), low_price=D(5), low_rate=D(1), low_per_share=D("2.5")
)


def option(right: Right, strike: str = "50") -> Instrument:
    terms = OptionTerms(on="ACME", right=right, strike=D(strike), expires=9)
    return stock("OPT", kind=Kind.OPTION, multiplier=D(10), option=terms)


# options


@pytest.mark.parametrize("written", ["-3", "-0.05"])
@pytest.mark.parametrize(
    "price", ["0.01", "10", "24.9", "44", "46", "49.5", "50", "50.5", "60", "90"]
)
@pytest.mark.parametrize("right", [Right.CALL, Right.PUT])
def test_a_written_option_asks_for_its_price_and_a_fifth_less_what_it_is_out_of_the_money(
    right: Right, price: str, written: str
) -> None:
    """At least a tenth: of the underlying for a call, of the strike for a put. FINRA 4210(f)(2)."""
    book = broker(options=OptionRule(share=D("0.20"), least=D("0.10")))
    listed = account(book, stock(), option(right))
    held = pocket(position(option(right), written, "2"))
    on, strike = D(price), D(50)
    out = max(strike - on, ZERO) if right is Right.CALL else max(on - strike, ZERO)
    least = D("0.10") * (on if right is Right.CALL else strike)
    each = D(3) + max(D("0.20") * on - out, least)
    prices = {"ACME": on, "OPT": D(3)}
    size = 10 * -D(written)
    assert requirement(listed, held, prices, book.schedules[0]) == size * each
    assert initial_of(listed, "OPT", D(written), prices, D(1)) == size * each


def test_a_bought_option_asks_for_nothing_to_keep_and_is_paid_for_whole() -> None:
    book = broker(options=OptionRule(share=D("0.20"), least=D("0.10")))
    listed = account(book, stock(), option(Right.CALL))
    prices = {"ACME": D(60), "OPT": D(12)}
    for quantity in ("3", "0.5"):
        assert (
            requirement(
                listed,
                pocket(position(option(Right.CALL), quantity, "2")),
                prices,
                book.schedules[0],
            )
            == 0
        )
        assert initial_of(listed, "OPT", D(quantity), prices, D(2)) == 120 * D(quantity)


def test_without_a_rule_for_options_what_is_written_asks_for_nothing() -> None:
    listed = account(broker(), stock(), option(Right.CALL))
    prices = {"ACME": D(60), "OPT": D(12)}
    held = pocket(position(option(Right.CALL), "-3", "2"))
    assert requirement(listed, held, prices, broker().schedules[0]) == 0


# to open


@pytest.mark.parametrize(
    ("quantity", "price", "leverage", "asked"),
    [
        # half of 1,000, whatever more leverage is asked for; all of it without any
        ("10", "100", "2", "500"),
        ("10", "100", "4", "500"),
        ("10", "100", "1", "1000"),
        # a short likewise, but never less than it has to keep: 5.00 of 6.00, 2.50 of 2.00
        ("-10", "100", "2", "500"),
        ("-10", "6", "2", "50"),
        ("-10", "2", "2", "25"),
        ("-0.5", "2", "2", "1.25"),
        ("10", "2", "2", "10"),
    ],
)
def test_half_is_put_down_and_for_a_cheap_short_the_floor(
    quantity: str, price: str, leverage: str, asked: str
) -> None:
    house = Schedule(name="house", long_rate=D("0.30"), short=FINRA)
    listed = account(broker(schedules=(house, *broker().schedules[1:])), stock())
    found = initial_of(listed, "ACME", D(quantity), {"ACME": D(price)}, D(leverage))
    assert found == D(asked)


@pytest.mark.parametrize(
    ("quantity", "asked"),
    # what is lent at 5x is 4 x equity; a short owes its whole value: 1,000 / 4
    [("10", "200"), ("-10", "250")],
)
def test_where_debt_is_watched_a_short_puts_down_what_it_owes_by_the_leverage_less_one(
    quantity: str, asked: str
) -> None:
    owed = Schedule(name="house", basis=Basis.LIABILITIES)
    book = broker(schedules=(owed, *broker().schedules[1:]), initial_margin=ZERO)
    listed = account(book, stock())
    assert initial_of(listed, "ACME", D(quantity), {"ACME": D(100)}, D(5)) == D(asked)


def test_a_token_is_paid_in_full_at_a_derivatives_venue_too() -> None:
    token = perpetual("UP", kind=Kind.TOKEN)
    listed = account(venue(), token, perpetual())
    prices = {"UP": D(20), "BTC": D(20)}
    for quantity in ("3", "0.5"):
        assert initial_of(listed, "UP", D(quantity), prices, D(5)) == 20 * D(quantity)
        assert initial_of(listed, "BTC", D(quantity), prices, D(5)) == 4 * D(quantity)
        assert initial_of(listed, "BTC", -D(quantity), prices, D(5)) == 4 * D(quantity)


def test_isolated_margin_is_own_money_and_the_fee_of_closing_where_the_book_posts_it() -> None:
    """2,000 at 10x: 200; closing a long at 2,000 - 200, a short at 2,000 + 200, for 0.1 %."""
    plain, posting = venue(), venue(posts_close_fee=True, taker_fee=D("0.001"))
    assert posted_margin(plain, D(2_000), D(10)) == posted_margin(plain, D(-2_000), D(10)) == 200
    assert posted_margin(posting, D(2_000), D(10)) == D("201.8")
    assert posted_margin(posting, D(-2_000), D(10)) == D("202.2")


def test_where_debt_is_watched_isolated_margin_of_a_short_is_of_the_leverage_less_one() -> None:
    owed = Schedule(name="house", basis=Basis.LIABILITIES)
    book = broker(schedules=(owed, *broker().schedules[1:]))
    assert posted_margin(book, D(2_000), D(5)) == 400
    assert posted_margin(book, D(-2_000), D(5)) == 500


# what is held for whom


def test_what_shorts_brought_in_is_held_until_they_are_bought_back() -> None:
    """A half share sold at 40 and 2 at 10 keep 40 of the cash; a contract and a long keep none."""
    listed = account(broker(), stock("A"), stock("B"), stock("C"), perpetual("P"))
    held = pocket(
        position(stock("A"), "-0.5", "40"),
        position(stock("B"), "-2", "10", held_shift=D(-3)),
        position(stock("C"), "5", "10"),
        position(perpetual("P"), "-5", "10"),
        cash="100",
    )
    assert held_proceeds(listed, held) == 20 + 20 - 3
    assert free_cash(listed, held) == 100 - 37


def test_worth_is_told_by_its_parts() -> None:
    """100 in cash, 40 owed with 2 of interest; 5 at 10 and -2 at 20, now at 12 and 25."""
    listed = account(broker(), stock("A"), stock("B"))
    owed = Loan(principal=D(40), accrued=D(2))
    held = pocket(
        position(stock("A"), "5", "10"), position(stock("B"), "-2", "20"), cash="100", loan=owed
    )
    prices = {"A": D(12), "B": D(25)}
    assert market_value(listed, held, prices) == 60 - 50
    assert unrealized(listed, held, prices) == 10 - 10
    margin = assess(listed, held, prices)
    assert margin.equity == 100 - 42 + 10
    assert margin.initial == 60 + 50  # all of it at 1x
    assert margin.maintenance == D("0.30") * (60 + 50)
    assert margin.available == 0
    assert margin_behind(listed, held, prices) == 68


def test_margin_behind_a_contract_is_cash_whatever_it_has_won() -> None:
    listed = account(venue(), perpetual())
    held = pocket(position(perpetual(), "2", "100"), cash="30")
    assert margin_behind(listed, held, {"BTC": D(150)}) == 30
    assert margin_behind(listed, pocket(cash="30"), {}) == 30


def test_the_entry_is_the_average_of_what_is_held() -> None:
    listed = account(venue(), perpetual(multiplier=D(5)))
    assert entry_price(listed, position(perpetual(multiplier=D(5)), "3", "70")) == 70
    assert entry_price(listed, position(perpetual(multiplier=D(5)), "0", "70")) == 0


def test_what_offsets_is_another_instrument_on_the_same_underlying() -> None:
    listed = account(
        venue(),
        perpetual("BTC"),
        perpetual("BTC-Q", underlying="BTC"),
        perpetual("ETH"),
        perpetual("ABC-Q", underlying="ABC"),
        perpetual("BTC-A", underlying="BTC"),
    )
    assert hedges_of(listed, "BTC") == ("BTC-Q", "BTC-A")
    assert hedges_of(listed, "BTC-Q") == ("BTC", "BTC-A")
    assert hedges_of(listed, "ETH") == ()


# a level


def test_a_share_of_equity_makes_the_demand_larger() -> None:
    """0.8 x equity against 2 x 0.5 % of 400: 4 / 0.8 = 5 of equity."""
    listed = account(venue(), perpetual())
    held = pocket(position(perpetual(), "4", "100"), cash="3")
    prices = {"BTC": D(100)}
    level = replace(listed.rulebook.levels[-1], multiple=D(2), share=D("0.8"))
    assert required_equity(listed, held, prices, level) == 5
    assert exact_shortfall(listed, held, prices, level) == 2
    assert exact_shortfall(listed, replace(held, cash=D(9)), prices, level) == -4


def test_what_a_division_by_the_share_leaves_is_not_short() -> None:
    """2 / 3 of equity, to the twentieth decimal, whether the share is below one or above."""
    listed = account(venue(), perpetual())
    held = pocket(position(perpetual(), "4", "100"))
    for share in ("3", "0.3"):
        level = replace(listed.rulebook.levels[-1], share=D(share))
        found = exact_shortfall(listed, held, {"BTC": D(100)}, level)
        assert found == (2 / D(share)).quantize(D("1e-20"))
        assert found != 2 / D(share)


@pytest.mark.parametrize(("cash", "clear"), [("2.02", True), ("2.019999", False), ("2.03", True)])
def test_a_level_is_cleared_at_the_demand_with_the_band_on_it(cash: str, clear: bool) -> None:
    """0.5 % of 400 is 2, and 1 % more of that."""
    listed = account(venue(), perpetual())
    held = pocket(position(perpetual(), "4", "100"), cash=cash)
    prices: dict[str, Decimal] = {"BTC": D(100)}
    assert cleared(listed, held, prices, listed.rulebook.levels[-1]) is clear
