"""Smart cross margin as the shipped book has it: netted by underlying, half kept of what opens."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import assess
from ledger.account.risk.threshold import first_breach
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode, Offset, Rulebook, Rung
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue
from tests.engine.audit import Audited
from tests.worlds import D, only, perpetual

BUY, SELL = Side.BUY, Side.SELL
ZERO_FEES = {"trade_fee": "0", "liquidation_fee": "0"}


def exchange(matched: str | None = None, **rules: object) -> Rulebook:
    book = calculators.with_figures(load_venue("crypto-com-exchange@2026-11").rulebook, rules)
    return book if matched is None else replace(book, offset=Offset(matched=D(matched)))


def world(book: Rulebook, deposit: int = 1_000) -> Audited:
    """A perpetual, a quarterly on the same coin, and another coin."""
    listed = [
        perpetual("BTC", underlying="BTC", tick=D("0.01"), currency="USD"),
        perpetual("BTC-Q", underlying="BTC", tick=D("0.01"), currency="USD"),
        perpetual("ETH", tick=D("0.01"), currency="USD"),
    ]
    made = Audited(book, *listed, mode=Mode.SMART)
    flat(made, c.Deposit(amount=D(deposit)))
    return made


def flat(
    made: Audited, *commands: c.Command, btc: str = "1000", later: str = "1000", eth: str = "100"
) -> None:
    made.bar({"BTC": (btc,) * 4, "BTC-Q": (later,) * 4, "ETH": (eth,) * 4}, *commands)
    made.audit()


def order(symbol: str, side: Side, quantity: int, leverage: int = 10) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=side, quantity=D(quantity), leverage=D(leverage))


def asked(made: Audited) -> tuple[Decimal, Decimal]:
    margin = assess(made.account, made.account.main, made.market.mark)
    return margin.initial, margin.maintenance


@pytest.mark.parametrize(
    ("matched", "initial", "maintenance"),
    # 8 long and 5 short at 1,000 and 10x: 800 and 500 to open, 0.5 % of 8,000 and 5,000 to keep
    [(None, "800", "40"), ("0.2", "900", "45"), ("1", "1300", "65")],
    ids=["as shipped: the larger side", "and a fifth of the smaller", "nothing offsets"],
)
def test_offsetting_legs_need_margin_for_the_larger_side_and_the_matched_part(
    matched: str | None, initial: str, maintenance: str
) -> None:
    made = world(exchange(matched, **ZERO_FEES), deposit=2_000)
    flat(made, order("BTC", BUY, 8), order("BTC-Q", SELL, 5))
    assert asked(made) == (D(initial), D(maintenance))


def test_another_coin_offsets_nothing() -> None:
    made = world(exchange(**ZERO_FEES), deposit=2_000)
    flat(made, order("BTC", BUY, 8), order("ETH", SELL, 80))
    assert asked(made) == (1_600, 80)


def test_a_hedge_is_taken_with_nothing_left_and_a_bet_is_not() -> None:
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 10))
    flat(made, order("ETH", BUY, 1))
    assert only(made.of(e.OrderRefused)).symbol == "ETH"
    flat(made, order("BTC-Q", SELL, 10))
    assert made.account.position("BTC-Q") is not None
    assert asked(made)[0] == 1_000


def test_unwinding_a_leg_shows_what_the_other_needs_alone() -> None:
    """8 long, 8 short: 800 to open. Without the short the long's fall to 950 is not paid for."""
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 8), order("BTC-Q", SELL, 8))
    flat(made, btc="900", later="900")
    assert asked(made) == (720, 36)
    margin = assess(made.account, made.account.main, made.market.mark)
    assert margin.equity == 1_000  # 800 lost on the one, won on the other
    flat(made, c.ClosePosition(symbol="BTC-Q"), btc="900", later="900")
    assert asked(made) == (720, 36)
    assert made.account.main.cash == 1_800
    found = calculators.liquidation(
        made.account.rulebook,
        mode=Mode.SMART,
        side=BUY,
        entry=D(1_000),
        quantity=D(8),
        leverage=D(10),
        wallet=D(1_800),
    )
    price = found["liquidation_price"]
    assert price is not None
    assert round(price, 2) == D("778.89")  # (8,000 - 1,800) / (8 x 0.995)
    flat(made, btc="778.9", later="778.9")
    assert not made.of(e.Liquidated)
    flat(made, btc="778.89", later="778.89")
    assert made.of(e.Liquidated)


def test_below_initial_margin_nothing_that_enlarges_is_taken() -> None:
    """10 long at 10x keep 0.5 %, and are called below 1 %."""
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 10))
    flat(made, order("ETH", BUY, 1), btc="908")  # equity 80, called below 90.80
    assert only(made.of(e.MarginCallIssued)).due is None
    assert only(made.of(e.OrderRefused)).symbol == "ETH"
    flat(made, order("BTC-Q", SELL, 4), btc="908", later="908")
    assert made.account.position("BTC-Q") is not None


def test_a_liquidation_takes_the_larger_side_and_as_little_as_restores() -> None:
    """10 long, 4 short: the long alone is asked for, and only closing it frees margin.

    At 934 and 1,080 equity is 1,000 - 660 - 320 = 20 against 46.70 to keep and 93.40 to open.
    A coin sold frees 9.34: 93.40 - 20 = 73.40 need 7.859 of them. The 2.141 that are left ask for
    20.00; the 4 short for 43.20, which is the larger side now. Of the loss of 518.694 on the coins
    sold 518.69 are posted, so that 43.20 - 20.004 = 23.196 are missing: 2.148 at 10.80.
    """
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 10), order("BTC-Q", SELL, 4))
    flat(made, btc="934", later="1080")
    sold = [(x.symbol, x.quantity) for x in made.of(e.Liquidated)]
    assert sold == [("BTC", D("7.859")), ("BTC-Q", D("2.148"))]
    margin = assess(made.account, made.account.main, made.market.mark)
    assert margin.equity == D("20.004")
    assert margin.equity >= 2 * margin.maintenance


def test_a_hedged_pair_loses_only_what_its_legs_drift_apart() -> None:
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 10), order("BTC-Q", SELL, 10))
    flat(made, btc="400", later="405")
    assert not made.of(e.Liquidated)
    flat(
        made, c.ClosePosition(symbol="BTC"), c.ClosePosition(symbol="BTC-Q"), btc="400", later="405"
    )
    assert made.account.main.cash == 950


def test_the_insurance_fund_takes_what_is_below_zero() -> None:
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 10))
    flat(made, btc="850")
    assert only(made.of(e.DeficitRecorded)).absorbed_by == "venue"
    assert made.account.main.cash == 0
    assert not made.account.positions()


def test_what_nothing_is_asked_of_is_closed_when_nothing_is_left() -> None:
    """0.5 % of 10,000 less an amount of 60 is below zero: nothing is asked until 1,000 are lost."""
    made = world(exchange(maintenance_amount="60", **ZERO_FEES))
    flat(made, order("BTC", BUY, 10))
    assert asked(made) == (D(1_000), D(0))
    flat(made, btc="901")
    assert made.account.positions()
    flat(made, btc="899")
    assert only(made.of(e.Liquidated)).quantity == D(10)


# what cures where one side alone does not


def drifted(fee: str = "0") -> Audited:
    """10 long at 940 and 9 short at 1,037: 67 of equity, and 1 % of the larger side to keep for a
    call, of 9,400 and of 9,333."""
    made = world(exchange(**ZERO_FEES))
    flat(made, order("BTC", BUY, 10), order("BTC-Q", SELL, 9))
    made.account = replace(made.account, rulebook=replace(made.account.rulebook, taker_fee=D(fee)))
    made.audited = made.account
    flat(made, btc="940", later="1037")
    return made


def test_where_one_side_alone_does_not_cure_both_are_asked_for() -> None:
    """Each side down to the 67: (94 - 67) / 9.40 = 2.8723 and (93.33 - 67) / 10.37 = 2.5391. Of the
    second a lot less does too: of its loss of 93.943 are posted 93.94, and 6.461 x 10.37 = 67.0006.
    """
    made = drifted()
    called = only(made.of(e.MarginCallIssued))
    assert called.would_sell == {"BTC": D("2.873"), "BTC-Q": D("2.539")}
    assert called.sale_to_cure == D("5333.57")  # 2,700.62 + 2,632.943, rounded up
    flat(made, c.AnswerCall(answer="sell"), btc="940", later="1037")
    assert only(made.of(e.MarginCallMet)).by == "sale"


def test_what_both_sales_cost_is_sold_too() -> None:
    """0.2 % of both: T = 67 - 0.2 x (94 - T) - 0.2 x (93.33 - T) = 49.2233 is left for each side:
    (94 - T) / 9.40 = 4.7635 and (93.33 - T) / 10.37 = 4.2533.

    A lot less of each does: 8.954 and 8.821 of fees are posted as 8.95 and 8.82, a loss of 157.361
    as 157.36, so that 49.231 are left for 5.237 x 9.40 = 49.2278 and 4.747 x 10.37 = 49.2264.
    """
    made = drifted("0.002")
    sold = only(made.of(e.MarginCallIssued)).would_sell
    assert sold == {"BTC": D("4.763"), "BTC-Q": D("4.253")}
    flat(made, c.AnswerCall(answer="sell"), btc="940", later="1037")
    assert only(made.of(e.MarginCallMet)).by == "sale"


@pytest.mark.parametrize("less", ["BTC", "BTC-Q"])
def test_a_lot_less_of_either_side_does_not_cure(less: str) -> None:
    made = drifted("0.002")
    sold = only(made.of(e.MarginCallIssued)).would_sell
    sales = [
        c.ClosePosition(symbol=s, quantity=size - D("0.001") * (s == less))
        for s, size in sold.items()
    ]
    flat(made, *sales, btc="940", later="1037")
    assert len(made.of(e.OrderFilled)) == 4
    assert not made.of(e.MarginCallMet)


@given(
    longs=st.integers(6, 14), shorts=st.integers(6, 14), part=st.integers(0, 100),
    left=st.integers(52, 99), fee=st.sampled_from(["0", "0.0005", "0.002"]),
)  # fmt: skip
@settings(deadline=None, max_examples=60, derandomize=True, database=None)
def test_what_a_call_asks_for_cures_whichever_sides_it_takes(
    longs: int, shorts: int, part: int, left: int, fee: str
) -> None:
    """The legs drift apart until about `left` percent of what a call asks for are left; a `part` of
    that is lost by the longs."""
    made = world(exchange(**ZERO_FEES), deposit=1_500)
    flat(made, order("BTC", BUY, longs), order("BTC-Q", SELL, shorts))
    book = replace(made.account.rulebook, taker_fee=D(fee))
    made.account = made.audited = replace(made.account, rulebook=book)
    lost = 1_500 - D(max(longs, shorts) * 10 * left) / 100
    falls, rises = lost * part / 100 / longs, lost * (100 - part) / 100 / shorts
    prices = {"btc": f"{1_000 - falls:.2f}", "later": f"{1_000 + rises:.2f}"}
    flat(made, **prices)
    if not made.of(e.MarginCallIssued) or made.of(e.Liquidated):
        return
    flat(made, c.AnswerCall(answer="sell"), **prices)
    assert made.of(e.MarginCallMet)
    sold = only(made.of(e.MarginCallIssued)).would_sell
    filled = made.of(e.OrderFilled)[2:]
    assert [(x.symbol, x.quantity) for x in filled] == [*sold.items()]


@pytest.mark.parametrize(
    ("deposit", "btc", "later", "way"),
    [
        # the one alone, 1,000 - 500 w: 4,000 - 4,000 w = 25
        (4_000, "500", "1000", D(3975) / D(4000)),
        # both: 4,000 - 4,050 w = 0.005 x (5,000 + 50 w)
        (4_000, "500", "1010", D(3975) / D("4050.25")),
        # with 2,000 met where the longs are larger: 2,000 - 4,000 w = 0.005 x (8,000 - 4,000 w)
        (2_000, "500", "1000", D(1960) / D(3980)),
        # all the way down, 1,000 - 999.99 w: 4,000 - 7,999.92 w = 25
        (4_000, "0.01", "1000", D(3975) / D("7999.92")),
    ],
)
def test_a_level_is_met_by_the_side_that_is_the_larger_there(
    deposit: int, btc: str, later: str, way: Decimal
) -> None:
    """8 long and 5 short at 1,000, 4,000 behind them: 40 is kept up for the longs. At 625 both
    sides are worth 5,000, and below it half a percent of the shorts is kept, 25."""
    made = world(exchange(**ZERO_FEES), deposit=deposit)
    flat(made, order("BTC", BUY, 8), order("BTC-Q", SELL, 5))
    level = made.account.rulebook.level(Rung.LIQUIDATION)
    assert level is not None
    start = made.market.mark
    end = {**start, "BTC": D(btc), "BTC-Q": D(later)}
    found = first_breach(made.account, made.account.main, start, end, level)
    assert found is not None
    assert abs(found - way) < D("1e-20")
