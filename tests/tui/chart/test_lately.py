"""What a symbol's row in the watchlist knows: closes up to now, and where the session began."""

from array import array

from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import Tape
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import DAY, HOUR, parse_time
from tests.tui.chart.test_candles_over_a_split import split_tape
from tests.worlds import D
from tui.chart.lately import Lately, lately

T0 = parse_time("2024-01-01T00:00:00Z")


def hours(count: int) -> Tape:
    """Hours of a coin from 100.0: each opens and closes a tenth above the one before."""
    opens = array("q", [1000 + hour for hour in range(count)])
    closes = array("q", [price + 1 for price in opens])
    return Tape(
        symbol="BTC",
        source="a test",
        interval=HOUR,
        continuous=True,
        step=D("0.1"),
        volume_step=D(1),
        sha256="",
        holes=0,
        times=array("q", [T0 + HOUR * hour for hour in range(count)]),
        opens=opens,
        highs=closes,
        lows=opens,
        closes=closes,
        volumes=[10] * count,
        market=Trades.COINS,
    )


def test_the_session_before_ended_with_the_last_bar_of_its_day() -> None:
    """The 24th hour of 1 January closes at 100 + 2.3 + 0.1; the clock stands in the 30th."""
    timeline = Timeline({"BTC": hours(40)}, T0, T0 + 40 * HOUR)
    opened = lately(timeline, "BTC", Place(29, Phase.OPEN), 3)
    assert opened == Lately((1028, 1029, 1029), D("102.4"))
    closed = lately(timeline, "BTC", Place(29, Phase.CLOSED), 3)
    assert closed == Lately((1028, 1029, 1030), D("102.4"))
    assert lately(timeline, "BTC", Place(23, Phase.CLOSED), 2) == Lately((1023, 1024), None)
    assert lately(timeline, "BTC", Place(0, Phase.BEFORE), 2) == Lately((), None)


def test_closes_from_before_a_split_stand_at_the_prices_after_it() -> None:
    timeline = Timeline({"ACME": split_tape(6, 3)}, T0, T0 + 6 * DAY)
    before = lately(timeline, "ACME", Place(2, Phase.CLOSED), 9)
    assert before == Lately((900, 900, 900), D(900))
    after = lately(timeline, "ACME", Place(3, Phase.OPEN), 9)
    assert after == Lately((300, 300, 300, 300), D(300))
