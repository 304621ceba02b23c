"""What a figure, a time and a stranger's text look like on the screen."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.text import clean
from tui.text import format as fmt

D = Decimal
HOSTILE = "\x1b[31mred\x07\x9b2J\u202egnp.exe\u2066a\u200bb\ufeff\ud800"


@pytest.mark.parametrize(
    ("amount", "asset", "text"),
    [
        (D("7411.7"), "USD", "7,411.70"),
        (D("-1603.75"), "EUR", "-1,603.75"),
        (D("2.345"), "USD", "2.35"),
        (D("-0.001"), "USD", "0.00"),
        (D("20188.280001"), "USDT", "20,188.28"),
        (D("0.5"), "BTC", "0.5"),
        (D("1234.00000001"), "BTC", "1,234.00000001"),
        (D("100"), "ETH", "100"),
        (D("-0.000000001"), "BTC", "0"),
        (D("NaN"), "USD", "—"),
        (D("Infinity"), "USD", "—"),
        (None, "USD", "—"),
    ],
)
def test_money_has_its_assets_decimals(amount: Decimal | None, asset: str, text: str) -> None:
    assert fmt.money(amount, asset) == text


@pytest.mark.parametrize(
    ("amount", "asset", "text"),
    [
        ("20188.280001", "USDT", "20,188.280001"),
        ("1000.076", "USDT", "1,000.076"),
        ("3000", "USDT", "3,000.00"),
        ("2000", "USD", "2,000.00"),
        ("2.525", "USD", "2.525"),
        ("1.50000000", "BTC", "1.5"),
    ],
)
def test_exact_money_keeps_every_digit_and_two_decimals(amount: str, asset: str, text: str) -> None:
    assert fmt.money(D(amount), asset, exact=True) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("413.2", "▲+413.20"), ("-1603.75", "▼-1,603.75"), ("0", "0.00"), ("-0.004", "0.00")],
)
def test_up_and_down_carry_an_arrow_and_a_sign_and_nothing_carries_neither(
    amount: str, text: str
) -> None:
    assert fmt.signed_money(D(amount), "USD") == text


@pytest.mark.parametrize(
    ("value", "tick", "text"),
    [
        ("6651.41", "0.5", "6,651.4"),
        ("43200", "1", "43,200"),
        ("1.08512", "0.00001", "1.08512"),
        ("62", "0.25", "62.00"),
        ("-37.63", "0.01", "-37.63"),
    ],
)
def test_a_price_has_the_decimals_of_its_tick(value: str, tick: str, text: str) -> None:
    assert fmt.price(D(value), D(tick)) == text


def test_a_threshold_keeps_what_it_has_beyond_the_tick_when_exact() -> None:
    assert fmt.price(D("6651.41250000"), D("0.5"), exact=True) == "6,651.4125"
    assert fmt.price(D("7000"), D("0.5"), exact=True) == "7,000.0"
    assert fmt.price(D("0.00000099256282"), D("1e-10"), exact=True) == "0.00000099256282"


def test_a_quantity_is_trimmed_unless_its_lot_is_known() -> None:
    assert fmt.quantity(D("0.50000000")) == "0.5"
    assert fmt.quantity(D("0.5"), D("0.001")) == "0.500"


def test_ratios_are_percent_and_results_are_multiples_of_risk() -> None:
    assert fmt.percent(D("0.27")) == "27.0%"
    assert fmt.percent(D("0.0475"), 2) == "4.75%"
    assert fmt.signed_percent(D("-0.0941"), 2) == "▼-9.41%"
    assert fmt.multiple(D("1.5")) == "1.50 R"
    assert fmt.percent(None) == fmt.multiple(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"), [("950", "950"), ("12300", "12.3k"), ("82536789", "82.5M"), ("3E9", "3.0B")]
)
def test_volumes_are_told_at_a_glance(value: str, text: str) -> None:
    assert fmt.compact(D(value)) == text


def test_times_are_utc_with_the_day_of_the_week() -> None:
    assert fmt.when(1_584_009_480) == "Thu 12 Mar 2020 10:38"
    assert fmt.when(1_584_009_481) == "Thu 12 Mar 2020 10:38:01"
    assert fmt.when(0) == "Thu 1 Jan 1970 00:00"
    assert fmt.when(None) == fmt.when(-1) == fmt.when(10**15) == "—"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (3_661, "1 h 1 min"),
        (187_200, "2 d 4 h"),
        (86_400 + 120, "1 d"),
        (-3_600, "-1 h"),
    ],
)
def test_a_duration_is_its_two_largest_units(seconds: int, text: str) -> None:
    assert fmt.duration(seconds) == text


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.none())
def test_every_number_has_a_text_without_raising(value: Decimal | None) -> None:
    for text in (
        fmt.money(value, "USD"),
        fmt.money(value, "USDT", exact=True),
        fmt.signed_money(value, "BTC"),
        fmt.price(value, D("0.5"), exact=True),
        fmt.quantity(value),
        fmt.signed_percent(value),
        fmt.multiple(value),
        fmt.compact(value),
    ):
        assert 0 < len(text) < 60
        assert "NaN" not in text


def test_strangers_text_loses_everything_that_is_not_seen() -> None:
    assert clean(HOSTILE) == "[31mred2Jgnp.exeab"


def test_line_breaks_become_spaces_unless_they_are_asked_for() -> None:
    assert clean("a\r\nb\tc") == "a  b c"
    assert clean("a\nb", newlines=True) == "a\nb"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 10_000, 5) == "xxxx…"
    assert clean("12345", 5) == "12345"
    assert clean("anything", 0) == ""


def test_marks_do_not_pile_up() -> None:
    assert clean("e" + "\u0301" * 50) == "e\u0301\u0301"


@given(st.text(), st.integers(0, 50))
def test_clean_text_is_short_visible_and_stays_as_it_is(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in cleaned)
    assert clean(cleaned, limit) == cleaned


@given(st.text())
def test_ascii_twins_fill_the_same_cells(text: str) -> None:
    plain = fmt.plain(text, 100)
    assert fmt.asciify(plain).isascii()
    assert len(fmt.asciify(plain)) == len(plain)


@pytest.mark.parametrize(
    ("width", "shown"),
    [(30, "first-call-stop-left-2"), (22, "first-call-stop-left-2"), (12, "first-…eft-2")],
)
def test_a_long_name_is_cut_in_its_middle(width: int, shown: str) -> None:
    """Twelve cells: six from its beginning, the mark of the cut, five from its end."""
    assert fmt.shortened("first-call-stop-left-2", width) == shown
    assert len(shown) <= width
