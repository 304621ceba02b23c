"""What a file leaves open is settled by the whole file, or asked for; never guessed."""

import pytest

from tests.market.csv_import.tables import bars_of, imported, refused

HEADER = "Date,Open,High,Low,Close,Volume"
PRICES = "10,11,9,10,5"


def dated(*dates: str, rest: str = PRICES) -> list[str]:
    return [HEADER, *(f"{date},{rest}" for date in dates)]


def days_of(*lines: str, **wishes: str) -> list[str]:
    return [row[:10] for row in bars_of(imported(*lines, **wishes))]


@pytest.mark.parametrize("sign", ["/", "-"])
def test_dates_that_may_begin_with_day_or_month_are_refused_with_a_hint(sign: str) -> None:
    lines = dated(*(f"{n:02}{sign}02{sign}2024" for n in range(5, 10)))
    assert refused(*lines) == (
        f"t.csv: 05{sign}02{sign}2024 may begin with the day or the month, and no date in the "
        "file shows which; add --dates day-first or --dates month-first"
    )


def test_whole_numbers_between_semicolons_settle_no_dates() -> None:
    rows = [f"0{n}/02/2024;10;11;9;10;5" for n in range(5, 10)]
    assert "add --dates" in refused("Date;Open;High;Low;Close;Volume", *rows)


def test_a_decimal_comma_settles_that_the_day_is_first() -> None:
    rows = [f"0{n}/02/2024;10,5;11,5;9,5;10,5;5" for n in range(5, 10)]
    found = imported("Date;Open;High;Low;Close;Volume", *rows)
    assert bars_of(found)[0] == "2024-02-05T00:00:00Z,10.5,11.5,9.5,10.5,5"
    assert found.dates == "day first: usual with a decimal comma"


def test_what_the_user_says_settles_it() -> None:
    lines = dated("05/02/2024", "06/02/2024", "07/02/2024")
    assert days_of(*lines, dates="day-first") == ["2024-02-05", "2024-02-06", "2024-02-07"]
    weeks = dated("01/05/2024", "01/06/2024", "01/07/2024")
    assert days_of(*weeks, dates="month-first") == ["2024-01-05", "2024-01-06", "2024-01-07"]


def test_one_number_above_twelve_settles_it_for_the_whole_file() -> None:
    assert days_of(*dated("11/01/2024", "12/01/2024", "15/01/2024"))[0] == "2024-01-11"
    assert days_of(*dated("01/11/2024", "01/12/2024", "01/15/2024"))[0] == "2024-01-11"


def test_the_last_date_of_a_long_file_settles_it() -> None:
    """Five hundred minutes of two days: only the last minute stands on the thirteenth."""
    minutes = [f"12/02/2024 {n // 60:02}:{n % 60:02},{PRICES}" for n in range(500)]
    found = imported(HEADER, *minutes, f"13/02/2024 00:00,{PRICES}")
    assert bars_of(found)[0].startswith("2024-02-12T00:00:00Z")
    assert found.dates == "day first: some dates have a number above 12 there"


def test_dates_that_are_in_order_in_one_reading_only_are_read_so() -> None:
    """9 February to 1 March; the other reading would go from September back to January."""
    lines = dated("09/02/2024", "12/02/2024", "01/03/2024", "04/03/2024", "05/03/2024")
    assert days_of(*lines)[0] == "2024-02-09"
    assert days_of(*[lines[0], *reversed(lines[1:])])[0] == "2024-02-09"


def test_dates_with_dots_have_the_day_first() -> None:
    found = imported(*dated("05.02.2024", "06.02.2024", "07.02.2024"))
    assert bars_of(found)[0].startswith("2024-02-05")
    assert found.dates == "day first: usual for dates with dots"


def test_dates_that_contradict_each_other_are_refused() -> None:
    assert "some dates have the day first, others the month" in refused(
        *dated("13/01/2024", "01/14/2024", "15/01/2024")
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-01-0{}", "2024-01-05"),
        ("2024/01/0{}", "2024-01-05"),
        ("2024.01.0{}", "2024-01-05"),
        ("2024010{}", "2024-01-05"),
        ('"Jan 0{}, 2024"', "2024-01-05"),
        ("0{}-Jan-2024", "2024-01-05"),
        ("0{} Jan 2024", "2024-01-05"),
        ("2024-01-0{}T16:00:00", "2024-01-05"),
        ("2024-01-0{} 00:00:00+02:00", "2024-01-05"),
    ],
)
def test_a_day_is_the_day_that_is_written(written: str, day: str) -> None:
    lines = dated(*(written.format(n) for n in (3, 4, 5)))
    assert days_of(*lines)[-1] == day


def test_two_offsets_over_a_clock_change_are_one_series_of_hours() -> None:
    """New York, 10 March 2024: 01:30 at -05:00 is followed by 03:30 at -04:00."""
    rows = [
        f"2024-03-10 {hour:02}:30:00-0{offset}:00,{PRICES}"
        for hour, offset in ((0, 5), (1, 5), (3, 4), (4, 4))
    ]
    found = imported("Datetime,Open,High,Low,Close,Volume", *rows)
    assert [row[:17] for row in bars_of(found)] == [f"2024-03-10T0{n}:30:" for n in (5, 6, 7, 8)]
    assert found.faults == ()


def semicolons(*numbers: str) -> list[str]:
    """Three days with these prices for open and close, in a table with semicolons."""
    rows = [f"2024-01-0{n + 3};{text};{text};{text};{text}" for n, text in enumerate(numbers)]
    return ["Date;Open;High;Low;Close", *rows]


def opens(*lines: str, **wishes: str) -> list[str]:
    return [row.split(",")[1] for row in bars_of(imported(*lines, **wishes))]


def test_a_program_that_writes_dates_in_eight_digits_writes_a_decimal_point() -> None:
    """HistData: a yen has three decimals, and every rate has the same form."""
    rows = [f"20240103 17{n}000;141.234;141.456;141.111;141.222;0" for n in (0, 1, 2)]
    found = imported(*rows)
    assert bars_of(found)[0] == "2024-01-03T17:00:00Z,141.234,141.456,141.111,141.222,0"
    assert (found.dialect, found.interval) == ("histdata", "10m")


def test_dots_before_three_digits_are_open_in_a_table_with_semicolons() -> None:
    lines = semicolons("1.234", "1.235", "1.236")
    assert "add --decimal point or --decimal comma" in refused(*lines)
    assert opens(*lines, decimal="point") == ["1.234", "1.235", "1.236"]
    assert opens(*lines, decimal="comma") == ["1234", "1235", "1236"]


def test_one_number_with_both_signs_settles_all_of_them() -> None:
    assert opens(*semicolons("1.234", "1.235,5", "1.236")) == ["1234", "1235.5", "1236"]
    assert opens(*semicolons("1.234", "1,235.5", "1.236")) == ["1.234", "1235.5", "1.236"]


def test_one_number_with_two_decimals_settles_all_of_them() -> None:
    assert opens(*semicolons("1.234", "1.25", "1.236")) == ["1.234", "1.25", "1.236"]


def test_a_comma_between_semicolons_is_a_decimal_comma() -> None:
    assert opens(*semicolons("17,423", "17,425", "17,423")) == ["17.423", "17.425", "17.423"]


def test_a_comma_in_quotes_before_three_digits_is_open() -> None:
    rows = [f'"2024-01-0{n}","3,744","3,744","3,744","3,744"' for n in (3, 4, 5)]
    assert "add --decimal point" in refused("Date,Open,High,Low,Close", *rows)


def test_signs_that_contradict_each_other_are_refused() -> None:
    assert "--decimal" in refused(*semicolons("1,25", "1.25", "1,26"))


def test_spaces_and_apostrophes_between_thousands_are_no_digits() -> None:
    assert opens(*semicolons("1 234,5", "1 235,5", "1 236,5")) == ["1234.5", "1235.5", "1236.5"]
    assert opens(*semicolons("1'234.5", "1'235.5", "1'236.5")) == ["1234.5", "1235.5", "1236.5"]


def test_a_zone_nobody_knows_is_refused() -> None:
    rows = [f"2024-01-03 0{n}:00,{PRICES}" for n in (1, 2, 3)]
    assert "time zone" in refused(HEADER, *rows, zone="Mars/Olympus")
    assert "time zone" in refused(HEADER, *rows, zone="../../etc/passwd")


def test_thin_blanks_part_thousands_and_a_true_minus_is_one() -> None:
    thin = [text.replace(" ", "\u2009") for text in ("1 234,5", "1 235,5", "1 236,5")]
    assert opens(*semicolons(*thin)) == ["1234.5", "1235.5", "1236.5"]
    lines = [
        "2020-04-20,17.73,17.85,\u221240.32,\u221237.63",
        "2020-04-21,\u221214,13.86,\u221216.74,10.01",
    ]
    found = imported("Date,Open,High,Low,Close", *lines)
    assert bars_of(found)[0] == "2020-04-20T00:00:00Z,17.73,17.85,-40.32,-37.63,0"


def test_blanks_that_do_not_break_do_not_matter_around_fields() -> None:
    lines = [line.replace(",", "\u00a0,\u00a0") for line in dated("2024-01-03", "2024-01-04")]
    assert days_of(*lines) == ["2024-01-03", "2024-01-04"]
