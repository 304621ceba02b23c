"""`calc`: every result against arithmetic done here, by hand and exactly."""

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.cli.driving import exact, tightrope

EIGHT = 10**8


def calc(*arguments: object) -> dict[str, Any]:
    """The one JSON document of a calculation."""
    ended = tightrope("calc", *arguments, "--json")
    assert ended.status == 0, ended.err
    document = exact(ended.out)
    assert isinstance(document, dict)
    return document


def up(value: Fraction, places: int = 8) -> str:
    """Rounded up, written with all its places."""
    atoms = -(-value * 10**places // 1)
    return f"{atoms // 10**places}.{atoms % 10**places:0{places}}"


def trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def test_the_liquidation_of_an_isolated_long() -> None:
    """Margin M = 7353.5 x 1.36 / 10 = 1000.076, notional 10000.76; P = (qE - M) / (q (1 - m)).

    At m = 0.5 %: 9000.684 / 1.3532. Bankrupt where equity is nil: 9000.684 / 1.36 = 6618.15. The
    call comes at a margin ratio of 80 %: equity = m P q / 0.8, P = 9000.684 / (1.36 x 0.99375).
    The nearest stop is 5 % of the way from 6651.408 to the entry: 6651.408 + 35.105 = 6686.513,
    on the next cent above it.
    """
    found = calc(
        *("liquidation", "--venue", "binance-usdm", "--mode", "isolated", "--side", "long"),
        *("--entry", "7353.5", "--quantity", "1.36", "--leverage", "10"),
        *("--maintenance", "0.005", "--maintenance-amount", "0"),
    )
    left, quantity = Fraction("9000.684"), Fraction("1.36")
    assert found == {
        "liquidation_price": up(left / (quantity * (1 - Fraction("0.005")))),
        "bankruptcy_price": "6618.15",
        "call_price": up(left / (quantity * Fraction("0.99375"))),
        "margin": "1000.076000",
        "nearest_stop": "6686.52",
    }


def test_the_liquidation_of_a_short_is_above_it() -> None:
    """-q P + q E + M = m q P: P = (E + E / 5) / (1 + m) at 5x, rounded down toward a short."""
    found = calc(
        *("liquidation", "--venue", "binance-usdm", "--mode", "isolated", "--side", "short"),
        *("--entry", "100", "--quantity", "1", "--leverage", "5"),
        *("--maintenance", "0.01", "--maintenance-amount", "0"),
    )
    exact_price = Fraction(120) / Fraction("1.01")
    assert found["liquidation_price"] == f"{exact_price * EIGHT // 1 / EIGHT:.8f}"
    assert found["bankruptcy_price"] == "120"


def test_with_the_wallet_behind_it_the_liquidation_is_farther_away() -> None:
    """P = (10000.76 - 3000) / (1.36 x 0.995)."""
    found = calc(
        *("liquidation", "--venue", "binance-usdm", "--mode", "cross", "--side", "long"),
        *("--entry", "7353.5", "--quantity", "1.36", "--leverage", "10", "--wallet", "3000"),
        *("--maintenance", "0.005", "--maintenance-amount", "0"),
    )
    left = Fraction("7000.76") / (Fraction("1.36") * Fraction("0.995"))
    assert found["liquidation_price"] == up(left)


def test_a_tier_s_amount_moves_the_liquidation() -> None:
    """Maintenance = 0.005 q P - 50: (q E - M - 50) / (q (1 - m)), q = 10, E = 10000, L = 10."""
    found = calc(
        *("liquidation", "--venue", "binance-usdm", "--mode", "isolated", "--side", "long"),
        *("--entry", "10000", "--quantity", "10", "--leverage", "10"),
        *("--maintenance", "0.005", "--maintenance-amount", "50"),
    )
    assert found["liquidation_price"] == up(Fraction(89_950) / Fraction("9.95"))


def test_maintenance_of_the_entry_does_not_shrink_with_the_price() -> None:
    """Equity 10 - (100 - P) = 1 of the entry's 100 at 1 %: P = 91."""
    found = calc(
        *("liquidation", "--venue", "binance-usdm", "--mode", "isolated", "--side", "long"),
        *("--entry", "100", "--quantity", "1", "--leverage", "10", "--maintenance", "0.01"),
        *("--maintenance-amount", "0", "--maintenance-at", "entry"),
    )
    assert found["liquidation_price"] == "91"


def test_the_call_of_the_first_journey() -> None:
    """14,000 against 10,020: 3,980 is 28.43 %; 4,200 - 3,980 = 220; 220 / 0.3; 10,020 / 140.
    733.34 are 10.48 shares at 70: eleven, worth 770."""
    found = calc(
        *("call", "--value", "14000", "--loan", "10020", "--maintenance", "0.30"),
        *("--price", "70"),
    )
    assert found == {
        "equity": "3980.00",
        "equity_ratio": "0.28428571",
        "call_price": up(Fraction(10_020, 140)),
        "shortfall": "220.00",
        "sale_to_cure": "733.34",
        "quantity_to_cure": "11",
        "value_to_cure": "770.00",
    }


def test_no_call_where_the_requirement_is_met_exactly() -> None:
    """Value 10,000, loan 7,000: equity 3,000 is 30 %."""
    found = calc("call", "--value", "10000", "--loan", "7000", "--maintenance", "0.3")
    assert (found["shortfall"], found["sale_to_cure"]) == ("0.00", "0")


@pytest.mark.parametrize(
    "span",
    [
        ["--hours", "216"],
        ["--from", "2024-01-01T00:00:00Z", "--to", "2024-01-10T00:00:00Z"],
    ],
    ids=["hours", "from and to"],
)
def test_interest_of_nine_days(span: list[str]) -> None:
    """10,000 x (10 + 1.825) % x 9 / 360 = 29.5625: 29.56."""
    found = calc("interest", "--venue", "us-reg-t", "--principal", "10000", *span)
    assert (found["interest"], found["rate"]) == ("29.56", "0.11825")


def test_fifty_five_minutes_over_a_full_hour_of_the_clock_cost_two() -> None:
    """1,000 at 0.02 % a day from 13:20 to 14:15, as the lender's own page has it: 0.01666667."""
    span = ("--from", "2024-01-01T13:20:00Z", "--to", "2024-01-01T14:15:00Z")
    found = calc("interest", "--venue", "binance-margin", "--principal", "1000", *span)
    assert (found["interest"], found["periods"]) == ("0.016667", 2)


def test_a_loan_without_interest_costs_nothing_to_the_cent() -> None:
    found = calc("interest", "--venue", "kraken-margin", "--principal", "1000", "--hours", "24")
    assert found["interest"] == "0.00"


def test_each_slice_of_a_loan_has_its_own_rate() -> None:
    """100,000 at 6.83 % and 50,000 at 6.33 %: 9,995 a year on 150,000, 27.7638 a day of 360."""
    found = calc(
        "interest", "--venue", "us-reg-t@2026-11", "--principal", "150000", "--hours", "24"
    )
    assert found["interest"] == "27.76"
    assert found["rate"] == "0.06663333"
    assert [(t["floor"], t["principal"], t["rate"]) for t in found["tiers"]] == [
        ("0", "100000", "0.0683"),
        ("100000", "50000", "0.0633"),
    ]


def test_the_size_that_loses_two_percent_at_the_stop() -> None:
    """10,000 x 0.02 / 8 = 25 shares, worth 2,500, a quarter of the equity."""
    found = calc(
        *("size", "--equity", "10000", "--risk-fraction", "0.02", "--entry", "100"),
        *("--stop", "92"),
    )
    assert {key: trimmed(value) if "." in value else value for key, value in found.items()} == {
        "quantity": "25",
        "notional": "2500",
        "risk": "200",
        "leverage_used": "0.25",
    }


def test_leverage_bounds_the_size() -> None:
    """A stop 0.1 away would take 2,000; 1x of 10,000 carries 100."""
    found = calc(
        *("size", "--equity", "10000", "--risk-fraction", "0.02", "--entry", "100"),
        *("--stop", "99.9", "--leverage", "1"),
    )
    assert found["quantity"] == "100"


def test_the_requirement_of_stock_bought_and_sold_short() -> None:
    """Half of 20,000 to open; 30 % to keep, which for the short is above its 5 a share."""
    for side in ("long", "short"):
        found = calc(
            *("requirement", "--venue", "us-reg-t", "--side", side),
            *("--price", "100", "--quantity", "200"),
        )
        assert found == {"initial_margin": "10000.00", "maintenance_margin": "6000.00"}


def test_a_cheap_short_needs_its_floor_per_share() -> None:
    """At 3.00 a share FINRA asks the higher of 2.50 a share and 100 %: 600 for 200."""
    found = calc(
        *("requirement", "--venue", "us-reg-t", "--side", "short"),
        *("--price", "3", "--quantity", "200"),
    )
    assert found["maintenance_margin"] == "600.00"


def test_the_requirement_of_a_contract() -> None:
    """10,000.76 / 10 to open; 0.4 % of the first tier to keep."""
    found = calc(
        *("requirement", "--venue", "binance-usdm", "--symbol", "BTCUSDT", "--side", "long"),
        *("--price", "7353.5", "--quantity", "1.36", "--leverage", "10"),
    )
    assert found == {"initial_margin": "1000.076000", "maintenance_margin": "40.003040"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (("--quantity", "1234567890123"), "quantity: 1234567890123 is too large"),
        (("--quantity", "-1"), "quantity"),
        (("--quantity", "0"), "quantity"),
        (("--entry", "1e3"), 'entry: "1e3" is not a plain number'),
        (("--leverage", "500"), "leverage: 500 is out of range; allowed: 1 to 75"),
        (("--venue", "moon"), "no rule book is called"),
        (("--mode", "clever"), "--mode"),
        (("--mode", "smart"), 'mode: binance-usdm has no mode "smart"'),
        (("--maintenance", "2"), "maintenance"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_figure_that_does_not_fit_is_refused_by_its_name(
    changed: tuple[str, str], told: str
) -> None:
    options = {
        "--venue": "binance-usdm",
        "--mode": "isolated",
        "--side": "long",
        "--entry": "100",
        "--quantity": "1",
        "--leverage": "10",
    }
    options |= dict([changed])
    ended = tightrope("calc", "liquidation", *(part for pair in options.items() for part in pair))
    assert (ended.status, ended.out) == (2, "")
    assert len(ended.err.splitlines()) == 1
    assert told in ended.err


def test_without_json_each_figure_has_its_line() -> None:
    lines = tightrope(
        *("calc", "call", "--value", "14000", "--loan", "10020", "--maintenance", "0.30")
    ).lines
    assert "equity              3,980.00" in lines
    assert "sale to cure        733.34" in lines


def test_a_token_loses_more_than_its_multiple_where_the_market_comes_back() -> None:
    """0.7 x 1.3 - 1 for the token; 0.9 x 1.1 - 1 is -1 %, three times that -3 %."""
    found = json.loads(
        tightrope("calc", "token", "--multiple", "3", "--moves=-0.1,0.1", "--json").out
    )
    assert found == {
        "token_return": "-0.09",
        "underlying_return": "-0.01",
        "multiple_of_underlying": "-0.03",
        "drag": "-0.06",
    }


def test_moves_that_are_no_numbers_are_refused() -> None:
    ended = tightrope("calc", "token", "--multiple", "3", "--moves=-0.1,up")
    assert ended.status == 2
    assert "'up' is not a plain number" in ended.err


def test_the_cost_of_an_order_has_the_fee_of_closing_at_the_bankruptcy_price() -> None:
    """70,000 / 10, 0.06 % of 70,000, and of 63,000: 7,000 + 42 + 37.80."""
    found = calc(
        *("cost", "--venue", "phemex-perpetual", "--mode", "isolated", "--side", "long"),
        *("--price", "70000", "--quantity", "1", "--leverage", "10"),
    )
    assert {key: trimmed(text) for key, text in found.items()} == {
        "order_cost": "7079.8",
        "initial_margin": "7000",
        "open_fee": "42",
        "close_fee": "37.8",
    }


def test_in_a_pool_nothing_is_posted_for_closing() -> None:
    found = calc(
        *("cost", "--venue", "phemex-perpetual", "--mode", "cross", "--side", "short"),
        *("--price", "70000", "--quantity", "1", "--leverage", "10"),
    )
    assert trimmed(found["order_cost"]) == "7042"


def test_the_excess_of_a_stock_account_buys_twice_as_much() -> None:
    """50,000 of stock on 20,000: 30,000 - 25,000. Bought for 4,000: 5,000 - 2,000 stay."""
    found = calc("excess", "--value", "50000", "--loan", "20000")
    assert found == {
        "equity": "30000.00",
        "excess_equity": "5000.00",
        "sma": "5000.00",
        "buying_power": "10000.00",
    }
    later = calc(
        *("excess", "--value", "50000", "--loan", "24000"),
        *("--sma", "5000", "--bought", "4000"),
    )
    assert (later["excess_equity"], later["sma"]) == ("1000.00", "3000.00")


def test_a_position_in_smart_margin_is_calculated_too() -> None:
    """(10,000 - 1,000) / (10 x 0.975) with half of a twentieth to keep."""
    found = calc(
        *("liquidation", "--venue", "crypto-com-exchange", "--mode", "smart", "--side", "long"),
        *("--entry", "1000", "--quantity", "10", "--leverage", "10"),
    )
    assert found["liquidation_price"] == up(Fraction(9000) / Fraction("9.75"))


@pytest.mark.parametrize(
    "typed",
    [
        ("cost", "--venue", "kraken-margin", "--mode", "isolated", "--side", "long"),
        ("excess", "--value", "-1", "--loan", "0"),
        ("excess", "--value", "1", "--loan", "0", "--sma", "-1"),
    ],
)
def test_what_cost_and_excess_refuse(typed: tuple[str, ...]) -> None:
    more = ("--price", "1", "--quantity", "1") if typed[0] == "cost" else ()
    ended = tightrope("calc", *typed, *more)
    assert ended.status == 2
    assert "allowed:" in ended.err


def test_a_loan_with_more_digits_than_its_currency_is_refused() -> None:
    ended = tightrope(
        "calc", "interest", "--venue", "us-reg-t", "--principal", "1.001", "--hours", "1"
    )
    assert (ended.status, ended.out) == (2, "")
    assert "principal: 1.001 is finer than USD; allowed: multiples of 0.01" in ended.err


def test_the_price_of_a_coin_of_a_millionth_keeps_four_digits_beyond_the_tick() -> None:
    """246.90 behind 1,234.50: (1,234.50 - 246.90) / (10^9 x 0.995), the margin kept at mark."""
    found = calc(
        *("liquidation", "--venue", "binance-usdm", "--mode", "isolated", "--side", "long"),
        *("--entry", "0.0000012345", "--quantity", "1000000000", "--leverage", "5"),
        *("--maintenance", "0.005", "--maintenance-amount", "0"),
    )
    assert found["liquidation_price"] == up(Fraction("987.6") / (10**9 * Fraction("0.995")), 14)
    assert found["bankruptcy_price"] == "0.0000009876"


def test_a_size_whose_stop_lies_beyond_the_liquidation_says_so() -> None:
    """10x in isolation is liquidated about a tenth away: long before a stop at 85."""
    asked = (
        *("size", "--venue", "binance-usdm", "--mode", "isolated", "--leverage", "10"),
        *("--equity", "10000", "--risk-fraction", "0.02", "--entry", "100", "--stop"),
    )
    said = "Liquidated before the stop: the stop lies beyond the liquidation price."
    assert calc(*asked, "85")["liquidated_first"] is True
    assert calc(*asked, "95")["liquidated_first"] is False
    assert said in tightrope("calc", *asked, "85").out
    assert said not in tightrope("calc", *asked, "95").out
