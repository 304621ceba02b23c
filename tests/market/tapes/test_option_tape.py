"""Option prices: the published examples of the model, and what must hold of any of them."""

from decimal import Decimal
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.market.instrument import OptionTerms, Right
from ledger.market.tapes.option_tape import Pricing, black_scholes, option_tape, realized
from ledger.times import DAY
from tests.market.tapes.test_leveraged_token import daily

D = Decimal
RISING = [(10000 + 100 * n, 10200 + 100 * n, 9900 + 100 * n, 10100 + 100 * n) for n in range(40)]


@pytest.mark.parametrize(("right", "price"), [(Right.CALL, 4.76), (Right.PUT, 0.81)])
def test_the_example_of_the_textbook_comes_out(right: Right, price: float) -> None:
    """Hull, Options, Futures and Other Derivatives: S 42, K 40, r 10 %, 20 %, six months."""
    assert black_scholes(right, 42, 40, 0.5, 0.2, 0.1) == pytest.approx(price, abs=0.005)


prices = st.floats(min_value=1, max_value=1000)


@given(
    prices, prices, st.floats(min_value=0.01, max_value=3), st.floats(0.01, 2), st.floats(0, 0.2)
)
def test_call_less_put_is_the_underlying_less_the_strike_of_today(
    spot: float, strike: float, years: float, volatility: float, rate: float
) -> None:
    call = black_scholes(Right.CALL, spot, strike, years, volatility, rate)
    put = black_scholes(Right.PUT, spot, strike, years, volatility, rate)
    assert call - put == pytest.approx(
        spot - strike * exp(-rate * years), abs=1e-6 * (spot + strike)
    )


def test_at_its_end_an_option_is_worth_exercising() -> None:
    tape = daily(*RISING)
    terms = OptionTerms(on="BTC", right=Right.CALL, strike=D(100), expires=10 * DAY)
    made = option_tape(tape, terms, Pricing(volatility=0.5), "C", "t")
    assert len(made) == 10
    assert made.bar(9).close == tape.bar(9).close - 100


def test_a_put_is_dear_where_the_underlying_is_low() -> None:
    terms = OptionTerms(on="BTC", right=Right.PUT, strike=D(120), expires=20 * DAY)
    bar = option_tape(daily(*RISING), terms, Pricing(volatility=0.5), "P", "t").bar(5)
    assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high


def test_the_realised_volatility_is_that_of_the_days_before() -> None:
    tape = daily((100, 100, 100, 100), (100, 110, 100, 110), (110, 110, 99, 99), (99, 99, 99, 99))
    moves = [log(110 / 100), log(99 / 110)]
    expected = sqrt(sum(move * move for move in moves) / (2 * DAY / (365 * DAY)))
    assert realized(tape, 30)[3] == pytest.approx(expected)
