"""The calculators: hand-worked figures, and the laws that every shape of rule book keeps."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.account.risk.margin import equity, required_equity
from ledger.account.risk.threshold import shown_threshold, threshold_price
from ledger.account.state import Account, Side
from ledger.market.rules.rulebook import Level, Mode, Rulebook
from ledger.money import DUST
from ledger.practice.calc import calculators
from ledger.practice.calc.one_position import SYMBOL, opened, pocket_of
from ledger.practice.library.venue_shelf import load_venue
from ledger.refused import Refused
from ledger.times import DAY

D = Decimal
BROKER = load_venue("us-reg-t@2026-11").rulebook
PERPETUALS = load_venue("binance-usdm@2026-11").rulebook
BLACK_THURSDAY = calculators.with_figures(PERPETUALS, {"maintenance_margin": "0.005"})
ENTRY, QUANTITY = D("7353.5"), D("1.36")


def test_black_thursday_isolated() -> None:
    """Journey (b): 1.36 BTC at 7,353.5, 10x, 0.5 % maintenance, behind its own margin."""
    found = calculators.liquidation(
        BLACK_THURSDAY,
        mode=Mode.ISOLATED,
        side=Side.BUY,
        entry=ENTRY,
        quantity=QUANTITY,
        leverage=D(10),
    )
    assert _cents(found["liquidation_price"]) == D("6651.41")
    assert _cents(found["bankruptcy_price"]) == D("6618.15")
    assert found["margin"] == D("1000.076")


def test_black_thursday_cross() -> None:
    """Journey (b): the whole wallet of 3,000 stands behind the same position."""
    found = calculators.liquidation(
        BLACK_THURSDAY,
        mode=Mode.CROSS,
        side=Side.BUY,
        entry=ENTRY,
        quantity=QUANTITY,
        leverage=D(10),
        wallet=D(3000),
    )
    assert _cents(found["liquidation_price"]) == D("5173.49")


def test_the_first_call() -> None:
    """Journey (a): 200 shares at 100.00, half borrowed; a call at 71.43, 25 % at 66.67."""
    found = calculators.liquidation(
        BROKER, mode=Mode.CROSS, side=Side.BUY, entry=D(100), quantity=D(200)
    )
    assert found["call_price"] == D("71.42857143")
    assert found["liquidation_price"] == D("66.66666667")
    assert found["bankruptcy_price"] == 50
    called = calculators.call(D(14000), D(10020), D("0.30"), D(70))
    assert called["equity"] == 3980
    assert called["equity_ratio"] == D("0.28428571")
    assert called["shortfall"] == 220
    assert called["sale_to_cure"] == D("733.34")


def test_without_a_shortfall_nothing_has_to_be_sold() -> None:
    found = calculators.call(D(20000), D(10000), D("0.30"))
    assert (found["shortfall"], found["sale_to_cure"]) == (0, 0)


def test_without_a_loan_no_price_brings_a_call() -> None:
    assert calculators.call(D(20000), D(0), D("0.30"))["call_price"] is None


def test_interest_is_blended_by_slices() -> None:
    """100,000 at 6.83 % and 150,000 at 6.33 %, a day of 360: 18.97 and 26.38."""
    found = calculators.interest(BROKER, D(250_000), DAY)
    assert found["interest"] == D("45.35")
    assert found["rate"] == D("0.0653")
    tiers = found["tiers"]
    assert [tier["interest"] for tier in tiers] == [D("18.97"), D("26.38")]
    assert [tier["principal"] for tier in tiers] == [100_000, 150_000]


def test_ten_thousand_at_eight_percent() -> None:
    """decisions.md: 20.00 after nine days, 22.22 after ten."""
    book = calculators.with_figures(BROKER, {"loan_rate": "0.08"})
    sums = [calculators.interest(book, D(10_000), days * DAY)["interest"] for days in (9, 10)]
    assert sums == [D("20.00"), D("22.22")]


def test_the_time_of_a_loan_is_given_in_one_way() -> None:
    assert calculators.seconds_of(D("1.5"), None, None) == 5400
    assert calculators.seconds_of(None, 100, 4000) == 3900
    for given_times in (
        (D(1), 1, 2),
        (None, None, 2),
        (None, None, None),
        (D("0.0001"), None, None),
    ):
        with pytest.raises(Refused):
            calculators.seconds_of(*given_times)


def test_size_from_risk() -> None:
    """Journey (a): 2 % of 10,000 with a stop 8.00 away is 25 shares."""
    found = calculators.size(D(10_000), D("0.02"), D(100), D(92))
    assert (found["quantity"], found["risk"], found["notional"]) == (25, 200, 2500)
    assert found["leverage_used"] == D("0.25")


def test_size_is_no_more_than_the_leverage_carries() -> None:
    found = calculators.size(D(10_000), D("0.02"), D(100), D("99.9"), leverage=D(2), lot=D(1))
    assert (found["quantity"], found["leverage_used"]) == (200, 2)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"mode": Mode.ISOLATED}, "allowed: cross"),
        ({"leverage": D(3)}, "allowed: 1 to 2"),
        ({"quantity": D(0)}, "quantity"),
        ({"entry": D(10) ** 12}, "entry"),
        ({"wallet": D(-1)}, "wallet"),
    ],
)
def test_what_a_calculator_refuses(arguments: dict[str, object], fault: str) -> None:
    given_figures = {
        "mode": Mode.CROSS,
        "side": Side.BUY,
        "entry": D(100),
        "quantity": D(1),
        **arguments,
    }
    with pytest.raises(Refused, match=fault):
        calculators.liquidation(BROKER, **given_figures)  # type: ignore[arg-type]


SHAPES = {
    "rate of value": calculators.with_figures(BROKER, {"maintenance_margin": "0.30"}),
    "rate with floors per share": BROKER,
    "tiers": PERPETUALS,
    "tiers and the fee of closing": calculators.with_figures(PERPETUALS, {}, D("0.0006")),
    "maintenance at entry": calculators.with_figures(PERPETUALS, {"maintenance_at": "entry"}),
    "entry and the fee of closing": calculators.with_figures(
        PERPETUALS, {"maintenance_at": "entry"}, D("0.0006")
    ),
}
shapes = st.sampled_from(list(SHAPES.values()))
prices = st.decimals(min_value=D("0.5"), max_value=60_000, places=2)
quantities = st.decimals(min_value=D("0.001"), max_value=20_000, places=3)
leverages = st.sampled_from([D(1), D("1.5"), D(2)])
sides = st.sampled_from(list(Side))


@given(shapes, sides, prices, quantities, leverages)
def test_at_the_threshold_equity_is_the_requirement(
    book: Rulebook, side: Side, entry: Decimal, quantity: Decimal, leverage: Decimal
) -> None:
    assume(entry * quantity < 100_000_000)  # above, the tiers allow less leverage
    account = opened(book, side, entry, quantity, leverage, None)
    for level in (*book.levels, replace(book.levels[-1], multiple=D(0))):
        at = threshold_price(account, pocket_of(account), {SYMBOL: entry}, level, SYMBOL)
        if at is None:
            continue
        gap = equity(account, pocket_of(account), {SYMBOL: at}) - required_equity(
            account, pocket_of(account), {SYMBOL: at}, level
        )
        assert abs(gap) <= D("1e-15") * max(entry * quantity, D(1))


@given(shapes, sides, prices, quantities, leverages)
def test_the_levels_come_one_after_the_other(
    book: Rulebook, side: Side, entry: Decimal, quantity: Decimal, leverage: Decimal
) -> None:
    """Moving against the position: the call, then the liquidation, then nothing left."""
    account = _sound(book, side, entry, quantity, leverage)
    found = calculators.liquidation(
        book,
        mode=account.mode,
        side=side,
        entry=entry,
        quantity=quantity,
        leverage=leverage,
    )
    keys = ("call_price", "liquidation_price", "bankruptcy_price")
    levels = [price for key in keys if (price := found[key]) is not None]
    order = [price * -side.sign for price in levels]
    assert order == sorted(order)


@given(shapes, sides, prices, quantities, leverages)
def test_at_the_shown_price_the_level_is_reached_and_one_step_before_it_not(
    book: Rulebook, side: Side, entry: Decimal, quantity: Decimal, leverage: Decimal
) -> None:
    """The last decimal is rounded toward the position, so it lies at or before the threshold."""
    account = _sound(book, side, entry, quantity, leverage)
    level = book.levels[-1]
    at = threshold_price(account, pocket_of(account), {SYMBOL: entry}, level, SYMBOL)
    assume(at is not None)
    shown = shown_threshold(at, pocket_of(account).positions[SYMBOL].quantity, D("0.01"))
    assert shown is not None
    step = D("0.00000001") * side.sign
    assert _missing(account, level, shown) <= 2 * quantity * DUST + D("1e-12")
    assert _missing(account, level, shown - step) > -2 * quantity * DUST - D("1e-12")


def _sound(
    book: Rulebook, side: Side, entry: Decimal, quantity: Decimal, leverage: Decimal
) -> Account:
    """An account that no level is breached of at the start."""
    assume(entry * quantity < 100_000_000)  # above, the tiers allow less leverage
    account = opened(book, side, entry, quantity, leverage, None)
    assume(all(_missing(account, level, entry) < 0 for level in book.levels))
    return account


def _missing(account: Account, level: Level, price: Decimal) -> Decimal:
    at = {SYMBOL: price}
    demand = required_equity(account, pocket_of(account), at, level)
    return demand - equity(account, pocket_of(account), at)


def _cents(price: object) -> Decimal:
    assert isinstance(price, Decimal)
    return price.quantize(D("0.01"))
