"""`calc`: rules that are set, faults by the option that was typed, and input of every kind."""

import json
from fractions import Fraction
from typing import Any

import pytest

from tests.cli.driving import exact, tightrope
from tests.cli.figures.test_calc import up

LONG = {
    "--venue": "binance-usdm",
    "--mode": "isolated",
    "--side": "long",
    "--entry": "100",
    "--quantity": "1",
    "--leverage": "10",
}
ASKED: dict[str, dict[str, str]] = {
    "liquidation": LONG,
    "call": {"--value": "14000", "--loan": "10020", "--maintenance": "0.3"},
    "interest": {"--venue": "us-reg-t", "--principal": "1000", "--hours": "24"},
    "size": {"--equity": "10000", "--risk-fraction": "0.02", "--entry": "100", "--stop": "92"},
    "requirement": {
        "--venue": "binance-usdm",
        "--side": "long",
        "--price": "100",
        "--quantity": "1",
    },
    "cost": {
        "--venue": "phemex-perpetual",
        "--mode": "isolated",
        "--side": "long",
        "--price": "100",
        "--quantity": "1",
    },
    "excess": {"--value": "50000", "--loan": "20000"},
    "token": {"--multiple": "3", "--moves": "-0.10,0.05"},
}


def typed(what: str, *more: str, **changed: str) -> list[str]:
    options = ASKED[what] | {f"--{key.replace('_', '-')}": text for key, text in changed.items()}
    return ["calc", what, *(part for pair in options.items() for part in pair), *more]


def calc(what: str, *more: str, **changed: str) -> dict[str, Any]:
    ended = tightrope(*typed(what, *more, **changed), "--json")
    assert ended.status == 0, ended.err
    found = exact(ended.out)
    assert isinstance(found, dict)
    return found


def refused(what: str, *more: str, **changed: str) -> str:
    ended = tightrope(*typed(what, *more, **changed))
    assert (ended.status, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    return line.removeprefix("tightrope: ")


@pytest.mark.parametrize("what", ASKED)
def test_a_rule_may_be_set_for_every_calculator(what: str) -> None:
    assert calc(what, "--set", "trade_fee=0.001")


def test_what_is_set_replaces_the_rule_books_figure() -> None:
    """(100 - 10) / (1 - 0.02) with 2 % to keep; 0.1 % of 100 at a fee; a tenth at ten times."""
    found = calc("liquidation", "--set", "maintenance_margin=0.02")
    assert found["liquidation_price"] == up(Fraction(90) / Fraction("0.98")).rstrip("0")
    assert calc("cost", "--set", "trade_fee=0.001", leverage="10")["open_fee"] == "0.100000"
    lent = calc("interest", "--set", "loan_rate=0.10", "--set", "day_count=365")
    assert lent["interest"] == "0.27"  # 1,000 x 10 % / 365
    kept = calc("requirement", "--set", "maintenance_margin=0.05")
    assert kept["maintenance_margin"] == "5.000000"


def test_a_size_with_the_fees_of_both_ways() -> None:
    """200 at risk; a share loses 8 and 0.1 % of 100 and of 92: 8.192, so 24.4140625."""
    assert calc("size", "--set", "trade_fee=0.001")["quantity"] == "24.4140625"


def test_excess_over_another_margin() -> None:
    """30,000 - 60 % of 50,000 is nothing; the account of the day before, 6,000, buys 10,000."""
    found = calc("excess", "--set", "initial_margin=0.60", sma="6000")
    assert (found["excess_equity"], found["buying_power"]) == ("0.00", "10000.00")


@pytest.mark.parametrize(
    ("multiple", "moves", "gone"),
    [("3", "0.1,-0.34", "-0.34 wipes out a 3x token"), ("-3", "0.40", "-3x")],
)
def test_a_token_that_a_day_uses_up_has_no_return(multiple: str, moves: str, gone: str) -> None:
    """1 - 3 x 0.34 and 1 - 3 x 0.40 are below nothing, and no later day makes them something."""
    ended = tightrope("calc", "token", "--multiple", multiple, f"--moves={moves}")
    assert ended.status == 2
    assert gone in ended.err


def test_a_token_bought_and_sold_at_a_fee() -> None:
    """0.7 x 1.15 = 0.805 for each 1.001 that was paid, less its tenth of a percent."""
    found = calc("token", "--set", "trade_fee=0.001")
    kept = Fraction("0.805") * Fraction("0.999") / Fraction("1.001") - 1
    assert found["token_return"] == "-0.195"
    assert abs(Fraction(found["return_after_fees"]) - kept) <= Fraction(1, 2 * 10**8)


def test_moves_that_begin_with_a_minus_are_moves() -> None:
    found = json.loads(tightrope(*typed("token"), "--json").out)
    assert (found["token_return"], found["underlying_return"]) == ("-0.195", "-0.055")
    short = calc("token", multiple="-3")  # 1.3 x 0.85
    assert short["token_return"] == "0.105"


def test_money_that_begins_with_a_minus_is_money() -> None:
    """5,000 of the day before less 1,000 taken out, and half of 500 sold comes back: 4,250."""
    found = calc("excess", sma="5000", paid_in="-1000", bought="-500", value="0", loan="0")
    assert found["sma"] == "4250.00"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"maintenance": "2"}, '--maintenance: "2" is too large; allowed: at most 1'),
        ({"maintenance": "x"}, '--maintenance: "x" is not a plain number'),
        ({"maintenance_amount": "-1"}, '--maintenance-amount: "-1" is too small'),
        ({"maintenance_amount": "0.0000001"}, "--maintenance-amount: 0.0000001 is finer than USDT"),
        ({"close_fee": "1"}, "--close-fee: 1 is out of range; allowed: 0 to less than 1"),
        ({"leverage": "126"}, "--leverage: 126 is out of range; allowed: 1 to 75"),
        (
            {"symbol": "BTCUSDT", "leverage": "151"},
            "--leverage: 151 is out of range; allowed: 1 to 150",
        ),
        ({"wallet": "0.0000001"}, "--wallet: 0.0000001 is finer than USDT"),
        ({"wallet": "-5"}, "--wallet: -5 is out of range"),
        ({"mode": "smart"}, '--mode: binance-usdm has no mode "smart"'),
        ({"venue": "moon"}, "--venue: no rule book is called"),
        ({"entry": "100.001", "tick": "0.01"}, "--entry: 100.001 is not a whole number of ticks"),
        ({"quantity": "0.5", "lot": "1"}, "--quantity: 0.5 is not a whole number of lots"),
        ({"quantity": "0.000000001"}, "--quantity: 0.000000001 has too many digits"),
        (
            {"venue": "phemex-inverse", "quantity": "1.5"},
            "--quantity: 1.5 is not a whole number of contracts; allowed: multiples of 1",
        ),
        (
            {"venue": "us-reg-t", "mode": "cross", "leverage": "2", "maintenance": "0.6"},
            "--maintenance: initial_margin 0.50 is below --maintenance 0.6",
        ),
        (
            {"venue": "us-reg-t", "mode": "cross", "leverage": "2", "maintenance_amount": "5"},
            "--maintenance-amount: not part of us-reg-t",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_a_fault_names_the_option_that_was_typed(changed: dict[str, str], told: str) -> None:
    line = refused("liquidation", **changed)
    assert line.startswith(told)
    assert "maintenance_margin" not in line.partition("allowed: ")[0]
    assert "; " in line, "what is wrong; what to do"


@pytest.mark.parametrize(
    ("what", "changed", "told"),
    [
        ("interest", {"principal": "0.001"}, "--principal: 0.001 is finer than USD"),
        ("call", {"value": "0.001"}, "--value: 0.001 is finer than USD"),
        ("call", {"loan": "0.001"}, "--loan: 0.001 is finer than USD"),
        ("call", {"cash": "0.001"}, "--cash: 0.001 is finer than USD"),
        ("size", {"equity": "0.001"}, "--equity: 0.001 is finer than USD"),
        ("excess", {"sma": "0.001"}, "--sma: 0.001 is finer than USD"),
        ("excess", {"paid_in": "-0.001"}, "--paid-in: -0.001 is finer than USD"),
        (
            "size",
            {"stop": "92.001", "tick": "0.01"},
            "--stop: 92.001 is not a whole number of ticks",
        ),
        ("requirement", {"price": "0"}, "--price: 0 is out of range"),
        ("requirement", {"price": "0.001", "tick": "0.01"}, "--price: 0.001 is not a whole number"),
        ("cost", {"quantity": "0.5", "lot": "1"}, "--quantity: 0.5 is not a whole number of lots"),
        ("cost", {"mode": "smart"}, '--mode: phemex-perpetual has no mode "smart"'),
        ("requirement", {"mode": "smart"}, '--mode: binance-usdm has no mode "smart"'),
        ("token", {"multiple": "11"}, "--multiple: 11 is out of range; allowed: -10 to 10"),
        ("token", {"moves": "-1"}, "--moves: out of range; allowed: each above -1 and below 10"),
        ("size", {"mode": "cross"}, "--mode: needs --venue"),
    ],
)
def test_what_is_finer_than_its_step_or_out_of_bounds_is_refused_everywhere(
    what: str, changed: dict[str, str], told: str
) -> None:
    assert refused(what, **changed).startswith(told)


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (["surprise=1"], "--set surprise: is not a key; allowed: "),
        (["trade_fee"], '--set: "trade_fee" is not KEY=VALUE; allowed: such as trade_fee=0.001'),
        (["trade_fee=NaN"], '--set trade_fee: "NaN" is not a plain number'),
        (["trade_fee="], '--set trade_fee: "" is not a plain number'),
        (["trade_fee=\u0663"], '--set trade_fee: "\u0663" is not a plain number'),
        (["trade_fee=2"], '--set trade_fee: "2" is too large'),
        (["trade_fee=0.1", "trade_fee=0.2"], "--set trade_fee: given twice; allowed: once"),
        (
            ["initial_margin=0.5", "max_leverage=3"],
            "--set max_leverage: initial_margin 0.5 and max_leverage 3 contradict each other",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_rule_that_cannot_be_set_is_refused_in_one_sentence(
    what: str, rules: list[str], told: str
) -> None:
    assert refused(what, *(part for rule in rules for part in ("--set", rule))).startswith(told)


def test_a_rule_and_the_option_for_it_are_not_given_together() -> None:
    line = refused("liquidation", "--set", "maintenance_margin=0.01", maintenance="0.01")
    assert line == "--set maintenance_margin: --maintenance is given too; give one of them"


HOSTILE = [
    "NaN",
    "-inf",
    "1e999",
    "",
    " ",
    "9" * 400,
    "0." + "1" * 300,
    "\u0663",
    "\uff11",
    "1_000",
    "1,0O0",
    "+1",
    "0x10",
    "\x1b[31m",
    "0.0000000000000000000000000000001",
    "-",
]


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text)[:12] for text in HOSTILE])
def test_no_number_is_guessed_from_what_is_none(what: str, text: str) -> None:
    """Each option in turn; those that take words name what they know."""
    for option in ASKED[what]:
        changed = {option.removeprefix("--").replace("-", "_"): text}
        line = refused(what, **changed)
        assert line.startswith((f"{option}: ", f"argument {option}: ")), line
        assert line.isprintable()


def test_an_option_that_is_given_twice_is_refused() -> None:
    assert refused("liquidation", "--entry", "100") == "--entry: given 2 times; allowed: once"


def test_figures_have_no_more_decimals_than_their_money_and_their_lot() -> None:
    """19.61745953 at 100 are 1,961.745953 USDT. 0.635 sold at Kraken bring 60.33 less 0.16 of fee:
    889.675 + 260.17 - 1,000 = 149.845, against 80 % of 936.50 / 5, 149.84."""
    size = ("--equity", "10000", "--risk-fraction", "0.01", "--entry", "100", "--stop", "95")
    venue = ("--venue", "binance-usdm", "--mode", "isolated", "--leverage", "10", "--json")
    assert json.loads(tightrope("calc", "size", *size, *venue).out)["notional"] == "1961.745953"
    held = (
        "--venue",
        "kraken-margin@2026-11",
        "--quantity",
        "10",
        "--price",
        "95",
        "--entry",
        "100",
    )
    owed = ("--loan", "1000", "--cash", "200", "--leverage", "5", "--json")
    assert json.loads(tightrope("calc", "call", *held, *owed).out)["quantity_to_cure"] == "0.635"
