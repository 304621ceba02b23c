"""Bars that a market with sessions should have: told where the days around have them."""

from itertools import chain

from tests.market.csv_import.tables import by_line, imported, refused

HEADER = "time,open,high,low,close,volume"


def session(day: int, *clocks: str, price: str = "10,11,9,10,5") -> list[str]:
    """The bars of one day of January 2024, in which the 1st is a Monday."""
    return [f"2024-01-{day:02}T{clock}:00Z,{price}" for clock in clocks]


WHOLE = tuple(f"{hour}:00" for hour in range(14, 21))
WEEKDAYS = (2, 3, 4, 5, 8, 9, 10, 11, 12)


def weeks(**odd: tuple[str, ...]) -> list[str]:
    """Nine days of seven hours each, some of them (`d9`) with other bars."""
    days = [session(day, *odd.get(f"d{day}", WHOLE)) for day in WEEKDAYS]
    return [HEADER, *chain.from_iterable(days)]


def faults_of(*lines: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.what) for fault in imported(*lines).faults if not fault.is_note]


def test_an_afternoon_that_every_other_day_has_is_told_with_the_line_of_the_next_bar() -> None:
    """The 9th has 14:00 and 15:00 of seven hours: 5 are missing. Before it stand the header and
    five days of seven rows; line 1 + 35 + 2 is its last, so line 39 is the next."""
    (fault,) = faults_of(*weeks(d9=("14:00", "15:00")))
    assert fault == (
        39,
        "5 bars are missing between 2024-01-09T15:00:00Z and 2024-01-10T14:00:00Z",
    )


def test_a_morning_that_every_other_day_has_is_told() -> None:
    """The 9th begins at 17:00 and not at 14:00: 3 hours are missing, line 1 + 35 + 1."""
    (fault,) = faults_of(*weeks(d9=WHOLE[3:]))
    assert fault == (
        37,
        "3 bars are missing between 2024-01-08T20:00:00Z and 2024-01-09T17:00:00Z",
    )


def test_a_pause_that_every_day_has_is_a_break_and_one_of_two_days_is_a_hole() -> None:
    lunch = (*WHOLE[:3], *WHOLE[4:])
    assert faults_of(*weeks(**{f"d{day}": lunch for day in WEEKDAYS})) == []
    holes = faults_of(*weeks(d3=lunch, d8=lunch))
    assert [what for _, what in holes] == [
        "1 bar is missing between 2024-01-03T16:00:00Z and 2024-01-03T18:00:00Z",
        "1 bar is missing between 2024-01-08T16:00:00Z and 2024-01-08T18:00:00Z",
    ]


def test_hours_that_move_with_summer_time_are_no_missing_bars() -> None:
    """From the 8th on the session begins and ends an hour earlier, as New York's in March."""
    earlier = tuple(f"{hour}:00" for hour in range(13, 20))
    assert faults_of(*weeks(**{f"d{day}": earlier for day in (8, 9, 10, 11, 12)})) == []


def test_a_short_day_before_a_holiday_is_a_note() -> None:
    """The 3rd ends after four of seven hours, and the 4th has no bar."""
    lines = [line for line in weeks(d3=WHOLE[:4]) if not line.startswith("2024-01-04")]
    found = imported(*lines)
    assert all(fault.is_note for fault in found.faults)
    assert "3 bars fewer than usual next to 2024-01-03" in [fault.what for fault in found.faults]


def test_a_short_day_behind_a_holiday_is_a_note() -> None:
    """The 4th has no bar, the Friday behind it four of seven hours, as after Thanksgiving."""
    lines = [line for line in weeks(d5=WHOLE[:4]) if not line.startswith("2024-01-04")]
    found = imported(*lines)
    assert all(fault.is_note for fault in found.faults)
    assert "3 bars fewer than usual next to 2024-01-05" in [fault.what for fault in found.faults]


def test_currencies_that_stop_on_friday_and_begin_on_sunday_night_miss_nothing() -> None:
    """Two weeks of hours, Sunday from 22:00 on, Friday up to 21:00."""
    hours = {7: range(22, 24), 12: range(22), 14: range(22, 24), 19: range(22)}
    rows = [
        f"2024-01-{day:02}T{hour:02}:00:00Z,10,11,9,10,5"
        for day in (7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19)
        for hour in hours.get(day, range(24))
    ]
    assert faults_of(HEADER, *rows) == []


def test_weeks_without_bars_are_counted_in_trading_days() -> None:
    """From Friday the 5th to Monday the 22nd ten weekdays of seven hours each are missing."""
    rows = [*session(4, *WHOLE), *session(5, *WHOLE), *session(22, *WHOLE), *session(23, *WHOLE)]
    assert faults_of(HEADER, *rows) == [
        (
            16,
            "10 trading days are missing between 2024-01-05T20:00:00Z and 2024-01-22T14:00:00Z",
        )
    ]


def test_days_glued_to_hours_are_told_with_their_lines() -> None:
    days = chain.from_iterable(session(day, "00:00") for day in (2, 3, 4, 5))
    hours = chain.from_iterable(session(day, *WHOLE) for day in (8, 9, 10, 11, 12))
    (fault,) = (f for f in imported(HEADER, *days, *hours).faults if f.kind.value == "mixed")
    assert (fault.line, fault.done) == (2, "kept")
    assert fault.what == (
        "lines 2 to 5 have one bar a day, the others last 1h: bars of another interval"
    )


def test_a_week_that_ends_on_maundy_thursday_overlaps_nothing() -> None:
    """2006: Fridays, but for 13 April: 6 days after the 7th, 8 before the 21st."""
    dates = ("03-24", "03-31", "04-07", "04-13", "04-21", "04-28")
    found = imported(HEADER, *(f"2006-{date},10,11,9,10,5" for date in dates))
    assert (found.interval, found.faults) == ("1w", ())


def test_a_price_a_thousand_times_the_close_before_is_told_and_kept() -> None:
    """69,250 / 68.7875 is 1,006.7."""
    low, high = "68,69,67.5,68.7875,5", "69250,69400,68900,69300,5"
    found = imported(
        HEADER,
        *(f"2024-01-0{n},{low}" for n in (1, 2, 3)),
        *(f"2024-01-0{n},{high}" for n in (4, 5)),
    )
    assert by_line(found) == [("jump", 5, 5)]
    assert found.faults[0].what == (
        "from 68.7875 to 69250, 1007 times the previous close: another unit, another instrument, "
        "or a split"
    )


def test_a_fall_to_a_two_hundredth_is_told() -> None:
    """Another company under an old ticker: 1 / 200."""
    rows = [f"2024-01-0{n},40,41,39,40,5" for n in (1, 2, 3)]
    rows += [f"2024-01-0{n},0.2,0.21,0.19,0.2,5" for n in (4, 5)]
    (fault,) = imported(HEADER, *rows).faults
    assert "from 40 to 0.2, 1/200 of the previous close" in fault.what


def test_flat_bars_prove_no_order_of_columns() -> None:
    """Time, low, high, open, close: the one bar in ten that moves does not fit as o, h, l, c."""
    rows = [f"{1704067200 + 60 * n},0.5123,0.5123,0.5123,0.5123,10" for n in range(40)]
    rows[::10] = [f"{row.split(',')[0]},0.5120,0.5131,0.5123,0.5129,10" for row in rows[::10]]
    assert "no header names the columns" in refused(*rows)
    flat = [f"{1704067200 + 60 * n},1,1,1,1,10" for n in range(40)]
    assert "no header names the columns" in refused(*flat)


def test_of_two_bars_of_one_time_the_possible_one_is_kept_wherever_it_stands() -> None:
    """Its close of 15 lies above its high of 11."""
    odd, good = "2024-01-03,10,11,9,15,5", "2024-01-03,10,11,9,10.5,5"
    others = [f"2024-01-0{n},10,11,9,10,5" for n in (1, 2, 4, 5)]
    for pair, line in (((odd, good), 4), ((good, odd), 5)):
        found = imported(HEADER, *others[:2], *pair, *others[2:])
        assert by_line(found) == [("conflict", line, line)]
        assert found.faults[0].done == (
            f"left out, line {9 - line} is kept: only its prices are possible"
        )


def test_of_two_possible_bars_of_one_time_the_fuller_is_kept() -> None:
    """A program that saves while a bar is going on writes 3 traded, then 8."""
    others = [f"2024-01-0{n},10,11,9,10,5" for n in (1, 2, 4, 5)]
    part, full = "2024-01-03,10,10.5,9.5,10,3", "2024-01-03,10,11,9,10.5,8"
    found = imported(HEADER, *others[:2], part, full, *others[2:])
    assert by_line(found) == [("conflict", 4, 4)]
    assert found.faults[0].done == "left out, line 5 is kept: it has more volume"
