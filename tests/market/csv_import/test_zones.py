"""Local times where the clock is put back and forward: no bar is lost, none is made up."""

import pytest

from ledger.market.csv_import.import_tape import ForeignTape
from ledger.times import iso
from tests.market.csv_import.tables import imported

HEADER = "Datetime,Open,High,Low,Close,Volume"
NEW_YORK = "America/New_York"


def read(*times: str, zone: str = NEW_YORK) -> ForeignTape:
    """Each price is the number of its row, from 100 on."""
    rows = [f"{time},{100 + n},{101 + n},{99 + n},{100 + n},5" for n, time in enumerate(times)]
    return imported(HEADER, *rows, zone=zone)


def begun(found: ForeignTape) -> list[str]:
    """When each bar begins, in UTC, and its open."""
    rows = zip(found.tape.times, found.tape.opens, strict=True)
    return [f"{iso(time)[8:16]} {opened}" for time, opened in rows]


def quarters(day: str, *hours: int) -> list[str]:
    return [f"{day} {hour:02}:{minute:02}" for hour in hours for minute in (0, 15, 30, 45)]


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    """On 3 November 2024 summer time ends at 2:00: 0:00 is 04:00 UTC, 2:00 is 07:00."""
    found = read(*(f"2024-11-03 {hour:02}:00" for hour in (0, 1, 1, 2)))
    assert begun(found) == ["03T04:00 100", "03T05:00 101", "03T06:00 102", "03T07:00 103"]
    assert not found.faults


def test_newest_first_the_second_hour_stands_above_the_first() -> None:
    found = read(*(f"2024-11-03 {hour:02}:00" for hour in (3, 2, 1, 1, 0)))
    assert begun(found) == [
        "03T04:00 104",
        "03T05:00 103",
        "03T06:00 102",
        "03T07:00 101",
        "03T08:00 100",
    ]
    assert not found.faults


def test_bars_of_less_than_an_hour_begin_the_hour_again() -> None:
    found = read(*quarters("2024-11-03", 0, 1, 1, 2))
    assert [row[:8] for row in begun(found)] == [
        f"03T{hour:02}:{minute:02}" for hour in (4, 5, 6, 7) for minute in (0, 15, 30, 45)
    ]
    assert not found.faults


def test_a_line_that_stands_twice_in_the_first_hour_does_not_begin_the_second() -> None:
    rows = quarters("2024-11-03", 0, 1, 1, 2)
    found = read(*rows[:6], rows[5], *rows[6:])
    assert found.bars == 16
    assert [fault.kind.value for fault in found.faults] == ["conflict"]


def test_where_the_hour_stands_once_it_is_the_first() -> None:
    found = read(*(f"2024-11-03 {hour:02}:00" for hour in (0, 1, 2, 3)))
    assert [row[:8] for row in begun(found)] == ["03T04:00", "03T05:00", "03T07:00", "03T08:00"]


def test_in_spring_the_hour_that_is_left_out_leaves_no_gap() -> None:
    """On 10 March 2024 1:00 is 06:00 UTC, and 3:00 follows at 07:00."""
    found = read(*(f"2024-03-10 {hour:02}:00" for hour in (0, 1, 3, 4)))
    assert [row[:8] for row in begun(found)] == ["10T05:00", "10T06:00", "10T07:00", "10T08:00"]
    assert not found.faults


def test_a_row_of_the_hour_that_is_left_out_is_told() -> None:
    found = read(*(f"2024-03-10 {hour:02}:00" for hour in (0, 1, 2, 3, 4)))
    (fault,) = found.faults
    assert str(fault) == (
        "line 4: 02:00 does not exist on that day in America/New_York: the clocks go forward: "
        "left out"
    )
    assert [row[9:] for row in begun(found)] == ["100", "101", "103", "104"]


@pytest.mark.parametrize("zone", ["America/Havana", "Europe/Athens"])
def test_days_stand_for_their_date_whatever_the_clock_does_at_midnight(zone: str) -> None:
    """In Havana there was no 0:00 on 10 March 2024."""
    found = read(*(f"2024-03-{day:02}" for day in range(6, 16)), zone=zone)
    assert [row[:8] for row in begun(found)] == [f"{day:02}T00:00" for day in range(6, 16)]


def test_half_an_hour_is_put_back_on_lord_howe_island() -> None:
    """On 7 April 2024 at 2:00, from eleven hours before UTC to ten and a half."""
    times = ["01:00", "01:15", "01:30", "01:45", "01:30", "01:45", "02:00", "02:15"]
    found = read(*(f"2024-04-07 {time}" for time in times), zone="Australia/Lord_Howe")
    assert [row[3:8] for row in begun(found)] == [
        "14:00",
        "14:15",
        "14:30",
        "14:45",
        "15:00",
        "15:15",
        "15:30",
        "15:45",
    ]
