"""What a file says in an unusual way is read as it is meant, said, or asked about."""

import pytest

from tests.market.csv_import.tables import bars_of, by_line, imported, refused

REST = "10,11,9,10,5"
HEADER = "time,open,high,low,close,volume"


def first_time(*lines: str, **wishes: str) -> str:
    return bars_of(imported(*lines, **wishes))[0].partition(",")[0]


def minutes(form: str, count: int = 12, rest: str = REST) -> list[str]:
    return [f"{form.format(n)},{rest}" for n in range(count)]


@pytest.mark.parametrize(
    ("heading", "utc"),
    [
        ("Time (UTC+3)", "06:00"),
        ("time_utc+3", "06:00"),
        ("Date GMT-5", "14:00"),
        ("Time (UTC+05:30)", "03:30"),
        ("Time (-04:00)", "13:00"),
        ("Time (US/Eastern)", "14:00"),
        ("datetime America/New_York", "14:00"),
        ("Date/Time", "09:00"),
    ],
)
def test_a_zone_in_the_name_of_the_time_is_that_of_the_times(heading: str, utc: str) -> None:
    """9:00 in January: three hours east of UTC it is 6:00 there, in New York five behind 14:00."""
    lines = (HEADER.replace("time", heading, 1), *minutes("2024-01-02 09:{:02}"))
    assert first_time(*lines) == f"2024-01-02T{utc}:00Z"


def test_a_zone_behind_the_times_is_theirs() -> None:
    """In July New York is four hours behind UTC, and 9:00 is 13:00 there."""
    found = imported(HEADER, *minutes("20240702 09:{:02}:00 US/Eastern"))
    assert bars_of(found)[0].startswith("2024-07-02T13:00:00Z,")
    assert (found.zone, found.zone_open) == ("US/Eastern, from the file", False)
    rows = [*minutes("20240702 09:{:02}:00 US/Eastern"), f"20240702 09:12:00 Asia/Tokyo,{REST}"]
    assert "in several zones (Asia/Tokyo, US/Eastern)" in refused(HEADER, *rows)


@pytest.mark.parametrize(
    "form",
    [
        "2024-01-02 09:{:02} UTC+3",
        "2024-01-02 09:{:02} GMT+3",
        "2024-01-02T09:{:02}+03:00[Europe/Moscow]",
        "2024-01-02T09:{:02}[Europe/Moscow]",
    ],
)
def test_an_offset_or_a_zone_is_read_however_it_is_written(form: str) -> None:
    """Moscow is three hours east of UTC all year."""
    assert first_time(HEADER, *minutes(form)) == "2024-01-02T06:00:00Z"


def test_a_column_of_zones_says_the_zone_of_the_times() -> None:
    rows = minutes("2024-01-02 09:{:02},US/Eastern")
    found = imported(HEADER.replace("time", "time,timezone", 1), *rows)
    assert bars_of(found)[0].startswith("2024-01-02T14:00:00Z,")
    assert found.zone == "US/Eastern, from the file"
    unix = [f"{1704186000 + 60 * n},US/Eastern,{REST}" for n in range(12)]
    assert first_time(HEADER.replace("time", "time,tz", 1), *unix) == "2024-01-02T09:00:00Z"


@pytest.mark.parametrize("word", ["EST", "EDT", "CET", "IST"])
def test_a_word_for_a_zone_that_may_be_another_is_asked_about(word: str) -> None:
    rows = minutes("2024-01-02 09:{:02} " + word)
    assert f"the times are in {word}, which is ambiguous; add --zone" in refused(HEADER, *rows)
    assert first_time(HEADER, *rows, zone="-05:00") == "2024-01-02T14:00:00Z"


def test_twenty_four_hours_are_midnight_of_the_next_day() -> None:
    clocks = [f"2024-01-02,{hour:02}:00,{REST}" for hour in range(20, 25)]
    found = imported("Date,Time,Open,High,Low,Close,Volume", *clocks)
    assert (len(bars_of(found)), found.faults) == (5, ())
    assert bars_of(found)[-1].startswith("2024-01-03T00:00:00Z,")
    days = [f"2024-01-{n:02} 24:00,{REST}" for n in range(2, 6)]
    assert "daily bars are stamped with the end of the day" in refused(HEADER, *days)


@pytest.mark.parametrize(
    "form",
    ["2024-01-02 09:{:02}:59", "2024-01-02T09:{:02}:59.999Z", "2024-01-02 09:{:02}:59.999999"],
)
def test_stamps_of_the_last_second_are_ends_and_it_is_said(form: str) -> None:
    found = imported(HEADER, *minutes(form))
    assert bars_of(found)[0].startswith("2024-01-02T09:00:00Z,")
    assert by_line(found) == [("moved", 2, 13)]
    assert found.faults[0].done == "moved 59 seconds back to its open"


@pytest.mark.parametrize("heading", ["time_close", "Close time", "timeClose", "end_time"])
def test_a_close_time_alone_is_the_end_of_a_bar_and_it_is_said(heading: str) -> None:
    """1,704,186,060 is 9:01 of 2 January: that minute began at 9:00."""
    header = HEADER.replace("time", heading, 1)
    found = imported(header, *(f"{1704186060 + 60 * n},{REST}" for n in range(12)))
    assert bars_of(found)[0].startswith("2024-01-02T09:00:00Z,")
    assert by_line(found) == [("moved", 2, 13)]
    both = imported(f"open_time,{header}", *(f"{1704186000 + 60 * n},0,{REST}" for n in range(12)))
    assert (bars_of(both)[0][:20], both.faults) == ("2024-01-02T09:00:00Z", ())
    days = [f"2024-01-{n:02},{REST}" for n in range(2, 9)]
    assert "daily bars are stamped with the end of the day" in refused(header, *days)


def test_days_stamped_with_the_midnight_of_shanghai_are_of_the_next_day_and_it_is_said() -> None:
    """16:00 UTC of Sunday the 7th is 0:00 of Monday the 8th in Shanghai."""
    found = imported(HEADER, *(f"2024-01-{n:02}T16:00:00Z,{REST}" for n in (7, 8, 9, 10, 11, 14)))
    assert [row[8:10] for row in bars_of(found)] == ["08", "09", "10", "11", "12", "15"]
    assert by_line(found) == [("moved", 2, 7)]
    kept = imported(HEADER, *(f"2024-01-{n:02},{REST}" for n in (7, 8, 9, 10, 11, 14)))
    assert bars_of(kept)[0].startswith("2024-01-07")
    assert by_line(kept)[0] == ("moved", 2, 2)


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (("24/08/05", "24/08/06", "24/08/07"), "2024-08-05"),
        (("24.12.30", "24.12.31", "25.01.02"), "2024-12-30"),
        (("15/08/24", "16/08/24", "19/08/24"), "2024-08-15"),
        (("08/15/24", "08/16/24", "08/19/24"), "2024-08-15"),
        (("30/12/99", "31/12/99", "03/01/00"), "1999-12-30"),
    ],
)
def test_a_year_of_two_digits_stands_where_dates_are_a_day_apart(
    dates: tuple[str, ...], first: str
) -> None:
    """Read the other way 24/08/05 and 24/08/06 are 24 August 2005 and 2006: a year apart."""
    lines = [HEADER, *(f"{date},{REST}" for date in dates)]
    assert first_time(*lines)[:10] == first


def test_a_year_of_two_digits_that_nothing_settles_is_asked_about() -> None:
    lines = ["Date,Time,Open,High,Low,Close", *minutes("24/08/05,09:{:02}", rest="10,11,9,10")]
    assert "24/08/05 may begin or end with the year" in refused(*lines)
    assert first_time(*lines, dates="year-first") == "2024-08-05T09:00:00Z"
    assert first_time(*lines, dates="day-first") == "2005-08-24T09:00:00Z"


def test_a_clock_that_is_not_understood_is_named() -> None:
    """Three bars a day, with the time of day as a part of it: 0.375 is 9:00."""
    rows = [
        f"2024-01-{n:02},{clock},10,11,9,10" for n in range(2, 7) for clock in (0.375, 0.5, 0.75)
    ]
    told_ = refused("Date,Clock,Open,High,Low,Close", *rows)
    assert "10 of 15 rows have the same time as another row" in told_
    assert "ignored (Clock)" in told_


def test_databentos_prices_are_billionths_and_it_is_said() -> None:
    header = "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume"
    start = 1704186000 * 10**9
    prices = "74067500000,74537500000,73797500000,74490000000,7"
    found = imported(header, *(f"{start + 60 * n * 10**9},33,2,38,{prices}" for n in range(12)))
    assert bars_of(found)[0] == "2024-01-02T09:00:00Z,74.0675,74.5375,73.7975,74.49,7"
    assert found.title == "Databento, prices in billionths"
    pretty = "74.067500000,74.537500000,73.797500000,74.490000000,7"
    plain = imported(header, *(f"{start + 60 * n * 10**9},33,2,38,{pretty}" for n in range(12)))
    assert bars_of(plain) == bars_of(found)
    bare = [f"{1704186000 + 60 * n},{prices}" for n in range(12)]
    assert "as if in billionths" in refused(HEADER, *bare)


def test_prices_too_fine_for_twelve_decimals_cost_their_row() -> None:
    """0.0000000000058161 would be 0.000000000006, 3 % more; 0.0000123456789 loses a millionth."""
    fine = "0.0000000000058161,0.0000000000058210,0.0000000000058118,0.000000000005820,1"
    rows = minutes("2024-01-02 09:{:02}", rest=fine)
    assert "t.csv:2: the open 0.0000000000058161 needs more than 12 decimals" in refused(
        HEADER, *rows
    )
    kept = imported(
        HEADER, *minutes("2024-01-02 09:{:02}", rest=",".join(["0.0000123456789"] * 4 + ["1"]))
    )
    assert bars_of(kept)[0].split(",")[1] == "0.000012345679"


def test_a_volume_that_is_not_known_is_told_and_not_taken_for_none() -> None:
    rows = [f"2024-01-{n:02},10,11,9,10,{v}" for n, v in zip(range(1, 6), "5-565", strict=True)]
    assert by_line(imported(HEADER, *rows)) == [("unknown_volume", 3, 3)]
    minus = [f"2024-01-{n:02},10,11,9,10,-1" for n in range(1, 6)]
    found = imported(HEADER, *minus)
    assert (len(bars_of(found)), found.tape.holes) == (5, 0)
    assert [str(fault) for fault in found.faults] == [
        "line 2: no row has a volume: imported without volume"
    ]


def test_volumes_of_exchanges_and_of_two_columns_are_found() -> None:
    """TradeStation's Up and Down: 7 + 5.5 = 12.5."""
    found = imported(
        "Date,Open,High,Low,Close,Up,Down", *(f"2024-01-0{n},10,11,9,10,7,5.5" for n in (1, 2, 3))
    )
    assert bars_of(found)[0].endswith(",12.5")
    assert dict(found.columns)["volume"] == "Up + Down"
    india = "Date,Open,High,Low,Last,Close,Total Trade Quantity,Turnover (Lacs)"
    found = imported(india, *(f"2024-01-0{n},10,11,9,10,10,7,99" for n in (1, 2, 3)))
    assert bars_of(found)[0].endswith(",7")


def test_columns_that_may_be_the_volume_are_named_where_none_is_called_so() -> None:
    header = "Date,Open,High,Low,Close,Pieces"
    (fault,) = imported(header, *(f"2024-01-0{n},{REST}" for n in (1, 2, 3))).faults
    assert str(fault) == (
        "line 1: no column is called volume; ignored: Pieces: imported without volume"
    )


@pytest.mark.parametrize("column", ["contract", "expiry", "isin", "ts_code", "instrument_id"])
def test_two_instruments_one_after_the_other_are_refused(column: str) -> None:
    rows = [f"{'H' if n < 4 else 'M'}4,2024-01-0{n},{REST}" for n in range(1, 8)]
    assert refused(f"{column},date,open,high,low,close,volume", *rows) == (
        "t.csv:5: this row is for M4, the rows above are for H4; import one symbol at a time"
    )


def test_coinmarketcaps_number_of_the_currency_is_no_symbol() -> None:
    header = "timeOpen;name;open;high;low;close;volume"
    rows = [f"2024-01-0{n}T00:00:00.000Z;2781;10;11;9;10;5" for n in (1, 2, 3)]
    assert imported(header, *rows, name="SOL.csv").symbol == "SOL"
    tokyo = [row.replace("2781", "7203") for row in rows]
    assert imported(header.replace("name", "ticker"), *tokyo).symbol == "7203"


def test_a_header_of_single_letters_is_read() -> None:
    found = imported("t,o,h,l,c,v", *(f"{1704186000 + 60 * n},{REST}" for n in range(12)))
    assert bars_of(found)[0] == f"2024-01-02T09:00:00Z,{REST}"
