"""Tapes: read all or nothing, asked by time, and quick enough not to be noticed."""

import gzip
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.market.tapes.tape import FundingTape, Tape
from ledger.market.tapes.tape_file import FUNDING_HEADER, HEADER, parse_funding, parse_tape
from ledger.refused import Refused
from ledger.times import DAY, HOUR, iso

D = Decimal
MONDAY = 1_704_067_200
"""2024-01-01T00:00:00Z"""


def tape(*rows: str, header: str = HEADER) -> Tape:
    return parse_tape("\n".join((header, *rows, "")).encode(), name="t.csv", symbol="T")


def row(day: int, prices: str = "10,11,9,10", volume: str = "5") -> str:
    return f"{iso(MONDAY + day * DAY)},{prices},{volume}"


def refused(*rows: str, header: str = HEADER) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        tape(*rows, header=header)
    return caught.value.faults


def test_a_tape_gives_its_bars_digit_for_digit() -> None:
    found = tape(row(0, "10.5,11.25,9,10", "3.125"), row(1))
    assert len(found) == 2
    bar = found.bar(0)
    prices = (bar.open, bar.high, bar.low, bar.close, bar.volume)
    assert prices == (D("10.5"), D("11.25"), D(9), D(10), D("3.125"))
    assert (bar.time, found.first, found.end) == (MONDAY, MONDAY, MONDAY + 2 * DAY)
    assert (found.scale, found.volume_scale, found.interval) == (2, 3, DAY)


def test_a_gzipped_tape_is_the_same_tape() -> None:
    data = "\n".join((HEADER, row(0), row(1))).encode()
    plain = parse_tape(data, name="t.csv", symbol="T")
    packed = parse_tape(gzip.compress(data), name="t.csv.gz", symbol="T")
    assert plain.closes == packed.closes
    assert plain.sha256 != packed.sha256


def test_it_is_asked_by_time() -> None:
    found = tape(row(0, "10,12,9,10"), row(1, "10,15,8,10"), row(3, "10,11,7,10"))
    assert [found.find(MONDAY + day * DAY) for day in (-1, 0, 1, 2, 3, 4)] == [0, 0, 1, 2, 2, 3]
    assert found.extremes(MONDAY, MONDAY + 2 * DAY) == (D(8), D(15))
    assert found.extremes(MONDAY + DAY, MONDAY + 4 * DAY) == (D(7), D(15))
    assert found.extremes(MONDAY + 2 * DAY, MONDAY + 3 * DAY) is None


def test_moments_without_a_trade_are_holes() -> None:
    found = tape(row(0), row(1, volume="0"), row(2, volume="0.000"), row(3))
    assert (len(found), found.holes) == (2, 2)
    assert list(found.times) == [MONDAY, MONDAY + 3 * DAY]
    assert found.interval == DAY


def test_a_tape_that_has_no_volume_at_all_has_no_holes() -> None:
    found = tape(row(0, volume="0"), row(1, volume="0"))
    assert (len(found), found.holes) == (2, 0)


def test_coins_traded_by_the_trillion_have_their_volume() -> None:
    found = tape(row(0, volume="12345678901234567"), row(1, volume="999999999999999999"))
    assert [found.bar(index).volume for index in (0, 1)] == [D(12345678901234567), D(10**18 - 1)]
    assert "does not fit" in refused(row(0), row(1, volume="1" + "0" * 18))[0]


def test_a_market_that_trades_on_saturdays_never_closes() -> None:
    assert tape(*(row(day) for day in range(6))).continuous
    assert not tape(*(row(day) for day in (0, 1, 2, 4))).continuous


def test_prices_below_zero_and_below_one_are_prices() -> None:
    found = tape(row(0, "-37.63,10.01,-40.32,-37.63"), row(1, "0.5,0.75,0.05,0.5"))
    assert found.bar(0).low == D("-40.32")
    assert found.bar(1).low == D("0.05")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([row(0), row(2), row(1)], "t.csv:4: time: 2024-01-02T00:00:00Z comes after"),
        ([row(0), row(1), row(1)], "t.csv:4: time: 2024-01-02T00:00:00Z is a duplicate"),
        ([row(0), row(1, "10,9,11,10")], "t.csv:3: the low is above the high"),
        ([row(0), row(1, "12,11,9,10")], "t.csv:3: the open is outside"),
        ([row(0), row(1, "10,11,9,8")], "t.csv:3: the close is outside"),
        ([row(0), row(1, "10,NaN,9,10")], 't.csv:3: high: "NaN"'),
        ([row(0), row(1, "10,inf,9,10")], 't.csv:3: high: "inf"'),
        ([row(0), row(1, "10,1e2,9,10")], 't.csv:3: high: "1e2"'),
        ([row(0), row(1, "10,11,,10")], 't.csv:3: low: ""'),
        ([row(0), row(1, "10,11,.5,10")], 't.csv:3: low: ".5"'),
        ([row(0), row(1, "10,11,5.,10")], 't.csv:3: low: "5."'),
        ([row(0), row(1, "10,11,-,10")], 't.csv:3: low: "-"'),
        ([row(0, "1.5,2,1,1"), row(1, "10,11,-.5,10")], 't.csv:3: low: "-.5"'),
        ([row(0, "1.25,2,1,1"), row(1, "1.2.34,11,1,10")], 't.csv:3: open: "1.2.34"'),
        ([row(0), row(1, "10,+11,9,10")], 't.csv:3: high: "+11"'),
        ([row(0), row(1, "10,1_1,9,10")], 't.csv:3: high: "1_1"'),
        ([row(0), row(1, "10,11,9")], "t.csv:3: 5 fields"),
        ([row(0), "", row(1)], "t.csv:3: 1 fields"),
        ([row(0), row(1, volume="-1")], "t.csv:3: the volume is negative"),
        ([row(0), row(1, volume="")], 't.csv:3: volume: ""'),
        ([row(0), row(1, "10,1111111111111,9,10")], "t.csv:3: high: "),
        ([row(0), "0024-01-02T00:00:00Z,10,11,9,10,5"], "t.csv:3: time: "),
        ([row(0), "2024-02-30T00:00:00Z,10,11,9,10,5"], "t.csv:3: time: "),
        ([row(0), "2024-01-02T24:00:00Z,10,11,9,10,5"], "t.csv:3: time: "),
        ([row(0), "2024-01-02 00:00:00,10,11,9,10,5"], "t.csv:3: time: "),
        ([row(0)], "t.csv: one row only"),
        ([], "t.csv: no rows"),
    ],
)
def test_a_faulty_row_is_named_with_its_line(rows: list[str], fault: str) -> None:
    assert any(found.startswith(fault) for found in refused(*rows)), refused(*rows)


def test_every_faulty_row_is_named() -> None:
    faults = refused(row(0, "a,11,9,10"), row(1), row(2, "10,11,9,b"))
    assert [fault.partition(": ")[0] for fault in faults] == ["t.csv:2", "t.csv:4"]


def test_a_strange_header_or_a_damaged_file_is_refused() -> None:
    assert "allowed: time,open" in refused(row(0), header="date,price")[0]
    whole = gzip.compress("\n".join((HEADER, row(0), row(1))).encode())
    for data in (whole[:-9], b"\x1f\x8bnothing", b"\xff\xfe\x00"):
        with pytest.raises(Refused):
            parse_tape(data, name="t.csv", symbol="T")


def test_a_line_that_runs_on_is_not_read_as_two() -> None:
    joined = f"{row(0)},{row(1)}"
    assert "fields" in refused(row(2), joined, "2024")[0]


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(Refused):
        parse_tape(data, name="t.csv", symbol="T")


@given(st.data())
def test_a_damaged_tape_is_read_or_refused(data: st.DataObject) -> None:
    text = "\n".join((HEADER, *(row(day, "10.5,11.25,9,10") for day in range(5))))
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 10))
    junk = data.draw(st.text(alphabet="0123456789.,-:TZ\n e", max_size=5))
    damaged = text[:start] + junk + text[start + length :]
    try:
        found = parse_tape(damaged.encode(), name="t.csv", symbol="T")
    except Refused:
        return
    _check_against_the_text(found, damaged)


def _check_against_the_text(found: Tape, text: str) -> None:
    """What was read quickly is what a slow reader reads."""
    lines = [line.split(",") for line in text.strip("\n").split("\n")[1:]]
    traded = [line for line in lines if D(line[5])] or lines
    assert len(found) == len(traded)
    for index, line in enumerate(traded):
        bar = found.bar(index)
        slow = tuple(D(part) for part in line[1:])
        assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == slow
        assert iso(bar.time) == line[0]


decimals = st.decimals(min_value=-9999, max_value=9999, allow_nan=False, places=4)


@given(st.lists(st.tuples(decimals, decimals, decimals, decimals), min_size=2, max_size=20))
def test_what_is_written_is_what_is_read(prices: list[tuple[Decimal, ...]]) -> None:
    rows = []
    for day, four in enumerate(prices):
        low, opened, close, high = sorted(four)
        texts = (f"{price.normalize():f}" for price in (opened, high, low, close))
        rows.append(row(day, ",".join(texts)))
    found = tape(*rows)
    _check_against_the_text(found, "\n".join((HEADER, *rows)))


RATES = ("0.0001", "-0.0003", "0.00012")


def funding(*rows: str) -> FundingTape:
    data = "\n".join((FUNDING_HEADER, *rows)).encode()
    return parse_funding(data, name="f.csv", symbol="T")


def test_funding_stamps_are_asked_by_time() -> None:
    hours = [MONDAY + 8 * HOUR * stamp for stamp in range(3)]
    found = funding(*(f"{iso(at)},{rate}" for at, rate in zip(hours, RATES, strict=True)))
    assert found.stamps(hours[0], hours[2]) == (
        (hours[0], D("0.0001")),
        (hours[1], D("-0.0003")),
    )
    assert found.stamps(hours[2] + 1, hours[2] + DAY) == ()


def test_a_faulty_funding_rate_is_refused() -> None:
    with pytest.raises(Refused, match=r"f.csv:2: funding_rate"):
        funding(f"{iso(MONDAY)},1e-4")
