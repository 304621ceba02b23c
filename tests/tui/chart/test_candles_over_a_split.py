"""The chart over a split: what was before it stands at the prices of the present."""

from array import array

from ledger.market.corporate import CorporateAction
from ledger.market.tapes.tape import Tape
from ledger.practice.odds.futures import steps_of
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import DAY, parse_time
from tests.worlds import D
from tui.chart.candles import History
from tui.chart.model import Candle, Mark

T0 = parse_time("2024-01-01T00:00:00Z")


def split_tape(days: int, at: int) -> Tape:
    """Days at 900, and from the day `at` on at 300: a split of 3:1 and not a move."""
    prices = [900 if day < at else 300 for day in range(days)]
    columns = {name: array("q", prices) for name in ("opens", "highs", "lows", "closes")}
    return Tape(
        symbol="ACME",
        source="a test",
        interval=DAY,
        continuous=True,
        step=D(1),
        volume_step=D(1),
        sha256="",
        holes=0,
        times=array("q", [T0 + DAY * day for day in range(days)]),
        volumes=[10] * days,
        actions=(CorporateAction(symbol="ACME", at=T0 + DAY * at, split="3:1"),),
        **columns,
    )


def told(candles: list[Candle]) -> list[tuple[float, float]]:
    return [(candle.close, candle.volume) for candle in candles]


def test_candles_and_marks_are_drawn_at_the_prices_after_a_split_once_it_has_come() -> None:
    timeline = Timeline({"ACME": split_tape(6, 3)}, T0, T0 + 6 * DAY)
    history = History(timeline, "ACME")
    marks = [Mark(T0 + DAY, 900.0, "buy"), Mark(T0 + 3 * DAY, 300.0, "sell")]
    assert told(history.candles(Place(2, Phase.CLOSED), DAY)) == [(900, 10)] * 3
    assert history.restated(marks[:1]) == marks[:1]
    opened = history.candles(Place(3, Phase.OPEN), DAY)
    assert told(opened) == [(300, 30)] * 3 + [(300, 0)]
    assert [mark.price for mark in history.restated(marks)] == [300, 300]
    assert told(history.candles(Place(5, Phase.CLOSED), DAY)) == [(300, 30)] * 3 + [(300, 10)] * 3
    assert told(history.candles(Place(1, Phase.CLOSED), DAY)) == [(900, 10)] * 2  # another line


def test_a_split_is_no_move_of_the_past_that_odds_are_drawn_from() -> None:
    assert set(steps_of(split_tape(60, 30)).closes) == {1.0}
