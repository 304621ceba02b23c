"""`calc call`: longs and shorts, with what is known of value, quantity and price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.state import Side
from ledger.practice.calc.call_calculator import Borrowed, margin_call
from ledger.practice.calc.one_position import lender
from ledger.practice.library.venue_shelf import load_venue
from ledger.refused import Refused

D = Decimal
BROKER, COINS, KRAKEN = (
    load_venue(name).rulebook for name in ("us-reg-t", "binance-margin", "kraken-margin")
)
THIRD = lender(D("0.30"))


def test_a_short_is_called_where_its_credit_is_130_percent() -> None:
    """200 short at 60, 12,000 of proceeds and 6,000 paid in: 18,000 / (200 x 1.3) = 69.2307...

    At 70 equity is 4,000 of 14,000; 30 % are 4,200, so 200 are missing: 200 / 0.3 = 666.67 bought
    back, 9.52 shares, ten for 700.
    """
    short = Borrowed(side=Side.SELL, quantity=D(200), price=D(70), cash=D(18_000))
    for book in (THIRD, BROKER):
        assert margin_call(book, short) == {
            "equity": D(4_000),
            "equity_ratio": D("0.28571429"),
            "call_price": D("69.23076923"),
            "shortfall": D(200),
            "sale_to_cure": D("666.67"),
            "quantity_to_cure": D(10),
            "value_to_cure": D(700),
        }


def test_a_cheap_short_is_called_by_its_sum_a_share() -> None:
    """2,000 short against 18,000: below 5.00 all of the value is asked, 18,000 / 4,000 = 4.50."""
    short = Borrowed(side=Side.SELL, quantity=D(2_000), price=D(3), cash=D(18_000))
    assert margin_call(BROKER, short)["call_price"] == D("4.5")
    with pytest.raises(Refused, match="quantity: us-reg-t has a requirement per share"):
        margin_call(BROKER, Borrowed(side=Side.SELL, value=D(6_000), cash=D(18_000)))


def test_two_of_value_quantity_and_price_tell_the_third() -> None:
    told = [
        Borrowed(quantity=D(200), price=D(70), loan=D(10_020)),
        Borrowed(value=D(14_000), price=D(70), loan=D(10_020)),
        Borrowed(value=D(14_000), quantity=D(200), loan=D(10_020)),
        Borrowed(value=D(14_000), quantity=D(200), price=D(70), loan=D(10_020)),
    ]
    first, *others = [margin_call(THIRD, given) for given in told]
    assert first["call_price"] == D("71.57142858")  # 10,020 / (200 x 0.7)
    assert all(found == first for found in others)
    with pytest.raises(Refused, match="value: is not quantity x price, 14000"):
        margin_call(THIRD, Borrowed(value=D(14_001), quantity=D(200), price=D(70)))


def test_the_price_of_the_call_needs_no_value() -> None:
    """10,020 / 0.7 for the whole, and a two-hundredth of it for each share."""
    whole = margin_call(THIRD, Borrowed(loan=D(10_020)))
    share = margin_call(THIRD, Borrowed(loan=D(10_020), quantity=D(200)))
    assert whole["call_price"] == D("14314.28571429")
    assert share["call_price"] == D("71.57142858")
    for found in (whole, share):
        assert {key for key, value in found.items() if value is None} == found.keys() - {
            "call_price"
        }


def test_a_lender_of_coins_is_asked_by_its_own_measure() -> None:
    """3x: called at assets / liabilities of 1.3. 10 coins on a debt of 1,000: 1.3 x 1,000 / 10."""
    found = margin_call(COINS, Borrowed(quantity=D(10), loan=D(1_000), leverage=D(3)))
    assert found["call_price"] == D(130)
    short = Borrowed(side=Side.SELL, quantity=D(10), cash=D(1_500), leverage=D(3))
    assert margin_call(COINS, short)["call_price"] == D("115.38461538")  # 1,500 / (10 x 1.3)


def test_used_margin_is_of_the_price_that_was_paid() -> None:
    """10 bought at 100 with 5x use 200; at 80 % of it, 160, the call: (1,000 - 300 + 160) / 10."""
    held = {"quantity": D(10), "loan": D(1_000), "cash": D(300), "leverage": D(5)}
    found = margin_call(KRAKEN, Borrowed(entry=D(100), **held))
    assert found["call_price"] == D(86)
    with pytest.raises(Refused, match="entry: kraken-margin depends on the price paid"):
        margin_call(KRAKEN, Borrowed(**held))


def test_who_lends_nothing_calls_nobody() -> None:
    perpetuals = load_venue("binance-usdm").rulebook
    with pytest.raises(Refused, match="venue: binance-usdm lends no money"):
        margin_call(perpetuals, Borrowed(value=D(1)))


@given(
    side=st.sampled_from(Side),
    quantity=st.integers(1, 10_000),
    cents=st.integers(1, 100_000),
    share=st.integers(0, 50),
)
def test_what_cures_cures_and_one_lot_less_does_not(
    side: Side, quantity: int, cents: int, share: int
) -> None:
    """Sold (or bought back) at the price, equity stays and the demand shrinks: e >= 0.3 v."""
    price = D(cents) / 100
    value = quantity * price
    equity = (value * share / 100).quantize(D("0.01"))
    money = {"loan": value - equity} if side is Side.BUY else {"cash": value + equity}
    found = margin_call(THIRD, Borrowed(side=side, quantity=D(quantity), price=price, **money))
    lots, missing = found["quantity_to_cure"], found["shortfall"]
    assert lots is not None
    assert missing is not None
    assert found["equity"] == equity
    assert (missing > 0) is (equity < D("0.3") * value)
    left = quantity - lots
    assert left >= 0
    assert equity >= D("0.3") * left * price
    if 0 < lots < quantity:
        # the shortfall is asked in whole cents, which a lot less may just reach
        assert equity < D("0.3") * (left + 1) * price + D("0.01")
