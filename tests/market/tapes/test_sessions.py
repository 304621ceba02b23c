"""Which session a bar belongs to: the days of the market that an instrument is traded in."""

from datetime import date, timedelta

import pytest

from ledger.market.tapes.sessions import Trades, day_after, likely_market, session_day
from ledger.practice.library.catalog import TapeInfo, load_tape, tape_infos
from ledger.times import DAY, HOUR, iso, parse_time

STOCKS, CURRENCIES, COINS = Trades.STOCKS, Trades.CURRENCIES, Trades.COINS


def day(trades: Trades, time: str, interval: int = HOUR) -> str:
    number = session_day(trades, parse_time(time), interval)
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def test_an_evening_in_new_york_is_of_the_same_day_in_winter_and_in_summer() -> None:
    """New York is five hours behind UTC in winter, four in summer."""
    assert day(STOCKS, "2024-01-06T00:00:00Z") == "2024-01-05"  # 19:00
    assert day(STOCKS, "2024-01-06T04:59:00Z") == "2024-01-05"
    assert day(STOCKS, "2024-01-06T05:00:00Z") == "2024-01-06"
    assert day(STOCKS, "2024-07-06T03:59:00Z") == "2024-07-05"
    assert day(STOCKS, "2024-07-06T04:00:00Z") == "2024-07-06"


def test_the_day_of_currencies_changes_at_five_in_the_afternoon_in_new_york() -> None:
    """17:00 is 22:00 UTC in winter, 21:00 in summer. 9 January 2024 is a Tuesday."""
    assert day(CURRENCIES, "2024-01-09T21:59:00Z") == "2024-01-09"
    assert day(CURRENCIES, "2024-01-09T22:00:00Z") == "2024-01-10"
    assert day(CURRENCIES, "2024-07-09T20:59:00Z") == "2024-07-09"
    assert day(CURRENCIES, "2024-07-09T21:00:00Z") == "2024-07-10"


def test_sunday_evening_belongs_to_monday_also_on_the_day_on_which_clocks_change() -> None:
    for sunday in ("2024-01-07", "2024-03-10", "2024-11-03"):
        monday = (date.fromisoformat(sunday) + timedelta(days=1)).isoformat()
        assert day(CURRENCIES, f"{sunday}T22:00:00Z") == monday
        assert day(CURRENCIES, f"{monday}T12:00:00Z") == monday
    assert day(CURRENCIES, "2024-01-07T00:00:00Z", DAY) == "2024-01-08"


def test_coins_have_the_days_of_utc() -> None:
    assert day(COINS, "2024-01-06T23:59:00Z") == "2024-01-06"
    assert day(COINS, "2024-01-07T00:00:00Z") == "2024-01-07"


@pytest.mark.parametrize("trades", Trades)
@pytest.mark.parametrize("begins", ["00:00", "05:00", "14:30"])
def test_a_bar_of_a_day_is_of_the_day_it_is_written_for(trades: Trades, begins: str) -> None:
    """9 January 2024 is a Tuesday."""
    assert day(trades, f"2024-01-09T{begins}:00Z", DAY) == "2024-01-09" or (
        trades is not STOCKS and begins == "14:30"  # from Tuesday afternoon to Wednesday's
    )


@pytest.mark.parametrize("trades", Trades)
@pytest.mark.parametrize("month", ["01-09", "03-09", "03-10", "07-09", "11-02", "11-03"])
def test_the_day_after_begins_where_the_number_of_the_day_changes(
    trades: Trades, month: str
) -> None:
    for hour in range(24):
        time = parse_time(f"2024-{month}T{hour:02}:00:00Z")
        after = day_after(trades, time)
        assert time < after <= time + 26 * HOUR
        weekend = trades is CURRENCIES and session_day(trades, time, 60) == session_day(
            trades, after, 60
        )
        assert weekend or session_day(trades, after, 60) > session_day(trades, after - 1, 60)
        assert session_day(trades, after - 1, 60) == session_day(trades, time, 60)


def hours(*spans: tuple[str, int]) -> list[int]:
    return [parse_time(at) + n * HOUR for at, count in spans for n in range(count)]


def test_bars_tell_what_they_look_like() -> None:
    """3 January 2024 is a Wednesday, the 7th a Sunday."""
    evenings = hours(("2024-01-03T14:00:00Z", 11), ("2024-01-04T14:00:00Z", 11))
    assert likely_market(evenings, continuous=False) is STOCKS
    assert likely_market(hours(("2024-01-07T22:00:00Z", 9)), continuous=False) is CURRENCIES
    assert likely_market(hours(("2024-01-03T00:00:00Z", 22)), continuous=False) is CURRENCIES
    assert likely_market(evenings, continuous=True) is COINS


@pytest.mark.parametrize(
    "info", [i for i in tape_infos() if i.kind == "price" and i.seconds < DAY], ids=lambda i: i.id
)
def test_shipped_tapes_of_less_than_a_day_look_like_what_the_manifest_says(info: TapeInfo) -> None:
    tape = load_tape(info.id)
    assert tape.market is info.market
    assert likely_market(tape.times, continuous=info.continuous) is info.market, iso(tape.first)
