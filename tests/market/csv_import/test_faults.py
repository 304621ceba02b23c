"""Every fault is told with its line, and with what was done about it."""

from decimal import Decimal

import pytest

from ledger.market.csv_import.import_tape import ForeignTape
from ledger.market.csv_import.report import FaultKind, TapeFault
from ledger.refused import Refused
from tests.market.csv_import.tables import bars_of, by_line, imported, refused

HEADER = "Date,Open,High,Low,Close,Volume"
HOURS = "unix,open,high,low,close,volume"
MONDAY = 1_704_067_200
"""2024-01-01T00:00:00Z"""


def day(number: int, prices: str = "10,11,9,10", volume: str = "5") -> str:
    """A row of January 2024."""
    return f"2024-01-{number:02},{prices},{volume}"


def hour(number: int, prices: str = "10,11,9,10", volume: str = "5") -> str:
    return f"{MONDAY + number * 3600},{prices},{volume}"


def days(*numbers: int) -> list[str]:
    return [day(number) for number in numbers]


def only(found: ForeignTape, kind: FaultKind) -> TapeFault:
    """The one fault of a kind."""
    (fault,) = [fault for fault in found.faults if fault.kind is kind]
    return fault


def test_a_row_that_is_there_twice_is_kept_once() -> None:
    found = imported(HEADER, *days(1, 2), day(2), *days(3, 4, 5))
    assert by_line(found) == [("duplicate", 4, 4)]
    assert str(found.faults[0]) == "line 4: repeats line 3: left out"
    assert len(bars_of(found)) == 5


def test_of_two_bars_of_one_time_the_upper_line_is_kept() -> None:
    found = imported(HEADER, *days(1, 2), day(2, "10,12,9,11"), *days(3, 4, 5))
    assert by_line(found) == [("conflict", 4, 4)]
    assert found.faults[0].done == "left out, line 3 is kept"
    assert bars_of(found)[1] == "2024-01-02T00:00:00Z,10,11,9,10,5"
    upside_down = imported(HEADER, *days(5, 4, 3), day(2, "10,12,9,11"), *days(2, 1))
    assert by_line(upside_down) == [("conflict", 6, 6)]
    assert bars_of(upside_down)[1] == "2024-01-02T00:00:00Z,10,12,9,11,5"


def test_missing_hours_of_a_market_that_never_closes_are_counted() -> None:
    """Line 52 follows 50 rows and the header, line 119 follows 67 more."""
    rows = [hour(n) for n in range(200) if n not in (50, 51, 52, 120)]
    found = imported(HOURS, *rows)
    assert found.tape.continuous  # it traded on Saturday the sixth
    assert by_line(found) == [("gap", 52, 52), ("gap", 119, 119)]
    first, second = found.faults
    assert first.what == (
        "3 bars are missing between 2024-01-03T01:00:00Z and 2024-01-03T05:00:00Z"
    )
    assert second.what.startswith("1 bar is missing between 2024-01-05T23:00:00Z")
    assert {fault.done for fault in found.faults} == {"left as a gap: no order fills there"}


def test_a_weekend_is_no_fault_and_a_holiday_is_a_note() -> None:
    """1 January 2024 was a Monday; the fifteenth, a Monday, was a holiday in the US."""
    month = (2, 3, 4, 5, 8, 9, 10, 11, 12, 16, 17, 18, 19)
    found = imported(HEADER, *days(*month))
    assert by_line(found) == [("closed", 11, 11)]
    assert found.faults[0].is_note
    assert found.faults[0].what == "no bar on a weekday before 2024-01-16"


def test_more_than_two_missing_weekdays_are_a_gap() -> None:
    found = imported(HEADER, *days(1, 2, 3, 4, 5, 8, 12, 15, 16, 17))
    assert by_line(found) == [("gap", 8, 8)]
    assert found.faults[0].what.startswith("3 bars are missing between 2024-01-08")


def test_a_lunch_break_is_no_fault_and_a_hole_in_a_session_is_one() -> None:
    """Hours 1, 2, 3 and 5, 6 of five days; on the fourth day the sixth hour is missing twice."""
    rows = [
        hour(24 * number + at)
        for number in range(5)
        for at in (1, 2, 3, 5, 6, 7, 8)
        if (number, at) != (3, 7)
    ]
    found = imported(HOURS, *rows)
    assert by_line(found) == [("gap", 28, 28)]
    assert "2024-01-04T06:00:00Z and 2024-01-04T08:00:00Z" in found.faults[0].what


def test_high_and_low_that_changed_places_are_exchanged() -> None:
    found = imported(HEADER, *days(1, 2), day(3, "10,9,11,10"), *days(4, 5))
    assert by_line(found) == [("swapped", 4, 4)]
    assert found.faults[0].what == "the high 9 is below the low 11"
    assert found.faults[0].done == "swapped"
    assert bars_of(found)[2] == "2024-01-03T00:00:00Z,10,11,9,10,5"


def test_a_bar_that_is_impossible_either_way_is_left_out() -> None:
    found = imported(HEADER, *days(1, 2), day(3, "20,9,11,10"), *days(4, 5, 8))
    assert only(found, FaultKind.SWAPPED).done == "left out"
    assert len(bars_of(found)) == 5


def test_an_open_beyond_the_high_or_a_close_below_the_low_widens_the_bar() -> None:
    found = imported(HEADER, *days(1, 2), day(3, "11.5,11,9,8.75"), *days(4, 5))
    assert by_line(found) == [("outside", 4, 4), ("outside", 4, 4)]
    assert [fault.done for fault in found.faults] == [
        "high raised to 11.5",
        "low lowered to 8.75",
    ]
    assert bars_of(found)[2] == "2024-01-03T00:00:00Z,11.5,11.5,8.75,8.75,5"


def test_rows_without_prices_are_left_out_in_one_word() -> None:
    empty = ["2024-01-03,,,,,", "2024-01-04,NaN,NaN,NaN,NaN,NaN", "2024-01-05,null,-,N/A,None,"]
    found = imported(HEADER, *days(1, 2), *empty, *days(8, 9, 10))
    assert ("empty", 4, 6) in by_line(found)
    assert only(found, FaultKind.EMPTY).rows == 3
    assert len(bars_of(found)) == 5


def test_a_field_that_is_no_number_or_no_time_costs_its_row() -> None:
    found = imported(
        HEADER,
        *days(1, 2),
        day(3, "10,abc,9,10"),
        "2024-01-32,10,11,9,10,5",
        day(5, "10,11,9"),
        day(8, volume="many"),
        day(9, volume="-5"),
        *days(10, 11, 12),
    )
    assert [(fault.line, fault.what) for fault in found.faults if fault.kind == "unreadable"] == [
        (4, 'high: "abc" is not a number'),
        (5, '"2024-01-32" is not a time'),
        (6, "5 fields instead of 6"),
        (7, 'volume: "many" is not a number'),
        (8, "the volume -5 is negative"),
    ]
    assert len(bars_of(found)) == 5


def test_a_price_of_nothing_or_less_is_no_price() -> None:
    found = imported(
        HEADER, *days(1, 2), day(3, "10,11,0,10"), day(4, "-1,-1,-1,-1"), *days(5, 8, 9)
    )
    assert by_line(found)[:2] == [("not_positive", 4, 4), ("not_positive", 5, 5)]
    assert [fault.what for fault in found.faults[:2]] == ["the low is 0", "the open is -1"]
    assert found.faults[0].done == "left out"
    assert len(bars_of(found)) == 5


def test_oil_below_zero_on_two_days_in_a_row_is_believed() -> None:
    """April 2020, from the shipped tape of WTI."""
    found = imported(
        HEADER,
        "2020-04-16,19.89,20.49,19.2,19.87,1",
        "2020-04-17,19.85,20.02,17.31,18.27,1",
        "2020-04-20,17.73,17.85,-40.32,-37.63,1",
        "2020-04-21,-14,13.86,-16.74,10.01,1",
        "2020-04-22,11.57,16.18,10.26,13.78,1",
    )
    assert [fault for fault in by_line(found) if fault[0] == "not_positive"] == [
        ("not_positive", 4, 4),
        ("not_positive", 5, 5),
    ]
    assert len(bars_of(found)) == 5


def test_oil_that_fell_through_zero_is_believed_without_the_day_after() -> None:
    """Of April 2020 many tables have one day below zero: the future expired on the next."""
    days_ = (
        "2020-04-16,19.89,20.49,19.2,19.87,1",
        "2020-04-17,19.85,20.02,17.31,18.27,1",
        "2020-04-20,17.73,17.85,-40.32,-37.63,1",
        "2020-04-22,11.57,16.18,10.26,13.78,1",
        "2020-04-23,13.97,18.26,13.9,16.5,1",
    )
    found = imported(HEADER, *days_)
    assert len(bars_of(found)) == 5
    fault = only(found, FaultKind.NOT_POSITIVE)
    assert (fault.line, fault.what) == (4, "the low is -40.32")
    assert fault.done == "kept: it has more than one price below zero"
    assert ("wick", 4, 4) in by_line(found)
    marked = imported(HEADER, *days_[:2], "2020-04-20,17.73,17.85,-1,-1,1", *days_[3:])
    assert only(marked, FaultKind.NOT_POSITIVE).done == "left out"


def test_numbers_beyond_reason_cost_their_row_and_fine_ones_are_rounded() -> None:
    found = imported(
        HEADER,
        *days(1, 2),
        day(3, "1e30,1e30,1e30,1e30"),
        day(4, "12345678901234567890,11,9,10"),
        day(5, "10,10.12345678901234567890,9,10"),
        *days(8, 9, 10),
    )
    assert by_line(found)[:3] == [("too_large", 4, 4), ("too_large", 5, 5), ("rounded", 6, 6)]
    assert found.faults[1].what == "the open 12345678901234567890 has more than 12 digits"
    assert bars_of(found)[2] == "2024-01-05T00:00:00Z,10,10.123457,9,10,5"
    assert found.tape.bar(2).high == found.tape.step * 10_123_457


def test_volumes_by_the_trillion_are_kept_and_beyond_reason_they_cost_the_row() -> None:
    """Binance's SHIBUSDT trades ten trillion coins on some days."""
    many = [day(n, volume="10123456789012.34") for n in (1, 2, 3, 4)]
    found = imported(HEADER, *many, day(5, volume="1e18"), *days(8))
    assert bars_of(found)[0].endswith(",10123456789012.34")
    assert found.tape.bar(0).volume == Decimal("10123456789012.34")
    assert only(found, FaultKind.UNREADABLE).what == "the volume 1e18 has more than 18 digits"


def test_a_very_fine_volume_beside_a_very_large_one_is_rounded_and_told() -> None:
    """Eighteen digits in all: beside ten trillion five decimals fit."""
    fine = [day(1, volume="0.12345678"), day(2, volume="10123456789012")]
    found = imported(HEADER, *fine, *days(3, 4))
    assert ("rounded", 3, 3) in by_line(found)
    assert [row.rpartition(",")[2] for row in bars_of(found)[:2]] == ["0.12346", "10123456789012"]


def test_a_wick_that_no_neighbour_confirms_is_told_and_kept() -> None:
    """Bars range over 0.3; the low of the third lies 1.9 below its neighbours' lows."""
    calm = [day(n, "10,10.2,9.9,10") for n in (1, 2, 4, 5)]
    found = imported(HEADER, *calm[:2], day(3, "10,10.1,8,10"), *calm[2:])
    assert by_line(found) == [("wick", 4, 4)]
    assert found.faults[0].what == "no neighbouring bar confirms the low 8 (nearest: 9.9)"
    assert found.faults[0].done == "kept"
    assert bars_of(found)[2] == "2024-01-03T00:00:00Z,10,10.1,8,10,5"


def test_a_wick_to_half_the_price_is_told_however_wild_the_market() -> None:
    found = imported(HEADER, *days(1, 2), day(3, "10,11,4,10"), *days(4, 5))
    assert by_line(found) == [("wick", 4, 4)]


def test_a_fall_that_the_next_bar_goes_on_with_is_no_wick() -> None:
    crash = [day(3, "10,11,2.5,3"), day(4, "3,4,2.75,3"), day(5, "3,4,2,3")]
    assert by_line(imported(HEADER, *days(1, 2), *crash)) == []


def test_a_wick_of_the_first_bar_has_one_neighbour_to_confirm_it() -> None:
    """The first hour of the old CryptoDataDownload file of Binance opens at 16,199.91."""
    found = imported(
        "unix,date,symbol,open,high,low,close,Volume BTC,Volume USDT,tradecount",
        "1502953200.0,2017-08-17 07-AM,BTC/USDT,4324.35,4349.99,4287.41,4349.99,4.44,19241,NULL",
        "1502949600.0,2017-08-17 06-AM,BTC/USDT,4315.32,4345.45,4309.37,4324.35,7.23,31282,NULL",
        "1502946000.0,2017-08-17 05-AM,BTC/USDT,4308.83,4328.69,4291.37,4315.32,23.2,100304,NULL",
        "1502942400.0,2017-08-17 04-AM,BTC/USDT,16199.91,16199.91,4261.32,4308.83,44.5,1909,NULL",
    )
    assert ("wick", 5, 5) in by_line(found)
    assert bars_of(found)[0].startswith("2017-08-17T04:00:00Z,16199.91,")


def test_a_split_that_was_not_adjusted_for_is_told() -> None:
    """Apple, August 2020: four for one on the last day of the month."""
    found = imported(
        HEADER,
        "2020-08-26,504.72,507.97,500.33,506.09,1",
        "2020-08-27,508.57,509.94,495.33,500.04,1",
        "2020-08-28,504.05,505.77,498.31,499.23,1",
        "2020-08-31,127.58,131,126,129.04,1",
        "2020-09-01,132.76,134.8,130.53,134.18,1",
        "2020-09-02,137.59,137.98,127,131.4,1",
    )
    assert by_line(found) == [("jump", 5, 5)]
    assert found.faults[0].what == (
        "from 499.23 to 127.58, which looks like an unadjusted 4:1 split; "
        'a rehearsal can declare it: [[tape.action]] with at and split = "4:1"'
    )


def test_a_reverse_split_is_told_the_other_way_round() -> None:
    """AIG, 1 July 2009: one for twenty; 1.16 on 30 June, 23.20 unchanged would be."""
    rows = [day(n, "1.2,1.25,1.1,1.16") for n in (1, 2, 3)]
    rows += [day(n, "23.2,24,22,22.5") for n in (4, 5, 8)]
    (fault,) = imported(HEADER, *rows).faults
    assert "an unadjusted 1:20 split" in fault.what


def test_bars_without_volume_are_told_where_others_have_some() -> None:
    found = imported(HEADER, *days(1, 2), day(3, volume="0"), day(4, volume="0"), *days(5))
    assert by_line(found) == [("no_volume", 4, 5)]
    assert (len(bars_of(found)), found.tape.holes) == (5, 2)
    assert by_line(imported(HEADER, *(day(n, volume="0") for n in (1, 2, 3)))) == []


def test_a_table_without_a_volume_column_has_no_holes() -> None:
    found = imported("Date,Open,High,Low,Close", *(row.rpartition(",")[0] for row in days(1, 2, 3)))
    assert (bars_of(found)[0], found.faults) == ("2024-01-01T00:00:00Z,10,11,9,10,0", ())


def test_rows_out_of_order_are_put_in_their_place() -> None:
    found = imported(HEADER, *days(1, 2, 4, 3, 5))
    assert by_line(found) == [("order", 5, 5)]
    assert found.faults[0].what == "2024-01-03T00:00:00Z comes after 2024-01-04T00:00:00Z"
    assert [row[:10] for row in bars_of(found)] == [f"2024-01-{n:02}" for n in range(1, 6)]


def test_a_bar_of_today_that_is_not_yet_over_stands_against_that_of_the_day() -> None:
    """yfinance adds a last row with the time of the moment."""
    rows = [f"2024-01-{n:02} 00:00:00-05:00,10,11,9,10,5" for n in (1, 2, 3, 4)]
    found = imported(HEADER, *rows, "2024-01-04 15:37:12-05:00,10,11,9,10.5,3")
    assert by_line(found) == [("conflict", 6, 6)]
    assert len(bars_of(found)) == 4


def test_bars_that_overlap_are_told() -> None:
    rows = [hour(n) for n in range(30)]
    odd = f"{MONDAY + 10 * 3600 + 600},10,11,9,10,5"
    found = imported(HOURS, *rows[:11], odd, *rows[11:])
    assert by_line(found) == [("overlap", 13, 13), ("overlap", 14, 14)]
    assert found.faults[0].what == "2024-01-01T10:10:00Z is only 10m after the previous bar"


def test_a_strict_import_refuses_faults_and_passes_over_notes() -> None:
    noted = imported(HEADER, *days(2, 3, 4, 5, 9))
    assert by_line(noted) == [("closed", 6, 6)]
    noted.refuse_if_faulty("t.csv")
    with pytest.raises(Refused, match=r"t\.csv:4: repeats line 3"):
        imported(HEADER, *days(1, 2, 2, 3)).refuse_if_faulty("t.csv")


def test_a_table_in_which_hardly_a_row_is_a_bar_is_refused() -> None:
    rows = [day(n, "x,y,z,w") for n in range(1, 28)]
    assert "too few of its 29 rows are bars (2 could be read)" in refused(
        HEADER, day(28), day(29), *rows
    )
